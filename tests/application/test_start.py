"""Starting: the same request once, within its limits, at the stage its scope allows, through the doors it has."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.application.start import Request, start
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.errors import NotAllowed, OverLimit, Refused, Unfit, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import RunState, Stage, short
from bot.ports.store import Delivery
from tests.application.office import Office, opened, ticket
from tests.made import EVE, MIA, OLGA, SAM, stranger


async def refuses(office: Office, kind: type[Refused], words: str, **request: Any) -> None:
    before = await office.store.queries.counts()
    with pytest.raises(kind, match=words):
        await office.open(**request)
    assert await office.store.queries.counts() == before


async def test_a_request_becomes_a_run_that_knows_where_it_came_from(office: Office) -> None:
    run = await office.run(await office.start(key="k-1", record="https://desk.example/T-1001"))
    assert (run.workflow, run.team, run.stage) == ("one_act", SAM.team, Stage.APPROVED)
    assert (run.origin.door, run.origin.key, run.origin.requester) == (Door.TERMINAL, "k-1", SAM.id)
    assert (run.origin.record, run.owner) == ("https://desk.example/T-1001", OLGA.id)
    assert run.value("ticket") == {**ticket(), "language": "en"}
    assert office.chat.shown == [("approved", 1)]


@pytest.mark.parametrize("key", ["k-1", ""])
async def test_the_same_request_twice_starts_one_run_and_says_so(office: Office, key: str) -> None:
    first = await office.open(key=key)
    again = await office.open(key=key, by=MIA)
    assert (first.fresh, again.fresh, again.run) == (True, False, first.run)
    assert [entry.actor for entry in await office.entries(first.run, "run.duplicate")] == [MIA.id]
    other = await office.open(key=f"{key}2", value={"subject": "Something else"})
    assert other.fresh


@pytest.mark.parametrize("again", [False, True])
async def test_what_brought_a_request_is_done_with_once_its_run_stands(office: Office, again: bool) -> None:
    now = office.parts.clock.now()
    brought = Delivery("d-1", "slack", "view_submission", SAM.id, SAM.team, now, {})
    assert await office.store.run(lambda tx: tx.inbox.accept(brought))
    if again:
        await office.open(key="k-1")
    assert (await office.open(key="k-1", delivery="d-1")).fresh is not again
    assert await office.store.run(lambda tx: tx.inbox.waiting(9)) == ()


async def test_what_brought_a_request_that_is_refused_still_waits(office: Office) -> None:
    brought = Delivery("d-1", "slack", "view_submission", EVE.id, EVE.team, office.parts.clock.now(), {})
    assert await office.store.run(lambda tx: tx.inbox.accept(brought))
    await refuses(office, NotAllowed, "Only staff may start this", by=EVE, delivery="d-1")
    assert [one.id for one in await office.store.run(lambda tx: tx.inbox.waiting(9))] == ["d-1"]


async def test_what_makes_an_event_the_same_is_in_the_brief_whichever_door_it_comes_through(tmp_path: Path) -> None:
    triggers = {"who": ["staff"], "doors": ["terminal", "webhook"], "identity": ["id"]}
    async with opened(tmp_path, brief={"triggers": triggers}) as office:
        first = await office.open(key="k-1")
        brought = Request("one_act", ticket(subject="Again"), Door.WEBHOOK, SAM.team, None, "webhook:desk", key="m-7")
        assert (await start(office.parts, brought)).run == first.run
        assert (await office.open(value={"id": "T-1002"}, key="k-1")).fresh


BY_FORM = {"triggers": {"who": ["everyone"], "doors": ["terminal", "form", "webhook"], "identity": ["email"]}}


async def test_what_somebody_outside_says_otherwise_under_the_same_identity_is_kept_and_its_owner_is_told(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, brief=BY_FORM) as office:
        first = await office.start(by=None, door=Door.FORM)
        office.chat.told.clear()
        assert not (await office.open(by=None, door=Door.FORM)).fresh
        assert office.chat.told == [], "the same again is no news"
        again = await office.open(by=None, door=Door.FORM, value={"subject": "Another one", "body": "Where is it?"})
        assert again.run == first
        ((to, text),) = office.chat.told
        assert to == OLGA.id
        assert f"as run {short(first)} (by email), and says otherwise: subject, body." in text
        assert "Where is it?" not in text
        entries = await office.entries(first, "run.duplicate")
        kept = [{one.name: one.value for one in entry.fields} for entry in entries]
        assert kept[0] == {}
        assert (kept[1]["after.subject"], kept[1]["after.body"]) == ("Another one", "Where is it?")
        assert kept[1]["before.subject"] == ticket()["subject"]


async def test_a_machine_that_sends_the_same_thing_as_it_changes_disturbs_nobody(tmp_path: Path) -> None:
    async with opened(tmp_path, brief=BY_FORM) as office:
        first = await office.start(by=None, door=Door.WEBHOOK)
        office.chat.told.clear()
        await office.open(by=None, door=Door.WEBHOOK, value={"subject": "Changed"})
        assert office.chat.told == []
        (entry,) = await office.entries(first, "run.duplicate")
        assert {one.name for one in entry.fields} == {"before.subject", "after.subject"}


async def test_the_same_request_after_it_was_done_still_starts_nothing(office: Office) -> None:
    run = await office.start(key="k-1")
    assert (await office.decide(run)).state is RunState.DONE
    assert not (await office.open(key="k-1")).fresh
    assert len(office.effects()) == 1


async def test_what_is_not_what_the_workflow_starts_from_is_refused_with_its_fields(office: Office) -> None:
    await refuses(office, Unfit, "This is not a Ticket yet: id: .*Nothing was started", value={"id": ""})
    await refuses(office, Unfit, "colour: There is no such field here", value={"colour": "green"})
    await refuses(office, Unfit, r"And 2 more\.", value={str(n): n for n in range(7)})
    await refuses(office, Unknown, "no workflow", workflow="two_acts")


async def test_only_who_the_brief_names_may_start_and_only_through_its_doors(office: Office) -> None:
    await refuses(office, NotAllowed, "Only staff may start this", by=EVE)
    await refuses(office, NotAllowed, "deactivated", by=stranger(SAM, active=False))
    await refuses(office, NotAllowed, "its doors are: terminal, webhook", door=Door.SLACK)
    assert (await office.open(by=None, door=Door.WEBHOOK, key="w-1")).fresh
    assert (await office.open(by=None, door=Door.RUN, key="r-1")).fresh


async def test_one_person_starts_so_many_runs_an_hour_and_no_more(tmp_path: Path) -> None:
    async with opened(tmp_path, brief={"limits": {"runs_per_user_per_hour": 2}}) as office:
        for n in range(2):
            await office.open(key=f"k-{n}")
        await refuses(office, OverLimit, "You have started 2 runs of one_act this hour", key="k-2")
        assert (await office.open(key="k-3", by=MIA)).fresh
        assert not (await office.open(key="k-1")).fresh, "What was started already is no new run."
        office.clock.forward(hours=1)
        assert (await office.open(key="k-4")).fresh


async def test_no_more_cards_wait_for_a_group_than_it_can_look_at(tmp_path: Path) -> None:
    async with opened(tmp_path, brief={"limits": {"open_cards_per_reviewer_group": 2}}) as office:
        first = await office.start(key="k-0")
        await office.start(key="k-1")
        await refuses(office, OverLimit, "2 cards wait for support already", key="k-2")
        await office.decide(first, Verdict.REJECT, reason="other")
        assert (await office.open(key="k-2")).fresh


@pytest.mark.parametrize(("language", "stage"), [("en", Stage.APPROVED), ("de", Stage.APPROVED), ("fr", Stage.SHADOW)])
async def test_outside_its_scope_a_run_stays_shadow(tmp_path: Path, language: str, stage: Stage) -> None:
    scope = [{"field": "ticket.language", "values": ["en", "de"]}]
    async with opened(tmp_path, brief={"scope": scope}) as office:
        run = await office.run(await office.start(value={"language": language}))
        assert run.stage is stage
        assert (await office.run(run.id)).gates["approved"].mode == ("execute" if stage != "shadow" else "dry run")


@pytest.mark.parametrize("scope", ["one_act", EVERYTHING])
async def test_what_is_paused_starts_nothing_and_says_why(office: Office, scope: str) -> None:
    by = stranger(OLGA, groups=frozenset({"staff"}))
    await switch(office.parts, Flip(scope, pause=True, by=by, door=Door.TERMINAL, why="The desk is moving."))
    await refuses(office, OverLimit, "one_act is paused: The desk is moving. Nothing was started")
    await switch(office.parts, Flip(scope, pause=False, by=by, door=Door.TERMINAL))
    assert (await office.open()).fresh


async def test_a_secret_in_a_request_is_stored_nowhere(office: Office) -> None:
    run = await office.start(value={"body": "My password is correct horse battery staple, thank you."})
    assert "correct horse" not in str(await office.run(run))
    assert "correct horse" not in str(await office.entries(run))


async def test_whom_a_run_is_about_is_known_by_a_pseudonym(tmp_path: Path) -> None:
    async with opened(tmp_path, brief={"data": {"subject": "ticket.email"}}) as office:
        run = await office.run(await office.start())
        assert run.subject == office.parts.pseudonym("ana@example.com")


async def test_who_spoke_for_somebody_else_stands_in_the_record(office: Office) -> None:
    asked = Request("one_act", ticket(), Door.TERMINAL, SAM.team, SAM, SAM.id, on_behalf_of="play/tester")
    run = (await start(office.parts, asked)).run
    (entry,) = await office.entries(run, "run.started")
    assert {field.name: field.value for field in entry.fields}["at_the_keyboard"] == "play/tester"
    assert (entry.actor, entry.at.utcoffset()) == (SAM.id, timedelta(0))
