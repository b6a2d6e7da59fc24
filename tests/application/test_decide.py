"""Deciding through the store: refusals stand in the record, the stricter brief counts, the absent are stood in for."""

from pathlib import Path
from typing import Any

import pytest

from bot.application.decide import Wish, decide
from bot.application.steer import Move, Order, steer
from bot.domain.errors import AlreadyDecided, NotAllowed, OutOfDate, Refused, Unfit, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.run import GateStatus, RunId, RunState
from tests.application.office import Office, opened
from tests.made import EVE, FARAH, INES, JONAS, LEO, MIA, OLGA, SAM


async def refuses(office: Office, kind: type[Refused], wish: Wish, words: str = "") -> str:
    """What somebody may not do changes nothing, and stands in the record."""
    before, entries = await office.run(wish.run), await office.entries(wish.run)
    with pytest.raises(kind, match=words or None) as caught:
        await decide(office.parts, wish)
    after, record = await office.run(wish.run), await office.entries(wish.run)
    assert (after.gates, after.steps, after.state) == (before.gates, before.steps, before.state)
    (refusal,) = record[len(entries) :]
    assert refusal.kind == ("auth.refused" if kind is NotAllowed else "gate.refused")
    assert (refusal.actor, refusal.notes["outcome"]) == (wish.by.id, wish.verdict.value)
    assert {field.name: field.value for field in refusal.fields} == {"why": caught.value.message}
    return str(refusal.notes["reason"])


def wish(run: RunId, verdict: Verdict = Verdict.APPROVE, by: Person = MIA, **more: Any) -> Wish:
    return Wish(run, verdict, by, Door.TERMINAL, **more)


async def test_every_refusal_stands_in_the_record_with_its_reason(office: Office) -> None:
    run = await office.start()
    assert await refuses(office, NotAllowed, wish(run, by=EVE)) == "not-a-reviewer"
    assert await refuses(office, OutOfDate, wish(run, version=7)) == "out-of-date"
    assert await refuses(office, Unfit, wish(run, Verdict.REJECT, reason="because")) == "unfit"
    assert await refuses(office, Unknown, wish(run, step="sent")) == "unknown"
    await office.decide(run)
    assert await refuses(office, AlreadyDecided, wish(run, by=LEO)) == "already-decided"


async def test_the_one_thing_that_waits_needs_no_name(office: Office) -> None:
    run = await office.start()
    assert (await office.decide(run, step="")).state is RunState.DONE
    other = await office.start(key="k-2")
    await office.steer(other, Move.CANCEL, OLGA)
    with pytest.raises(AlreadyDecided):
        await office.decide(other)


async def test_two_who_decide_at_the_same_time_are_told_apart(office: Office) -> None:
    run = await office.start()
    await decide(office.parts, wish(run, Verdict.REJECT, reason="other"))
    with pytest.raises(AlreadyDecided, match=f"rejected already, by {MIA.id}"):
        await decide(office.parts, wish(run, by=LEO))


async def test_what_was_edited_is_what_is_sent(office: Office) -> None:
    run = await office.start()
    await office.decide(run, Verdict.EDIT, values={"tag": "late"})
    assert (await office.decide(run, by=LEO)).state is RunState.DONE
    assert "late" in office.desk.backstage.overview()["changes"].__str__()


async def test_secrets_in_what_people_say_are_stored_nowhere(office: Office) -> None:
    run = await office.start()
    secret = "correct horse battery staple"
    await office.decide(run, Verdict.COMMENT, text=secret)
    await office.decide(run, Verdict.ESCALATE, reason=secret, text=secret)
    await office.decide(run, Verdict.EDIT, values={"tag": secret})
    assert secret not in str(await office.run(run))
    assert secret not in str(await office.entries(run))


# --- the stricter of two briefs ---------------------------------------------------------------------------------------


async def test_who_is_no_reviewer_any_more_may_not_decide_what_began_before(office: Office) -> None:
    run = await office.start()
    office.rewrite(reviewers={"support": {"members": ["@leo"]}})
    assert await refuses(office, NotAllowed, wish(run)) == "not-a-reviewer"
    assert (await office.decide(run, by=LEO)).state is RunState.DONE


async def test_who_is_a_reviewer_only_since_may_not_decide_what_began_before(office: Office) -> None:
    run = await office.start()
    office.rewrite(reviewers={"support": {"members": ["@mia", "@leo", "@ines"]}})
    assert await refuses(office, NotAllowed, wish(run, by=INES)) == "not-a-reviewer"
    later = await office.start(key="k-2")
    assert (await office.decide(later, by=INES)).state is RunState.DONE


