"""Starting a step: pure ones give their value at once, the others order an effect or ask a person."""

from datetime import UTC, datetime
from typing import assert_never

from bot.domain import acting
from bot.domain.asking import ask, ask_to_observe
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import AskModel, Purpose, Read, StartRuns, Wake
from bot.domain.ending import stopped
from bot.domain.errors import NotAllowed
from bot.domain.event import Started
from bot.domain.gating import open_gate
from bot.domain.mend import by_brief
from bot.domain.move import Move
from bot.domain.outside import LETTER
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.quantity import parse_duration
from bot.domain.run import Ask as AskKind
from bot.domain.run import Question, RunState, Source, Stage, StepState, StepStatus
from bot.domain.value import (
    Wrong,
    broken_rules,
    build,
    decide,
    guessed_upstream,
    holds,
    plain_of,
    proposal_of,
    skipped,
)
from bot.domain.workflow import (
    Act,
    AnyStep,
    Ask,
    Choose,
    Decide,
    Each,
    Either,
    IdOf,
    Inquire,
    LookUp,
    PlanOf,
    Propose,
    Review,
    Stop,
    Trigger,
    Wait,
    inputs_of,
)


def begin(move: Move, event: Started) -> None:
    """Write down what started the run, at which versions, and let it go."""
    run, trigger = move.run, move.terms.definition.trigger
    if run.steps:
        return
    move.step(
        trigger.name,
        StepState(StepStatus.DONE, dict(event.value), Source.TRIGGER),
        EntryKind.RUN_STARTED,
        fields=event.value,
        state=RunState.RUNNING.value,
        source=move.silent(run.origin.record or run.origin.key),
        stage=run.stage.value,
        owner=run.owner,
        workflow_digest=run.pins.workflow,
        brief=run.pins.brief,
        model=run.pins.model,
    )
    if run.stage is Stage.INSTRUMENT:
        ask_to_observe(move)


def enter(move: Move, step: AnyStep) -> None:
    """Start one step, or skip it."""
    if step.when is not None and not holds(move.run, step.when):
        return move.skip(step.name, "guard")
    if any(skipped(move.run, one) for one in inputs_of(step.node)):
        return move.skip(step.name, "an input was skipped")
    if move.run.stage is Stage.INSTRUMENT:
        return move.skip(step.name, "stage instrument")
    try:
        _activate(move, step)
    except (NotAllowed, Wrong) as refused:
        move.fail(step.name, refused.message)
    return None


def _activate(move: Move, step: AnyStep) -> None:  # noqa: C901  one flat dispatch
    match step.node:
        case LookUp() as node:
            _look_up(move, step, node)
        case Ask():
            _ask(move, step)
        case Decide() as node:
            _done(move, step, decide(move.run, move.terms, step, node))
        case Stop() as node:
            _stop(move, step, node)
        case Propose() as node:
            _propose(move, step, node)
        case PlanOf() as node:
            _done(move, step, [one.name for one in node.intents])
        case Review() as node:
            open_gate(move, step, node)
        case Act():
            acting.start(move, step)
        case Inquire() as node:
            _inquire(move, step, node)
        case Wait() as node:
            _wait(move, step, node)
        case Each() as node:
            _each(move, step, node)
        case Trigger() | Either() | IdOf():
            raise Wrong(f"“{step.name}” cannot stand here.")
        case _:
            assert_never(step.node)


def _done(move: Move, step: AnyStep, value: str | list[str]) -> None:
    plain: Plain = [*value] if isinstance(value, list) else value
    outcome = value if isinstance(value, str) else ", ".join(value)
    move.step(step.name, StepState(StepStatus.DONE, plain), EntryKind.STEP_DONE, by=ENGINE, outcome=outcome)


def _due(move: Move, step: AnyStep) -> None:
    # Written down when it ends, by whoever did it; its order stands in the outbox with this same commit.
    move.step(step.name, StepState(StepStatus.DUE), None)


def _look_up(move: Move, step: AnyStep, node: LookUp) -> None:
    if not move.terms.brief.may_read(node.lookup.kind):
        raise Wrong(f"The brief does not allow reading {node.lookup.kind}. {_added(move, 'reads', node.lookup.kind)}")
    about = plain_of(move.run, node.about)
    _due(move, step)
    move.order(Read(step.name, node.lookup.kind, about if isinstance(about, dict) else {}, Purpose.INPUT))


def _ask(move: Move, step: AnyStep) -> None:
    used_up = over_budget(move)
    if used_up:
        move.write(EntryKind.BUDGET_HIT, step=step.name, by=ENGINE, cost_micros=move.run.spent_micros)
        raise Wrong(f"{used_up} {by_brief(move.run, 'Raise', 'limits.cost_per_run')}")
    _due(move, step)
    move.order(AskModel(step.name))


