"""What the tests of posting start from."""

from collections.abc import AsyncGenerator

import pytest

from tests.adapters.slack.post.place import Stand, stand


@pytest.fixture
async def slack() -> AsyncGenerator[Stand]:
    async with stand() as found:
        yield found
