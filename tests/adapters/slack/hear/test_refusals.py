"""Who may not, and who comes too late: told alone, in a sentence that helps, and nothing of the run has changed."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.run import GateStatus, Run, RunState
from bot.workspace.control.driver import Seen
from tests.adapters.slack.hear.house import House, opened


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house
    house.verify()


def stands(run: Run) -> object:
    """All of a run that decides anything."""
    return run.state, run.gates, run.questions, run.actions, {name: one.status for name, one in run.steps.items()}


@dataclass(frozen=True)
class Case:
    """Somebody who may not."""

    who: str
    says: str
    requester: str = "sam"


STRANGERS = (
    Case("sam", "support (@mia, @leo) decide this. Ask one of them, or the owner @olga."),
    Case("mia", "You asked for this yourself, so somebody else has to approve it.", requester="mia"),
    Case("olga", "support (@mia, @leo) decide this."),
    Case("kenji", "support (@mia, @leo) decide this."),
    Case("gus", "Guests cannot do this here."),
    Case("vera", "This account is deactivated."),
    Case("nobody", "I do not know you here."),
)


async def press_as(house: House, case: Case, card: Seen, verb: str) -> str:
    """Press as somebody, whatever the workspace would let them; what they alone were told."""
    user = "UNOBODY001" if case.who == "nobody" else house.user(case.who)
    sent = house.pressed(user, card, verb)
    sent["actions"][0]["selected_user"] = house.user("leo")
    before = len(await house.driver.log("chat.post*", way="call"))
    assert await house.deliver(sent)
    said = (await house.driver.log("chat.post*", way="call"))[before:]
    assert len({line["request"]["text"] for line in said}) == 1, said
    return str(said[0]["request"]["text"])


@pytest.mark.parametrize("case", STRANGERS, ids=lambda case: case.who)
async def test_whoever_may_not_decide_is_told_who_may(house: House, case: Case) -> None:
    run = await house.start("tag_ticket", by=case.requester)
    card = await house.card()
    for verb in ("approve",) if case.who == "mia" else ("approve", "reject", "edit", "reassign"):
        assert case.says in await press_as(house, case, card, verb)
        assert stands(await house.newest()) == stands(run)
    assert (await house.driver.state("modals"))["modals"] == []


async def test_somebody_of_another_company_is_refused_at_the_door(house: House) -> None:
    run = await house.start("tag_ticket")
    card = await house.card()
    taken = await house.deliver(house.pressed(house.user("pat"), card, "approve", team="TOTHER0000"))
    assert not taken
    assert stands(await house.newest()) == stands(run)


async def test_a_press_for_another_workspace_is_refused_at_the_door(house: House) -> None:
    run = await house.start("tag_ticket")
    press = house.pressed(house.user("mia"), await house.card(), "approve")
    assert not await house.deliver({**press, "team": {"id": "TOTHER0000"}})
    assert stands(await house.newest()) == stands(run)


# --- the card is not what it was -------------------------------------------------------------------------------------

MIA = Case("mia", "")


@pytest.mark.parametrize("verb", ["approve", "reject", "edit"])
async def test_a_press_on_an_old_version_says_which_is_the_current_one(house: House, verb: str) -> None:
    await house.start("tag_ticket")
    old = await house.card()
    await house.submit("leo", await house.open("leo", old, "edit"), tag="billing")
    run = await house.newest()
    assert "version 2 is the current one" in await press_as(house, MIA, old, verb)
    assert stands(await house.newest()) == stands(run)


@pytest.mark.parametrize("verb", ["approve", "edit"])
async def test_a_press_on_what_is_decided_says_who_was_faster(house: House, verb: str) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await house.press("leo", card, "approve")
    run = await house.newest()
    said = await press_as(house, MIA, card, verb)
    assert said.startswith("This is approved already, by Leo Marchetti at ")
    assert "It can still be undone." in said
    assert stands(await house.newest()) == stands(run)


async def test_what_was_rejected_cannot_be_approved(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    await house.submit("leo", await house.open("leo", card, "reject"), reason="wrong facts")
    assert "This is rejected already, by Leo Marchetti" in await press_as(house, MIA, card, "approve")
    assert house.sent() == []


async def test_what_ran_out_of_time_is_not_approved(tmp_path: Path) -> None:
    async with opened(tmp_path, "socket") as house:  # a signature has a time of its own
        await house.start("tag_ticket")
        card = await house.card()
        await house.pass_time(days=8)
        assert (await house.newest()).gates["approved"].status is GateStatus.EXPIRED
        assert "expired" in await press_as(house, MIA, card, "approve")
        assert house.sent() == []
    house.verify()


@pytest.mark.parametrize("verb", ["approve", "reject", "reassign"])
async def test_a_copy_of_a_card_decides_nothing(house: House, verb: str) -> None:
    run = await house.start("tag_ticket")
    card = await house.card()
    general = (await house.driver.channel("#general"))["id"]
    place = {"type": "message", "message_ts": card.ts, "channel_id": general}
    assert await house.deliver(house.pressed(house.user("mia"), card, verb, container=place))
    assert (await house.answers())[-1].startswith("This is a copy of a card, or an old one.")
    assert stands(await house.newest()) == stands(run)


async def test_a_card_that_nobody_knows_decides_nothing(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    press = house.pressed(house.user("mia"), card, "approve")
    press["actions"][0]["block_id"] = f"decide:{'0' * 32}:1"
    assert await house.deliver(press)
    assert "This card is not known here any more." in (await house.answers())[-1]
    assert (await house.newest()).state is RunState.WAITING


async def test_an_action_of_another_app_or_of_nobody_is_ignored(house: House) -> None:
    await house.start("tag_ticket")
    press = house.pressed(house.user("mia"), await house.card(), "approve")
    press["actions"][0]["block_id"] = "something-else"
    before = await house.answers()
    assert await house.deliver(press)
    assert await house.answers() == before


# --- the form is not what it was -------------------------------------------------------------------------------------


async def test_a_form_on_an_old_version_says_who_was_faster_and_gives_back_what_was_typed(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    mine, theirs = await house.open("mia", card, "edit"), await house.open("leo", card, "edit")
    await house.submit("leo", theirs, tag="billing")
    await house.submit("mia", mine, tag="invoices")
    late = await house.as_("mia").until_form(having="Somebody was faster")
    assert "Leo Marchetti" in late.words
    assert "There is a version 2 now." in late.words
    assert "invoices" in late.words
    assert (await house.newest()).gates["approved"].version == 2


async def test_a_form_on_what_is_decided_gives_back_even_what_was_wrong(house: House) -> None:
    await house.start("tag_ticket")
    card = await house.card()
    form = await house.open("mia", card, "escalate")
    await house.press("leo", card, "approve")
    await house.submit("mia", form, category="other", text="I am not sure about this one.")
    late = await house.as_("mia").until_form(having="Somebody was faster")
    assert "Leo Marchetti" in late.words
    assert "I am not sure about this one." in late.words
    assert not (await house.newest()).gates["approved"].invited


async def test_an_answer_to_what_is_answered_gives_back_what_was_typed(house: House) -> None:
    await house.start("plan_visit")
    await house.answer_visit()
    card = await house.card()
    mine, theirs = await house.open("mia", card, "answer"), await house.open("leo", card, "answer")
    await house.submit("leo", theirs, name="Tim")
    await house.submit("mia", mine, name="Tom", tools="a long ladder")
    late = await house.as_("mia").until_form(having=("It does not wait for an answer any more.", "a long ladder"))
    await house.as_("mia").close(late)
    assert (await house.newest()).steps["helper"].value == {"name": "Tim", "tools": []}


async def test_a_form_of_somebody_who_may_not_changes_nothing_and_gives_back_what_was_typed(house: House) -> None:
    run = await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "escalate")
    sent = house.sent_in(house.user("kenji"), form, "escalate", category="other", text="Let me in.")
    sent["view"]["state"]["values"]["field:category"] = {"value": {"selected_option": {"value": "other"}}}
    assert await house.deliver(sent)
    said = (await house.answers())[-1]
    assert said.startswith("support (@mia, @leo) decide this.")
    assert "What you had written:" in said
    assert "Let me in." in said
    assert stands(await house.newest()) == stands(run)
    assert [one.notes["reason"] for one in await house.entries(run.id, "auth.refused")] == ["not-a-reviewer"]


async def test_a_question_is_answered_by_whom_it_is_for(house: House) -> None:
    run = await house.start("plan_visit")
    card = await house.asked("sam")
    said = await press_as(house, Case("kenji", ""), card, "answer")
    assert said.startswith("This question is for requester.")
    assert stands(await house.newest()) == stands(run)
