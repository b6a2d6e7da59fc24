"""Can everything that a workflow changes be shown at its end, by what the brief says?"""

from collections.abc import Iterator

from bot.domain.brief.done_when import FoundAgain, ReadAgain, placed
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.routing import CADENCE, ROUTES
from bot.domain.checks.rule import intents_by_kind, may_be, shown_field
from bot.domain.checks.subject import Subject
from bot.domain.declared.place import Where, shown
from bot.domain.proof import step_before
from bot.domain.text import hint
from bot.domain.workflow import AnyLookup, AnyStep, Propose, fact_type


def check_proofs(subject: Subject) -> Iterator[Finding]:
    for where, proof in placed(subject.brief.done_when):
        match proof:
            case ReadAgain():
                yield from _reading(subject, proof, where)
            case FoundAgain():
                yield from _finding(subject, proof, where)
    yield from _unproven(subject)


def _reading(subject: Subject, proof: ReadAgain, where: Where) -> Iterator[Finding]:
    name, _, field = proof.of.partition(".")
    step, lookup = subject.named(name), subject.terms.lookups.get(proof.read)
    sentence = mend = ""
    if step is None:
        sentence = f"is about “{name}”, and there is no such step"
        mend = hint(name, subject.definition.names(), "Name a step, such as the trigger.")
    elif lookup is None:
        sentence = f"reads {proof.read}, which no connected system knows"
        mend = f"Lookups: {', '.join(sorted(subject.terms.lookups)) or 'none'}."
    elif not _fits(step, field, lookup):
        sentence = f"reads {proof.read} by “{proof.of}”, which does not give {lookup.takes.__name__}"
        mend = f"Name a step that gives {lookup.takes.__name__}."
    else:
        sentence, mend = _unseen(subject, proof, lookup)
    if sentence:
        yield subject.in_brief(where, Code.WRONG_PROOF, f"[{shown(where)}] {sentence}.", mend)
    if proof.read.partition(".")[0] in (ROUTES, CADENCE):
        said = f"[{shown(where)}] reads what the bot itself chose, which proves nothing."
        mend = "Read it from the system that was changed."
        yield subject.in_brief((*where, "read"), Code.WRONG_PROOF, said, mend)
    for kind in proof.for_:
        yield from _not_proposed(subject, kind, (*where, "for"))


def _fits(step: AnyStep, field: str, lookup: AnyLookup) -> bool:
    """Whether a lookup can be asked by what a step gives, or by one field of it."""
    fact, takes = fact_type(step), lookup.takes.model_fields
    if not field:
        return fact is lookup.takes
    gives = step.node.intent if isinstance(step.node, Propose) else fact
    given = gives.model_fields.get(field) if gives is not None else None
    return given is not None and [one.annotation for one in takes.values()] == [given.annotation]


def _unseen(subject: Subject, proof: ReadAgain, lookup: AnyLookup) -> tuple[str, str]:
    """Why what the proof waits for can never be seen, and the mend; empty where it can."""
    if proof.is_ is not None and not may_be(lookup.gives, proof.field, proof.is_):
        return f"waits for {proof.field} to be {proof.is_!r}, and that cannot be", _fields(lookup)
    if proof.field not in lookup.gives.model_fields:
        return f"waits for {proof.field} to have changed, and {lookup.kind} has no such field", _fields(lookup)
    if proof.changed and proof.is_ is None and step_before(subject.definition, proof) is None:
        said = f"waits for {proof.field} to have changed, and no step has read {proof.read} by “{proof.of}” before"
        return said, f"Add a step that does: before = look_up({proof.read}, {proof.of})."
    return "", ""


def _fields(lookup: AnyLookup) -> str:
    return f"{lookup.kind} gives: {', '.join(shown_field(lookup.gives, name) for name in lookup.gives.model_fields)}."


def _finding(subject: Subject, proof: FoundAgain, where: Where) -> Iterator[Finding]:
    kind, binding = proof.found, subject.bindings.get(proof.found)
    yield from _not_proposed(subject, kind, (*where, "found"))
    if binding is not None and not binding.can_tell():
        system = kind.partition(".")[0]
        said = f"[{shown(where)}] has {system} asked for {kind}, and it cannot tell what was done under a key."
        mend = f'Read what it changes instead: read = "{system}.…", for = ["{kind}"].'
        yield subject.in_brief((*where, "found"), Code.WRONG_PROOF, said, mend)


def _not_proposed(subject: Subject, kind: str, where: Where) -> Iterator[Finding]:
    nodes = [step.node for step in subject.steps]
    known = [node.intent.kind() for node in nodes if isinstance(node, Propose) and node.intent]
    if kind not in known and subject.brief.may_change(kind):  # what it may not change is a contradiction already
        said = f"`{shown(where)}` is about {kind}, which no step proposes."
        yield subject.in_brief(where, Code.WRONG_PROOF, said, hint(kind, known, "Take it out."))


def _unproven(subject: Subject) -> Iterator[Finding]:
    """Of several changes each needs a proof that says it is for it: a general one may show only another."""
    proofs, kinds = subject.brief.done_when, [*intents_by_kind(subject)]
    shown_ = {one.found for one in proofs if isinstance(one, FoundAgain)}
    only = kinds if len(kinds) == 1 else []
    shown_ |= {kind for one in proofs if isinstance(one, ReadAgain) for kind in one.for_ or only}
    for kind in kinds:
        if kind not in shown_ and subject.brief.may_change(kind):
            binding = subject.bindings.get(kind)
            can_tell = binding is None or binding.can_tell()
            line = f'found = "{kind}"' if can_tell else f'a `read` with for = ["{kind}"]'
            said = f"Nothing in [done_when] shows {kind}: were it promised and not made, the run would count as done."
            yield subject.in_brief(("done_when",), Code.UNPROVEN, said, f"Add a [[done_when]] with {line}.")
