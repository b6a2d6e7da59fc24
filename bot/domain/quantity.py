"""Durations, money, shares and days as owners write them in a brief, read so that nothing else can be meant.

Each `parse_…` raises `Unclear` and nothing else, with a sentence that says how to write it; each `write_…`
writes what its `parse_…` reads. The types at the end are for pydantic models: they read and write the same.

- Durations: whole numbers with d, h, m or s, the largest first ("1d 12h"); w for weeks; or ISO 8601 ("PT4H").
  No months and years, which differ in length.
- Money: "40 EUR" or "EUR 40.00". A code, never a symbol; no separators; all decimals of the currency or none.
- Shares: "95 %" or 0.95. A bare 1 could be either and is refused.
- Days: "2026-03-31".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.domain.errors import Unfit
from bot.domain.plain import Unreadable
from bot.domain.text import nearest, one_line


class Unclear(Unreadable):
    """This can be read in more than one way, or in none; the message says how to write it."""

    def __str__(self) -> str:
        return self.why


def _unclear(value: object, why: str, how: str) -> Unclear:
    return Unclear(f'"{one_line(str(value), 40)}" {why}. {how}')


# --- durations --------------------------------------------------------------------------------------------

LONGEST = timedelta(days=36_500)
"""A hundred years: what is longer is a slip of the key."""

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_NUMBER = "(?:0|[1-9][0-9]{0,9})"
_DURATION = re.compile(rf"{_NUMBER}[wdhms](?: ?{_NUMBER}[wdhms])*")
_PART = re.compile(r"([0-9]+)([wdhms])")
_ISO = re.compile(
    rf"P(?:(?P<w>{_NUMBER})W|(?=[0-9T])(?:(?P<d>{_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?(?:(?P<s>{_NUMBER})S)?)?)"
)
_HOW_DURATION = 'Write whole numbers and their units, the largest first: "4h", "30m", "1d 12h", "2w".'
_DURATION_FAULTS = (
    (re.compile(r"\A[-−]|\bago\b"), "goes backwards, and a duration cannot"),
    (re.compile(r"[0-9][.,][0-9]"), "has a fraction; the rest goes into a smaller unit"),
    (re.compile(r"\A *[0-9]+ *\Z"), "has no unit"),
    (re.compile(r"[0-9] ?(?:mo|y|M\b|Y)"), "counts months or years, which differ in length"),
)


def parse_duration(text: str, *, or_zero: bool = False) -> timedelta:
    """Read "4h", "1d 12h" or "PT4H"; nothing at all ("0s") only where the caller can do with it."""
    written = text.strip(" ")
    if iso := _ISO.fullmatch(written):
        parts = [(number, unit) for unit, number in iso.groupdict().items() if number]
    elif _DURATION.fullmatch(written):
        parts = _PART.findall(written)
    else:
        faults = (why for fault, why in _DURATION_FAULTS if fault.search(written))
        raise _unclear(text, next(faults, "is not a duration"), _HOW_DURATION)
    units = [unit for _, unit in parts]
    if units != [unit for unit in _SECONDS if unit in units]:
        raise _unclear(text, "has its units twice or out of order", _HOW_DURATION)
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in parts)
    if seconds == 0 and not or_zero:
        raise _unclear(text, "is no time at all", 'The shortest duration is "1s".')
    if seconds > LONGEST.total_seconds():
        raise _unclear(text, "is longer than a hundred years", _HOW_DURATION)
    return timedelta(seconds=seconds)


def write_duration(duration: timedelta) -> str:
    """The shortest way to write it: "1d 12h". Weeks are written as days; a part of a second is Unclear."""
    rest = duration // timedelta(seconds=1)
    if rest < 0 or duration % timedelta(seconds=1):
        raise _unclear(duration, "is not a whole number of seconds", _HOW_DURATION)
    parts: list[str] = []
    for unit in "dhms":
        number, rest = divmod(rest, _SECONDS[unit])
        if number:
            parts.append(f"{number}{unit}")
    return " ".join(parts) or "0s"


# --- money ------------------------------------------------------------------------------------------------

_BY_DECIMALS = {
    0: "CLP ISK JPY KRW PYG UGX VND XAF XOF",
    2: "AED ARS AUD BDT BGN BRL CAD CHF CNY COP CRC CZK DKK EGP EUR GBP GEL GHS HKD HUF IDR ILS INR KES KZT"
    " LKR MAD MXN MYR NGN NOK NPR NZD PEN PHP PKR PLN QAR RON RSD SAR SEK SGD THB TRY TWD UAH USD UYU ZAR",
    3: "BHD JOD KWD OMR TND",
}
CURRENCIES: Mapping[str, int] = MappingProxyType(
    {code: decimals for decimals, codes in _BY_DECIMALS.items() for code in codes.split()}
)
"""The currencies we know, with the decimals that each has (ISO 4217)."""

LARGEST = Decimal(10**12)
"""Less than this many: so that millionths fit into 64 bits."""

_AMOUNT = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MONEY = re.compile(rf"(?P<n>{_AMOUNT.pattern}) (?P<code>[A-Za-z]+)|(?P<code2>[A-Za-z]+) (?P<n2>{_AMOUNT.pattern})")
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH"}
_HOW_MONEY = 'Write the amount, a space and the code of the currency: "40 EUR" or "1250.00 EUR".'
_MONEY_FAULTS = (
    (re.compile(r"\A[-−(]"), "is negative, and an amount here cannot be"),
    (
        re.compile(r"[0-9][,'’_ .][0-9]{3}(?![0-9])|[0-9],[0-9]"),
        "has separators, which countries read differently",
    ),
    (re.compile(r"\A *[0-9.]+ *\Z"), "has no currency"),
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. Amounts of different currencies are never equal and cannot be compared."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        decimals = CURRENCIES.get(self.currency)
        if decimals is None:
            meant = nearest(self.currency, CURRENCIES)
            how = f'Did you mean "{meant}"?' if meant else _HOW_MONEY
            raise _unclear(self.currency, "is not a currency we know", how)
        if not (self.amount.is_finite() and 0 <= self.amount < LARGEST):
            raise _unclear(self.amount, "is not an amount", "It must be at least 0 and less than a million million.")
        exact = abs(self.amount).quantize(Decimal(1).scaleb(-decimals))
        if exact != self.amount:
            raise _unclear(self.amount, f"has more decimals than {self.currency}", f"It has {decimals}.")
        object.__setattr__(self, "amount", exact)

    @property
    def minor(self) -> int:
        """In the currency's smallest unit, as plain data carries amounts: cents of a euro, whole yen."""
        return int(self.amount.scaleb(CURRENCIES[self.currency]))

    @property
    def micros(self) -> int:
        """In millionths of the currency, as costs are counted."""
        return int(self.amount.scaleb(6))

    def __lt__(self, other: "Money") -> bool:
        return self.amount < other._in(self.currency)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= other._in(self.currency)

    def _in(self, currency: str) -> Decimal:
        if self.currency != currency:
            raise Unfit(f"{write_money(self)} cannot be compared with an amount in {currency}. Use one currency.")
        return self.amount

    def __str__(self) -> str:
        return write_money(self)


