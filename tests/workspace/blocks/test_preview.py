"""What a notification says of a message."""

import pytest

from bot.workspace.blocks.preview import NOTHING, preview, rich_words
from bot.workspace.payload import Json
from tests.workspace.blocks.made import (
    KINDS_OF_BLOCKS,
    block,
    card,
    cell,
    image,
    mrkdwn,
    plain,
    rich,
    runs,
    said,
    task,
)
from tests.workspace.blocks.test_samples import BLOCKS


def test_the_text_of_a_message_is_what_it_says() -> None:
    assert preview("Deploy *done*", [block("section")], [{"fallback": "x"}]) == "Deploy *done*"


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_without_a_text_the_blocks_are_read_out(text: str) -> None:
    assert (
        preview(text, [block("header", text=plain("Hello")), block("section", text=mrkdwn("there"))], None)
        == "Hello there"
    )


def test_without_words_it_says_that_there_is_nothing_to_say() -> None:
    for blocks in (None, [], [block("divider")], [block("actions")]):
        assert preview("", blocks, None) == NOTHING


READ: list[tuple[Json, str]] = [
    (block("section", fields=[mrkdwn("a"), plain("b")]), "*Words* a b"),
    (block("context", elements=[image(), mrkdwn("c"), plain("d")]), "A cat c d"),
    (block("image"), "A cat"),
    (block("image", title=plain("Kitten")), "Kitten"),
    (block("input"), "Words"),
    (block("markdown"), "**Words**"),
    (block("video", description=plain("A film")), "Words A film"),
    (block("table", rows=[[cell("a"), rich()], [{"type": "raw_number", "value": 7}, cell("b")]]), "a Words 7 b"),
    (block("data_table"), "Scores"),
    (block("data_visualization"), "Sales"),
    (card(subtitle=mrkdwn("s"), body=mrkdwn("b")), "A card s b"),
    (block("carousel", elements=[card(), card(title=plain("Two"))]), "A card Two"),
    (block("container", subtitle=mrkdwn("s"), child_blocks=[block("section")]), "Words s *Words*"),
    (block("plan", tasks=[task(), {"task_id": "2", "title": "Two", "status": "error"}]), "Thinking Look it up"),
    (task(), "Look it up"),
    (block("alert"), "Words"),
    (block("auth_provider", description=plain("Issues")), "Jira Issues"),
    (rich(), "Words"),
]


@pytest.mark.parametrize(("given", "words"), READ, ids=[f"{given['type']}{at}" for at, (given, _) in enumerate(READ)])
def test_the_words_of_a_block_are_read_in_order(given: Json, words: str) -> None:
    assert preview("", [given], None) == words


def test_lines_become_one() -> None:
    assert preview("", [block("section", text=mrkdwn("a\n\n  b\tc"))], None) == "a b c"


RICH: list[tuple[Json, str]] = [
    (runs(said("a "), said("b", style={"bold": True})), "a b"),
    (runs({"type": "link", "url": "https://acme.example", "text": "Acme"}), "Acme"),
    (runs({"type": "link", "url": "https://acme.example"}), "https://acme.example"),
    (runs({"type": "emoji", "name": "wave"}), ":wave:"),
    (runs({"type": "user", "user_id": "U1"}, said(", look")), "<@U1>, look"),
    (runs({"type": "channel", "channel_id": "C1"}), "<#C1>"),
    (runs({"type": "usergroup", "usergroup_id": "S1"}), "<!subteam^S1>"),
    (runs({"type": "broadcast", "range": "here"}), "<!here>"),
    (runs({"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1970"}), "1970"),
    (runs({"type": "date", "timestamp": 1, "format": "{date}"}), "1"),
    (runs({"type": "color", "value": "#fff"}), "#fff"),
    (runs({"type": "tag", "text": "New"}), "New"),
    ({"type": "rich_text_list", "style": "bullet", "elements": [runs(said("a")), runs(said("b"))]}, "a\nb"),
    ({"type": "rich_text_quote", "elements": [said("q")]}, "q"),
    ({"type": "rich_text_preformatted", "elements": [said("x = 1\ny = 2")]}, "x = 1\ny = 2"),
]


@pytest.mark.parametrize(("part", "words"), RICH, ids=range(len(RICH)))
def test_rich_text_is_read_without_its_marks(part: Json, words: str) -> None:
    assert rich_words([part]) == words


def test_paragraphs_of_rich_text_are_lines() -> None:
    assert rich_words([runs(said("a")), runs(said("b"))]) == "a\nb"


ATTACHMENTS: list[tuple[list[Json], str]] = [
    ([{"fallback": "Colours", "text": "shown"}], "Colours"),
    ([{"pretext": "a", "title": "b", "text": "c"}], "a b c"),
    ([{"blocks": [block("section")], "fallback": "x"}], "*Words*"),
    ([{"text": "a"}, {"text": "b"}], "a b"),
    ([{}], NOTHING),
    ([{"text": None, "title": {"x": 1}}], NOTHING),
]


@pytest.mark.parametrize(("attachments", "words"), ATTACHMENTS, ids=range(len(ATTACHMENTS)))
def test_attachments_are_read_after_the_blocks(attachments: list[Json], words: str) -> None:
    assert preview("", None, attachments) == words
    both = preview("", [block("header", text=plain("First"))], attachments)
    assert both == ("First" if words == NOTHING else f"First {words}")


@pytest.mark.parametrize("kind", KINDS_OF_BLOCKS)
def test_every_block_with_words_is_heard(kind: str) -> None:
    silent = ("divider", "actions", "context_actions", "file", "call")
    assert (preview("", [block(kind)], None) == NOTHING) is (kind in silent)


@pytest.mark.parametrize("name", BLOCKS)
def test_every_sample_can_be_read_out(name: str) -> None:
    assert preview("", [BLOCKS[name]], None)
