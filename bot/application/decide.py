"""Take a person's verdict on a gate or a question. A refusal changes nothing and stands in the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.application.begin import begin_early
from bot.application.conclude import keep
from bot.application.learn import learn
from bot.application.move import move
from bot.application.parts import Parts
from bot.application.present import present_links
from bot.domain.attendance import passed_over
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.errors import NotAllowed, Refused, Unfit, Unknown
from bot.domain.event import Decided, Happening, Verdict
from bot.domain.person import Actor, Door, Person, person_actor
from bot.domain.plain import Plain
from bot.domain.presence import Seat, seat_of
from bot.domain.run import GateStatus, Run, RunId
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants done with a run that waits."""

    run: RunId
    verdict: Verdict
    by: Person
    door: Door
    step: str = ""
    """Empty takes the one thing that waits."""
    version: int | None = None
    digest: str | None = None
    reason: str = ""
    text: str = ""
    values: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    proposal: int = 0
    to: Person | None = None
    minutes: int | None = None
    link: str = ""
    on_behalf_of: str = ""
    delivery: str = ""
    """What brought it, where it was kept in the inbox: that is through with the same commit, so it is done once."""
    suggestion: str = ""
    """What it was suggested by: once this is taken, that is gone with the same commit."""


async def decide(parts: Parts, wish: Wish) -> Run:
    """The run after the verdict. Raises Refused where it was not taken."""
    to = seat_of(wish.to, parts.directory.person, parts.clock.now()) if wish.to is not None else None
    actor = person_actor(wish.by.id, wish.door, on_behalf_of=wish.on_behalf_of)

    def work(tx: Transaction) -> Run | Refused:
        if wish.delivery:
            tx.inbox.finish(wish.delivery)
        run = tx.runs.load(wish.run)
        event = _event(wish, run, actor, to, parts)
        try:
            _refuse_unloaded(parts, run)
            moved = move(parts, run, event, parts.library.pinned(run))
            _refuse_by_current(parts, run, event)
        except Refused as refused:
            write_refusal(parts, tx, run, event, refused, outcome=event.verdict.value)
            return refused
        if wish.suggestion:
            tx.suggestions.drop(wish.suggestion)
        after = keep(tx, run, begin_early(parts, tx, moved, at=event.at))
        learn(parts, tx, run, after, event)
        return after

    outcome = await parts.store.run(work)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def foresee(parts: Parts, run: Run, wish: Wish) -> None:
    """Raise what a verdict would be refused with as things stand. Nothing is decided, and nothing is written down."""
    to = Seat(wish.to) if wish.to is not None else None
    event = _event(wish, run, person_actor(wish.by.id, wish.door), to, parts)
    _refuse_unloaded(parts, run)
    move(parts, run, event, parts.library.pinned(run))
    _refuse_by_current(parts, run, event)


def _event(wish: Wish, run: Run, actor: Actor, to: Seat | None, parts: Parts) -> Decided:
    step = wish.step or _waiting(run, wish.verdict)
    return Decided(
        at=parts.clock.now(),
        by=actor,
        person=wish.by,
        verdict=wish.verdict,
        step=step,
        version=wish.version,
        digest=wish.digest,
        reason=wish.reason,
        text=wish.text,
        values=wish.values,
        proposal=wish.proposal,
        to=(to.there or wish.to) if to is not None else None,
        instead=_instead(to),
        links=present_links(parts, run, step) if wish.verdict is Verdict.ESCALATE else (),
        minutes=wish.minutes,
        link=wish.link,
    )


def _instead(seat: Seat | None) -> str:
    """Who is asked in whose place, and why; empty where it is whoever was meant."""
    if seat is None or seat.there is None or not seat.passed:
        return ""
    return f"{passed_over(seat.passed)} {seat.there.name} stands in."


def _waiting(run: Run, verdict: Verdict) -> str:
    """The one thing that waits, where nobody said which."""
    if verdict is Verdict.OBSERVE:
        return ""
    waiting = [*run.questions, *(g.step for g in run.gates.values() if g.status is GateStatus.OPEN)]
    if len(waiting) == 1:
        return waiting[0]
    if waiting:
        raise Unknown(f"More than one thing waits here; say which with --step: {', '.join(waiting)}.")
    gates = [*run.gates]
    if gates:
        return gates[-1]
    raise Unknown(f"Nothing waits for a decision in this run; it is {run.state}.")


def _refuse_unloaded(parts: Parts, run: Run) -> None:
    """Who may decide is asked of the current brief, too; where there is none that fits, nobody may."""
    why = parts.library.why_not(run)
    if why:
        raise Unfit(f"{why} Until that is mended, nothing can be decided here.")


def _refuse_by_current(parts: Parts, run: Run, event: Decided) -> None:
    """For authority the stricter of the pinned and the current brief counts; for all else the pinned one."""
    current = parts.library.current(run.workflow)
    if current.pins.brief == run.pins.brief:
        return
    try:
        move(parts, run, event, current)
    except NotAllowed:
        raise
    except Refused:
        return


def write_refusal(parts: Parts, tx: Transaction, run: Run, event: Happening, refused: Refused, *, outcome: str) -> None:
    """What somebody wanted and may not have is worth knowing later."""
    step = getattr(event, "step", "")
    kind = EntryKind.AUTH_REFUSED if isinstance(refused, NotAllowed) else EntryKind.GATE_REFUSED
    entry = Entry(
        kind=kind,
        at=event.at,
        actor_kind=event.by.kind,
        actor=event.by.ref,
        step=step or None,
        notes={"door": event.by.door.value, "outcome": outcome, "reason": refused.reason},
        fields=parts.terms(run).fields.entered(run, step, {"why": parts.redactor.clean(refused.message)}),
    )
    tx.records.write(f"run:{run.id}", [entry], run=run)
