"""Cards as Slack shows them: approved block by block, valid whatever is on them, and nothing lost."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.draw.card import Drawn, drawn
from bot.adapters.slack.draw.naming import Pressed, block_id, button_of, pressed
from bot.adapters.slack.draw.room import Reply
from bot.adapters.slack.draw.safe import named
from bot.domain.card import Card
from bot.domain.content import Around, Changed, Deed, Evidence, Line, Outcome, Voice
from bot.domain.run import ActionStatus, Ask, GateStatus, Mode
from bot.domain.text import visible
from bot.workspace.payload import Json
from tests.adapters.slack.draw import seen
from tests.adapters.slack.draw.cards import CARDS, DRAWN, file_of, of, outline
from tests.naughty import HUGE, SHORT_TEXTS, every_short_text

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def everywhere(one: Drawn) -> str:
    """All the words of a card and of what goes into its thread."""
    more = [seen.words(part.blocks) if isinstance(part, Reply) else part.content for part in one.overflow]
    return "\n".join([seen.words(one.blocks), *more])


def squeezed(text: str) -> str:
    return re.sub(r"\s+|⏎", "", visible(text))


def elements(one: Drawn) -> list[Json]:
    rows = [block for block in seen.objects([*one.blocks]) if block.get("type") == "actions"]
    return [element for row in rows for element in row["elements"]]


def verbs(one: Drawn) -> list[str]:
    return [element["action_id"] for element in elements(one)]


# --- block by block --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CARDS)
def test_the_card_is_as_it_was_approved(name: str) -> None:
    assert outline(of(name)) == file_of(name).read_text(encoding="utf-8")


def test_every_approved_drawing_is_of_a_card() -> None:
    assert set(DRAWN.glob("*.txt")) >= {file_of(name) for name in CARDS}


@pytest.mark.parametrize("name", CARDS)
def test_slack_takes_every_card_and_what_goes_into_its_thread(name: str) -> None:
    one = of(name)
    seen.refuse_flaws(one.blocks, one.text)
    for more in one.overflow:
        if isinstance(more, Reply):
            seen.refuse_flaws(more.blocks, more.text)


# --- the rules for asking a person -----------------------------------------------------------------------------------


def test_the_action_and_its_target_come_first() -> None:
    first = of("reply").blocks[0]
    assert first == {
        "type": "header",
        "text": {"type": "plain_text", "text": "Send an answer to the customer → helpdesk:T-1", "emoji": False},
    }


@pytest.mark.parametrize("name", CARDS)
def test_one_button_at_most_is_the_main_one_and_reject_is_not_red(name: str) -> None:
    found = elements(of(name))
    assert sum(element.get("style") in ("primary", "danger") for element in found) <= 1
    assert all("style" not in element for element in found if element["action_id"] == "reject")


@pytest.mark.parametrize("name", CARDS)
def test_a_button_carries_nothing_but_the_id_of_its_card(name: str) -> None:
    card = CARDS[name]()
    for element in elements(of(name)):
        assert element.get("value", card.around.id if card.around else "") == (card.around.id if card.around else "")


def test_an_open_gate_offers_every_verb_on_a_button_or_in_the_menu() -> None:
    assert verbs(of("reply")) == ["approve", "edit", "reject", "reassign", "menu"]
    menu = elements(of("reply"))[-1]
    assert [option["value"] for option in menu["options"]] == ["more", "escalate", "take-over", "redraft", "correct"]


def test_where_no_model_was_asked_nothing_can_be_drafted_anew() -> None:
    menu = elements(of("plan of three"))[-1]
    assert [option["value"] for option in menu["options"]] == ["more", "escalate", "take-over", "comment"]


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("approved", ["undo"]),
        ("approved, not begun", ["reject"]),
        ("rejected", []),
        ("expired", []),
        ("shadow", ["done-by-me"]),
        ("assisted", ["done-by-me", "approve", "edit", "reject", "reassign", "menu"]),
        ("done by me", ["done-by-me", "reject"]),
        ("confirm stop", ["approve", "correct"]),
        ("inquired", ["answer"]),
        ("filled in", ["answer"]),
        ("smallest", []),
    ],
)
def test_a_card_offers_what_can_be_done_now(name: str, offered: list[str]) -> None:
    assert verbs(of(name)) == offered


def test_only_what_would_destroy_something_is_red_and_asked_about_twice() -> None:
    card = CARDS["reply"]()
    grave = replace(card, deeds=(replace(card.deeds[0], grave=True),))
    button = elements(drawn(grave))[0]
    assert (button["action_id"], button["style"]) == ("approve", "danger")
    assert "helpdesk:T-1" in button["confirm"]["text"]["text"]
    assert "confirm" not in elements(of("reply"))[0]


def test_a_quorum_is_shown_in_place() -> None:
    assert "0 of 2 given" in outline(of("needs two"))
    found = outline(of("quorum"))
    assert "1 of 2 given" in found
    assert "- Approved by @U_MIA, {2026-03-02 09:00 UTC}" in found


def test_an_edit_gives_the_buttons_another_name() -> None:
    before, after = CARDS["open"](), CARDS["edited"]()
    assert block_id(before) != block_id(after)
    assert before.around is not None
    assert pressed(block_id(before)) == Pressed(before.around.id, 1)
    assert pressed(block_id(after)) == Pressed(before.around.id, 2)


@pytest.mark.parametrize("text", ["", "decide::1", "decide:" + "0" * 32, "decide:" + "0" * 32 + ":01", "x" * 300])
def test_a_name_that_is_not_ours_is_of_no_card(text: str) -> None:
    assert pressed(text) is None


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("helpdesk.SendReply", "Approve Reply"),
        ("helpdesk.GrantCredit", "Approve Credit"),
        ("helpdesk.DeleteTag", "Approve: Delete Tag"),
        ("helpdesk.CloseTicket", "Approve: Close Ticket"),
        ("helpdesk.Send", "Approve: Send"),
        ("crm.SyncCRMRecord", "Approve: Sync CRM Record"),
        ("x.A" + "b" * 90, "Approve This Action"),
        ("", "Approve"),
    ],
)
def test_the_main_button_says_what_is_approved(kind: str, said: str) -> None:
    deed = Deed("D", "r", (), "U.", kind=kind)
    assert button_of(Card("T", "S", (), deeds=(deed,))) == said
    assert button_of(Card("T", "S", (), deeds=(deed, deed))) == "Approve All 2 Actions"


def test_the_banner_of_the_rehearsal_model_stands_right_below_the_action() -> None:
    one = drawn(replace(CARDS["reply"](), banner="Rehearsal model: rules, no AI."))
    assert "Rehearsal" in seen.words([one.blocks[1]])


# --- whatever is on it ------------------------------------------------------------------------------------------------

TEXT = (
    st.text(max_size=400) | st.sampled_from([*SHORT_TEXTS.values()]) | st.integers(1, 9_000).map(lambda n: "wörd " * n)
)
SHORT = st.text(max_size=200)
LINES = st.builds(Line, name=SHORT, value=TEXT, fixed=st.booleans(), note=SHORT)
VOICES = st.builds(
    Voice, person=SHORT, at=st.just(AT), did=st.sampled_from(["approved", "rejected"]), reason=SHORT, text=TEXT
)
AROUND = st.builds(
    Around,
    id=st.just("0" * 32),
    group=SHORT,
    status=st.sampled_from(GateStatus),
    ask=st.none(),
    mode=st.sampled_from(Mode),
    workflow=SHORT,
    requester=SHORT,
    record=TEXT,
    holder=SHORT,
    needed=st.integers(1, 10),
    votes=st.lists(VOICES, max_size=15).map(tuple),
    voices=st.lists(VOICES, max_size=15).map(tuple),
    editors=st.lists(SHORT, max_size=15).map(tuple),
    decided_at=st.none() | st.just(AT),
    expires_at=st.none() | st.just(AT),
    key=st.lists(LINES, max_size=8).map(tuple),
    rules=st.lists(st.tuples(TEXT, st.booleans()), max_size=12).map(tuple),
    budget=st.lists(SHORT, max_size=4).map(tuple),
    guessed=st.lists(SHORT, max_size=2).map(tuple),
    outcomes=st.lists(
        st.builds(Outcome, title=SHORT, status=st.sampled_from(ActionStatus), id=TEXT, link=TEXT, error=TEXT),
        max_size=14,
    ).map(tuple),
    undoable=st.booleans(),
)
DEEDS = st.builds(
    Deed,
    title=TEXT,
    record=SHORT,
    lines=st.lists(LINES, max_size=6).map(tuple),
    undo=SHORT,
    kind=SHORT,
    risk=SHORT,
    grave=st.booleans(),
    changed=st.lists(st.builds(Changed, name=SHORT, before=TEXT, after=TEXT), max_size=3).map(tuple),
)
GATES = st.builds(
    Card,
    title=TEXT,
    standing=TEXT,
    verbs=st.sampled_from(
        [(), ("approve", "edit", "reject", "reassign", "escalate", "comment"), ("reject", "comment")]
    ),
    deeds=st.lists(DEEDS, min_size=1, max_size=14).map(tuple),
    why=TEXT,
    then=SHORT,
    evidence=st.lists(
        st.builds(Evidence, title=SHORT, source=SHORT, lines=st.lists(LINES, max_size=5).map(tuple)), max_size=12
    ).map(tuple),
    confidence=TEXT,
    doubts=st.lists(TEXT, max_size=6).map(tuple),
    notes=st.lists(SHORT, max_size=4).map(tuple),
    banner=SHORT,
    version=st.integers(1, 99),
    around=st.none() | AROUND,
)
QUESTIONS = st.builds(
    Card,
    title=TEXT,
    standing=TEXT,
    verbs=st.sampled_from([("answer",), ("approve", "correct"), ("done-by-me", "reject")]),
    fields=st.lists(LINES, max_size=12).map(tuple),
    around=st.builds(Around, id=st.just("0" * 32), group=SHORT, ask=st.sampled_from(Ask)),
)


def refuse_a_flaw(one: Drawn) -> None:
    assert 1 <= len(one.blocks) <= 50
    seen.refuse_flaws(one.blocks, one.text)
    seen.refuse_power_in_fallback(one.text)
    seen.refuse_power(one.blocks, buttons=sum(element["type"] == "button" for element in elements(one)))
    for more in one.overflow:
        if isinstance(more, Reply):
            seen.refuse_flaws(more.blocks, more.text)
            seen.refuse_power(more.blocks)


def refuse_loss(one: Drawn, card: Card) -> None:
    there = squeezed(everywhere(one))
    for deed in card.deeds:
        assert all(squeezed(line.value) in there for line in deed.lines)
    for evidence in card.evidence:
        assert all(squeezed(line.value) in there for line in evidence.lines)
    for doubt in card.doubts:
        assert squeezed(doubt) in there
    assert all(squeezed(line.value) in there for line in card.fields)


def test_an_action_of_which_there_is_nothing_to_say_is_still_a_card() -> None:
    card = replace(CARDS["smallest"](), deeds=(Deed(title="", record="", lines=(), undo="", kind=""),))
    refuse_a_flaw(drawn(card))


@settings(max_examples=60)
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a failure shows the card, however large it is
@given(GATES | QUESTIONS)
def test_any_card_is_valid_and_loses_nothing(card: Card) -> None:
    one = drawn(card)
    refuse_a_flaw(one)
    refuse_loss(one, card)


@every_short_text
def test_nothing_that_somebody_wrote_has_any_power_on_a_card(text: str) -> None:
    card = told(text)
    one = drawn(card, mention=named)
    refuse_a_flaw(one)
    refuse_loss(one, card)


@pytest.mark.parametrize("name", HUGE)
def test_a_hundred_thousand_characters_are_all_there(name: str) -> None:
    card = told(HUGE[name][:99_990] + " the end.")
    one = drawn(card)
    refuse_a_flaw(one)
    refuse_loss(one, card)
    assert any("in the thread below" in seen.words([block]) for block in one.blocks)


def told(text: str) -> Card:
    """A card with the text in every place a stranger can write to."""
    card = CARDS["reply, edited"]()
    assert card.around is not None
    voice = Voice(text[:500], AT, "comment", text[:500], text)
    deed = replace(
        card.deeds[0],
        lines=(*card.deeds[0].lines, Line("note", text)),
        changed=(Changed("body", text, text[::-1]),),
    )
    around = replace(
        card.around,
        voices=(voice,),
        votes=(voice,),
        key=(Line("subject", text),),
        record=text,
        requester=text,
        outcomes=(Outcome("Send", ActionStatus.FAILED, text, text, text),),
    )
    evidence = (Evidence("ticket", "trigger", (Line("body", text),)),)
    return replace(card, deeds=(deed,), evidence=evidence, doubts=(text,), around=around)


def test_a_link_of_a_receipt_is_one_where_its_host_is_allowed() -> None:
    card = CARDS["approved"]()
    assert card.around is not None
    outcome = replace(card.around.outcomes[0], link="https://desk.example/t/1")
    card = replace(card, around=replace(card.around, outcomes=(outcome,)))
    with_hosts = drawn(card, hosts={"desk.example"})
    assert "link" in {part.get("type") for part in seen.objects([*with_hosts.blocks])}
    assert "link" not in {part.get("type") for part in seen.objects([*drawn(card).blocks])}


def test_a_notification_names_whoever_is_asked_and_never_shows_an_id() -> None:
    card = CARDS["reply"]()
    assert card.around is not None
    held = replace(card, standing="Waits for 1 approval by T0/U0LEO.", around=replace(card.around, holder="T0/U0LEO"))
    told = drawn(held, called=lambda who: "Leo Brandt" if who == "T0/U0LEO" else who).text
    assert told.endswith("Waits for 1 approval by Leo Brandt.")


def test_a_notification_of_a_question_says_in_words_who_is_to_answer() -> None:
    card = CARDS["reply"]()
    assert card.around is not None
    around = replace(card.around, status=None, ask=Ask.INQUIRE, group="requester")
    assert "Waits for whoever asked for it." in drawn(replace(card, around=around)).text
