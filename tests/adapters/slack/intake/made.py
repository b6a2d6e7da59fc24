"""An intake with everything around it recorded, and requests signed as Slack signs them."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest

from bot.adapters.slack.intake.envelope import Envelope
from bot.adapters.slack.intake.intake import Allowed, Body, Checked, Intake, Keep
from bot.adapters.slack.intake.signed import signed
from bot.adapters.store.codec import write_plain
from bot.adapters.store.store import SqliteStore
from bot.ports.store import Delivery
from tests.adapters.store.made import Hand

T = TypeVar("T")
SECRET, OLD_SECRET = "8f742231b10e8888abcd99yyyzzz85a5", "the-secret-before"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Wall:
    """The clock on the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Door:
    """What came through, and how the door is to answer."""

    keep: Keep | None = None
    """None keeps it in memory, once, and writes its body down as the store does."""
    allowed: Allowed = field(default_factory=lambda: Allowed(frozenset({"T1"}), frozenset({"E1"})))
    kept: list[Delivery] = field(default_factory=list[Delivery])
    woken: list[Delivery] = field(default_factory=list[Delivery])
    asked: list[Envelope] = field(default_factory=list[Envelope])
    """What a look was taken at, or was answered directly."""
    wanted: bool | Exception = True
    checked: Checked | Exception = field(default_factory=Checked)
    options: Body | Exception = field(default_factory=dict[str, Any])

    def intake(self) -> Intake:
        return Intake(
            allowed=self.allowed,
            keep=self.keep or self._keep,
            woken=self.woken.append,
            wanted=self._wanted,
            checked=self._checked,
            directly=self._directly,
            clock=Hand(),
        )

    async def _keep(self, delivery: Delivery) -> bool:
        write_plain(delivery.body)
        fresh = all(one.id != delivery.id for one in self.kept)
        if fresh:
            self.kept.append(delivery)
        return fresh

    async def _wanted(self, envelope: Envelope) -> bool:
        del envelope
        return said(self.wanted)

    async def _checked(self, envelope: Envelope) -> Checked:
        self.asked.append(envelope)
        return said(self.checked)

    async def _directly(self, envelope: Envelope) -> Body:
        self.asked.append(envelope)
        return said(self.options)


def said(outcome: T | Exception) -> T:
    """An outcome, or the error it is."""
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def keeping(store: SqliteStore) -> Keep:
    """The real inbox."""

    async def keep(delivery: Delivery) -> bool:
        return await store.run(lambda tx: tx.inbox.accept(delivery))

    return keep


async def waiting(store: SqliteStore) -> tuple[Delivery, ...]:
    return await store.run(lambda tx: tx.inbox.waiting(1_000))


# --- requests ----------------------------------------------------------------------------------------------------


def body_of(payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """A payload as Slack writes it over HTTP, and its content type."""
    if payload.get("type") in ("event_callback", "url_verification", "app_rate_limited"):
        return json.dumps(payload).encode(), JSON
    form = payload if "type" not in payload else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), FORM


def headers_of(body: bytes, content_type: str, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(datetime.now(UTC).timestamp() if at is None else at))
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signed(body, timestamp, secret),
    }


# --- the log -----------------------------------------------------------------------------------------------------


def actions(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """What was logged, as its action and its reason; nothing of it with a trace."""
    assert [record for record in caplog.records if record.exc_info] == []
    return [
        (getattr(record, "action", record.getMessage()), getattr(record, "reason", ""))
        for record in caplog.records
        if record.levelno >= logging.INFO
    ]
