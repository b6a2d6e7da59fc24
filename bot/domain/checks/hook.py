"""Can what comes in from outside start the workflow, or end its wait, as the brief says?"""

from collections.abc import Collection, Iterator

from bot.domain.brief.hook import Hook
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject
from bot.domain.declared.place import Where, shown
from bot.domain.from_mail import needed_besides_mail
from bot.domain.intent import Fact
from bot.domain.person import Door
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
    if Door.MAIL.value in triggers.doors and (open_ := needed_besides_mail(fact)):
        said = f"A mail cannot start it: nobody fills in what {fact.__name__} needs: {', '.join(open_)}."
        mend = "Give these fields defaults, start from mail.Email, or take mail out of the doors."
        yield subject.in_brief(("triggers", "doors"), Code.WRONG_TRIGGER, said, mend)


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
