"""Golden cases measured: laid out, priced, asked, and told, also as far as it came when somebody interrupts it."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bot.adapters.library.book import Book
from bot.adapters.library.case import read_cases
from bot.application.evaluate import evaluate
from bot.application.lay_out import Plan, Side, lay_out
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.session import Session, session
from bot.commands.shell.words import plural
from bot.commands.work.role import refuse_unknown_role
from bot.commands.work.scores import Scores, tell_scores
from bot.commands.work.wording import NOW, asks_of, step_meant, step_of_file, text_of, what_of, with_file, with_text
from bot.domain.case import Case
from bot.domain.errors import NotReached, Refused, Unknown
from bot.domain.measuring import Measured
from bot.domain.quantity import dollars

ASKED_ABOVE = 1_000_000
"""Millionths of a dollar; what may cost more is asked for first."""


def evaluate_cases(arguments: argparse.Namespace) -> int:
    """Measure; the exit status says whether something got worse."""
    # What is typed is read outside the loop, so that Ctrl-C is heard at once.
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            opened = runner.run(stack.enter_async_context(session(arguments, begins=True)))
            return _Evaluation(opened, runner, arguments).go()
        finally:
            runner.run(stack.aclose())


@dataclass
class _Evaluation:
    """One command at work."""

    session: Session
    runner: asyncio.Runner
    arguments: argparse.Namespace
    measured: list[Measured] = field(default_factory=list[Measured])

    def go(self) -> int:
        cases, sides, steps = self.runner.run(self._prepared())
        plan = lay_out(self.session.bot.parts, cases, sides, steps, role=self.arguments.model)
        if not plan.items:
            said = f"No case of {self.arguments.workflow} expects an answer of {', '.join(steps)}."
            raise Unknown(" ".join((said, *plan.left_out)))
        self._agree(plan)
        try:
            self._ask(plan)
        except (KeyboardInterrupt, NotReached):
            if self.measured:
                self._tell(plan, sides, ended=True)
            raise
        return 1 if self._tell(plan, sides, ended=False) else 0

    # --- what is measured --------------------------------------------------------------------------------------

    async def _prepared(self) -> tuple[tuple[Case, ...], tuple[Side, ...], tuple[str, ...]]:
        library, name = self.session.bot.library, self.arguments.workflow
        terms, book = library.current(name), library.book(name)
        refuse_unknown_role(self.session, self.arguments.model)
        cases = read_cases(book.folder, book.definition)
        if not cases:
            mend = "`countersign case RUN` makes one of a run that somebody corrected."
            raise Unknown(f"{book.name} has no golden cases in {book.folder / 'cases'}. {mend}")
        steps = (step_meant(book, self.arguments.step),) if self.arguments.step else asks_of(book)
        if not (self.arguments.prompt or self.arguments.against):
            if self.arguments.strict:
                raise Mistyped("--strict compares two versions: say which with --prompt or --against.")
            return cases, (Side(NOW, terms),), steps
        step = self._step_compared(book)
        return cases, await self._two(book, step), (step,)

    def _step_compared(self, book: Book) -> str:
        """Steps are measured apart, so a new prompt changes one of them only."""
        if self.arguments.step:
            return str(self.arguments.step)
        if self.arguments.prompt:
            return step_of_file(book, self.arguments.prompt)
        steps = asks_of(book)
        if len(steps) != 1:
            raise Mistyped(f"Versions are counted for each prompt: say which with --step: {', '.join(steps)}.")
        return steps[0]

    async def _two(self, book: Book, step: str) -> tuple[Side, Side]:
        """What was, and what it is to be compared with: the new one comes last."""
        library, against, file = self.session.bot.library, self.arguments.against or NOW, self.arguments.prompt
        what = what_of(book.name, step)
        history = await self.session.bot.store.queries.history(*what)
        before = with_text(library, book.name, step, text_of(library, what, history, against))
        after = with_file(library, book.name, step, file) if file else library.current(book.name)
        names = f"version {against}" if against.isdigit() else against, file.rpartition("/")[2] or NOW
        if before.prompts[step].digest == after.prompts[step].digest:
            raise Unknown(f"There is nothing to compare: “{step}” says the same in {against} and in {file or NOW}.")
        return Side(names[0], before), Side(names[1] if names[1] != names[0] else f"{names[1]} (new)", after)

    # --- asking ------------------------------------------------------------------------------------------------

    def _agree(self, plan: Plan) -> None:
        """Say what it may cost; where that is much, or not known, somebody has to want it."""
        screen, model = self.session.screen, self.session.bot.parts.model
        for line in plan.left_out:
            screen.aside(line)
        if model.rehearsal:
            return
        most = plan.most_micros
        price = "What that costs is not known." if most is None else f"That costs at most {dollars(most)}."
        said = f"{plural(len(plan.items), 'question')} to {model.name}. {price}"
        screen.aside(said)
        if self.arguments.yes or (most is not None and most <= ASKED_ABOVE):
            return
        typed = screen.ask("Go ahead? y or n: ") if screen.rich and sys.stdin.isatty() else None
        if typed is None or typed.strip().casefold() not in ("y", "yes"):
            raise Refused("Nothing was asked. Add --yes to go ahead, or --step for a part of it.")

    def _ask(self, plan: Plan) -> None:
        with self.session.screen.progress("Asked", len(plan.items), quiet=True) as tell:

            def told(one: Measured) -> None:
                self.measured.append(one)
                tell(len(self.measured))

            self.runner.run(evaluate(self.session.bot.parts, plan.items, told=told))

    def _tell(self, plan: Plan, sides: Sequence[Side], *, ended: bool) -> tuple[str, ...]:
        parts = self.session.bot.parts
        order = {(item.case.name, item.step, item.side.name): n for n, item in enumerate(plan.items)}
        scores = Scores(
            workflow=self.arguments.workflow,
            at=parts.clock.now(),
            model=parts.model.name,
            role=self.arguments.model,
            rehearsal=parts.model.rehearsal,
            sides=tuple(sides),
            measured=tuple(sorted(self.measured, key=lambda one: order[one.case, one.step, one.side])),
            left_out=plan.left_out,
            of=len(plan.items),
            strict=self.arguments.strict,
            ended=ended,
        )
        return tell_scores(self.session.screen, scores, json=self.arguments.json)
