"""Slack's own markup: what it marks, what it mentions, and that nothing in it becomes markup by itself."""

import time

import pytest

from bot.workspace.page.render.mrkdwn import as_typed, mrkdwn, plain, text_object
from tests.workspace.made import ALONE, GENERAL, MIA, OLGA, SECRET
from tests.workspace.page.render.tree import looking, outline, read

MARKS = {
    "*bold*": "strong(bold)",
    "_italic_": "em(italic)",
    "~struck~": "s(struck)",
    "a *b* c": "a strong(b) c",
    "*b* *c*": "strong(b) strong(c)",
    "*_~all~_*": "strong(em(s(all)))",
    "*bold _and* italic_": "strong(bold _and) italic_",
    "snake_case_name": "snake_case_name",
    "2*3*4": "2*3*4",
    "* not bold *": "* not bold *",
    "*not\nover lines*": "*notbrover lines*",
    "**": "**",
    "*": "*",
    "a*b": "a*b",
    "(*b*)": "(strong(b))",
    "*b*.": "strong(b).",
    "*b *c*": "strong(b *c)",
    "`code *not bold*`": "code(code *not bold*)",
    "*`code`*": "strong(code(code))",
    "`a`b`": "code(a)b`",
    "``": "``",
    "a\nb": "abrb",
    "a\n\nb": "abrbrb",
    "": "",
}


@pytest.mark.parametrize("text", MARKS)
def test_marks_are_set_as_slack_sets_them(text: str) -> None:
    assert outline(mrkdwn(looking(), text)) == MARKS[text]


BLOCKS = {
    "```a\n*b*```": "pre(code(abr*b*))".replace("br", "\n"),
    "x```a```y": "xpre(code(a))y",
    "```\na\n```\nb": "pre(code(a))b",
    "```&lt;b&gt;```": "pre(code(<b>))",
    "```open": "```open",
    "> quote": "blockquote(quote)",
    "&gt; quote": "blockquote(quote)",
    "&gt;a\n&gt;b\nc": "blockquote(abrb)c",
    "a\n> b": "ablockquote(b)",
    "a > b": "a > b",
    "> *b*": "blockquote(strong(b))",
    "• one\n• two": "• onebr• two",
    "1. one": "1. one",
}


@pytest.mark.parametrize("text", BLOCKS)
def test_code_and_quotes_stand_by_themselves(text: str) -> None:
    assert outline(mrkdwn(looking(), text)) == BLOCKS[text]


ENTITIES = {
    "&lt;b&gt;": "<b>",
    "&amp;amp;": "&amp;",
    "&amp;lt;": "&lt;",
    "&copy; &#39;": "&copy; &#39;",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "a < b": "a < b",
    "\"'": "\"'",
}


@pytest.mark.parametrize("text", ENTITIES)
def test_three_entities_are_letters_and_nothing_becomes_markup(text: str) -> None:
    tree = read(mrkdwn(looking(), text))
    assert tree.text == ENTITIES[text].replace("<script>", "script").replace("</script>", "/script")
    assert not tree.has("script")


# --- links --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("<https://a.example/?q=1&amp;r=2|the *page*>", "https://a.example/?q=1&r=2", "the *page*"),
        ("<https://a.example>", "https://a.example", "https://a.example"),
        ("<mailto:a@b.example>", "mailto:a@b.example", "a@b.example"),
        ("see https://a.example/x_y_z now", "https://a.example/x_y_z", "https://a.example/x_y_z"),
        ("at https://a.example/x, or", "https://a.example/x", "https://a.example/x"),
        ("(https://a.example/x?q=1&amp;r=2).", "https://a.example/x?q=1&r=2", "https://a.example/x?q=1&r=2"),
        ("&lt;https://a.example&gt; is it", "https://a.example", "https://a.example"),
        ("*<https://a.example|b>*", "https://a.example", "b"),
    ],
)
def test_a_link_opens_beside_the_page(text: str, address: str, shown: str) -> None:
    link = read(mrkdwn(looking(), text)).one("a")
    assert (link["href"], link.text, link["target"]) == (address, shown, "_blank")
    assert "noopener" in (link["rel"] or "")


@pytest.mark.parametrize(
    "text", ["<javascript:alert(1)|x>", "<data:text/html,x|x>", "<//evil.example|x>", "</api/x|x>"]
)
def test_an_address_that_leads_astray_is_words(text: str) -> None:
    tree = read(mrkdwn(looking(), text))
    assert not tree.has("a")
    assert tree.text == "x"


def test_verbatim_text_links_nothing_by_itself() -> None:
    verbatim = {"type": "mrkdwn", "text": "https://a.example <https://b.example>", "verbatim": True}
    tree = read(text_object(looking(), verbatim))
    assert [link["href"] for link in tree.all("a")] == ["https://b.example"]


# --- mentions -----------------------------------------------------------------------------------------------------


def test_a_person_is_called_by_name_and_oneself_stands_out() -> None:
    olga, mia = read(mrkdwn(looking(), f"<@{OLGA}> <@{MIA}|mia>")).all("span")
    assert (olga.text, olga.kinds, olga["data-person"]) == ("@Olga Nowak", ["mention"], OLGA)
    assert (mia.text, mia.kinds) == ("@Mia Lindqvist", ["mention", "mine"])
    assert olga.has("bdi")


def test_a_stranger_is_called_by_id() -> None:
    assert read(mrkdwn(looking(), "<@U404>")).text == "@U404"


