"""Can a message start the workflow as the brief says: is there a field for its words, and nothing else needed?"""

from collections.abc import Iterator

from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import Subject
from bot.domain.from_message import SHORTEST_ROOM, field_for_words, needed_besides_words
from bot.domain.intent import Fact
from bot.domain.workflow import fact_type


def check_triggers(subject: Subject) -> Iterator[Finding]:
    triggers = subject.brief.triggers
    fact = fact_type(subject.definition.trigger) if subject.steps else None
    if fact is None:
        return
    for name, given in (("channels", triggers.channels), ("reactions", triggers.reactions)):
        if not given:
            continue
        if field_for_words(fact) is None:
            said = f"`triggers.{name}` starts it from messages, and no field of {fact.__name__} takes free text."
            mend = f"Give it a text field without a pattern and with more than {SHORTEST_ROOM} letters, or drop this."
            yield subject.in_brief(("triggers", name), Code.WRONG_TRIGGER, said, mend)
        elif name == "channels" and (open_ := needed_besides_words(fact)):
            yield subject.in_brief(("triggers", name), Code.WRONG_TRIGGER, *_nobody_fills_in(fact, open_))


def _nobody_fills_in(fact: type[Fact], names: tuple[str, ...]) -> tuple[str, str]:
    said = (
        f"`triggers.channels` starts it from a message alone, and {fact.__name__} needs more than its words: "
        f"{', '.join(names)}."
    )
    return said, 'Give these fields defaults, or ask for them by a form: reactions = { ticket = ["#support"] }.'
