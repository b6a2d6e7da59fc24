"""What the tests of posting start from."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.adapters.slack.post.cards import Cards, opened_cards
from tests.adapters.slack.post.place import Stand, stand


@pytest.fixture
async def slack() -> AsyncGenerator[Stand]:
    async with stand() as found:
        yield found


@pytest.fixture
async def cards(slack: Stand, tmp_path: Path) -> AsyncGenerator[Cards]:
    async with opened_cards(slack, tmp_path / "data.db") as found:
        yield found
