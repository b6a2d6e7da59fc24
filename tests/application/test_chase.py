"""Nothing waits unwatched: each kind of trouble is found, recorded, told once to the right one, and at its end."""

from datetime import timedelta
from functools import partial

import pytest

from bot.application.chase import ALERTS, chase
from bot.application.decide import Wish, decide
from bot.domain.alert import AlertKind
from bot.domain.errors import Unreachable
from bot.domain.event import Verdict
from bot.domain.person import Door, PersonId, TeamId
from bot.domain.run import RunState
from bot.ports.store import Delivery, Lease, Transaction
from tests.application.office import Office
from tests.made import FARAH, INES, JONAS, LEO, MIA, OLGA, PRIYA

GROUP = {"channel": "#support", "members": ["@mia", "@leo"], "evidence": ["ticket"], "expires_after": "30d"}


async def told(office: Office) -> list[tuple[str, str]]:
    """What a round tells whom, by their handle."""
    office.chat.told.clear()
    await chase(office.parts)
    return [(to.rpartition("/")[2], text) for to, text in office.chat.told]


async def recorded(office: Office) -> list[tuple[str, str]]:
    entries = await office.store.queries.entries(ALERTS)
    return [(entry.kind, str(entry.notes["reason"])) for entry in entries]


async def open_kinds(office: Office) -> list[AlertKind]:
    return [one.kind for one in await office.store.run(lambda tx: tx.watch.open_alerts(limit=100))]


async def test_where_nothing_is_wrong_nothing_is_said_or_written(office: Office) -> None:
    await office.start()
    assert await told(office) == []
    before = await office.store.queries.entries(ALERTS)
    assert (before, await told(office), await open_kinds(office)) == ((), [], [])


async def test_what_waits_too_long_is_told_to_the_owner_once_and_is_over_once_decided(office: Office) -> None:
    office.rewrite(reviewers={"support": GROUP})
    run = await office.start()
    await told(office)
    await office.pass_time(days=1, hours=23)
    assert await told(office) == []

    await office.pass_time(hours=2)
    ((to, said),) = await told(office)
    assert to == OLGA.id.rpartition("/")[2]
    assert f"one_act: one thing has waited for too long.\n• run {run}, at approved: support, for 2d 1h" in said
    assert "Decide, hand it on, or cancel" in said
    assert (await told(office), await recorded(office)) == ([], [("alert.raised", "waits")])

    await office.decide(run)
    assert (await told(office), await open_kinds(office)) == ([], [])
    assert await recorded(office) == [("alert.raised", "waits"), ("alert.cleared", "waits")]


async def test_how_long_is_too_long_is_said_by_the_brief(office: Office) -> None:
    office.rewrite(limits={"alert_after": "2h"})
    await office.start()
    await told(office)
    await office.pass_time(hours=2, minutes=1)
    assert len(await told(office)) == 1


async def test_several_things_are_told_together_and_those_that_come_later_again(office: Office) -> None:
    for n in range(12):
        await office.start(key=f"k-{n}")
    await told(office)
    await office.pass_time(days=2, hours=1)
    ((_, said),) = await told(office)
    assert said.startswith("one_act: 12 things have waited for too long.")
    assert (said.count("• run"), "And 2 more." in said) == (10, True)
    await office.start(key="another")
    await told(office)
    await office.pass_time(days=2, hours=1)
    ((_, said),) = await told(office)
    assert said.startswith("one_act: one thing has waited for too long.")


async def test_a_reminder_or_a_comment_does_not_make_a_wait_younger(office: Office) -> None:
    office.rewrite(reviewers={"support": {**GROUP, "remind_after": "5h"}})
    await office.start()
    await told(office)
    for _ in range(4):
        await office.pass_time(hours=10)
        assert await told(office) == []
    await office.pass_time(hours=10)
    ((_, said),) = await told(office)
    assert "for 2d 2h" in said


async def test_where_nobody_of_a_chain_is_left_somebody_else_hears_of_it(office: Office) -> None:
    await office.start()
    for one in (MIA, LEO, INES):
        office.people.change(one, active=False)
    office.people.change(OLGA, away=True)
    ((to, said),) = await told(office)
    assert to == JONAS.id.rpartition("/")[2], "The owner is away herself."
    assert "nobody can decide what waits at approved: support" in said
    assert await told(office) == []
    office.people.change(OLGA, away=False)
    ((to, said),) = await told(office)
    assert (to, said) == (OLGA.id.rpartition("/")[2], "Over: nobody could decide, of one_act.")
    assert await recorded(office) == [("alert.raised", "nobody"), ("alert.cleared", "nobody")]


def _take_away(lease: Lease, tx: Transaction) -> None:
    tx.outbox.finish(lease)


