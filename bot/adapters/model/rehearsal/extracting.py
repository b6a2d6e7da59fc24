"""Cutting values out of a text: by the label before them, by what they look like, by the name of their field."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import NAMESPACE_URL, uuid5

from bot.adapters.model.rehearsal.reading import Reading
from bot.adapters.model.rehearsal.task import BLINDLY, EXTRACTED, GUESSED, OWNED, TAKEN, Found, name_of
from bot.adapters.model.rehearsal.word import fold, words_of
from bot.domain.text import one_line

EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}\b")
LINK = re.compile(r"\bhttps?://[^\s<>()\[\]\"'“”]{3,300}")
_PHONE = re.compile(r"(?<![\w-])\+?\d(?:[ ./()-]{0,2}\d){6,14}(?![\w-])")
_ID = re.compile(r"(?<![\w-])(?P<sort>[A-Z]{1,6}-(?=\d)|[A-Z]{1,6}(?=\d\d)|#(?=\d))[\w-]{1,30}")
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?:(?P<before>EUR|USD|GBP|CHF|[€$£])\s?)?(?<![\w.,-])(?P<number>\d{1,12}(?:[., '’]\d{3}){0,3}(?:[.,]\d{1,2})?)"
    r"(?![\w.,]\d)\s?(?P<after>EUR|USD|GBP|CHF|[€$£]|euros?\b|dollars?\b|pounds?\b)?",
    re.IGNORECASE,
)
_SIGNS = {"€": "EUR", "euro": "EUR", "$": "USD", "dollar": "USD", "£": "GBP", "pound": "GBP"}
_TIME = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
_DURATION = re.compile(r"\b(\d{1,4}) ?(second|minute|hour|day|week)s?\b", re.IGNORECASE)
_UNITS = {"second": "PT{}S", "minute": "PT{}M", "hour": "PT{}H", "day": "P{}D", "week": "P{}W"}
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2})?)?")
_DAYS = (
    (re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b"), (3, 2, 1)),
    (re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.)? (?:de )?([^\W\d_]{3,10})\.?,? (?:de )?(\d{4})\b"), (3, 2, 1)),
    (re.compile(r"\b([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b"), (3, 1, 2)),
)
"""Patterns with the places of year, month and day. 03/04/2026 is left alone: it could be two days."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan,ene feb,fev mar,mrz apr,abr,avr may,mai jun jul aug,ago,aou sep,set oct,okt,out nov dec,dez,dic".split(),
        start=1,
    )
    for name in names.split(",")
}
_OWNERS = ("company", "customer", "customer_name", "account_name", "name", "organisation", "organization")
_UNIT = frozenset({"cents", "minor"})
_MONEY = frozenset("amount price total sum cost fee value credit refund cents minor money balance".split())


# --- by the name, the format and the label of a field ----------------------------------------------------------------


def labelled(reading: Reading, path: str) -> Iterator[Found]:
    """What stands behind the field's own name: `Company: Radhaus Ahorn`."""
    yield from _behind(reading, words_of(name_of(path)))


def _behind(reading: Reading, words: Iterable[str]) -> Iterator[Found]:
    name = r"[ _-]?".join(map(re.escape, words))
    if not name:
        return
    for found in re.finditer(rf"(?im)^\W{{0,3}}{name}\s?[:=]\s?(\S[^\n]{{0,200}})", reading.text):
        yield Found(found[1].strip(), OWNED, reading.quote(found.start(1)))


def by_name(reading: Reading, path: str) -> Iterator[Found]:
    """What a short text field of that name usually holds."""
    words = {word if word in _MONEY else word.removesuffix("s") for word in words_of(name_of(path))}
    for names, find in _BY_NAME:
        if words & names:
            yield from find(reading, words - names)


def by_format(reading: Reading, form: str, path: str = "") -> Iterator[Found]:
    """What a text in that format of JSON Schema may be; of days, first the one behind the field's own name."""
    if form == "date":
        for found in labelled(reading, path):
            yield from (Found(day.isoformat(), OWNED, found.quote) for day, _, _ in _days_in(str(found.value)))
    find = _BY_FORMAT.get(form)
    if find is not None:
        yield from find(reading)


