"""Does each gate decide on intents, and can each plan be carried out in its order?"""

from collections.abc import Iterator

from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject, alternatives
from bot.domain.workflow import AnyStep, Choose, IdOf, PlanOf, Propose, Review, inputs_of, members_of

FEWEST, MOST = 2, 10


def check_plans(subject: Subject) -> Iterator[Finding]:
    for step in subject.steps:
        match step.node:
            case PlanOf() as plan:
                yield from _plan(subject, step, plan)
            case Review() as review:
                yield from _review(subject, step, review)
            case _:
                pass
    yield from _promises(subject)


def _plan(subject: Subject, step: AnyStep, plan: PlanOf) -> Iterator[Finding]:
    if not FEWEST <= len(plan.intents) <= MOST:
        yield subject.at(
            step,
            Code.PLAN_SIZE,
            f"The plan “{step.name}” has {len(plan.intents)} intents; {FEWEST} to {MOST} fit on one card.",
            "Review a single intent without a plan, or split the plan into two with a gate each.",
        )
    for one in plan.intents:
        if not isinstance(one.node, Propose):
            yield _no_intent(subject, step, one)
    done: set[AnyStep] = set()
    for one in plan.intents:
        if one in done:
            yield subject.at(
                step,
                Code.TWICE,
                f"The plan “{step.name}” would carry out “{one.name}” twice.",
                "Name each intent once.",
            )
        for promised in _promised(one):
            if promised not in done:
                yield _too_early(subject, one, promised)
        done.add(one)


def _promised(step: AnyStep) -> Iterator[AnyStep]:
    for given in inputs_of(step.node):
        for one in alternatives(given):
            if isinstance(one.node, IdOf):
                yield one.node.intent


def _promises(subject: Subject) -> Iterator[Finding]:
    """An id is promised within a plan only: elsewhere nobody fills it in."""
    planned = {one for step in subject.steps if isinstance(step.node, PlanOf) for one in step.node.intents}
    for step in subject.steps:
        for promised in _promised(step):
            if step not in planned:
                yield _too_early(subject, step, promised)


def _too_early(subject: Subject, step: AnyStep, promised: AnyStep) -> Finding:
    return subject.at(
        step,
        Code.PLAN_ORDER,
        f"“{step.name}” needs the id that “{promised.name}” brings back, and is not carried out after it.",
        "Put both into one `plan(...)`, the one that brings the id first.",
    )


def _review(subject: Subject, step: AnyStep, review: Review) -> Iterator[Finding]:
    if not isinstance(review.intent.node, Propose | PlanOf):
        yield _no_intent(subject, step, review.intent)
    if isinstance(review.by, Choose):
        foreign = sorted({*review.by.table} - {*members_of(review.by.choice)})
        if foreign:
            yield subject.at(
                step,
                Code.WRONG_GUARD,
                f"“{step.name}” routes by “{review.by.choice.name}” being {', '.join(foreign)}, and that cannot be.",
                f"“{review.by.choice.name}” can be: {', '.join(members_of(review.by.choice)) or 'nothing'}.",
            )


def _no_intent(subject: Subject, step: AnyStep, given: AnyStep) -> Finding:
    what = f"“{given.name}”" if given.name else "a join"
    return subject.at(
        step,
        Code.WRONG_INPUT,
        f"“{step.name}” works on intents, and {what} is not one.",
        "Build an intent with `propose(...)`; alternatives are joined before it, among the facts it is built from.",
    )
