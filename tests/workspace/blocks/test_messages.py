"""What comes with a message besides its blocks: attachments, metadata, text."""

from typing import Any

import pytest

from bot.workspace.blocks.checking import flaws_in_message
from bot.workspace.payload import Json
from tests.workspace.blocks.made import block, mrkdwn


def said_of(blocks: Any = None, attachments: Any = None, text: Any = None, metadata: Any = None) -> list[str]:
    return [flaw.said() for flaw in flaws_in_message(blocks, attachments, text, metadata)]


def test_a_message_may_have_anything_or_nothing() -> None:
    metadata = {"event_type": "task_created", "event_payload": {"id": 7, "tags": ["a"], "more": {"deep": None}}}
    assert said_of() == []
    assert said_of([block("section")], [{"text": "x"}], "words", metadata) == []


def test_flaws_of_every_part_are_found_at_once() -> None:
    assert said_of([{"type": "x"}], [{"blocks": [{"type": "y"}]}], 7, {}) == [
        "must provide a string [json-pointer:/text]",
        "unsupported type: x [json-pointer:/blocks/0/type]",
        "unsupported type: y [json-pointer:/attachments/0/blocks/0/type]",
        "missing required field: event_type [json-pointer:/metadata]",
        "missing required field: event_payload [json-pointer:/metadata]",
    ]


ATTACHMENTS: list[Json] = [
    {"blocks": [block("section", block_id="a")], "color": "#8800ff", "fallback": "Colours"},
    {"blocks": [block("section", block_id="a"), block("divider", block_id="b")]},
    {"fallback": "x", "pretext": "x", "author_name": "x", "title": "x", "text": "x", "footer": "x", "ts": "123"},
    {"fields": [{"title": "Priority", "value": "High", "short": False}], "mrkdwn_in": ["text"]},
    {"callback_id": "old", "actions": [{"name": "game", "type": "button", "text": "Go"}], "ts": 123, "image_url": None},
    {"blocks": []},
    {},
]


@pytest.mark.parametrize("attachment", ATTACHMENTS, ids=range(len(ATTACHMENTS)))
def test_an_attachment_may_have_fields_of_its_own(attachment: Json) -> None:
    assert said_of(attachments=[attachment]) == []


def test_two_attachments_may_use_the_names_of_the_message() -> None:
    named = block("section", block_id="a")
    assert said_of([named], [{"blocks": [named]}, {"blocks": [named]}]) == []


REFUSED: list[tuple[Any, str]] = [
    ("[]", "must provide an array [json-pointer:/attachments]"),
    ({"text": "x"}, "must provide an array [json-pointer:/attachments]"),
    ([None], "must provide an object [json-pointer:/attachments/0]"),
    ([{}, "x"], "must provide an object [json-pointer:/attachments/1]"),
    *(
        ([{name: 7}], f"must provide a string [json-pointer:/attachments/0/{name}]")
        for name in ("text", "fallback", "pretext", "title", "color", "author_name", "footer")
    ),
    ([{"mrkdwn_in": "text"}], "must provide an array [json-pointer:/attachments/0/mrkdwn_in]"),
    ([{"blocks": {}}], "must provide an array [json-pointer:/attachments/0/blocks]"),
    ([{"blocks": [block("alert")]}], "unsupported type: alert [json-pointer:/attachments/0/blocks/0/type]"),
    ([{"blocks": [block("divider")] * 51}], "no more than 50 items allowed [json-pointer:/attachments/0/blocks]"),
    ([{"actions": [{}] * 6}], "no more than 5 items allowed [json-pointer:/attachments/0/actions]"),
    ([{"fields": "x"}], "must provide an array [json-pointer:/attachments/0/fields]"),
    ([{}] * 101, "no more than 100 items allowed [json-pointer:/attachments]"),
    (
        [{"blocks": [block("divider", block_id="a")] * 2}],
        '`block_id` "a" already exists [json-pointer:/attachments/0/blocks/1/block_id]',
    ),
    (
        [{"blocks": [block("section", text=mrkdwn(""))]}],
        "failed to match all allowed schemas [json-pointer:/attachments/0/blocks/0/text]",
    ),
]


@pytest.mark.parametrize(("attachments", "said"), REFUSED, ids=range(len(REFUSED)))
def test_an_attachment_that_slack_could_not_read_is_refused(attachments: Any, said: str) -> None:
    assert said_of(attachments=attachments)[0] == said


METADATA: list[tuple[Any, list[str]]] = [
    ({"event_type": "a", "event_payload": {}}, []),
    ({"event_type": "a", "event_payload": {}, "entities": []}, []),
    ({"entities": [{"entity_type": "slack#/entities/task"}]}, []),
    ({"event_type": "a" * 255, "event_payload": {}}, []),
    (
        {"event_type": "a" * 256, "event_payload": {}},
        ["must be less than 256 characters [json-pointer:/metadata/event_type]"],
    ),
    ({"event_type": "a"}, ["missing required field: event_payload [json-pointer:/metadata]"]),
    ({"event_payload": {}}, ["missing required field: event_type [json-pointer:/metadata]"]),
    ({"event_type": 1, "event_payload": {}}, ["must provide a string [json-pointer:/metadata/event_type]"]),
    ({"event_type": "", "event_payload": {}}, ["must be more than 0 characters [json-pointer:/metadata/event_type]"]),
    ({"event_type": "a", "event_payload": []}, ["must provide an object [json-pointer:/metadata/event_payload]"]),
    ({"event_type": "a", "event_payload": {}, "x": 1}, ["invalid additional property: x [json-pointer:/metadata]"]),
    ({"entities": {}}, ["must provide an array [json-pointer:/metadata/entities]"]),
    ([], ["must provide an object [json-pointer:/metadata]"]),
    ("{}", ["must provide an object [json-pointer:/metadata]"]),
]


@pytest.mark.parametrize(("metadata", "said"), METADATA, ids=range(len(METADATA)))
def test_metadata_tell_of_an_event_or_of_work(metadata: Any, said: list[str]) -> None:
    assert said_of(metadata=metadata) == said


@pytest.mark.parametrize(("length", "taken"), [(8192, True), (8193, False)])
def test_metadata_hold_eight_kilobytes(length: int, taken: bool) -> None:
    frame = len('{"event_type": "a", "event_payload": {"x": ""}}')
    metadata = {"event_type": "a", "event_payload": {"x": "x" * (length - frame)}}
    assert (said_of(metadata=metadata) == []) is taken


def nested(depth: int) -> Json:
    made: Json = {}
    for _ in range(depth):
        made = {"x": made}
    return made


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_what_nests_without_end_is_refused(depth: int) -> None:
    deep = nested(depth)
    assert said_of(metadata={"event_type": "a", "event_payload": deep}) == [
        "is nested too deeply [json-pointer:/metadata/event_payload]"
    ]
    assert said_of([block("call", call=deep)]) == ["is nested too deeply [json-pointer:/blocks/0/call]"]
    assert said_of(attachments=[deep]) == ["is nested too deeply [json-pointer:/attachments/0]"]
    while deep:  # taken apart by hand: Python itself would go too deep
        deep = deep.pop("x")


def test_what_nests_as_deep_as_anybody_needs_is_taken() -> None:
    assert said_of(metadata={"event_type": "a", "event_payload": nested(40)}) == []