async def test_a_group_that_is_gone_decides_nothing(office: Office) -> None:
    run = await office.start()
    text = (office.folder / "one_act" / "brief.toml").read_text("utf-8").replace("support", "finance")
    (office.folder / "one_act" / "brief.toml").write_text(text, "utf-8")
    steps = office.folder / "one_act" / "__init__.py"
    steps.write_text(steps.read_text("utf-8").replace('by="support"', 'by="finance"'), "utf-8")
    office.rewrite()
    for verdict in (Verdict.APPROVE, Verdict.COMMENT):
        assert await refuses(office, NotAllowed, wish(run, verdict, text="Hm.")) == "not-a-reviewer"


async def test_all_but_authority_goes_by_the_brief_a_run_began_with(office: Office) -> None:
    run = await office.start()
    office.rewrite(reviewers={"support": {"reasons": ["too late"], "redrafts": 0}})
    await refuses(office, Unfit, wish(run, Verdict.REJECT, reason="too late"), "wrong facts")
    assert (await office.decide(run, Verdict.REJECT, reason="wrong facts")).state is RunState.STOPPED


# --- who is away ------------------------------------------------------------------------------------------------------


async def test_what_is_given_to_somebody_who_is_away_goes_to_their_delegate(office: Office) -> None:
    office.people.change(LEO, away=True, delegate=MIA.id)
    run = await office.start()
    gate = (await office.decide(run, Verdict.REASSIGN, to=office.people.people[LEO.id])).gates["approved"]
    assert (gate.holder, gate.invited) == (MIA.id, (MIA.id,))
    assert "asks you to decide" in office.chat.told_to(MIA.id)
    assert office.chat.told_to(LEO.id) == ""


async def test_a_delegate_who_may_not_decide_gets_nothing(office: Office) -> None:
    office.people.change(LEO, away=True, delegate=EVE.id)
    run = await office.start()
    away = office.people.people[LEO.id]
    assert (
        await refuses(office, NotAllowed, wish(run, Verdict.REASSIGN, to=away), "Eve cannot decide") == "not-a-reviewer"
    )


async def test_whoever_stands_in_is_reminded_and_so_is_everybody_else_once(office: Office) -> None:
    office.people.change(LEO, away=True, delegate=MIA.id)
    await office.start()
    await office.pass_time(hours=4)
    reminded = [to for to, text in office.chat.told if "still waits for you" in text]
    assert reminded == [MIA.id]


async def test_reviewers_named_by_group_are_found_and_where_nobody_is_the_owner_hears(tmp_path: Path) -> None:
    members = {"reviewers": {"support": {"members": ["support"]}}}
    async with opened(tmp_path, brief=members) as office:
        await office.start()
        await office.pass_time(hours=4)
        assert {to for to, text in office.chat.told if "still waits" in text} == {MIA.id, LEO.id, INES.id}
        for one in (MIA, LEO, INES):
            office.people.change(one, groups=frozenset())
        await office.pass_time(hours=4)
        assert "still waits for you" in office.chat.told_to(OLGA.id)


# --- steering ---------------------------------------------------------------------------------------------------------


async def test_what_somebody_may_not_steer_stands_in_the_record(office: Office) -> None:
    run = await office.start()
    with pytest.raises(NotAllowed):
        await office.steer(run, Move.PAUSE, EVE)
    (refusal,) = await office.entries(run, "auth.refused")
    assert (refusal.actor, refusal.notes["outcome"], refusal.notes["reason"]) == (EVE.id, "pause", "not-responsible")
    with pytest.raises(Unknown):
        await steer(office.parts, Order(RunId("no such run"), Move.CANCEL, OLGA, Door.TERMINAL))


@pytest.mark.parametrize("by", [SAM, OLGA, JONAS], ids=lambda person: person.name)
async def test_a_cancelled_run_leaves_nothing_to_do(office: Office, by: Person) -> None:
    run = await office.start()
    ended = await office.steer(run, Move.CANCEL, by, text="Not needed.")
    assert (ended.state, ended.gates["approved"].status) == (RunState.STOPPED, GateStatus.CLOSED)
    assert await office.pending(run) == []
    assert office.chat.shown[-1] == ("approved", 1)


async def test_what_a_pause_held_up_is_dropped_with_a_cancelled_run(triage: Office) -> None:
    opened_run = await triage.open("support_triage")
    await triage.steer(opened_run.run, Move.PAUSE, OLGA)
    assert await triage.pending(opened_run.run) == ["read"]
    await triage.steer(opened_run.run, Move.CANCEL, OLGA)
    await triage.settle()
    assert await triage.pending(opened_run.run) == []


async def test_an_undone_run_is_taken_back_in_the_system(office: Office) -> None:
    run = await office.start()
    await office.decide(run)
    ended = await office.steer(run, Move.UNDO, OLGA, text="Wrong ticket.")
    assert ended.state is RunState.UNDONE
    assert [call.kind for call in office.effects()] == ["helpdesk.AddTag", "helpdesk.DeleteTag"]
    assert FARAH.id not in ended.reason
