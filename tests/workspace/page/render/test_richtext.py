"""Rich text: lists of every depth, styles, and every piece that can stand in a line."""

import pytest

from bot.workspace.page.render.richtext import patch, rich_text
from bot.workspace.payload import Json
from tests.workspace.blocks.made import rich, runs, said
from tests.workspace.made import GENERAL, MIA, OLGA, OTHER_TEAM, TEAM
from tests.workspace.page.render.tree import Node, looking, outline, read


def shown(*parts: Json) -> Node:
    return read(rich_text(looking(), rich(*parts)))


def body(*parts: Json) -> str:
    return outline(rich_text(looking(), rich(*parts))).removeprefix("div(").removesuffix(")")


def bullets(*items: str, indent: int = 0, style: str = "bullet", **more: object) -> Json:
    return {
        "type": "rich_text_list",
        "style": style,
        "indent": indent,
        "elements": [runs(said(item)) for item in items],
        **more,
    }


def numbers(*items: str, indent: int = 0, **more: object) -> Json:
    return bullets(*items, indent=indent, style="ordered", **more)


# --- parts --------------------------------------------------------------------------------------------------------


def test_paragraphs_quotes_and_code_are_told_apart() -> None:
    quote = {"type": "rich_text_quote", "elements": [said("a\nb")]}
    code = {"type": "rich_text_preformatted", "elements": [said("x = 1\ny")]}
    assert body(runs(said("a")), quote, code) == "div(a)blockquote(abrb)pre(code(x = 1bry))"


LISTS: list[tuple[list[Json], str]] = [
    ([bullets("a", "b")], "ul(li(a)li(b))"),
    ([numbers("a")], "ol(li(a))"),
    ([bullets("a"), bullets("b", indent=1), bullets("c")], "ul(li(aul(li(b)))li(c))"),
    ([bullets("a"), numbers("b", "c", indent=1)], "ul(li(aol(li(b)li(c))))"),
    ([bullets("a"), bullets("b", indent=1), bullets("c", indent=2)], "ul(li(aul(li(bul(li(c))))))"),
    ([numbers("a"), bullets("b", indent=1), numbers("c", offset=1)], "ol(li(aul(li(b)))li(c))"),
    ([bullets("a", indent=1), bullets("b")], "ul(li(ul(li(a)))li(b))"),
    ([bullets("a"), numbers("b")], "ul(li(a))ol(li(b))"),
    ([numbers("a"), numbers("b")], "ol(li(a))ol(li(b))"),
    ([bullets("a"), runs(said("x")), bullets("b")], "ul(li(a))div(x)ul(li(b))"),
]


@pytest.mark.parametrize(("parts", "expected"), LISTS)
def test_lists_follow_and_hold_each_other(parts: list[Json], expected: str) -> None:
    assert body(*parts) == expected


def test_a_list_goes_on_counting_from_its_offset() -> None:
    assert shown(numbers("a", offset=4)).one("ol")["start"] == "5"
    assert shown(numbers("a")).one("ol").get("start") is None
    assert shown(bullets("a", offset=4)).one("ul").get("start") is None


def test_a_list_of_absurd_depth_has_a_depth() -> None:
    assert shown(bullets("a", indent=10_000)).text == "a"
    assert len(shown(*(bullets(str(level), indent=level) for level in range(30))).all("ul")) <= 9


# --- pieces -------------------------------------------------------------------------------------------------------

STYLES = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u", "code": "code"}


@pytest.mark.parametrize("style", STYLES)
def test_each_style_has_its_element(style: str) -> None:
    assert body(runs(said("a", style={style: True}))) == f"div({STYLES[style]}(a))"
    assert body(runs(said("a", style={style: False}))) == "div(a)"


def test_all_styles_go_together() -> None:
    every = said("a", style=dict.fromkeys(STYLES, True))
    assert body(runs(every)) == "div(u(strong(em(s(code(a))))))"


PIECES: list[tuple[Json, str]] = [
    ({"type": "link", "url": "https://a.example", "text": "a"}, "a(a)"),
    ({"type": "link", "url": "https://a.example"}, "a(https://a.example)"),
    ({"type": "link", "url": "javascript:x", "text": "a"}, "a"),
    ({"type": "emoji", "name": "tada"}, "span(🎉)"),
    ({"type": "emoji", "name": "+1", "skin_tone": 3}, "span(👍🏼)"),
    ({"type": "emoji", "name": "acme"}, ":acme:"),
    ({"type": "user", "user_id": OLGA}, "span(@bdi(Olga Nowak))"),
    ({"type": "usergroup", "usergroup_id": "S0LEADS000"}, "span(@bdi(leads))"),
    ({"type": "channel", "channel_id": GENERAL}, "a(#bdi(general))"),
    ({"type": "team", "team_id": TEAM}, "span(@bdi(Acme))"),
    ({"type": "team", "team_id": OTHER_TEAM}, "span(@bdi(Sample Cycle Supply))"),
    ({"type": "broadcast", "range": "here"}, "span(@here)"),
    ({"type": "tag", "text": "In progress"}, "span(In progress)"),
    ({"type": "canvas", "file_id": "F1"}, "span(Canvas)"),
    ({"type": "canvas_user_mention", "user_id": MIA}, "span(@bdi(Mia Lindqvist))"),
    ({"type": "attachment_mention", "url": "https://a.example"}, "a(https://a.example)"),
    ({"type": "salesforce_data_field", "salesforce_record_id": "1"}, "span(Salesforce record)"),
    ({"type": "work_object_mention", "entity_id": "1", "app_id": "A"}, "span(Work object)"),
    ({"type": "color", "value": "#F405B3"}, "span(svg(rect)#F405B3)"),
    ({"type": "color", "value": "url(#x)"}, "span(url(#x))"),
    ({"type": "date", "timestamp": 1_800_000_000, "format": "{date_num}"}, "time(2027-01-15)"),
    ({"type": "date", "timestamp": 1, "format": "{date_num}", "url": "https://a.example"}, "a(time(1970-01-01))"),
    ({"type": "date", "timestamp": 10**20, "format": "{date}", "fallback": "some day"}, "some day"),
    ({"type": "unheard", "text": "a"}, "a"),
    ({"type": "unheard"}, ""),
]


@pytest.mark.parametrize(("piece", "expected"), PIECES)
def test_each_piece_has_its_form(piece: Json, expected: str) -> None:
    assert body(runs(piece)) == (f"div({expected})" if expected else "div")


def test_a_mention_can_be_bold() -> None:
    assert (
        body(runs({"type": "user", "user_id": OLGA, "style": {"bold": True}})) == "div(strong(span(@bdi(Olga Nowak))))"
    )


@pytest.mark.parametrize("colour", ["red", "#12", "#12345", "url(https://evil.example)", "#fff;x", ""])
def test_what_is_no_colour_paints_nothing(colour: str) -> None:
    assert patch(colour, "bar") is None


def test_text_is_text() -> None:
    tree = shown(runs(said("<b>*a*</b> <@U1> :tada: &amp;")))
    assert tree.text == "<b>*a*</b> <@U1> :tada: &amp;"
    assert not tree.has("b")


BROKEN: list[Json] = [{}, {"elements": None}, {"elements": ["x", 1, {}]}, {"elements": [{"elements": 3}]}]


@pytest.mark.parametrize("broken", BROKEN)
def test_what_lacks_its_parts_is_empty(broken: Json) -> None:
    assert read(rich_text(looking(), broken)).text == ""
