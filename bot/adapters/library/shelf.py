"""The library: workflows as loaded from their folder, briefs and prompts at every version a run may have pinned.

Files are the seed. Once the store has a version of a text, that is the current one, unless its last version came from
the file itself: then a changed file is the next version.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.adapters.library.book import Book, What, invariants_of, open_book, prompts_of, read_file
from bot.adapters.library.digest import workflow_digest
from bot.domain.brief.reading import read_brief, read_house
from bot.domain.errors import Broken, Misdeclared, Unknown
from bot.domain.policy import policy_ref
from bot.domain.run import ENDED, Pins, Run, StepStatus
from bot.domain.terms import Terms
from bot.domain.text import nearest
from bot.domain.version import digest_of_text
from bot.ports.store import Transaction, Version, VersionKind

FROM_FILE = "file"
"""Who a version is by, when it came from a file."""

_HOUSE: What = (VersionKind.HOUSE, "house")


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
        self._terms: dict[tuple[str, str, tuple[str, ...]], Terms] = {}
        house = folder / "house.toml"
        self._house = read_file(house) if house.is_file() else ""
        self._learn(_HOUSE, self._house)
        for path in sorted(p for p in folder.iterdir() if (p / "__init__.py").is_file()):
            self._load(path, package)

    def _load(self, folder: Path, package: str) -> None:
        try:
            book = self._books[folder.name] = open_book(folder, package)
            for what, text in book.texts.items():
                self._learn(what, text)
            self.current(folder.name)
        except Misdeclared as problem:
            self.problems[folder.name] = problem
            self._books.pop(folder.name, None)

    def _learn(self, what: What, text: str) -> None:
        self._known[what, digest_of_text(text)] = text

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
        book = self.book(workflow)
        return self._terms_of(book, {what: self._digest_now(what) for what in (*book.texts, _HOUSE)})

    def pinned(self, run: Run) -> Terms:
        book = self.book(run.workflow)
        brief, _, house = run.pins.brief.partition(".")
        prompts = {(VersionKind.PROMPT, f"{book.name}/{step}"): d for step, d in run.pins.prompts.items()}
        routes = {what: self._digest_now(what) for what in book.texts if what[0] is VersionKind.ROUTES}
        return self._terms_of(book, {(VersionKind.BRIEF, book.name): brief, **prompts, **routes, _HOUSE: house})

    def changed_ahead(self, run: Run) -> tuple[str, ...]:
        book = self.book(run.workflow)
        if run.pins.steps == book.steps or run.state in ENDED:
            return ()
        passed = {name for name, s in run.steps.items() if s.status in (StepStatus.DONE, StepStatus.SKIPPED)}
        names = dict.fromkeys((*run.pins.steps, *book.steps))
        return tuple(n for n in names if n not in passed and run.pins.steps.get(n) != book.steps.get(n))

    # --- versions ----------------------------------------------------------------------------------------------

    def seed(self, tx: Transaction, now: datetime) -> None:
        """Store what the files say, where that is the first or the next version; then learn what the store has."""
        texts = {what: text for book in self._books.values() for what, text in book.texts.items()}
        for what, text in ({**texts, _HOUSE: self._house} if self._house else texts).items():
            last = tx.versions.current(*what)
            digest = digest_of_text(text)
            if last is None or (last.digest != digest and last.by == FROM_FILE):
                why = "The file is the seed." if last is None else "The file was changed."
                tx.versions.add(Version(*what, 0, digest, text, now, FROM_FILE, why, diff=""))
        self.refresh(tx)

    def refresh(self, tx: Transaction) -> None:
        """Learn every version the store has; what another process changed counts from here on."""
        for what in (*(what for book in self._books.values() for what in book.texts), _HOUSE):
            for version in tx.versions.history(*what):
                self._known[what, version.digest] = version.text
            last = tx.versions.current(*what)
            if last is not None:
                self._current[what] = last

    def differing(self, workflow: str) -> tuple[str, ...]:
        """The texts of a workflow whose file is not what the store has as the current version."""
        return tuple(
            name
            for (kind, name), text in self.book(workflow).texts.items()
            if self._digest_now((kind, name)) != digest_of_text(text)
        )

    def text(self, what: What) -> str:
        """The current text of a brief, prompt or routing table."""
        return self._text(what, self._digest_now(what))

    def _digest_now(self, what: What) -> str:
        if what in self._current:
            return self._current[what].digest
        if what == _HOUSE:
            return digest_of_text(self._house)
        return digest_of_text(self.book(what[1].partition("/")[0]).texts[what])

    # --- terms -------------------------------------------------------------------------------------------------

    def _terms_of(self, book: Book, digests: Mapping[What, str]) -> Terms:
        key = (book.name, digests[_HOUSE], tuple(digests.values()))
        terms = self._terms.get(key)
        if terms is None:
            terms = self._terms[key] = self._assemble(book, digests)
        return terms

    def _text(self, what: What, digest: str) -> str:
        text = self._known.get((what, digest))
        if text is None:
            raise Broken(f"The {what[0]} “{what[1]}” at version {digest[:8]} is not known here. Restart the bot.")
        return text

    def _assemble(self, book: Book, digests: Mapping[What, str]) -> Terms:
        house_text = self._text(_HOUSE, digests[_HOUSE])
        house = read_house(house_text, file=str(self._folder / "house.toml"))
        brief_what = (VersionKind.BRIEF, book.name)
        file = str(book.folder / "brief.toml")
        brief = read_brief(self._text(brief_what, digests[brief_what]), file=file, house=house)
        prompts = {what[1].rpartition("/")[2]: d for what, d in digests.items() if what[0] is VersionKind.PROMPT}
        pinned = f"{digests[brief_what]}.{digests[_HOUSE]}"
        texts = {step: self._text((VersionKind.PROMPT, f"{book.name}/{step}"), d) for step, d in prompts.items()}
        return Terms(
            definition=book.definition,
            brief=brief,
            pins=Pins(
                workflow=workflow_digest(book.steps),
                steps=book.steps,
                brief=pinned,
                prompts=prompts,
                model=self._model,
                policy=policy_ref(pinned),
            ),
            prompts=prompts_of(book, texts),
            intents=book.intents,
            lookups=book.lookups,
            invariants=invariants_of(book, [one.holds for one in brief.invariants]),
        )