def over_budget(move: Move) -> str:
    """A sentence where this run may not ask the model any more."""
    cap = move.terms.brief.limits.cost_per_run
    if cap is None or move.run.spent_micros < cap.micros:
        return ""
    return f"This run has used its budget of {cap} for the model."


def _stop(move: Move, step: AnyStep, node: Stop) -> None:
    guesses = guessed_upstream(move.run, move.terms, step)
    careful = move.run.stage in (Stage.ASSISTED, Stage.APPROVED)
    if careful and guesses:
        text = f"The model's answer would end this here: “{node.text}” Is that right?"
        ask(move, Question(step.name, AskKind.CONFIRM, _first_group(move), text, move.at, draft=guesses[-1]))
    else:
        end_by_stop(move, step.name, node.text)


def end_by_stop(move: Move, step: str, text: str) -> None:
    """End the run at a `stop`."""
    move.step(step, StepState(StepStatus.DONE), EntryKind.STEP_DONE, by=ENGINE)
    move.enter(RunState.STOPPED, EntryKind.RUN_STOPPED, text)
    move.tell_requester(stopped(move.run, move.terms, text))


def _first_group(move: Move) -> str:
    reviews = [s.node for s in move.terms.definition.steps if isinstance(s.node, Review)]
    if not reviews:
        return "owner"
    by = reviews[0].by
    return by.otherwise if isinstance(by, Choose) else by


def _propose(move: Move, step: AnyStep, node: Propose) -> None:
    intent = build(move.run, move.terms, step, node)
    if not move.terms.brief.may_change(intent.kind()):
        raise Wrong(f"The brief does not allow {intent.kind()}. {_added(move, 'changes', intent.kind())}")
    secret = next((one for one in type(intent).model_fields if move.terms.fields.is_secret(f"{step.name}.{one}")), None)
    if secret is not None:
        raise Wrong(f"“{step.name}” would keep a secret in its field {secret}. What a binding needs, it holds itself.")
    broken = next(broken_rules(((step.name, intent),), move.run, move.terms), None)
    if broken:
        raise Wrong(f"The proposal breaks a rule of the brief: {broken}")
    value = proposal_of(step.name, intent).data
    move.step(step.name, StepState(StepStatus.DONE, value), EntryKind.STEP_DONE, by=ENGINE)


def _added(move: Move, table: str, kind: str) -> str:
    return by_brief(move.run, "Add it to", f"{table}.{kind.partition('.')[0]}")


def _inquire(move: Move, step: AnyStep, node: Inquire) -> None:
    if move.run.stage is Stage.SHADOW:
        return move.skip(step.name, "shadow: nobody is asked")
    text = " ".join((node.fact.__doc__ or f"Please fill in {node.fact.__name__}.").split())
    ask(move, Question(step.name, AskKind.INQUIRE, _asked(move, node.of), text, move.at))
    return None


def _asked(move: Move, of: str) -> str:
    """Who is asked. Where nothing may leave yet, the owner asks those outside, and says what they answered."""
    if of not in move.terms.brief.outsiders:
        return of
    if not move.terms.brief.may_change(LETTER):
        raise Wrong(f"The brief does not allow {LETTER}. {_added(move, 'changes', LETTER)}")
    return "owner" if move.run.stage is Stage.ASSISTED else of


def _wait(move: Move, step: AnyStep, node: Wait) -> None:
    until = _until(move, node)
    if until is None:
        done = StepState(StepStatus.DONE, {"ended_by_event": False})
        return move.step(step.name, done, EntryKind.STEP_DONE, by=ENGINE, outcome="at once")
    state = StepState(StepStatus.WAITING, until.isoformat())
    move.step(step.name, state, EntryKind.STEP_WAITING, by=ENGINE, until=until.isoformat())
    move.order(Wake(until, step.name))
    return None


def _until(move: Move, node: Wait) -> datetime | None:
    """When the wait ends; None where the field says nothing, so that there is nothing to wait for."""
    name, _, field = node.until.partition(".")
    value = move.run.value(name)
    try:
        if not field:
            return move.at + parse_duration(node.until)
        if isinstance(value, dict) and field in value and value[field] is None:
            return None
        until = datetime.fromisoformat(str(value.get(field)) if isinstance(value, dict) else "")
        return until.astimezone(UTC) if until.tzinfo else until.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Wrong(f"“{node.until}” does not say until when to wait.") from None


def _each(move: Move, step: AnyStep, node: Each) -> None:
    if move.run.stage is Stage.SHADOW:
        return move.skip(step.name, "shadow: no runs are started")
    value = plain_of(move.run, node.records)
    records = value.get("records") if isinstance(value, dict) else None
    rows = tuple(r for r in records if isinstance(r, dict)) if isinstance(records, list) else ()
    _due(move, step)
    move.order(StartRuns(step.name, node.start, rows[: node.cap]))
    return None
