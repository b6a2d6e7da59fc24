"""What is looked at once a minute, so that nothing waits unwatched; and the alerts that came of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.alert import Alert
from bot.domain.by_clock import Passed


@dataclass(frozen=True, slots=True)
class Batch:
    """Alerts of one kind and workflow that were raised, or were over, at the same time; nobody was told of them yet."""

    alerts: tuple[Alert, ...]
    at: datetime
    is_over: bool
    tries: int


class Watch(Protocol):
    """Every look is a few statements over indexes, however many runs there are."""

    def follow(self) -> tuple[str, ...]:
        """Bring what waits up to date with the record; the keys of alerts about waits that have ended since."""
        ...

    def overdue(self, workflow: str, before: datetime, *, limit: int) -> tuple[Alert, ...]:
        """Waits that began before then and of which there is no alert, oldest first."""
        ...

    def asked(self) -> tuple[tuple[str, str, datetime], ...]:
        """Workflow, and step with group, of whatever waits for a group; since when at the earliest."""
        ...

    def stuck(self, before: datetime, leases: int) -> tuple[Alert, ...]:
        """Runs that go on with nothing to do since then, or whose work was begun so often beyond its tries."""
        ...

    def late(self, before: datetime) -> tuple[Alert, ...]:
        """Work that was due before then, by workflow, and what came in before then."""
        ...

    def passed_over(self, workflow: str) -> tuple[Passed, ...]:
        """The last times of its schedule that started nothing, as the record has them; the newest first."""
        ...

    def started(self, day: datetime, *, until: int = 24) -> Mapping[str, int]:
        """How many runs of each workflow were started on that day, until that hour."""
        ...

    def alerts(self) -> Mapping[str, Alert]:
        """What is wrong now, by key; not those about waits."""
        ...

    def open_alerts(self, *, limit: int) -> tuple[Alert, ...]:
        """What is wrong now, the oldest first."""
        ...

    def raise_(self, alerts: Collection[Alert]) -> None: ...

    def clear(self, keys: Collection[str], *, tell: bool) -> None:
        """They are over. Where nobody was told that they began, or nobody is to be told, they are simply gone."""
        ...

    def untold(self) -> tuple[Batch, ...]: ...

    def told(self, batch: Batch) -> None: ...

    def tried(self, batch: Batch) -> None: ...

    def unreached_since(self) -> datetime | None:
        """Since when there is an alert that could not be told to anybody."""
        ...
