"""Stages, ages and numbers, as people say them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.field import titled
from bot.domain.run import Stage
from bot.domain.text import one_line

STAGES: Mapping[Stage, str] = {
    Stage.INSTRUMENT: "people do it by hand, and the time is taken",
    Stage.SHADOW: "the bot only tries it; nobody is asked, nothing is carried out",
    Stage.ASSISTED: "the bot drafts; people do it themselves",
    Stage.APPROVED: "the bot carries out what a person approved",
    Stage.LIMITED: "the bot decides inside its limits; people decide the rest",
    Stage.AUTOMATIC: "the bot decides; people get the exceptions",
}
OUTCOMES: Mapping[str, str] = {"approve": "Approved", "reject": "Rejected", "done by me": "Done by hand"}


def stage_in_words(stage: Stage) -> str:
    """The stage and what it means: “Approved: the bot carries out what a person approved”."""
    return f"{stage.value.capitalize()}: {STAGES[stage]}"


def named(workflow: str) -> str:
    """A workflow as people call it."""
    return titled(one_line(workflow, 80))


def age(since: datetime, now: datetime) -> str:
    """How long ago, in one unit: “12 min”, “3 h”, “2 days”."""
    return lasted(max(now - since, timedelta()))


def lasted(time: timedelta) -> str:
    """How long, in one unit."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min" if minutes else "under a minute"
    if minutes < 60 * 24:
        return f"{minutes // 60} h"
    return counted(minutes // (60 * 24), "day")


def counted(number: int, one: str, many: str = "") -> str:
    """“1 run”, “2 runs”."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def outcome_in_words(outcome: str) -> str:
    return OUTCOMES.get(outcome, outcome.replace("-", " ").capitalize() or "Decided")
