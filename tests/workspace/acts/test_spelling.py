"""What is typed, in Slack's own form: as text and as rich text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.acts.spelling import linked, spelled
from bot.workspace.blocks.checking import flaws_in_blocks
from bot.workspace.payload import Json
from bot.workspace.state.view import Surface
from tests.workspace.made import GENERAL, MIA, SAM, SUPPORT, made_workspace

WORKSPACE = made_workspace()

TEXTS: dict[str, tuple[str, str]] = {
    "plain": ("hello there", "hello there"),
    "signs": ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
    "a person": ("thanks @mia!", f"thanks <@{MIA}>!"),
    "a person at the end of a sentence": ("thanks @mia.", f"thanks <@{MIA}>."),
    "nobody": ("@nobody and mia@acme.example", "@nobody and mia@acme.example"),
    "a mention that is typed out": (f"<@{MIA}>", f"&lt;@{MIA}&gt;"),
    "a channel": ("see #support", f"see <#{SUPPORT}|support>"),
    "no channel": ("#nowhere, issue#support", "#nowhere, issue#support"),
    "all": ("@here @channel @everyone", "<!here> <!channel> <!everyone>"),
    "a group": ("@leads please", "<!subteam^S0LEADS000|@leads> please"),
    "a link": ("https://a.example/x?a=1&b=2.", "<https://a.example/x?a=1&amp;b=2>."),
    "a link in brackets": ("(http://a.example)", "(<http://a.example>)"),
    "bold": ("*bold* a*b*c * no *", "*bold* a*b*c * no *"),
    "code": ("`a < @mia`", "`a &lt; @mia`"),
    "a fence": ("see\n```\n@mia < x\n```\nok", "see\n```@mia &lt; x```\nok"),
    "a quote": ("> @sam\n> said", f"&gt; <@{SAM}>\n&gt; said"),
    "a list": ("- one\n* two\n• three", "• one\n• two\n• three"),
    "a dash": ("- \n-5", "- \n-5"),
    "emoji": (":tada: 12:30:45 :+1::skin-tone-3:", ":tada: 12:30:45 :+1::skin-tone-3:"),
    "lines": ("one\n\ntwo", "one\n\ntwo"),
}


@pytest.mark.parametrize("typed", [pytest.param(one, id=name) for name, one in TEXTS.items()])
def test_the_text_is_as_slack_keeps_it(typed: tuple[str, str]) -> None:
    assert spelled(WORKSPACE, typed[0]).text == typed[1]


def runs(*parts: Json) -> list[Json]:
    return [{"type": "rich_text_section", "elements": [*parts]}]


def run(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


ELEMENTS: dict[str, tuple[str, list[Json]]] = {
    "plain": ("hello < there", runs(run("hello < there"))),
    "mentions": (
        "@mia #general @here",
        runs(
            {"type": "user", "user_id": MIA},
            run(" "),
            {"type": "channel", "channel_id": GENERAL},
            run(" "),
            {"type": "broadcast", "range": "here"},
        ),
    ),
    "a group": ("@leads", runs({"type": "usergroup", "usergroup_id": "S0LEADS000"})),
    "styles in styles": (
        "*bold _both_* ~gone~ `code`",
        runs(
            run("bold ", bold=True),
            run("both", bold=True, italic=True),
            run(" "),
            run("gone", strike=True),
            run(" "),
            run("code", code=True),
        ),
    ),
    "a styled person": ("*@sam*", runs({"type": "user", "user_id": SAM, "style": {"bold": True}})),
    "a link": ("https://a.example", runs({"type": "link", "url": "https://a.example"})),
    "emoji": (
        ":tada::wave::skin-tone-2:",
        runs({"type": "emoji", "name": "tada"}, {"type": "emoji", "name": "wave", "skin_tone": 2}),
    ),
    "two lines are one section": ("one\ntwo", runs(run("one\ntwo"))),
    "a quote": ("> one\n> two", [{"type": "rich_text_quote", "elements": [run("one\ntwo")]}]),
    "a fence": ("```a < b```", [{"type": "rich_text_preformatted", "elements": [run("a < b")]}]),
    "a list": (
        "- one\n- two",
        [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 0,
                "elements": [*runs(run("one")), *runs(run("two"))],
            }
        ],
    ),
    "nothing": ("", []),
}


@pytest.mark.parametrize("typed", [pytest.param(one, id=name) for name, one in ELEMENTS.items()])
def test_the_rich_text_is_as_slacks_client_sends_it(typed: tuple[str, list[Json]]) -> None:
    assert spelled(WORKSPACE, typed[0]).elements == typed[1]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("assign @mia in #support", f"assign <@{MIA}|mia> in <#{SUPPORT}|support>"),
        ("see https://a.example <b>", "see <https://a.example> &lt;b&gt;"),
        ("@leads", "<!subteam^S0LEADS000|@leads>"),
        ("*@sam*", f"*<@{SAM}|sam>*"),
    ],
)
def test_a_command_that_wants_it_gets_names_spelled_out(typed: str, said: str) -> None:
    assert linked(WORKSPACE, typed) == said


MARKS = st.sampled_from(
    ["*", "_", "~", "`", "```", "> ", "- ", "\n", "@mia", "#general", ":a:", "https://x.y", "<", " ", "é"]
)


@given(st.lists(MARKS, max_size=30).map("".join) | st.text(max_size=200))
def test_whatever_is_typed_can_be_shown_and_nothing_of_it_is_lost(typed: str) -> None:
    said = spelled(WORKSPACE, typed)
    if said.elements:
        block = {"type": "rich_text", "block_id": "b", "elements": said.elements}
        assert flaws_in_blocks([block], Surface.MESSAGE) == []
    assert said.text.count("é") == typed.count("é")
    assert "<b" not in said.text.replace("<!", "")
