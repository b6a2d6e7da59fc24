"""What scripts read: the JSON of runs. These names and meanings are kept; new ones may be added.

A time is ISO 8601 in UTC, money is in millionths of the model's currency, a share is in per cent, what is not known is
null. A person is `team/name`.
"""

from collections.abc import Mapping
from dataclasses import asdict

from bot.commands.shell.asked import Asked
from bot.commands.shell.words import stamp
from bot.domain.attempt import Attempt
from bot.domain.effect import Effect
from bot.domain.plain import Plain
from bot.domain.run import Action, Gate, Run, StepState
from bot.domain.terms import Terms
from bot.domain.value import intent_of
from bot.ports.queries import AttemptLine, Recorded, RunLine

Shape = dict[str, object]


def line_shape(line: RunLine) -> Shape:
    """One run of a list: `runs`."""
    return {
        "id": line.id,
        "workflow": line.workflow,
        "state": line.state.value,
        "paused": line.paused,
        "stage": line.stage,
        "requester": line.requester,
        "owner": line.owner,
        "reason": line.reason,
        "waiting_for": line.waiting_for,
        "started_at": stamp(line.started_at),
        "changed_at": stamp(line.changed_at),
        "ended_at": stamp(line.ended_at),
        "spent_micros": line.spent_micros,
    }


def run_shape(run: Run, terms: Terms | None, waiting: tuple[Asked, ...]) -> Shape:
    """One run as it stands: what `start`, `decide` and the others answer, and what `show` begins with."""
    return {
        "id": run.id,
        "workflow": run.workflow,
        "state": run.state.value,
        "paused": run.paused,
        "stage": run.stage.value,
        "requester": run.origin.requester,
        "door": run.origin.door.value,
        "key": run.origin.key,
        "record": run.origin.record,
        "owner": run.owner,
        "reason": run.reason,
        "started_at": stamp(run.started_at),
        "ended_at": stamp(run.ended_at),
        "spent_micros": run.spent_micros,
        "waiting": [asked_shape(one) for one in waiting],
        "actions": [action_shape(one, terms) for one in run.actions],
    }


def asked_shape(one: Asked) -> Shape:
    """A gate or question that waits for people, and what can be done with it."""
    shape: Shape = {
        "step": one.step,
        "kind": "gate" if one.gate else "question",
        "asks": one.question.kind.value if one.question else "approval",
        "text": one.question.text if one.question else one.gate.why if one.gate else "",
        "group": one.group,
        "people": [person.id for person in one.people],
        "verbs": [*one.card.verbs],
        "draft": one.question.draft if one.question else None,
    }
    expires = one.question.expires_at if one.question else one.gate.expires_at if one.gate else None
    return shape | {"expires_at": stamp(expires)} | (gate_shape(one.gate) if one.gate else {})


def gate_shape(gate: Gate) -> Shape:
    return {
        "version": gate.version,
        "digest": gate.digest,
        "status": gate.status.value,
        "mode": gate.mode.value,
        "needed": gate.needed,
        "approvals": [vote.person for vote in gate.approvals],
        "denials": [{"person": v.person, "reason": v.reason, "text": v.text} for v in gate.denials],
        "editors": [*gate.editors],
        "policy": gate.policy,
        "proposals": [{"step": p.step, "kind": p.kind, "data": p.data} for p in gate.proposals],
    }


def action_shape(action: Action, terms: Terms | None) -> Shape:
    """A change to another system: carried out, under way, or in doubt."""
    return {
        "step": action.step,
        "n": action.n,
        "kind": action.proposal.kind,
        "record": record_of(action, terms),
        "status": action.status.value,
        "key": action.key,
        "receipt": None if action.receipt is None else {**action.receipt},
        "error": action.error,
    }


def record_of(action: Action, terms: Terms | None) -> str:
    """The external record an action is about; empty where its type is not what it was when the run started."""
    try:
        return intent_of(action.proposal, terms).record() if terms else ""
    except (KeyError, ValueError):
        return ""


def step_shape(name: str, verb: str, state: StepState, prompt: str) -> Shape:
    """One step: what it gave, where that came from, and how sure its giver was."""
    return {
        "step": name,
        "verb": verb,
        "status": state.status.value,
        "value": state.value,
        "source": state.source.value,
        "confidence": state.confidence,
        "doubts": [*state.doubts],
        "evidence": [*state.evidence],
        "prompt": prompt,
        "since": stamp(state.since),
    }


def entry_shape(entry: Recorded) -> Shape:
    """One line of the record. The value of an erased field is null."""
    return {
        "seq": entry.seq,
        "at": stamp(entry.at),
        "event": entry.kind,
        "actor_kind": entry.actor_kind,
        "actor": entry.actor,
        "step": entry.step,
        "attempt": entry.attempt,
        "notes": {**entry.notes},
        "fields": {field.name: field.value for field in entry.fields},
        "erased": [field.name for field in entry.fields if field.erased],
    }


def attempt_shape(line: AttemptLine) -> Shape:
    """One call to a model; a cost of null is unknown, not zero."""
    one = line.attempt
    return {
        "step": line.step,
        "at": stamp(line.at),
        "n": one.n,
        "model": one.model,
        "prompt": one.prompt,
        "outcome": one.outcome,
        "input_tokens": one.input_tokens,
        "output_tokens": one.output_tokens,
        "cost_micros": one.cost_micros,
        "latency_ms": one.latency_ms,
        "error": one.error,
    }


def call_shape(one: Attempt) -> Shape:
    """One call to a model outside of a run, with all that is known of it."""
    return {name: value for name, value in asdict(one).items() if name not in ("input_hash", "schema_hash", "key")}


def effect_shape(effect: Effect, due: str | None, attempt: int) -> Shape:
    """Something still to be done, and when."""
    return {"what": effect.type, "step": effect.step, "due_at": due, "attempt": attempt}


def plain_fields(value: Plain) -> Mapping[str, Plain]:
    """The fields of a value that has fields; none for any other."""
    return value if isinstance(value, dict) else {}
