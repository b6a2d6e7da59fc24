"""What the tests of the control start from."""

from collections.abc import AsyncGenerator

import pytest

from bot.workspace.control.driver import Driver
from tests.workspace.control.served import Place, place


@pytest.fixture
async def there() -> AsyncGenerator[Place]:
    """A workspace with a small app beside it, over HTTP."""
    async with place() as found:
        yield found


@pytest.fixture
async def driver(there: Place) -> Driver:
    return there.driver
