"""How a mail becomes what a workflow starts from: whole where it starts from mails, else by its words alone."""

from collections.abc import Mapping

from bot.domain.errors import Unfit
from bot.domain.from_message import field_for_words, needed_besides_words
from bot.domain.intent import Fact
from bot.domain.plain import Plain

OF_A_MAIL = frozenset({"id", "sender", "subject", "body"})
"""A fact with all of these is made for mails."""
FIELDS = OF_A_MAIL | {"sender_name", "to", "thread_id", "sent_at", "attachments"}


def takes_mail(fact: type[Fact]) -> bool:
    return fact.model_fields.keys() >= OF_A_MAIL


def needed_besides_mail(fact: type[Fact]) -> tuple[str, ...]:
    """What a mail leaves open: fields without a default that no mail has; the fact's name where it takes no words."""
    if takes_mail(fact):
        return tuple(name for name, info in fact.model_fields.items() if info.is_required() and name not in FIELDS)
    return needed_besides_words(fact) if field_for_words(fact) is not None else ("a text",)


def value_of_mail(mail: Mapping[str, Plain], fact: type[Fact]) -> dict[str, Plain]:
    """A fact's fields from those of a mail. Raises Unfit where there is nothing to start from."""
    if takes_mail(fact):
        return {name: value for name, value in mail.items() if name in fact.model_fields}
    words, field = "\n\n".join(str(mail[name]) for name in ("subject", "body") if mail.get(name)), field_for_words(fact)
    if field is None or not words:
        raise Unfit("There are no words in this mail to start from.")
    return {field: words}
