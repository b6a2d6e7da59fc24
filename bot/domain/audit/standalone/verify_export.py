"""Checks an audit export of Countersign. Needs Python 3.8 or later and nothing else: no database, no package.

    python3 verify_export.py export.ndjson [--anchor CHECKPOINT_FILE]... [--key KEY_FILE]

Every hash, the links of every chain and the commitment of every shown field are recomputed, and each entry must
stand in the tree of the checkpoint. With --anchor, the tree must go on from checkpoints that you kept yourself: what
nobody else could change. KEY_FILE holds the audit keys: then a holder of the key of that time must have written it.

Exit code 0: everything holds. 1: something does not. 3: there is nothing to read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Iterable, Iterator  # noqa: UP035  Python 3.8 subscripts only these

FORMAT = "countersign-audit/1"
UNREADABLE = (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, "sha256").digest()


def unb64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that a leaf and its proof lead to (RFC 6962, 2.1.1); nothing where the proof does not fit."""
    if size == 1 or not proof:
        return leaf if (index, size, proof) == (0, 1, []) else b""
    width = 1 << (size - 1).bit_length() - 1
    if index < width:
        return sha256(b"\x01", root_of(leaf, index, width, proof[:-1]), proof[-1])
    return sha256(b"\x01", proof[-1], root_of(leaf, index - width, size - width, proof[:-1]))


