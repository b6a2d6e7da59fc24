"""Answer a look-up of the bot's own: who gets it by a routing table, and when the next touch of a cadence is due.

Both go by what the run pinned, not by a connected system. Whose turn it is stands in the store: a choice and the
turn it takes are committed together with the run, so that no two runs take the same one and none is lost.
"""

from dataclasses import dataclass
from datetime import date

from bot.application.parts import Parts
from bot.domain.cadence import next_touch
from bot.domain.effect import Purpose, Read
from bot.domain.errors import Broken
from bot.domain.event import Failed, Problem, ReadBack
from bot.domain.person import Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.routing.choosing import Choice, Staff, choose, still_stands, takes_turns
from bot.domain.routing.table import Rule, rule_for
from bot.domain.run import Run, Stage
from bot.domain.terms import Terms
from bot.intents import cadence, routes
from bot.ports.store import Limits

FOR_GOOD = date.max
"""Counters are forgotten by their day; a turn is not."""

_REHEARSING = frozenset({Stage.INSTRUMENT, Stage.SHADOW})


@dataclass(frozen=True, slots=True)
class Turns:
    """Whose turn it is, by rule. Without a run it is only looked at, never taken."""

    limits: Limits
    run: Run | None = None

    def begin(self, scope: str) -> int:
        """How many turns were taken before; this one is held until it is settled."""
        if self.run is None:
            return self.limits.count(scope, FOR_GOOD)
        return self.limits.add(scope, FOR_GOOD, 1) - 1

    def settle(self, scope: str, taken: int) -> None:
        """Move on by as many as were taken or passed over."""
        if self.run is not None and taken != 1:
            self.limits.add(scope, FOR_GOOD, taken - 1)


def is_own(effect: Read) -> bool:
    """Whether the bot answers this by itself."""
    return effect.lookup.partition(".")[0] in (routes.SYSTEM, cadence.SYSTEM)


def answer_own(parts: Parts, terms: Terms, effect: Read, turns: Turns, run: Run | None = None) -> ReadBack | Failed:
    """What the look-up gives. An answer that was given before and still stands is given again."""
    system, at = Actor(ActorKind.SYSTEM, effect.lookup), parts.clock.now()
    try:
        if not terms.brief.may_read(effect.lookup):
            raise Broken(f"The brief does not allow reading {effect.lookup}.")
        lookup = terms.lookups[effect.lookup]
        about = lookup.takes.model_validate(effect.argument).model_dump(mode="json")
        before = run.value(effect.step) if run is not None and effect.step in run.steps else None
        value = _answer(parts, terms, effect, about, before if isinstance(before, dict) else None, turns)
        found = lookup.gives.model_validate(value).model_dump(mode="json")
    except Broken as error:
        return Failed(at, system, effect.step, Problem.REFUSED, error.message)
    except ValueError as error:
        text = f"{effect.lookup} does not fit the steps: {error}"
        return Failed(at, system, effect.step, Problem.REFUSED, text)
    return ReadBack(at, system, effect.step, found, effect.purpose, (effect.lookup,))


def _answer(
    parts: Parts,
    terms: Terms,
    effect: Read,
    about: dict[str, Plain],
    before: dict[str, Plain] | None,
    turns: Turns,
) -> dict[str, Plain]:
    system, _, name = effect.lookup.partition(".")
    if system == cadence.SYSTEM:
        if before is not None and effect.purpose is not Purpose.INPUT:
            return before  # the time it was worked out from has passed, and that changes nothing
        if terms.brief.cadence is None:
            raise Broken("The brief has no [cadence].")
        return next_touch(terms.brief.cadence, about, parts.clock.now())
    rule, staff = _rule(terms, name, about), _staff(parts, terms)
    if before is not None and still_stands(rule, about, staff, before):
        return before
    choice = _choice(terms, f"{name}/{rule.name}", rule, about, staff, turns)
    return {"to": choice.to, "rule": rule.name, "why": choice.why, "passed_over": [*choice.passed_over]}


def _rule(terms: Terms, table: str, about: dict[str, Plain]) -> Rule:
    if table not in terms.routes:
        raise Broken(f"routes.toml has no table “{table}”. Add it there.")
    return rule_for(terms.routes[table], about)


def _choice(terms: Terms, rule_at: str, rule: Rule, about: dict[str, Plain], staff: Staff, turns: Turns) -> Choice:
    """What is only rehearsed takes turns of its own: it must not skip anybody who would really get something."""
    if not takes_turns(rule):
        return choose(rule, about, staff)
    kind = "rehearsed turn" if turns.run is not None and turns.run.stage in _REHEARSING else "turn"
    scope = f"{kind}:{terms.definition.name}/{rule_at}"
    choice = choose(rule, about, staff, turn=turns.begin(scope))
    turns.settle(scope, choice.turns)
    return choice


def _staff(parts: Parts, terms: Terms) -> Staff:
    owner = parts.directory.named(terms.brief.owner)
    handle = owner.handle if owner is not None and owner.handle else terms.brief.owner
    return Staff(parts.directory.named, parts.directory.person, handle, parts.clock.now())
