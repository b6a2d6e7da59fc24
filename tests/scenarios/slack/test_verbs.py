"""Every verb by every kind of person on every kind of card, over both connections, held against a table of its own."""

from itertools import product
from pathlib import Path

import pytest

from tests.scenarios.slack.oracle import KINDS, STATES, VERBS
from tests.scenarios.slack.play import played
from tests.scenarios.slack.stage import Stage, staged

SHORT = 'expires_after = "4m"'
"""As long as Slack's signature is good, so that what ran out of time can be pressed over HTTP as well."""


def let_expire(flows: Path) -> None:
    for brief in flows.glob("*/brief.toml"):
        brief.write_text(brief.read_text("utf-8").replace('expires_after = "2d"', SHORT), "utf-8")


async def wrong(stage: Stage, state: str, pairs: list[tuple[str, str]]) -> str:
    return "\n".join([one async for one in played(stage, state, pairs)])


async def test_each_kind_of_person_meets_what_they_should_on_each_kind_of_card(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.fall()
        for at, state in enumerate(one for one in STATES if one != "expired"):
            verbs = (VERBS[(at * 3 + n) % len(VERBS)] for n in range(len(KINDS)))
            assert await wrong(stage, state, [*zip(verbs, KINDS, strict=False)]) == ""
        stage.verify()


@pytest.mark.certify
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("over", ["http", "socket"])
async def test_every_verb_by_everybody(tmp_path: Path, over: str, state: str) -> None:
    async with staged(tmp_path, over, change=let_expire if state == "expired" else None) as stage:
        await stage.fall()
        assert await wrong(stage, state, [*product(VERBS, KINDS)]) == ""
        stage.verify()
