"""Who answers a gate, and what happens then: one table and one pure function.

Autonomy changes who answers, never whether there is a gate. Everything but the table can only lower it.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.brief import Brief, Level, Override, Threshold
from bot.domain.intent import AVOID_EARLY, HUMAN_ONLY, Intent, Risk
from bot.domain.quantity import Money
from bot.domain.run import Mode, Stage


class Answerer(StrEnum):
    """Who answers a gate."""

    NOBODY = "nobody"
    PERSON = "a person"
    POLICY = "policy"


_NOBODY_NOTHING = (Answerer.NOBODY, Mode.NOTHING)
_NOBODY_DRY = (Answerer.NOBODY, Mode.DRY_RUN)
_PERSON_SHOWN = (Answerer.PERSON, Mode.SHOW)
_PERSON_EXECUTED = (Answerer.PERSON, Mode.EXECUTE)
_POLICY_EXECUTED = (Answerer.POLICY, Mode.EXECUTE)

_SHOWN_ONLY = {Level.ASSIST: _PERSON_SHOWN, Level.DRAFT: _PERSON_SHOWN, Level.RECOMMEND: _PERSON_SHOWN}

TABLE: Mapping[Stage, Mapping[Level, tuple[Answerer, Mode]]] = {
    Stage.INSTRUMENT: dict.fromkeys(Level, _NOBODY_NOTHING),
    Stage.SHADOW: dict.fromkeys(Level, _NOBODY_DRY),
    Stage.ASSISTED: dict.fromkeys(Level, _PERSON_SHOWN),
    Stage.APPROVED: _SHOWN_ONLY | {Level.WITH_APPROVAL: _PERSON_EXECUTED, Level.AUTOMATICALLY: _PERSON_EXECUTED},
    Stage.LIMITED: _SHOWN_ONLY | {Level.WITH_APPROVAL: _PERSON_EXECUTED, Level.AUTOMATICALLY: _POLICY_EXECUTED},
    Stage.AUTOMATIC: _SHOWN_ONLY | {Level.WITH_APPROVAL: _PERSON_EXECUTED, Level.AUTOMATICALLY: _POLICY_EXECUTED},
}

_ORDER = tuple(Level)


@dataclass(frozen=True, slots=True)
class Case:
    """The facts a ruling rests on."""

    stage: Stage
    step: str
    intents: Sequence[Intent]
    confidence: Mapping[str, int | None]
    """Per cent, by the ask step the intents rest on."""
    doubts: Sequence[str] = ()
    known: Collection[str] = ()
    """The steps among them of whose confidence it is known what it is worth."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who answers, what happens then, and why, in words."""

    answerer: Answerer
    mode: Mode
    why: str
    group: str | None = None
    """Other reviewers than the workflow names, where a threshold asks for them."""
    needed: int | None = None


def policy_ref(brief_digest: str) -> str:
    """What a policy's approval is signed with in the record."""
    return "policy:" + hashlib.sha256(f"{_TABLE_VERSION} {brief_digest}".encode()).hexdigest()[:16]


_TABLE_VERSION = 1


def rule(case: Case, brief: Brief) -> Ruling:
    """Who answers the gate for these intents."""
    level = min((brief.level(step=case.step, kind=intent.kind()) for intent in case.intents), key=_ORDER.index)
    answerer, mode = TABLE[case.stage][level]
    hit: Threshold | None = next((t for t in brief.thresholds if any(_crosses(t, one) for one in case.intents)), None)
    if mode is Mode.EXECUTE and any(intent.risk in HUMAN_ONLY for intent in case.intents):
        return _ruling(Answerer.PERSON, Mode.SHOW, "Only a person may do this kind of thing; the bot never does.", hit)
    if answerer is Answerer.POLICY:
        against = _reasons_for_a_person(case, brief, hit)
        if against:
            return _ruling(Answerer.PERSON, mode, against, hit)
        return Ruling(answerer, mode, "The brief lets the bot do this by itself.")
    return _ruling(answerer, mode, _threshold_words(hit) if hit else _stage_words(case, level, answerer), hit)


