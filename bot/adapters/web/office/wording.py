"""What a desk keeps, as people read it: times, amounts, lists, yes and no."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError

from bot.domain.field import titled
from bot.ports.back_office import Value

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?\+00:00")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CENTS = re.compile(r"(?:(.*)_)?cents")
_CURRENCY = "currency"
_LIST = TypeAdapter(list[str | int | float])
_YES_NO = frozenset({"archived", "delivered", "paid", "received", "withdrawn"})
_CALLED = {"at": "When", "id": "Number"}
_OF_A_TIME = "_at"


def worded(fields: Mapping[str, Value]) -> dict[str, str]:
    """Every field by its heading; what is empty has an empty text."""
    return dict(_worded(fields))


def _worded(fields: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        amount = _CENTS.fullmatch(name)
        if amount and isinstance(value, int):
            yield titled(amount[1] or "amount"), f"{value / 100:,.2f} {fields.get(_CURRENCY, '')}".rstrip()
        elif name != _CURRENCY:
            yield _heading(name), _text(name, value)


def _heading(name: str) -> str:
    return _CALLED.get(name) or titled(name.removesuffix(_OF_A_TIME))


def _text(name: str, value: Value) -> str:
    if value is None:
        return ""
    if name in _YES_NO and value in (0, 1):
        return "yes" if value else "no"
    return _plain(value) if isinstance(value, str) else f"{value:,}"


def _plain(text: str) -> str:
    if _MOMENT.fullmatch(text):
        return moment(datetime.fromisoformat(text))
    if _DAY.fullmatch(text):
        return _day(text)
    return _items(text) if text.startswith("[") else text


def moment(at: datetime) -> str:
    """A time, to the minute."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%b %Y}"


def _items(text: str) -> str:
    try:
        return " · ".join(map(str, _LIST.validate_json(text)))
    except ValidationError:
        return text
