"""`countersign run`: the workspace and the bot in it."""

from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage
from bot.wiring import BACK_OFFICE
from tests.commands.golden import approved, asked_for, both


@pytest.mark.parametrize("by_socket", [False, True], ids=["http", "socket"])
async def test_somebody_starts_a_workflow_and_mia_approves_with_the_rights_of_the_manifest(
    tmp_path: Path, by_socket: bool
) -> None:
    async with both(tmp_path, socket=by_socket) as (_, driver):
        card = await asked_for(driver)
        await approved(driver, card)
        await driver.settle()
        refused = [line for line in await driver.log() if "missing_scope" in str(line)]
        assert refused == []
    assert len(Backstage(tmp_path / "data" / BACK_OFFICE).effects()) == 1
