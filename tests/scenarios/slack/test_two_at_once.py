"""Two people at the same moment: in every order in which what they pressed can be seen to, one of the right ends comes.

Between any two looks into the store the other one's whole turn may lie, or a part of it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.run import Run
from bot.workspace.payload import Json
from tests.scenarios.slack.invariants import broken
from tests.scenarios.slack.oracle import FORMS
from tests.scenarios.slack.play import STEP, Came, Scene, bring
from tests.scenarios.slack.stage import Stage, staged
from tests.scenarios.slack.turns import Turns, in_turns, orders
from tests.scenarios.slack.world import look


@dataclass(frozen=True)
class End:
    """How it may end: the gate with its version and its approvals, the run, and how many changes were made."""

    gate: str
    version: int
    approvals: int
    run: str
    changes: int


APPROVED = End("approved", 1, 1, "done", 1)
Deed = tuple[str, str]
Pair = tuple[Deed, Deed, Mapping[End, bool]]
"""Two deeds, and the right ends; with each, whether somebody has to be told that they came too late."""
PAIRS: Mapping[str, Pair] = {
    "approve and approve": (("leo", "approve"), ("farah", "approve"), {APPROVED: True}),
    "approve and reject": (
        ("leo", "approve"),
        ("farah", "reject"),
        # What is approved can be rejected until it is carried out.
        {APPROVED: True, End("rejected", 1, 0, "stopped", 0): True, End("rejected", 1, 1, "stopped", 0): False},
    ),
    "edit and approve": (("tom", "edit"), ("leo", "approve"), {APPROVED: True, End("open", 2, 0, "waiting", 0): True}),
    "cancel and approve": (
        ("mia", "cancel"),
        ("leo", "approve"),
        # And called off.
        {APPROVED: True, End("closed", 1, 0, "stopped", 0): True, End("approved", 1, 1, "stopped", 0): False},
    ),
    "the same person twice": (("leo", "approve"), ("leo", "approve"), {APPROVED: True}),
}
OF_TWO: Pair = ("leo", "approve"), ("farah", "approve"), {End("approved", 1, 2, "done", 1): False}
LATE = ("already", "version 2 is the current one", "has ended", "right now", "in a moment", "faster")
"""A word of each sentence that whoever was second may read."""


def payload_of(stage: Stage, scene: Scene, who: str, deed: str) -> Json:
    user = stage.user(who)
    if deed == "cancel":
        return stage.command_of(user, f"cancel {scene.run.id[-7:]}")
    if deed in FORMS:
        return stage.form_of(user, deed, scene.meta(), FORMS[deed])
    return stage.press_of(user, scene.place, deed, scene.block)


async def fresh(stage: Stage) -> Scene:
    run = await stage.run_of("suggest_tag", "mia")
    return Scene(stage, "live", run, await stage.card_of(run), 1)


async def at_once(stage: Stage, turns: Turns, a: Deed, b: Deed, order: str) -> tuple[Scene, Came, Came]:
    """Both, seen to in this order."""
    now = await fresh(stage)
    sent = [payload_of(stage, now, *deed) for deed in (a, b)]
    if a[0] != b[0]:
        turns.begin(order, stage.user(a[0]), stage.user(b[0]))
    one, other = await asyncio.gather(*(bring(stage, payload) for payload in sent))
    return now, one, other


async def end_of(stage: Stage, scene: Scene, before: int) -> End:
    run: Run = await stage.run(scene.run.id)
    gate = run.gates[STEP]
    return End(gate.status.value, gate.version, len(gate.approvals), run.state.value, len(stage.sent()) - before)


async def judged(stage: Stage, turns: Turns, pair: Pair, order: str) -> list[str]:
    """What is wrong after both."""
    a, b, ends = pair
    before = len(stage.sent())
    now, one, other = await at_once(stage, turns, a, b, order)
    end = await end_of(stage, now, before)
    wrong = [*broken(look(stage, disk=False))]
    if end not in ends:
        wrong.append(f"it ends as {end}")
    told = f"{one.told} {other.told} {one.answer} {other.answer}"
    if ends.get(end) is not any(word in told for word in LATE):
        wrong.append(f"it ends as {end}, and they are told: {told}")
    return [f"{order}: {one}" for one in wrong]


async def steps_of(stage: Stage, turns: Turns, a: Deed, b: Deed) -> tuple[int, int]:
    """How many steps each takes where nobody is in its way."""
    await at_once(stage, turns, a, b, "")
    return turns.taken.count("a"), turns.taken.count("b")


def needing_two(flows: Path) -> None:
    brief = flows / "suggest_tag" / "brief.toml"
    brief.write_text(brief.read_text("utf-8").replace("specialist = true", "specialist = true\nneeded = 2"), "utf-8")


async def every_order(stage: Stage, turns: Turns, pair: Pair) -> str:
    ways = orders(*await steps_of(stage, turns, pair[0], pair[1]))
    assert len(ways) > 3
    return "\n".join([wrong for way in ways for wrong in await judged(stage, turns, pair, way)])


TELLING = ("abababab", "babababa")
"""Both look before either decides; then the one is first, or the other."""


async def test_whoever_is_second_is_told_so_and_it_is_done_once(tmp_path: Path) -> None:
    async with in_turns() as turns, staged(tmp_path) as stage:
        for name, pair in PAIRS.items():
            for order in TELLING:
                assert await judged(stage, turns, pair, order) == [], name
        stage.verify()


async def test_of_two_who_are_needed_both_count(tmp_path: Path) -> None:
    async with in_turns() as turns, staged(tmp_path, change=needing_two) as stage:
        for order in TELLING:
            assert await judged(stage, turns, OF_TWO, order) == []
        stage.verify()


@pytest.mark.certify
@pytest.mark.parametrize("over", ["http", "socket"])
@pytest.mark.parametrize("name", [name for name, pair in PAIRS.items() if pair[0][0] != pair[1][0]])
async def test_in_every_order_one_of_the_right_ends_comes(tmp_path: Path, name: str, over: str) -> None:
    async with in_turns() as turns, staged(tmp_path, over) as stage:
        assert await every_order(stage, turns, PAIRS[name]) == ""
        stage.verify()


@pytest.mark.certify
@pytest.mark.parametrize("over", ["http", "socket"])
async def test_in_every_order_both_of_two_count(tmp_path: Path, over: str) -> None:
    async with in_turns() as turns, staged(tmp_path, over, change=needing_two) as stage:
        assert await every_order(stage, turns, OF_TWO) == ""
        stage.verify()
