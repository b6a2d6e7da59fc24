"""Forms: valid whatever they hold, read back as what was meant, and nothing typed is lost."""

from collections.abc import Mapping
from datetime import date
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.draw.buttons import answer_button
from bot.adapters.slack.draw.modal.filling import LONGEST_INPUT, Read, block_of, read, typed
from bot.adapters.slack.draw.modal.form import VERBS, form_of, form_view, read_form, read_step_up, step_up
from bot.adapters.slack.draw.modal.frame import Meta, note, read_meta, too_late, view, written_meta
from bot.adapters.slack.draw.modal.preview import with_preview
from bot.adapters.slack.draw.modal.typed import edit_view, fact_view, read_edit, read_fact, start_view
from bot.adapters.slack.draw.safe import Block
from bot.adapters.slack.post.drawn import said
from bot.domain.content import Changed
from bot.domain.field import Kind, fields_of, unfillable
from bot.domain.plain import Plain
from bot.intents import helpdesk
from bot.workspace.blocks.entering import flaws_in_entered, state_values
from bot.workspace.payload import Json
from tests.adapters.slack.draw import seen
from tests.adapters.slack.draw.cards import DRAWN
from tests.adapters.slack.draw.views import META, REASONS, VIEWS, Change, Everything, file_of, outline
from tests.naughty import SHORT_TEXTS, every_short_text


def submitted(form: Block, entered: Mapping[str, object] | None = None) -> Json:
    """What Slack sends once somebody entered this, by field; what they did not touch is as it was."""
    by_block = {block_of(name): {"value": value} for name, value in (entered or {}).items()}
    blocks = cast("list[Json]", form["blocks"])
    return state_values(blocks, by_block)


def reply(body: str) -> Block:
    return edit_view(helpdesk.SendReply, sent(body), META)


def sent(body: str) -> dict[str, Plain]:
    return {"ticket_id": "T-1", "body": body}


# --- block by block --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIEWS)
def test_the_view_is_as_it_was_approved(name: str) -> None:
    assert outline(VIEWS[name]()) == file_of(name).read_text(encoding="utf-8")


def test_every_approved_view_is_of_one() -> None:
    assert set(DRAWN.glob("view-*.txt")) == {file_of(name) for name in VIEWS}


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_every_view_and_tells_the_bot_when_it_is_closed(name: str) -> None:
    one = VIEWS[name]()
    seen.refuse_flaws_of_view(one)
    assert one["notify_on_close"] is True
    assert read_meta(str(one["private_metadata"])) is not None


def test_a_view_carries_where_it_belongs_and_nothing_else() -> None:
    meta = Meta("0" * 32, "approved", 3, 1)
    assert read_meta(written_meta(meta)) == meta
    assert read_meta(str(reply("Hello.")["private_metadata"])) == META


@pytest.mark.parametrize("text", ["", "{}", "[]", '["a","b",-1,0]', '["a","b",1]', "null", "[[[", '["a","b",true,0]x'])
def test_what_is_not_ours_carries_nothing(text: str) -> None:
    assert read_meta(text) is None


def test_a_form_with_more_fields_than_fit_says_so() -> None:
    line: Block = {"type": "divider"}
    one = view("x", "X", [line for _ in range(101)], meta=META, submit="Go")
    seen.refuse_flaws_of_view(one)
    assert "submit" not in one
    assert "more fields" in seen.words(cast("list[object]", one["blocks"]))


# --- editing ---------------------------------------------------------------------------------------------------------


def test_what_somebody_changed_comes_back_and_nothing_else() -> None:
    found = read_edit(helpdesk.SendReply, sent("Hello."), submitted(reply("Hello."), {"body": "Hello Ana."}))
    assert found == Read({"body": "Hello Ana."}, {})


def test_an_edit_that_changes_nothing_says_so() -> None:
    found = read_edit(helpdesk.SendReply, sent("Hello."), submitted(reply("Hello.")))
    assert found.values == {}
    assert found.errors[block_of("body")].startswith("Nothing is changed yet.")


def test_an_identifier_cannot_be_edited_even_by_a_made_up_form() -> None:
    state = submitted(reply("Hello."), {"body": "Hi."}) | {
        block_of("ticket_id"): {"value": {"type": "plain_text_input", "value": "T-2"}}
    }
    assert read_edit(helpdesk.SendReply, sent("Hello."), state) == Read({"body": "Hi."}, {})
    assert all(
        block.get("block_id") != block_of("ticket_id") for block in cast("list[Json]", reply("Hello.")["blocks"])
    )


