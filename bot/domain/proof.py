"""The brief's proof that a run is done: what has to be shown at the end, and by what it is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.brief import DoneWhen
from bot.domain.brief.done_when import FoundAgain, ReadAgain
from bot.domain.plain import Plain
from bot.domain.run import Action, ActionStatus, Run, StepState, StepStatus
from bot.domain.terms import Terms
from bot.domain.value import skipped, title_of
from bot.domain.workflow import AnyStep, Definition, LookUp

PROOF = "done_when"
"""The pseudo-step under which the first proof of a run stands; the second is `done_when[2]`."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that a run has to show: a record that is read again, or a change that its system is asked for."""

    step: str
    shows: ReadAgain | Action


def is_proof(step: str) -> bool:
    """Whether this is no step of the workflow, but a proof."""
    return step == PROOF or step.startswith(f"{PROOF}[")


def proofs_of(run: Run, terms: Terms) -> tuple[Proof, ...]:
    """What a run has to show, by what it has done: nothing, where it changed nothing."""
    done = [action for action in run.actions if action.status is ActionStatus.DONE]
    shown = [one for proof in terms.brief.done_when for one in _shown(proof, run, terms, done)]
    return tuple(Proof(f"{PROOF}[{n}]" if n > 1 else PROOF, one) for n, one in enumerate(shown, 1))


def _shown(proof: DoneWhen, run: Run, terms: Terms, done: list[Action]) -> Iterator[ReadAgain | Action]:
    match proof:
        case FoundAgain(found=kind):
            yield from (action for action in done if action.proposal.kind == kind)
        case ReadAgain():
            shows = [action for action in done if not proof.for_ or action.proposal.kind in proof.for_]
            if shows and not skipped(run, terms.definition.step(proof.of.partition(".")[0])):
                yield proof


def under_way(run: Run, terms: Terms) -> Proof | None:
    """The proof that is being looked for."""
    return next((one for one in proofs_of(run, terms) if _is_due(run.steps.get(one.step))), None)


def _is_due(state: StepState | None) -> bool:
    return state is not None and state.status is StepStatus.DUE


def lines_of(proofs: tuple[DoneWhen, ...]) -> Iterator[str]:
    """Each proof in a few words: `helpdesk.state_of shows that status is answered`."""
    for proof in proofs:
        match proof:
            case FoundAgain(found=kind):
                yield f"{kind.partition('.')[0]} shows each {kind}"
            case ReadAgain():
                after = f" (after {' or '.join(proof.for_)})" if proof.for_ else ""
                yield f"{proof.read} shows that {words_of_proof(proof)}{after}"


def checks_of(run: Run, terms: Terms) -> Mapping[str, str]:
    """The proofs that a run has come to, and after a colon which each is, where there are several."""
    proofs = proofs_of(run, terms)
    said = {one.step: f": {_named(one, terms)}" for one in proofs} if len(proofs) > 1 else {}
    return {step: said.get(step, "") for step in run.steps if is_proof(step)}


def _named(proof: Proof, terms: Terms) -> str:
    return title_of(proof.shows.proposal, terms) if isinstance(proof.shows, Action) else words_of_proof(proof.shows)


def reads_of(proofs: tuple[DoneWhen, ...]) -> tuple[ReadAgain, ...]:
    """Those for which a record is read again."""
    return tuple(proof for proof in proofs if isinstance(proof, ReadAgain))


def systems_of(proofs: tuple[DoneWhen, ...]) -> frozenset[str]:
    """The systems that are read for them."""
    return frozenset(proof.read.partition(".")[0] for proof in reads_of(proofs))


def words_of_proof(proof: ReadAgain) -> str:
    """What has to be seen: `status is answered`, `lines has changed`."""
    if proof.changed:
        return f"{proof.field} has changed"
    return f"{proof.field} is {str(proof.is_).lower() if isinstance(proof.is_, bool) else proof.is_}"


def argument_of(run: Run, terms: Terms, proof: ReadAgain) -> dict[str, Plain]:
    """What the record is read for: the value of a step, or the one field that the lookup takes."""
    step, _, field = proof.of.partition(".")
    value = run.value(step)
    found = value if isinstance(value, dict) else {}
    if not field:
        return found
    return {name: found.get(field) for name in terms.lookups[proof.read].takes.model_fields}


def step_before(definition: Definition, proof: ReadAgain) -> AnyStep | None:
    """The step that read the same about the same before anything was carried out: with it the end is compared."""
    for step in definition.steps:
        if isinstance(step.node, LookUp) and step.node.lookup.kind == proof.read and step.node.about.name == proof.of:
            return step
    return None


def proves(proof: ReadAgain, found: Plain, before: Plain) -> bool:
    """Whether what was found shows it; `before` is the whole record as it was read earlier."""
    if not proof.changed:
        return found == proof.is_
    return not isinstance(before, Mapping) or before.get(proof.field) != found
