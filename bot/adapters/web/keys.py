"""The secrets of the doors: those that somebody has set, and others made from a key in the data folder.

So every hook works at once, and whoever sets a secret of their own has that one alone.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.adapters.web.signature import PREFIX, secret_of
from bot.domain.brief.hook import Signed
from bot.domain.errors import StoreFailed

FILE = "web.key"
_LENGTH = 32


class Keys:
    """What each door is opened with."""

    def __init__(self, master: bytes, told: Mapping[str, Sequence[str]]) -> None:
        """`told` are the secrets of hooks that somebody has set, by hook: the new one, and the old one."""
        self._master, self._told = master, told

    def of_hook(self, name: str, scheme: Signed) -> tuple[bytes, ...]:
        """What a sender may have signed with."""
        return tuple(secret_of(one, scheme) for one in self._told.get(name) or (self.shown(name, scheme),))

    def shown(self, name: str, scheme: Signed) -> str:
        """The secret as whoever sets up the sender writes it down there."""
        if told := self._told.get(name):
            return told[0]
        made = self.derived(f"hook {name}")
        return PREFIX + base64.b64encode(made).decode() if scheme is Signed.STANDARD else made.hex()

    def is_own(self, name: str) -> bool:
        """Whether somebody has set it."""
        return name in self._told

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose, of which no other can be found out."""
        return hmac.new(self._master, purpose.encode(), hashlib.sha256).digest()


def read_keys(data: Path, told: Mapping[str, Sequence[str]]) -> Keys:
    """The keys of this data folder; made when they are first needed. Raises StoreFailed where that cannot be."""
    path = data / FILE
    try:
        if not path.exists():
            _make(path)
        master = path.read_bytes()
    except OSError as error:
        raise StoreFailed(f"The key of the doors, {path}, cannot be read or made: {error.strerror}.") from error
    if len(master) != _LENGTH:
        raise StoreFailed(f"{path} is no key of the doors. Take it away; links and made secrets are new ones then.")
    return Keys(master, told)


def _make(path: Path) -> None:
    """Whole or not at all; where two make it at once, one of them wins and both go by that."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as writing:
            writing.write(secrets.token_bytes(_LENGTH))
            writing.flush()
            os.fsync(writing.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
