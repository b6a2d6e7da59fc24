"""What one person sees at a glance: what is up to them and nothing else, page by page, whatever there is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.application.affect import affect
from bot.application.begin_change import begin_change
from bot.application.change import Change, change
from bot.application.look_into import look_into
from bot.application.overview import A_PAGE, Window, overview
from bot.application.steer import Move, Order, steer
from bot.application.switch import Flip, switch
from bot.domain.errors import NotAllowed, Unknown
from bot.domain.frozen import replace
from bot.domain.overview import Overview
from bot.domain.person import Door
from bot.domain.run import RunState, Stage
from bot.ports.queries import Leaving
from bot.ports.version import VersionKind
from tests.application.bot import Sample, sample


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Sample]:
    async with sample(tmp_path) as here:
        yield here


async def seen(here: Sample, who: str, waiting: int = 0, flows: int = 0) -> Overview:
    return await overview(here.bot.parts, here.person(who), Window(waiting, flows))


async def test_what_waits_is_up_to_those_who_may_approve_it(here: Sample) -> None:
    run = await here.start()
    for who in ("@farah", "@tom"):
        (one,) = (await seen(here, who)).waiting
        assert (one.run, one.workflow, one.title) == (
            run,
            "support_triage",
            "Send an answer to the customer → helpdesk:T-1001",
        )
        assert one.requester == here.person("@sam").id
    for who in ("@sam", "@mia", "@olga", "@kenji"):
        assert (await seen(here, who)).waiting == ()


async def test_whoever_asked_for_it_does_not_approve_it_and_sees_what_it_waits_for(here: Sample) -> None:
    await here.start()
    sam = await seen(here, "@sam")
    assert [(one.group, one.state) for one in sam.running] == [("finance", RunState.WAITING)]


async def test_what_is_decided_and_done_is_told_to_both(here: Sample) -> None:
    run = await here.start()
    await here.approve(run)
    (decided,) = (await seen(here, "@farah")).decided
    assert (decided.run, decided.outcome) == (run, "approve")
    sam = await seen(here, "@sam")
    assert ([one.state for one in sam.ended], sam.running) == ([RunState.DONE], ())


async def test_a_run_that_was_cancelled_waits_for_nobody(here: Sample) -> None:
    run = await here.start()
    await steer(here.bot.parts, Order(run, Move.CANCEL, here.person("@olga"), Door.TERMINAL))
    assert (await seen(here, "@farah")).waiting == ()


async def test_a_page_that_is_not_there_any_more_is_the_first_one(here: Sample) -> None:
    await here.start()
    for begins in (1, 50, 10**9):
        farah = await seen(here, "@farah", begins, begins)
        assert (farah.waiting_page.begins, len(farah.waiting)) == (0, 1)
        assert (farah.flows_page.begins, len(farah.flows)) == (0, 1)
    assert A_PAGE >= 10


async def test_strangers_see_nothing(here: Sample) -> None:
    olga = here.person("@olga")
    for other in (replace(olga, guest=True), replace(olga, foreign=True), replace(olga, bot=True)):
        with pytest.raises(NotAllowed):
            await overview(here.bot.parts, other, Window())


async def test_a_workflow_says_how_it_fares(here: Sample) -> None:
    await here.start()
    await switch(here.bot.parts, Flip("support_triage", True, here.person("@olga"), Door.TERMINAL, "Look first."))
    olga = await seen(here, "@olga")
    (flow,) = olga.flows
    assert (flow.stage, flow.runs, flow.asking, flow.held, flow.may_inspect) == (
        Stage.APPROVED,
        1,
        1,
        "Look first.",
        True,
    )
    assert (olga.may_hold_all, olga.all_held) == (True, None)
    sam = await seen(here, "@sam")
    assert ([flow.may_inspect for flow in sam.flows], sam.may_hold_all) == ([False], False)


async def test_inside_are_its_settings_and_its_versions_newest_first(here: Sample) -> None:
    await begin_and_change(here)
    found = await look_into(here.bot.parts, here.person("@mia"), "support_triage")
    assert (found.may_change, found.may_hold) == (False, False)
    assert (found.log[0].kind, found.log[0].n, found.log[0].current) == ("brief", 2, True)
    assert found.log_page.every == 4
    assert set(found.prompts) == {"triage", "draft"}
    assert (await look_into(here.bot.parts, here.person("@olga"), "support_triage", log=99)).log_page.begins == 0


async def begin_and_change(here: Sample) -> None:
    olga = here.person("@olga")
    stands = await begin_change(here.bot.parts, VersionKind.BRIEF, "support_triage", by=olga, door=Door.TERMINAL)
    text = stands.text.replace('stage = "approved"', 'stage = "assisted"')
    wish = Change(VersionKind.BRIEF, "support_triage", text, olga, Door.TERMINAL, "Look first.", stands.n)
    assert (await change(here.bot.parts, wish)).n == stands.n + 1


async def test_whoever_only_starts_it_does_not_look_inside(here: Sample) -> None:
    with pytest.raises(NotAllowed, match="Ask the owner @olga"):
        await look_into(here.bot.parts, here.person("@sam"), "support_triage")
    with pytest.raises(Unknown):
        await look_into(here.bot.parts, here.person("@olga"), "nowhere")


async def test_a_change_that_may_not_be_begun_is_on_the_record(here: Sample) -> None:
    with pytest.raises(NotAllowed):
        await begin_change(
            here.bot.parts, VersionKind.BRIEF, "support_triage", by=here.person("@mia"), door=Door.SLACK, delivery="d-1"
        )
    (entry,) = await here.entries("auth")
    assert (entry.kind, entry.actor, entry.notes["reason"]) == (
        "auth.refused",
        here.person("@mia").id,
        "not-responsible",
    )


async def test_what_a_pause_affects_is_told_to_those_who_may_pause(here: Sample) -> None:
    await here.start()
    for scope in ("support_triage", "*"):
        found = await affect(here.bot.parts, Flip(scope, True, here.person("@jonas"), Door.SLACK))
        assert (found.under_way.runs, found.under_way.asking, found.leaving, found.held) == (1, 1, Leaving(), None)
    with pytest.raises(NotAllowed):
        await affect(here.bot.parts, Flip("*", True, here.person("@mia"), Door.SLACK))
    assert [one.notes["outcome"] for one in await here.entries("auth")] == ["pause"]
    with pytest.raises(Unknown):
        await affect(here.bot.parts, Flip("nowhere", True, here.person("@olga"), Door.SLACK))


async def test_an_action_that_waits_in_a_pause_is_counted(here: Sample) -> None:
    run = await here.start()
    olga = here.person("@olga")
    await switch(here.bot.parts, Flip("*", True, olga, Door.TERMINAL, "Look first."))
    await here.approve(run)
    found = await affect(here.bot.parts, Flip("*", False, olga, Door.SLACK))
    assert (found.leaving, found.held is not None) == (Leaving(1, 0), True)
    assert (await seen(here, "@olga")).all_held == "Look first."