@pytest.mark.parametrize("body", ["Hello.\r\nBye.", "  Hello.  ", "Hello.\n", "a\u200bb"])
def test_what_nobody_touched_keeps_its_exact_letters(body: str) -> None:
    data: dict[str, Plain] = {
        "shop_id": "S-1",
        "words": body,
        "colour": "red",
        "budget": None,
        "lit": False,
        "since": None,
        "cents": 5,
    }
    form = edit_view(Change, data, META)
    state = submitted(form, {"words": body.replace("\r\n", "\n").strip(), "cents": "7"})
    assert read_edit(Change, data, state) == Read({"cents": 7}, {})


def test_a_value_with_hidden_characters_says_that_it_has_some() -> None:
    assert "hidden characters" in outline(reply("a\u200bb"))
    assert "hidden characters" not in outline(reply("ab"))


@given(st.text(alphabet=st.sampled_from("ab \n"), min_size=1, max_size=LONGEST_INPUT * 4))
@settings(max_examples=40)
def test_a_long_text_is_taken_apart_and_put_together_again(body: str) -> None:
    data = sent(body)
    form = edit_view(helpdesk.SendReply, data, META)
    seen.refuse_flaws_of_view(form)
    fields = fields_of(helpdesk.SendReply, fixed=("ticket_id",), edited=True)
    assert typed(fields, submitted(form)).get("body", "") == body
    assert read(fields, submitted(form), data).values == {"body": body}


def test_a_part_of_a_long_text_can_be_edited_and_emptied() -> None:
    body = "x" * 2_999 + "\n" + "y" * 500
    form = reply(body)
    state = submitted(form) | {"field:body:1n": {"value": {"type": "plain_text_input", "value": "Bye."}}}
    assert read_edit(helpdesk.SendReply, sent(body), state).values == {"body": "x" * 2_999 + "\nBye."}
    state = submitted(form) | {"field:body:1n": {"value": {"type": "plain_text_input", "value": None}}}
    assert read_edit(helpdesk.SendReply, sent(body), state).values == {"body": "x" * 2_999}


def test_a_text_no_form_can_hold_is_shown_with_a_sentence_and_stays_as_it_is() -> None:
    data: dict[str, Plain] = {"shop_id": "S-1", "words": "So long. " * 4_000, "colour": "red", "lit": False, "cents": 5}
    form = edit_view(Change, data, META)
    assert "is too long for a form" in outline(form)
    assert read_edit(Change, data, submitted(form, {"colour": "deep blue"})).values == {"colour": "deep blue"}


