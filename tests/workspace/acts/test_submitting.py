"""Forms and homes: what is sent, what is refused before, and what each answer does."""

import asyncio

import pytest

from bot.workspace.changes.viewing import DEEPEST, change, close, open_modal
from bot.workspace.delivery.courier import Delivery, NoAnswer
from bot.workspace.payload import Json
from bot.workspace.state.view import View
from tests.workspace.acts.room import Room, actions, button, entry, form, made_room, option, plain, text_entry
from tests.workspace.made import APP, APP_BOT, BOT, MIA, SAM, SUPPORT, TEAM


@pytest.fixture
def room() -> Room:
    return made_room()


def standing(room: Room) -> list[View]:
    return room.workspace.modals.get((APP, MIA), [])


TYPED = {"typed": {"in": "because"}}


# --- what is sent ---------------------------------------------------------------------------------------------------


async def test_the_app_is_told_all_that_slack_tells(room: Room) -> None:
    view = room.modal(text_entry(), private_metadata="run-1", notify_on_close=True)
    assert await room.act("submit", view=view.id, entered=TYPED) == {"ok": True}
    assert {*room.heard} == {
        "type", "user", "api_app_id", "token", "trigger_id", "team", "enterprise", "is_enterprise_install",
        "view", "response_urls",
    }  # fmt: skip
    assert (room.heard["type"], room.heard["response_urls"]) == ("view_submission", [])
    sent = room.heard["view"]
    assert sent["state"] == {"values": {"typed": {"in": {"type": "plain_text_input", "value": "because"}}}}
    told = {
        "id": view.id, "team_id": TEAM, "type": "modal", "callback_id": "form", "private_metadata": "run-1",
        "notify_on_close": True, "clear_on_close": False, "external_id": "", "root_view_id": view.id,
        "previous_view_id": None, "app_id": APP, "bot_id": APP_BOT, "app_installed_team_id": TEAM, "hash": view.hash,
        "close": None, "title": plain("Form"), "submit": plain("Send"),
    }  # fmt: skip
    assert told.items() <= sent.items()
    assert sent["blocks"] == view.blocks
    assert room.workspace.triggers[room.heard["trigger_id"]].view == view.id


async def test_every_field_is_sent_be_it_empty(room: Room) -> None:
    view = room.modal(
        text_entry(optional=True),
        entry({"type": "static_select", "options": [option("one")], "initial_option": option("one")}, "pick"),
        entry({"type": "multi_users_select"}, "who", optional=True),
    )
    await room.act("submit", view=view.id)
    assert room.heard["view"]["state"]["values"] == {
        "typed": {"in": {"type": "plain_text_input", "value": None}},
        "pick": {"in": {"type": "static_select", "selected_option": option("one")}},
        "who": {"in": {"type": "multi_users_select", "selected_users": []}},
    }


async def test_people_and_files_are_sent_as_slack_sends_them(room: Room) -> None:
    file = (await room.act("upload", name="a.txt", content="YQ=="))["file"]
    view = room.modal(entry({"type": "users_select"}, "who"), entry({"type": "file_input"}, "what"))
    await room.act("submit", view=view.id, entered={"who": {"in": "sam"}, "what": {"in": [file]}})
    values = room.heard["view"]["state"]["values"]
    assert values["who"]["in"]["selected_user"] == SAM
    [sent] = values["what"]["in"]["files"]
    assert (sent["id"], sent["name"], sent["mimetype"]) == (file, "a.txt", "text/plain")


async def test_where_a_form_asks_for_it_an_answer_may_go_to_the_channel_that_was_chosen(room: Room) -> None:
    view = room.modal(entry({"type": "conversations_select", "response_url_enabled": True}, "where"), text_entry())
    await room.act("submit", view=view.id, entered={"where": {"in": "#support"}, **TYPED})
    [told] = room.heard["response_urls"]
    assert {key: told[key] for key in told if key != "response_url"} == {
        "block_id": "where",
        "action_id": "in",
        "channel_id": SUPPORT,
    }
    grant = room.right(told["response_url"])
    assert (grant.channel, grant.person) == (SUPPORT, MIA)


