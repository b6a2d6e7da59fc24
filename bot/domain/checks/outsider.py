"""Can those outside the chat be asked: is there a trusted address, and a way to write to it?"""

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel

from bot.domain.brief.outsider import Outsiders
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject
from bot.domain.classified import Classified
from bot.domain.field import fields_of, unfillable
from bot.domain.outside import LETTER, holds_address
from bot.domain.text import hint
from bot.domain.workflow import AnyStep, Inquire, fact_type


def asked_outside(subject: Subject) -> tuple[AnyStep, ...]:
    """The steps that ask somebody outside."""
    outsiders = subject.brief.outsiders
    return tuple(one for one in subject.steps if isinstance(one.node, Inquire) and one.node.of in outsiders)


def check_outsiders(subject: Subject) -> Iterator[Finding]:
    steps = asked_outside(subject)
    asked = {step.node.of for step in steps if isinstance(step.node, Inquire)}
    for name, group in subject.brief.outsiders.items():
        if name not in asked:
            said = f"[outsiders.{name}] is asked by no step."
            mend = f'Ask them: answer = inquire(Model, of="{name}"); or take the section out.'
            yield subject.in_brief(("outsiders", name), Code.UNUSED_SYSTEM, said, mend)
        yield from _address(subject, name, group, steps)
    if steps and subject.brief.may_change(LETTER) and LETTER not in subject.bindings:
        said = f"“{steps[0].name}” writes a mail, and {LETTER} is bound to no system."
        yield subject.at(steps[0], Code.NO_BINDING, said, "Connect one under [systems.mail] in the settings.")
    for step in steps:
        yield from _step(subject, step)


def _step(subject: Subject, step: AnyStep) -> Iterator[Finding]:
    if not subject.brief.may_change(LETTER):
        said = f"“{step.name}” asks somebody outside by {LETTER}, which the brief does not allow."
        mend = 'Add it under [changes]: mail = ["SendMail"]; or ask a reviewer group.'
        yield subject.at(step, Code.UNDECLARED_CHANGE, said, mend)
    fact = fact_type(step)
    if fact is not None and (strange := unfillable(fields_of(fact))):
        said = f"“{step.name}” asks for what nobody can type into a page: {', '.join(strange)}."
        yield subject.at(step, Code.WRONG_OUTSIDERS, said, "Use texts, numbers, days, choices, or yes and no.")


def _address(subject: Subject, name: str, group: Outsiders, asking: tuple[AnyStep, ...]) -> Iterator[Finding]:
    where = ("outsiders", name, "mail")
    step, code = subject.named(group.step), Code.WRONG_OUTSIDERS
    trusted = [one.name for one in subject.steps if holds_address(one)]
    if step is None:
        said = f"`outsiders.{name}.mail` is “{group.mail}”, and there is no step “{group.step}”."
        yield subject.in_brief(where, code, said, hint(group.step, trusted, f"Name one of: {', '.join(trusted)}."))
        return
    if not holds_address(step):
        said = f"`outsiders.{name}.mail` is “{group.mail}”, and “{group.step}” is no record: nobody vouches for it."
        mend = f"Take the address from what started the run or from a record that was read: {', '.join(trusted)}."
        yield subject.in_brief(where, code, said, mend)
    elif not _is_text(step, group.mail.split(".")[1:]):
        said = f"`outsiders.{name}.mail` is “{group.mail}”, and “{group.step}” has no such field with a text in it."
        yield subject.in_brief(where, code, said, "Name a field that holds an address.")
    elif Classified(subject.brief.data.classes).is_secret(group.mail):
        said = f"[data] calls “{group.mail}” secret, so nothing of it is kept, and nobody could be written to."
        yield subject.in_brief(where, code, said, "Call it personal.")
    elif late := next((one for one in asking if _is_before(subject, one, step)), None):
        said = f"“{late.name}” asks {name} before “{step.name}” has read their address."
        yield subject.at(late, code, said, "Read it first.")


def _is_before(subject: Subject, asking: AnyStep, step: AnyStep) -> bool:
    of_this = isinstance(asking.node, Inquire) and subject.brief.outsiders[asking.node.of].step == step.name
    return of_this and subject.steps.index(asking) < subject.steps.index(step)


def _is_text(step: AnyStep, path: list[str]) -> bool:
    kind: object = fact_type(step)
    for name in path:
        options = (kind, *get_args(kind))
        fact = next((one for one in options if isinstance(one, type) and issubclass(one, BaseModel)), None)
        field = fact.model_fields.get(name) if fact is not None else None
        kind = field.annotation if field is not None else None
    return str in (kind, *get_args(kind))