def roots_of(old: int, new: int, proof: list[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """The older and the newer root that a proof leads to (RFC 6962, 2.1.2); nothing where it does not fit."""
    if old == new or not proof:
        rest = proof if known is None else [known, *proof]
        root = rest[0] if old == new and len(rest) == 1 else b""
        return root, root
    width = 1 << (new - 1).bit_length() - 1
    if old <= width:
        older, newer = roots_of(old, width, proof[:-1], known)
        return older, sha256(b"\x01", newer, proof[-1])
    older, newer = roots_of(old - width, new - width, proof[:-1], None)
    return sha256(b"\x01", proof[-1], older), sha256(b"\x01", proof[-1], newer)


def goes_on(old: tuple[str, int, bytes], new: tuple[str, int, bytes], proof: list[bytes]) -> bool:
    if old[1] == 0:
        return old == (new[0], 0, sha256()) and not proof
    return old[0] == new[0] and roots_of(old[1], new[1], proof, old[2]) == (old[2], new[2])


def read_checkpoint(text: str, key: bytes | None = None) -> tuple[str, int, bytes]:
    """Origin, size and root; with the key, only where a holder of it signed them."""
    body, _, signed = text.rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    if key is not None:
        signature = mac(key, f"checkpoint/v1\n{body}\n".encode())
        key_id = sha256(origin.encode(), b"\n\xffhmac-sha256/", mac(key, b"id"))[:4]
        if f"— {origin} {base64.b64encode(key_id + signature).decode()}" not in signed.split("\n"):
            raise ValueError("its signature is not that of the key")
    if len(unb64(root)) != 32:
        raise ValueError("its root is none")
    return origin, int(size), unb64(root)


def mark_of(key: bytes) -> str:
    return sha256(b"audit key mark", key).hex()[:32]


def keys_in(data: bytes) -> dict[str, bytes]:
    """The keys in a key file, by their marks; also one alone, as it is or in hexadecimal."""
    words = [line.split() for line in data.decode("ascii", "replace").splitlines()]
    keys = [bytes.fromhex(word[-1]) for word in words if word and word[0] in ("key", "aside")]
    alone = [data] if len(data) == 32 else [] if keys else [bytes.fromhex(data.decode())]
    return {mark_of(key): key for key in [*alone, *keys]}


class Export:
    """What was read so far, and what did not hold."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self.keys = keys
        self.spans: list[tuple[int, str]] = []
        self.missing: Counter[str] = Counter()
        self.checkpoint = ("", 0, b"")
        self.witnessed: list[tuple[str, int, bytes]] = []
        self.heads: dict[str, tuple[int, bytes]] = {}
        self.starts: dict[str, tuple[int, bytes]] = {}
        self.seen: Counter[str] = Counter()

    def read(self, lines: Iterable[str]) -> Iterator[str]:
        """Every problem, in order."""
        total: int | None = None
        for number, text in enumerate(lines, 1):
            try:
                line: dict[str, Any] = json.loads(text)
                if number == 1:
                    yield from self.read_first(line)
                elif total is not None:
                    yield f"Line {number}: something stands after the last line."
                elif "entries" in line:
                    total = line["entries"]
                else:
                    yield from (f"Line {number}: {problem}" for problem in self.read_entry(line))
            except UNREADABLE as error:
                yield f"Line {number}: this cannot be read ({error})."
        for mark, count in self.missing.items():
            yield f"The key {mark[:8]} is not in your key file, so nobody can say who wrote {count} of this."
        if total != self.seen["entries"]:
            yield f"Here are {self.seen['entries']} entries, not {total}: the export was cut or changed."

    def read_first(self, line: dict[str, Any]) -> Iterator[str]:
        if line["format"] != FORMAT:
            yield f"This is not an export of the form {FORMAT}."
        first = next(iter(self.keys), "")
        self.spans = [(since, mark) for since, mark in line.get("keys") or [(0, first)]]
        self.checkpoint = self.read_checkpoint(line["checkpoint"])
        self.witnessed.append(self.checkpoint)
        self.starts = {chain: (seq, unb64(hashed)) for chain, (seq, hashed) in line["starts"].items()}
        for each in line["earlier"]:
            older = self.read_checkpoint(each["checkpoint"])
            if goes_on(older, self.checkpoint, [unb64(other) for other in each["proof"]]):
                self.witnessed.append(older)
            else:
                yield f"The record does not go on from its own checkpoint of {older[1]} entries."

    def read_checkpoint(self, text: str) -> tuple[str, int, bytes]:
        return read_checkpoint(text, self.key_at(read_checkpoint(text)[1]))

    def key_at(self, leaf: int | None) -> bytes | None:
        """The key that vouches for a place in the tree, or for what has none yet; nothing where it is not here."""
        if not self.keys:
            return None
        mark = [mark for since, mark in self.spans if leaf is None or since <= leaf][-1]
        self.missing.update([] if mark in self.keys else [mark])
        return self.keys.get(mark)

    def read_entry(self, line: dict[str, Any]) -> Iterator[str]:
        self.seen["entries"] += 1
        header = line["header"].encode()
        prev, hashed = unb64(line["prev"]), unb64(line["hash"])
        columns: dict[str, Any] = json.loads(header)
        chain, seq = columns["chain"], columns["seq"]
        start = self.starts.get(chain) or (0, sha256(b"\x00audit/v1 chain\x00", chain.encode()))
        at, head = self.heads.get(chain, start)
        self.heads[chain] = (seq, hashed)
        if seq != at + 1:
            yield f"entry {seq} of {chain} comes after entry {at}."
        if prev != head:
            yield f"entry {seq} of {chain} is not linked to the entry before it."
        if sha256(b"\x00audit/v1", prev, header) != hashed:
            yield f"entry {seq} of {chain} was changed after it was sealed."
        key = self.key_at(line["leaf"])
        if key is not None and mac(key, hashed) != unb64(line["mac"]):
            yield f"entry {seq} of {chain} was not written by a holder of the key."
        if line["leaf"] is None:
            self.seen["unsealed"] += 1
        else:
            proof = [unb64(other) for other in line["proof"]]
            if root_of(sha256(b"\x00", hashed), line["leaf"], self.checkpoint[1], proof) != self.checkpoint[2]:
                yield f"entry {seq} of {chain} does not stand in the tree."
        yield from self.read_fields(line["fields"], columns.get("fields", {}))

    def read_fields(self, fields: list[dict[str, Any]], committed: dict[str, str]) -> Iterator[str]:
        for field in fields:
            labels = [json.dumps(field[part], ensure_ascii=False) for part in ("name", "kind", "subject")]
            text = f"[{','.join(labels)},{field['value']}]"
            digest = sha256(unb64(field["salt"]), text.encode())
            if committed.pop(field["name"], None) != base64.b64encode(digest).decode():
                yield f"the field {field['name']} is not the one that was sealed."
            self.seen["shown"] += 1
        self.seen["withheld"] += len(committed)

    def check_anchor(self, text: str) -> Iterator[str]:
        noted = [json.loads(line)["checkpoint"] for line in text.splitlines() if line.startswith("{")]
        for anchor in map(read_checkpoint, noted or [text]):
            if anchor[1] not in [size for _, size, _ in self.witnessed]:
                yield f"Nothing here proves your checkpoint of {anchor[1]} entries. Ask for an export that does."
            elif anchor not in self.witnessed:
                yield f"Your checkpoint of {anchor[1]} entries knows another history than this export."

    def summary(self) -> str:
        begun = "".join(f"; {chain} begins after entry {at}" for chain, (at, _) in self.starts.items())
        return (
            f"{self.seen['entries']} entries in {len(self.heads)} chains; {self.seen['unsealed']} not in the tree yet; "
            f"{self.seen['shown']} fields shown, {self.seen['withheld']} withheld or erased; "
            f"checkpoint of {self.checkpoint[1]} entries{begun}."
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks an audit export of Countersign.")
    parser.add_argument("export")
    parser.add_argument("--anchor", action="append", default=[], metavar="CHECKPOINT_FILE")
    parser.add_argument("--key", metavar="KEY_FILE")
    options = parser.parse_args()
    try:
        export = Export(keys_in(Path(options.key).read_bytes()) if options.key else {})
        with open(options.export, encoding="utf-8", newline="\n") as lines:
            problems = [*export.read(lines)]
        for name in options.anchor:
            problems += export.check_anchor(Path(name).read_text("utf-8"))
    except (OSError, *UNREADABLE) as error:
        sys.stderr.write(f"This cannot be read: {error}\n")
        return 3
    sys.stdout.write("\n".join([*problems, f"{export.summary()} {len(problems)} problems.\n"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
