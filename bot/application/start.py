"""Start a run: the same request twice starts one run and says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from bot.application.came_again import note_again, tell_of_another
from bot.application.move import move
from bot.application.parts import Parts
from bot.domain.brief import Brief
from bot.domain.errors import NotAllowed, OverLimit, Unfit
from bot.domain.event import Started
from bot.domain.gate import Power, allow, may
from bot.domain.intent import Fact
from bot.domain.misfit import misfits
from bot.domain.person import Actor, ActorKind, Door, Person, PersonId, TeamId, person_actor
from bot.domain.plain import Plain, canonical
from bot.domain.redaction import FieldClass
from bot.domain.run import Origin, Run, RunId, Stage
from bot.domain.terms import Terms
from bot.domain.workflow import Trigger
from bot.ports.store import Transaction

_MACHINES: Mapping[Door, ActorKind] = {
    Door.SCHEDULE: ActorKind.SCHEDULE,
    Door.WEBHOOK: ActorKind.WEBHOOK,
    Door.FORM: ActorKind.WEBHOOK,
    Door.MAIL: ActorKind.WEBHOOK,
    Door.RUN: ActorKind.SYSTEM,
}


@dataclass(frozen=True, slots=True)
class Request:
    """The one trigger envelope, with its value still to be checked."""

    workflow: str
    value: Mapping[str, object]
    door: Door
    team: TeamId
    by: Person | None
    """None where a machine asks: a schedule, a webhook, another run."""
    source: str
    """Which one: `schedule:x`, `webhook:y`, `run:z`; a person's id otherwise."""
    key: str = ""
    """Deduplication; empty takes the value itself."""
    record: str = ""
    """Where the request came from, as a link or id."""
    on_behalf_of: str = ""
    behind: str = ""
    """Who asked for the run that asks for this one."""
    delivery: str = ""
    """What brought it, where it was kept in the inbox and is done with once this stands."""
    files: tuple["File", ...] = ()
    """What came with it, kept by its content and not in the record."""


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """Something that came with a request."""

    data: bytes
    kind: str
    """`application/pdf`"""


@dataclass(frozen=True, slots=True)
class Opened:
    """The run that stands for a request, and whether it was started just now."""

    run: RunId
    fresh: bool


async def start(parts: Parts, request: Request) -> Opened:
    """Start a run. Raises Refused with a sentence where it may not start; nothing was started then."""
    prepared = prepare(parts, request)
    run = prepared[0]

    def work(tx: Transaction) -> tuple[Opened, dict[str, Plain]]:
        if request.delivery:
            tx.inbox.finish(request.delivery)
        existing = tx.runs.started_by(request.workflow, run.origin.key)
        if existing is not None:
            return Opened(existing, fresh=False), note_again(parts, tx, existing, prepared)
        admit(parts, tx, prepared)
        for file in request.files:
            tx.records.keep_blob(file.data, kind=file.kind, run=run.id)
        return Opened(run.id, fresh=True), {}

    opened, other = await parts.store.run(work)
    await tell_of_another(parts, opened.run, run, other)
    return opened


def prepare(parts: Parts, request: Request) -> tuple[Run, Started, Terms]:
    """The run before its first event, and that event. Raises Refused where it may not start, or does not fit."""
    terms = parts.library.current(request.workflow)
    _refuse_stranger(request, terms.brief)
    value = _checked(terms, request.value)
    key = _same(parts, request, terms, value) or _key(parts, request.key, terms, value)
    key = key or parts.pseudonym(f"{request.workflow} {sorted(value.items())}")
    run = _run(parts, request, terms, value, key)
    return run, Started(run.started_at, _actor(request), value), terms


def admit(parts: Parts, tx: Transaction, prepared: tuple[Run, Started, Terms]) -> None:
    """Let a new run stand. Raises OverLimit where its workflow is held, or has as many as it may."""
    run, started, terms = prepared
    refuse_flood(tx, run, terms.brief)
    tx.runs.create(move(parts, run, started, terms))


def _same(parts: Parts, request: Request, terms: Terms, value: Mapping[str, Plain]) -> str:
    """One key for one event, whichever doors it comes through; empty where the brief does not say what tells it."""
    identity = terms.brief.triggers.identity
    if not identity or request.door is Door.SCHEDULE:
        return ""
    return parts.pseudonym(f"{request.workflow} {[(name, value.get(name)) for name in identity]}")