async def test_what_was_typed_stays_where_the_app_changes_the_form_around_it(room: Room) -> None:
    view = room.modal(text_entry(), actions(button()))
    await room.act("click", view=view.id, block_id="acts", action_id="go", entered=TYPED)
    change(room.workspace, view, form(text_entry(), text_entry("more", optional=True)))
    assert await room.act("submit", view=view.id) == {"ok": True}
    values = room.heard["view"]["state"]["values"]
    assert (values["typed"]["in"]["value"], values["more"]["in"]["value"]) == ("because", None)


# --- what is refused before -----------------------------------------------------------------------------------------


async def test_what_slacks_client_sees_is_wrong_never_reaches_the_app(room: Room) -> None:
    view = room.modal(
        entry({"type": "plain_text_input", "min_length": 5}, "short"),
        text_entry("missing"),
        text_entry("fine", optional=True),
    )
    outcome = await room.act("submit", view=view.id, entered={"short": {"in": "abc"}})
    assert outcome == {
        "ok": False,
        "errors": {
            "short": "Write at least 5 characters; there are 3 so far.",
            "missing": "Fill this in to go on.",
        },
    }
    assert room.courier.deliveries == []
    assert standing(room) == [view]


async def test_only_the_topmost_form_that_one_has_open_can_be_submitted(room: Room) -> None:
    view = room.modal({"type": "divider"})
    room.pushed({"type": "divider"})
    assert "lies on top" in await room.refused("submit", view=view.id)
    assert "not open any more" in await room.refused("submit", view=view.id, person="sam")
    assert "not open any more" in await room.refused("submit", view="V0NONE0000")
    home = room.home({"type": "divider"})
    assert "neither submitted nor closed" in await room.refused("submit", view=home.id)


@pytest.mark.parametrize("more", [{"submit": None}, {"submit_disabled": True}])
async def test_a_form_without_a_button_cannot_be_submitted(room: Room, more: Json) -> None:
    view = room.modal({"type": "divider"}, **more)
    assert "cannot be submitted" in await room.refused("submit", view=view.id)


@pytest.mark.parametrize("entered", [{"who": {"in": "nobody"}}, {"who": {"in": ["sam", "nobody"]}}])
async def test_somebody_who_is_not_here_is_refused(room: Room, entered: Json) -> None:
    view = room.modal(entry({"type": "multi_users_select"}, "who"))
    assert "Nobody here is called “nobody”." in await room.refused("submit", view=view.id, entered=entered)


# --- what the answer does -------------------------------------------------------------------------------------------


async def test_an_empty_answer_closes_the_form_and_shows_the_one_below(room: Room) -> None:
    below = room.modal(text_entry())
    top = room.pushed(text_entry())
    assert await room.act("submit", view=top.id, entered=TYPED) == {"ok": True}
    assert standing(room) == [below]
    assert await room.act("submit", view=below.id, entered=TYPED) == {"ok": True}
    assert standing(room) == []


async def test_errors_stay_with_the_form(room: Room) -> None:
    view = room.modal(text_entry(), text_entry("other", optional=True))
    room.answer(response_action="errors", errors={"typed": "Say why."})
    assert await room.act("submit", view=view.id, entered=TYPED) == {"ok": False, "errors": {"typed": "Say why."}}
    assert standing(room) == [view]


@pytest.mark.parametrize(
    "errors", [{}, {"none": "x"}, {"typed": "x", "none": "y"}, {"text": "x"}, {"typed": 7}, {"typed": ""}, [], None]
)
async def test_errors_that_belong_to_no_field_are_trouble(room: Room, errors: object) -> None:
    view = room.modal(text_entry(), {"type": "section", "block_id": "text", "text": plain("x")})
    room.answer(response_action="errors", errors=errors)
    outcome = await room.act("submit", view=view.id, entered=TYPED)
    assert outcome["ok"] is False
    assert "its errors are not for input blocks" in outcome["text"]
    assert standing(room) == [view]


