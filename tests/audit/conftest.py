"""One record for everybody who wants to break a copy of it."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from tests.audit.tamper import Scene, make_scene


@pytest.fixture(scope="session", autouse=True)
def somebody_collects_the_log() -> Iterator[None]:
    """Only then is it a place where a checkpoint is kept."""
    logger = logging.getLogger("countersign.audit")
    logger.setLevel(logging.INFO)
    yield
    logger.setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return asyncio.run(make_scene(tmp_path_factory.mktemp("scene")))
