"""The rehearsal model cuts values out of what a person wrote: what is there is found, what is not is not made up."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import Field, create_model

from bot.adapters.model.rehearsal import Rehearsal
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.ports.model import Answer
from tests.adapters.model.asking import Triage, question, rehearse

LETTER = """\
Hello,

on 5 March 2026 at 14:05 we paid invoice I-2508 over 1,250.00 EUR, and on 2026-04-01 I-2509 over 49,90 €.
Our contact is Werkstatt+Ahorn@radhaus.example (phone +49 30 1234-567), see https://radhaus.example/pay?id=1.
We need 3 licences for 2 weeks. Is that right? Can you send a copy?

Company: Radhaus Birke
Reference = ABC 77

Best regards
Radhaus Birke
"""


async def ask(
    name: str, kind: object, *, text: str = LETTER, hints: dict[str, Plain] | None = None
) -> tuple[object, Answer]:
    """One field of that name and type, asked of a text: its value, and the whole answer."""
    fields: dict[str, Any] = {name: (kind, ...)}
    answer = await rehearse(create_model("Asked", __base__=Fact, **fields), text, hints=hints or {})
    return getattr(answer.fact, name), answer


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("email", str, "a@b.example"),
        ("contact_email", str, "Werkstatt+Ahorn@radhaus.example"),
        ("phone", str, "+49 30 1234-567"),
        ("link", str, "https://radhaus.example/pay?id=1"),
        ("invoice_id", str, "I-2508"),
        ("due_date", date, date(2026, 4, 1)),
        ("paid_at", datetime, datetime(2026, 4, 1, tzinfo=UTC)),
        ("at", time, time(14, 5)),
        ("length", timedelta, timedelta(weeks=2)),
        ("amount", Decimal, Decimal("1250.00")),
        ("cents", int, 125000),
        ("currency", str, "EUR"),
        ("language", str, "en"),
        ("licences", int, 3),
        ("company", str, "Radhaus Birke"),
        ("reference", str, "ABC 77"),
        ("emails", tuple[str, ...], ("Werkstatt+Ahorn@radhaus.example", "a@b.example")),
        ("invoice_ids", tuple[str, ...], ("I-2508", "I-2509")),
        ("questions", tuple[str, ...], ("Is that right?", "Can you send a copy?")),
        ("dates", tuple[date, ...], (date(2026, 4, 1), date(2026, 3, 5))),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_a_value_is_found_by_what_it_looks_like_and_where_it_goes(
    name: str, kind: object, expected: object
) -> None:
    assert (await ask(name, kind))[0] == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by 2026-03-31 at the latest", date(2026, 3, 31)),
        ("bis 31.03.2026", date(2026, 3, 31)),
        ("bis zum 31. 3. 2026", date(2026, 3, 31)),
        ("until March 31, 2026", date(2026, 3, 31)),
        ("until 31st March 2026", date(2026, 3, 31)),
        ("hasta el 31 de marzo de 2026", date(2026, 3, 31)),
        ("avant le 31 août 2026", date(2026, 8, 31)),
        ("bis 31. Dezember 2026", date(2026, 12, 31)),
        ("até 3 de fevereiro de 2026", date(2026, 2, 3)),
    ],
)
async def test_a_day_is_read_as_people_write_it(text: str, day: date) -> None:
    found, answer = await ask("due_date", date, text=text)
    assert found == day
    assert (answer.confidence or 0) > 50


@pytest.mark.parametrize(
    "text", ["by 03/04/2026", "by 31.02.2026", "by 2026-13-01", "tomorrow", "on 99 March 2026", ""]
)
async def test_a_day_that_could_be_two_or_none_is_not_read(text: str) -> None:
    _, answer = await ask("due_date", date, text=text)
    assert (answer.confidence or 0) < 50
    assert any("due_date" in doubt for doubt in answer.doubts)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("149.00 EUR", "149.00"),
        ("EUR 149", "149"),
        ("1.250,50 €", "1250.50"),
        ("1,250.50 USD", "1250.50"),
        ("£1,250", "1250"),
        ("$12", "12"),
        ("38 euros", "38"),
        ("1 250,00 EUR", "1250.00"),
        ("CHF 1'250.00", "1250.00"),
    ],
)
async def test_an_amount_is_read_with_either_separator(text: str, amount: str) -> None:
    assert (await ask("amount", Decimal, text=f"We paid {text} last week."))[0] == Decimal(amount)


async def test_a_number_without_a_currency_is_no_amount() -> None:
    _, answer = await ask("amount", Decimal, text="We bought 12 bicycles in shop 7.")
    assert (answer.confidence or 0) < 50


async def test_an_amount_in_whole_cents_is_exact() -> None:
    assert (await ask("cents", int, text="Please refund 0.07 EUR."))[0] == 7


async def test_what_a_record_says_under_the_same_name_is_taken_first() -> None:
    found, answer = await ask("plan", str, text="Our plan: Fleet. Plan Fleet!")
    assert found == "Workshop"
    assert (answer.confidence or 0) >= 75


async def test_an_id_that_nobody_names_is_only_a_guess() -> None:
    _, near = await ask("invoice_id", str)
    _, far = await ask("order_id", str, text="It is about A-77 and I-2508.")
    assert (near.confidence or 0) > (far.confidence or 0)
    assert (far.confidence or 0) < 50


async def test_the_quote_is_the_sentence_the_value_stands_in() -> None:
    _, answer = await ask("invoice_id", str, text="First line.\nIt is invoice I-1, see there.\nLast line.")
    assert answer.evidence == ("It is invoice I-1, see there.",)


async def test_nothing_is_made_up_where_the_text_says_nothing() -> None:
    found, answer = await ask("vendor_vat", str | None, text="Hello.")
    assert (found, answer.doubts) == (None, ())


async def test_a_text_that_must_be_there_says_that_it_is_a_guess() -> None:
    _, answer = await ask("city", str, text="The sign in front of our shop is blue.")
    assert answer.doubts == ("It is only a guess that this is the city.",)
    assert (answer.confidence or 0) < 50


async def test_a_hint_says_what_to_take_where_the_text_says_nothing() -> None:
    found, answer = await ask("city", str, text="Hello.", hints={"city": "Berlin"})
    assert found == "Berlin"
    assert answer.doubts == ("Nothing in the text for city; took “Berlin”.",)


async def test_a_text_without_a_uuid_gets_one_of_its_own_and_a_doubt() -> None:
    one, same, other = [(await ask("key", UUID, text=text))[0] for text in ("a b", "a b", "a c")]
    assert one == same != other
    given = "0190b3f0-0000-7000-8000-000000000001"
    assert (await ask("key", UUID, text=f"It is {given}."))[0] == UUID(given)


async def test_keywords_are_the_words_that_stand_there_most() -> None:
    tags, _ = await ask("tags", tuple[str, ...], text="Printer broken. The printer prints. Printer labels, labels!")
    assert isinstance(tags, tuple)
    assert tags[:2] == ("printer", "labels")


class Line(Fact):
    invoice_id: str | None = None
    cents: int = 0


class Bill(Fact):
    lines: tuple[Line, ...]
    first: Line


async def test_facts_within_facts_are_filled_in_too() -> None:
    answer = await rehearse(Bill, "Please look at invoice I-7 over 12.50 EUR.", hints={})
    assert answer.fact == Bill(lines=(Line(invoice_id="I-7", cents=1250),), first=Line(invoice_id="I-7", cents=1250))


async def test_a_list_of_facts_is_empty_where_the_text_has_none() -> None:
    answer = await rehearse(Bill, "Hello.", hints={})
    assert answer.fact == Bill(lines=(), first=Line())


class Hinted(Fact):
    first: Line
    kind: str = "x"


async def test_hints_can_be_given_by_path() -> None:
    answer = await rehearse(Hinted, "Hello.", hints={"first.invoice_id": "I-0"})
    assert answer.fact == Hinted(first=Line(), kind="x"), "what may stay empty is not filled with a default"


# --- summaries --------------------------------------------------------------------------------------------------------


class Summary(Fact):
    summary: str = Field(max_length=120)


async def summarised(body: str, subject: str = "") -> str:
    answer = await rehearse(Summary, body, subject, hints={})
    assert isinstance(answer.fact, Summary)
    return answer.fact.summary


async def test_a_summary_is_the_subject_and_the_sentence_that_says_most() -> None:
    body = "Hello,\n\nall is well here. The printer at desk 4 prints every label twice. Bye.\n\nThanks\nMia"
    assert await summarised(body, "Since noon") == "Since noon: The printer at desk 4 prints every label twice."


async def test_a_summary_prefers_what_is_asked() -> None:
    body = "We opened a shop. It is in the north. Can both shops share one stock list? We hope so."
    assert await summarised(body) == "Can both shops share one stock list?"


async def test_a_summary_does_not_say_the_subject_twice() -> None:
    assert await summarised("Our printer prints every label twice.", "Printer prints twice") == (
        "Our printer prints every label twice."
    )


@pytest.mark.parametrize("closing", ["Thanks", "Best regards", "Viele Grüße", "Cordialement", "Saludos", "Obrigada"])
async def test_greetings_and_signatures_are_no_summary(closing: str) -> None:
    assert await summarised(f"Bonjour,\n\nthe lamp is broken.\n\n{closing}\nRadhaus Ahorn 4") == "the lamp is broken."


async def test_a_wrapped_line_is_read_as_one_sentence() -> None:
    body = "The list of repairs that we closed last week comes back as open\nafter every reload of the page."
    assert await summarised(body) == body.replace("\n", " ")


async def test_a_summary_never_grows_too_long() -> None:
    text = await summarised("word " * 2000, "long " * 50)
    assert len(text) <= 120
    assert text.endswith("…")


async def test_an_earlier_mail_below_is_not_summarised() -> None:
    assert await summarised("It still fails here.\n> Did you restart the whole machine at 9?\n> Really?") == (
        "It still fails here."
    )


async def test_paraphrases_get_summaries_of_their_own() -> None:
    said = {await summarised(f"Our {thing} stopped moving at noon.") for thing in ("crane", "lift", "gate")}
    assert len(said) == 3


async def test_the_summary_of_a_ticket_stands_in_the_ticket() -> None:
    answer = await rehearse(Triage, "The error comes back. Every day at 9:15 the list is empty!", "Empty list")
    assert isinstance(answer.fact, Triage)
    assert "Every day at 9:15 the list is empty!" in answer.fact.summary


async def test_a_list_of_what_people_wrote_is_read_like_any_text() -> None:
    class Gist(Fact):
        reasons: tuple[str, ...]

    lines: list[Plain] = ["Mia: bookings failed on Wednesday.", "Jonas: the disk was full."]
    material: dict[str, Plain] = {"metrics": {"week": "2026-W09"}, "notes": {"week": "2026-W09", "lines": lines}}
    answer = await Rehearsal().answer(question(Gist, material, hints={}))
    assert isinstance(answer, Answer)
    assert answer.fact == Gist(reasons=("Mia: bookings failed on Wednesday.", "Jonas: the disk was full."))
