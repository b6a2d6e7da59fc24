"""The brief's proof that a run is done: what is read again at the end, and what it has to show."""

from collections.abc import Mapping

from bot.domain.brief import DoneWhen
from bot.domain.plain import Plain
from bot.domain.workflow import AnyStep, Definition, LookUp


def words_of_proof(proof: DoneWhen) -> str:
    """What has to be seen: `status is answered`, `lines has changed`."""
    if proof.changed:
        return f"{proof.field} has changed"
    return f"{proof.field} is {str(proof.is_).lower() if isinstance(proof.is_, bool) else proof.is_}"


def step_before(definition: Definition, proof: DoneWhen) -> AnyStep | None:
    """The step that read the same about the same before anything was carried out: with it the end is compared."""
    for step in definition.steps:
        if isinstance(step.node, LookUp) and step.node.lookup.kind == proof.read and step.node.about.name == proof.of:
            return step
    return None


def proves(proof: DoneWhen, found: Plain, before: Plain) -> bool:
    """Whether what was found shows it; `before` is the whole record as it was read earlier."""
    if not proof.changed:
        return found == proof.is_
    return not isinstance(before, Mapping) or before.get(proof.field) != found
