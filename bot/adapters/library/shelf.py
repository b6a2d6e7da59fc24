"""The library: workflows as loaded from their folder, briefs and prompts at every version a run may have pinned.

Files are the seed. Once the store has a version of a text, that is the current one, unless its last version came from
the file itself: then a changed file is the next version.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.adapters.library.book import Book, What, open_book, read_file
from bot.adapters.library.template import fill_out
from bot.adapters.library.terms import HOUSE, assemble, house_file
from bot.domain.errors import Broken, Misdeclared, Unknown
from bot.domain.plain import Plain
from bot.domain.run import ENDED, Run, StepStatus
from bot.domain.terms import Prompt, Terms
from bot.domain.text import nearest
from bot.domain.version import difference, digest_of_text
from bot.ports.store import Transaction
from bot.ports.version import Version, VersionKind

FROM_FILE = "file"
"""Who a version is by, when it came from a file."""


class Shelf:
    """Every workflow in a folder."""

    def __init__(self, folder: Path, *, model: str, package: str = "workflows") -> None:
        self._folder = folder
        self._model = model
        self.problems: dict[str, Misdeclared] = {}
        """Workflows that do not load, and why."""
        self._books: dict[str, Book] = {}
        self._current: dict[What, Version] = {}
        self._known: dict[tuple[What, str], str] = {}
        """Every text ever used, by what it is and its digest."""
        self._seeds: dict[What, str] = {}
        """The digests of what the files say."""
        self._terms: dict[tuple[str, tuple[tuple[What, str], ...]], Terms] = {}
        self._now: dict[str, Terms] = {}
        """The current terms by workflow; replaced as a whole when a version is learned: others may be reading."""
        house = house_file(folder)
        self._house = read_file(house) if house.is_file() else ""
        self._plant(HOUSE, self._house)
        for path in sorted(p for p in folder.iterdir() if (p / "__init__.py").is_file()):
            self._load(path, package)

    def _load(self, folder: Path, package: str) -> None:
        try:
            book = self._books[folder.name] = open_book(folder, package)
            for what, text in book.texts.items():
                self._plant(what, text)
            self.current(folder.name)
        except Misdeclared as problem:
            self.problems[folder.name] = problem
            self._books.pop(folder.name, None)

    def _plant(self, what: What, text: str) -> None:
        self._seeds[what] = digest_of_text(text)
        self._known[what, self._seeds[what]] = text

    # --- the port ----------------------------------------------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        return tuple(self._books)

    def book(self, workflow: str) -> Book:
        """A workflow as loaded. Unknown where there is none; Misdeclared where it does not load."""
        if workflow in self.problems:
            raise self.problems[workflow]
        if workflow not in self._books:
            meant = nearest(workflow, self._books)
            hint = f" Did you mean {meant}?" if meant else f" There is: {', '.join(self._books) or 'none'}."
            raise Unknown(f"There is no workflow “{workflow}”.{hint}")
        return self._books[workflow]

    def current(self, workflow: str) -> Terms:
        now = self._now
        if workflow not in now:
            book = self.book(workflow)
            now[workflow] = self._terms_of(book, self._digests_now(book))
        return now[workflow]

    def pinned(self, run: Run) -> Terms:
        now = self._now.get(run.workflow)
        if now is not None and now.pins.brief == run.pins.brief and now.pins.prompts == run.pins.prompts:
            return now
        book = self.book(run.workflow)
        brief, _, house = run.pins.brief.partition(".")
        pinned = {(VersionKind.PROMPT, f"{book.name}/{step}"): digest for step, digest in run.pins.prompts.items()}
        pinned |= {(VersionKind.BRIEF, book.name): brief, HOUSE: house}
        # A step that was added since has no pin; steps that are gone have one that nobody needs.
        return self._terms_of(book, {what: pinned.get(what, now) for what, now in self._digests_now(book).items()})

    def changed_ahead(self, run: Run) -> tuple[str, ...]:
        book = self.book(run.workflow)
        if run.pins.steps == book.steps or run.state in ENDED:
            return ()
        passed = {name for name, s in run.steps.items() if s.status in (StepStatus.DONE, StepStatus.SKIPPED)}
        names = dict.fromkeys((*run.pins.steps, *book.steps))
        return tuple(n for n in names if n not in passed and run.pins.steps.get(n) != book.steps.get(n))

    def instructions(self, prompt: Prompt, values: Mapping[str, Plain]) -> str:
        trusted = {name: value for name, value in values.items() if name not in prompt.untrusted}
        asked = f"\n\nAs your confidence, answer this: {prompt.confidence}" if prompt.confidence else ""
        return fill_out(prompt.body, trusted) + asked

    # --- versions ----------------------------------------------------------------------------------------------

    def seed(self, tx: Transaction, now: datetime) -> None:
        """Store what the files say, where that is the first or the next version; then learn what the store has."""
        texts = {what: text for book in self._books.values() for what, text in book.texts.items()}
        for what, text in ({**texts, HOUSE: self._house} if self._house else texts).items():
            last = tx.versions.current(*what)
            digest = digest_of_text(text)
            if last is None or (last.digest != digest and last.by == FROM_FILE):
                why = "The file is the seed." if last is None else "The file was changed."
                diff = difference(last.text, text) if last else ""
                tx.versions.add(Version(*what, 0, digest, text, now, FROM_FILE, why, diff))
        self.refresh(tx)

    def refresh(self, tx: Transaction) -> None:
        """Learn every version the store has; what another process changed counts from here on."""
        for what in (*(what for book in self._books.values() for what in book.texts), HOUSE):
            last = tx.versions.current(*what)
            if last is not None and last != self._current.get(what):
                self.learn(tx.versions.history(*what))

    def learn(self, versions: Iterable[Version]) -> None:
        for version in versions:
            what = (version.kind, version.name)
            self._known[what, version.digest] = version.text
            if what not in self._current or self._current[what].n < version.n:
                self._current[what] = version
        self._now = {}

    def consider(self, history: Sequence[Version]) -> None:
        """Know the versions of one text, newest first, and go by it as `seed` would, without storing anything."""
        for version in history:
            self._known[(version.kind, version.name), version.digest] = version.text
        if history and history[0].by != FROM_FILE:
            self.learn(history[:1])

    def proposed(self, kind: VersionKind, name: str, text: str) -> dict[str, Terms]:
        what = (kind, name)
        self._known_as(what)
        books = self._books.values() if what == HOUSE else [self.book(name.partition("/")[0])]
        terms: dict[str, Terms] = {}
        for book in books:
            now = {one: self._text(one, digest) for one, digest in self._digests_now(book).items()}
            terms[book.name] = assemble(book, now | {what: text}, model=self._model)
        return terms

    def differing(self, workflow: str) -> tuple[str, ...]:
        """The texts of a workflow whose file is not what the store has as the current version."""
        return tuple(
            name
            for (kind, name), text in self.book(workflow).texts.items()
            if self._digest_now((kind, name)) != digest_of_text(text)
        )

    def text(self, what: What) -> str:
        """The current text of a brief, prompt or routing table."""
        self._known_as(what)
        return self._text(what, self._digest_now(what))

    def _known_as(self, what: What) -> None:
        known = [name for book in self._books.values() for kind, name in book.texts if kind is what[0]]
        if what != HOUSE and what[1] not in known:
            meant = nearest(what[1], known)
            hint = f"Did you mean {meant}?" if meant else f"There is: {', '.join(known) or 'none'}."
            raise Unknown(f"There is no {what[0]} “{what[1]}”. {hint}")

    def _digests_now(self, book: Book) -> dict[What, str]:
        return {what: self._digest_now(what) for what in (*book.texts, HOUSE)}

    def _digest_now(self, what: What) -> str:
        return self._current[what].digest if what in self._current else self._seeds[what]

    # --- terms -------------------------------------------------------------------------------------------------

    def _terms_of(self, book: Book, digests: Mapping[What, str]) -> Terms:
        key = (book.name, tuple(digests.items()))
        terms = self._terms.get(key)
        if terms is None:
            texts = {what: self._text(what, digest) for what, digest in digests.items()}
            terms = self._terms[key] = assemble(book, texts, model=self._model)
        return terms

    def _text(self, what: What, digest: str) -> str:
        text = self._known.get((what, digest))
        if text is None:
            raise Broken(f"The {what[0]} “{what[1]}” at version {digest[:8]} is not known here. Restart the bot.")
        return text
