"""A guided session: pick a sample, see what the bot prepares, decide as whoever is asked, see what became of it."""

import argparse
import asyncio
import secrets
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from bot.adapters.systems.sandbox import Backstage
from bot.adapters.terminal.cells import cells, padded
from bot.application.abandon import Left, abandon
from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.commands.shell.asked import Asked, with_names
from bot.commands.shell.screen import Screen
from bot.commands.shell.session import Session, Typist, session
from bot.commands.shell.standing import deed, state_line, tell_notices
from bot.commands.shell.words import short
from bot.commands.work.account import account_of
from bot.commands.work.history import tell_timeline
from bot.commands.work.sample import Sample, pick, samples_of
from bot.commands.work.saying import QUIT, SHOW, SOMEBODY, VERBS, Ended, Form, Said, said_beforehand
from bot.commands.work.tried import gave
from bot.domain.errors import NotAllowed, Refused, Unknown
from bot.domain.gate import Power, may
from bot.domain.person import Door, Person
from bot.domain.plain import is_object
from bot.domain.run import Run, RunId, RunState, StepStatus
from bot.domain.terms import Terms
from bot.domain.workflow import Ask as AskModel
from bot.domain.workflow import Decide, LookUp
from bot.settings import read_settings
from bot.wiring import BACK_OFFICE

T = TypeVar("T")

MOST_DECISIONS = 20
"""Of one run, where nobody sits there to see it go round in circles."""


def try_out(arguments: argparse.Namespace) -> int:
    """Guide somebody through; Ctrl-C or the end of the input ends it with a sentence."""
    if arguments.fresh:
        settings = read_settings(data=arguments.data, workflows=arguments.workflows)
        Backstage(settings.data / BACK_OFFICE).fresh()
    # What is typed is read outside the loop, so that Ctrl-C is heard at once.
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            opened = runner.run(stack.enter_async_context(session(arguments, begins=True)))
            return Tour(opened, runner, arguments).go()
        finally:
            runner.run(stack.aclose())


