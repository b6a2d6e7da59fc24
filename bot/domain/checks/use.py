"""Is everything that is used declared, and everything that is declared used?"""

from collections.abc import Collection, Iterator

from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.function import parameters
from bot.domain.checks.outsider import asked_outside
from bot.domain.checks.subject import Subject, reaches
from bot.domain.outside import LETTER
from bot.domain.proof import reads_of
from bot.domain.text import hint
from bot.domain.workflow import (
    Act,
    AnyLookup,
    AnyStep,
    Ask,
    Each,
    LookUp,
    Propose,
    Stop,
    Trigger,
    Wait,
    named_inputs,
    verb_of,
)


def check_use(subject: Subject) -> Iterator[Finding]:
    yield from _reads(subject)
    yield from _changes(subject)
    yield from _steps(subject)
    yield from _prompts(subject)


# --- systems ----------------------------------------------------------------------------------------------


def _reads(subject: Subject) -> Iterator[Finding]:
    used = {proof.read for proof in reads_of(subject.brief.done_when)}
    for step in subject.steps:
        for lookup in _lookups(step):
            used.add(lookup.kind)
            if not subject.brief.may_read(lookup.kind):
                yield subject.at(
                    step,
                    Code.UNDECLARED_READ,
                    f"“{step.name}” reads {lookup.kind}, which the brief does not allow.",
                    _add("reads", lookup.kind),
                )
    declared = {f"{system}.{name}" for system, names in subject.brief.reads.items() for name in names}
    for kind in sorted(declared - used):
        yield _unused_system(subject, "reads", kind, subject.terms.lookups)


def _lookups(step: AnyStep) -> tuple[AnyLookup, ...]:
    match step.node:
        case LookUp(lookup=lookup):
            return (lookup,)
        case Trigger(again=again) if again is not None:
            return (again,)
        case _:
            return ()


def _changes(subject: Subject) -> Iterator[Finding]:
    used = {LETTER} if asked_outside(subject) else set[str]()
    for step in subject.steps:
        if isinstance(step.node, Propose) and step.node.intent:
            kind = step.node.intent.kind()
            used.add(kind)
            if not subject.brief.may_change(kind):
                yield subject.at(
                    step,
                    Code.UNDECLARED_CHANGE,
                    f"“{step.name}” proposes {kind}, which the brief does not allow.",
                    _add("changes", kind),
                )
    declared = {f"{system}.{name}" for system, names in subject.brief.changes.items() for name in names}
    for kind in sorted(declared - used):
        yield _unused_system(subject, "changes", kind, subject.terms.intents)


def _add(table: str, kind: str) -> str:
    system, _, name = kind.partition(".")
    return f'Add it under [{table}]: {system} = ["{name}"]; or leave the step out.'


def _unused_system(subject: Subject, table: str, kind: str, known: Collection[str]) -> Finding:
    mend = "Take it out: what is not connected cannot go wrong."
    return subject.in_brief(
        (table, kind.partition(".")[0]),
        Code.UNUSED_SYSTEM,
        f"[{table}] allows {kind}, and no step uses it.",
        mend if kind in known else hint(kind, known, mend),
    )


# --- steps ------------------------------------------------------------------------------------------------


def _steps(subject: Subject) -> Iterator[Finding]:
    used = {one.name for step in subject.steps for one in reaches(step)} | {*_named_by_the_brief(subject)}
    used |= {step.node.until.partition(".")[0] for step in subject.steps if isinstance(step.node, Wait)}
    for step in subject.steps:
        if step.name not in used and not isinstance(step.node, Trigger | Stop | Act | Wait | Each):
            yield subject.at(
                step,
                Code.UNUSED_STEP,
                f"Nothing uses what “{step.name}” gives ({verb_of(step.node)}).",
                "Use it in a later step, show it as evidence, or leave it out.",
            )


def _named_by_the_brief(subject: Subject) -> Iterator[str]:
    yield from (proof.of.partition(".")[0] for proof in reads_of(subject.brief.done_when))
    yield from (group.step for group in subject.brief.outsiders.values())
    for group in subject.brief.reviewers.values():
        yield from group.evidence
    for invariant in subject.brief.invariants:
        function = subject.terms.invariants.get(invariant.holds)
        if function is not None:
            yield from (name for name, _ in parameters(function))


# --- prompts ----------------------------------------------------------------------------------------------


def _prompts(subject: Subject) -> Iterator[Finding]:
    for step in subject.steps:
        if isinstance(step.node, Ask):
            yield from _prompt(subject, step, f"{step.node.prompt or step.name}.md")


def _prompt(subject: Subject, step: AnyStep, file: str) -> Iterator[Finding]:
    prompt = subject.terms.prompts.get(step.name)
    if prompt is None:
        yield subject.at(
            step,
            Code.NO_PROMPT,
            f"“{step.name}” asks the model, and there is no prompt {file} beside the workflow.",
            f"Write {file}: what the model should do with {_listed(step)}.",
        )
        return
    about = {one.name for one in named_inputs(step)}
    for given in prompt.inputs:
        if given not in about:
            yield subject.at(
                step,
                Code.PROMPT_INPUT,
                f"The prompt {file} wants to see “{given}”, which “{step.name}” is not about.",
                f"Take it out of the prompt's inputs, or add it to `about`. It may see: {_listed(step)}.",
            )


def _listed(step: AnyStep) -> str:
    return ", ".join(one.name for one in named_inputs(step)) or "nothing"
