"""Every way to start something in Slack but commands: once each, and each mistake once."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
import pytest_asyncio

from bot.adapters.slack.draw.modal.choice import LONGEST_WORDS
from bot.adapters.slack.hear.starting import GONE, OURS, WORDLESS
from bot.domain.person import Door
from bot.domain.run import Run
from bot.wiring import DATABASE
from bot.workspace.control.driver import NotDone
from bot.workspace.control.seen import Seen
from tests.adapters.slack.hear.house import TICKET, House, opened, typed

MORE = Path(__file__).parent / "from_messages"
WORDS = "Radhaus Ahorn was charged twice & asks for its money back."


def add(flows: Path) -> None:
    shutil.copytree(MORE, flows, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path, change=add) as house:
        yield house
    house.verify()


async def said(house: House, who: str, text: str = WORDS, *, channel: str = "#support", **more: Any) -> Seen:
    """Somebody says something, and all is quiet again."""
    ts = await house.as_(who).say(channel, text, **more)
    await house.settle()
    return next(one for one in await house.driver.messages(channel) if one.ts == ts)


def kept(house: House) -> int:
    """How much was ever stored of what came in."""
    with closing(connect(house.settings.data / DATABASE)) as database:
        return int(database.execute("SELECT count(*) FROM inbox").fetchone()[0])


async def choose(house: House, who: str, workflow: str) -> Seen:
    form = await house.as_(who).until_form(having="What do you want to start?")
    await house.as_(who).submit(form, typed({"workflow": workflow}))
    return await house.as_(who).until_form(where=lambda seen: seen.raw["callback_id"] == "start")


async def reacted(house: House, who: str, message: Seen, emoji: str = "ticket") -> None:
    await house.as_(who).react(message, emoji)
    await house.settle()


async def offered(house: House, who: str) -> Seen:
    return await house.as_(who).until_whisper(having=("You reacted to a message.", "Start log request"))


def filled(form: Seen) -> str:
    """What stands in the field for the words."""
    (block,) = [one for one in form.blocks if one.get("block_id") == "field:text"]
    return str(block["element"].get("initial_value", ""))


def is_of(message: Seen, run: Run) -> bool:
    """Whether a run says that it comes from a message."""
    return run.origin.key.endswith(f"{message.channel}/{message.ts}") and run.origin.record.endswith(
        f"/archives/{message.channel}/p{message.ts.replace('.', '')}"
    )


# --- the menu of the workspace ---------------------------------------------------------------------------------------


async def test_the_menu_of_the_workspace_leads_to_a_run(house: House) -> None:
    await house.as_("sam").shortcut("start")
    form = await choose(house, "sam", "tag_ticket")
    await house.submit("sam", form, **TICKET)
    run = await house.newest()
    assert (run.workflow, run.origin.door, run.origin.record) == ("tag_ticket", Door.SLACK, "")
    assert "Waiting for support" in "".join(await house.told("sam"))


async def test_whoever_may_do_nothing_here_is_told_so_directly(house: House) -> None:
    await house.as_("gus").shortcut("start")
    await house.settle()
    assert "Guests cannot do this here." in "".join(await house.told("gus"))


async def test_a_form_that_is_closed_starts_nothing(house: House) -> None:
    await house.as_("sam").shortcut("start")
    form = await choose(house, "sam", "tag_ticket")
    await house.as_("sam").close(form)
    await house.settle()
    assert (await house.runs(), await house.told("sam")) == ([], [])


async def test_of_what_is_held_no_form_is_opened(house: House) -> None:
    await house.as_("olga").command("#support", "/ops pause tag_ticket The help desk moves.")
    await house.settle()
    await house.as_("sam").shortcut("start")
    form = await house.as_("sam").until_form(having="What do you want to start?")
    await house.as_("sam").submit(form, typed({"workflow": "tag_ticket"}))
    await house.as_("sam").until_form(having="tag_ticket is paused: The help desk moves.")


async def test_whoever_may_start_nothing_yet_sees_what_there_is_and_whom_to_ask(tmp_path: Path) -> None:
    def close(flows: Path) -> None:
        for brief in flows.glob("*/brief.toml"):
            brief.write_text(brief.read_text("utf-8").replace('who = ["staff"]', 'who = ["@sam"]'), "utf-8")

    async with opened(tmp_path, change=close) as house:
        await house.as_("mia").shortcut("start")
        await house.as_("mia").until_form(
            having=("nothing here that you may start yet", "Olga Petrova", "Put a tag on a ticket.")
        )


# --- the menu of a message -------------------------------------------------------------------------------------------


async def test_a_message_fills_in_the_form_and_is_linked_from_the_card(house: House) -> None:
    message = await said(house, "mia")
    await house.as_("sam").shortcut("run_on_message", message)
    form = await choose(house, "sam", "log_request")
    assert "The words of the message stand under" in form.words
    assert filled(form) == WORDS
    await house.submit("sam", form, text=f"{WORDS} Soon.")
    run = await house.newest()
    assert is_of(message, run)
    assert run.value("wish") == {"text": f"{WORDS} Soon.", "urgent": False}
    card = await house.card(having="An answer is needed")
    assert run.origin.record in str(card.raw["blocks"])


async def test_one_message_starts_one_run_whoever_asks_and_the_second_is_led_to_it(house: House) -> None:
    message = await said(house, "mia")
    for who in ("sam", "olga"):
        await house.as_(who).shortcut("run_on_message", message)
        await house.submit(who, await choose(house, who, "log_request"))
    (run,) = await house.runs()
    card = await house.card()
    (told,) = [one for one in await house.driver.messages(house.direct("olga")) if "The same was asked" in one.words]
    assert f"stands as run {run.id[-7:]}" in told.words
    assert f"/archives/{card.channel}/p{card.ts.replace('.', '')}" in str(told.raw["blocks"])


async def test_a_message_without_words_or_of_our_own_starts_nothing(house: House) -> None:
    file = await house.as_("mia").upload("photo.png", b"\x89PNG")
    for message, says in (
        (await said(house, "mia", "", files=[file]), WORDLESS),
        (await _our_own(house), OURS),
    ):
        await house.as_("sam").shortcut("run_on_message", message)
        await house.settle()
        assert says in await house.whisper("sam", having=says[:40])


async def _our_own(house: House) -> Seen:
    await house.start("tag_ticket")
    return await house.card()


async def test_a_message_that_is_deleted_meanwhile_starts_what_the_form_says(house: House) -> None:
    message = await said(house, "mia")
    await house.as_("sam").shortcut("run_on_message", message)
    form = await choose(house, "sam", "log_request")
    await house.as_("mia").delete(message)
    await house.submit("sam", form)
    run = await house.newest()
    assert run.origin.record == f"slack:{message.channel}/{message.ts}"
    assert run.value("wish") == {"text": WORDS, "urgent": False}


async def test_a_message_that_no_form_holds_is_left_to_whoever_starts_something(house: House) -> None:
    message = await said(house, "mia", "x" * (LONGEST_WORDS + 1))
    await house.as_("sam").shortcut("run_on_message", message)
    form = await choose(house, "sam", "log_request")
    assert filled(form) == ""


async def test_what_is_too_long_for_the_field_is_said_there_and_not_lost(house: House) -> None:
    message = await said(house, "mia", "y" * 2_500)
    await house.as_("sam").shortcut("run_on_message", message)
    form = await choose(house, "sam", "log_request")
    with pytest.raises(NotDone, match="at most 2000 characters"):
        await house.as_("sam").submit(form)
    await house.submit("sam", form, text="y" * 1_900)
    assert len(await house.runs()) == 1


# --- reactions -------------------------------------------------------------------------------------------------------


async def test_a_reaction_offers_the_form_and_two_people_start_one_run(house: House) -> None:
    message = await said(house, "mia")
    for who in ("sam", "leo"):
        await reacted(house, who, message)
        await house.as_(who).click(await offered(house, who), "Start log request…")
        form = await house.as_(who).until_form(having="The words of the message stand under")
        assert filled(form) == WORDS
        await house.submit(who, form)
    (run,) = await house.runs()
    assert is_of(message, run)
    assert run.origin.requester == house.id("sam")
    assert "The same was asked for before" in "".join(await house.told("leo"))


async def test_a_reply_in_a_thread_can_be_reacted_to_as_well(house: House) -> None:
    first = await said(house, "mia", "What is new?")
    reply = await said(house, "leo", thread=first)
    await reacted(house, "sam", reply)
    await house.as_("sam").click(await offered(house, "sam"), "Start log request…")
    await house.as_("sam").until_form(where=lambda seen: WORDS in str(seen.raw["blocks"]))


async def test_other_reactions_are_not_even_stored(house: House) -> None:
    here, there = await said(house, "mia"), await said(house, "olga", channel="#finance")
    before = kept(house)
    await reacted(house, "sam", here, "eyes")
    await reacted(house, "olga", there, "ticket")
    await reacted(house, "sam", here, "+1")
    assert kept(house) == before
    assert await house.answers() == []


async def test_whoever_may_not_start_it_is_told_so_once(house: House) -> None:
    for _ in range(2):
        await reacted(house, "mia", await said(house, "leo"))
    assert await house.answers() == ["Only @sam, @olga, @leo may start this. Ask the owner @olga to be added."]


async def test_a_button_whose_message_is_gone_says_so(house: House) -> None:
    message = await said(house, "mia")
    await reacted(house, "sam", message)
    offer = await offered(house, "sam")
    await house.as_("mia").delete(message)
    await house.as_("sam").click(offer, "Start log request…")
    await house.settle()
    assert GONE in await house.whisper("sam", having="That message is gone")


ELSEWHERE = "is not started from messages there any more. Nothing was started."
UNKNOWN_BUTTON = "This button is not known here any more. Nothing was started."


async def test_a_button_is_not_believed(house: House) -> None:
    here, there = await said(house, "mia"), await said(house, "olga", channel="#finance")
    await reacted(house, "sam", here)
    press = house.pressed(house.user("sam"), await offered(house, "sam"), "log_request")
    for n, (about, workflow, says) in enumerate(
        (
            (f"{there.channel}/{there.ts}", "log_request", f"log_request {ELSEWHERE}"),
            (f"{here.channel}/{here.ts}", "tag_ticket", f"tag_ticket {ELSEWHERE}"),
            (f"{here.channel}/{here.ts}", "nothing", UNKNOWN_BUTTON),
            ("C1", "log_request", UNKNOWN_BUTTON),
        )
    ):
        action = {**press["actions"][0], "block_id": f"start:{about}", "value": workflow}
        assert await house.deliver({**press, "actions": [action], "trigger_id": f"{press['trigger_id']}{n}"})
        assert (await house.answers())[-1] == says


# --- channels --------------------------------------------------------------------------------------------------------


async def test_a_message_in_a_channel_starts_a_run_in_the_name_of_its_author(house: House) -> None:
    message = await said(house, "sam", channel="#incidents")
    run = await house.newest()
    assert is_of(message, run)
    assert (run.origin.requester, run.value("wish")) == (house.id("sam"), {"text": WORDS, "urgent": False})
    assert f"Started log_request, run {run.id[-7:]}." in await house.whisper("sam", having="Started")


async def test_nothing_else_that_happens_there_starts_anything_or_is_stored(house: House) -> None:
    message = await said(house, "sam", channel="#incidents")
    before = kept(house)
    await house.as_("sam").edit(message, f"{WORDS} Today.")
    await said(house, "sam", "It is urgent for them.", channel="#incidents", thread=message)
    await said(house, "sam", "And this goes to all.", channel="#incidents", thread=message, broadcast=True)
    await house.as_("sam").delete(message)
    await house.as_("olga").invite("#incidents", "mia")
    await said(house, "sam", channel="#support")
    await said(house, "sam", channel="#general")
    await house.settle()
    assert len(await house.runs()) == 1
    assert kept(house) == before


async def test_whoever_may_not_start_it_there_is_told_so_alone_and_once(house: House) -> None:
    for _ in range(2):
        await said(house, "jonas", channel="#incidents")
    (told,) = await house.answers()
    assert told.startswith("Your message did not start log_request: Only @sam, @olga, @leo may start this.")
    assert await house.runs() == []


async def test_what_a_message_lacks_is_said_with_its_mend(house: House) -> None:
    await said(house, "sam", "Help!", channel="#incidents")
    file = await house.as_("sam").upload("photo.png", b"\x89PNG")
    await said(house, "sam", "", channel="#incidents", files=[file])
    short, wordless = await house.answers()
    assert "text: At least 10 characters; these are" in short
    assert "“Run on this message” in its menu opens a form to mend that." in short
    assert wordless == f"Your message did not start log_request. {WORDLESS}"
    assert await house.runs() == []


async def test_the_same_message_again_starts_nothing_more(house: House) -> None:
    message = await said(house, "sam", channel="#incidents")
    await house.as_("sam").shortcut("run_on_message", message)
    await house.submit("sam", await choose(house, "sam", "log_request"))
    assert len(await house.runs()) == 1


async def test_people_who_write_at_once_each_start_their_own(house: House) -> None:
    await asyncio.gather(*(house.as_(who).say("#incidents", f"{WORDS} Says {who}.") for who in ("sam", "olga")))
    await house.settle()
    assert {run.origin.requester for run in await house.runs()} == {house.id("sam"), house.id("olga")}