@dataclass
class Tour:
    """One session."""

    session: Session
    runner: asyncio.Runner
    arguments: argparse.Namespace
    speaker: Person | None = field(default=None)
    """Whom somebody chose to speak for; else it is whoever is asked."""

    @property
    def screen(self) -> Screen:
        return self.session.screen

    def do(self, work: Coroutine[object, object, T]) -> T:
        return self.runner.run(work)

    def go(self) -> int:
        """Take the samples one by one."""
        self.session.bot.library.current(self.arguments.workflow)
        samples = samples_of(self.session.bot.library.book(self.arguments.workflow).folder)
        beforehand = self.arguments.approve or self.arguments.reject or self.arguments.edit
        if not self.session.bot.all_sandbox():
            raise NotAllowed("Real systems are connected here, and this is for trying things. Use countersign start.")
        self._greet()
        try:
            if beforehand or self.arguments.ticket:
                self.one(pick(samples, self.arguments.ticket or "1"))
            while not beforehand:
                self._offer(samples)
        except (Ended, KeyboardInterrupt):
            self.screen.say()
            self.screen.say(f"Goodbye. Everything is kept in {self.session.settings.data}: countersign runs", "faint")
        return 0

    def _greet(self) -> None:
        data = self.session.settings.data
        self.screen.say("Countersign: AI prepares, a person countersigns, the record proves it.", "bold")
        said = "Nothing here is real: the model is rules, no AI, and the help desk is embedded."
        self.screen.say(f"{said} All of it is in {data}.", "faint")

    def _offer(self, samples: tuple[Sample, ...]) -> None:
        self.screen.say()
        width = max(cells(one.name) for one in samples)
        for n, one in enumerate(samples, 1):
            self.screen.say(f"  {n:>2}  {padded(one.name, width)}  {one.title}")
        while True:
            typed = self._line("Which one? A number or a name; q ends. ").strip()
            if typed.casefold() in ("q", QUIT):
                raise Ended
            try:
                return self.one(pick(samples, typed))
            except Unknown as unknown:
                self.screen.say(unknown.message)
            except Refused as refused:
                return self.screen.say(refused.message, "warn")

    def _line(self, prompt: str) -> str:
        typed = self.screen.ask(prompt)
        if typed is None:
            raise Ended
        return typed

    # --- one sample ----------------------------------------------------------------------------------------------

    def one(self, sample: Sample) -> None:
        """Start it, see every decision through, and show what became of it."""
        starter = self._starter()
        request = Request(
            workflow=self.arguments.workflow,
            value=sample.value,
            door=Door.TERMINAL,
            team=self.session.settings.team,
            by=starter.person,
            source=starter.person.id,
            key=f"try/{sample.name}/{secrets.token_hex(6)}",  # the same sample may be tried again
            record=f"sample:{sample.name}",
            on_behalf_of=starter.on_behalf_of,
        )
        self.screen.say()
        self.screen.say(f"{starter.person.name} starts {request.workflow}: {sample.title}", "bold")
        opened, carried = self.do(self.session.carry_out(lambda: start(self.session.bot.parts, request)))
        self.speaker = None
        self._tell_steps(self._now(opened.run, carried=carried))
        decisions = 0
        while self._see_to(opened.run) and decisions < MOST_DECISIONS:
            decisions += 1
        self._tell_end(opened.run)

    def _starter(self) -> Typist:
        """Whoever types, where they may start it; else the first who may."""
        brief = self.session.bot.library.current(self.arguments.workflow).brief
        try:
            typist = self.session.typist()
        except NotAllowed:
            typist = None
        if typist is not None and may(typist.person, Power.START, brief).allowed:
            return typist
        people = (one for one in self.session.settings.people() if may(one, Power.START, brief).allowed)
        person = next(people, None)
        if person is None:
            raise NotAllowed(f"Nobody here may start {self.arguments.workflow}: look at [triggers] in its brief.")
        return self.session.speaking_as(person.id)

    def _now(self, id: RunId, *, carried: bool) -> Run:
        """The run at its next wait, whoever takes it there."""
        if not carried:
            self.screen.say("The running bot carries it out.", "faint")
            return self.do(self.session.wait_for(id))
        return self.do(self.session.bot.store.queries.run(id))

    def _tell_steps(self, run: Run) -> None:
        """What was read and thought on the way to the first decision."""
        terms = self.session.terms_of(run)
        width = max(map(cells, terms.definition.names()))
        for step in terms.definition.steps:
            state = run.steps.get(step.name)
            if (
                state is not None
                and state.status is StepStatus.DONE
                and isinstance(step.node, LookUp | AskModel | Decide)
            ):
                self.screen.say(f"  {padded(step.name, width)}  {gave(state, longest=100)}", "faint")

    # --- one decision --------------------------------------------------------------------------------------------

    def _see_to(self, id: RunId) -> bool:
        """Have the next thing decided; False where nothing waits for a person any more."""
        run = self.do(self.session.bot.store.queries.run(id))
        terms = self.session.terms_of(run)
        waits = self.session.asked(run)
        if not waits:
            return False
        self._show(waits[0])
        person = self.speaker or next(iter(waits[0].people), None)
        if person is None:
            self.screen.say(f"Nobody who is left may decide this: {waits[0].group}. It goes on waiting.", "warn")
            return False
        said = self._ask(run, terms, waits[0], person)
        return said is None or self._say(run, waits[0], person, said)

    def _show(self, one: Asked) -> None:
        self.screen.say()
        self.screen.card(with_names(one.card, self.session.called))
        self.screen.say()

    def _ask(self, run: Run, terms: Terms, one: Asked, person: Person) -> Said | None:
        """What that person says; None where another person is to be asked."""
        form = Form(self.screen, run, terms, one)
        beforehand = said_beforehand(self.arguments, one)
        if beforehand is not None:
            self.screen.say(f"{person.name} is asked ({one.group}), and says: {beforehand.verb}.", "bold")
            return beforehand
        verb = form.verb(person.name)
        while verb == SHOW:
            self._show(one)
            verb = form.verb(person.name)
        if verb == SOMEBODY:
            self._become(form.line("For whom? "))
            return None
        try:
            return Said(QUIT) if verb == QUIT else form.fill_in(verb)
        except (Ended, KeyboardInterrupt):
            typist = self.session.speaking_as(person.id)
            left = Left(run.id, one.step, VERBS[verb][0], typist.person, Door.TERMINAL, typist.on_behalf_of)
            self.do(abandon(self.session.bot.parts, left))
            raise

    def _become(self, name: str) -> None:
        try:
            self.speaker = self.session.person(name)
        except Unknown as unknown:
            self.screen.say(unknown.message, "warn")

    def _say(self, run: Run, one: Asked, person: Person, said: Said) -> bool:
        """Give the verdict; False where the session goes on without one."""
        if said.verb == QUIT:
            return False
        typist = self.session.speaking_as(person.id)
        try:
            wish = Wish(
                run=run.id,
                verdict=VERBS[said.verb][0],
                by=typist.person,
                door=Door.TERMINAL,
                step=said.step or one.step,
                version=one.gate.version if one.gate and not said.step else None,
                digest=one.gate.digest if one.gate and not said.step else None,
                reason=said.reason,
                text=said.text,
                values=said.values,
                to=self.session.person(said.to) if said.to else None,
                minutes=said.minutes,
                link=said.link,
                on_behalf_of=typist.on_behalf_of,
            )
            _, carried = self.do(self.session.carry_out(lambda: decide(self.session.bot.parts, wish)))
        except Refused as refused:
            if said_beforehand(self.arguments, one) is not None:
                raise
            self.screen.say(refused.message, "warn")
            return True
        self.speaker = None
        self._now(run.id, carried=carried)
        return True

    # --- the end -------------------------------------------------------------------------------------------------

    def _tell_end(self, id: RunId) -> None:
        account = self.do(account_of(self.session, id))
        self.screen.say()
        for action in account.run.actions:
            self.screen.say(deed(action, account.terms), "good")
        self.screen.say(state_line(account.run), "good" if account.run.state is RunState.DONE else "bold")
        tell_notices(self.session, id)
        if not account.run.ended:
            self.screen.say(f"Decide it later: countersign decide {short(id)}", "faint")
            return
        self._tell_desk(account.run)
        tell_timeline(self.session, account)
        self.screen.say()
        self.screen.say(f"All of it, with every thought: countersign show {short(id)}", "faint")

    def _tell_desk(self, run: Run) -> None:
        """What the help desk itself says has changed."""
        changes = self.session.bot.back_office.backstage.overview()["changes"]
        receipts = {str(action.receipt["id"]) for action in run.actions if action.receipt is not None}
        if receipts and isinstance(changes, list):
            self.screen.say()
            self.screen.say("The help desk has changed:", "bold")
            for change in [one for one in changes if is_object(one)][: len(receipts)]:
                self.screen.say(f"  {change['record']}: {change['sentence']}")
