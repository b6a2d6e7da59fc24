"""How things stand, read from the store each time somebody asks: runs, what waits for people, what piles up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.errors import BotError
from bot.domain.person import Door
from bot.domain.run import ENDED
from bot.ports.queries import Backlog, Heap, Queries, UnderWay

if TYPE_CHECKING:
    from prometheus_client.metrics_core import GaugeMetricFamily, Metric


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at one moment."""

    at: datetime
    under_way: Mapping[str, UnderWay]
    ended: Mapping[str, int]
    backlog: Backlog
    paused: tuple[str, ...]


async def standing(queries: Queries, now: datetime) -> Standing | None:
    """How things stand; None where the store does not answer."""
    try:
        counts = await queries.counts()
        return Standing(
            at=now,
            under_way=await queries.under_way(failed_since=now),
            ended={state.value: counts[state] for state in sorted(ENDED)},
            backlog=await queries.backlog(),
            paused=tuple(await queries.held()),
        )
    except BotError:
        return None


def gauges(stands: Standing | None) -> Iterator["Metric"]:
    """The same as figures."""
    yield _gauge("countersign_store_up", "Whether the store answered.", int(stands is not None))
    if stands is not None:
        yield from _of_runs(stands)
        yield from _of_backlog(stands)


def _of_runs(stands: Standing) -> Iterator["Metric"]:
    from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

    runs = GaugeMetricFamily(
        "countersign_runs",
        "Runs under way; `asking` waits for a person's answer on a card or a form.",
        labels=("workflow", "state"),
    )
    for name, flow in sorted(stands.under_way.items()):
        states = {"running": flow.running, "asking": flow.asking, "waiting": flow.waiting, "parked": flow.parked}
        for state, number in states.items():
            runs.add_metric((name, state), number)
    ended = CounterMetricFamily("countersign_runs_ended", "Runs that have ended, ever.", labels=("state",))
    for state, number in stands.ended.items():
        ended.add_metric((state,), number)
    paused = GaugeMetricFamily("countersign_paused", "What is paused: a workflow, or * for all.", labels=("workflow",))
    for scope in stands.paused:
        paused.add_metric((scope,), 1)
    yield from (runs, ended, paused)


def _of_backlog(stands: Standing) -> Iterator["Metric"]:
    at, backlog = stands.at, stands.backlog
    heaps = (
        ("outbox_due", "Effects that are due and that nobody is at", backlog.effects),
        ("inbox_waiting", "Deliveries that came in and were not acted on", backlog.deliveries),
        ("audit_unsealed", "Entries of the record that no checkpoint covers yet", backlog.unsealed),
    )
    for name, text, heap in heaps:
        yield _gauge(f"countersign_{name}", f"{text}.", heap.number)
        yield _gauge(f"countersign_{name}_seconds", f"{text}: how old the oldest is.", _age(heap, at))
    yield _gauge("countersign_alerts", "What is wrong that nobody has seen to.", backlog.alerts)
    yield _by_door("countersign_inbox_waiting_by_door", "The same, by the door it came through.", backlog.doors)
    yield from _of_events(stands)


def _of_events(stands: Standing) -> Iterator["Metric"]:
    from prometheus_client.metrics_core import GaugeMetricFamily

    def family(name: str, text: str) -> "GaugeMetricFamily":
        return GaugeMetricFamily(f"countersign_events_{name}", text, labels=("subscriber",))

    waiting = family("waiting", "Events that somebody has not taken yet.")
    seconds = family("waiting_seconds", "Events that somebody has not taken yet: how old the oldest is.")
    trouble = family("not_taken", "1 where somebody did not take the last event they were sent.")
    for owed in stands.backlog.owed:
        name = (owed.standing.name,)
        waiting.add_metric(name, owed.heap.number)
        seconds.add_metric(name, _age(owed.heap, stands.at))
        trouble.add_metric(name, int(bool(owed.standing.trouble)))
    yield from (waiting, seconds, trouble)


def away(turned_away: Mapping[Door, int]) -> Iterator["Metric"]:
    """Who was asked to come again later."""
    from prometheus_client.metrics_core import CounterMetricFamily

    text = "Requests that were answered 429 since the bot started, by door."
    counted = CounterMetricFamily("countersign_turned_away", text, labels=("door",))
    for door in _FROM_OUTSIDE:
        counted.add_metric((door.value,), turned_away.get(door, 0))
    yield counted


_FROM_OUTSIDE = (Door.WEBHOOK, Door.FORM, Door.MAIL)


def _by_door(name: str, text: str, numbers: Mapping[str, int]) -> "Metric":
    from prometheus_client.metrics_core import GaugeMetricFamily

    family = GaugeMetricFamily(name, text, labels=("door",))
    for door in (Door.SLACK, *_FROM_OUTSIDE):
        family.add_metric((door.value,), numbers.get(door.value, 0))
    return family


def _age(heap: Heap, at: datetime) -> float:
    return max(0.0, (at - heap.since).total_seconds()) if heap.since is not None else 0.0


def _gauge(name: str, text: str, value: float) -> "GaugeMetricFamily":
    from prometheus_client.metrics_core import GaugeMetricFamily

    return GaugeMetricFamily(name, text, value=value)
