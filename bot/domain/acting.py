"""Carrying out what was approved: witnesses first, then each intent once, then the proof that it is done."""

from dataclasses import replace

from bot.domain.answering import is_due
from bot.domain.approval import Approved
from bot.domain.asking import ask
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Execute, Purpose, Read
from bot.domain.errors import NotAllowed
from bot.domain.event import Begun, Done, Retried
from bot.domain.gating import put_to_people, void
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
from bot.domain.undoing import go_on_undoing
from bot.domain.value import Wrong, broken_rules, intended, intent_of, plain_of, skipped, upstream
from bot.domain.workflow import Act, AnyLookup, AnyStep, Each, Either, LookUp, Review, Trigger


def gate_of(run: Run, step: AnyStep) -> Gate:
    """The gate an `act` hangs on. Raises Wrong where there is none: then nothing may happen."""
    approved = step.node.approved if isinstance(step.node, Act) else step
    while isinstance(approved.node, Either):
        first = approved.node.first
        approved = approved.node.second if skipped(run, first) else first
    gate = run.gates.get(approved.name)
    if gate is None or not isinstance(approved.node, Review):
        raise Wrong(f"“{step.name}” has no gate before it, so it is not carried out.")
    return gate


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
    move.step(step.name, StepState(StepStatus.DUE, {"witnessing": names}), None)
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


def _witnesses(move: Move, step: AnyStep) -> list[tuple[str, AnyLookup, dict[str, Plain]]]:
    """What the decision relied on and has to be read again: name, lookup, argument."""
    found: list[tuple[str, AnyLookup, dict[str, Plain]]] = []
    for one in upstream(move.terms, step):
        state = move.run.steps.get(one.name)
        if state is None or state.status is not StepStatus.DONE:
            continue
        if isinstance(one.node, LookUp) and state.source is Source.SYSTEM:
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


def reopen(move: Move, step: AnyStep, gate: Gate, why: str) -> None:
    """Void an approval and ask again, as a new version."""
    move.run = replace(move.run, actions=tuple(a for a in move.run.actions if a.step != step.name))
    move.forget((step.name,))
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
        return reopen(move, step, gate_of(move.run, step), lapsed)
    against = event.refused or _against(move, action, approved)
    if against:
        if event.refused:
            move.write(EntryKind.BUDGET_HIT, step=event.step, by=ENGINE, fields={"why": against})
        return move.fail(event.step, against)
    begun = replace(action, status=ActionStatus.BEGUN, begun_at=event.at)
    move.action(
        begun,
        EntryKind.ACTION_INTENDED,
        digest=approved.digest,
        records=move.terms.fields.record(intended(move.run, action, move.terms), action.proposal.step),
        outcome=action.proposal.kind,
        reviewer=", ".join(approved.by),
    )
    return None


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


def find_started(run: Run) -> Action | None:
    """The first action that left, or may have; before it nothing can be changed any more."""
    return next((a for a in run.actions if a.status is not ActionStatus.PLANNED), None)


def find(run: Run, step: str, n: int) -> Action | None:
    """The n-th action of a step."""
    return next((a for a in run.actions if a.step == step and a.n == n), None)


def take_done(move: Move, event: Done) -> None:
    """Something worked: note the receipt and go on with the next."""
    if is_due(move, event.step, Each):
        state = StepState(StepStatus.DONE, dict(event.receipt), Source.SYSTEM)
        return move.step(event.step, state, EntryKind.STEP_DONE, fields=event.receipt)
    action = find(move.run, event.step, event.n)
    if action is None:
        return _take_dry_run(move, event)
    if action.status is ActionStatus.UNDOING:
        done = replace(action, status=ActionStatus.UNDONE)
        move.action(done, EntryKind.COMPENSATION_DONE, attempt=event.attempt, ext_ref=_ref(move, event))
        return go_on_undoing(move)
    if action.status is not ActionStatus.BEGUN:
        return None
    move.action(
        replace(action, status=ActionStatus.DONE, receipt=dict(event.receipt)),
        EntryKind.ACTION_DONE,
        attempt=event.attempt,
        fields={"link": event.receipt.get("link")} if event.receipt.get("link") else None,
        ext_ref=_ref(move, event),
        outcome="found" if event.found else "done",
        latency_ms=event.latency_ms,
    )
    execute_next(move, event.step)
    return None


def _ref(move: Move, event: Done) -> str | None:
    """The id that the other system gave, as a plain column may have it."""
    id = event.receipt.get("id")
    return move.silent(id) if isinstance(id, str) else None


def _take_dry_run(move: Move, event: Done) -> None:
    if not is_due(move, event.step, Act):
        return
    gate = gate_of(move.run, move.terms.definition.step(event.step))
    move.write(EntryKind.ACTION_DRY_RUN, step=event.step, n=event.n, fields=event.receipt, by=ENGINE)
    if event.n + 1 < len(gate.proposals):
        move.order(Execute(event.step, event.n + 1, dry=True))
    else:
        move.skip(event.step, "dry run")


def take_retry(move: Move, event: Retried) -> None:
    """Something will be tried again; where surely nothing happened, its action counts as not begun."""
    move.write(
        EntryKind.STEP_RETRIED,
        step=event.step,
        attempt=event.attempt,
        fields={"error": event.text},
        until=event.until.isoformat(),
    )
    action = find(move.run, event.step, event.n)
    if action is not None and action.status is ActionStatus.BEGUN and event.sure:
        move.action(replace(action, status=ActionStatus.PLANNED), EntryKind.ACTION_FAILED, outcome="not applied")
