"""An office with its doors open."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.web.street import Street, opened_to_the_street
from tests.application.office import opened


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    """`one_act` is open to webhooks under its own name."""
    async with opened(tmp_path) as office, opened_to_the_street(office) as street:
        yield street
