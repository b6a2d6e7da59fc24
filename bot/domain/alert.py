"""What nobody has seen to: when that is said, to whom, and in which words. Each rule fits in a sentence."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.attendance import Absence, Link
from bot.domain.brief import Brief
from bot.domain.reminding import span


class AlertKind(StrEnum):
    """What is wrong."""

    WAITS = "waits"
    """Something has waited for a person for longer than its brief says."""
    EMPTY = "nobody"
    """Nobody of those who may be asked is there, and nobody of them comes back with the day."""
    QUEUE = "queue"
    """What is due, or came in, is not seen to."""
    STUCK = "stuck"
    """A run goes on with nothing left to do, or its work is begun again and again."""
    SCHEDULE = "schedule"
    """A time at which a run should have started has passed without one."""
    SILENCE = "silence"
    """No run has started where there always were some at this time."""
    EVENTS = "events"
    """Somebody does not take the events that they are to be sent."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong, since when, and whom it is about."""

    kind: AlertKind
    workflow: str
    """Empty where it is about all of them."""
    since: datetime
    run: str = ""
    about: str = ""
    """The step and group that is waited for, how many, or what is in the way; nothing that anybody said."""

    @property
    def key(self) -> str:
        """The same as long as the same thing is wrong."""
        of_events = self.about.partition(": ")[0] if self.kind is AlertKind.EVENTS else ""
        what = self.run or (self.about if self.kind is AlertKind.EMPTY else of_events)
        return f"{self.kind}/{self.workflow}/{what}"


LATE = timedelta(minutes=5)
"""What is due for so long, and not begun, piles up."""
STILL = timedelta(minutes=10)
"""A run that goes on with nothing to do for so long is stuck."""
MOST_LEASES = 10
"""So often work may be begun beyond its tries, before it counts as stuck."""
USUAL = 3
"""So many runs, on each of the same weekdays of the last four weeks, make it usual that there are some."""
WEEKS = 4


def is_deserted(links: Iterable[Link]) -> bool:
    """Whether nobody can decide now, and nobody comes back by their hours or their quiet."""
    comes_back = (Absence.OFF, Absence.QUIET)
    return not any(link.there or any(why in comes_back for _, why in link.passed) for link in links)


def is_silent(today: int, before: Sequence[int]) -> bool:
    """Whether nothing has started today, where on each of the same weekdays before some had by this hour."""
    return today == 0 and len(before) == WEEKS and min(before) >= USUAL


# --- who is told, and what --------------------------------------------------------------------------------------------

TECHNICAL = frozenset({AlertKind.QUEUE, AlertKind.STUCK, AlertKind.SCHEDULE, AlertKind.EVENTS})
"""These go to the pager alone; the others are for the owner."""
TELLS_WHEN_OVER = TECHNICAL | {AlertKind.EMPTY}
"""Of what was decided in the end, everybody concerned has heard anyway; and each day is looked at for itself."""
MOST_NAMED = 10


def whom(kind: AlertKind, brief: Brief) -> tuple[str, ...]:
    """Who is told; each one only where those before cannot be reached."""
    if kind in TECHNICAL:
        return tuple(dict.fromkeys((brief.pager, brief.maintainer, brief.owner)))
    return tuple(dict.fromkeys((brief.owner, brief.maintainer, brief.pager)))


def words(alerts: Sequence[Alert], now: datetime) -> str:
    """What is said of several alerts of one kind and one workflow: what, since when, and what to do."""
    first = alerts[0]
    said = _SAID[first.kind]([*alerts], now)
    lines = [f"• {_one(one, now)}" for one in alerts[:MOST_NAMED]] if first.run else []
    more = [f"And {len(alerts) - MOST_NAMED} more."] if first.run and len(alerts) > MOST_NAMED else []
    return "\n".join([said, *lines, *more, _DO[first.kind]])


def over(alert: Alert) -> str:
    """What is said once it is over."""
    return f"Over: {_NAMED[alert.kind]}{_of(alert)}."


def _of(alert: Alert) -> str:
    run = f" (run {alert.run})" if alert.run else ""
    return f", of {alert.workflow}{run}" if alert.workflow else ""


def _one(alert: Alert, now: datetime) -> str:
    about = f", {'' if alert.about == 'parked' else 'at '}{alert.about}" if alert.about else ""
    return f"run {alert.run}{about}, for {span(now - alert.since)}"


_NAMED: Mapping[AlertKind, str] = {
    AlertKind.WAITS: "something waited too long",
    AlertKind.EMPTY: "nobody could decide",
    AlertKind.QUEUE: "work piled up",
    AlertKind.STUCK: "a run stood still",
    AlertKind.SCHEDULE: "a scheduled run was missing",
    AlertKind.SILENCE: "no run had started",
    AlertKind.EVENTS: "events were not taken",
}
"""What was wrong."""

Say = Callable[[list[Alert], datetime], str]
_SAID: Mapping[AlertKind, Say] = {
    AlertKind.WAITS: lambda some, _: f"{some[0].workflow}: {_things(len(some))} waited for too long.",
    AlertKind.EMPTY: lambda some, _: (
        f"{some[0].workflow}: nobody can decide what waits at {some[0].about}."
        " Everybody who may be asked is away or has left."
    ),
    AlertKind.QUEUE: lambda some, now: (
        f"{some[0].workflow or 'What came in from Slack'}: {some[0].about} not seen to, the oldest for"
        f" {span(now - some[0].since)}."
    ),
    AlertKind.STUCK: lambda some, _: f"{some[0].workflow}: {_runs(len(some))} without getting on.",
    AlertKind.SCHEDULE: lambda some, _: (
        f"{some[0].workflow}: a run should have started at {some[0].since:%Y-%m-%d %H:%M} UTC, and none has"
        f"{f': {some[0].about}' if some[0].about else ''}."
    ),
    AlertKind.SILENCE: lambda some, _: (
        f"{some[0].workflow}: no run has started today. On each of the same weekdays of the last four weeks there were"
        f" at least {USUAL} by this hour."
    ),
    AlertKind.EVENTS: lambda some, now: (
        f"{some[0].workflow or 'Events'}: "
        + " ".join(f"{one.about} Since {span(now - one.since)}." for one in some[:MOST_NAMED])
    ),
}
_DO: Mapping[AlertKind, str] = {
    AlertKind.WAITS: "Decide, hand it on, or cancel: /ops runs, or countersign runs --open",
    AlertKind.EMPTY: "Name somebody else in the brief, a delegate in the settings, or decide yourself.",
    AlertKind.QUEUE: "Look at the log of the bot, and at whether the systems and Slack answer: countersign doctor",
    AlertKind.STUCK: "Look at the log of the bot; then cancel the run, or pause and resume it.",
    AlertKind.SCHEDULE: (
        "Look at what is in its way: it starts once that is gone, until its next time"
        ' (with missed = "skip" in its brief, it does not); then by hand.'
    ),
    AlertKind.SILENCE: "Look whether what starts it still works.",
    AlertKind.EVENTS: (
        "Look at the receiver, and at url and secret of its section under [events]: countersign doctor. Nothing is"
        " lost: what waits is sent in its order once it is taken. Who wants no more is asked again by a new start."
    ),
}


def _things(number: int) -> str:
    return "one thing has" if number == 1 else f"{number} things have"


def _runs(number: int) -> str:
    return "one run goes on" if number == 1 else f"{number} runs go on"
