"""Does a value keep to the limits of its place, and what does where nothing better is known?"""

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation

from bot.adapters.model.rehearsal.shape import Kind, Limits, Shape
from bot.domain.plain import Plain

_SAMPLES = (
    "A a 0 1 AA AAA AAAA aa aaa 00 000 0000 00000 000000 A1 A-1 a-1 T-1 a_b EUR en de-DE abc abc123 a.b 1.0 0.00 10:00 "
    "2000-01-01 2000-01-01T00:00:00Z a@b.example https://example.com/ +10000000000 00:00:00 #000000 0x0"
).split()
"""Tried where a pattern has to be met and nothing in the text meets it."""
_FORMATS = {"time": "00:00:00", "duration": "PT0S", "email": "nobody@example.com", "uri": "https://example.com/"}


def fitted(value: Plain, shape: Shape) -> Iterator[Plain]:
    """The value as its place takes it: as it is, or in another spelling; nothing where it does not fit."""
    match shape.kind:
        case Kind.WHOLE | Kind.NUMBER | Kind.DECIMAL:
            number = _number(value)
            if number is not None and _is_within(number, shape.limits):
                yield from _written(number, shape.kind)
        case Kind.TEXT:
            if isinstance(value, str):
                yield from (text for text in _spellings(value, shape.limits) if _fits(text, shape.limits))
        case _:
            yield value


def _number(value: Plain) -> Decimal | None:
    try:
        return Decimal(str(value)) if not isinstance(value, bool) else None
    except InvalidOperation:
        return None


def _written(number: Decimal, kind: Kind) -> Iterator[Plain]:
    if kind is not Kind.WHOLE:
        yield format(number, "f")
    elif number == number.to_integral_value():
        yield int(number)


def _is_within(number: Decimal, limits: Limits) -> bool:
    digits, exponent = number.normalize().as_tuple()[1:]
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return (
        (limits.least is None or number >= limits.least)
        and (limits.most is None or number <= limits.most)
        and (limits.above is None or number > limits.above)
        and (limits.below is None or number < limits.below)
        and (limits.step is None or number % limits.step == 0)
        and (limits.places is None or places <= limits.places)
        and (limits.digits is None or max(len(digits), places) <= limits.digits)
    )


def harmless_numbers(shape: Shape) -> Iterator[Plain]:
    """The numbers nearest to nothing that keep to the limits."""
    limits = shape.limits
    bounds = [bound for bound in (limits.least, limits.most, limits.above, limits.below) if bound is not None]
    step = limits.step or Decimal(1).scaleb(-(limits.places or 0)) if shape.kind is Kind.DECIMAL else limits.step or 1
    near = [Decimal(0), Decimal(1)]
    for bound in bounds:
        whole = [bound.to_integral_value(rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING)]
        on_step = [(bound / step).to_integral_value(rounding) * step for rounding in (ROUND_FLOOR, ROUND_CEILING)]
        near += [bound, *whole, *on_step, *(one + sign * step for one in (bound, *on_step) for sign in (-1, 1))]
    if len(bounds) > 1:
        near.append((min(bounds) + max(bounds)) / 2)
    for number in sorted(dict.fromkeys(near), key=lambda one: (abs(one), one < 0)):
        yield from fitted(str(number), shape)


def _spellings(text: str, limits: Limits) -> Iterator[str]:
    yield text
    if limits.pattern:
        plain = re.sub(r"\W+", "-", text).strip("-")
        yield from (text.upper(), text.lower(), plain, plain.upper(), plain.lower(), re.sub(r"\D", "", text))


def _fits(text: str, limits: Limits) -> bool:
    long_enough = limits.shortest <= len(text) and (limits.longest is None or len(text) <= limits.longest)
    return long_enough and (not limits.pattern or _meets(text, limits.pattern))


def _meets(text: str, pattern: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True  # another dialect than ours: let the type itself judge


def harmless_texts(shape: Shape, name: str) -> Iterator[str]:
    """Texts that say that there was nothing to say, as the limits take it."""
    limits = shape.limits
    if limits.format in _FORMATS:
        yield _FORMATS[limits.format]
    said = f"Nothing in the text for {name}."
    text = said if limits.longest is None else said[: limits.longest]
    sized = (text.ljust(limits.shortest, "."), *_SAMPLES, "A" * limits.shortest, "0" * limits.shortest)
    yield from (one for one in sized if _fits(one, limits))
