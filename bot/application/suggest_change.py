"""Suggest a change of what waits on a card, from what somebody who may edit it wrote below it.

Nothing changes by it. The person sees what would be different, and one click of theirs is the edit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.application.decide import Wish, foresee
from bot.application.interpret import Budget, Words, interpret
from bot.application.parts import Parts
from bot.application.suggest_start import suggestion_id
from bot.domain.errors import Refused
from bot.domain.event import Verdict
from bot.domain.frozen import replace
from bot.domain.intent import Fact, Proposal
from bot.domain.person import Door, Person
from bot.domain.plain import Plain
from bot.domain.run import Gate, Run
from bot.domain.suggestion import KEPT_FOR, Rewording, Suggestion, Sureness
from bot.domain.terms import Terms
from bot.domain.understanding import of_actions, sift, values_of
from bot.ports.model import Answer, NoAnswer

NOT_CLEAR = "I cannot tell from this what is to be different."


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody wrote below a card, whose gate is open and who may edit it."""

    run: Run
    terms: Terms
    gate: Gate
    card: str
    by: Person
    text: str
    delivery: str


async def suggest_change(parts: Parts, reply: Reply) -> Suggestion | None:
    """What would be different; None where the words wish for no change. The same for the same delivery."""
    id = suggestion_id(parts, reply.delivery)
    known = await parts.store.run(lambda tx: tx.suggestions.by_id(id))
    if known is not None:
        return known
    facts = dict(_facts(reply))
    rewording = await _reworded(parts, reply, facts) if facts else None
    if rewording is None:
        return None
    until = parts.clock.now() + KEPT_FOR
    if reply.gate.expires_at is not None:
        until = min(until, reply.gate.expires_at)
    suggestion = Suggestion(id, reply.by.id, until, rewording, reply.run.id)
    await parts.store.run(lambda tx: tx.suggestions.keep(suggestion))
    return suggestion


# --- asking ----------------------------------------------------------------------------------------------------------


def _facts(reply: Reply) -> Iterator[tuple[int, type[Fact]]]:
    """By the number of its action, what can be said about it."""
    for n, proposal in enumerate(reply.gate.proposals):
        fact = values_of(reply.terms.intents[proposal.kind], but=_kept_away(reply.terms, proposal))
        if fact is not None:
            yield n, fact


def _kept_away(terms: Terms, proposal: Proposal) -> frozenset[str]:
    """Fields that the model neither sees nor writes: identifiers, and what leads to a person."""
    kind, fields = terms.intents[proposal.kind], terms.fields
    hidden = {
        name
        for name in kind.model_fields
        if fields.is_personal(path := f"{proposal.step}.{name}") or fields.is_secret(path)
    }
    return kind.identifiers | hidden


def _named(n: int) -> str:
    return f"action_{n + 1}"


async def _reworded(parts: Parts, reply: Reply, facts: Mapping[int, type[Fact]]) -> Rewording | None:
    answer = await interpret(parts, _words(parts, reply, facts))
    blank = Rewording(reply.card, reply.gate.step, reply.gate.version, parts.redactor.clean(reply.text))
    if isinstance(answer, NoAnswer):
        return replace(blank, problem=answer.text)
    return _taken(parts, reply, blank, answer, _by_action(answer, facts))


def _words(parts: Parts, reply: Reply, facts: Mapping[int, type[Fact]]) -> Words:
    fields, run, gate = reply.terms.fields, reply.run, reply.gate
    now: dict[str, Plain] = {}
    for n in facts:
        proposal = gate.proposals[n]
        away = _kept_away(reply.terms, proposal)
        shown = {name: value for name, value in proposal.data.items() if name not in away}
        now[_named(n)] = fields.shown(shown, proposal.step, run)
    return Words(
        prompt="change",
        fact=next(iter(facts.values()))
        if len(gate.proposals) == 1
        else of_actions({_named(n): f for n, f in facts.items()}),
        material={"message": fields.silent(parts.redactor.clean(reply.text), run), "now": now},
        budget=Budget.of_workflow(run.workflow, reply.terms.brief),
        source=f"run:{run.id}",
        run=run.id,
        step=gate.step,
    )


def _by_action(answer: Answer, facts: Mapping[int, type[Fact]]) -> dict[int, Mapping[str, Plain]]:
    said: dict[str, Plain] = answer.fact.model_dump(mode="json")
    found: dict[int, Mapping[str, Plain]] = {}
    for n in facts:
        own = said.get(_named(n))
        found[n] = own if isinstance(own, dict) else said
    return found


# --- taking ----------------------------------------------------------------------------------------------------------


def _taken(
    parts: Parts, reply: Reply, blank: Rewording, answer: Answer, said: Mapping[int, Mapping[str, Plain]]
) -> Rewording | None:
    """The change of the first action that the words are about; of one that would be refused, why."""
    changed: dict[int, Mapping[str, Plain]] = {}
    left_out: list[str] = []
    for n, values in said.items():
        proposal = reply.gate.proposals[n]
        sifted = sift(reply.terms.intents[proposal.kind], values)
        left_out += sifted.left_out
        if new := {name: value for name, value in sifted.values.items() if value != proposal.data.get(name)}:
            changed[n] = new
    doubts = tuple(f"What you wish for “{name}” does not fit there." for name in left_out)
    sure = Sureness(answer.confidence, tuple(dict.fromkeys((*answer.doubts, *doubts))), answer.rehearsed)
    if not changed:
        return replace(blank, problem=NOT_CLEAR, sure=sure) if sure.doubts else None
    n = min(changed)
    rewording = replace(blank, n=n, values=changed[n], others=len(changed) > 1, sure=sure)
    why = _why_not(parts, reply, rewording)
    return replace(rewording, values={}, problem=why) if why else rewording


def _why_not(parts: Parts, reply: Reply, rewording: Rewording) -> str:
    """What the edit would be refused with as things stand."""
    wish = Wish(
        run=reply.run.id,
        verdict=Verdict.EDIT,
        by=reply.by,
        door=Door.SLACK,
        step=rewording.step,
        version=rewording.version,
        values=rewording.values,
        proposal=rewording.n,
    )
    try:
        foresee(parts, reply.run, wish)
    except Refused as refused:
        return refused.message
    return ""
