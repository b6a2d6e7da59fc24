"""A script plays the people of a workspace, and an app of Bolt answers: both ways it can be reached."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.workspace.control.driver import Driver, NotDone, NotSeen, Seen
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


async def test_a_person_does_everything_a_person_does(driver: Driver) -> None:
    leo = driver.as_("leo")
    file = await leo.upload("notes.txt", b"Dear diary", title="Notes")
    await leo.say("#random", "Look at this", files=[file])
    message = await driver.until_message("#random", having="Look at this")
    assert [one["id"] for one in message.raw["files"]] == [file]
    await leo.edit(message, "Look at that")
    await leo.react(message, "eyes")
    await driver.as_("mia").react(message, "eyes")
    await leo.unreact(message, "eyes")
    await leo.pin(message)
    await driver.as_("mia").say("#random", "Which?", thread=message)
    seen = await driver.until_message("#random", where=lambda one: one.raw.get("reply_count") == 1)
    assert (seen.text, [one["count"] for one in seen.raw["reactions"]]) == ("Look at that", [1])
    assert [*(await driver.channel("#random"))["pins"]] == [message.ts]
    await leo.delete(message)
    await driver.until_calls("message_deleted*", way="delivery", count=0)
    assert message.ts not in {one.ts for one in await driver.messages("#random")}


async def test_people_come_and_go(driver: Driver) -> None:
    mia, sam = driver.as_("mia"), driver.as_("sam")
    channel = await mia.create_channel("one-day", private=True)
    await mia.invite("one-day", "sam")
    await sam.leave("one-day")
    assert (await driver.channel(channel))["people"] == [(await driver.person("mia"))["id"]]
    direct = await mia.direct("sam", "leo")
    await mia.say(direct, "The three of us")
    with pytest.raises(NotDone, match="Join it first"):
        await driver.as_("farah").say("#incidents", "x")
    await driver.as_("farah").join("#incidents")
    await driver.as_("farah").say("#incidents", "x")


def test_what_is_seen_says_what_is_written_on_it() -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    seen = Seen(
        {
            "ts": "1.5",
            "text": "Card",
            "blocks": [
                {
                    "type": "section",
                    "block_id": "s",
                    "text": {"type": "mrkdwn", "text": "*Hello*"},
                    "accessory": button,
                },
                {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"text": "deep"}]}]},
                {
                    "type": "input",
                    "block_id": "i",
                    "label": {"type": "plain_text", "text": "Why?"},
                    "element": {"type": "plain_text_input", "action_id": "text"},
                },
            ],
            "attachments": [
                {"fallback": "old", "blocks": [{"type": "actions", "block_id": "a", "elements": [button]}]}
            ],
        }
    )
    assert seen.words.split("\n") == ["Card", "*Hello*", "Go", "deep", "Why?", "old", "Go"]
    assert [(one.block_id, one.action_id, one.label) for one in seen.elements] == [
        ("s", "go", "Go"), ("i", "text", "Why?"), ("a", "go", "Go"),
    ]  # fmt: skip
    assert seen.element("Why?").kind == "plain_text_input"
    with pytest.raises(LookupError, match=r"There is: Go \(go\), Why\? \(text\), Go \(go\)\."):
        seen.element("Stop")
