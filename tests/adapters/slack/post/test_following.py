"""What follows a run is brought up to date after every move, seldom enough, and whatever happens to Slack meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.adapters.slack.draw.progress import Spots
from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.followed import PROGRESS, Followed, is_followed
from bot.adapters.slack.post.following import EVERY, Following
from bot.adapters.slack.post.places import Places
from bot.domain.person import Door
from bot.domain.run import Run, RunState
from bot.ports.cards import Placed
from bot.workspace.state.message import Message
from tests.adapters.slack.post.cards import STEP, Cards, Now, Plainly
from tests.adapters.slack.post.place import Stand
from tests.adapters.store.made import create, gate, moved, run_of, save


async def draw(run: Run, placed: Placed, spots: Spots) -> Plainly:
    """One line: the run, where it stands, and where its cards are."""
    where = "".join(f" {name} in {spot.channel} {spot.address}".rstrip() for name, spot in spots.items())
    words = f"{run.id[-4:]} {placed.step}: {run.state}{where}"
    return Plainly([{"type": "section", "text": {"type": "plain_text", "text": words}}], words)


@dataclass
class Follow:
    """A bot that follows runs in a workspace."""

    cards: Cards
    following: Following

    @property
    def slack(self) -> Stand:
        return self.cards.slack

    async def run(self, n: int = 1, door: Door = Door.SLACK) -> Run:
        """A run that Sam has started."""
        run, sam = run_of(n), f"{self.slack.team}/{self.slack.user('sam')}"
        return await create(self.cards.store, replace(run, origin=replace(run.origin, door=door, requester=sam)))

    async def move(self, run: Run, state: RunState, **other: Any) -> Run:
        return await save(self.cards.store, moved(run, state=state, **other))

    async def settle(self) -> None:
        await self.following.settle()

    def seen(self) -> list[Message]:
        return self.slack.told("sam")

    def texts(self) -> list[str]:
        return [one.text.partition(": ")[2] for one in self.seen()]

    async def placed(self, run: Run) -> Placed | None:
        return await self.cards.of(run, PROGRESS)

    async def updates(self) -> int:
        return len(await self.slack.calls("chat.update"))


@asynccontextmanager
async def following(cards: Cards, caller: Caller | None = None) -> AsyncGenerator[Follow]:
    slack, caller = cards.slack, caller or cards.caller
    places = Places(caller, slack.passing)
    bring = Followed(caller=caller, places=places, store=cards.store, draw=draw, clock=Now(slack.passing))
    one = Following(cards.store, slack.passing, follows=is_followed, bring=bring)
    await one.start()
    await one.settle()
    yield Follow(cards, one)
    await one.stop()


@pytest.fixture
async def follow(cards: Cards) -> AsyncGenerator[Follow]:
    async with following(cards) as found:
        yield found


async def test_whoever_started_a_run_sees_it_from_its_first_state_to_its_last_in_one_message(follow: Follow) -> None:
    run = await follow.run()
    await follow.settle()
    assert follow.texts() == ["running"]
    for state in (RunState.WAITING, RunState.RUNNING, RunState.DONE):
        run = await follow.move(run, state)
        await follow.settle()
        assert follow.texts() == [state]
    placed = await follow.placed(run)
    assert placed is not None
    assert placed.seq == run.seq


async def test_a_message_changes_every_three_seconds_at_most_and_ends_with_the_last_state(follow: Follow) -> None:
    run = await follow.run()
    await follow.settle()
    began = follow.slack.passing.now()
    for _ in range(5):
        for state in (RunState.WAITING, RunState.RUNNING) * 3:
            run = await follow.move(run, state)
        await follow.settle()
    run = await follow.move(run, RunState.DONE)
    await follow.settle()
    passed = follow.slack.passing.now() - began
    assert follow.texts() == ["done"]
    assert await follow.updates() <= passed / EVERY + 1


async def test_only_what_a_person_started_here_is_shown(follow: Follow) -> None:
    await follow.run(1, Door.TERMINAL)
    await follow.run(2, Door.SCHEDULE)
    await follow.settle()
    assert follow.seen() == []


async def test_it_says_where_the_card_stands_and_links_to_it(follow: Follow) -> None:
    run = await follow.run()
    asked = await follow.move(run, RunState.WAITING, gates={STEP: replace(gate(), id="9" * 32)})
    follow.cards.messenger.tell_of_places(follow.following.placed)
    await follow.cards.show(asked)
    await follow.settle()
    (card,) = follow.cards.card(asked)
    place = f"{STEP} in {follow.slack.channel('support')} "
    assert place in follow.texts()[0]
    assert follow.texts()[0].endswith(f"p{card.ts.replace('.', '')}")


async def test_what_a_process_did_not_get_to_is_done_by_the_next(cards: Cards) -> None:
    async with following(cards) as one:
        run = await one.run()
        await one.settle()
    run = await one.move(run, RunState.WAITING)
    await one.move(run, RunState.DONE)
    other = await one.run(2)
    assert one.texts() == ["running"]
    async with following(cards, cards.slack.another_caller()) as next_one:
        assert next_one.texts() == ["done", "running"]
        assert (await next_one.placed(other)) is not None
    assert await cards.store.queries.behind(Door.SLACK) == ()


async def test_after_hours_without_slack_the_last_state_stands_there_after_one_change(follow: Follow) -> None:
    run = await follow.run()
    await follow.settle()
    await follow.slack.driver.fault("*", times=-1, trouble="status", status=503)
    for state in (RunState.WAITING, RunState.RUNNING, RunState.WAITING, RunState.DONE):
        run = await follow.move(run, state)
        await follow.settle()
    follow.slack.passing.pass_to(follow.slack.passing.now() + 3 * 3_600)
    await follow.settle()
    assert follow.texts() == ["running"]
    before = await follow.slack.calls("chat.update")
    await follow.slack.driver.mend()
    while follow.texts() != ["done"]:
        follow.slack.passing.pass_to(follow.slack.passing.now() + EVERY)
        await follow.settle()
    after = await follow.slack.calls("chat.update")
    assert after[len(before) :].count("ok") <= 1
    assert await follow.cards.store.queries.behind(Door.SLACK) == ()


async def test_an_answer_that_is_lost_makes_no_second_message(follow: Follow) -> None:
    await follow.slack.driver.fault("chat.postMessage", trouble="drop after", times=1)
    run = await follow.run()
    await follow.settle()
    while (placed := await follow.placed(run)) is None or placed.seq != run.seq:
        follow.slack.passing.pass_to(follow.slack.passing.now() + EVERY)
        await follow.settle()
    assert follow.texts() == ["running"]


async def test_what_somebody_deleted_is_not_posted_again(follow: Follow) -> None:
    run = await follow.run()
    await follow.settle()
    (message,) = follow.seen()
    await follow.slack.caller.call("chat.delete", {"channel": message.channel, "ts": message.ts})
    for state in (RunState.WAITING, RunState.DONE):
        run = await follow.move(run, state)
        await follow.settle()
    assert follow.seen() == []


async def test_what_another_process_has_moved_is_shown_once_it_is_noticed(follow: Follow) -> None:
    run = await follow.run()
    await follow.settle()
    follow.cards.store._open_writer().watching.clear()
    await follow.move(run, RunState.DONE)
    follow.following.moved(())
    await follow.settle()
    assert follow.texts() == ["done"]


async def test_whoever_cannot_be_told_holds_nobody_else_up(follow: Follow) -> None:
    run = run_of(7)
    origin = replace(run.origin, door=Door.SLACK, requester=f"{follow.slack.team}/U0NOBODY")
    await create(follow.cards.store, replace(run, origin=origin))
    await follow.run(1)
    await follow.settle()
    assert follow.texts() == ["running"]


async def test_a_message_that_cannot_be_drawn_once_is_drawn_when_the_run_has_moved_meanwhile(
    cards: Cards, caplog: pytest.LogCaptureFixture
) -> None:
    begun, moved_on, seen = asyncio.Event(), asyncio.Event(), list[RunState]()

    async def bring(run: Run) -> None:
        seen.append(run.state)
        if len(seen) == 1:
            begun.set()
            await moved_on.wait()
            raise LookupError("Ana Silva")

    one = Following(cards.store, cards.slack.passing, follows=is_followed, bring=bring)
    await one.start()
    follow = Follow(cards, one)
    run = await follow.run()
    await begun.wait()
    await follow.move(run, RunState.DONE)
    moved_on.set()
    async with asyncio.timeout(10):
        await follow.settle()
    await one.stop()
    assert seen == [RunState.RUNNING, RunState.DONE]
    assert "A run could not be followed: LookupError" in caplog.text
    assert "Ana" not in caplog.text
