"""What one person sees at a glance. Only asked: nothing is changed by looking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.application.mine import MOST, mine
from bot.application.parts import Parts
from bot.application.switch import EVERYTHING
from bot.domain.brief import Brief
from bot.domain.card import card_of
from bot.domain.errors import BotError
from bot.domain.gate import Power, allow, may, may_inspect, may_look
from bot.domain.mine import Waits
from bot.domain.overview import Decided, Ended, Flow, Overview, Page, Running, Waiting, about
from bot.domain.person import Person
from bot.domain.run import ENDED, Run, RunState
from bot.ports.cards import Placed
from bot.ports.queries import Held, RunFilter, RunLine, UnderWay

A_PAGE = 10
LATELY = 5
_OPEN = (RunState.RUNNING, RunState.WAITING, RunState.PARKED)


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of each list is looked at."""

    waiting: int = 0
    flows: int = 0


async def overview(parts: Parts, person: Person, window: Window) -> Overview:
    """Everything this person may see. NotAllowed for those who may not look at all."""
    allow(may_look(person))
    briefs = dict(zip(parts.library.every(), parts.briefs(), strict=False))
    asked, is_more = await mine(parts, person)
    waiting = _page(len(asked), window.waiting, more_than=is_more)
    own = await parts.store.queries.runs(RunFilter(states=_OPEN, requester=person.id, limit=MOST))
    seen = [name for name, brief in briefs.items() if _sees(person, brief)]
    flows = _page(len(seen), window.flows)
    held = await parts.store.queries.held()
    everything = held.get(EVERYTHING)
    return Overview(
        at=parts.clock.now(),
        waiting=await _waiting(parts, asked[waiting.begins : waiting.begins + A_PAGE]),
        waiting_page=waiting,
        running=tuple(map(_running, own[:A_PAGE])),
        running_page=Page(0, len(own), len(own) == MOST),
        decided=await _decided(parts, person),
        ended=await _ended(parts, person),
        flows=await flows_of(parts, person, {name: briefs[name] for name in seen[flows.begins :][:A_PAGE]}, held),
        flows_page=flows,
        may_hold_all=bool(briefs) and all(may(person, Power.PAUSE, one).allowed for one in briefs.values()),
        all_held=everything.why if everything else None,
    )


def _page(every: int, begins: int, *, more_than: bool = False) -> Page:
    """Where a page of a list begins: at the front again where the list is shorter by now."""
    return Page(begins if 0 <= begins < every else 0, every, more_than)


def _sees(person: Person, brief: Brief) -> bool:
    return may_inspect(person, brief).allowed or may(person, Power.START, brief).allowed


# --- what waits ------------------------------------------------------------------------------------------------------


async def _waiting(parts: Parts, asked: Sequence[tuple[Run, Waits]]) -> tuple[Waiting, ...]:
    cards = await parts.store.queries.standing_cards([run.id for run, _ in asked])
    places = {(placed.run, placed.step): placed for placed in cards}
    return tuple(_shown(parts, run, one, places.get((run.id, one.step))) for run, one in asked)


def _shown(parts: Parts, run: Run, one: Waits, placed: Placed | None) -> Waiting:
    return Waiting(
        run=run.id,
        workflow=run.workflow,
        title=_title(parts, run, one.step),
        since=one.since,
        requester=run.origin.requester,
        expires_at=one.expires_at,
        channel=placed.channel if placed else "",
        ts=placed.ts if placed else "",
        held=run.paused,
    )


def _title(parts: Parts, run: Run, step: str) -> str:
    """What a card says it is about; of what was erased or cannot be read any more, that."""
    if run.erased_at is not None:
        return "Its content was erased"
    try:
        card = card_of(run, parts.library.pinned(run), step)
    except (BotError, LookupError, ValueError):  # its steps are not what they were
        return "It cannot be shown any more"
    return about(card) if card is not None else "It is not asked any more"


# --- what is running, and what was done ------------------------------------------------------------------------------


def _running(line: RunLine) -> Running:
    return Running(
        run=line.id,
        workflow=line.workflow,
        state=line.state,
        group=line.waiting_for.rpartition(": ")[2],
        reason=line.reason,
        since=line.changed_at,
        paused=line.paused,
    )


async def _decided(parts: Parts, person: Person) -> tuple[Decided, ...]:
    found: list[Decided] = []
    for one in await parts.store.queries.decided_by(person.id, limit=LATELY):
        run = await parts.store.queries.run(one.run)
        found.append(Decided(run.id, run.workflow, _title(parts, run, one.step), one.outcome, one.at))
    return tuple(found)


async def _ended(parts: Parts, person: Person) -> tuple[Ended, ...]:
    which = RunFilter(states=tuple(sorted(ENDED)), requester=person.id, limit=LATELY)
    lines = await parts.store.queries.runs(which)
    return tuple(Ended(one.id, one.workflow, one.state, one.reason, one.ended_at or one.changed_at) for one in lines)


# --- workflows -------------------------------------------------------------------------------------------------------


async def flows_of(
    parts: Parts, person: Person, briefs: Mapping[str, Brief], held: Mapping[str, Held]
) -> tuple[Flow, ...]:
    """Some workflows, and how they fare."""
    today = parts.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    counts = await parts.store.queries.under_way(failed_since=today)
    return tuple(
        _flow(parts, person, name, brief, counts.get(name, UnderWay(name)), held.get(name))
        for name, brief in briefs.items()
    )


def _flow(parts: Parts, person: Person, name: str, brief: Brief, counted: UnderWay, held: Held | None) -> Flow:
    return Flow(
        name=name,
        stage=brief.stage,
        runs=counted.runs,
        asking=counted.asking,
        parked=counted.parked,
        failed=counted.failed,
        held=held.why if held else None,
        held_since=held.since if held else None,
        trouble=parts.library.trouble(name),
        may_inspect=may_inspect(person, brief).allowed,
    )
