"""What the tables of wrong workflows are made of: a small workflow that is right, and one mistake at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot import authoring
from bot.authoring import Workflow, act, propose, review, trigger
from bot.domain.binding import Binding
from bot.domain.checks import Code, People
from bot.domain.terms import Terms
from bot.domain.workflow import Definition
from bot.intents import helpdesk
from tests.domain import sample
from tests.domain.sample import SUPPORT, mark

loose: Any = authoring
"""The words without their types, as if an author had silenced the checkers."""


@dataclass(frozen=True)
class Wrong:
    """A mistake, what is found, and words that the finding must contain."""

    code: Code
    says: str
    terms: Terms
    bindings: Mapping[str, Binding] = field(default_factory=lambda: {**sample.BINDINGS})
    known: Collection[str] = ("welcome",)
    today: date | None = None
    people: People | None = None
    also: frozenset[Code] = frozenset()
    """What the same mistake is found as besides."""


class Small(Workflow, version=1):
    """The smallest workflow that acts."""

    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)


PROOF = {"read": "helpdesk.state_of", "of": "ticket", "field": "status", "is": "answered"}
SMALL: Mapping[str, object] = {
    "reads": {"helpdesk": ["state_of"]},
    "changes": {"helpdesk": ["AddTag"]},
    "reviewers": {"support": SUPPORT},
}


def small(definition: Definition = Small.definition, /, **changed: object) -> Terms:
    """A workflow on the brief of the small one, some of its parts changed."""
    return sample.terms(definition, **{**SMALL, **changed})


def changing(*kinds: str) -> dict[str, object]:
    return {"changes": {"helpdesk": [*kinds]}}


def proven(*kinds: str) -> dict[str, object]:
    """What is changed, and what proves each of it."""
    read = {**PROOF, "for": [f"helpdesk.{kinds[0]}"]}
    return {
        "changes": {"helpdesk": [*kinds]},
        "done_when": [read, *({"found": f"helpdesk.{kind}"} for kind in kinds[1:])],
    }


def support(**changed: object) -> dict[str, object]:
    return {"reviewers": {"support": {**SUPPORT, **changed}}}


def answering(definition: Definition, /, **changed: object) -> Terms:
    """A workflow that sends a reply, on the small brief."""
    return small(definition, **{**changing("SendReply"), **changed})
