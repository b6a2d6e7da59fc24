"""The rehearsal model writes letters that anybody can see are drafts, from what the customer wrote and nothing else."""

import re

import pytest

from bot.adapters.model.rehearsal import MARK
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from tests.adapters.model.asking import Draft, draft, rehearse

BODY = "Hello,\n\nyour last invoice shows two payments. Could you check that? We wrote twice.\n\nThanks\nMia"


@pytest.mark.parametrize(
    ("body", "greeting", "close"),
    [
        ("We have paid the invoice that you sent, and it is still open. What can we do?", "Hello", "Kind regards"),
        ("Wir haben die Rechnung bezahlt und sie ist noch offen. Können Sie bitte nachsehen?", "Guten Tag", "Grüße"),
        (
            "Nous avons payé la facture et elle est encore ouverte. Que faire pour le compte ?",
            "Bonjour",
            "Cordialement",
        ),
        ("Hemos pagado la factura y todavía está abierta. ¿Qué puede hacer usted por nosotros?", "Hola", "Un saludo"),
        ("Pagámos a fatura e ainda não está fechada. O que é que você pode fazer por nós?", "Olá", "Apoio ao cliente"),
    ],
    ids=["en", "de", "fr", "es", "pt"],
)
async def test_a_letter_greets_in_the_language_of_the_customer(body: str, greeting: str, close: str) -> None:
    letter = await draft(body, "A-17")
    assert letter.startswith(f"{MARK} {greeting} Radhaus Ahorn,")
    assert close in letter.splitlines()[-2] + letter.splitlines()[-1]
    assert "A-17" in letter


@pytest.mark.parametrize(
    ("declared", "greeting"), [("fr", "Bonjour"), ("pt-BR", "Olá"), ("it", "Hello"), ("", "Hello"), ("xx", "Hello")]
)
async def test_where_the_text_is_too_short_the_record_says_the_language(declared: str, greeting: str) -> None:
    answer = await rehearse(Draft, "503", hints={"body": "reply"}, record={"language": declared})
    assert isinstance(answer.fact, Draft)
    assert answer.fact.body.startswith(f"{MARK} {greeting} ")


@pytest.mark.parametrize(("sender", "hello"), [("Anna Sommer", "Hello Anna Sommer,"), ("", "Hello,")])
async def test_a_letter_greets_who_sent_a_mail_and_never_a_file_that_came_with_it(sender: str, hello: str) -> None:
    record: dict[str, Plain] = {"sender_name": sender, "attachments": [{"name": "station.pdf"}]}
    answer = await rehearse(Draft, BODY, hints={"body": "reply"}, record=record)
    assert isinstance(answer.fact, Draft)
    assert answer.fact.body.startswith(f"{MARK} {hello}")


async def test_a_letter_greets_the_contact_of_a_record_and_not_what_the_record_is_called() -> None:
    record: dict[str, Plain] = {"name": "Fleet plan, two stations", "contact": "Nils Aden"}
    answer = await rehearse(Draft, BODY, hints={"body": "reply"}, record=record)
    assert isinstance(answer.fact, Draft)
    assert answer.fact.body.startswith(f"{MARK} Hello Nils Aden,")


async def test_a_clear_text_counts_more_than_a_record() -> None:
    body = "Wir haben die Rechnung nicht bekommen und bitten Sie, uns diese noch einmal zu schicken."
    answer = await rehearse(Draft, body, hints={"body": "reply"}, record={"language": "en"})
    assert isinstance(answer.fact, Draft)
    assert "Guten Tag" in answer.fact.body


async def test_a_letter_quotes_the_subject_and_what_was_asked() -> None:
    letter = await draft(BODY, "Two payments")
    assert "“Two payments”" in letter
    assert "You ask: “Could you check that?”" in letter


async def test_without_a_question_a_letter_quotes_what_says_most() -> None:
    letter = await draft("Hi. The printer at desk 4 prints every label twice. Bye.", "")
    assert "“The printer at desk 4 prints every label twice.”" in letter


async def test_a_letter_names_the_records_that_the_text_speaks_of_and_no_others() -> None:
    about_invoices, about_nothing = await draft(BODY), await draft("The lamp is broken.")
    assert "open invoices: 2" in about_invoices
    assert "standing" not in about_invoices
    assert "open invoices" not in about_nothing


async def test_an_urgent_case_is_called_urgent() -> None:
    assert "We treat this as urgent." in await draft(BODY, urgent=True)
    assert "urgent" not in await draft(BODY, urgent=False)


async def test_the_owners_sentence_for_a_case_is_added_in_that_case_only() -> None:
    hints: dict[str, Plain] = {"body": {"billing": "Finance looks at every payment.", "bug": ["We test it today."]}}
    assert "Finance looks at every payment." in await draft(BODY, hints=hints, sorted_as="billing")
    assert "We test it today." in await draft(BODY, hints=hints, sorted_as="bug")
    assert "Finance" not in await draft(BODY, hints=hints, sorted_as="bug")


async def test_two_texts_never_get_the_same_letter() -> None:
    things = ("lamp", "door", "bell", "saddle")
    assert len({await draft(f"The {thing} has been broken since the day before.") for thing in things}) == len(things)


