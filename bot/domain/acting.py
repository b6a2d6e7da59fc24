"""Carrying out what was approved: witnesses first, then each intent once, then the proof that it is done."""

from datetime import datetime, timedelta

from bot.domain.approval import Approved
from bot.domain.asking import ask
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Execute, Purpose, Read, Show
from bot.domain.errors import NotAllowed
from bot.domain.event import Begun
from bot.domain.frozen import replace
from bot.domain.gating import close, put_to_people, reject_by_brief, void
from bot.domain.intent import HUMAN_ONLY, Intent, digest_of, key_of
from bot.domain.mend import by_brief
from bot.domain.move import Move
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.run import (
    Action,
    ActionStatus,
    Ask,
    Gate,
    GateStatus,
    Mode,
    Question,
    Run,
    RunState,
    Source,
    StepState,
    StepStatus,
)
from bot.domain.terms import Terms
from bot.domain.value import Wrong, broken_rules, intended, intent_of, plain_of, skipped, upstream
from bot.domain.workflow import Act, AnyLookup, AnyStep, Either, LookUp, Review, Trigger

GRACE = timedelta(minutes=5)
"""How late an effect may come, beyond the time for which the brief lets it be tried at all."""


def gate_of(run: Run, step: AnyStep) -> Gate:
    """The gate an `act` hangs on. Raises Wrong where there is none: then nothing may happen."""
    review = _review_of(run, step)
    gate = run.gates.get(review.name)
    if gate is None or not isinstance(review.node, Review):
        raise Wrong(f"“{step.name}” has no gate before it, so it is not carried out.")
    return gate


def _review_of(run: Run, step: AnyStep) -> AnyStep:
    """What an `act` hangs on; of alternatives the one that is on this run's path."""
    review = step.node.approved if isinstance(step.node, Act) else step
    while isinstance(review.node, Either):
        first = review.node.first
        review = review.node.second if skipped(run, first) else first
    return review


def acts_on(run: Run, terms: Terms, gate: Gate) -> tuple[str, ...]:
    """The steps that carry out what a gate approves."""
    acts = (step for step in terms.definition.steps if isinstance(step.node, Act))
    return tuple(step.name for step in acts if _review_of(run, step).name == gate.step)


def granted(run: Run, step: AnyStep) -> Approved[Intent]:
    """The approval an `act` runs on: these proposals and no others. Raises NotAllowed where there is none."""
    gate = gate_of(run, step)
    if gate.status is not GateStatus.APPROVED or gate.mode is not Mode.EXECUTE:
        raise NotAllowed("This was not approved.", reason="not-approved")
    if digest_of(gate.proposals) != gate.digest:
        raise NotAllowed("What was approved is not what would be carried out.", reason="digest")
    by = (gate.policy,) if gate.policy else tuple(vote.person for vote in gate.approvals)
    if not gate.policy and len(set(by)) < gate.needed:
        raise NotAllowed("Too few people have approved this.", reason="quorum")
    return Approved(run.id, gate.step, gate.version, gate.digest, gate.proposals, by, gate.expires_at)


def start(move: Move, step: AnyStep) -> None:
    """Begin an `act`: execute, show or rehearse, as the gate says."""
    gate = gate_of(move.run, step)
    if gate.status is GateStatus.REJECTED:
        return _follow_rejection(move, gate)
    match gate.mode:
        case Mode.NOTHING:
            move.skip(step.name, "stage instrument")
        case Mode.DRY_RUN:
            move.step(step.name, StepState(StepStatus.DUE), None)
            move.order(Execute(step.name, 0, dry=True))
        case Mode.SHOW:
            text = "Do this yourself, then say so here with a link."
            ask(move, Question(step.name, Ask.DONE_BY_ME, gate.group, text, move.at))
        case Mode.EXECUTE:
            _start_executing(move, step)
    return None


def _follow_rejection(move: Move, gate: Gate) -> None:
    """It was rejected while another action was on its way, so that nothing could follow from it before now."""
    vote = gate.denials[-1]
    call_off(move, gate)
    why = f"Rejected by {vote.person}: {vote.reason}. {vote.text}".strip()
    reject_by_brief(move, gate, move.terms.brief.reviewers[gate.group], why)


