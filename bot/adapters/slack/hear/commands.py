"""`/ops` and what comes after it. Every answer is for whoever asked, and says what to do next."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.adapters.slack.draw.modal.choice import Samples
from bot.adapters.slack.hear.cards import person_of
from bot.adapters.slack.hear.choosing import choice, offers, start_form, typed
from bot.adapters.slack.hear.press import text
from bot.adapters.slack.hear.started import short, tell_started
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.slack.hear.typed import fields_in
from bot.application.decide import Wish, decide
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.application.steer import Move, Order, steer
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.card import card_of
from bot.domain.errors import Refused, Unfit, Unknown
from bot.domain.event import Verdict
from bot.domain.gate import OWNER, allow, is_member, may_look
from bot.domain.person import ChannelId, Door, Person
from bot.domain.run import GateStatus, Run, RunId, RunState
from bot.domain.text import hint, one_line
from bot.ports.queries import RunFilter, RunLine
from bot.ports.store import Delivery

OPEN = (RunState.RUNNING, RunState.WAITING, RunState.PARKED)
HELP = """\
/ops – choose what to start, and fill it in
/ops start NAME field=value field="more words" … – start it with what you type; without fields, its form
/ops mine – what waits for you, and what you have running
/ops runs [NAME] – what is under way
/ops show RUN – where one run stands, and why
/ops comment RUN what you want to say – it stands on the card of that run, for all who decide
/ops pause NAME | RUN | all why … – hold it; nothing leaves while it is held
/ops resume NAME | RUN | all – let it go on
/ops cancel RUN – end it
/ops undo RUN – take back what it did
/ops about NAME – what it does, who decides, who is responsible"""


@dataclass(frozen=True, slots=True)
class Said:
    """A command as it came in."""

    by: Person
    rest: str
    """What stands after the subcommand."""
    channel: ChannelId
    trigger: str
    delivery: str

    @property
    def first(self) -> str:
        """The first word of it; empty where there is none."""
        return self.rest.partition(" ")[0]

    @property
    def more(self) -> str:
        """All but the first word of it."""
        return self.rest.partition(" ")[2].strip()


Do = Callable[[Said], Awaitable[str]]


class Commands:
    """The subcommands."""

    def __init__(self, parts: Parts, surface: Surface, samples: Samples) -> None:
        self._parts = parts
        self._surface = surface
        self._samples = samples
        self._known: Mapping[str, Do] = {
            "start": self._start,
            "mine": self._mine,
            "runs": self._runs,
            "status": self._runs,
            "show": self._show,
            "why": self._show,
            "comment": self._comment,
            "pause": self._pause,
            "resume": self._resume,
            "cancel": self._cancel,
            "undo": self._undo,
            "about": self._about,
            "help": self._help,
        }

    async def hear(self, delivery: Delivery) -> None:
        """Do it, and answer whoever typed it."""
        channel = ChannelId(f"{delivery.team}/{text(delivery.body, 'channel_id')}")
        try:
            verb, _, rest = typed(self._parts, delivery).partition(" ")
            person = person_of(self._parts, delivery)
            allow(may_look(person))
            do = self._known.get(verb.casefold() or "start")
            if do is None:
                mend = hint(verb.casefold(), self._known, "Type /ops help for everything there is.")
                raise Unknown(f"/ops {one_line(verb, 40)} is nothing I know. {mend}")
            trigger = text(delivery.body, "trigger_id")
            answer = await do(Said(person, rest.strip(), channel, trigger, delivery.id))
        except Refused as refused:
            answer = refused.message
        if answer:
            await self._surface.whisper(channel, delivery.actor, answer)

    # --- starting ----------------------------------------------------------------------------------------------------

    async def _start(self, said: Said) -> str:
        offered, name = offers(self._parts, said.by), said.first
        if not name:
            await self._surface.open(said.trigger, choice(self._parts, said.by, self._samples))
            return ""
        if name not in [one.name for one in offered]:
            mend = hint(name, [one.name for one in offered], "Type /ops to see what you may start.")
            raise Unknown(f"“{one_line(name, 60)}” is nothing that you may start. {mend}")
        if not said.more:
            await self._surface.open(said.trigger, start_form(self._parts, name))
            return ""
        fields = fields_in(said.more)
        try:
            opened = await start(self._parts, Request(name, fields, Door.SLACK, said.by.team, said.by, said.by.id))
        except Unfit as unfit:
            await self._surface.open(said.trigger, start_form(self._parts, name, fields))
            return f"{unfit.message} What you typed stands in the form: fill in the rest there."
        await tell_started(self._parts, self._surface, said.channel, said.by.id, workflow=name, opened=opened)
        return ""

    # --- looking -----------------------------------------------------------------------------------------------------

    async def _mine(self, said: Said) -> str:
        waiting = [line for group in self._groups(said.by) async for line in self._asked(group, said.by)]
        own = await self._parts.store.queries.runs(RunFilter(states=OPEN, requester=said.by.id))
        parts = [
            _listed("Waits for you", waiting, "Nothing waits for you."),
            _listed("You have running", own, "You have nothing running."),
        ]
        return "\n\n".join(parts)

    def _groups(self, person: Person) -> tuple[str, ...]:
        """The groups of any workflow that this person is in."""
        briefs = self._parts.briefs()
        of = (name for brief in briefs for name, group in brief.reviewers.items() if is_member(person, group))
        owns = (OWNER,) if any(person.is_(brief.owner) for brief in briefs) else ()
        return tuple(dict.fromkeys((*of, *owns, "requester")))

    async def _asked(self, group: str, person: Person) -> AsyncIterator[RunLine]:
        """The runs that wait for a group, as far as this person is in it there."""
        requester = person.id if group == "requester" else None
        for line in await self._parts.store.queries.runs(RunFilter(states=OPEN, group=group, requester=requester)):
            (brief,) = self._parts.briefs([line.workflow])
            reviewers = brief.reviewers.get(group)
            is_of = is_member(person, reviewers) if reviewers is not None else group == "requester"
            if is_of or (group == OWNER and person.is_(brief.owner)):
                yield line

    async def _runs(self, said: Said) -> str:
        workflow = said.first or None
        if workflow is not None and workflow not in self._parts.library.every():
            mend = hint(workflow, self._parts.library.every(), "Type /ops runs for all of them.")
            raise Unknown(f"There is no workflow “{one_line(workflow, 60)}”. {mend}")
        return _listed(
            "Under way",
            await self._parts.store.queries.runs(RunFilter(workflow=workflow, states=OPEN)),
            "Nothing is under way.",
        )

    async def _show(self, said: Said) -> str:
        run = await self._parts.store.queries.run(await self._find(said))
        lines = [f"{run.workflow}, run {short(run.id)}: {run.state.value}"]
        lines += [run.reason] if run.reason else []
        lines += self._waits(run)
        lines += ["It is held: /ops resume lets it go on."] if run.paused else []
        for entry in await self._parts.store.queries.entries(f"run:{run.id}"):
            who = self._name(entry.actor)
            lines.append(
                f"{entry.at:%d %b %H:%M} UTC  {who}  {entry.step or ''}  {entry.kind.replace('.', ' ')}".rstrip()
            )
        return "\n".join(lines)

    def _waits(self, run: Run) -> Iterator[str]:
        """What it waits for, in the words of its card."""
        if not self._parts.library.why_not(run):
            terms = self._parts.library.pinned(run)
            waiting = (*run.questions, *(one.step for one in run.gates.values() if one.status is GateStatus.OPEN))
            yield from (card.standing for step in waiting if (card := card_of(run, terms, step)) is not None)

    def _name(self, actor: str) -> str:
        known = self._parts.directory.named(actor) if "/" in actor else None
        return known.name if known is not None else actor

    async def _about(self, said: Said) -> str:
        name = said.first
        if name not in self._parts.library.every():
            mend = hint(name, self._parts.library.every(), f"There is: {', '.join(self._parts.library.every())}.")
            raise Unknown(f"Say which workflow: /ops about NAME. {mend}")
        brief = self._parts.library.responsible(name)
        groups = ", ".join(f"{group} in {one.channel}" for group, one in brief.reviewers.items())
        return "\n".join(
            [
                f"{name}: {one_line(brief.process, 600)}",
                f"Stage: {brief.stage.value}",
                f"Decided by: {groups}",
                f"Owner: {brief.owner}. Maintainer: {brief.maintainer}.",
            ]
        )

    async def _help(self, said: Said) -> str:
        del said
        return HELP

    async def _comment(self, said: Said) -> str:
        run = await self._find(said)
        if not said.more:
            raise Unfit("Say what you want to say: /ops comment RUN and the words.")
        wish = Wish(run, Verdict.COMMENT, said.by, Door.SLACK, text=said.more, delivery=said.delivery)
        await decide(self._parts, wish)
        return f"Your comment stands on the card of run {short(run)}."

    # --- steering ----------------------------------------------------------------------------------------------------

    async def _pause(self, said: Said) -> str:
        return await self._hold(said, pause=True)

    async def _resume(self, said: Said) -> str:
        return await self._hold(said, pause=False)

    async def _hold(self, said: Said, *, pause: bool) -> str:
        what, why = _first(said, "all, a workflow or a run"), said.more
        if what == "all" or what in self._parts.library.every():
            scope = EVERYTHING if what == "all" else what
            await switch(self._parts, Flip(scope, pause, said.by, Door.SLACK, why))
            what = "Everything" if what == "all" else what
            return f"{what} is held. Nothing leaves until /ops resume." if pause else f"{what} goes on."
        return await self._steer(said, Move.PAUSE if pause else Move.RESUME, why)

    async def _cancel(self, said: Said) -> str:
        return await self._steer(said, Move.CANCEL, said.more)

    async def _undo(self, said: Said) -> str:
        return await self._steer(said, Move.UNDO, said.more)

    async def _steer(self, said: Said, move: Move, why: str) -> str:
        order = Order(await self._find(said), move, said.by, Door.SLACK, why, delivery=said.delivery)
        run = await steer(self._parts, order)
        held = ", held" if run.paused else ""
        return f"Run {short(run.id)} of {run.workflow}: {run.state.value}{held}."

    async def _find(self, said: Said) -> RunId:
        word = _first(said, "a run")
        try:
            return await self._parts.store.queries.find_run(word, typed=one_line(word, 60))
        except Unknown as unknown:
            raise Unknown(f"{unknown.message.partition('”.')[0]}”. /ops runs lists what is under way.") from None


def _first(said: Said, what: str) -> str:
    if not said.first:
        raise Unfit(f"Say which: {what}. /ops runs lists what is under way.")
    return said.first


def _listed(title: str, lines: tuple[RunLine, ...] | list[RunLine], nothing: str) -> str:
    if not lines:
        return nothing
    rows = [f"{short(line.id)}  {line.workflow}  {_stands(line)}" for line in lines]
    return "\n".join([f"{title}:", *rows])


def _stands(line: RunLine) -> str:
    step, _, group = line.waiting_for.rpartition(": ")
    stands = f"waits for {group} ({step})" if group else line.state.value
    return f"{stands}, held" if line.paused else stands
