"""What somebody may start, and the forms for it."""

from collections.abc import Iterator, Mapping

from bot.adapters.slack.draw.modal.choice import Given, Offer, Samples, choice_view, too_long
from bot.adapters.slack.draw.modal.typed import start_view
from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.hear.press import text
from bot.application.parts import Parts
from bot.domain.errors import Misdeclared
from bot.domain.field import titled
from bot.domain.from_message import field_for_words
from bot.domain.gate import Power, may
from bot.domain.intent import Fact
from bot.domain.person import Door, Person
from bot.domain.plain import Plain
from bot.domain.terms import Terms
from bot.domain.workflow import fact_type
from bot.ports.store import Delivery

_WAYS: Mapping[Door, str] = {
    Door.FORM: "a form for people outside",
    Door.WEBHOOK: "a webhook",
    Door.MAIL: "mail",
    Door.SCHEDULE: "the clock",
}


def offers(parts: Parts, person: Person, *, from_message: bool = False) -> tuple[Offer, ...]:
    """What this person may start from Slack, by name; of that, what takes a message."""
    return tuple(
        _offer(parts, name, terms)
        for name, terms in _startable(parts, from_message=from_message)
        if may(person, Power.START, terms.brief).allowed
    )


def choice(parts: Parts, person: Person, samples: Samples, given: Given | None = None) -> Block:
    """The form to choose from; whoever may start nothing sees what there is and whom to ask."""
    offered = offers(parts, person, from_message=given is not None)
    others = () if offered else _startable(parts, from_message=given is not None)
    return choice_view(offered, samples, given, others=[_offer(parts, *one) for one in others])


def start_form(
    parts: Parts, workflow: str, known: Mapping[str, Plain] | None = None, given: Given | None = None
) -> Block:
    """The form that a workflow starts from, filled with what is known and with the words of a message."""
    terms = parts.library.current(workflow)
    title, fact = titled(workflow), trigger_fact(terms)
    if given is None:
        return start_view(workflow, title, fact, known=known)
    name = field_for_words(fact)
    says = f"The words of the message stand under “{titled(name or '')}”. Nothing starts before you press Start."
    words: dict[str, Plain] = {name: given.words} if name and given.fits and given.words else {}
    says = says if given.fits else too_long(given)
    return start_view(workflow, title, fact, known={**(known or {}), **words}, about=given.about, says=says)


def trigger_fact(terms: Terms) -> type[Fact]:
    """The type of what a workflow starts from."""
    return fact_type(terms.definition.trigger) or Fact


def typed(parts: Parts, delivery: Delivery) -> str:
    """What comes after `/ops`. A command that a brief names stands for starting its workflow."""
    said, command = text(delivery.body, "text").strip(), text(delivery.body, "command")
    briefs = ((name, parts.library.current(name).brief) for name in parts.library.names())
    return next((f"start {name} {said}" for name, brief in briefs if command in brief.triggers.commands), said)


def known_workflows(parts: Parts) -> Iterator[tuple[str, Terms]]:
    """Every workflow that loads and has Slack for a door, by name."""
    for name in parts.library.names():
        try:
            terms = parts.library.current(name)
        except Misdeclared:
            continue
        if Door.SLACK.value in terms.brief.triggers.doors:
            yield name, terms


def _startable(parts: Parts, *, from_message: bool) -> tuple[tuple[str, Terms], ...]:
    every = known_workflows(parts)
    return tuple(one for one in every if not from_message or field_for_words(trigger_fact(one[1])) is not None)


def _offer(parts: Parts, name: str, terms: Terms) -> Offer:
    owner = parts.directory.named(terms.brief.owner)
    called = owner.name if owner is not None else terms.brief.owner
    return Offer(name, terms.brief.process, terms.brief.stage, called, tuple(else_started_by(terms)))


def else_started_by(terms: Terms) -> Iterator[str]:
    """What starts it besides a form in Slack, in the words of whoever looks for a way."""
    triggers = terms.brief.triggers
    yield from triggers.commands
    if field_for_words(trigger_fact(terms)) is not None:
        yield "the menu of a message"
    yield from (words for door, words in _WAYS.items() if door.value in triggers.doors)
