"""Modals and home tabs: triggers, stacks, hashes, names."""

import pytest

from bot.workspace.payload import Json
from bot.workspace.state.change import Change, ViewsClosed, ViewShown
from tests.workspace.api.desk import HOME, MODAL, SECTION, Caller, new_caller
from tests.workspace.made import APP, BOT, DARIO, MIA, SAM

INPUT: Json = {
    "type": "input",
    "block_id": "why",
    "label": {"type": "plain_text", "text": "Why?"},
    "element": {"type": "plain_text_input", "action_id": "text"},
}


def stack(call: Caller) -> list[str]:
    return [view.id for view in call.workspace.modals.get((APP, MIA), [])]


def push(call: Caller, view: Json = MODAL) -> Json:
    shown: Json = call.ok("views.push", trigger_id=call.trigger(), view=view)["view"]
    return shown


# --- triggers ----------------------------------------------------------------------------------------------------


def test_a_trigger_opens_one_modal(call: Caller) -> None:
    trigger = call.trigger()
    call.ok("views.open", trigger_id=trigger, view=MODAL)
    assert call.error("views.open", trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"
    assert call.error("views.push", trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"


def test_a_trigger_lives_three_seconds(call: Caller) -> None:
    early, late = call.trigger(), call.trigger()
    call.workspace.clock.advance(3.0)
    call.ok("views.open", trigger_id=early, view=MODAL)
    call.workspace.clock.advance(0.1)
    assert call.error("views.open", trigger_id=late, view=MODAL) == "expired_trigger_id"


def test_a_trigger_is_not_used_up_by_a_view_that_is_none(call: Caller) -> None:
    trigger = call.trigger()
    assert call.error("views.open", trigger_id=trigger, view={"type": "modal"}) == "invalid_arguments"
    call.ok("views.open", trigger_id=trigger, view=MODAL)


@pytest.mark.parametrize("trigger", ["1.2.3", "x", "x" * 1_000])
def test_a_trigger_nobody_gave_is_invalid(call: Caller, trigger: str) -> None:
    assert call.error("views.open", trigger_id=trigger, view=MODAL) == "invalid_trigger_id"


def test_a_trigger_is_for_the_app_it_was_given_to(call: Caller) -> None:
    trigger = call.trigger()
    call.workspace.triggers[trigger].app = "A0OTHER000"
    assert call.error("views.open", trigger_id=trigger, view=MODAL) == "invalid_trigger_id"


def test_a_pointer_serves_as_a_trigger(call: Caller) -> None:
    call.ok("views.open", interactivity_pointer=call.trigger(), view=MODAL)
    assert call.error("views.open", view=MODAL) == "invalid_arguments"


# --- stacks ------------------------------------------------------------------------------------------------------


def test_modals_are_pushed_on_each_other_three_deep(call: Caller) -> None:
    first = call.opened()
    second, third = push(call), push(call)
    assert stack(call) == [first["id"], second["id"], third["id"]]
    assert (first["previous_view_id"], first["root_view_id"]) == (None, first["id"])
    assert (third["previous_view_id"], third["root_view_id"]) == (second["id"], first["id"])
    trigger = call.trigger()
    assert call.error("views.push", trigger_id=trigger, view=MODAL) == "push_limit_reached"
    assert call.workspace.triggers[trigger].used is False


def test_a_modal_that_is_opened_takes_the_place_of_what_was_open(call: Caller) -> None:
    call.opened()
    push(call)
    heard: list[Change] = []
    call.workspace.listen(heard.append)
    last = call.opened()
    assert stack(call) == [last["id"]]
    assert [type(one) for one in heard] == [ViewsClosed, ViewShown]


# --- changed -----------------------------------------------------------------------------------------------------


def test_a_view_is_changed_by_its_id_or_by_the_name_its_app_gave_it(call: Caller) -> None:
    view = call.opened(MODAL | {"external_id": "refund-1"})
    for named in ({"view_id": view["id"]}, {"external_id": "refund-1"}):
        changed = call.ok("views.update", view=MODAL | {"external_id": "refund-1", "callback_id": "x"}, **named)["view"]
        assert (changed["id"], changed["callback_id"]) == (view["id"], "x")
        assert changed["hash"] != view["hash"]


def test_a_view_changed_meanwhile_is_not_changed_by_an_old_hash(call: Caller) -> None:
    view = call.opened()
    changed = call.ok("views.update", view_id=view["id"], view=MODAL, hash=view["hash"])["view"]
    assert call.error("views.update", view_id=view["id"], view=MODAL, hash=view["hash"]) == "hash_conflict"
    call.ok("views.update", view_id=view["id"], view=MODAL, hash=changed["hash"])


def test_a_view_that_was_closed_is_not_found(call: Caller) -> None:
    view = call.opened()
    call.workspace.modals[APP, MIA] = []
    assert call.error("views.update", view_id=view["id"], view=MODAL) == "not_found"
    assert call.error("views.update", external_id="never", view=MODAL) == "not_found"
    assert call.error("views.update", view=MODAL) == "invalid_arguments"


def test_a_view_of_another_app_is_not_found(call: Caller) -> None:
    view = call.opened()
    call.workspace.modals[APP, MIA][0].app = "A0OTHER000"
    assert call.error("views.update", view_id=view["id"], view=MODAL) == "not_found"


def test_a_name_is_given_to_one_view_only(call: Caller) -> None:
    named = MODAL | {"external_id": "refund-1"}
    view = call.opened(named)
    call.ok("views.update", view_id=view["id"], view=named)
    assert call.error("views.push", trigger_id=call.trigger(), view=named) == "duplicate_external_id"
    assert call.error("views.publish", user_id=MIA, view=HOME | {"external_id": "refund-1"}) == "duplicate_external_id"


# --- home --------------------------------------------------------------------------------------------------------


def test_a_home_tab_is_published_anew_under_the_same_id(call: Caller) -> None:
    first = call.ok("views.publish", user_id=MIA, view=HOME)["view"]
    second = call.ok("views.publish", user_id=MIA, view=HOME, hash=first["hash"])["view"]
    other = call.ok("views.publish", user_id=SAM, view=HOME)["view"]
    assert second["id"] == first["id"] != other["id"]
    assert call.error("views.publish", user_id=MIA, view=HOME, hash=first["hash"]) == "hash_conflict"
    assert (second["type"], second["root_view_id"]) == ("home", second["id"])


@pytest.mark.parametrize("person", ["U0NOBODY00", BOT, DARIO, ""])
def test_a_home_tab_is_for_a_person_who_is_here(call: Caller, person: str) -> None:
    assert call.error("views.publish", user_id=person, view=HOME) == "invalid_arguments"


def test_a_modal_is_no_home_tab_and_a_home_tab_no_modal(call: Caller) -> None:
    assert call.error("views.publish", user_id=MIA, view=MODAL) == "invalid_arguments"
    assert call.error("views.open", trigger_id=call.trigger(), view=HOME) == "invalid_arguments"
    home = call.ok("views.publish", user_id=MIA, view=HOME)["view"]
    assert call.error("views.update", view_id=home["id"], view=MODAL) == "invalid_arguments"
    call.ok("views.update", view_id=home["id"], view=HOME)


# --- what is in them ---------------------------------------------------------------------------------------------


def test_what_is_wrong_with_a_view_is_said_with_its_place(call: Caller) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": [SECTION | {"colour": "red"}]}
    answer = call("views.open", trigger_id=call.trigger(), view=view)
    assert answer["error"] == "invalid_arguments"
    lines = answer["response_metadata"]["messages"]
    assert lines[0].startswith("[ERROR] ")
    assert any("[json-pointer:/view/title/text]" in line for line in lines)
    assert any("[json-pointer:/view/blocks/0" in line for line in lines)


@pytest.mark.parametrize("view", [None, "", "{", "[]", [], 5, {}, {"type": "poem"}, {"type": []}, "null"])
def test_a_view_that_is_none_is_refused(call: Caller, view: object) -> None:
    assert call.error("views.open", trigger_id=call.trigger(), view=view) == "invalid_arguments"


def test_a_view_is_large_only_up_to_a_point() -> None:
    fields = [{"type": "mrkdwn", "text": "x" * 2_000} for _ in range(10)]
    for count, error in ((12, ""), (13, "view_too_large")):
        call = new_caller()
        view = MODAL | {"blocks": [{"type": "section", "fields": fields} for _ in range(count)]}
        assert call("views.open", trigger_id=call.trigger(), view=view).get("error", "") == error


def test_blocks_of_a_view_have_names_and_the_view_all_its_fields(call: Caller) -> None:
    submit = {"type": "plain_text", "text": "Send"}
    view = call.opened(MODAL | {"blocks": [SECTION, INPUT], "submit": submit, "private_metadata": "m"})
    section, field = view["blocks"]
    assert (bool(section["block_id"]), field["block_id"], field["optional"]) == (True, "why", False)
    assert (view["submit"]["emoji"], view["private_metadata"], view["close"]) == (True, "m", None)
    assert "block_id" not in SECTION
