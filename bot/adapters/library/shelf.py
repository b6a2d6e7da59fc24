"""The library: workflows as loaded from their folder, briefs and prompts at every version a run may have pinned.

What `check` refuses does not load: such a workflow can be put right, and its runs wait; nothing else is affected.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from bot.adapters.library.book import Book, house_file, is_workflow, open_book
from bot.adapters.library.file import is_there, read_text
from bot.adapters.library.hooks import refuse_taken, taken_twice
from bot.adapters.library.mending import way_back
from bot.adapters.library.own import own_prompt
from bot.adapters.library.role import unknown_roles
from bot.adapters.library.standing import Standing, shortly
from bot.adapters.library.template import fill_out
from bot.adapters.library.terms import assemble, brief_toml, refuse, routes_toml
from bot.adapters.library.texts import HOUSE, Texts, What
from bot.domain.binding import Binding
from bot.domain.brief import Brief
from bot.domain.brief.remnant import NOBODY, remnant, what_is_left
from bot.domain.checks import Finding, People, check
from bot.domain.errors import Misdeclared, Unknown
from bot.domain.plain import Plain
from bot.domain.prompting import cleaned
from bot.domain.run import ENDED, Run, StepStatus
from bot.domain.terms import Prompt, Terms
from bot.domain.text import hint, visible
from bot.domain.version import difference
from bot.ports.store import Transaction
from bot.ports.version import FROM_FILE, Version, VersionKind

LONGEST_PLACE = 1_000
"""Letters of one text that is filled into the instructions; what is longer is cut there, and says so."""


class Shelf:
    """Every workflow in a folder."""

    def __init__(
        self,
        folder: Path,
        *,
        model: str,
        bindings: Mapping[str, Binding],
        people: People,
        roles: Collection[str] | None = None,
        package: str = "workflows",
    ) -> None:
        self._model, self._bindings, self._people, self._roles = model, bindings, people, roles
        self._books: dict[str, Book] = {}
        self.closed: dict[str, Misdeclared] = {}
        """Workflows whose steps do not load, and why."""
        self.texts = Texts()
        self._assembled: dict[tuple[str, tuple[tuple[What, str], ...]], Terms] = {}
        self._now: Standing | None = None
        """Replaced as a whole when a version is learned: others may be reading."""
        self._house = house_file(folder)
        self.texts.plant(HOUSE, "")
        for path in sorted(one for one in folder.iterdir() if is_workflow(one)):
            self._open(path, package)

    def _open(self, folder: Path, package: str) -> None:
        name = visible(folder.name)
        try:
            house = read_text(self._house) if is_there(self._house) else ""
            book = self._books[name] = open_book(folder, package, house=house)
        except Misdeclared as problem:
            self.closed[name] = problem
            with suppress(Misdeclared):  # it still says who is responsible
                self.texts.plant((VersionKind.BRIEF, name), read_text(folder / "brief.toml"))
            return
        for what, text in {**book.texts, HOUSE: house}.items():
            self.texts.plant(what, text)

    # --- what loads --------------------------------------------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        return tuple(self.standing().terms)

    def every(self) -> tuple[str, ...]:
        return tuple(sorted((*self._books, *self.closed)))

    @property
    def problems(self) -> Mapping[str, Misdeclared]:
        """Workflows that do not load, and why."""
        return self.standing().problems

    def standing(self) -> Standing:
        standing = self._now
        if standing is None:
            standing = self._now = self._judged()
        return standing

    def _judged(self) -> Standing:
        terms: dict[str, Terms] = {}
        problems, ways = dict(self.closed), dict[str, Misdeclared]()
        for name, book in self._books.items():
            try:
                terms[name] = self._sound(book, self._digests(book))
            except Misdeclared as problem:
                problems[name] = problem
                if way := way_back(book, self.texts, self._is_sound):
                    problems[name] = Misdeclared.together([problem, way])
                    ways[name] = way
        problems |= taken_twice(terms)
        terms = {name: one for name, one in terms.items() if name not in problems}
        return Standing(terms, {name: problems[name] for name in sorted(problems)}, ways)

    def _sound(self, book: Book, digests: Mapping[What, str]) -> Terms:
        """The terms of a workflow with these texts. Raises Misdeclared where they do not load, or are refused."""
        terms = self._terms_of(book, digests)
        self._refuse(book, terms, self._texts(digests))
        return terms

    def _is_sound(self, book: Book, digests: Mapping[What, str]) -> bool:
        try:
            return bool(self._sound(book, digests))
        except Misdeclared:
            return False

    def findings(self, workflow: str, *, today: date | None = None) -> tuple[Finding, ...]:
        """Everything that `check` says of a workflow. Raises Misdeclared where its texts cannot be read."""
        book = self.book(workflow)
        digests = self._digests(book)
        return self._findings(book, self._terms_of(book, digests), self._texts(digests), today)

    def _findings(
        self, book: Book, terms: Terms, texts: Mapping[What, str], today: date | None = None
    ) -> tuple[Finding, ...]:
        toml, routes = brief_toml(book, texts), routes_toml(book, texts)
        known, people = self.every(), self._people
        return check(terms, self._bindings, workflows=known, toml=toml, routes=routes, today=today, people=people)

    def _refuse(self, book: Book, terms: Terms, texts: Mapping[What, str]) -> None:
        """Raise Misdeclared where these texts must not run."""
        refuse(self._findings(book, terms, texts))
        if self._roles is not None and (unknown := [*unknown_roles(book, terms, texts, self._roles)]):
            raise Misdeclared.together(unknown)

    # --- the port ----------------------------------------------------------------------------------------------

    def book(self, workflow: str) -> Book:
        """A workflow whose steps load. Unknown where there is none; Misdeclared where they do not."""
        if workflow in self.closed:
            raise self.closed[workflow]
        if workflow not in self._books:
            mend = hint(workflow, self._books, f"There is: {', '.join(self._books) or 'none'}.")
            raise Unknown(f"There is no workflow “{workflow}”. {mend}")
        return self._books[workflow]

    def current(self, workflow: str) -> Terms:
        standing = self.standing()
        if workflow in standing.problems:
            raise standing.problems[workflow]
        return standing.terms[self.book(workflow).name]

    def responsible(self, workflow: str) -> Brief:
        terms = self.standing().terms.get(workflow)
        if terms is not None:
            return terms.brief
        what: What = (VersionKind.BRIEF, workflow if workflow in self.closed else self.book(workflow).name)
        every = self.texts.latest(what)
        left = (what_is_left(text, house=self.texts.now(HOUSE)) for text in every)
        return next((brief for brief in left if brief.owner != NOBODY), remnant())

    def trouble(self, workflow: str) -> str:
        """Why a workflow does not load, in a sentence or two; empty where it does."""
        try:
            self.current(workflow)
        except (Unknown, Misdeclared) as problem:
            return shortly(workflow, problem, self.standing().ways_back.get(workflow))
        return ""

    def why_not(self, run: Run) -> str:
        if trouble := self.trouble(run.workflow):
            return trouble
        try:
            self.pinned(run)
        except (Unknown, Misdeclared) as problem:
            return shortly("What this run began with", problem)
        return ""

    def pinned(self, run: Run) -> Terms:
        now = self.standing().terms.get(run.workflow)
        if now is not None and now.pins.brief == run.pins.brief and now.pins.prompts == run.pins.prompts:
            return now
        book = self.book(run.workflow)
        rules = ((VersionKind.BRIEF, book.name), HOUSE, (VersionKind.ROUTES, book.name))
        pinned = {(VersionKind.PROMPT, f"{book.name}/{step}"): digest for step, digest in run.pins.prompts.items()}
        pinned |= dict(zip(rules, run.pins.brief.split("."), strict=False))
        # A step that was added since has no pin; steps that are gone have one that nobody needs.
        return self._terms_of(book, {what: pinned.get(what, now) for what, now in self._digests(book).items()})

    def changed_ahead(self, run: Run) -> tuple[str, ...]:
        book = self.book(run.workflow)
        if run.pins.steps == book.steps or run.state in ENDED:
            return ()
        passed = {name for name, s in run.steps.items() if s.status in (StepStatus.DONE, StepStatus.SKIPPED)}
        names = dict.fromkeys((*run.pins.steps, *book.steps))
        return tuple(n for n in names if n not in passed and run.pins.steps.get(n) != book.steps.get(n))

    def instructions(self, prompt: Prompt, values: Mapping[str, Plain]) -> str:
        trusted = {n: cleaned(value, LONGEST_PLACE) for n, value in values.items() if n not in prompt.untrusted}
        asked = f"\n\nAs your confidence, answer this: {prompt.confidence}" if prompt.confidence else ""
        return fill_out(prompt.body, trusted) + asked

    def own_prompt(self, name: str) -> Prompt:
        return own_prompt(name)

    # --- versions ----------------------------------------------------------------------------------------------

    def seed(self, tx: Transaction, now: datetime) -> None:
        """Learn what the store has; where a file is newer and its workflow loads, that is the next version."""
        newer = [what for what in self.whats() if self.meet(what, tx.versions.history(*what))]
        loads = self.names()
        for what in newer:
            belongs = what[1].partition("/")[0]
            if belongs in loads or (what == HOUSE and loads):
                tx.versions.add(self._next(what, now))
        self.refresh(tx)

    def _next(self, what: What, now: datetime) -> Version:
        last, digest = next(iter(self.texts.history(what)), None), self.texts.filed(what)
        text = self.texts.text(what, digest)
        why = "The file is the seed." if last is None else "The file was changed."
        diff = difference(last.text, text) if last else ""
        return Version(*what, 0, digest, text, now, FROM_FILE, why, diff)

    def meet(self, what: What, history: Sequence[Version]) -> bool:
        """Know the versions of one text, newest first, and whether its file is newer than they are."""
        self._now = None
        if what == HOUSE and not is_there(self._house):
            self.texts.learn(history)
            return False
        return self.texts.meet(what, history)

    def refresh(self, tx: Transaction) -> None:
        """Learn every version the store has; what another process changed counts from here on."""
        for what in self.whats():
            last = tx.versions.current(*what)
            if last is not None and last not in self.texts.history(what)[:1]:
                self.learn(tx.versions.history(*what))

    def learn(self, versions: Iterable[Version]) -> None:
        self.texts.learn(versions)
        self._now = None

    def proposed(self, kind: VersionKind, name: str, text: str) -> dict[str, Terms | None]:
        what = (kind, name)
        self._refuse_unknown(what)
        books = self._books.values() if what == HOUSE else [self.book(name.partition("/")[0])]
        return {book.name: self._tried(book, self._texts(self._digests(book)) | {what: text}) for book in books}

    def _tried(self, book: Book, texts: Mapping[What, str]) -> Terms | None:
        """Its terms with these texts; None where it does not load yet, but no worse than now."""
        try:
            terms = assemble(book, texts, model=self._model)
            self._refuse(book, terms, texts)
            refuse_taken(book.name, terms, self.standing().terms)
            return terms
        except Misdeclared as problem:
            stands = self.problems.get(book.name)
            known = {one.sentence for one in stands.problems} if stands is not None else set[str]()
            if any(one.sentence not in known for one in problem.problems):
                raise
            return None

    # --- texts -------------------------------------------------------------------------------------------------

    def whats(self, workflow: str | None = None) -> tuple[What, ...]:
        """Every text that owners may change, of one workflow or of all."""
        return (*self.book(workflow).texts, HOUSE) if workflow is not None else self.texts.whats()

    def text(self, what: What) -> str:
        self._refuse_unknown(what)
        return self.texts.now(what)

    def _refuse_unknown(self, what: What) -> None:
        known = [name for kind, name in self.whats() if kind is what[0]]
        if what != HOUSE and what[1] not in known:
            mend = hint(what[1], known, f"There is: {', '.join(known) or 'none'}.")
            raise Unknown(f"There is no {what[0]} “{what[1]}”. {mend}")

    # --- terms -------------------------------------------------------------------------------------------------

    def _digests(self, book: Book) -> dict[What, str]:
        return {what: self.texts.digest(what) for what in (*book.texts, HOUSE)}

    def _texts(self, digests: Mapping[What, str]) -> dict[What, str]:
        return {what: self.texts.text(what, digest) for what, digest in digests.items()}

    def _terms_of(self, book: Book, digests: Mapping[What, str]) -> Terms:
        key = (book.name, tuple(digests.items()))
        terms = self._assembled.get(key)
        if terms is None:
            terms = self._assembled[key] = assemble(book, self._texts(digests), model=self._model)
        return terms
