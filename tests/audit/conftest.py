"""One record for everybody who wants to break a copy of it."""

import asyncio

import pytest

from tests.audit.tamper import Scene, make_scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return asyncio.run(make_scene(tmp_path_factory.mktemp("scene")))
