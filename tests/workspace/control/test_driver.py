"""A script plays the people of a workspace, and an app of Bolt answers: both ways it can be reached."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.workspace.control.driver import Driver, NotDone, NotSeen
from tests.workspace.control.served import place


@pytest.fixture(params=[False, True], ids=["http", "socket"])
async def driver(request: pytest.FixtureRequest) -> AsyncGenerator[Driver]:
    async with place(socket=request.param) as there:
        yield there.driver


async def test_a_command_leads_to_a_card_and_a_click_to_another(driver: Driver) -> None:
    mia = driver.as_("mia")
    await mia.command("#support", "/ops restart")
    card = await driver.until_message("#support", having="Shall I *restart*?", by="opsbot")
    await mia.click(card, "Approve")
    done = await driver.until_message("#support", having="Approved by")
    assert done.ts == card.ts


async def test_a_form_is_filled_in_refused_and_sent(driver: Driver) -> None:
    mia = driver.as_("mia")
    await mia.command("support", "/ops")
    await mia.click(await driver.until_message("support", having="do it"), "reject")
    form = await mia.until_form(having="Why?")
    with pytest.raises(NotDone, match="Say more") as refused:
        await mia.submit(form, {"Why?": "no"})
    assert refused.value.errors == {"reason": "Say more than that."}
    await mia.submit(form, {"reason": {"text": "too late"}})
    await mia.until_no_form()
    assert (await driver.until_message("support", having="Rejected: too late")).text == "Rejected: too late"


async def test_what_only_one_person_sees_is_found_for_them_alone(driver: Driver) -> None:
    await driver.as_("mia").command("#support", "/ops whisper")
    whisper = await driver.as_("mia").until_whisper(having="Only you know.")
    assert whisper.raw["is_ephemeral"] is True
    assert (await driver.state("whispers", person="sam"))["whispers"] == []


async def test_a_home_and_a_mention_are_answered(driver: Driver) -> None:
    sam = driver.as_("sam")
    await sam.open_home()
    assert (await sam.until_home(having="Nothing waits.")).id
    ts = await sam.say("#support", "@opsbot are you there?")
    assert (await driver.until_message("#support", having="You called?", thread=ts)).thread_ts == ts


async def test_options_come_from_the_app(driver: Driver) -> None:
    mia = driver.as_("mia")
    await mia.command("#support", "/ops")
    card = await driver.until_message("#support", having="do it")
    assert [one["value"] for one in await mia.suggest(card, "owner", "ol")] == ["Olga"]


async def test_an_app_that_fails_is_told_to_the_person_in_a_sentence(driver: Driver) -> None:
    typed = asyncio.create_task(driver.as_("mia").command("#support", "/ops fail"))
    await driver.until_calls("/ops", answered=False)
    await driver.advance(3)
    with pytest.raises(NotDone, match="failed because"):
        await typed
    await driver.as_("mia").until_notice(having="failed because")


async def test_a_wait_is_over_as_soon_as_it_happens(driver: Driver) -> None:
    waiting = asyncio.create_task(driver.until_message("#random", having="at last"))
    await driver.as_("leo").say("#random", "at last")
    assert (await waiting).text == "at last"


async def test_what_does_not_come_is_told_with_what_there_is(driver: Driver) -> None:
    driver.within = 0.05
    with pytest.raises(NotSeen, match="You took the long way again"):
        await driver.until_message("#random", having="never said")
    with pytest.raises(NotSeen, match="0 lines with the name"):
        await driver.until_calls("views.open")


async def test_calls_and_deliveries_are_waited_for_in_the_log(driver: Driver) -> None:
    await driver.as_("mia").command("#support", "/ops")
    (posted,) = await driver.until_calls("chat.postMessage", status="ok")
    assert posted["request"]["text"] == "Approve it?"
    (told,) = await driver.log("/ops", way="delivery")
    assert (told["status"], told["person"]) == ("ok", (await driver.person("mia"))["id"])
