"""Can messages and the clock start the workflow as the brief says: is there a field for what they bring, and is no more
needed?"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.domain.by_clock import left_open, time_in, unfit
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject
from bot.domain.from_message import SHORTEST_ROOM, field_for_words, needed_besides_words
from bot.domain.intent import Fact
from bot.domain.text import hint
from bot.domain.workflow import fact_type

_SOME_TIME = datetime(2026, 1, 1, 9, tzinfo=UTC)


def check_triggers(subject: Subject) -> Iterator[Finding]:
    triggers = subject.brief.triggers
    fact = fact_type(subject.definition.trigger) if subject.steps else None
    if fact is None:
        return
    yield from _identity(subject, fact)
    if triggers.schedule:
        yield from _by_clock(subject, fact)
    for name, given in (("channels", triggers.channels), ("reactions", triggers.reactions)):
        if not given:
            continue
        if field_for_words(fact) is None:
            said = f"`triggers.{name}` starts it from messages, and no field of {fact.__name__} takes free text."
            mend = f"Give it a text field without a pattern and with more than {SHORTEST_ROOM} letters, or drop this."
            yield subject.in_brief(("triggers", name), Code.WRONG_TRIGGER, said, mend)
        elif name == "channels" and (open_ := needed_besides_words(fact)):
            yield subject.in_brief(("triggers", name), Code.WRONG_TRIGGER, *_nobody_fills_in(fact, open_))


def _identity(subject: Subject, fact: type[Fact]) -> Iterator[Finding]:
    for name in subject.brief.triggers.identity:
        if name not in fact.model_fields:
            said = f"`triggers.identity` names “{name}”, and {fact.__name__} has no such field."
            mend = hint(name, fact.model_fields, f"It has: {', '.join(fact.model_fields)}.")
            yield subject.in_brief(("triggers", "identity"), Code.WRONG_TRIGGER, said, mend)


def _by_clock(subject: Subject, fact: type[Fact]) -> Iterator[Finding]:
    triggers, kind = subject.brief.triggers, fact.__name__
    if unknown := [name for name in triggers.values if name not in fact.model_fields]:
        said = f"`triggers.values` fills in “{unknown[0]}”, and {kind} has no such field."
        mend = hint(unknown[0], fact.model_fields, f"It has: {', '.join(fact.model_fields)}.")
        yield subject.in_brief(("triggers", "values", unknown[0]), Code.WRONG_TRIGGER, said, mend)
    elif triggers.moment and time_in(fact, triggers.moment) is None:
        said = f"`triggers.moment` is “{triggers.moment}”, and {kind} has no such field for a day or a time."
        mend = "Name a field of the type date or datetime, or drop this."
        yield subject.in_brief(("triggers", "moment"), Code.WRONG_TRIGGER, said, mend)
    elif open_ := left_open(fact, triggers):
        said = f"`triggers.schedule` starts it by the clock, and nobody fills in what {kind} needs: {', '.join(open_)}."
        mend = f"Give these fields defaults, or fill them in: values = {{ {open_[0]} = … }}. A date or datetime can be"
        mend = f'{mend} the time it was due: moment = "{open_[0]}".'
        yield subject.in_brief(("triggers", "schedule"), Code.WRONG_TRIGGER, said, mend)
    elif wrong := unfit(fact, triggers, _SOME_TIME):
        yield _unfit(subject, kind, wrong)


def _unfit(subject: Subject, kind: str, wrong: str) -> Finding:
    """What the clock would start from is wrong: what the brief fills in, or a default."""
    field = re.split(r"[.:]", wrong)[0]
    if field in subject.brief.triggers.values:
        said = f"`triggers.values` fills in {field}, and that makes no {kind}: {wrong}."
        mend = "Write a value that fits."
        return subject.in_brief(("triggers", "values", field), Code.WRONG_TRIGGER, said, mend)
    said = f"`triggers.schedule` starts it by the clock, and its defaults make no {kind}: {wrong}."
    return subject.in_brief(("triggers", "schedule"), Code.WRONG_TRIGGER, said, "Give it defaults that fit.")


def _nobody_fills_in(fact: type[Fact], names: tuple[str, ...]) -> tuple[str, str]:
    said = (
        f"`triggers.channels` starts it from a message alone, and {fact.__name__} needs more than its words: "
        f"{', '.join(names)}."
    )
    return said, 'Give these fields defaults, or ask for them by a form: reactions = { ticket = ["#support"] }.'
