"""What owners write is read in one way or refused with a sentence that says how to write it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.domain.errors import Unfit
from bot.domain.plain import Unreadable
from bot.domain.quantity import (
    CURRENCIES,
    LARGEST,
    LONGEST,
    Day,
    Duration,
    Money,
    MoneyText,
    Share,
    Unclear,
    parse_date,
    parse_duration,
    parse_money,
    parse_share,
    write_duration,
    write_money,
    write_share,
)
from bot.domain.text import visible
from tests.naughty import every_text

PARSERS: tuple[Callable[[str], object], ...] = (parse_duration, parse_money, parse_share, parse_date)


def refusal(parse: Callable[[str], object], text: str) -> str:
    with pytest.raises(Unclear) as refused:
        parse(text)
    return str(refused.value)


def answer(parse: Callable[[str], object], text: str) -> object:
    """What comes of it: the value, or the one error; any other error fails the test."""
    try:
        return parse(text)
    except Unclear as unclear:
        return unclear


# --- all of them ------------------------------------------------------------------------------------------


@every_text
def test_whatever_is_written_is_read_or_refused_in_a_short_sentence(text: str) -> None:
    for refused in (answer(parse, text) for parse in PARSERS):
        if isinstance(refused, Unclear):
            assert len(str(refused)) < 200
            assert str(refused) == visible(str(refused))
            assert str(refused).endswith((".", "?"))


@given(st.text(alphabet="0123456789 .,:+-%wdhmsPTEURSD$€'_٣½e\u200b\n", max_size=12))
def test_nothing_but_our_one_error_comes_out_of_a_parser(text: str) -> None:
    for parse in PARSERS:
        assert isinstance(answer(parse, text), (Unclear, timedelta, Money, float, date))


def test_the_error_belongs_to_the_family_of_unreadable_input_and_says_only_the_sentence() -> None:
    error = Unclear("Write it like this.")
    assert isinstance(error, Unreadable)
    assert str(error) == error.why == "Write it like this."


# --- durations --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("2w", timedelta(weeks=2)),
        ("90m", timedelta(minutes=90)),
        ("1d 12h", timedelta(days=1, hours=12)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("1w 1d 1h 1m 1s", timedelta(weeks=1, days=1, hours=1, minutes=1, seconds=1)),
        ("0h 5m", timedelta(minutes=5)),
        (" 4h ", timedelta(hours=4)),
        ("PT4H", timedelta(hours=4)),
        ("PT90M", timedelta(minutes=90)),
        ("P2W", timedelta(weeks=2)),
        ("P1D", timedelta(days=1)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("36500d", LONGEST),
    ],
)
def test_a_duration_is_read(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("4", "has no unit"),
        ("", "is not a duration"),
        ("h", "is not a duration"),
        ("1.5h", "has a fraction"),
        ("1,5h", "has a fraction"),
        ("PT1.5H", "has a fraction"),
        ("-4h", "goes backwards"),
        ("\u22124h", "goes backwards"),
        ("4 hours ago", "goes backwards"),
        ("4 hours", "is not a duration"),
        ("4h!", "is not a duration"),
        ("+4h", "is not a duration"),
        ("4H", "is not a duration"),
        ("04h", "is not a duration"),
        ("4h  30m", "is not a duration"),
        ("4h,30m", "is not a duration"),
        ("4h\n", "is not a duration"),
        ("4\u00a0h", "is not a duration"),
        ("\u0664h", "is not a duration"),
        ("\uff14h", "is not a duration"),
        ("4h 4h", "twice or out of order"),
        ("12h 1d", "twice or out of order"),
        ("1mo", "months or years"),
        ("1M", "months or years"),
        ("2 years", "months or years"),
        ("P1Y", "months or years"),
        ("P1M", "months or years"),
        ("P", "is not a duration"),
        ("PT", "is not a duration"),
        ("P1DT", "is not a duration"),
        ("P1W2D", "is not a duration"),
        ("pt4h", "is not a duration"),
        ("0s", "no time at all"),
        ("0w 0d", "no time at all"),
        ("PT0S", "no time at all"),
        ("36501d", "longer than a hundred years"),
        ("9999999999w", "longer than a hundred years"),
        ("99999999999s", "is not a duration"),
    ],
)
def test_a_duration_that_is_unclear_is_refused_with_the_reason(text: str, why: str) -> None:
    assert why in refusal(parse_duration, text)


def test_a_refused_duration_says_how_to_write_it() -> None:
    expected = '"4" has no unit. Write whole numbers and their units, the largest first: "4h", "30m", "1d 12h", "2w".'
    assert refusal(parse_duration, "4") == expected


def test_no_time_at_all_is_read_only_where_the_caller_asks_for_it() -> None:
    assert parse_duration("0s", or_zero=True) == timedelta(0)
    assert parse_duration("PT0H", or_zero=True) == timedelta(0)


@given(st.timedeltas(timedelta(0), LONGEST).map(lambda any_time: any_time - any_time % timedelta(seconds=1)))
@example(timedelta(0))
@example(LONGEST)
def test_a_written_duration_is_read_back(duration: timedelta) -> None:
    assert parse_duration(write_duration(duration), or_zero=True) == duration


@pytest.mark.parametrize(
    ("text", "written"),
    [("PT36H", "1d 12h"), ("90m", "1h 30m"), ("2w", "14d"), ("3600s", "1h"), ("86399s", "23h 59m 59s")],
)
def test_a_duration_is_written_in_one_way(text: str, written: str) -> None:
    assert write_duration(parse_duration(text)) == written


@pytest.mark.parametrize("duration", [timedelta(milliseconds=1), timedelta(seconds=-1), timedelta(days=-1, seconds=1)])
def test_a_duration_that_could_not_be_read_back_is_not_written(duration: timedelta) -> None:
    with pytest.raises(Unclear, match="whole number of seconds"):
        write_duration(duration)


# --- money ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("40 EUR", "40", "EUR"),
        ("EUR 40", "40", "EUR"),
        ("40.00 EUR", "40", "EUR"),
        ("EUR 40.05", "40.05", "EUR"),
        ("0 USD", "0", "USD"),
        ("0.01 USD", "0.01", "USD"),
        ("1250 JPY", "1250", "JPY"),
        ("1.250 KWD", "1.25", "KWD"),
        ("999999999999.99 EUR", "999999999999.99", "EUR"),
    ],
)
def test_money_is_read(text: str, amount: str, currency: str) -> None:
    assert parse_money(text) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("40", "has no currency"),
        ("40.00", "has no currency"),
        ("", "is not money"),
        ("EUR", "is not money"),
        ("40EUR", "is not money"),
        ("40 EUR 5", "is not money"),
        ("EUR 40 EUR", "is not money"),
        ("40  EUR", "is not money"),
        ("40 EUR\n", "is not money"),
        (".50 EUR", "is not money"),
        ("40. EUR", "is not money"),
        ("040 EUR", "is not money"),
        ("+40 EUR", "is not money"),
        ("1e3 EUR", "is not money"),
        ("NaN EUR", "is not money"),
        ("\u0664\u0660 EUR", "is not money"),
        ("-40 EUR", "is negative"),
        ("\u221240 EUR", "is negative"),
        ("(40.00) EUR", "is negative"),
        ("1,250.00 USD", "separators"),
        ("1.250,00 EUR", "separators"),
        ("1'250.00 CHF", "separators"),
        ("1 250 EUR", "separators"),
        ("1_250 EUR", "separators"),
        ("40,50 EUR", "separators"),
        ("1.250 EUR", "too few or too many decimals"),
        ("40.5 EUR", "too few or too many decimals"),
        ("40.00 JPY", "too few or too many decimals"),
        ("1.25 KWD", "too few or too many decimals"),
        ("40 XYZ", "is not a currency we know"),
        ("40 eur", 'Did you mean "EUR"?'),
        ("40 EURO", 'Did you mean "EUR"?'),
        ("1000000000000 EUR", "less than a million million"),
        ("1" * 100 + " EUR", "more than a million million"),
    ],
)
def test_money_that_is_unclear_is_refused_with_the_reason(text: str, why: str) -> None:
    assert why in refusal(parse_money, text)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("$40", '"40 USD"'),
        ("40$", '"40 USD"'),
        ("€ 12.50", '"12.50 EUR"'),
        ("£5", '"5 GBP"'),
        ("US$ 40", '"40 USD"'),
        ("$1,250.00", '"40 USD"'),
    ],
)
def test_a_symbol_is_refused_with_the_code_to_write(text: str, suggestion: str) -> None:
    assert refusal(parse_money, text).endswith(f"Write the code of the currency: {suggestion}.")


def test_too_many_decimals_are_refused_with_an_amount_in_that_currency() -> None:
    assert '"1250 JPY"' in refusal(parse_money, "12.50 JPY")
    assert '"1250.000 BHD"' in refusal(parse_money, "12.5 BHD")


currencies = st.sampled_from(sorted(CURRENCIES))


@st.composite
def moneys(draw: st.DrawFn, currency: str = "") -> Money:
    code = currency or draw(currencies)
    most = int(LARGEST) * 10 ** CURRENCIES[code] - 1
    return Money(Decimal(draw(st.integers(0, most))).scaleb(-CURRENCIES[code]), code)


@given(moneys())
def test_written_money_is_read_back_the_same(money: Money) -> None:
    again = parse_money(write_money(money))
    assert again == money
    assert write_money(again) == write_money(money) == str(money)


@given(moneys())
def test_the_smallest_unit_and_the_millionths_are_exact(money: Money) -> None:
    assert Decimal(money.minor) == money.amount * 10 ** CURRENCIES[money.currency]
    assert Decimal(money.micros) == money.amount * 1_000_000
    assert money.micros < 2**63


@given(moneys("EUR"), moneys("EUR"))
def test_money_of_one_currency_is_ordered_by_amount(one: Money, other: Money) -> None:
    assert (one < other) == (one.amount < other.amount)
    assert (one <= other) == (one.amount <= other.amount)
    assert (one > other) == (one.amount > other.amount)
    assert (one >= other) == (one.amount >= other.amount)


def test_the_same_amount_is_the_same_money_however_it_was_written() -> None:
    assert parse_money("40 EUR") == parse_money("EUR 40.00")
    assert len({parse_money("40 EUR"), parse_money("40.00 EUR")}) == 1


def test_money_of_two_currencies_is_never_equal_and_not_compared() -> None:
    euros, dollars = parse_money("40 EUR"), parse_money("40 USD")
    assert euros != dollars
    with pytest.raises(Unfit, match=r"40\.00 USD cannot be compared with an amount in EUR"):
        _ = euros < dollars
    with pytest.raises(Unfit, match=r"40\.00 EUR cannot be compared with an amount in USD"):
        _ = euros > dollars
    with pytest.raises(Unfit):
        _ = euros >= dollars


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-1", "0.001", "1e-99999", str(LARGEST), "1e99999"])
def test_no_money_exists_that_could_not_be_written(amount: str) -> None:
    with pytest.raises(Unclear):
        Money(Decimal(amount), "EUR")


def test_money_below_nothing_is_nothing_when_it_is_minus_zero() -> None:
    assert write_money(Money(Decimal("-0"), "EUR")) == "0.00 EUR"


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XXX", "€", "EUR "])
def test_no_money_exists_in_a_currency_we_do_not_know(code: str) -> None:
    with pytest.raises(Unclear, match="is not a currency we know"):
        Money(Decimal(1), code)


def test_every_currency_is_three_letters_and_stands_once() -> None:
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert (CURRENCIES["JPY"], CURRENCIES["EUR"], CURRENCIES["KWD"]) == (0, 2, 3)


# --- shares and days --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("95 %", 0.95),
        ("95%", 0.95),
        ("0.95", 0.95),
        ("99.5 %", 0.995),
        ("33.33 %", 0.3333),
        ("0.1234", 0.1234),
        ("0", 0.0),
        ("0 %", 0.0),
        ("1 %", 0.01),
        ("1.0", 1.0),
        ("100 %", 1.0),
    ],
)
def test_a_share_is_read(text: str, expected: float) -> None:
    assert parse_share(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1", "all or one percent"),
        ("95", "is not a share"),
        (".95", "is not a share"),
        ("0,95", "is not a share"),
        ("95 percent", "is not a share"),
        ("%", "is not a share"),
        ("-5 %", "is not a share"),
        ("095 %", "is not a share"),
        ("99.999 %", "is not a share"),
        ("0.12345", "is not a share"),
        ("nan", "is not a share"),
        ("1e-1", "is not a share"),
        ("95\u00a0%", "is not a share"),
        ("\u0669\u0665 %", "is not a share"),
        ("101 %", "is more than all"),
        ("100.01 %", "is more than all"),
        ("1.0001", "is more than all"),
    ],
)
def test_a_share_that_is_unclear_is_refused_with_the_reason(text: str, why: str) -> None:
    assert why in refusal(parse_share, text)


@given(st.integers(0, 10_000))
def test_a_written_share_is_read_back_to_the_last_bit(hundredths_of_a_percent: int) -> None:
    share = hundredths_of_a_percent / 10_000
    assert parse_share(write_share(share)) == share


def test_a_threshold_admits_the_very_confidence_it_names() -> None:
    assert parse_share("95 %") <= 0.95
    assert parse_share("0.7") <= 0.7


@pytest.mark.parametrize(("share", "written"), [(0.95, "95 %"), (1.0, "100 %"), (0.0, "0 %"), (0.995, "99.5 %")])
def test_a_share_is_written_in_percent(share: float, written: str) -> None:
    assert write_share(share) == written


@given(st.dates())
def test_a_day_is_read_as_iso_writes_it(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-02-30", "no calendar has"),
        ("0000-01-01", "no calendar has"),
        ("2026-13-01", "no calendar has"),
        ("31.03.2026", "is not a day"),
        ("2026-3-1", "is not a day"),
        ("20260331", "is not a day"),
        ("2026-W10-1", "is not a day"),
        ("2026-03-31T00:00", "is not a day"),
        (" 2026-03-31", "is not a day"),
        ("\u0662\u0660\u0662\u0666-03-31", "is not a day"),
        ("tomorrow", "is not a day"),
    ],
)
def test_a_day_that_is_unclear_is_refused_with_the_reason(text: str, why: str) -> None:
    assert why in refusal(parse_date, text)


# --- for pydantic -----------------------------------------------------------------------------------------


class Sample(BaseModel):
    wait: Duration = timedelta(hours=1)
    limit: MoneyText | None = None
    confidence: Share = 0.5
    day: Day | None = None


def messages(**fields: object) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        Sample.model_validate(fields)
    return [error["msg"] for error in refused.value.errors()]


def test_a_model_reads_what_owners_write_and_writes_it_back() -> None:
    written = {"wait": "1d 12h", "limit": "40.00 EUR", "confidence": "95 %", "day": "2026-03-31"}
    sample = Sample.model_validate(written)
    assert sample.wait == timedelta(days=1, hours=12)
    assert sample.limit == Money(Decimal(40), "EUR")
    assert sample.confidence == 0.95
    assert sample.day == date(2026, 3, 31)
    assert sample.model_dump(mode="json") == written
    assert Sample.model_validate_json(sample.model_dump_json()) == sample


def test_a_model_takes_the_values_themselves_too() -> None:
    values: dict[str, object] = {
        "wait": timedelta(minutes=5),
        "limit": parse_money("40 EUR"),
        "confidence": 0.25,
        "day": date(2026, 3, 31),
    }
    assert dict(Sample.model_validate(values)) == values


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("wait", "4", '"4" has no unit.'),
        ("wait", 7, '"7" has no unit.'),
        ("wait", True, '"True" is not a duration.'),
        ("wait", None, '"None" is not a duration.'),
        ("wait", timedelta(0), '"0s" is no time at all.'),
        ("wait", timedelta(microseconds=1), '"0:00:00.000001" is not a whole number of seconds.'),
        ("limit", 40, '"40" has no currency.'),
        ("limit", 40.5, '"40.5" has no currency.'),
        ("limit", "{why} EUR", '"{why} EUR" is not money.'),
        ("limit", {"amount": "40", "currency": "EUR"}, "\"{'amount': '40', 'currency': 'EUR'}\" is not money."),
        ("confidence", 1, '"1" could be all or one percent.'),
        ("confidence", 1.5, '"1.5" is more than all.'),
        ("confidence", float("nan"), '"nan" is not a share.'),
        ("confidence", True, '"True" is not a share.'),
        ("confidence", b"95 %", "\"b'95 %'\" is not a share."),
        ("day", 20260331, '"20260331" is not a day.'),
        ("day", datetime(2026, 3, 31, tzinfo=UTC), '"2026-03-31 00:00:00+00:00" is not a day.'),
    ],
)
def test_a_model_refuses_in_our_sentence_and_nothing_else(field: str, value: object, message: str) -> None:
    (said,) = messages(**{field: value})
    assert said.startswith(message)


def test_the_schema_says_that_these_are_texts() -> None:
    properties = Sample.model_json_schema()["properties"]
    assert properties["wait"]["type"] == "string"
    assert properties["confidence"]["examples"] == ["95 %"]