def numbers(reading: Reading, path: str) -> Iterator[Found]:
    """Numbers for a field: amounts for money, what stands beside its name, any number at all."""
    yield from numbers_meant(reading, path)
    doubt = f"It is only a guess that this number is the {name_of(path)}."
    for word in reading.words.words:
        if word.isdecimal() and word.isascii():
            yield Found(word, BLINDLY, doubt=doubt)


def numbers_meant(reading: Reading, path: str) -> Iterator[Found]:
    """Those of which something says that they are for this field."""
    words = set(words_of(name_of(path)))
    if words & _MONEY:
        scale = 100 if words & _UNIT else 1
        yield from _labelled_amounts(reading, [word for word in words_of(name_of(path)) if word not in _UNIT], scale)
        yield from (Found(str(number * scale), EXTRACTED, quote) for number, _, quote in _amounts(reading))
    for found in labelled(reading, path):
        labelled_number = _decimal(str(found.value).split()[0].rstrip(".,;"))
        if labelled_number is not None:
            yield Found(str(labelled_number), OWNED, found.quote)
    yield from (Found(near, EXTRACTED) for near in reading.words.number_near(words))


def _labelled_amounts(reading: Reading, label: list[str], scale: int) -> Iterator[Found]:
    """`Tax: 228.00 EUR` is what `tax_cents` asks for."""
    for behind in _behind(reading, label):
        for found in _AMOUNT.finditer(str(behind.value)):
            number = _decimal(found["number"])
            if number is not None and (found["before"] or found["after"]):
                yield Found(f"{number * scale:f}", OWNED, behind.quote)


def latest_day(reading: Reading) -> str:
    """The latest day that the records name; a fixed one where they name none."""
    found = (_ISO_DAY.match(piece.value) for piece in reading.pieces if isinstance(piece.value, str))
    days = [day for one in found if one and (day := _day(one[1], one[2], one[3]))]
    return max(days, default=date(2000, 1, 1)).isoformat()


# --- what things look like -------------------------------------------------------------------------------------------


def _matches(reading: Reading, pattern: re.Pattern[str]) -> Iterator[Found]:
    """What looks like it in the text, then in the records."""
    for found in pattern.finditer(reading.text):
        yield Found(found[0].rstrip(".,;:!?"), EXTRACTED, reading.quote(found.start()))
    for piece in reading.pieces:
        if isinstance(piece.value, str) and len(piece.value) < 300 and pattern.fullmatch(piece.value):
            yield Found(piece.value, EXTRACTED)


def _phones(reading: Reading) -> Iterator[Found]:
    return (found for found in _matches(reading, _PHONE) if not _ISO_DAY.match(str(found.value)))


def _ids(reading: Reading, about: set[str]) -> Iterator[Found]:
    """Ids, first those behind the word that says of what: `invoice I-2508` for `invoice_id`; then their like."""
    found = list(_ID.finditer(reading.text))
    ends = [hit.end for hit in reading.words.hits(about)]
    near = [one for one in found if any(0 <= one.start() - end <= 20 for end in ends)]
    sorts = {one["sort"] for one in near}
    for one in (*near, *found):
        sure = EXTRACTED if one["sort"] in sorts or not about else GUESSED
        yield Found(one[0].rstrip("-"), sure, reading.quote(one.start()))


def _amounts(reading: Reading) -> Iterator[tuple[Decimal, str, str]]:
    """Amounts with their currency: a number alone is none."""
    for found in _AMOUNT.finditer(reading.text):
        sign = (found["before"] or found["after"] or "").lower()
        number = _decimal(found["number"])
        if sign and number is not None:
            yield number, _SIGNS.get(sign.removesuffix("s"), sign.upper()), reading.quote(found.start("number"))


def _decimal(text: str) -> Decimal | None:
    """Reads 1,250.00 and 1.250,00; a single separator before exactly three digits counts as thousands."""
    plain = re.sub(r"[ '’](?=\d{3})", "", text)
    last = max(plain.rfind("."), plain.rfind(","))
    whole, fraction = (plain[:last], plain[last + 1 :]) if last >= 0 and len(plain) - last != 4 else (plain, "")
    try:
        number = Decimal(f"{re.sub('[.,]', '', whole)}.{fraction or 0}")
    except InvalidOperation:
        return None
    return number if text.isascii() and number.is_finite() and len(text) <= 30 else None


