"""The dial: how far the bot may go with each change, under both sets of names, and what one step further would need.

Five levels say what the bot does with one kind of change; three say how much it is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.brief import Brief, Level
from bot.domain.checks.subject import intents_of
from bot.domain.intent import AVOID_EARLY, HUMAN_ONLY, Intent
from bot.domain.policy import TABLE, Answerer, low_risk, overridden
from bot.domain.run import Mode, Stage
from bot.domain.terms import Terms
from bot.domain.workflow import Ask, Review


class Autonomy(StrEnum):
    """The dial in three levels."""

    OFF = "people do it themselves"
    OBSERVE = "observe and recommend"
    WITH_APPROVAL = "act with approval"
    AUTONOMOUS = "fully autonomous"


STAGES: dict[Stage, str] = {
    Stage.INSTRUMENT: "no model is asked; people do the work and say how long it took",
    Stage.SHADOW: "the bot goes through everything and changes nothing; nobody is asked to rely on it",
    Stage.ASSISTED: "the bot drafts and recommends; people do it themselves",
    Stage.APPROVED: "people approve, then the bot carries it out",
    Stage.LIMITED: "the bot acts alone where the change is routine and sure enough; people get the rest",
    Stage.AUTOMATIC: "the bot acts alone; people get the exceptions",
}

_ORDER = tuple(Stage)
_SHOWN = (Level.ASSIST, Level.DRAFT, Level.RECOMMEND)


@dataclass(frozen=True, slots=True)
class Setting:
    """How far the bot may go with one change at one gate."""

    step: str
    intent: str
    level: Level
    """What the brief says."""
    effective: Level | None
    """What comes of it at the stage; None where nothing is even proposed to anybody."""
    autonomy: Autonomy


def settings(terms: Terms, stage: Stage | None = None) -> tuple[Setting, ...]:
    """The dial of each change a workflow can make, as its brief has it, or as it would be at another stage."""
    return tuple(_settings(terms, stage or terms.brief.stage))


def _settings(terms: Terms, stage: Stage) -> Iterator[Setting]:
    for step in terms.definition.steps:
        if isinstance(step.node, Review):
            for intent in intents_of(step.node):
                level = terms.brief.level(step=step.name, kind=intent.kind())
                effective, autonomy = _effective(stage, level, intent)
                yield Setting(step.name, intent.kind(), level, effective, autonomy)


def _effective(stage: Stage, level: Level, intent: type[Intent]) -> tuple[Level | None, Autonomy]:
    answerer, mode = TABLE[stage][level]
    match mode:
        case Mode.NOTHING:
            return None, Autonomy.OFF
        case Mode.DRY_RUN | Mode.SHOW:
            return (level if level in _SHOWN else Level.RECOMMEND), Autonomy.OBSERVE
        case Mode.EXECUTE if intent.risk in HUMAN_ONLY:
            return Level.RECOMMEND, Autonomy.OBSERVE
        case Mode.EXECUTE:
            alone = answerer is Answerer.POLICY
            return (level, Autonomy.AUTONOMOUS) if alone else (Level.WITH_APPROVAL, Autonomy.WITH_APPROVAL)


def is_further(stage: Stage, than: Stage) -> bool:
    """Whether the bot may do more at this stage."""
    return _ORDER.index(stage) > _ORDER.index(than)


def next_stage(stage: Stage) -> Stage | None:
    """One step further; None at the end."""
    at = _ORDER.index(stage)
    return _ORDER[at + 1] if at + 1 < len(_ORDER) else None


def missing_for(terms: Terms, stage: Stage) -> tuple[str, ...]:
    """What would have to be there, so that raising the stage to this one changes more than the word."""
    if stage not in (Stage.LIMITED, Stage.AUTOMATIC):
        return ()
    return tuple(dict.fromkeys((*_unready(terms, stage), *_unsure(terms))))


def _unready(terms: Terms, stage: Stage) -> Iterator[str]:
    for one in settings(terms, stage):
        intent = terms.intents[one.intent]
        if intent.risk in HUMAN_ONLY:
            yield f"{one.intent} is never carried out by the bot: it is of the kind “{intent.risk}”."
            continue
        if one.level is not Level.AUTOMATICALLY:
            yield f"{one.intent}: set its level to “{Level.AUTOMATICALLY}”, or people go on approving it."
        if intent.risk in AVOID_EARLY and not overridden(terms.brief, intent):
            yield f"{one.intent} ({intent.risk}) needs an override with its evidence, entered by a second person."
        elif stage is Stage.LIMITED and not low_risk(terms.brief, intent):
            yield f"{one.intent} is not low-risk, so people go on approving it at stage {stage}."


def _unsure(terms: Terms) -> Iterator[str]:
    asks = (step.name for step in terms.definition.steps if isinstance(step.node, Ask))
    yield from (f"“{name}” has no confidence: what rests on it goes to people." for name in asks if _blind(terms, name))


def _blind(terms: Terms, ask: str) -> bool:
    return ask not in terms.brief.confidence


def dial_lines(terms: Terms) -> list[str]:
    """Where the dial stands, in words."""
    stage = terms.brief.stage
    lines = [f"Stage {stage}: {STAGES[stage]}."]
    for one in settings(terms):
        capped = f" (its level is “{one.level}”; the stage holds it back)" if one.effective is not one.level else ""
        lines.append(f"{one.intent} at “{one.step}”: {one.effective or 'nothing'} – {one.autonomy}{capped}")
    lines += _scope(terms.brief)
    return lines


def _scope(brief: Brief) -> list[str]:
    parts = [f"{one.field} is {' or '.join(one.values)}" for one in brief.scope]
    return [f"Only where {' and '.join(parts)}; elsewhere it stays in shadow."] if parts else []
