"""What one person sees at a glance, as plain data: what waits for them, what they have running, what they may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.brief import Brief
from bot.domain.content import Card
from bot.domain.report import Report
from bot.domain.run import RunId, RunState, Stage


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list, and how long it is."""

    begins: int
    """How many come before the first that is shown."""
    every: int
    more_than: bool = False
    """Whether there are more than were counted."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for this person."""

    run: RunId
    workflow: str
    title: str
    """As on its card."""
    since: datetime
    requester: str
    expires_at: datetime | None = None
    channel: str = ""
    """Where its card stands; empty where it stands nowhere yet."""
    ts: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """Something this person asked for that has not ended."""

    run: RunId
    workflow: str
    state: RunState
    group: str
    """Who has to answer; empty where nobody is asked."""
    reason: str
    since: datetime
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """Something this person decided."""

    run: RunId
    workflow: str
    title: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """Something that was done for this person, or came to another end."""

    run: RunId
    workflow: str
    state: RunState
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow, and how it fares."""

    name: str
    stage: Stage
    runs: int = 0
    asking: int = 0
    parked: int = 0
    failed: int = 0
    """Since this day began."""
    held: str | None = None
    """Why it is paused, where it is."""
    held_since: datetime | None = None
    trouble: str = ""
    """Why it does not load, where it does not."""
    may_inspect: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on one page."""

    at: datetime
    waiting: tuple[Waiting, ...] = ()
    waiting_page: Page = field(default_factory=lambda: Page(0, 0))
    running: tuple[Running, ...] = ()
    running_page: Page = field(default_factory=lambda: Page(0, 0))
    decided: tuple[Decided, ...] = ()
    ended: tuple[Ended, ...] = ()
    flows: tuple[Flow, ...] = ()
    flows_page: Page = field(default_factory=lambda: Page(0, 0))
    may_hold_all: bool = False
    all_held: str | None = None
    """Why everything is paused, where it is."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One version of a text of a workflow."""

    kind: str
    name: str
    n: int
    at: datetime
    by: str
    why: str
    diff: str
    current: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """One workflow, for those who decide or look after it."""

    at: datetime
    flow: Flow
    brief: Brief
    may_change: bool = False
    may_hold: bool = False
    prompts: Mapping[str, int] = field(default_factory=dict[str, int])
    """How long each is, by its step."""
    routes: bool = False
    numbers: Report | None = None
    """What the last days have come to."""
    log: tuple[Logged, ...] = ()
    log_page: Page = field(default_factory=lambda: Page(0, 0))


def about(card: Card) -> str:
    """What a card is about, on one line; several actions by their number and the first of them."""
    if len(card.deeds) > 1 and not (card.around and card.around.ask):
        first = card.deeds[0]
        return f"{len(card.deeds)} actions, the first: {first.title} → {first.record}"
    return card.title
