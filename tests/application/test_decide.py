"""Deciding through the store: refusals stand in the record, the stricter brief counts, the absent are stood in for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.model.scripted import Script
from bot.application.decide import Wish, decide
from bot.application.steer import Move, Order, steer
from bot.domain.effect import Execute
from bot.domain.errors import AlreadyDecided, NotAllowed, OutOfDate, Refused, Unfit, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.run import ActionStatus, GateStatus, RunId, RunState
from tests.application.office import TRIAGE, Killed, Office, opened
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


# --- a denial after the approval --------------------------------------------------------------------------------------


async def held_up(office: Office) -> RunId:
    """A run that is approved and waits for another one, which is at the same record."""
    first, second = await office.start(key="k-1"), await office.start(key="k-2")
    office.wire.after.append(Killed())
    with pytest.raises(Killed):
        await office.decide(first)
    await office.decide(second)
    assert (await office.run(second)).actions[0].status is ActionStatus.PLANNED
    return second


async def test_what_waits_for_another_run_can_be_rejected_and_nothing_of_it_is_left(office: Office) -> None:
    run = await held_up(office)
    ended = await office.decide(run, Verdict.REJECT, by=LEO, reason="other")
    assert (ended.state, ended.gates["approved"].status) == (RunState.STOPPED, GateStatus.REJECTED)
    await office.restart()
    await office.pass_time(minutes=5)
    assert (await office.pending(run), len(office.effects())) == ([], 1)


async def test_whoever_is_about_to_carry_it_out_finds_that_it_was_called_off(tmp_path: Path) -> None:
    """Between two looks at the run: what was ordered is finished with, and not kept until its lease runs out."""
    async with opened(tmp_path, brief={"reviewers": {"support": {"on_rejection": "park"}}}) as office:
        run = await held_up(office)
        office.clock.forward(seconds=1)
        leases = await office.lease(limit=9)
        (lease,) = [one for one in leases if one.run == run and isinstance(one.effect, Execute)]
        seen = await office.run(run)
        await decide(office.parts, wish(run, Verdict.REJECT, by=LEO, reason="other"))
        await office.perform(replace(lease, seen=seen))
        assert "execute" not in await office.pending(run)
        assert ((await office.run(run)).state, (await office.run(run)).actions) == (RunState.PARKED, ())
        assert len(office.effects()) == 1


async def test_what_was_begun_before_the_rejection_came_in_is_brought_to_its_end(office: Office) -> None:
    run = await office.start()
    office.wire.before.append(Killed())
    with pytest.raises(Killed):
        await office.decide(run)
    rejects = wish(run, Verdict.REJECT, by=LEO, reason="other")
    assert await refuses(office, AlreadyDecided, rejects, "It is being carried out; after that it can be undone") == (
        "already-decided"
    )
    await office.restart()
    await office.pass_time(minutes=5)
    assert ((await office.run(run)).state, len(office.effects())) == (RunState.DONE, 1)
    await refuses(office, AlreadyDecided, rejects, "It can still be undone")


async def test_who_is_no_reviewer_any_more_rejects_nothing_afterwards(office: Office) -> None:
    run = await held_up(office)
    office.rewrite(reviewers={"support": {"members": ["@mia"]}})
    assert await refuses(office, NotAllowed, wish(run, Verdict.REJECT, by=LEO, reason="other")) == "not-a-reviewer"


async def rejected_after(office: Office, effects: int) -> tuple[bool, bool]:
    """Approve, perform so many effects, reject: whether that was taken, and whether anything was sent."""
    run = await office.start("support_triage", value={"id": f"T-{1001 + effects}"})
    before = len(office.effects())
    await decide(office.parts, wish(run, by=MIA))
    for _ in range(effects):
        for lease in await office.lease():
            await office.perform(lease)
    taken = True
    try:
        await decide(office.parts, wish(run, Verdict.REJECT, by=LEO, reason="wrong tone"))
    except AlreadyDecided:
        taken = False
    await office.settle()
    ended = await office.run(run)
    assert ended.state is (RunState.STOPPED if taken else RunState.DONE)
    assert ended.gates["approved"].status is (GateStatus.REJECTED if taken else GateStatus.APPROVED)
    assert await office.pending(run) == []
    return taken, len(office.effects()) > before


async def test_a_denial_at_any_point_after_the_approval_wins_or_comes_too_late_and_says_so(triage: Office) -> None:
    came_to = [await rejected_after(triage, effects) for effects in range(7)]
    assert set(came_to) == {(True, False), (False, True)}
    assert came_to == sorted(came_to, reverse=True), "Once it is too late it stays so."


async def test_a_rejection_between_the_approval_and_the_reading_before_the_call_wins(triage: Office) -> None:
    run = await triage.start("support_triage")
    await decide(triage.parts, wish(run, by=MIA))
    assert "read" in await triage.pending(run)
    await decide(triage.parts, wish(run, Verdict.REJECT, by=LEO, reason="wrong tone"))
    await triage.settle()
    ended = await triage.run(run)
    assert (ended.state, triage.effects(), await triage.pending(run)) == (RunState.STOPPED, (), [])
    verdicts = [entry.notes["standing"] for entry in await triage.entries(run, "gate.decided")]
    assert verdicts == ["approved", "rejected"]


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


async def test_where_whoever_has_it_is_gone_its_owner_is_reminded(office: Office) -> None:
    run = await office.start()
    await office.decide(run, Verdict.REASSIGN, to=LEO)
    office.people.change(LEO, active=False)
    await office.pass_time(hours=4)
    assert [to for to, text in office.chat.told if "still waits for you" in text] == [OLGA.id]


async def test_nobody_is_told_how_it_went_where_the_requester_is_gone(office: Office) -> None:
    run = await office.start()
    office.people.change(SAM, active=False)
    assert (await office.decide(run)).state is RunState.DONE
    assert SAM.id not in [to for to, _ in office.chat.told]


async def test_who_has_left_is_reminded_no_more_and_the_others_are(office: Office) -> None:
    office.people.change(LEO, active=False)
    await office.start()
    await office.pass_time(hours=4)
    assert [to for to, text in office.chat.told if "still waits for you" in text] == [MIA.id]


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


async def test_only_those_are_reminded_of_a_question_who_may_answer_it_and_else_its_owner(tmp_path: Path) -> None:
    """Eve stands in for Leo, but is no reviewer."""
    spam: dict[str, Script] = {"triage": {"category": "spam", "urgent": False, "summary": "They sell things."}}
    async with opened(tmp_path, copied=[TRIAGE], answers=spam, brief={}) as office:
        office.people.change(LEO, away=True, delegate=EVE.id)
        run = await office.start("support_triage")
        assert (await office.run(run)).questions
        await office.pass_time(hours=3)
        told = {to for to, text in office.chat.told if "still waits for an answer" in text}
        assert told == {MIA.id, INES.id}
        for one in (MIA, LEO, INES):
            office.people.change(one, active=True, away=False, guest=True)
        await office.pass_time(hours=24)
        assert "still waits for an answer" in office.chat.told_to(OLGA.id)


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
