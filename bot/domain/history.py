"""What a model may be shown of earlier runs: what people decided about the same record, and what they put right.

All of it is material, fenced like what outsiders wrote, each piece with the run it comes from. Nothing personal of
another run is in it, not even what a prompt may have of its own; no names of people, no words of reviewers; and
nothing of another workflow or team, or of a run whose content was erased.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from pydantic import ValidationError

from bot.domain.intent import Promised
from bot.domain.judgement import as_left
from bot.domain.plain import Plain
from bot.domain.prompting import Example
from bot.domain.run import Gate, GateStatus, Run, RunState, Source, short
from bot.domain.terms import Prompt, Terms
from bot.domain.text import clean_for_model
from bot.domain.value import downstream, intent_of, plain_of
from bot.domain.workflow import AnyStep, Ask, named_inputs

EARLIER = "earlier_decisions"
"""What earlier decisions are called in the material."""
MOST_DECISIONS = 5
MOST_CORRECTIONS = 3
MOST_RECORDS = 12
LONGEST_TEXT = 600
"""Letters of one text of an earlier proposal; what is longer is cut, and says so."""


def records_of(run: Run, terms: Terms) -> tuple[str, ...]:
    """The external records a run may come to change: ids that its trigger and its systems gave, and what it proposes.

    Only fields that are ids by their name: what an outsider wrote into a text leads to no record.
    """
    systems = sorted({intent.system for intent in terms.intents.values()})
    ids = dict.fromkeys(
        value
        for state in run.steps.values()
        if state.source in (Source.TRIGGER, Source.SYSTEM) and isinstance(state.value, dict)
        for name, value in state.value.items()
        if isinstance(value, str) and value and (name == "id" or name.endswith("_id"))
    )
    proposed = [one for gate in run.gates.values() for one in targets_of(gate, terms)]
    held = (f"{system}:{id}" for id in ids for system in systems)
    return tuple(islice(dict.fromkeys([*proposed, *held]), MOST_RECORDS))


def targets_of(gate: Gate, terms: Terms) -> tuple[str, ...]:
    """The external records that a gate is about; what is only promised has no id yet."""
    intents = (intent_of(proposal, terms) for proposal in gate.proposals if proposal.kind in terms.intents)
    known = (one for one in intents if not isinstance(getattr(one, type(one).target, None), Promised))
    return tuple(dict.fromkeys(one.record() for one in known))


def decisions_of(run: Run, terms: Terms) -> Iterator[dict[str, Plain]]:
    """What people decided in an earlier run, one by one."""
    for gate in run.gates.values():
        decided = _decided(gate)
        if not decided or gate.decided_at is None:
            continue
        built = {one.step: run.value(one.step) for one in gate.proposals}
        proposed: dict[str, Plain] = {}
        became: dict[str, Plain] = {}
        for one in gate.proposals:
            first = built[one.step]
            before = first if isinstance(first, dict) else one.data
            edits = {name: value for name, value in one.data.items() if value != before.get(name)}
            proposed[one.kind] = _shown(before, one.step, run, terms)
            if edits:
                became[one.kind] = _shown(edits, one.step, run, terms)
        yield {
            "source": f"run {short(run.id)}",
            "decided_on": f"{gate.decided_at:%Y-%m-%d}",
            "by": gate.group,
            "proposed": proposed,
            "decided": f"{decided}, after an edit" if became and gate.status is GateStatus.APPROVED else decided,
            **({"edited_to": became} if became else {}),
        }


def _decided(gate: Gate) -> str:
    """What people decided; empty where they did not. Of what they said, only the reason they chose from the brief's."""
    if gate.status is GateStatus.APPROVED and gate.approvals:
        return "approved"
    if gate.status is GateStatus.REJECTED and gate.denials:
        return f"rejected: {gate.denials[-1].reason}"
    return ""


def correction_of(run: Run, step: AnyStep, prompt: Prompt, terms: Terms) -> Example | None:
    """What a model was shown in an earlier run, and the answer as people left it; None where it shows nothing.

    It is asked today's question: an answer that does not fit today's form is none, and what today's prompt does not
    declare is not shown.
    """
    node, left = step.node, as_left(run, step.name)
    if not isinstance(node, Ask) or left is None or not _stands(run, step.name, terms):
        return None
    material = {
        one.name: _shown(value, one.name, run, terms)
        for one in named_inputs(step)
        if one.name in prompt.inputs and (value := plain_of(run, one)) is not None
    }
    shown = terms.fields.shown(left, step.name, run)
    try:
        answer = node.fact.model_validate(shown).model_dump(mode="json")
    except ValidationError:
        return None
    since = run.steps[step.name].since or run.started_at
    return Example(material, answer, f"run {short(run.id)}, corrected on {since:%Y-%m-%d}") if material else None


def _stands(run: Run, step: str, terms: Terms) -> bool:
    """Whether people stood by what was put right: what rests on it was approved, or the run ended well without."""
    names = downstream(terms, step)
    gates = [gate for gate in run.gates.values() if gate.step in names]
    if gates:
        return any(gate.status is GateStatus.APPROVED and gate.approvals for gate in gates)
    return run.state in (RunState.DONE, RunState.STOPPED)


def _shown(value: Plain, at: str, run: Run, terms: Terms) -> Plain:
    return _short(terms.fields.shown(value, at, run))


def _short(value: Plain) -> Plain:
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    return clean_for_model(value, LONGEST_TEXT) if isinstance(value, str) else value


def recalled(decisions: Collection[Mapping[str, Plain]], corrections: Collection[Example]) -> tuple[str, ...]:
    """Where all that is shown comes from, for the record."""
    return tuple(dict.fromkeys([*(str(one["source"]) for one in decisions), *(one.source for one in corrections)]))
