"""Do the steps hang together: one trigger, every step named once, everything used stands further up?"""

from collections.abc import Iterator

from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject, reaches
from bot.domain.workflow import AnyStep, Decide, Trigger, members_of, verb_of


def check_shape(subject: Subject) -> Iterator[Finding]:
    yield from _triggers(subject)
    yield from _names(subject)
    seen: set[AnyStep] = set()
    for step in subject.steps:
        for used in reaches(step):
            yield from _place(subject, step, used, seen)
        yield from _guard(subject, step)
        seen.add(step)


def _triggers(subject: Subject) -> Iterator[Finding]:
    steps = subject.steps
    if not steps:
        yield subject.in_brief(
            (), Code.NO_TRIGGER, "The workflow has no steps.", "Begin with `ticket = trigger(helpdesk.Ticket)`."
        )
        return
    if not isinstance(steps[0].node, Trigger):
        yield subject.at(
            steps[0],
            Code.NO_TRIGGER,
            f"The workflow begins with “{steps[0].name}”, which does not start anything.",
            "Put a step with `trigger(...)` first.",
        )
    for step in [step for step in steps if isinstance(step.node, Trigger)][1:]:
        yield subject.at(
            step,
            Code.SECOND_TRIGGER,
            f"“{step.name}” is a second trigger.",
            "A workflow has one trigger: write a second workflow, or make both kinds of start one fact.",
        )


def _names(subject: Subject) -> Iterator[Finding]:
    seen: set[AnyStep] = set()
    for step in subject.steps:
        if step in seen:
            yield subject.at(
                step,
                Code.TWO_NAMES,
                f"The step “{step.name}” stands under a second name.",
                "Give each step one name; use that name wherever its value is needed.",
            )
        seen.add(step)


def _place(subject: Subject, step: AnyStep, used: AnyStep, seen: set[AnyStep]) -> Iterator[Finding]:
    verb = verb_of(used.node)
    if verb is None or used in seen:
        return
    if not used.name:
        yield subject.at(
            used,
            Code.WITHOUT_NAME,
            f"“{step.name}” uses a `{verb}` that has no name, so no run would ever come to it.",
            f"Give it a line of its own: `some_name = {verb}(...)`, and use that name here.",
        )
    else:
        yield subject.at(
            step,
            Code.OUT_OF_PLACE,
            f"“{step.name}” uses “{used.name}”, which does not stand above it in this workflow.",
            "Use steps of this workflow, each below the ones it uses.",
        )


def _guard(subject: Subject, step: AnyStep) -> Iterator[Finding]:
    if step.when is None:
        return
    choice, members = step.when.choice, step.when.members
    if not isinstance(choice.node, Decide):
        yield subject.at(
            step,
            Code.WRONG_GUARD,
            f"“{step.name}” depends on “{choice.name}”, which is not a choice.",
            "Branch with `decide(...)`, and use what it gives: `when=category.is_(Category.SPAM)`.",
        )
        return
    foreign = sorted(members - {*members_of(choice)})
    if choice.node.options and (foreign or not members):
        yield subject.at(
            step,
            Code.WRONG_GUARD,
            f"“{step.name}” waits for “{choice.name}” to be {', '.join(foreign) or 'nothing at all'}, "
            f"and that cannot be.",
            f"“{choice.name}” can be: {', '.join(members_of(choice))}.",
        )
