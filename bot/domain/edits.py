"""What people changed in what was proposed: where, what it was, what it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.plain import Plain
from bot.domain.run import Gate, Run


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of a proposal that is not as code built it."""

    step: str
    field: str
    before: Plain
    after: Plain


def edits_of(run: Run, gate: Gate) -> Iterator[Edit]:
    """Every edit of what a gate is about."""
    for proposal in gate.proposals:
        built = run.value(proposal.step)
        if isinstance(built, dict):
            for name, after in proposal.data.items():
                if name in built and built[name] != after:
                    yield Edit(proposal.step, name, built[name], after)