def _days(reading: Reading) -> Iterator[tuple[date, str, str]]:
    """Days that the text names, with the time of day where one stands there."""
    return ((day, time, reading.quote(start)) for day, time, start in _days_in(reading.text))


def _days_in(text: str) -> Iterator[tuple[date, str, int]]:
    for found in _ISO_DAY.finditer(text):
        if day := _day(found[1], found[2], found[3]):
            yield day, found[4] or "", found.start()
    for pattern, order in _DAYS:
        for found in pattern.finditer(text):
            if day := _day(*(found[n] for n in order)):
                yield day, "", found.start()


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdecimal() else _MONTHS.get(fold(month)[:3], 0)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def _people(reading: Reading, about: set[str]) -> Iterator[Found]:
    """Who it is about: by a record, or by the signature. Something else about them (`vendor_vat`) is not found so."""
    if about:
        return
    for owned in map(reading.named, _OWNERS):
        if isinstance(owned, str) and owned.strip():
            yield Found(one_line(owned, 200), EXTRACTED)
    if reading.signature:
        yield Found(reading.signature, EXTRACTED - 20, reading.signature)


def _moments(reading: Reading) -> Iterator[Found]:
    for day, time, quote in _days(reading):
        for zone in ("Z", ""):
            yield Found(f"{day.isoformat()}T{time or '00:00'}:00{zone}", EXTRACTED if time else GUESSED, quote)


def _times(reading: Reading) -> Iterator[Found]:
    for found in _TIME.finditer(reading.text):
        yield Found(f"{int(found[1]):02}:{found[2]}:00", EXTRACTED, reading.quote(found.start()))


def _durations(reading: Reading) -> Iterator[Found]:
    for found in _DURATION.finditer(reading.text):
        length = _UNITS[found[2].lower()].format(int(found[1]))
        yield Found(length, EXTRACTED, reading.quote(found.start()))


def _uuids(reading: Reading) -> Iterator[Found]:
    yield from _matches(reading, _UUID)
    yield Found(str(uuid5(NAMESPACE_URL, reading.text)), TAKEN, doubt="The text has no UUID; one was made from it.")


def _iso_days(reading: Reading) -> Iterator[Found]:
    return (Found(day.isoformat(), EXTRACTED, quote) for day, _, quote in _days(reading))


_BY_FORMAT: Mapping[str, Callable[[Reading], Iterator[Found]]] = {
    "date": _iso_days,
    "date-time": _moments,
    "time": _times,
    "duration": _durations,
    "uuid": _uuids,
    "email": lambda reading: _matches(reading, EMAIL),
    "uri": lambda reading: _matches(reading, LINK),
}
_BY_NAME: tuple[tuple[frozenset[str], Callable[[Reading, set[str]], Iterator[Found]]], ...] = (
    (frozenset({"email", "mail"}), lambda reading, _: _matches(reading, EMAIL)),
    (frozenset({"phone", "telephone", "mobile", "tel"}), lambda reading, _: _phones(reading)),
    (frozenset({"url", "link", "website", "uri"}), lambda reading, _: _matches(reading, LINK)),
    (
        frozenset({"currency"}),
        lambda reading, _: (Found(code, EXTRACTED, quote) for _, code, quote in _amounts(reading)),
    ),
    (frozenset("id number no ref reference code key sku".split()), _ids),
    (_MONEY, lambda reading, _: (Found(f"{n} {code}", EXTRACTED, quote) for n, code, quote in _amounts(reading))),
    (frozenset({"date", "day", "due", "deadline", "until", "since"}), lambda reading, _: _iso_days(reading)),
    (frozenset((*_OWNERS, "person", "contact", "sender", "vendor", "supplier")), _people),
)
TYPED = frozenset(name for names, _ in _BY_NAME for name in names)
"""A field whose name has one of these words holds no prose."""