@pytest.mark.parametrize(
    ("entered", "wrong"),
    [
        ({"cents": "12.5"}, "cents"),
        ({"cents": "10001"}, "cents"),
        ({"cents": "-1"}, "cents"),
        ({"words": None}, "words"),
        ({"budget": "40"}, "budget"),
        ({"budget": "40 EUX"}, "budget"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(entered: dict[str, object], wrong: str) -> None:
    data: dict[str, Plain] = {"shop_id": "S-1", "words": "Open", "colour": "red", "budget": None, "cents": 5}
    found = read_edit(Change, data, submitted(edit_view(Change, data, META), entered))
    assert found.values == {}
    assert [*found.errors] == [block_of(wrong)]
    assert found.errors[block_of(wrong)].endswith((".", "?", "!"))


def test_every_kind_of_field_is_read_in_its_own_type() -> None:
    data: dict[str, Plain] = {
        "shop_id": "S-1",
        "words": "Open",
        "colour": "red",
        "budget": None,
        "lit": False,
        "since": None,
        "cents": 5,
    }
    entered = {
        "words": "Shut",
        "colour": "deep blue",
        "budget": "40.00 EUR",
        "lit": ["Yes"],
        "since": "2026-03-31",
        "cents": "7",
    }
    found = read_edit(Change, data, submitted(edit_view(Change, data, META), entered))
    assert found.errors == {}
    assert found.values == {
        "words": "Shut",
        "colour": "deep blue",
        "budget": "40.00 EUR",
        "lit": True,
        "since": "2026-03-31",
        "cents": 7,
    }
    Change.model_validate({**data, **found.values})


def test_a_choice_that_was_not_offered_is_refused() -> None:
    data: dict[str, Plain] = {"shop_id": "S-1", "words": "Open", "colour": "red", "cents": 5}
    option = {"text": {"type": "plain_text", "text": "x"}, "value": "green"}
    state = submitted(edit_view(Change, data, META)) | {
        block_of("colour"): {"value": {"type": "static_select", "selected_option": option}}
    }
    assert read_edit(Change, data, state).errors == {block_of("colour"): "Choose one of the list."}


def test_what_was_typed_stands_in_the_next_form() -> None:
    fields = fields_of(Everything)
    form = start_view("everything", "Everything", Everything)
    entered = {"name": "Ana", "colour": "red", "count": "7", "urgent": ["Yes"], "due": "2026-03-31", "tags": "a\nb"}
    before = submitted(form, entered)
    again = start_view("everything", "Everything", Everything, known=typed(fields, before))
    assert submitted(again) == before


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "tomorrow", ""])
def test_a_day_that_is_none_is_not_filled_in(day: str) -> None:
    seen.refuse_flaws_of_view(edit_view(Change, {"shop_id": "S-1", "words": "Open", "since": day}, META))


# --- starting and answering -------------------------------------------------------------------------------------------


def test_what_is_too_long_for_a_form_is_said_before_anybody_fills_one_in() -> None:
    known: dict[str, Plain] = {"id": "T-1010", "body": "word " * 4_000}
    form = start_view("support_triage", "Support triage", helpdesk.Ticket, known=known)
    assert "Body: this is longer than a form" in str(form["blocks"])
    assert "countersign start support_triage --input FILE" in str(form["blocks"])
    assert "submit" not in form


def test_a_text_too_long_for_a_form_stays_as_it_is_when_the_rest_is_corrected() -> None:
    known: dict[str, Plain] = {"id": "T-1", "customer_id": "C-1", "email": "a@b.example", "subject": "S"}
    known |= {"body": "word " * 3_999, "language": "en"}
    form = fact_view("correct", "Correct", "Put it right.", helpdesk.Ticket, META, known=known)
    found = read_fact(helpdesk.Ticket, submitted(form, {"subject": "Another"}), known)
    assert found == Read({**known, "subject": "Another"})


def test_a_workflow_starts_from_what_was_filled_in() -> None:
    entered = {"id": "T-1", "customer_id": "C-1", "email": "ana@example.com", "subject": "Charged", "body": "Twice."}
    form = start_view("support_triage", "Support triage", helpdesk.Ticket)
    found = read_fact(helpdesk.Ticket, submitted(form, entered))
    assert found == Read({**entered, "language": "en"}, {})


def test_every_field_that_is_wrong_is_named() -> None:
    form = start_view("support_triage", "Support triage", helpdesk.Ticket)
    found = read_fact(helpdesk.Ticket, submitted(form, {"id": "T 1", "email": "ana"}))
    assert {block_of(name) for name in ("id", "customer_id", "email", "subject", "body")} >= set(found.errors)
    assert found.values == {}


def test_slack_itself_asks_for_what_is_needed() -> None:
    form = start_view("everything", "Everything", Everything)
    flaws = flaws_in_entered(cast("list[Json]", form["blocks"]), submitted(form))
    assert set(flaws) == {block_of(name) for name in ("name", "story", "colour", "count")}


def test_a_fact_of_every_kind_comes_back_as_plain_data() -> None:
    entered = {
        "name": "Ana",
        "story": "Once.",
        "colour": "deep blue",
        "count": "3",
        "due": "2026-03-31",
        "budget": "40 EUR",
        "lasts": "4h",
        "tags": "a\n\n b ",
        "at": "2026-03-31T09:00Z",
    }
    found = read_fact(Everything, submitted(start_view("e", "E", Everything), entered))
    assert found.errors == {}
    fact = Everything.model_validate(found.values)
    assert (fact.urgent, fact.due, fact.tags, fact.size) == (False, date(2026, 3, 31), ("a", "b"), "m")
    assert found.values["budget"] == "40.00 EUR"


class Nested(Everything):
    """It has a part that no form can ask for."""

    owner: helpdesk.Account


def test_what_no_form_can_ask_for_is_said_and_not_left_out() -> None:
    assert unfillable(fields_of(Nested)) == ("Owner",)
    form = start_view("nested", "Nested", Nested)
    seen.refuse_flaws_of_view(form)
    assert "Owner is not something to type" in outline(form)
    assert "command line" in outline(fact_view("answer", "Answer", "Who?", Nested, META))


def test_the_kinds_of_fields_are_found_in_their_types() -> None:
    kinds = {one.name: one.kind for one in fields_of(Everything)}
    assert kinds == {
        "name": Kind.TEXT,
        "story": Kind.LONG,
        "colour": Kind.CHOICE,
        "size": Kind.CHOICE,
        "count": Kind.NUMBER,
        "urgent": Kind.YES_NO,
        "due": Kind.DAY,
        "budget": Kind.TEXT,
        "lasts": Kind.TEXT,
        "tags": Kind.LINES,
        "at": Kind.TEXT,
        "account": Kind.FIXED,
    }


# --- words for a verb -------------------------------------------------------------------------------------------------


def test_a_rejection_has_a_reason_of_the_brief() -> None:
    form = form_of("reject", reasons=REASONS)
    state = submitted(form_view(form, META), {"reason": "wrong tone", "text": "Be kind."})
    assert read_form(form, state) == Read({"reason": "wrong tone", "text": "Be kind."}, {})
    assert read_form(form, submitted(form_view(form, META))).errors == {block_of("reason"): "Fill this in."}


def test_a_reason_too_long_for_a_list_is_typed() -> None:
    form = form_of("reject", reasons=("x" * 100,))
    seen.refuse_flaws_of_view(form_view(form, META))
    assert form.fields[0].kind is Kind.TEXT


def test_somebody_is_chosen_to_decide() -> None:
    form = form_of("reassign")
    assert read_form(form, submitted(form_view(form, META), {"person": "U1"})).values == {"person": "U1"}


def test_minutes_are_a_number_within_reason() -> None:
    form = form_of("done-by-me")
    assert read_form(form, submitted(form_view(form, META), {"minutes": "12"})).values == {"minutes": 12}
    assert block_of("minutes") in read_form(form, submitted(form_view(form, META), {"minutes": "99999999"})).errors


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_made_up_state_is_never_more_than_an_error(verb: str) -> None:
    form = form_of(verb, reasons=REASONS)
    odd: tuple[Mapping[str, object], ...] = (
        {},
        {block_of("text"): None},
        {block_of("text"): {"value": 3}},
        {block_of("reason"): {"value": "x"}},
    )
    for state in odd:
        found = read_form(form, state)
        assert not found.errors or all(found.errors.values())


@every_short_text
def test_whatever_is_typed_is_kept_or_refused_in_a_form(text: str) -> None:
    form = form_of("comment")
    drawn = form_view(form, META, known={"text": text.encode("utf-8", "replace").decode()}, about=text)
    seen.refuse_flaws_of_view(drawn)
    seen.refuse_power(cast("list[object]", drawn["blocks"]))
    state = {block_of("text"): {"value": {"type": "plain_text_input", "value": text}}}
    found = read_form(form, state)
    assert found.errors or str(found.values["text"]).encode()


def test_what_is_grave_is_typed_once_more() -> None:
    form = step_up("Refund 4 000.00 EUR.", "4 000.00 EUR", META)
    seen.refuse_flaws_of_view(form)
    assert read_step_up(submitted(form, {"sure": " 4000.00 eur "}), "4 000.00 EUR").errors == {}
    assert read_step_up(submitted(form, {"sure": "400.00 EUR"}), "4 000.00 EUR").errors
    assert read_step_up({}, "4 000.00 EUR").errors


# --- views without a form --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [pytest.param(t, id=n) for n, t in SHORT_TEXTS.items()])
def test_a_view_that_says_something_takes_any_text(text: str) -> None:
    for one in (note(text, text, meta=META), too_late(text, None, text, meta=META, kept=text)):
        seen.refuse_flaws_of_view(one)
        seen.refuse_power(cast("list[object]", one["blocks"]))


@pytest.mark.parametrize("text", [pytest.param(t, id=n) for n, t in SHORT_TEXTS.items()])
def test_before_and_after_of_any_text_have_no_power(text: str) -> None:
    form = edit_view(Change, {"shop_id": text, "words": "Open"}, META)
    changed = [Changed("words", "Open", text), Changed(text, text * 3, "now")]
    for one in (with_preview(form, changed, ()), with_preview(form, (), [text])):
        seen.refuse_flaws_of_view(one)
        seen.refuse_power(cast("list[object]", one["blocks"]), buttons=1)


@pytest.mark.parametrize("text", [pytest.param(t, id=n) for n, t in SHORT_TEXTS.items()])
def test_a_question_that_can_be_answered_has_one_button_whatever_it_says(text: str) -> None:
    content = said(text)
    blocks = [*cast("list[object]", content["blocks"]), answer_button("0" * 32, 1)]
    seen.refuse_flaws(blocks, str(content["text"]))
    seen.refuse_power(blocks, buttons=1)


@given(st.text(max_size=300), st.text(max_size=300), st.integers())
def test_an_edit_of_anything_is_a_valid_form(words: str, since: str, cents: int) -> None:
    known: dict[str, Plain] = {"shop_id": words, "words": words, "colour": since, "since": since, "cents": cents}
    seen.refuse_flaws_of_view(edit_view(Change, known, META, actions=(words, since)))
