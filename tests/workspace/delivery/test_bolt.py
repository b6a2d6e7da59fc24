"""Slack's own framework runs against the workspace unmodified, over signed HTTP and over sockets."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest

from bot.workspace.acts.registry import perform
from bot.workspace.delivery.socket import Goodbye
from bot.workspace.log import Way
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from bot.workspace.state.message import Message
from tests.workspace.delivery.bench import Bench, opened
from tests.workspace.made import APP, APP_BOT, BOT, MIA, SAM, SUPPORT

CALL = Way.CALL
BOTH = pytest.mark.parametrize("reached", [*Reached])


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with opened() as bench:
        yield bench


async def act(bench: Bench, name: str, /, **more: object) -> Json:
    """Do something as Mia."""
    return await perform(bench.desk, name, {"person": "mia", **more})


def last(bench: Bench, channel: str = SUPPORT) -> Message:
    return [*bench.workspace.channels[channel].messages.values()][-1]


def whispers(bench: Bench) -> list[str]:
    return [message.text for message in bench.workspace.whispers.values()]


# --- blocks and views that the apps here send -----------------------------------------------------------------------


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str = "") -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(action_id.title()), "value": value or action_id}


def field(name: str, **more: object) -> Json:
    element: Json = {"type": "plain_text_input", "action_id": "typed", **more}
    return {"type": "input", "block_id": name, "label": plain(name.title()), "element": element}


def modal(callback_id: str, *blocks: Json, **more: object) -> Json:
    view: Json = {"type": "modal", "callback_id": callback_id, "title": plain(callback_id.title())}
    return view | {"submit": plain("Send"), "blocks": [*blocks], **more}


CARD: list[Json] = [
    {"type": "section", "block_id": "what", "text": {"type": "mrkdwn", "text": "Restart *6 pods*"}},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            button("approve", "run-1"),
            {
                "type": "static_select",
                "action_id": "pick",
                "options": [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}],
            },
        ],
    },
]


async def form(bench: Bench, app: Any, reached: Reached, view: Json) -> str:
    """Have a view opened by a command; its id."""

    async def open_form(ack: Any, client: Any, command: Json) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=view)
        await ack()

    app.command("/form")(open_form)
    await bench.run(app, reached)
    assert (await act(bench, "command", channel="#support", text="/form"))["ok"]
    [opened_view] = bench.workspace.modals[APP, MIA]
    return opened_view.id


# --- commands ------------------------------------------------------------------------------------------------------


@BOTH
async def test_a_command_is_answered_by_its_acknowledgement(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()

    async def ops(ack: Any, command: Json) -> None:
        await ack(f"{command['user_name']} typed {command['text']} in {command['channel_name']}")

    app.command("/ops")(ops)
    await bench.run(app, reached)
    assert await act(bench, "command", channel="#support", text="/ops start & <go>") == {"ok": True, "channel": SUPPORT}
    [whisper] = bench.workspace.whispers.values()
    assert (whisper.text, whisper.only_for, whisper.user) == ("mia typed start &amp; <go> in support", MIA, BOT)


@BOTH
async def test_a_command_is_answered_for_all_and_once_more_later(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()

    async def ops(ack: Any, respond: Any) -> None:
        await ack({"response_type": "in_channel", "text": "Started", "blocks": CARD})
        await respond("And done.")

    app.command("/ops")(ops)
    await bench.run(app, reached)
    assert (await act(bench, "command", channel="#support", text="/ops"))["ok"]
    await bench.until(lambda: whispers(bench) == ["And done."])
    assert last(bench).text == "Started"
    assert [block["block_id"] for block in last(bench).blocks or ()] == ["what", "decide"]


@BOTH
async def test_a_command_nobody_listens_to_is_told_to_the_person(bench: Bench, reached: Reached) -> None:
    await bench.run(bench.bolt(), reached)
    acting = asyncio.ensure_future(act(bench, "command", channel="#support", text="/nope"))
    if reached is Reached.SOCKET:
        await bench.until(lambda: bench.lines("/nope"))
        bench.clock.advance(3)
    outcome = await acting
    assert outcome["ok"] is False
    assert outcome["text"].startswith("/nope failed because ")
    assert outcome["text"].endswith("Try again.")


# --- clicks --------------------------------------------------------------------------------------------------------


@BOTH
async def test_a_click_in_a_message_reaches_the_app_which_changes_the_message(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()

    async def approve(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text=f"Approved {body['actions'][0]['value']} by <@{body['user']['id']}>",
            blocks=[],
        )

    app.action("approve")(approve)
    await bench.run(app, reached)
    posted = await bench.client().chat_postMessage(channel=SUPPORT, text="Restart?", blocks=CARD)
    place = {"channel": SUPPORT, "ts": posted["ts"], "block_id": "decide", "action_id": "approve"}
    assert await act(bench, "click", **place) == {"ok": True}
    await bench.until(lambda: last(bench).text == f"Approved run-1 by <@{MIA}>")
    assert last(bench).edited_by == APP_BOT


@BOTH
async def test_a_click_in_an_ephemeral_message_replaces_it(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()

    async def approve(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        assert body["container"]["is_ephemeral"] is True
        assert "message" not in body
        await respond(replace_original=True, text="Approved.")

    app.action("approve")(approve)
    await bench.run(app, reached)
    posted = await bench.client().chat_postEphemeral(channel=SUPPORT, user=MIA, text="Only you", blocks=CARD)
    place = {"channel": SUPPORT, "ts": posted["message_ts"], "block_id": "decide", "action_id": "approve"}
    assert await act(bench, "click", **place) == {"ok": True}
    await bench.until(lambda: whispers(bench) == ["Approved."])


@BOTH
async def test_a_click_on_a_home_publishes_it_anew(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()

    async def opened_home(event: Json, client: Any) -> None:
        assert event["tab"] == "home"
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    async def pick(ack: Any, body: Json, client: Any) -> None:
        await ack()
        chosen = body["view"]["state"]["values"]["decide"]["pick"]["selected_option"]["value"]
        blocks = [{"type": "section", "text": plain(f"Chose {chosen}")}]
        await client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": blocks})

    app.event("app_home_opened")(opened_home)
    app.action("pick")(pick)
    await bench.run(app, reached)
    await act(bench, "home")
    await bench.until(lambda: (APP, MIA) in bench.workspace.homes)
    home = bench.workspace.homes[APP, MIA]
    clicked = await act(bench, "click", view=home.id, block_id="decide", action_id="pick", value="2")
    assert clicked == {"ok": True}
    await bench.until(lambda: home.blocks[0]["text"]["text"] == "Chose 2")


@BOTH
async def test_two_people_click_at_once_and_the_app_decides_who_was_first(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()
    decided: list[str] = []

    async def approve(ack: Any, body: Json, client: Any, respond: Any) -> None:
        await ack()
        if decided:
            await respond("Somebody was faster.")
            return
        decided.append(body["user"]["id"])
        ts, channel = body["message"]["ts"], body["channel"]["id"]
        await client.chat_update(channel=channel, ts=ts, text="Approved", blocks=[])

    app.action("approve")(approve)
    await bench.run(app, reached)
    posted = await bench.client().chat_postMessage(channel=SUPPORT, text="Restart?", blocks=CARD)
    place = {"channel": SUPPORT, "ts": posted["ts"], "block_id": "decide", "action_id": "approve"}
    clicks = [perform(bench.desk, "click", place | {"person": person}) for person in ("mia", "sam")]
    assert await asyncio.gather(*clicks) == [{"ok": True}] * 2
    await bench.until(lambda: last(bench).text == "Approved" and bench.workspace.whispers)
    [whisper] = bench.workspace.whispers.values()
    assert {*decided, whisper.only_for} == {MIA, SAM}
    late = await act(bench, "click", **place)
    assert late["text"] == "This is not there any more: what it stood in has changed. Look at how it is now."


# --- forms ---------------------------------------------------------------------------------------------------------


@BOTH
async def test_a_form_says_what_is_wrong_until_it_is_right(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()
    heard = bench.heard()

    async def submitted(ack: Any, view: Json) -> None:
        typed = view["state"]["values"]["reason"]["typed"]["value"]
        heard.append(typed)
        if typed == "no":
            await ack(response_action="errors", errors={"reason": "Say more than no."})
        else:
            await ack()

    app.view("why")(submitted)
    view = await form(bench, app, reached, modal("why", field("reason")))
    assert await act(bench, "submit", view=view) == {"ok": False, "errors": {"reason": "Fill this in to go on."}}
    assert heard == []
    refused = await act(bench, "submit", view=view, entered={"reason": {"typed": "no"}})
    assert refused == {"ok": False, "errors": {"reason": "Say more than no."}}
    assert await act(bench, "submit", view=view, entered={"reason": {"typed": "because"}}) == {"ok": True}
    assert heard == ["no", "because"]
    assert bench.workspace.modals[APP, MIA] == []


@BOTH
async def test_a_form_becomes_another_and_lies_under_one_and_is_cleared(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()

    async def first(ack: Any) -> None:
        await ack(response_action="update", view=modal("second", field("more")))

    async def second(ack: Any) -> None:
        await ack(response_action="push", view=modal("third", field("even")))

    async def third(ack: Any) -> None:
        await ack(response_action="clear")

    app.view("first")(first)
    app.view("second")(second)
    app.view("third")(third)
    view = await form(bench, app, reached, modal("first", {"type": "divider"}))
    assert await act(bench, "submit", view=view) == {"ok": True, "view": view}
    [standing] = bench.workspace.modals[APP, MIA]
    assert (standing.id, standing.callback_id) == (view, "second")
    pushed = await act(bench, "submit", view=view, entered={"more": {"typed": "x"}})
    assert [one.callback_id for one in bench.workspace.modals[APP, MIA]] == ["second", "third"]
    assert await act(bench, "submit", view=pushed["view"], entered={"even": {"typed": "x"}}) == {"ok": True}
    assert bench.workspace.modals[APP, MIA] == []


@BOTH
async def test_a_click_in_a_form_puts_another_on_top_and_closing_it_is_told(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()
    closed = bench.heard()

    async def approve(ack: Any, body: Json, client: Any) -> None:
        await ack()
        view = modal("detail", {"type": "divider"}, notify_on_close=True)
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    async def was_closed(ack: Any, body: Json) -> None:
        await ack()
        closed.append(body)

    app.action("approve")(approve)
    app.view_closed("detail")(was_closed)
    view = await form(bench, app, reached, modal("ask", *CARD, field("note", dispatch_action_config={})))
    assert await act(bench, "click", view=view, block_id="decide", action_id="approve") == {"ok": True}
    await bench.until(lambda: len(bench.workspace.modals[APP, MIA]) == 2)
    top = bench.workspace.modals[APP, MIA][-1]
    assert await act(bench, "close", view=top.id) == {"ok": True}
    await bench.until(lambda: closed)
    assert (closed[0]["view"]["id"], closed[0]["is_cleared"]) == (top.id, False)
    assert [one.id for one in bench.workspace.modals[APP, MIA]] == [view]


# --- shortcuts and options ------------------------------------------------------------------------------------------


@BOTH
async def test_shortcuts_run_from_the_menu_and_on_a_message(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()
    heard = bench.heard()

    async def start(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal("start", field("what")))

    async def run_on(ack: Any, shortcut: Json, respond: Any) -> None:
        await ack()
        heard.append(shortcut)
        await respond("On it.")

    app.global_shortcut("start")(start)
    app.message_shortcut("run_on")(run_on)
    await bench.run(app, reached)
    assert await act(bench, "shortcut", callback_id="start") == {"ok": True}
    await bench.until(lambda: bench.workspace.modals.get((APP, MIA)))
    said = await act(bench, "say", channel="#support", text="The payments are down")
    assert await act(bench, "shortcut", callback_id="run_on", channel="#support", ts=said["ts"]) == {"ok": True}
    await bench.until(lambda: whispers(bench) == ["On it."])
    assert heard[0]["message"]["text"] == "The payments are down"


@BOTH
async def test_options_are_searched_in_the_app(bench: Bench, reached: Reached) -> None:
    app = bench.bolt()

    async def customers(ack: Any, payload: Json) -> None:
        await ack(options=[{"text": plain(f"{payload['value']} Ltd"), "value": "c1"}])

    app.options("customer")(customers)
    select = {"type": "external_select", "action_id": "customer", "min_query_length": 2}
    block = {"type": "input", "block_id": "who", "label": plain("Who"), "element": select}
    view = await form(bench, app, reached, modal("ask", block))
    place = {"view": view, "block_id": "who", "action_id": "customer"}
    found = await act(bench, "suggest", **place, typed="Ac")
    assert found == {"ok": True, "options": [{"text": plain("Ac Ltd"), "value": "c1"}]}
    assert await act(bench, "suggest", **place, typed="A") == {"ok": True}


# --- events --------------------------------------------------------------------------------------------------------


@BOTH
async def test_the_app_hears_what_is_said_and_its_own_answer(bench: Bench, reached: Reached) -> None:
    app = bench.bolt(ignoring_self_events_enabled=False)
    heard = bench.heard()

    async def mentioned(event: Json, say: Any) -> None:
        heard.append(("mention", event["text"]))
        await say(text="Here I am.", thread_ts=event["ts"])

    async def message(event: Json) -> None:
        heard.append((event.get("bot_id", ""), event["text"]))

    app.event("app_mention")(mentioned)
    app.event("message")(message)
    await bench.run(app, reached)
    said = await act(bench, "say", channel="#support", text="@opsbot hello")
    await bench.until(lambda: len(heard) == 3)
    await bench.carrier.wait_idle()
    assert sorted(heard) == [
        ("", f"<@{BOT}> hello"),
        (APP_BOT, "Here I am."),
        ("mention", f"<@{BOT}> hello"),
    ]
    assert last(bench).thread_ts == said["ts"]


@BOTH
async def test_an_event_that_failed_comes_again_and_one_that_was_taken_does_not(bench: Bench, reached: Reached) -> None:
    app = bench.bolt(process_before_response=True)
    heard = bench.heard()

    async def added(event: Json) -> None:
        heard.append(event["reaction"])
        if len(heard) == 1:
            raise RuntimeError("not yet")

    app.event("reaction_added")(added)
    app.event("message")(ignored)
    await bench.run(app, reached)
    said = await act(bench, "say", channel="#support", text="Hello")
    await act(bench, "react", channel="#support", ts=said["ts"], name="wave")
    await bench.until(lambda: heard)
    if reached is Reached.SOCKET:
        bench.clock.advance(3)
    await bench.until(lambda: len(heard) == 2)
    await bench.carrier.wait_idle()
    lines = bench.lines("reaction_added")
    assert [line.attempt for line in lines] == [0, 1]
    assert lines[1].reason == ("http_error" if reached is Reached.HTTP else "http_timeout")
    bench.clock.advance(3600)
    await bench.carrier.wait_idle()
    assert heard == ["wave", "wave"]


async def ignored() -> None:
    """Some other event."""


# --- several sockets ------------------------------------------------------------------------------------------------


async def test_two_sockets_share_the_work_and_nothing_is_brought_twice(bench: Bench) -> None:
    bench.app.reached = Reached.SOCKET
    heard = bench.heard()
    for number in (1, 2):
        app = bench.bolt()
        app.event("message")(hearing(heard, number))
        await bench.connect(app)
    for n in range(6):
        await act(bench, "say", channel="#support", text=f"message {n}")
    await bench.until(lambda: len(heard) == 6)
    await bench.carrier.wait_idle()
    assert sorted(text for _, text in heard) == [f"message {n}" for n in range(6)]
    assert {number for number, _ in heard} == {1, 2}


def hearing(heard: list[tuple[int, str]], number: int) -> Callable[[Json], Awaitable[None]]:
    async def message(event: Json) -> None:
        heard.append((number, event["text"]))

    return message


# slack_sdk's client hears both that it is to go and that it was closed, and reconnects for each.
@pytest.mark.parametrize(("reason", "reconnects"), [(Goodbye.WARNING, 1), (Goodbye.REFRESH, 2)])
async def test_an_app_that_is_told_to_reconnect_loses_nothing(bench: Bench, reason: Goodbye, reconnects: int) -> None:
    app = bench.bolt()
    heard = bench.heard()

    async def message(event: Json) -> None:
        heard.append(event["text"])

    app.event("message")(message)
    await bench.run(app, Reached.SOCKET)
    await act(bench, "say", channel="#support", text="before")
    assert await bench.sockets.disconnect(APP, reason) == 1
    await act(bench, "say", channel="#support", text="meanwhile")
    await bench.until(lambda: len(bench.lines("socket opened", way=Way.NOTE)) > reconnects)
    await bench.until(lambda: bench.sockets.count(APP) == 1)
    await act(bench, "say", channel="#support", text="after")
    await bench.carrier.wait_idle()
    # What the app had not acknowledged when it left a socket comes again over the next, as with Slack; what was said
    # while no socket was open comes after a minute.
    bench.clock.advance(60)
    await bench.until(lambda: {*heard} == {"before", "meanwhile", "after"})
    await act(bench, "say", channel="#support", text="and on")
    await bench.until(lambda: "and on" in heard)
