"""A server for each test, and the desk behind it."""

from collections.abc import AsyncIterator

import pytest

from bot.adapters.systems.rest.system import Rest
from tests.adapters.systems.rest.remote import Remote, desk, serving


@pytest.fixture
def remote() -> Remote:
    return Remote()


@pytest.fixture
async def rest(remote: Remote) -> AsyncIterator[Rest]:
    async with serving(remote) as server:
        system = desk(str(server.make_url("")).rstrip("/"))
        yield system
        await system.close()
