"""The bot with every workflow that ships, beside a workspace: what its people do there with a sample, and see of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.adapters.slack.hear.asked import STEP_UP
from bot.adapters.slack.system.system import EVENT_TYPE
from bot.adapters.systems.sandbox import Backstage, Call
from bot.application.seal import seal
from bot.commands.work.manifest import manifest_of
from bot.commands.work.run import samples_in
from bot.domain.run import Ask, Gate, GateStatus, Question, Run, RunState, short
from bot.settings import read_settings
from bot.wiring import shelf_of
from bot.workspace.clock import Clock
from bot.workspace.control.driver import Driver, Seen
from bot.workspace.launch import Launch, launched
from tests.adapters.slack.hear.house import Ahead, House
from tests.workflows.company import MORNING, let_act
from tests.workflows.pages import names
from tests.workflows.shipped import FOLDER

MOST_TURNS = 12


@dataclass
class Standing(Ahead):
    """A clock that stands on the morning of the samples, and goes on where a test lets time pass."""

    def now(self) -> datetime:
        return MORNING + self.by


class Shop(House):
    """A house in which what ships is lived."""

    # --- starting ------------------------------------------------------------------------------------------------

    async def begin_sample(self, workflow: str, sample: str, *, by: str = "sam", channel: str = "#ops") -> Run:
        """Start a workflow as a newcomer would: choose one of its samples, and submit the form as it comes."""
        before = {run.id for run in await self.runs()}
        form = await self.form_of_sample(workflow, sample, by=by, channel=channel)
        await self.submit(by, form)
        (run,) = [one for one in await self.runs() if one.id not in before and one.workflow == workflow]
        return run

    async def form_of_sample(self, workflow: str, sample: str, *, by: str = "sam", channel: str = "#ops") -> Seen:
        """The form to start a workflow, filled in from a sample; or what is said where no form can hold it."""
        person = self.as_(by)
        await person.command(channel, "/ops start")
        choice = await person.until_form(where=lambda seen: seen.raw["callback_id"] == "choose")
        await self.submit(by, choice, workflow=workflow, sample=f"{workflow}/{sample}")
        return await person.until_form()

    # --- deciding ------------------------------------------------------------------------------------------------

    async def approve(self, run: Run, who: str) -> Run:
        """Approve what waits, on its card in the channel where it is asked."""
        (gate,) = open_gates(run)
        (card, *_) = await self.cards(run, gate.step)
        assert self.name_of(card.channel) == self.channel_of(run, gate.group)
        await self.press(who.removeprefix("@"), card, "approve")
        await self._say_that_it_is_meant(who.removeprefix("@"))
        return await self.run(run.id)

    async def _say_that_it_is_meant(self, who: str) -> None:
        """Type what a form asks for that came up on approving, where one did: how much, or to whom."""
        for form in map(Seen, (await self.driver.state("modals", person=who))["modals"]):
            if form.raw["callback_id"] == STEP_UP:
                said = form.words.splitlines()
                await self.submit(who, form, sure=said[said.index("To approve, type ") + 1])

    async def answer(self, run: Run, question: Question) -> Run:
        """Let whoever is asked agree with what the bot would do: the stop, or the fact as it is filled in already."""
        (card, *_) = await self.cards(run, question.step)
        who = self.asked_of(run, question.group)[0].removeprefix("@")
        if question.kind is Ask.CONFIRM:
            await self.press(who, card, "approve")
        else:
            await self.submit(who, await self.open(who, card, "answer"))
        return await self.run(run.id)

    async def live_out(self, run: Run) -> Run:
        """Do whatever is asked, and let the time pass where nothing is, until the run needs nobody any more."""
        for _ in range(MOST_TURNS):
            if run.ended or run.state is RunState.PARKED:
                return run
            if gates := open_gates(run):
                for who in self.asked_of(run, gates[0].group)[: gates[0].needed]:
                    run = await self.approve(run, who)
            elif run.questions:
                run = await self.answer(run, next(iter(run.questions.values())))
            else:
                await self.pass_until_due(run)
                run = await self.run(run.id)
        raise AssertionError(f"{run.workflow} still {run.state} after {MOST_TURNS} turns.")

    async def pass_until_due(self, run: Run) -> None:
        await seal(self.bot.bot.parts)  # as the bot does every minute of the time that passes
        due = min(at for _, at, _ in await self.bot.bot.store.queries.pending(run.id))
        await self.pass_time(seconds=max((due - self.clock.now()).total_seconds(), 0.0) + 1)

    def asked_of(self, run: Run, group: str) -> tuple[str, ...]:
        """Who may decide, by handle, without whoever asked for it."""
        brief = self.bot.bot.library.current(run.workflow).brief
        named = {"requester": ("@sam",), "owner": (brief.owner,)}
        return tuple(one for one in named.get(group) or brief.reviewers[group].members if one != "@sam")

    # --- looking -------------------------------------------------------------------------------------------------

    def channel_of(self, run: Run, group: str) -> str:
        """Where the people of a group are asked."""
        return self.bot.bot.library.current(run.workflow).brief.reviewers[group].channel

    async def cards(self, run: Run, step: str) -> list[Seen]:
        """The cards of a step as they stand now: first where it belongs."""
        places = await self.bot.bot.store.run(lambda tx: tx.cards.of(run.id, step))
        return [self.standing(one.channel.partition("/")[2], one.ts) for one in places]

    def standing(self, channel: str, ts: str) -> Seen:
        found = self.both.running.desk.workspace.message(channel, ts)
        assert found is not None, "Nothing stands where the bot believes that a card does."
        return Seen({"ts": ts, "channel": channel, "blocks": found.blocks, "text": found.text})

    def name_of(self, channel: str) -> str:
        return f"#{self.both.running.desk.workspace.channels[channel].name}"

    def posts(self) -> list[Seen]:
        """What workflows have posted as their work, in any channel."""
        channels = self.both.running.desk.workspace.channels.values()
        found = [one for channel in channels for one in channel.messages.values()]
        ours = [one for one in found if (one.metadata or {}).get("event_type") == EVENT_TYPE]
        return [self.standing(one.channel, one.ts) for one in sorted(ours, key=lambda one: one.ts)]

    async def news_of(self, run: Run, who: str = "sam") -> list[str]:
        """How it went, as whoever started a run has read it: the messages that follow the run or name its receipt."""
        shown = [gate.digest[:8] for gate in run.gates.values()]
        return [said for said in await self.told(who) if any(one in said for one in (short(run.id), *shown))]

    def effects(self, after: int = 0) -> list[Call]:
        """What was changed in the back office, after a call."""
        return [call for call in self._backstage.effects() if call.n > after]

    def last(self) -> int:
        """The number of the last call the back office received."""
        return max((call.n for call in self._backstage.calls()), default=0)

    @property
    def _backstage(self) -> Backstage:
        return self.bot.bot.back_office.backstage


def open_gates(run: Run) -> list[Gate]:
    return [gate for gate in run.gates.values() if gate.status is GateStatus.OPEN]


@asynccontextmanager
async def shop(folder: Path, over: str = "socket") -> AsyncGenerator[Shop]:
    """All that ships, on data of its own, on the morning of the samples."""
    settings = read_settings({}, data=str(folder / "data"), workflows=str(FOLDER), account="")
    manifest = manifest_of(shelf_of(settings))
    clock = Clock(stands_at=MORNING.timestamp())
    launch = Launch(port=0, data=None, ids_seed=3, manifest_text=manifest, clock=clock)
    async with launched(launch) as both:
        running = both.running
        async with Driver(running.address, running.tokens.control, within=10.0) as driver:
            there = Shop(both, driver, settings, over, None, samples_in(FOLDER), Standing(), stands_in=True)
            await there.begin()
            for name in names():
                await let_act(there.bot.bot, name)
            try:
                yield there
            finally:
                await there.end()
        assert running.bugs == []