def _stage_words(case: Case, level: Level, answerer: Answerer) -> str:
    """The level is worth a word only where it holds the bot back further than the stage does."""
    held = f", and at level “{level}”" if level in _SHOWN_ONLY else ""
    return f"At stage “{case.stage}”{held} {answerer} decides."


def _ruling(answerer: Answerer, mode: Mode, why: str, hit: Threshold | None) -> Ruling:
    return Ruling(answerer, mode, why, hit.reviewers, hit.needed) if hit else Ruling(answerer, mode, why)


def _reasons_for_a_person(case: Case, brief: Brief, hit: Threshold | None) -> str:
    if hit:
        return _threshold_words(hit)
    too_grave = (_too_grave(intent, case.stage, brief) for intent in case.intents)
    unsure = (_unsure(step, confidence, brief) for step, confidence in case.confidence.items())
    doubts = (f"There is a doubt: {doubt}" for doubt in case.doubts)
    unknown = (
        f"What people have decided so far does not tell what a confidence in “{step}” is worth."
        for step in case.confidence
        if step not in case.known
    )
    return next((reason for reason in (*too_grave, *unsure, *doubts, *unknown) if reason), "")


def _too_grave(intent: Intent, stage: Stage, brief: Brief) -> str:
    if intent.risk is None:
        return f"{intent.kind()} does not say what a mistake would cost."
    if intent.risk in AVOID_EARLY and not overridden(brief, type(intent)):
        return f"{intent.kind()} is a {intent.risk} and has no recorded override."
    if stage is Stage.LIMITED and not low_risk(brief, type(intent)):
        return f"At stage limited, {intent.kind()} is not low-risk: it is not routine, or it cannot be undone."
    return ""


def _unsure(step: str, confidence: int | None, brief: Brief) -> str:
    least = brief.confidence.get(step)
    if least is None:
        return f"The brief names no confidence for “{step}”, so nothing that rests on it runs by itself."
    if sure_enough(confidence, least):
        return ""
    return f"Confidence in “{step}” is {_per_cent(confidence)}, under {round(least * 100)} %."


def sure_enough(confidence: int | None, least: float) -> bool:
    """Whether a confidence in per cent reaches a share. 55 % reaches 0.55, whatever floats make of that."""
    return confidence is not None and confidence >= round(least * 100, 6)


def overridden(brief: Brief, intent: type[Intent]) -> Override | None:
    """The recorded decision that this *avoid early* intent may run automatically."""
    for override in brief.overrides:
        if override.intent == intent.kind() and override.author != override.approved_by:
            return override
    return None


def low_risk(brief: Brief, intent: type[Intent]) -> bool:
    """Whether the bot may do this alone at stage *limited*: it is routine and can be taken back, or is overridden."""
    return overridden(brief, intent) is not None or (intent.risk is Risk.ROUTINE and intent.reversible())


def _crosses(threshold: Threshold, intent: Intent) -> bool:
    if threshold.intent != intent.kind():
        return False
    amount: object = getattr(intent, threshold.field, None)
    currency: object = getattr(intent, "currency", None)
    over = _units(threshold.above, currency)
    under = _units(threshold.below, currency)
    unclear = (over is None) is not (threshold.above is None) or (under is None) is not (threshold.below is None)
    if unclear or not isinstance(amount, int) or (over is None and under is None):
        return True  # what cannot be compared counts as crossing: caution is the default
    return (over is not None and amount > over) or (under is not None and amount < under)


def _units(limit: Money | int | None, currency: object) -> int | None:
    """A limit in the smallest unit, as intents carry amounts; None where it says nothing about this currency."""
    if isinstance(limit, Money):
        return limit.minor if limit.currency == currency else None
    return limit


def _threshold_words(threshold: Threshold) -> str:
    parts: list[str] = []
    if threshold.above is not None:
        parts.append(f"above {threshold.above}")
    if threshold.below is not None:
        parts.append(f"below {threshold.below}")
    return f"{threshold.intent} has a {threshold.field} {' or '.join(parts)}: {threshold.reviewers} decides."


def _per_cent(confidence: int | None) -> str:
    return "not known" if confidence is None else f"{confidence} %"
