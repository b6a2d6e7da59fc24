"""Can what comes in from outside start the workflow, or end its wait, as the brief says?"""

from collections.abc import Collection, Iterator, Mapping

from pydantic import ValidationError

from bot.domain.brief.form import MADE, Form
from bot.domain.brief.hook import Hook
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject
from bot.domain.declared.place import Where, shown
from bot.domain.from_mail import needed_besides_mail
from bot.domain.intent import Fact
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.text import hint
from bot.domain.workflow import Wait, fact_type


def check_hooks(subject: Subject) -> Iterator[Finding]:
    triggers = subject.brief.triggers
    fact = fact_type(subject.definition.trigger) if subject.steps else None
    if fact is None:
        return
    for name, hook in triggers.hooks.items():
        path: Where = ("triggers", "hooks", name)
        if hook.ends:
            yield from _ends(subject, path, hook, fact)
        else:
            yield from _fields(subject, (*path, "fields"), hook.fields, fact)
    yield from _given(subject, triggers.form, fact)
    yield from _unasked(subject, triggers.form, fact)
    yield from _made(subject, triggers.form, fact)
    if Door.MAIL.value in triggers.doors and (open_ := needed_besides_mail(fact)):
        said = f"A mail cannot start it: nobody fills in what {fact.__name__} needs: {', '.join(open_)}."
        mend = "Give these fields defaults, start from mail.Email, or take mail out of the doors."
        yield subject.in_brief(("triggers", "doors"), Code.WRONG_TRIGGER, said, mend)


def _given(subject: Subject, form: Form, fact: type[Fact]) -> Iterator[Finding]:
    """What a form fills in: is there a field for it, and does it fit?"""
    for name in form.given:
        where: Where = ("triggers", "form", "given", name)
        if name not in fact.model_fields:
            said = f"`{shown(where)}` is for “{name}”, and {fact.__name__} has no such field."
            mend = hint(name, fact.model_fields, f"It has: {', '.join(fact.model_fields)}.")
            yield subject.in_brief(where, Code.WRONG_TRIGGER, said, mend)
        elif wrong := _misfit(fact, name, form.filled_in):
            said = f"`{shown(where)}` fits in no {fact.__name__}: {wrong}."
            yield subject.in_brief(where, Code.WRONG_TRIGGER, said, "Write a value that fits.")


def _unasked(subject: Subject, form: Form, fact: type[Fact]) -> Iterator[Finding]:
    """What a form does not ask for: is there such a field, and what is it then?"""
    where: Where = ("triggers", "form", "unasked")
    for name in form.unasked:
        info = fact.model_fields.get(name)
        if info is None:
            said = f"`{shown(where)}` names “{name}”, and {fact.__name__} has no such field."
            mend = hint(name, fact.model_fields, f"It has: {', '.join(fact.model_fields)}.")
            yield subject.in_brief(where, Code.WRONG_TRIGGER, said, mend)
        elif info.is_required():
            said = f"`{shown(where)}` leaves out “{name}”, and {fact.__name__} cannot be without it."
            mend = f"Fill it in under triggers.form.given, or take {name} out of unasked."
            yield subject.in_brief(where, Code.WRONG_TRIGGER, said, mend)
        elif name in form.given:
            said = f"`{shown(where)}` leaves out “{name}”, which triggers.form.given fills in."
            yield subject.in_brief(where, Code.WRONG_TRIGGER, said, "Keep one of the two.")


def _made(subject: Subject, form: Form, fact: type[Fact]) -> Iterator[Finding]:
    """What a form fills in with an id of its own: is there such a field, and does every such id fit?"""
    where: Where = ("triggers", "form", "made")
    for name in form.made:
        if name not in fact.model_fields:
            said = f"`{shown(where)}` names “{name}”, and {fact.__name__} has no such field."
            mend = hint(name, fact.model_fields, f"It has: {', '.join(fact.model_fields)}.")
            yield subject.in_brief(where, Code.WRONG_TRIGGER, said, mend)
        elif wrong := next(filter(None, (_misfit(fact, name, {name: one * MADE}) for one in "0f")), ""):
            said = f"`{shown(where)}` fills in “{name}” with an id, which does not fit: {wrong}."
            yield subject.in_brief(where, Code.WRONG_TRIGGER, said, f"Take {name} out of made.")
        elif name in (*form.given, *form.unasked):
            said = f"`{shown(where)}` fills in “{name}”, and the form says something else about it as well."
            yield subject.in_brief(where, Code.WRONG_TRIGGER, said, "Keep one of the two.")


def _misfit(fact: type[Fact], name: str, given: Mapping[str, Plain]) -> str:
    try:
        fact.model_validate(given)
    except ValidationError as error:
        return next((one["msg"] for one in error.errors(include_input=False) if one["loc"][:1] == (name,)), "")
    return ""


def _ends(subject: Subject, path: Where, hook: Hook, trigger: type[Fact]) -> Iterator[Finding]:
    where, step = (*path, "ends"), subject.named(hook.ends)
    event = step.node.or_on if step is not None and isinstance(step.node, Wait) else None
    if event is None:
        said = f"`{shown(where)}` is “{hook.ends}”, which is no wait that an event may end."
        waits = [one.name for one in subject.steps if isinstance(one.node, Wait) and one.node.or_on is not None]
        mend = hint(hook.ends, waits, 'Write the step so: settled = wait("2d", or_on=helpdesk.TicketState).')
        yield subject.in_brief(where, Code.WRONG_TRIGGER, said, mend)
        return
    if not event.model_fields.keys() & trigger.model_fields.keys():
        said = f"Nothing tells which run a {event.__name__} is for: it has no field of {trigger.__name__}'s."
        mend = "Give both a field of the same name that says which record it is about."
        yield subject.in_brief(where, Code.WRONG_TRIGGER, said, mend)
    yield from _fields(subject, (*path, "fields"), hook.fields, event)


def _fields(subject: Subject, where: Where, named: Collection[str], fact: type[Fact]) -> Iterator[Finding]:
    for name in named:
        if name not in fact.model_fields:
            said = f"`{shown((*where, name))}` is for “{name}”, and {fact.__name__} has no such field."
            mend = hint(name, fact.model_fields, f"It has: {', '.join(fact.model_fields)}.")
            yield subject.in_brief((*where, name), Code.WRONG_TRIGGER, said, mend)
    open_ = [name for name, info in fact.model_fields.items() if info.is_required() and name not in named]
    if named and open_:
        said = f"`{shown(where)}` says nothing of what {fact.__name__} needs: {', '.join(open_)}."
        mend = f'Say where it stands, such as {open_[0]} = "data.{open_[0]}", or give it a default.'
        yield subject.in_brief(where, Code.WRONG_TRIGGER, said, mend)
