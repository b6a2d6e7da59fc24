"""Acts by their names: what each is asked with, how a wrong one is refused, and that none breaks anything."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.acts.registry import ACTS, perform
from bot.workspace.payload import Json
from bot.workspace.state.workspace import Workspace
from tests.workspace.acts.room import Room, actions, button, entry, made_room, option, text_entry
from tests.workspace.made import APP, MIA, SUPPORT

NAMES = """
    say edit delete command click suggest submit close home shortcut react unreact pin unpin dismiss join leave invite
    create_channel rename_channel topic archive unarchive direct read upload
""".split()


@pytest.fixture
def room() -> Room:
    return made_room()


def test_everything_a_person_can_do_has_a_name() -> None:
    assert [*ACTS] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_act_is_somebodys(name: str) -> None:
    assert ACTS[name].asked.model_fields["person"].is_required()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sya", "There is no act “sya”. Did you mean “say”?"),
        ("xxxxxx", f"There is no act “xxxxxx”. There is: {', '.join(NAMES)}."),
        ("", f"There is no act “”. There is: {', '.join(NAMES)}."),
    ],
)
async def test_an_act_that_is_not_known_is_told_with_the_nearest_there_is(room: Room, name: str, sentence: str) -> None:
    assert await room.refused(name) == sentence


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("say", {"channel": "#support", "txt": "x"}, "This act has no argument “txt”. It takes: person, channel, text"),
        ("edit", {"channel": "#support", "ts": "1.2"}, "The argument “text” is missing."),
        ("say", {"channel": 7}, "The argument “channel” is wrong: Input should be a valid string."),
        ("say", {"channel": ""}, "The argument “channel” is wrong: String should have at least 1 character."),
        ("direct", {"others": []}, "The argument “others” is wrong: List should have at least 1 item"),
        ("submit", {"view": "V1", "entered": {"b": "x"}}, "The argument “entered.b” is wrong: "),
        ("close", {"view": "V1", "everything": "yes"}, "The argument “everything” is wrong: "),
        ("click", {"block_id": "b", "action_id": "a"}, "Say where it is, with channel and ts for a message"),
        (
            "click",
            {"block_id": "b", "action_id": "a", "view": "V1", "channel": "#support", "ts": "1.2"},
            "Say where it is, with channel and ts for a message",
        ),
    ],
)
async def test_wrong_arguments_are_told_in_a_sentence(room: Room, name: str, given: Json, sentence: str) -> None:
    assert (await room.refused(name, **given)).startswith(sentence)


async def test_without_a_person_nothing_is_done(room: Room) -> None:
    outcome = await perform(room.desk, "say", {"channel": "#support", "text": "x"})
    assert outcome == {"ok": False, "text": "The argument “person” is missing."}


# --- anything at all --------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "mia sam olga greta pia dario opsbot nobody #support #secret #alone #general #new @sam @opsbot @sam,@olga"
    " 1.2 V0 start run_on wave +1 acts go pick typed in home messages /ops ops a.txt YQ==".split()
)
SIMPLE = WORDS | st.text(max_size=20) | st.none() | st.booleans() | st.integers() | st.floats()
ANYTHING = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | WORDS, inner, max_size=3)
)


@st.composite
def acts(draw: st.DrawFn) -> tuple[str, Json]:
    """An act with arguments of its own names, most of them of the right kind."""
    name = draw(st.sampled_from(NAMES))
    given: Json = {"person": draw(WORDS)}
    for field, info in ACTS[name].asked.model_fields.items():
        if field == "person" or not draw(st.booleans() if not info.is_required() else st.just(value=True)):
            continue
        given[field] = draw(_kinds(info.annotation) | (ANYTHING if draw(st.integers(0, 9)) == 0 else st.nothing()))
    return name, given


def _kinds(annotation: Any) -> st.SearchStrategy[Any]:
    text = str(annotation)
    if annotation is bool:
        return st.booleans()
    if "dict" in text:
        return st.dictionaries(WORDS, st.dictionaries(WORDS, ANYTHING, max_size=3), max_size=3)
    if "list" in text:
        return st.lists(WORDS, max_size=3)
    return WORDS | st.text(max_size=30) if annotation is str or "str" in text else ANYTHING


def sound(workspace: Workspace) -> None:
    """What holds of a workspace whatever was done to it."""
    for channel in workspace.channels.values():
        assert channel.times == sorted(channel.times)
        assert {*channel.times} <= {*channel.messages}
        assert [*channel.messages] == sorted(channel.messages)
        assert all(message.channel == channel.id for message in channel.messages.values())
        assert {*channel.people} <= {*workspace.people}
        assert {*channel.pins} <= {*channel.messages}
        for message in channel.messages.values():
            assert all(reply in channel.messages for reply in message.replies)
            assert all(people for people in message.reactions.values())
    names = [channel.name for channel in workspace.channels.values() if not channel.is_direct]
    assert len(names) == len({*names})
    for stack in workspace.modals.values():
        assert len(stack) <= 3
        assert len({view.root for view in stack}) <= 1


def furnished() -> tuple[Room, dict[str, str]]:
    """A room with something to use in it; names that stand for what has no name of its own."""
    room = made_room()
    message = room.card(actions(button(), {"type": "static_select", "action_id": "pick", "options": [option("one")]}))
    whisper = room.card(actions(button()), only_for=MIA)
    view = room.modal(text_entry(), entry({"type": "users_select"}, "who", optional=True), actions(button()))
    home = room.home(actions(button()))
    return room, {"1.2": message.ts, "wave": whisper.ts, "V0": view.id, "home": home.id}


def named(value: object, names: dict[str, str]) -> object:
    return names.get(value, value) if isinstance(value, str) else value


async def do_all(done: list[tuple[str, Json]], said: list[object]) -> None:
    """Do it all, the app answering what it is given to say; look whether all is well after each."""
    room, names = furnished()
    for body in said:
        room.answer(response_action="update", view=body, text=body, options=body, errors=body)
    for name, asked in done:
        given = {key: named(value, names) if key in PLACES else value for key, value in asked.items()}
        outcome = await perform(room.desk, name, given)
        assert isinstance(outcome["ok"], bool)
        assert outcome["ok"] or outcome.get("text") or outcome.get("errors")
        json.dumps(outcome)
        sound(room.workspace)
    for delivery in room.courier.deliveries:
        json.dumps(delivery.payload, allow_nan=False).encode()


PLACES = ("ts", "view", "thread_ts")
DONE = st.lists(acts(), min_size=1, max_size=8)


@given(DONE, st.lists(ANYTHING, max_size=3))
async def test_whatever_is_done_is_answered_and_breaks_nothing(
    done: list[tuple[str, Json]], said: list[object]
) -> None:
    await do_all(done, said)


@pytest.mark.certify
@given(st.lists(acts(), min_size=5, max_size=40), st.lists(ANYTHING, max_size=10))
async def test_whatever_is_done_for_long_is_answered_and_breaks_nothing(
    done: list[tuple[str, Json]], said: list[object]
) -> None:
    await do_all(done, said)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": float("nan")}, object()])
async def test_what_is_no_json_is_refused(room: Room, value: object) -> None:
    message = room.card(actions({"type": "external_select", "action_id": "pick"}))
    place = {"channel": SUPPORT, "ts": message.ts, "block_id": "acts", "action_id": "pick"}
    sentence = "The argument “value” is wrong: it cannot be sent as JSON."
    assert await room.refused("click", **place, value=value) == sentence
    assert "cannot be sent as JSON" in await room.refused("click", **place, entered={"acts": {"pick": value}})


async def test_half_of_a_character_that_was_entered_is_replaced(room: Room) -> None:
    view = room.modal(text_entry())
    assert await room.act("submit", view=view.id, entered={"typed": {"in": "half \ud800"}}) == {"ok": True}
    assert room.heard["view"]["state"]["values"]["typed"]["in"]["value"] == "half �"


async def test_a_text_that_cannot_be_sent_is_not_sent(room: Room) -> None:
    outcome = await room.act("command", channel="#support", text="/ops \ud800")
    assert outcome["ok"] is False
    assert room.courier.deliveries == []
    assert (await room.act("say", channel="#support", text="half \ud800"))["ok"] is False
    assert room.messages() == []


async def test_what_is_entered_beside_stays_with_its_message(room: Room) -> None:
    message = room.card(actions(button(), {"type": "static_select", "action_id": "pick", "options": [option("one")]}))
    place = {"channel": SUPPORT, "ts": message.ts, "block_id": "acts", "action_id": "go"}
    deep: Any = "x"
    for _ in range(50):
        deep = {"x": deep}
    assert (await room.act("click", **place, entered={"acts": {"pick": deep}}))["ok"]
    assert message.chosen[MIA] == {"acts": {"pick": {"type": "static_select", "selected_option": None}}}
    assert room.workspace.apps[APP].revoked is False