def _start_executing(move: Move, step: AnyStep) -> None:
    approved = granted(move.run, step)
    if len(move.run.actions) + len(approved.proposals) > move.terms.brief.limits.actions_per_run:
        move.write(EntryKind.BUDGET_HIT, step=step.name, by=ENGINE, count=len(move.run.actions))
        mend = by_brief(move.run, "Raise", "limits.actions_per_run")
        raise Wrong(f"This would be more actions than the brief allows in one run. {mend}")
    for n, proposal in enumerate(approved.proposals):
        key = key_of(run=move.run.id, step=step.name, digest=approved.digest, n=n)
        move.action(Action(step.name, n, proposal, key), None)
    carry_out(move, step)


def carry_out(move: Move, step: AnyStep) -> None:
    """Read again what the decision relied on, then execute. Once a part of it is done, the rest follows at once."""
    witnesses = [] if _partly_done(move.run, step.name) else _witnesses(move, step)
    names: list[Plain] = [name for name, _, _ in witnesses]
    move.step(step.name, StepState(StepStatus.DUE, {"witnessing": names, "since": move.at.isoformat()}), None)
    for name, lookup, about in witnesses:
        move.order(Read(name, lookup.kind, about, Purpose.WITNESS))
    if not witnesses:
        execute_next(move, step.name)


def _partly_done(run: Run, step: str) -> bool:
    return any(action.step == step and action.status is ActionStatus.DONE for action in run.actions)


def witnesses_left(run: Run, step: str) -> list[Plain]:
    """What an `act` still has to read again before it may begin."""
    waiting = run.value(step)
    names = waiting.get("witnessing") if isinstance(waiting, dict) else None
    return names if isinstance(names, list) else []


def _is_old(move: Move, step: AnyStep) -> bool:
    """Whether what was read again for an `act` may have changed since: it had to wait, or it comes late."""
    waiting = move.run.value(step.name)
    since = waiting.get("since") if isinstance(waiting, dict) else ""
    in_time = move.terms.brief.failure.when_unavailable.within + GRACE
    old = not (isinstance(since, str) and since) or move.at - datetime.fromisoformat(since) > in_time
    return old and not _partly_done(move.run, step.name) and bool(_witnesses(move, step))


def _witnesses(move: Move, step: AnyStep) -> list[tuple[str, AnyLookup, dict[str, Plain]]]:
    """What the decision relied on and has to be read again: name, lookup, argument."""
    found: list[tuple[str, AnyLookup, dict[str, Plain]]] = []
    for one in upstream(move.terms, step):
        state = move.run.steps.get(one.name)
        if state is None or state.status is not StepStatus.DONE:
            continue
        if isinstance(one.node, LookUp):
            about = plain_of(move.run, one.node.about)
            found.append((one.name, one.node.lookup, about if isinstance(about, dict) else {}))
        elif isinstance(one.node, Trigger) and one.node.again is not None and isinstance(state.value, dict):
            found.append((one.name, one.node.again, state.value))
    return found


def execute_next(move: Move, step: str) -> None:
    """Order the next planned action of a step, or end the step when none is left."""
    mine = [a for a in move.run.actions if a.step == step]
    due = next((a for a in mine if a.status is ActionStatus.PLANNED), None)
    if due is not None:
        move.order(Execute(step, due.n))
        return
    receipt = dict(mine[-1].receipt or {})
    move.step(step, StepState(StepStatus.DONE, receipt, Source.SYSTEM), EntryKind.STEP_DONE, by=ENGINE)


def acting_step(move: Move) -> AnyStep | None:
    """The `act` under way."""
    for step in move.terms.definition.steps:
        state = move.run.steps.get(step.name)
        if isinstance(step.node, Act) and state is not None and state.status is StepStatus.DUE:
            return step
    return None


def call_off(move: Move, gate: Gate) -> None:
    """Go back to a gate: what lies behind it and is not through has not begun, and is gone through again."""
    steps, names = move.run.steps, move.terms.definition.names()
    behind = [name for name in names[names.index(gate.step) + 1 :] if name in steps]
    open_ = tuple(name for name in behind if steps[name].status not in (StepStatus.DONE, StepStatus.SKIPPED))
    for other in [other for other in move.run.gates.values() if other.step in open_]:
        close(move, other, f"“{gate.step}” is no longer approved")
    move.run = replace(move.run, actions=tuple(a for a in move.run.actions if a.step not in open_))
    move.forget(open_)
    move.run = replace(move.run, steps={**move.run.steps, gate.step: StepState(StepStatus.ASKED, since=move.at)})