def test_a_channel_leads_to_itself_where_one_may_go() -> None:
    link = read(mrkdwn(looking(), f"<#{GENERAL}|old-name>")).one("a")
    assert (link.text, link["href"]) == ("#general", "/as/mia/general")
    assert read(mrkdwn(looking("U0SAM00000"), f"<#{SECRET}>")).text == "a private channel"
    assert not read(mrkdwn(looking("U0SAM00000"), f"<#{SECRET}|secret>")).has("a")
    assert read(mrkdwn(looking(), "<#C404|gone>")).text == "#gone"
    assert read(mrkdwn(looking(), f"<#{ALONE}>")).one("a")["href"] == "/as/mia/alone"


def test_groups_and_everybody_are_named_and_stand_out_for_those_they_mean() -> None:
    viewer = looking()
    assert read(mrkdwn(viewer, "<!subteam^S0LEADS000|@leads>")).one("span").kinds == ["mention", "mine"]
    assert read(mrkdwn(looking("U0SAM00000"), "<!subteam^S0LEADS000>")).one("span").kinds == ["mention"]
    assert read(mrkdwn(viewer, "<!subteam^S404|@gone>")).text == "@gone"
    assert read(mrkdwn(viewer, "<!here> <!channel|channel> <!everyone>")).text == "@here @channel @everyone"
    assert read(mrkdwn(viewer, "<!else|said> <!else>")).text == "said else"


def test_a_date_is_written_in_the_readers_zone() -> None:
    time_ = read(mrkdwn(looking(), "<!date^1800000000^{date_num} at {time}|then>")).one("time")
    assert time_.text == "2027-01-15 at 9:00 AM"
    assert time_["title"] == "Friday, January 15, 2027 at 9:00:00 AM CET"
    linked = read(mrkdwn(looking(), "<!date^1800000000^{date_num}^https://a.example|then>")).one("a")
    assert (linked["href"], linked.text) == ("https://a.example", "2027-01-15")


@pytest.mark.parametrize("text", ["<!date^x^{date}|then>", "<!date^1|then>", "<!date^|then>", "<!date^1^|then>"])
def test_a_date_that_is_none_is_its_fallback(text: str) -> None:
    assert read(mrkdwn(looking(), text)).text == "then"


@pytest.mark.parametrize("seconds", ["-99999999999", "99999999999", "0", "-1"])
def test_a_date_beyond_every_calendar_is_some_date(seconds: str) -> None:
    assert read(mrkdwn(looking(), f"<!date^{seconds}^{{date_num}}|then>")).has("time")


def test_a_link_in_a_date_leads_nowhere_bad() -> None:
    assert not read(mrkdwn(looking(), "<!date^1^{date}^javascript:alert(1)|then>")).has("a")


def test_emoji_stand_in_a_text() -> None:
    tree = read(mrkdwn(looking(), ":tada: :no_such: *:+1::skin-tone-3:* 10:30:00"))
    assert tree.text == "🎉 :no_such: 👍🏼 10:30:00"
    assert tree.all("span", "emoji")[0]["aria-label"] == "tada"


# --- plain text ---------------------------------------------------------------------------------------------------


def test_plain_text_keeps_its_signs_but_not_the_names_of_emoji() -> None:
    viewer = looking()
    assert read(text_object(viewer, {"type": "plain_text", "text": "*a* <@U1> :tada:\nb"})).outline == (
        "(*a* <@U1> 🎉brb)"
    )
    assert read(text_object(viewer, {"type": "plain_text", "text": ":tada:", "emoji": False})).text == ":tada:"
    assert text_object(viewer, {}) == ""


def test_what_is_heard_of_a_text_has_names_in_it() -> None:
    said = plain(looking(), f"<@{MIA}> look at <https://a.example|this> &amp; <#{GENERAL}> `x`")
    assert said == "@Mia Lindqvist look at this & #general x"


def test_a_text_to_edit_is_as_it_was_typed() -> None:
    text = f"<@{OLGA}> <#{GENERAL}> <!here> <!subteam^S0LEADS000> <https://a.example|x> &lt;3"
    assert as_typed(looking(), text) == "@olga #general @here @leads https://a.example <3"


# --- hostile ------------------------------------------------------------------------------------------------------


def test_letters_that_stand_for_others_are_put_away() -> None:
    assert read(mrkdwn(looking(), "\ue000 `x` \ue001")).text == "\ufffd x \ufffd"


LONGEST = 40_000
WORST = ("* ", " *a", "`", "<http://", ">\n")
ODD = (
    "*", "*a_", " _*~a", "`a", ":a", "> ", "&amp;", "<@U0MIA00000>", "http://a.b ", "*a\n",
    "<!date^1^{date}|x>", "```\n",
    "<", "<!", "~_*", "&lt;", "word ",
)  # fmt: skip


def soon(part: str) -> None:
    """It takes a tenth of that; looking at each sign from every other would take more than ten times as long."""
    text, viewer = (part * LONGEST)[:LONGEST], looking()
    began = time.process_time()
    mrkdwn(viewer, text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("part", WORST)
def test_a_long_text_is_soon_written(part: str) -> None:
    soon(part)


@pytest.mark.certify
@pytest.mark.parametrize("part", ODD)
def test_a_long_text_of_any_shape_is_soon_written(part: str) -> None:
    soon(part)