@pytest.mark.parametrize(
    "text", ["{{ secret }}", "[name]", "[insert link]", "{% for %}", "https://evil.example/pay?x=1"]
)
async def test_a_quote_brings_no_placeholder_and_no_link_into_a_letter(text: str) -> None:
    letter = await draft(f"Can you look at {text} for us today?", f"About {text}")
    assert not re.search(r"\{\{|\}\}|\[(?:name|insert[^\]]*)\]|https?://", letter, re.IGNORECASE)


async def test_a_letter_without_any_material_is_still_a_marked_letter() -> None:
    letter = await draft("")
    assert letter.startswith(f"{MARK} Hello")
    assert "Kind regards" in letter


async def test_a_letter_that_somebody_else_signs_ends_with_its_greeting() -> None:
    hints: dict[str, Plain] = {"body": {"unsigned": True}}
    assert (await draft(BODY)).endswith("Kind regards\nCustomer care")
    assert (await draft(BODY, hints=hints)).endswith("\n\nKind regards")


# --- redrafts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("remark", ["Shorter, please.", "too long - make it more concise", "Bitte kürzer"])
async def test_a_shorter_letter_is_shorter_and_still_greets(remark: str) -> None:
    first = await draft(BODY, "Two payments")
    second = await draft(BODY, "Two payments", remark=remark, previous=first)
    assert len(second) < len(first)
    assert second.startswith(f"{MARK} Hello Radhaus Ahorn,")
    assert "Two payments" in second


async def test_asking_for_a_shorter_letter_again_makes_it_shorter_again() -> None:
    lengths: list[int] = []
    letter = await draft(BODY, "Two payments")
    for _ in range(6):
        lengths.append(len(letter))
        letter = await draft(BODY, "Two payments", remark="shorter", previous=letter)
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths[:4])) == 4


async def test_a_reviewers_own_short_text_is_undercut_too() -> None:
    assert len(await draft(BODY, remark="shorter", previous="x" * 60)) < 60


@pytest.mark.parametrize("remark", ["friendlier", "Could this be a bit warmer?", "less formal please", "freundlicher"])
async def test_a_friendlier_letter_is_glad_to_hear_from_the_customer(remark: str) -> None:
    assert "good to hear from you" not in await draft(BODY)
    letter = await draft(BODY, remark=remark)
    assert "it is good to hear from you" in letter
    assert "We are glad to help." in letter


async def test_a_formal_letter_is_formal_and_an_apology_apologises() -> None:
    assert await draft(BODY, remark="more formal") != await draft(BODY)
    assert "Dear Sir or Madam," in await draft(BODY, remark="more formal")
    assert "We are sorry for the trouble." in await draft(BODY, remark="apologise first")


@pytest.mark.parametrize(
    ("remark", "sentence"),
    [
        ("Mention that the second payment was booked by mistake", "The second payment was booked by mistake."),
        ("please add: we check it by Friday!", "We check it by Friday!"),
        ("Tell them that the office is closed on Monday.", "The office is closed on Monday."),
    ],
)
async def test_what_a_remark_tells_to_say_is_said(remark: str, sentence: str) -> None:
    assert sentence in (await draft(BODY, remark=remark)).split("\n\n")


async def test_any_other_remark_is_noted_for_the_reader() -> None:
    assert "(Asked for: “Too pushy about the money”)" in await draft(BODY, remark="Too pushy about the money")


async def test_a_wish_that_is_denied_is_no_wish() -> None:
    first = await draft(BODY)
    assert len(await draft(BODY, remark="not shorter", previous=first)) >= len(first)


async def test_a_remark_may_hold_two_wishes() -> None:
    letter = await draft(BODY, remark="shorter and friendlier", previous=await draft(BODY))
    assert "good to hear from you" in letter
    assert "You ask" not in letter


# --- which field is a letter ------------------------------------------------------------------------------------------


class Reply(Fact):
    reply: str


class MessageId(Fact):
    message_id: str


class Note(Fact):
    note: str


async def test_a_field_that_holds_a_letter_by_its_name_is_written_as_one() -> None:
    answer = await rehearse(Reply, BODY, hints={})
    assert isinstance(answer.fact, Reply)
    assert answer.fact.reply.startswith(MARK)


@pytest.mark.parametrize(("fact", "field"), [(MessageId, "message_id"), (Note, "note")])
async def test_a_field_that_holds_something_else_is_not(fact: type[Fact], field: str) -> None:
    answer = await rehearse(fact, BODY, hints={})
    assert MARK not in getattr(answer.fact, field)


async def test_a_hint_makes_any_field_a_letter_or_a_summary() -> None:
    as_letter = await rehearse(Note, BODY, hints={"note": "letter"})
    as_summary = await rehearse(Reply, BODY, hints={"reply": "summary"})
    assert isinstance(as_letter.fact, Note)
    assert isinstance(as_summary.fact, Reply)
    assert as_letter.fact.note.startswith(MARK)
    assert MARK not in as_summary.fact.reply