def reopen(move: Move, gate: Gate, why: str) -> None:
    """Void an approval and ask again, as a new version."""
    call_off(move, gate)
    reviewers = move.terms.brief.reviewers.get(gate.group)
    if reviewers is None:
        return move.park(why, step=gate.step)
    return put_to_people(move, replace(void(move, gate, why), why=why), reviewers)


def begin(move: Move, event: Begun) -> None:
    """The last check before an action leaves. Where it holds, the intent becomes durable with this very move."""
    action = find(move.run, event.step, event.n)
    if action is None or not _may_begin(move, action):
        return None
    step = move.terms.definition.step(event.step)
    try:
        approved = granted(move.run, step)
    except (NotAllowed, Wrong) as refused:
        return move.fail(event.step, refused.message)
    lapsed = _lapsed(move, event, approved)
    if lapsed and _partly_done(move.run, event.step):
        return move.fail(event.step, lapsed)
    if lapsed:
        return reopen(move, gate_of(move.run, step), lapsed)
    against = event.refused or _against(move, action, approved)
    if against:
        if event.refused:
            move.write(EntryKind.BUDGET_HIT, step=event.step, by=ENGINE, fields={"why": against})
        return move.fail(event.step, against)
    if _is_old(move, step):
        return carry_out(move, step)
    _take_the_rejection_off_the_card(move, event)
    move.action(
        replace(action, status=ActionStatus.BEGUN, begun_at=event.at),
        EntryKind.ACTION_INTENDED,
        digest=approved.digest,
        records=move.terms.fields.record(intended(move.run, action, move.terms), action.proposal.step),
        outcome=action.proposal.kind,
        reviewer=", ".join(approved.by),
    )
    return None


def _take_the_rejection_off_the_card(move: Move, event: Begun) -> None:
    """A card that was shown between the approval and this moment offers to reject what can be rejected no more."""
    gate = gate_of(move.run, move.terms.definition.step(event.step))
    first = all(action.begun_at is None for action in move.run.actions if action.step == event.step)
    if first and gate.shown_at is not None and gate.decided_at != event.at:
        move.order(Show(gate.step, gate.version))


def show_outcome(move: Move, step: str) -> None:
    """A card that somebody saw says what came of it; the one that was shown last may not know."""
    gate = gate_of(move.run, move.terms.definition.step(step))
    if gate.shown_at is not None:
        move.order(Show(gate.step, gate.version))


def _may_begin(move: Move, action: Action) -> bool:
    """Whether the run has come to this action and nobody holds it up; too early or too late, nothing happens."""
    run, state = move.run, move.run.steps.get(action.step)
    ready = state is not None and state.status is StepStatus.DUE and witnesses_left(run, action.step) == []
    at_work = run.state is RunState.RUNNING and not run.paused and run.undoing is None
    return action.status is ActionStatus.PLANNED and ready and at_work


def _lapsed(move: Move, event: Begun, approved: Approved[Intent]) -> str:
    """Why an approval counts no more. A plan that was begun in time is not held up by the clock half-way."""
    if event.lost_rights:
        return f"{', '.join(event.lost_rights)} may no longer approve this."
    if approved.until is None or event.at < approved.until or _partly_done(move.run, event.step):
        return ""
    return "Its approval ran out before it was carried out."


def _against(move: Move, action: Action, approved: Approved[Intent]) -> str:
    if action.proposal != approved.proposals[action.n]:
        return "What was approved is not what would be carried out."
    intents = tuple((p.step, intent_of(p, move.terms)) for p in approved.proposals)
    intent = intents[action.n][1]
    if not move.terms.brief.may_change(intent.kind()):
        mend = by_brief(move.run, "Add it to", f"changes.{intent.system}")
        return f"The brief does not allow {intent.kind()}. {mend}"
    if intent.risk in HUMAN_ONLY:
        return f"Only a person may do {intent.kind()}; the bot never does."
    return next(broken_rules(intents, move.run, move.terms), "")


def has_begun(action: Action) -> bool:
    """Whether an action has left, or may have; before that it can still be called off."""
    return action.status is not ActionStatus.PLANNED


def find(run: Run, step: str, n: int) -> Action | None:
    """The n-th action of a step."""
    return next((a for a in run.actions if a.step == step and a.n == n), None)
