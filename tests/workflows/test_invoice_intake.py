"""Invoice intake, played: what matches is for finance, what does not for whoever can say why; tricks are stopped."""

from datetime import date
from functools import cache

import pytest

from bot.adapters.library.case import read_cases
from bot.domain.errors import Broken, Transient, Uncertain, Unfit
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.plain import Plain
from bot.domain.run import Ask, RunState, Stage
from bot.domain.terms import Terms
from bot.intents import billing
from bot.testing import Play, Unsure
from bot.testing.world import Found, Outcome, Said
from tests.workflows.shipped import FOLDER, findings, rehearse, terms_of
from tests.workflows.ways import not_played
from workflows.invoice_intake import Match, match_of

NAME = "invoice_intake"
HOME = FOLDER / NAME
SAMPLES = {file.stem: billing.SupplierInvoice.model_validate_json(file.read_bytes()) for file in HOME.glob("samples/*")}
INVOICE = SAMPLES["as-ordered"]
FIELDS = billing.InvoiceFields(
    supplier="Northwind Label Works",
    number="NL-2304",
    order_id="PO-501",
    dated=date(2026, 11, 20),
    due=date(2026, 12, 20),
    net_cents=1_200_00,
    tax_cents=228_00,
    total_cents=1_428_00,
    iban_end="4417",
)
ORDER = billing.PurchaseOrder(
    found=True, order_id="PO-501", supplier="Northwind Label Works", cents=1_200_00, received=True, iban_end="4417"
)
RECEIVED = billing.RecordedInvoice(id="IN-101", state=billing.InvoiceState.RECEIVED)
RECORDED = RECEIVED.model_copy(update={"state": billing.InvoiceState.RECORDED})
ENTRY = billing.RecordInvoice(
    invoice_id="IN-101",
    supplier="Northwind Label Works",
    number="NL-2304",
    order_id="PO-501",
    due=date(2026, 12, 20),
    net_cents=1_200_00,
    tax_cents=228_00,
    total_cents=1_428_00,
)
MISMATCHES: dict[Match, tuple[dict[str, object], dict[str, object]]] = {
    Match.ACCOUNT: ({"iban_end": "9999"}, {}),
    Match.DUPLICATE: ({}, {"earlier_numbers": ("NL-2304",)}),
    Match.NO_ORDER: ({"order_id": ""}, {"found": False, "order_id": "", "cents": 0, "iban_end": "", "received": False}),
    Match.AMOUNT: ({"net_cents": 1_300_00, "tax_cents": 128_00}, {}),
    Match.NOT_RECEIVED: ({}, {"received": False}),
    Match.RIGHT: ({}, {}),
}


@cache
def terms(stage: Stage | None = None) -> Terms:
    return terms_of(NAME, stage)


def play(
    fields: Said | list[Said] = FIELDS,
    *,
    order: Found | list[Found] = ORDER,
    recorded: Outcome | None = None,
    state: Found | list[Found] = RECORDED,
    stage: Stage | None = None,
) -> Play:
    return Play(
        terms(stage),
        INVOICE,
        answers={"fields": fields},
        reads={billing.purchase_order_of: order, billing.recorded: state},
        outcomes={} if recorded is None else {"recorded": recorded},
    )


def mismatched(match: Match) -> tuple[billing.InvoiceFields, billing.PurchaseOrder]:
    fields, order = MISMATCHES[match]
    return FIELDS.model_copy(update=fields), ORDER.model_copy(update=order)


def test_nothing_that_check_would_refuse_or_warn_of() -> None:
    assert findings(NAME) == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [play().reject(by="@tom", reason="other")]
    for match in Match:
        fields, order = mismatched(match)
        asked = play(fields, order=order)
        lived.append(asked.approve(by="@mia" if match in (Match.NO_ORDER, Match.AMOUNT) else "@farah"))
    assert not_played(NAME, *lived) == set()


# --- what matches ----------------------------------------------------------------------------------------------------


def test_an_invoice_as_it_was_ordered_is_recorded_once_finance_has_approved_its_fields() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "finance", ())
    played.approve(by="@tom")
    assert (played.run.state, played.sent) == (RunState.DONE, (ENTRY,))
    assert fold(played.entries) == standing_of(played.run)


@pytest.mark.parametrize("match", Match)
def test_how_an_invoice_stands_to_its_order_is_decided_by_rules(match: Match) -> None:
    assert match_of(*mismatched(match)) is match


@pytest.mark.parametrize(
    ("net", "invoiced", "match"),
    [
        (1_224_00, 0, Match.RIGHT),
        (1_224_01, 0, Match.AMOUNT),
        (1_176_00, 0, Match.RIGHT),
        (1_175_99, 0, Match.AMOUNT),
        (600_00, 600_00, Match.RIGHT),
        (1_200_00, 600_00, Match.AMOUNT),
        (1, 1_200_00, Match.AMOUNT),
    ],
)
def test_two_per_cent_of_what_is_left_of_an_order_may_differ(net: int, invoiced: int, match: Match) -> None:
    fields = FIELDS.model_copy(update={"net_cents": net})
    assert match_of(fields, ORDER.model_copy(update={"invoiced_cents": invoiced})) is match


def test_another_currency_is_no_order_of_ours() -> None:
    assert match_of(FIELDS.model_copy(update={"currency": "USD"}), ORDER) is Match.NO_ORDER