async def test_an_update_puts_another_form_in_its_place(room: Room) -> None:
    view = room.modal(text_entry())
    before = view.hash
    room.answer(
        response_action="update",
        view={"type": "modal", "title": {"type": "plain_text", "text": "Next"}, "blocks": [{"type": "divider"}]},
    )
    assert await room.act("submit", view=view.id, entered=TYPED) == {"ok": True, "view": view.id}
    assert standing(room) == [view]
    assert view.content["title"]["text"] == "Next"
    assert view.blocks[0]["block_id"]
    assert view.hash != before


async def test_a_push_lays_another_form_on_top_until_there_are_three(room: Room) -> None:
    view = room.modal(text_entry())
    for depth in range(2, DEEPEST + 1):
        room.answer(response_action="push", view=form(text_entry()))
        outcome = await room.act("submit", view=standing(room)[-1].id, entered=TYPED)
        assert outcome == {"ok": True, "view": standing(room)[-1].id}
        assert len(standing(room)) == depth
    assert [one.previous for one in standing(room)] == ["", view.id, standing(room)[1].id]
    assert {one.root for one in standing(room)} == {view.id}
    room.answer(response_action="push", view=form(text_entry()))
    outcome = await room.act("submit", view=standing(room)[-1].id, entered=TYPED)
    assert "no more than 3 forms" in outcome["text"]
    assert len(standing(room)) == DEEPEST


async def test_clear_closes_everything(room: Room) -> None:
    room.modal(text_entry(), notify_on_close=True)
    top = room.pushed(text_entry())
    room.answer(response_action="clear")
    assert await room.act("submit", view=top.id, entered=TYPED) == {"ok": True}
    assert standing(room) == []
    assert len(room.courier.deliveries) == 1


BAD: dict[str, Json] = {
    "no action": {"text": "OK"},
    "an unknown action": {"response_action": "explode"},
    "no view": {"response_action": "update"},
    "a view that is none": {"response_action": "push", "view": "x"},
    "a home": {"response_action": "update", "view": {"type": "home", "blocks": [{"type": "divider"}]}},
    "a view without a title": {"response_action": "update", "view": {"type": "modal", "blocks": []}},
    "a view with wrong blocks": {"response_action": "push", "view": form({"type": "nonsense"})},
    "a title too long": {"response_action": "push", "view": form({"type": "divider"}, title=plain("x" * 25))},
}


@pytest.mark.parametrize("body", [pytest.param(one, id=name) for name, one in BAD.items()])
async def test_an_answer_that_cannot_be_obeyed_is_told_and_the_form_stays(room: Room, body: Json) -> None:
    view = room.modal(text_entry())
    room.answer(**body)
    outcome = await room.act("submit", view=view.id, entered=TYPED)
    assert outcome["ok"] is False
    assert outcome["text"].startswith("opsbot answered with what cannot be shown: ")
    assert room.troubles() == [outcome["text"]]
    assert standing(room) == [view]
    assert view.values["typed"]["in"]["value"] == "because"


@pytest.mark.parametrize("trouble", [*NoAnswer])
async def test_nothing_typed_is_lost_where_the_app_does_not_answer(room: Room, trouble: NoAnswer) -> None:
    view = room.modal(text_entry())
    room.fail(trouble)
    outcome = await room.act("submit", view=view.id, entered=TYPED)
    assert outcome["ok"] is False
    assert outcome["text"].startswith("The form failed because ")
    assert standing(room) == [view]
    assert await room.act("submit", view=view.id) == {"ok": True}
    assert room.heard["view"]["state"]["values"]["typed"]["in"]["value"] == "because"


async def test_the_form_of_an_app_that_is_gone_can_only_be_closed(room: Room) -> None:
    view = room.modal(text_entry(), actions(button()), notify_on_close=True)
    room.workspace.apps[APP].revoked = True
    assert "not installed any more" in await room.refused("submit", view=view.id, entered=TYPED)
    assert "not installed any more" in await room.refused("click", view=view.id, block_id="acts", action_id="go")
    assert await room.act("close", view=view.id) == {"ok": True}
    assert room.courier.deliveries == []


