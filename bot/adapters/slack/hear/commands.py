"""`/ops` and what comes after it. Every answer is for whoever asked, and says what to do next."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.adapters.slack.hear.cards import SLOW, person_of
from bot.adapters.slack.hear.choosing import choosing, offers, start_form
from bot.adapters.slack.hear.press import text
from bot.adapters.slack.hear.surface import Surface
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.application.steer import Move, Order, steer
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.errors import Refused, Transient, Unfit, Unknown
from bot.domain.gate import is_member
from bot.domain.person import ChannelId, Door, Person
from bot.domain.plain import Plain
from bot.domain.run import RunId, RunState
from bot.domain.text import hint, one_line
from bot.ports.queries import RunFilter, RunLine
from bot.ports.store import Delivery

OPEN = (RunState.RUNNING, RunState.WAITING, RunState.PARKED)
HELP = """\
/ops  choose what to start, and fill it in
/ops start NAME field=value …  start it with what you type; without fields, its form
/ops mine  what waits for you, and what you have running
/ops runs [NAME]  what is under way
/ops show RUN  where one run stands, and why
/ops pause NAME | RUN | all  why …  hold it; nothing leaves while it is held
/ops resume NAME | RUN | all  let it go on
/ops cancel RUN  end it
/ops undo RUN  take back what it did
/ops about NAME  what it does, who decides, who is responsible"""


@dataclass(frozen=True, slots=True)
class Said:
    """A command as it came in."""

    by: Person
    words: tuple[str, ...]
    channel: ChannelId
    trigger: str
    delivery: str


Do = Callable[[Said], Awaitable[str]]


class Commands:
    """The subcommands."""

    def __init__(self, parts: Parts, surface: Surface) -> None:
        self._parts = parts
        self._surface = surface
        self._known: Mapping[str, Do] = {
            "start": self._start,
            "mine": self._mine,
            "runs": self._runs,
            "status": self._runs,
            "show": self._show,
            "why": self._show,
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
            verb, *rest = self._words(delivery) or ["start"]
            do = self._known.get(verb.casefold())
            if do is None:
                mend = hint(verb.casefold(), self._known, "Type /ops help for everything there is.")
                raise Unknown(f"/ops {one_line(verb, 40)} is nothing I know. {mend}")
            person = person_of(self._parts, delivery)
            trigger = text(delivery.body, "trigger_id")
            answer = await do(Said(person, tuple(rest), channel, trigger, delivery.id))
        except Refused as refused:
            answer = refused.message
        except Transient:
            answer = SLOW
        if answer:
            await self._surface.whisper(channel, delivery.actor, answer)

    def _words(self, delivery: Delivery) -> list[str]:
        """What comes after `/ops`. The command of a workflow stands for starting it."""
        typed, command = text(delivery.body, "text").split(), text(delivery.body, "command")
        return next((["start", name, *typed] for name in self._named(command)), typed)

    def _named(self, command: str) -> Iterator[str]:
        """The workflows whose brief names a command."""
        library = self._parts.library
        return (name for name in library.names() if command in library.current(name).brief.triggers.commands)

    # --- starting ----------------------------------------------------------------------------------------------------

    async def _start(self, said: Said) -> str:
        offered = offers(self._parts, said.by)
        if not said.words:
            await self._surface.open(said.trigger, choosing(offered))
            return ""
        name, *fields = said.words
        if name not in [one.name for one in offered]:
            mend = hint(name, [one.name for one in offered], "Type /ops to see what you may start.")
            raise Unknown(f"“{one_line(name, 60)}” is nothing that you may start. {mend}")
        if not fields:
            await self._surface.open(said.trigger, start_form(self._parts, name))
            return ""
        request = Request(
            workflow=name,
            value=_fields(fields),
            door=Door.SLACK,
            team=said.by.team,
            by=said.by,
            source=said.by.id,
        )
        opened = await start(self._parts, request)
        how = "Started" if opened.fresh else "This was asked for before, and stands as"
        return f"{how} {name}, run {short(opened.run)}. See it with /ops show {short(opened.run)}"

    # --- looking -----------------------------------------------------------------------------------------------------

    async def _mine(self, said: Said) -> str:
        waiting = [line for line in await self._open_runs() if self._asks(line, said.by)]
        own = await self._parts.store.queries.runs(RunFilter(states=OPEN, requester=said.by.id))
        parts = [
            _listed("Waits for you", waiting, "Nothing waits for you."),
            _listed("You have running", own, "You have nothing running."),
        ]
        return "\n\n".join(parts)

    async def _open_runs(self, workflow: str | None = None) -> tuple[RunLine, ...]:
        return await self._parts.store.queries.runs(RunFilter(workflow=workflow, states=OPEN))

    def _asks(self, line: RunLine, person: Person) -> bool:
        """Whether a run waits for a group that this person is in."""
        group = line.waiting_for.rpartition(": ")[2]
        brief = self._parts.library.responsible(line.workflow)
        reviewers = brief.reviewers.get(group)
        if reviewers is not None:
            return is_member(person, reviewers)
        return (group == "requester" and line.requester == person.id) or (group == "owner" and person.is_(brief.owner))

    async def _runs(self, said: Said) -> str:
        workflow = said.words[0] if said.words else None
        if workflow is not None and workflow not in self._parts.library.every():
            mend = hint(workflow, self._parts.library.every(), "Type /ops runs for all of them.")
            raise Unknown(f"There is no workflow “{one_line(workflow, 60)}”. {mend}")
        return _listed("Under way", await self._open_runs(workflow), "Nothing is under way.")

    async def _show(self, said: Said) -> str:
        run = await self._parts.store.queries.run(await self._find(said))
        lines = [f"{run.workflow}, run {short(run.id)}: {run.state.value}"]
        lines += [run.reason] if run.reason else []
        lines += ["It is held: /ops resume lets it go on."] if run.paused else []
        for entry in await self._parts.store.queries.entries(f"run:{run.id}"):
            who = self._name(entry.actor)
            lines.append(f"{entry.at:%H:%M:%S}  {who}  {entry.step or ''}  {entry.kind.replace('.', ' ')}".rstrip())
        return "\n".join(lines)

    def _name(self, actor: str) -> str:
        known = self._parts.directory.named(actor) if "/" in actor else None
        return known.name if known is not None else actor

    async def _about(self, said: Said) -> str:
        name = said.words[0] if said.words else ""
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

    # --- steering ----------------------------------------------------------------------------------------------------

    async def _pause(self, said: Said) -> str:
        return await self._hold(said, pause=True)

    async def _resume(self, said: Said) -> str:
        return await self._hold(said, pause=False)

    async def _hold(self, said: Said, *, pause: bool) -> str:
        what, why = _first(said, "all, a workflow or a run"), " ".join(said.words[1:])
        if what == "all" or what in self._parts.library.every():
            scope = EVERYTHING if what == "all" else what
            await switch(self._parts, Flip(scope, pause, said.by, Door.SLACK, why))
            what = "Everything" if what == "all" else what
            return f"{what} is held. Nothing leaves until /ops resume." if pause else f"{what} goes on."
        return await self._steer(said, Move.PAUSE if pause else Move.RESUME, why)

    async def _cancel(self, said: Said) -> str:
        return await self._steer(said, Move.CANCEL, " ".join(said.words[1:]))

    async def _undo(self, said: Said) -> str:
        return await self._steer(said, Move.UNDO, " ".join(said.words[1:]))

    async def _steer(self, said: Said, move: Move, why: str) -> str:
        order = Order(await self._find(said), move, said.by, Door.SLACK, why, delivery=said.delivery)
        run = await steer(self._parts, order)
        held = ", held" if run.paused else ""
        return f"Run {short(run.id)} of {run.workflow}: {run.state.value}{held}."

    async def _find(self, said: Said) -> RunId:
        word = _first(said, "a run")
        return await self._parts.store.queries.find_run(word, typed=word)


def _first(said: Said, what: str) -> str:
    if not said.words:
        raise Unfit(f"Say which: {what}. /ops runs lists what is under way.")
    return said.words[0]


def _fields(words: list[str]) -> dict[str, Plain]:
    fields: dict[str, Plain] = {}
    name = ""
    for word in words:
        key, mark, value = word.partition("=")
        if mark and key.isidentifier():
            name = key
            fields[name] = value
        elif name:
            fields[name] = f"{fields[name]} {word}"
        else:
            raise Unfit(f"“{one_line(word, 60)}” is no field. Write field=value, or leave the fields out for the form.")
    return fields


def _listed(title: str, lines: tuple[RunLine, ...] | list[RunLine], nothing: str) -> str:
    if not lines:
        return nothing
    rows = [f"{short(line.id)}  {line.workflow}  {line.state.value}  {line.waiting_for}".rstrip() for line in lines]
    return "\n".join([f"{title}:", *rows])


def short(run: str) -> str:
    """The end of an id, which is enough to say which run."""
    return run[-7:]
