"""What nobody has seen to is said at the command line: what, since when, for whom, and what to do."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.alert import Alert, AlertKind
from bot.settings import read_settings
from bot.wiring import opened
from tests.commands.line import WORKFLOWS, Line


@pytest.fixture
def line(tmp_path: Path) -> Line:
    line = Line(tmp_path / "data")
    line.start("billing")
    return line


def found(line: Line, *alerts: Alert) -> None:
    """As a bot that runs would find them."""
    settings = read_settings({}, data=str(line.data), workflows=str(WORKFLOWS))

    async def keep() -> None:
        async with opened(settings) as bot:
            await bot.store.run(lambda tx: tx.watch.raise_(alerts))

    asyncio.run(keep())


def test_where_nothing_is_wrong_it_says_so(line: Line) -> None:
    assert line.well("alerts").out == "Nothing is wrong, as far as the bot that runs has seen.\n"
    assert line.well("alerts", "--json").json == {"alerts": []}
    assert "that nobody has seen to" not in line("doctor").out


def test_what_is_wrong_is_told_with_whom_it_is_for_and_what_to_do(line: Line) -> None:
    since = datetime.now(UTC) - timedelta(days=3)
    waits = Alert(AlertKind.WAITS, "support_triage", since, "r-1", "approved: finance")
    found(line, waits, Alert(AlertKind.QUEUE, "", since, about="2 deliveries are"))
    said = line.well("alerts").out
    assert "support_triage: one thing has waited for too long.\n  • run r-1, at approved: finance, for 3d" in said
    assert "For @olga." in said
    assert "What came in from Slack: 2 deliveries are not seen to" in said
    assert "For every pager." in said
    (first, second) = line.well("alerts", "--json").json["alerts"]
    assert {first["kind"], second["kind"]} == {"waits", "queue"}
    assert "2 things that nobody has seen to: countersign alerts" in line("doctor").out
