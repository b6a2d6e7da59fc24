"""Keep what a decision of a person teaches: numbers, versions and pseudonyms, with the decision and as long as it."""

from collections.abc import Iterator

from bot.application.parts import Parts
from bot.domain.event import Decided
from bot.domain.history import targets_of
from bot.domain.judgement import judge
from bot.domain.run import GateStatus, Run
from bot.domain.terms import History
from bot.ports.store import Transaction

_DECIDED = (GateStatus.APPROVED, GateStatus.REJECTED)


def learn(parts: Parts, tx: Transaction, before: Run, after: Run, event: Decided) -> None:
    """What it says of the answers it rests on; and which records it is about, where a prompt asks for that."""
    terms = parts.library.pinned(before)
    for judgement in judge(before, after, event, terms):
        tx.judgements.write(after, judgement)
    gate = after.gates.get(event.step)
    if gate is None or gate.status not in _DECIDED or gate is before.gates.get(event.step):
        return
    if any(History.DECISIONS in prompt.history for prompt in terms.prompts.values()):
        tx.judgements.precede(after, abouts(parts, after, targets_of(gate, terms)))


def abouts(parts: Parts, run: Run, records: tuple[str, ...]) -> Iterator[str]:
    """Under which pseudonyms a run is found by what it is about: the records, and the person its data is about."""
    yield from (f"{run.team}/{parts.pseudonym(record)}" for record in records)
    if run.subject:
        yield f"{run.team}/{run.subject}"
