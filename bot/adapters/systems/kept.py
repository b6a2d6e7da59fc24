"""The versions of descriptions: a file is the seed, the store has what was accepted since.

A description that was accepted counts until its file changes what is sent: then the file is the next version, and what
was accepted before is accepted once more by whoever has read the new one.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.errors import Misdeclared, Unfit, Unknown
from bot.domain.text import hint
from bot.domain.version import difference, digest_of_text
from bot.ports.store import Transaction
from bot.ports.version import FROM_FILE, Version, VersionKind

LOG = logging.getLogger(__name__)


class Described(Protocol):
    """The description of one system."""

    @property
    def called(self) -> str: ...

    @property
    def filed(self) -> str:
        """What its file says."""
        ...

    def refuse_unfit(self, text: str) -> None:
        """Raise Misdeclared where a text does not load, Unfit where it sends something else than the file."""
        ...

    def go_by(self, text: str) -> None:
        """Rely on answers as this text says, from now on."""
        ...


class Kept:
    """Every description that the settings name, at the version that counts."""

    def __init__(self, described: Mapping[str, Described]) -> None:
        self._described = described
        self._versions: dict[str, Version] = {}

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems that have one."""
        return tuple(self._described)

    def text(self, system: str) -> str:
        version = self.version(system)
        return version.text if version is not None else self._of(system).filed

    def filed(self, system: str) -> str:
        """What the file says."""
        return self._of(system).filed

    def called(self, system: str) -> str:
        return self._of(system).called

    def version(self, system: str) -> Version | None:
        """The version that counts; None where only the file is known."""
        self._of(system)
        return self._versions.get(system)

    def is_filed(self, system: str) -> bool:
        """Whether what counts now is what the file says."""
        return digest_of_text(self.text(system)) == digest_of_text(self.filed(system))

    def refuse_unfit(self, system: str, text: str) -> None:
        self._of(system).refuse_unfit(text)

    def seed(self, tx: Transaction, now: datetime) -> None:
        """Learn what the store has; where the file counts in its place, that is the next version."""
        for system in self._described:
            last = tx.versions.current(VersionKind.SYSTEM, system)
            why = self.meet(system, last)
            if why:
                self._versions[system] = tx.versions.add(self._next(system, last, why, now))

    def meet(self, system: str, last: Version | None) -> str:
        """Know the last version of the store. Why the file counts in its place; empty where it does not."""
        one = self._of(system)
        if last is None:
            return "The file is the seed."
        if last.digest != digest_of_text(one.filed):
            if last.by == FROM_FILE:
                return "The file was changed."
            if (why := self._unfit(system, last.text)) is not None:
                return why
        self._go_by(last)
        return ""

    def refresh(self, tx: Transaction) -> None:
        """Learn what another process stored."""
        for system in self._described:
            last, known = tx.versions.current(VersionKind.SYSTEM, system), self._versions.get(system)
            if last is not None and (known is None or last.n > known.n):
                self.learn([last])

    def learn(self, versions: Iterable[Version]) -> None:
        for version in versions:
            why = self._unfit(version.name, version.text)
            if why is None:
                self._go_by(version)
            else:  # another process has another file, which sends something else
                LOG.warning("version %s of system %s needs a restart of the bot: %s", version.n, version.name, why)

    def _unfit(self, system: str, text: str) -> str | None:
        """Why a text cannot be gone by beside this file."""
        try:
            self.refuse_unfit(system, text)
        except Misdeclared:
            return "What was accepted before does not load any more: the file counts."
        except Unfit:
            return "The file sends something else than before: what was accepted before has to be accepted once more."
        return None

    def _go_by(self, version: Version) -> None:
        self._of(version.name).go_by(version.text)
        self._versions[version.name] = version

    def _next(self, system: str, last: Version | None, why: str, now: datetime) -> Version:
        text = self.filed(system)
        diff = difference(last.text, text) if last is not None else ""
        return Version(VersionKind.SYSTEM, system, 0, digest_of_text(text), text, now, FROM_FILE, why, diff)

    def _of(self, system: str) -> Described:
        one = self._described.get(system)
        if one is None:
            mend = hint(system, self._described, f"These have one: {', '.join(self._described) or 'none'}.")
            raise Unknown(f"No system “{system}” here has a description. {mend}")
        return one
