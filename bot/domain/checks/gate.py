"""Does every gate have people: known, enough of them, with the evidence they need, specialists where they must be?"""

from collections.abc import Iterator

from bot.domain.brief import Level, Override, Reviewers
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject, intents_of, reviews
from bot.domain.intent import AVOID_EARLY, HUMAN_ONLY, SPECIALIST, Intent
from bot.domain.policy import TABLE
from bot.domain.run import Mode
from bot.domain.text import hint
from bot.domain.workflow import AnyStep, Choose, Inquire, Review

REQUESTER, OWNER = "requester", "owner"


def check_gates(subject: Subject) -> Iterator[Finding]:
    yield from _unknown(subject)
    for name in sorted(_asked(subject)):
        group = subject.brief.reviewers.get(name)
        if group is not None:
            yield from _evidence(subject, name, group)
    for step, review in reviews(subject):
        for intent in intents_of(review):
            yield from _autonomy(subject, step, intent)
            yield from _specialists(subject, step, review, intent)
    yield from _overrides(subject)


# --- groups -----------------------------------------------------------------------------------------------


def _groups(review: Review) -> frozenset[str]:
    return review.by.groups() if isinstance(review.by, Choose) else frozenset({review.by})


def _asked(subject: Subject) -> set[str]:
    """Every reviewer group that this workflow may ask."""
    brief = subject.brief
    recoveries = {brief.failure.when_wrong.group, brief.failure.when_unavailable.group}
    inquired = {step.node.of for step in subject.steps if isinstance(step.node, Inquire)}
    routed = {group for _, review in reviews(subject) for group in _groups(review)}
    return routed | inquired | recoveries | {threshold.reviewers for threshold in brief.thresholds}


def _unknown(subject: Subject) -> Iterator[Finding]:
    known = subject.brief.reviewers.keys()
    mend = f"Add [reviewers.NAME] to the brief, or use one of: {', '.join(sorted(known)) or 'none yet'}."
    for step, review in reviews(subject):
        for group in sorted(_groups(review) - known):
            yield subject.at(
                step,
                Code.UNKNOWN_REVIEWERS,
                f"“{step.name}” asks “{group}”, and the brief has no such reviewers.",
                mend,
            )
    for step in subject.steps:
        if isinstance(step.node, Inquire) and step.node.of not in {REQUESTER, OWNER, *known, *subject.brief.outsiders}:
            yield subject.at(
                step,
                Code.UNKNOWN_REVIEWERS,
                f"“{step.name}” asks “{step.node.of}”, who is neither the requester nor a group of the brief.",
                mend,
            )


def _evidence(subject: Subject, name: str, group: Reviewers) -> Iterator[Finding]:
    names = subject.definition.names()
    for step in group.evidence:
        if subject.named(step) is None:
            yield subject.in_brief(
                ("reviewers", name, "evidence"),
                Code.UNKNOWN_EVIDENCE,
                f"The reviewers “{name}” are to see “{step}”, and there is no such step.",
                hint(step, names, f"Steps that can be shown: {', '.join(names)}."),
            )


# --- how far the bot may go -------------------------------------------------------------------------------


def _autonomy(subject: Subject, step: AnyStep, intent: type[Intent]) -> Iterator[Finding]:
    level = subject.brief.level(step=step.name, kind=intent.kind())
    key = ("levels", step.name if step.name in subject.brief.levels else intent.kind())
    if intent.risk in AVOID_EARLY and level is Level.AUTOMATICALLY and not _override(subject, intent):
        yield subject.in_brief(
            key,
            Code.AVOID_EARLY,
            f"{intent.kind()} ({intent.risk}) is set to “{level}” without a recorded override by two people.",
            f"Set it to “{Level.WITH_APPROVAL}”, or record [[overrides]] with evidence, undo, author and approved_by.",
        )
    binding = subject.bindings.get(intent.kind())
    if binding is not None and binding.supervised and level is Level.AUTOMATICALLY:
        yield subject.in_brief(
            key,
            Code.SUPERVISED,
            f"{intent.kind()} is set to “{level}”, and nobody here vouches for how its system carries it out.",
            f"Set it to “{Level.WITH_APPROVAL}”, or name the `key` of its tool in the settings.",
        )
    if intent.risk in HUMAN_ONLY and TABLE[subject.brief.stage][level][1] is Mode.EXECUTE:
        yield subject.in_brief(
            key,
            Code.HUMAN_ONLY,
            f"{intent.kind()} ({intent.risk}) is for people alone, and at stage {subject.brief.stage} with level "
            f"“{level}” the bot would carry it out.",
            f'Add it under [levels]: "{intent.kind()}" = "{Level.RECOMMEND}".',
        )


def _override(subject: Subject, intent: type[Intent]) -> Override | None:
    """The valid override of an intent, where there is one."""
    found = (one for one in subject.brief.overrides if one.intent == intent.kind())
    return next(filter(_approved_by_another, found), None)


def _overrides(subject: Subject) -> Iterator[Finding]:
    kinds = {intent.kind() for _, review in reviews(subject) for intent in intents_of(review)}
    for n, override in enumerate(subject.brief.overrides):
        if override.intent not in kinds and subject.brief.may_change(override.intent):
            yield subject.in_brief(
                ("overrides", n, "intent"),
                Code.WRONG_OVERRIDE,
                f"An override is for {override.intent}, which this workflow does not propose.",
                f"The intents: {', '.join(sorted(kinds)) or 'none'}.",
            )


def _approved_by_another(override: Override) -> bool:
    author, approver = (who.strip().removeprefix("@").casefold() for who in (override.author, override.approved_by))
    return author != approver


def _specialists(subject: Subject, step: AnyStep, review: Review, intent: type[Intent]) -> Iterator[Finding]:
    if intent.risk not in SPECIALIST:
        return
    over = {one.reviewers for one in subject.brief.thresholds if one.intent == intent.kind()}
    for name in sorted(_groups(review) | over):
        group = subject.brief.reviewers.get(name)
        if group is not None and not group.specialist:
            yield subject.in_brief(
                ("reviewers", name),
                Code.NO_SPECIALIST,
                f"“{step.name}” lets “{name}” decide on {intent.kind()} ({intent.risk}), which takes a specialist.",
                f"Set `specialist = true` under [reviewers.{name}], or ask another group.",
            )