def dollars(micros: int) -> str:
    """What a model cost: 0.0014 USD."""
    return f"{micros / 1_000_000:.4f} USD"


def parse_money(text: str) -> Money:
    """Read "40 EUR" or "EUR 40.00"."""
    found = _MONEY.fullmatch(text.strip(" "))
    if not found:
        raise _unclear(text, *_why_not_money(text))
    number, code = found["n"] or found["n2"], found["code"] or found["code2"]
    decimals = len(number.partition(".")[2])
    if decimals not in (0, CURRENCIES.get(code, decimals)):
        shown = write_money(Money(Decimal(1250), code))
        raise _unclear(text, "has too few or too many decimals", f'Write "{shown}", without separators.')
    if len(number) > len(str(LARGEST)) + decimals:
        raise _unclear(text, "is more than a million million", _HOW_MONEY)
    return Money(Decimal(number), code)


def _why_not_money(text: str) -> tuple[str, str]:
    for symbol, code in _SYMBOLS.items():
        if symbol in text:
            number = text.replace(symbol, "").strip(" ")
            shown = number if _AMOUNT.fullmatch(number) else "40"
            return f"has {symbol} in place of a code", f'Write the code of the currency: "{shown} {code}".'
    return next((why for fault, why in _MONEY_FAULTS if fault.search(text)), "is not money"), _HOW_MONEY


def write_money(money: Money) -> str:
    """The one way to write it: "40.00 EUR"."""
    return f"{money.amount:f} {money.currency}"


# --- shares and days --------------------------------------------------------------------------------------

_SHARE = re.compile(r"(?P<percent>(?:0|[1-9][0-9]{0,2})(?:\.[0-9]{1,2})?) ?%|(?P<ratio>0|[01]\.[0-9]{1,4})")
_HOW_SHARE = 'Write "95 %" or 0.95; at most two decimals of a percent.'
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_share(text: str) -> float:
    """Read "95 %" or "0.95" as a number from 0 to 1."""
    found = _SHARE.fullmatch(text.strip(" "))
    if not found:
        bare_one = text.strip(" ") == "1"
        raise _unclear(text, "could be all or one percent" if bare_one else "is not a share", _HOW_SHARE)
    share = Decimal(found["ratio"]) if found["ratio"] else Decimal(found["percent"]) / 100
    if share > 1:
        raise _unclear(text, "is more than all", _HOW_SHARE)
    return float(share)


def write_share(share: float) -> str:
    """The one way to write it: "95 %"."""
    return f"{(Decimal(repr(share)) * 100).normalize():f} %"


def parse_date(text: str) -> date:
    """Read "2026-03-31"."""
    if not _DAY.fullmatch(text):
        raise _unclear(text, "is not a day", 'Write year, month and day: "2026-03-31".')
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unclear(text, "is a day no calendar has", 'Write year, month and day: "2026-03-31".') from None


# --- for pydantic -----------------------------------------------------------------------------------------


def _reader(parse: Callable[[str], object]) -> BeforeValidator:
    """Pydantic would write "Value error, " before our sentence; a person should read the sentence."""

    def validate(value: object) -> object:
        try:
            return parse(write_duration(value) if isinstance(value, timedelta) else str(value))
        except Unclear as unclear:
            raise PydanticCustomError("unclear", "{why}", {"why": unclear.why}) from None

    return BeforeValidator(validate)


Duration = Annotated[
    timedelta,
    _reader(parse_duration),
    PlainSerializer(write_duration, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["4h", "1d 12h"]}),
]
"""At least a second: "4h", "1d 12h"."""

MoneyText = Annotated[
    Money,
    _reader(parse_money),
    PlainSerializer(write_money, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["40 EUR", "1250.00 USD"]}),
]
"""An amount and its currency: "40 EUR"."""

Share = Annotated[
    float,
    _reader(parse_share),
    PlainSerializer(write_share, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["95 %"]}),
]
"""From 0 to 1: "95 %" or 0.95."""

Day = Annotated[date, _reader(parse_date)]
"""A day, never a moment: 2026-03-31."""
