"""What a card says around its action: who said what, what came of it, what it costs, which rules it keeps."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from bot.domain.acting import acts_on
from bot.domain.content import Changed, Line, Outcome, Used, Voice
from bot.domain.intent import Intent, Risk
from bot.domain.plain import Plain
from bot.domain.quantity import CURRENCIES, LARGEST, Money, dollars, write_money
from bot.domain.run import Action, Gate, GateStatus, Mode, Run
from bot.domain.terms import Terms
from bot.domain.text import changes, visible
from bot.domain.value import broken_rules, guessed
from bot.domain.workflow import LookUp

MOST_KEY_FACTS = 8
_LONGEST_KEY_FACT = 80


_GRAVE = frozenset({Risk.BILLING, Risk.COMPLIANCE, Risk.PAYMENT, Risk.LEGAL_DOCUMENT})


def is_grave(intent: Intent) -> bool:
    """Whether a slip of the finger would destroy something: it deletes, or it moves money or rights for good."""
    return intent.risk is Risk.DELETE_OR_MERGE or (intent.risk in _GRAVE and not intent.reversible())


def written(value: Plain) -> str:
    """Plain data as people read it."""
    if isinstance(value, dict):
        if set(value) == {"step"}:
            return f"(the id that “{value['step']}” will bring back)"
        return "; ".join(f"{name}: {written(part)}" for name, part in value.items())
    if isinstance(value, list):
        return "; ".join(written(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value)) if value is not None else "–"


def noted(name: str, data: Mapping[str, Plain]) -> str:
    """An amount in its currency, where a field counts the smallest unit of it."""
    value, currency = data.get(name), data.get("currency")
    if name != "cents" or isinstance(value, bool) or not isinstance(value, int) or not isinstance(currency, str):
        return ""
    decimals = CURRENCIES.get(currency)
    if decimals is None or not 0 <= value < LARGEST:
        return ""
    return write_money(Money(Decimal(value).scaleb(-decimals), currency)) if decimals else ""


def changed(run: Run, gate: Gate, n: int) -> tuple[Changed, ...]:
    """What differs between an intent as it was proposed and as it is decided on now."""
    proposal = gate.proposals[n]
    before = run.value(proposal.step)
    if not isinstance(before, dict):
        return ()
    return differing(before, proposal.data)


def differing(before: Mapping[str, Plain], after: Mapping[str, Plain]) -> tuple[Changed, ...]:
    """What differs between two versions of the same data, as people read it."""

    def read(data: Mapping[str, Plain], name: str) -> str:
        note = noted(name, data)
        return f"{written(data.get(name))} ({note})" if note else written(data.get(name))

    return tuple(Changed(one.name, read(before, one.name), read(after, one.name)) for one in changes(before, after))


def votes(gate: Gate) -> tuple[Voice, ...]:
    """Who has approved or rejected this version, the first first."""
    said = [Voice(v.person, v.at, "approved", v.reason, visible(v.text)) for v in gate.approvals]
    said += [Voice(v.person, v.at, "rejected", v.reason, visible(v.text)) for v in gate.denials]
    return tuple(sorted(said, key=lambda one: one.at))


def voices(gate: Gate) -> tuple[Voice, ...]:
    """What else was said about it."""
    return tuple(Voice(one.person, one.at, one.kind, text=visible(one.text)) for one in gate.remarks)


def actions_of(run: Run, terms: Terms, gate: Gate) -> tuple[Action, ...]:
    """What is done, or was, on the word of this gate."""
    acts = acts_on(run, terms, gate)
    return tuple(action for action in run.actions if action.step in acts)


def outcome(title: str, action: Action) -> Outcome:
    """What came of one action, with what the system brought back."""
    receipt = action.receipt or {}
    id, link = receipt.get("id"), receipt.get("link")
    return Outcome(
        title,
        action.status,
        visible(id) if isinstance(id, str) else "",
        link if isinstance(link, str) else "",
        visible(action.error),
    )


def undo_until(run: Run, terms: Terms) -> datetime | None:
    """Until when something can be taken back from here: as long as its content is kept. None while it goes on."""
    return run.ended_at + terms.brief.data.keep_content if run.ended_at else None


def key_facts(
    run: Run, terms: Terms, names: tuple[str, ...], without: frozenset[str] = frozenset()
) -> tuple[Line, ...]:
    """What a decision rests on first of all: what is read again before anything is done, then whatever is short.

    Not those called as a parameter `without`: two values of one name on a card are easily taken for each other.
    """
    found: dict[str, Line] = {}
    for line in (*_witnessed(run, terms, names), *_short(run, names)):
        if line.name not in without:
            found.setdefault(line.name, line)
    return tuple(found.values())[:MOST_KEY_FACTS]


def _witnessed(run: Run, terms: Terms, names: tuple[str, ...]) -> Iterator[Line]:
    steps = {step.name: step for step in terms.definition.steps}
    for name in names:
        node, value = steps[name].node if name in steps else None, run.value(name)
        if isinstance(node, LookUp) and isinstance(value, dict):
            yield from (Line(key, written(value.get(key))) for key in node.lookup.witnessed if key in value)


def _short(run: Run, names: tuple[str, ...]) -> Iterator[Line]:
    """Short values, those of a model first: they are what somebody has to judge."""
    for name in sorted(names, key=lambda name: not guessed(run, name)):
        value = run.value(name)
        for key, part in value.items() if isinstance(value, dict) else ():
            text = written(part)
            if key == "id" or key.endswith("_id"):
                continue  # of use to programs; the target says it to people
            if not isinstance(part, (dict, list)) and "\n" not in text and 0 < len(text) <= _LONGEST_KEY_FACT:
                yield Line(key, text)


def rules(run: Run, terms: Terms, gate: Gate, intents: list[Intent]) -> tuple[tuple[str, bool], ...]:
    """The rules of the brief, and whether each holds for what is decided on."""
    named = tuple((proposal.step, one) for proposal, one in zip(gate.proposals, intents, strict=True))
    broken = set(broken_rules(named, run, terms))
    return tuple((one.rule, not any(said.startswith(one.rule) for said in broken)) for one in terms.brief.invariants)


def budget(run: Run, terms: Terms, gate: Gate, used: Used | None) -> tuple[str, ...]:
    """Where this stands in its limits."""
    limits = terms.brief.limits
    begun = bool(actions_of(run, terms, gate))
    if gate.mode is not Mode.EXECUTE or not (begun or gate.status in (GateStatus.OPEN, GateStatus.APPROVED)):
        return ()
    more = 0 if begun else len(gate.proposals)
    lines = [f"Actions in this run: {len(run.actions) + more} of {limits.actions_per_run}"]
    if used is not None:
        lines.append(f"Used today: {used.today} of {limits.actions_per_day}")
        if used.on_record_today is not None:
            lines.append(f"On this record today: {used.on_record_today} of {limits.actions_per_target_per_day}")
    if limits.cost_per_run is not None:
        lines.append(f"Cost: {dollars(run.spent_micros)} of {limits.cost_per_run}")
    return tuple(lines)