async def test_a_run_that_goes_on_with_nothing_to_do_is_told_to_the_pager(office: Office) -> None:
    run = await office.start()
    await decide(office.parts, Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL))
    while leases := await office.lease(9):  # as if somebody had taken them out of the database
        for one in leases:
            await office.store.run(partial(_take_away, one))
    assert (await office.run(run)).state is RunState.RUNNING
    office.clock.forward(minutes=9)
    assert await told(office) == []
    office.clock.forward(minutes=2)
    ((to, said),) = await told(office)
    assert to == PRIYA.id.rpartition("/")[2]
    assert f"one run goes on without getting on.\n• run {run}, for 11m" in said


async def test_work_that_is_begun_again_and_again_is_told_to_the_pager(office: Office) -> None:
    run = (await office.open()).run
    for _ in range(12):  # each time whoever had it is gone before the end
        await office.lease()
        office.clock.forward(minutes=2)
    assert any(f"• run {run}" in said and to == "priya" for to, said in await told(office))


async def test_work_that_piles_up_is_told_to_the_pager_and_so_is_its_end(office: Office) -> None:
    await office.open()
    office.clock.forward(minutes=6)
    ((to, said),) = await told(office)
    assert to == PRIYA.id.rpartition("/")[2]
    assert "not seen to, the oldest for 6m." in said
    assert await told(office) == []
    await office.settle()
    ((to, said),) = await told(office)
    assert (to, said) == (PRIYA.id.rpartition("/")[2], "Over: work piled up, of one_act.")
    assert await told(office) == []


async def test_what_came_in_and_is_not_seen_to_is_told_to_the_pagers(office: Office) -> None:
    came = Delivery("d-1", "slack", "command", MIA.id, TeamId(MIA.team), office.clock.now(), {})
    await office.store.run(lambda tx: tx.inbox.accept(came))
    office.clock.forward(minutes=6)
    ((to, said),) = await told(office)
    assert to == PRIYA.id.rpartition("/")[2]
    assert said.startswith("What came in from Slack: one delivery is not seen to, the oldest for 6m.")


async def test_what_cannot_be_told_now_is_told_as_soon_as_it_can_and_shows_elsewhere_until_then(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.open()
    office.clock.forward(minutes=6)
    office.chat.away = True
    raised = office.clock.now()
    assert await told(office) == []
    assert "Nobody could be told: one_act" in caplog.text
    assert await office.store.run(lambda tx: tx.watch.unreached_since()) == raised
    await office.restart()
    office.chat.away = False
    assert await told(office) == [], "It was over before anybody could be told, and is no news."
    await office.pass_time(days=2, hours=1)
    office.chat.away = True
    await told(office)
    office.chat.away = False
    ((to, said),) = await told(office)
    assert (to, "waited for too long" in said) == (OLGA.id.rpartition("/")[2], True)
    assert await office.store.run(lambda tx: tx.watch.unreached_since()) is None


async def test_whoever_cannot_be_reached_is_told_by_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.start()
    await told(office)
    await office.pass_time(days=2, hours=1)
    tell, reached = office.chat.announce, list[str]()

    async def announce(to: str, text: str, *, key: str) -> str:
        if to == OLGA.id:
            raise Unreachable("Nobody whom Slack knows.")
        reached.append(to)
        return await tell(to, text, key=key)

    monkeypatch.setattr(office.chat, "announce", announce)
    await chase(office.parts)
    assert reached == [JONAS.id]


async def test_a_delegate_hears_in_place_of_an_owner_who_is_away(office: Office) -> None:
    await office.start()
    await told(office)
    await office.pass_time(days=2, hours=1)
    office.people.change(OLGA, away=True, delegate=PersonId(FARAH.id))
    assert [to for to, _ in await told(office)] == [FARAH.id.rpartition("/")[2]]


async def test_silence_where_runs_are_usual_is_told_to_the_owner_once_a_day(office: Office) -> None:
    await told(office)
    for _ in range(4):
        for n in range(3):
            await office.start(key=f"{office.clock.now():%F}-{n}")
        await told(office)
        office.clock.forward(days=7)
    office.clock.forward(hours=2)
    seen = [text for _, text in await told(office) if "no run has started today" in text]
    assert len(seen) == 1
    assert "at least 3 by this hour" in seen[0]
    assert [text for _, text in await told(office) if "no run" in text] == []
    await office.start(key="today")
    await told(office)
    assert AlertKind.SILENCE not in await open_kinds(office)


def test_a_minute_is_as_often_as_it_is_looked() -> None:
    from bot.runtimes.embedded import CHASE_ROUND

    assert timedelta(seconds=CHASE_ROUND) >= timedelta(minutes=1)