def _key(parts: Parts, given: str, terms: Terms, value: Mapping[str, Plain]) -> str:
    """The key as it may be stored: one with a secret or somebody in it still tells requests apart, and nothing more."""
    canonical(given)  # what cannot be written down is refused
    return given if _silent(parts, given, terms, value) == given else parts.pseudonym(given)


def _silent(parts: Parts, text: str, terms: Terms, value: Mapping[str, Plain]) -> str:
    """A text for a column that is never erased: without anything that leads to a person."""
    return terms.fields.silenced(parts.redactor.clean(text, treat_as=FieldClass.PERSONAL), value, _trigger(terms))


def _trigger(terms: Terms) -> str:
    return terms.definition.trigger.name


def _refuse_stranger(request: Request, brief: Brief) -> None:
    if request.door.value not in (*brief.triggers.doors, Door.RUN.value):
        doors = ", ".join(brief.triggers.doors)
        raise NotAllowed(f"{request.workflow} is not started from here ({request.door}); its doors are: {doors}.")
    if request.by is not None:
        allow(may(request.by, Power.START, brief))


def trigger_of(terms: Terms) -> type[Fact]:
    """What a workflow starts from."""
    node = terms.definition.trigger.node
    return node.fact if isinstance(node, Trigger) else Fact


def _checked(terms: Terms, value: Mapping[str, object]) -> dict[str, Plain]:
    fact = trigger_of(terms)
    try:
        return fact.model_validate(value).model_dump(mode="json")
    except ValidationError as error:
        raise Unfit(f"This is not a {fact.__name__} yet: {_problems(error, fact)} Nothing was started.") from error


def _problems(error: ValidationError, fact: type[Fact]) -> str:
    lines = [f"{'.'.join(map(str, place)) or 'it'}: {said}" for place, said in misfits(error, fact)]
    more = f" And {len(lines) - 5} more." if len(lines) > 5 else ""
    return " ".join(lines[:5]) + more


def _run(parts: Parts, request: Request, terms: Terms, value: Mapping[str, Plain], key: str) -> Run:
    brief = terms.brief
    owner, record = parts.directory.named(brief.owner), _silent(parts, request.record, terms, value)
    subject = value.get(brief.data.subject.partition(".")[2]) if brief.data.subject else None
    return Run(
        id=parts.new_run_id(),
        team=request.team,
        workflow=request.workflow,
        pins=terms.pins,
        origin=Origin(request.door, key, request.by.id if request.by else request.source, record, request.behind),
        stage=_stage(brief, value),
        owner=owner.id if owner else PersonId(brief.owner),
        started_at=parts.clock.now(),
        subject=parts.pseudonym(str(subject)) if subject else "",
    )


def _stage(brief: Brief, value: Mapping[str, Plain]) -> Stage:
    """Outside the brief's scope a run stays shadow."""
    inside = all(str(value.get(scope.field.rpartition(".")[2])) in scope.values for scope in brief.scope)
    if inside or brief.stage is Stage.INSTRUMENT:
        return brief.stage
    return Stage.SHADOW


def _actor(request: Request) -> Actor:
    if request.by is not None:
        return person_actor(request.by.id, request.door, on_behalf_of=request.on_behalf_of)
    return Actor(_MACHINES.get(request.door, ActorKind.SYSTEM), request.source, request.door)


def refuse_paused(tx: Transaction, workflow: str) -> None:
    """Raises OverLimit where a workflow, or everything, is held; worth asking before somebody fills in a form."""
    paused = tx.limits.paused(workflow)
    if paused:
        raise OverLimit(f"{workflow} is paused: {paused} Nothing was started; try again when it is resumed.")


def refuse_flood(tx: Transaction, run: Run, brief: Brief) -> None:
    """Raises OverLimit where one more is too many, or the workflow is held."""
    refuse_paused(tx, run.workflow)
    since = run.started_at.replace(minute=0, second=0, microsecond=0)
    if tx.runs.started_since(run.workflow, run.origin.requester, since) >= brief.limits.runs_per_user_per_hour:
        limit = brief.limits.runs_per_user_per_hour
        raise OverLimit(
            f"You have started {limit} runs of {run.workflow} this hour, which is its limit. Try again later."
        )
    most = brief.limits.open_cards_per_reviewer_group
    for group in brief.reviewers:
        if tx.runs.open_gates(group, most=most) >= most:
            raise OverLimit(f"{most} cards wait for {group} already, which is the limit. Nothing was started.")