# --- what does not ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "group"), [(Match.NO_ORDER, "leads"), (Match.AMOUNT, "leads"), (Match.NOT_RECEIVED, "finance")]
)
def test_an_exception_goes_to_whoever_can_say_why_and_is_noted(match: Match, group: str) -> None:
    fields, order = mismatched(match)
    played = play(fields, order=order)
    assert played.gate.group == group
    played.approve(by="@mia" if group == "leads" else "@tom")
    (sent,) = played.sent
    assert isinstance(sent, billing.RecordInvoice)
    assert sent.note == f"When it came in: {match}."


@pytest.mark.parametrize(("match", "words"), [(Match.ACCOUNT, "call the supplier"), (Match.DUPLICATE, "already")])
def test_a_strange_account_and_a_second_copy_are_stopped_and_a_person_confirms_it(match: Match, words: str) -> None:
    fields, order = mismatched(match)
    played = play(fields, order=order)
    assert (played.run.gates, played.question.kind) == ({}, Ask.CONFIRM)
    assert words in played.question.text
    assert played.approve(by="@farah").run.state is RunState.STOPPED
    assert played.sent == ()


def test_an_account_that_was_misread_is_corrected_and_goes_on() -> None:
    fields, order = mismatched(Match.ACCOUNT)
    played = play(fields, order=[order, ORDER, ORDER]).correct("@tom", "fields", iban_end="4417")
    assert played.gate.group == "finance"
    assert played.approve(by="@farah").sent == (ENTRY,)


def test_a_large_invoice_needs_two_of_finance() -> None:
    large = {"net_cents": 5_000_00, "tax_cents": 950_00, "total_cents": 5_950_00}
    order = ORDER.model_copy(update={"cents": 5_000_00})
    played = play(FIELDS.model_copy(update=large), order=order).approve(by="@tom")
    assert played.run.state is RunState.WAITING
    assert len(played.approve(by="@farah").sent) == 1


# --- what may never happen -------------------------------------------------------------------------------------------


def test_sums_that_do_not_add_up_never_reach_a_reviewer() -> None:
    played = play(FIELDS.model_copy(update={"tax_cents": 1}))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "Net and tax make the total." in played.told_to("owner")


def test_a_number_that_does_not_stand_in_the_invoice_was_made_up() -> None:
    played = play(FIELDS.model_copy(update={"number": "NL-2305"}))
    assert played.run.state is RunState.PARKED
    assert "letter by letter" in played.told_to("owner")


@pytest.mark.parametrize(
    "values", [{"net_cents": 1}, {"number": "NL-9"}, {"total_cents": 1}, {"invoice_id": "IN-102"}, {"due": "soon"}]
)
def test_an_edit_that_breaks_a_rule_is_refused_and_says_which(values: dict[str, Plain]) -> None:
    with pytest.raises(Unfit):
        play().decide(Verdict.EDIT, "@tom", values=values)


def test_finance_edits_field_by_field_and_somebody_else_approves() -> None:
    played = play().edit("@tom", due="2026-12-31", note="Agreed by phone.").approve(by="@farah")
    (sent,) = played.sent
    assert sent == ENTRY.model_copy(update={"due": date(2026, 12, 31), "note": "Agreed by phone."})


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It cannot be read."), Transient("It is down.")])
def test_without_the_model_finance_types_the_fields_in(error: Broken | Transient) -> None:
    played = play(error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "finance")
    typed = FIELDS.model_dump(mode="json")
    assert played.answer("@tom", **typed).approve(by="@farah").sent == (ENTRY,)


def test_fields_the_model_is_unsure_of_are_typed_in_too() -> None:
    assert play(Unsure(FIELDS, 60)).question.kind is Ask.FILL_IN


def test_goods_that_came_meanwhile_are_shown_before_anything_is_recorded() -> None:
    played = play(order=[ORDER, ORDER.model_copy(update={"invoiced_cents": 1_200_00})]).approve(by="@tom")
    assert (played.sent, played.run.state) == ((), RunState.WAITING)
    assert "invoiced_cents" in played.gate.why


@pytest.mark.parametrize(
    ("error", "to"),
    [(Broken("The year is over."), "owner"), (Transient("Down."), "pager"), (Uncertain("?"), "owner")],
)
def test_what_cannot_be_recorded_is_told_and_never_recorded_twice(
    error: Broken | Transient | Uncertain, to: str
) -> None:
    played = play(recorded=error).approve(by="@tom")
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert played.told_to(to)


def test_it_is_done_only_when_the_books_show_it() -> None:
    assert play(state=RECEIVED).approve(by="@tom").run.state is RunState.PARKED


def test_rejecting_records_nothing() -> None:
    assert play().reject("@tom", reason="wrong facts").sent == ()


def test_in_shadow_nothing_is_recorded() -> None:
    played = play(stage=Stage.SHADOW)
    assert (played.sent, played.tried) == ((), (ENTRY,))


# --- the rehearsal model, the samples and the cases ------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_every_sample_is_read_without_a_model_server(name: str) -> None:
    invoice = SAMPLES[name]
    fields = (await rehearse(NAME, "fields", {"invoice": invoice})).fact
    assert isinstance(fields, billing.InvoiceFields)
    assert fields.net_cents + fields.tax_cents == fields.total_cents
    assert fields.number in invoice.text


async def test_the_rehearsal_reads_the_cases_as_people_did() -> None:
    for case in read_cases(HOME, terms().definition):
        given = case.given["invoice"]
        assert (await rehearse(NAME, "fields", {"invoice": given})).fact == case.expected["fields"], case.name
