"""A checkpoint: the size and root of the tree at one moment, as a short text that is kept elsewhere.

The form is that of C2SP tlog-checkpoint, a signed note:

    countersign.example/audit
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    at 2026-01-31T08:00:00.000000Z

    — countersign.example/audit AbCd1234...

The fourth line and any after it are extension lines. Our signature line holds no public signature but a MAC,
which only a holder of the key can make or check:

    base64(id || HMAC-SHA256(key, "checkpoint/v1" LF body))
    id = SHA256(name LF 0xff "hmac-sha256/" HMAC-SHA256(key, "id"))[:4]

What a checkpoint is worth lies in where it is kept. Signature lines of others are carried along unread.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.plain import Unreadable

MAX_LENGTH = 1 << 16

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) (\S+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: ours, or that of a witness."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint that was read; `body` is what its signatures sign."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]
    signatures: tuple[Signature, ...]
    body: str

    def signed_with(self, key: bytes) -> bool:
        """Whether a holder of the key made this checkpoint."""
        expected = _sign(self.body, self.origin, key)
        return any(
            signature.name == self.origin
            and signature.key_id == expected[:4]
            and hmac.compare_digest(signature.value, expected[4:])
            for signature in self.signatures
        )


def write_checkpoint(*, origin: str, size: int, root: bytes, key: bytes, extensions: Sequence[str] = ()) -> str:
    """The text of a checkpoint, which `read_checkpoint` reads back; raises Unreadable where it would not."""
    body = "".join(f"{line}\n" for line in (origin, size, base64.b64encode(root).decode(), *extensions))
    text = f"{body}\n— {origin} {base64.b64encode(_sign(body, origin, key)).decode()}\n"
    read_checkpoint(text)
    return text


def read_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint, strictly; raises Unreadable. Its signatures are read, not checked."""
    if len(text) > MAX_LENGTH or _CONTROL.search(text):
        raise Unreadable("a checkpoint is a short text without control characters.")
    body, _, signed = text.rpartition("\n\n")
    lines = body.split("\n")
    if len(lines) < 3 or not all(lines) or not signed.endswith("\n"):
        raise Unreadable("a checkpoint is at least three lines, an empty line and signatures. Copy the whole text.")
    origin, size, root, *extensions = lines
    if not _NAME.fullmatch(origin):
        raise Unreadable("the name of the log, without spaces and plus signs, belongs here.")
    if not _SIZE.fullmatch(size):
        raise Unreadable("the number of entries belongs here.", line=2)
    hashed = _decode(root, line=3)
    if len(hashed) != 32:
        raise Unreadable("the root has 32 bytes.", line=3)
    signatures = [_read_signature(s, len(lines) + 2 + n) for n, s in enumerate(signed[:-1].split("\n"))]
    return Checkpoint(origin, int(size), hashed, tuple(extensions), tuple(signatures), f"{body}\n")


def _read_signature(text: str, line: int) -> Signature:
    match = _SIGNATURE.fullmatch(text)
    data = _decode(match[2], line=line) if match else b""
    if not match or len(data) < 5:
        raise Unreadable("a signature belongs here: a dash, a name, base64.", line=line)
    return Signature(match[1], data[:4], data[4:])


def _decode(text: str, *, line: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != text:
        raise Unreadable("this is not base64.", line=line)
    return data


def origin_of(key: bytes) -> str:
    """The name of the log that is sealed with this key: it tells records apart and gives nothing away."""
    return f"countersign/{hashlib.sha256(b'origin/v1' + key).hexdigest()[:16]}"


def _sign(body: str, name: str, key: bytes) -> bytes:
    label = hmac.digest(key, b"id", "sha256")
    key_id = hashlib.sha256(b"".join((name.encode(), b"\n\xffhmac-sha256/", label))).digest()[:4]
    return key_id + hmac.digest(key, b"checkpoint/v1\n" + body.encode(), "sha256")