# --- races -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["", "update", "push", "clear", "errors"])
async def test_a_form_may_be_closed_before_the_app_has_answered(room: Room, action: str) -> None:
    view = room.modal(text_entry())

    def meanwhile(_: Delivery) -> None:
        close(room.workspace, APP, MIA, everything=True)

    room.courier.meanwhile = meanwhile
    view_sent = {"view": form(text_entry()), "errors": {"typed": "x"}} if action else {}
    room.answer(**({"response_action": action} if action else {}), **view_sent)
    await room.act("submit", view=view.id, entered=TYPED)
    assert standing(room) == []


async def test_a_form_the_app_opened_meanwhile_stays_open(room: Room) -> None:
    view = room.modal(text_entry())
    opened: list[View] = []

    def meanwhile(_: Delivery) -> None:
        opened.append(open_modal(room.workspace, APP, MIA, form(text_entry())))

    room.courier.meanwhile = meanwhile
    assert await room.act("submit", view=view.id, entered=TYPED) == {"ok": True}
    assert standing(room) == opened


async def test_two_windows_of_one_person_may_submit_at_once(room: Room) -> None:
    view = room.modal(text_entry())
    outcomes = await asyncio.gather(*(room.act("submit", view=view.id, entered=TYPED) for _ in range(2)))
    assert {"ok": True} in outcomes
    assert standing(room) == []


# --- closing ----------------------------------------------------------------------------------------------------------


async def test_an_app_that_asked_for_it_is_told_that_its_form_was_closed(room: Room) -> None:
    view = room.modal(text_entry(), notify_on_close=True)
    assert await room.act("close", view=view.id) == {"ok": True}
    assert {*room.heard} == {
        "type", "user", "api_app_id", "token", "team", "enterprise", "is_enterprise_install", "view", "is_cleared",
    }  # fmt: skip
    assert (room.heard["type"], room.heard["is_cleared"], room.heard["view"]["id"]) == ("view_closed", False, view.id)
    assert standing(room) == []


async def test_an_app_that_did_not_ask_is_not_told(room: Room) -> None:
    below = room.modal(text_entry(), notify_on_close=True)
    top = room.pushed(text_entry())
    assert await room.act("close", view=top.id) == {"ok": True}
    assert room.courier.deliveries == []
    assert standing(room) == [below]


@pytest.mark.parametrize("how", ["everything", "clear_on_close"])
async def test_closing_all_of_them_is_told_of_each_that_asked(room: Room, how: str) -> None:
    room.modal(text_entry(), notify_on_close=True)
    room.pushed(text_entry())
    top = room.pushed(text_entry(), notify_on_close=True, clear_on_close=how == "clear_on_close")
    assert await room.act("close", view=top.id, everything=how == "everything") == {"ok": True}
    told = [delivery.payload for delivery in room.courier.deliveries]
    assert [one["is_cleared"] for one in told] == [True, True]
    assert told[0]["view"]["id"] == top.id
    assert standing(room) == []


async def test_a_form_is_closed_whatever_the_app_makes_of_it(room: Room) -> None:
    view = room.modal(text_entry(), notify_on_close=True)
    room.fail(NoAnswer.TIMEOUT)
    assert await room.act("close", view=view.id) == {"ok": True}
    assert standing(room) == []
    assert "not open any more" in await room.refused("close", view=view.id)


# --- homes ------------------------------------------------------------------------------------------------------------


async def test_a_home_is_opened_with_what_stands_in_it(room: Room) -> None:
    first = await room.act("home")
    direct = room.workspace.channels[first["channel"]]
    assert {*direct.people} == {MIA, BOT}
    home = room.home(actions(button()))
    assert await room.act("home", app="opsbot") == {"ok": True, "channel": direct.id, "view": home.id}
    assert await room.act("home", tab="messages") == {"ok": True, "channel": direct.id}


async def test_what_an_app_does_not_have_is_not_opened(room: Room) -> None:
    assert "has no tab “about”" in await room.refused("home", tab="about")
    assert "No app is called “opsbt”. Did you mean “opsbot”?" in await room.refused("home", app="opsbt")
    room.workspace.apps[APP].home = False
    assert "has no home" in await room.refused("home")
    room.workspace.apps[APP].revoked = True
    assert "No app is called" in await room.refused("home")
