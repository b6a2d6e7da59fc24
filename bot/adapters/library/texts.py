"""The texts that owners write, as files have them and as the store has them; which counts now, and all that ever did.

Files are the seed. Once the store has a version of a text, that is the current one, unless its last version came from
the file itself: then a changed file counts, and is the next version once it loads.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.errors import Broken
from bot.domain.version import digest_of_text
from bot.ports.version import FROM_FILE, Version, VersionKind

What = tuple[VersionKind, str]
"""A text that owners may change: its kind and its name."""

HOUSE: What = (VersionKind.HOUSE, "house")


class Texts:
    """Every version of every text that is known here."""

    def __init__(self) -> None:
        self._files: dict[What, str] = {}
        """The digests of what the files say."""
        self._known: dict[tuple[What, str], str] = {}
        """Every text ever used, by what it is and its digest."""
        self._versions: dict[What, tuple[Version, ...]] = {}
        """What the store has, newest first."""
        self._overruled: dict[What, int] = {}
        """Up to which version a newer file counts in its place."""

    def plant(self, what: What, text: str) -> None:
        """Know what a file says."""
        self._files[what] = digest_of_text(text)
        self._known[what, self._files[what]] = text

    def learn(self, versions: Iterable[Version]) -> None:
        """Know versions of the store, in any order."""
        for version in versions:
            what = (version.kind, version.name)
            self._known[what, version.digest] = version.text
            others = (one for one in self._versions.get(what, ()) if one.n != version.n)
            self._versions[what] = tuple(sorted((*others, version), key=lambda one: one.n, reverse=True))

    def meet(self, what: What, history: Sequence[Version]) -> bool:
        """Know what the store has of a text; whether the file is newer, and counts until somebody changes it there."""
        self.learn(history)
        last = history[0] if history else None
        newer = last is None or (last.by == FROM_FILE and last.digest != self._files.get(what, last.digest))
        if newer:
            self._overruled[what] = last.n if last else 0
        return newer

    def whats(self) -> tuple[What, ...]:
        """Every text that has a file, and the house rules."""
        return tuple(self._files)

    def latest(self, what: What) -> Iterator[str]:
        """A text as it stands now, and every earlier one that is known, from the last on."""
        if what in self._files:
            yield self.now(what)
        yield from (version.text for version in self.history(what))

    def history(self, what: What) -> tuple[Version, ...]:
        """The versions of a text that are known, newest first."""
        return self._versions.get(what, ())

    def version(self, what: What) -> Version | None:
        """The version of the store that counts now; None where the file does."""
        last = next(iter(self.history(what)), None)
        return last if last is not None and last.n > self._overruled.get(what, 0) else None

    def digest(self, what: What) -> str:
        """Of the text that counts now."""
        version = self.version(what)
        return version.digest if version is not None else self._files[what]

    def now(self, what: What) -> str:
        """The text that counts now."""
        return self.text(what, self.digest(what))

    def is_filed(self, what: What) -> bool:
        """Whether what counts now is what the file says."""
        return self._files.get(what) == self.digest(what)

    def filed(self, what: What) -> str:
        """The digest of what the file says."""
        return self._files[what]

    def text(self, what: What, digest: str) -> str:
        """A text at one version. Raises Broken where that is not known here."""
        text = self._known.get((what, digest))
        if text is None:
            raise Broken(f"The {what[0]} “{what[1]}” at version {digest[:8]} is not known here. Restart the bot.")
        return text
