"""Every verb of a card, as somebody presses it, and what becomes of it in the record, on the card and for others."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.run import GateStatus, RunState
from bot.workspace.control.driver import NotDone, Seen
from tests.adapters.slack.hear.house import House, opened, typed


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house
    house.verify()


async def test_an_edit_makes_a_version_that_its_author_may_not_approve(house: House) -> None:
    await house.start("tag_ticket")
    first = await house.card()
    form = await house.open("mia", first, "edit")
    assert "T-1001" in form.words
    assert "cannot be changed here" in form.words
    await house.submit("mia", form, tag="billing")

    gate = (await house.newest()).gates["approved"]
    assert (gate.version, gate.editors) == (2, (house.id("mia"),))
    second = await house.card(having=("billing", "version 2"))
    assert second.ts == first.ts
    await house.press("mia", second, "approve")
    assert "You changed this yourself" in await house.whisper("mia")
    await house.press("leo", second, "approve")
    assert (await house.newest()).state is RunState.DONE


async def test_before_and_after_are_seen_before_an_edit_is_saved(house: House) -> None:
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "edit")
    await house.as_("mia").click(form, "preview", entered=typed({"tag": "billing"}))
    await house.settle()
    seen = await house.as_("mia").until_form(having="What saving would change")
    assert "Tag: was en, is now billing" in seen.words.replace("\n", "")
    assert (await house.newest()).gates["approved"].version == 1
    await house.submit("mia", seen, tag="billing")
    assert (await house.newest()).gates["approved"].version == 2


async def test_a_preview_says_what_is_wrong_and_keeps_what_was_typed(house: House) -> None:
    await house.start("support_triage")
    form = await house.open("farah", await house.card("#finance"), "edit")
    await house.as_("farah").click(form, "preview", entered=typed({"body": "Hello [name],"}))
    await house.settle()
    seen = await house.as_("farah").until_form(having=("This cannot be saved yet", "unfilled placeholder"))
    assert "Hello [name]," in str(seen.raw)
    with pytest.raises(NotDone) as wrong:
        await house.as_("farah").submit(seen, typed({"body": "Hello [name],"}))
    assert "unfilled placeholder" in str(wrong.value.errors)


async def test_a_preview_of_what_is_decided_says_who_was_faster(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    form = await house.open("mia", card, "edit")
    await house.press("leo", card, "approve")
    await house.as_("mia").click(form, "preview", entered=typed({"tag": "billing"}))
    await house.settle()
    late = await house.as_("mia").until_form(having="Somebody was faster")
    assert "billing" in late.words


async def test_a_rejection_has_a_reason_and_the_requester_reads_it(house: House) -> None:
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "reject")
    assert "Whoever asked for it reads your reason." in form.words
    await house.submit("mia", form, reason="wrong facts", text="It is about an invoice.")
    run = await house.newest()
    assert (run.state, house.sent()) == (RunState.STOPPED, [])
    assert run.gates["approved"].denials[0].text == "It is about an invoice."
    told = "".join(await house.told("sam"))
    assert "was rejected by Mia Lindqvist. The reason: wrong facts. “It is about an invoice.”" in told
    assert "start it again: /ops start tag_ticket" in told
    await house.card(having=("Rejected", "It is about an invoice."))


async def test_the_picker_hands_a_card_on_to_somebody_who_may_decide(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await house.press("mia", card, "reassign", house.user("leo"))
    assert (await house.newest()).gates["approved"].holder == house.id("leo")
    theirs = await house.asked("leo")
    assert "handed this on" in theirs.words
    assert f"by {house.person('leo').name}." in str(theirs.raw["text"])
    await house.press("leo", theirs, "approve")
    assert (await house.newest()).state is RunState.DONE


async def test_nothing_is_handed_to_somebody_who_may_not_decide(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await house.press("mia", card, "reassign", house.user("kenji"))
    assert "Kenji Watanabe cannot decide this" in await house.whisper("mia", having="Ask @")
    await house.press("mia", card, "reassign", house.user("sam"))
    assert "Sam Okafor cannot decide this" in await house.whisper("mia", having="Sam Okafor")
    assert not (await house.newest()).gates["approved"].holder


async def test_an_escalation_brings_in_the_next_and_the_first_may_still_decide(house: House) -> None:
    run = await house.start("tag_ticket")
    card = await house.card()
    form = await house.open("mia", card, "escalate")
    await house.submit("mia", form, category="unclear policy", text="May we do this?")
    assert (await house.newest()).gates["approved"].invited == ("leads",)
    assert "May we do this?" in "".join(await house.told("olga"))
    await house.press("olga", card, "approve")
    assert (await house.run(run.id)).gates["approved"].approvals[0].person == house.id("olga")


async def test_a_question_goes_to_the_requester_and_the_answer_comes_back_onto_the_card(house: House) -> None:
    run = await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "more")
    await house.submit("mia", form, text="Which order is it?")
    assert "Mia Lindqvist asks about" in "".join(await house.told("sam"))
    await house.card(having=("asked for more", "Which order is it?"))

    question = await house.message_to("sam", having="Which order is it?")
    form = await house.open("sam", question, "reply")
    assert "whoever asked hears it" in form.words
    await house.submit("sam", form, text="The one of 3 March")
    await house.card(having=("Which order is it?", "answered", "The one of 3 March"))
    assert "Sam Okafor answers about" in "".join(await house.told("mia"))

    await house.as_("sam").command("#general", f"/ops comment {run.id[-7:]} And thank you")
    await house.settle()
    await house.card(having=("commented", "And thank you"))
    assert (await house.newest()).gates["approved"].status is GateStatus.OPEN
    assert "And thank you" not in "".join(await house.told("mia"))


async def test_a_comment_decides_nothing_and_is_never_late(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    form = await house.open("mia", card, "comment")
    edit = await house.open("leo", card, "edit")
    await house.submit("leo", edit, tag="billing")
    await house.submit("mia", form, text="I have seen this before.")
    gate = (await house.newest()).gates["approved"]
    assert (gate.version, gate.status, gate.remarks[-1].text) == (2, GateStatus.OPEN, "I have seen this before.")


async def test_taking_over_ends_the_run(house: House) -> None:
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "take-over")
    await house.submit("mia", form, text="I call them.")
    run = await house.newest()
    assert (run.state, house.sent()) == (RunState.STOPPED, [])
    assert "Mia Lindqvist has taken over your request" in "".join(await house.told("sam"))


async def test_a_redraft_is_drafted_with_the_remark(house: House) -> None:
    await house.start("support_triage")
    form = await house.open("farah", await house.card("#finance"), "redraft")
    await house.submit("farah", form, text="Shorter, please.")
    gate = (await house.newest()).gates["approved"]
    assert (gate.redrafts, gate.status) == (1, GateStatus.OPEN)
    await house.card("#finance", having=("asked for another draft", "Shorter, please."))


async def test_a_correction_sends_the_run_another_way(house: House) -> None:
    await house.start("support_triage")
    form = await house.open("farah", await house.card("#finance"), "correct")
    assert "Correct a fact" in form.words
    await house.submit("farah", form, body="Something else entirely.")
    run = await house.newest()
    assert run.steps["draft"].value == {"body": "Something else entirely."}
    assert run.gates["approved"].version > 1


async def test_what_was_done_can_be_undone_where_that_is_possible(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await house.press("mia", card, "approve")
    receipt = await house.card(having="Undo")
    form = await house.open("mia", receipt, "undo")
    assert "Put a tag on a ticket → helpdesk:T-1001" in form.words
    assert (await house.newest()).state is RunState.DONE
    await house.submit("mia", form, text="The wrong tag.")
    assert (await house.newest()).state is RunState.UNDONE
    assert house.sent() == ["helpdesk.AddTag", "helpdesk.DeleteTag"]
    await house.card(having="was taken back")


async def test_what_was_done_by_hand_is_recorded_with_minutes_and_a_link(house: House) -> None:
    await house.start("tell_partner")
    card = await house.card(having="Done by Me")
    form = await house.open("mia", card, "done-by-me")
    await house.submit("mia", form, minutes="7", link="https://example.com/t/1", text="Called them.")
    run = await house.newest()
    assert (run.state, house.sent()) == (RunState.DONE, [])
    (observed,) = await house.entries(run.id, "action.observed")
    assert observed.notes["minutes"] == 7
    assert "Mia Lindqvist has done what your request" in "".join(await house.told("sam"))


async def test_something_grave_is_approved_by_typing_its_target(house: House) -> None:
    await house.start("promise_refund")
    card = await house.card()
    form = await house.open("mia", card, "approve")
    assert "To approve, type" in form.words
    with pytest.raises(NotDone) as wrong:
        await house.as_("mia").submit(form, typed({"sure": "T-1002"}))
    assert wrong.value.errors == {"field:sure": "This is not what has to be typed. Look at the card once more."}
    assert (await house.newest()).gates["approved"].status is GateStatus.OPEN
    await house.submit("mia", form, sure="t-1001 ")
    assert (await house.newest()).state is RunState.DONE
    assert house.sent() == ["helpdesk.SendReply"]


async def test_closing_a_form_decides_nothing_and_is_noted(house: House) -> None:
    run = await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "reject")
    await house.as_("mia").close(form)
    await house.settle()
    (left,) = await house.entries(run.id, "gate.abandoned")
    assert (left.actor, left.notes["outcome"]) == (house.id("mia"), "reject")
    assert (await house.newest()).gates["approved"].status is GateStatus.OPEN


async def test_each_action_of_a_plan_can_be_edited(house: House) -> None:
    await house.start("plan_visit")
    await answer_all(house)
    card = await house.card(having="2 actions")
    form = await house.open("mia", card, "edit")
    await house.as_("mia").click(form, "which", "1")
    await house.settle()
    form = await house.as_("mia").until_form(where=lambda seen: "Tim" in str(seen.raw))
    with pytest.raises(NotDone) as unchanged:
        await house.as_("mia").submit(form)
    assert unchanged.value.errors == {"1:field:tag": "Nothing is changed yet. Change something, or close this."}
    await house.as_("mia").submit(form, {"1:field:tag": {"value": "Tom"}})
    await house.settle()
    gate = (await house.newest()).gates["approved"]
    assert [proposal.data["tag"] for proposal in gate.proposals] == ["morning 2026-03-02", "Tom"]


async def answer_all(house: House) -> None:
    """Answer both questions of a visit."""
    await house.answer_visit()
    form = await house.open("mia", await house.card(), "answer")
    await house.submit("mia", form, name="Tim", tools="hammer\nladder")


async def test_questions_go_to_whom_they_are_for_and_the_run_goes_on_with_the_answers(house: House) -> None:
    await house.start("plan_visit")
    await answer_all(house)
    run = await house.newest()
    assert run.steps["visit"].value == {
        "day": "2026-03-02",
        "part": "morning",
        "hours": 2,
        "alone": False,
        "remark": "",
    }
    assert run.steps["helper"].value == {"name": "Tim", "tools": ["hammer", "ladder"]}
    await house.press("leo", await house.card(having="2 actions"), "approve")
    assert house.sent() == ["helpdesk.AddTag", "helpdesk.AddTag"]


async def test_a_quorum_says_in_place_who_has_approved_and_who_is_still_to_be_heard(tmp_path: Path) -> None:
    async with opened(tmp_path, change=two_of_three) as house:
        await house.start("tag_ticket")
        card = await house.card(having="0 of 2 given")
        await house.press("mia", card, "approve")
        half = await house.card(having=("Waits", "one approval", "1 of 2 given", "Still to be heard"))
        assert half.ts == card.ts
        assert people_on(half) == [house.user(name) for name in ("leo", "farah", "mia", "sam")]
        assert house.sent() == []

        await house.press("mia", half, "approve")
        assert "You had approved this already." in await house.whisper("mia")
        assert (await house.newest()).gates["approved"].status is GateStatus.OPEN
        await house.press("farah", half, "approve")
        both = await house.card(having=("Approved", "done"))
        assert {house.user("mia"), house.user("farah")} <= set(people_on(both))
        assert house.sent() == ["helpdesk.AddTag"]
        house.verify()


def two_of_three(workflows: Path) -> None:
    """Two of Mia, Leo and Farah have to approve a tag."""
    brief = workflows / "tag_ticket" / "brief.toml"
    text = brief.read_text()
    before = 'members = ["@mia", "@leo"]'
    assert before in text
    brief.write_text(text.replace(before, 'members = ["@mia", "@leo", "@farah"]\nneeded = 2', 1))


def people_on(card: Seen) -> list[str]:
    """Everybody a card names, in order."""
    return re.findall(r"'type': 'user', 'user_id': '(\w+)'", str(card.blocks))
