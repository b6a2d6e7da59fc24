"""Plain data: one canonical form, which is hashed and stored, and one strict way in from outside.

What is shown, what is hashed and what is run must be the same bytes; so everything is written by `canonical`,
and everything from outside is read by `read_json`.
"""

import json
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from types import NoneType
from typing import TypeAlias, TypeGuard

from pydantic_core import PydanticSerializationError, to_json

from bot.domain.errors import Unfit

Plain: TypeAlias = "str | int | bool | list[Plain] | dict[str, Plain] | None"
"""JSON without fractions: an amount is a whole number of its smallest unit, or a Decimal carried as text."""

MAX_NUMBER_LENGTH = 40
MAX_EXPONENT = 308
"""What the 64-bit numbers of other programs can hold."""

_SCALARS = frozenset({str, bool, NoneType})
_TOO_LARGE = 10**4300
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\]+|\\.)*+(?:"|\\?\Z))(?P<colon>\s*:)?|(?P<mark>[\[\]{}])|[^\s\[\]{},:"]+', re.DOTALL
)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class NotPlain(Unfit, ValueError):
    """This value is not plain data, so it has no canonical form."""


class Unreadable(ValueError):
    """A text from outside that is not accepted; the message says where and why."""

    def __init__(self, why: str, *, line: int = 1, column: int = 1) -> None:
        self.why, self.line, self.column = why, line, column
        super().__init__(f"Line {line}, column {column}: {why}")


def canonical(value: object) -> bytes:
    """The one byte form of plain data, as RFC 8785 (JCS) has it, without fractions.

    Keys are sorted by UTF-16 code units, as JCS asks. Whole numbers keep all their digits, where JCS would
    round beyond 2**53. Raises NotPlain for fractions, NaN, half surrogate pairs, other types, other keys.
    """
    try:
        return to_json(_in_order(value))
    except (UnicodeEncodeError, PydanticSerializationError, RecursionError) as error:
        if "surrogates" in str(error):
            raise NotPlain("A text holds half a surrogate pair, which no UTF-8 can carry. Remove it.") from None
        raise NotPlain("This is nested too deep to be written. Take some of it apart.") from None
    except (TypeError, ValueError) as error:
        raise NotPlain(f"{error}. Carry a fraction or a Decimal as text, a time as ISO text.") from None


def _in_order(value: object, place: str = "the value") -> object:
    """The same with the keys of each object sorted. TypeError where something is not plain."""
    if is_object(value):
        return {
            key: child if type(child := value[key]) in _SCALARS else _in_order(child, f"{place}.{key}")
            for key in _sorted(value, place)
        }
    if _is_list(value):
        return [
            child if type(child) in _SCALARS else _in_order(child, f"{place}[{n}]") for n, child in enumerate(value)
        ]
    if isinstance(value, int) and not -_TOO_LARGE < value < _TOO_LARGE:
        raise ValueError(f"{place} is a number of more than 4300 digits, which nobody reads back")
    if isinstance(value, (str, int, NoneType)):
        return value
    raise TypeError(f"{place} is of type {type(value).__name__}")


def _sorted(keys: Collection[str], place: str) -> list[str]:
    try:
        text = "".join(keys)
    except TypeError:
        other = next(kind for key in keys if (kind := type(key)) is not str)
        raise TypeError(f"{place} has a key of type {other.__name__}, and keys are text") from None
    # Beyond the basic plane UTF-16 sorts otherwise than code points do.
    return sorted(keys) if text.isascii() else sorted(keys, key=lambda key: key.encode("utf-16-be"))


def _is_list(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(value, (list, tuple))


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether this is a JSON object, as a dictionary."""
    return isinstance(value, dict)


def read_json(raw: bytes | str, *, max_bytes: int, max_depth: int = 64) -> object:
    """Read JSON from outside, strictly; raises Unreadable, whatever comes.

    UTF-8 without a byte order mark, no key twice in an object, no NaN or Infinity, no half surrogate pairs,
    no absurd numbers, nothing larger or deeper than asked. A fraction comes back as an exact Decimal.
    """
    text = decode(raw, max_bytes=max_bytes)
    _refuse_depth(text, max_depth)
    try:
        value: object = _read(text)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise _at(text, _first(text, _is_half_a_pair), "half a surrogate pair, which is not text.") from None
    except json.JSONDecodeError as error:
        raise _at(text, error.pos, f"{error.msg[0].lower()}{error.msg[1:].removesuffix(' at')}.") from None
    except _Repeated as error:
        raise _at(text, _second(text), f"the key {error} stands twice in one object.") from None
    except _OutOfRange as error:
        place = _first(text, str(error).__eq__)
        raise _at(text, place, f"{str(error)[:MAX_NUMBER_LENGTH]} is not a number we accept.") from None
    return value


class _Repeated(Exception): ...


class _OutOfRange(Exception): ...


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    whole = dict(pairs)
    if len(whole) == len(pairs):
        return whole
    keys = [key for key, _ in pairs]
    raise _Repeated(json.dumps(next(key for key in keys if keys.count(key) > 1)[:MAX_NUMBER_LENGTH]))


def _whole(digits: str) -> int:
    if len(digits) > MAX_NUMBER_LENGTH:
        raise _OutOfRange(digits)
    return int(digits)


def _fraction(digits: str) -> Decimal:
    number = Decimal(digits) if len(digits) <= MAX_NUMBER_LENGTH else None
    if number is None or abs(number.adjusted()) > MAX_EXPONENT:
        raise _OutOfRange(digits)
    return number


def _constant(name: str) -> object:
    raise _OutOfRange(name)


_read = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
).decode


def decode(raw: bytes | str, *, max_bytes: int) -> str:
    """Text from outside: UTF-8 without a byte order mark, no half surrogate pairs. Raises Unreadable."""
    try:
        data = raw.encode() if isinstance(raw, str) else raw
        if len(data) > max_bytes:
            raise Unreadable(f"{len(data):,} bytes are too many; at most {max_bytes:,} are read.")
        text = data.decode()
    except UnicodeEncodeError as error:
        raise _at(error.object, error.start, "half a surrogate pair, which is not text.") from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        raise _at(before, len(before), "this is not UTF-8. Save the file as UTF-8.") from None
    if text.startswith("\ufeff"):
        raise Unreadable("it begins with a byte order mark. Save the file as UTF-8 without one.")
    return text


def _refuse_depth(text: str, max_depth: int) -> None:
    if text.count("[") + text.count("{") <= max_depth:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        match token["mark"]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case _:
                continue
        if depth > max_depth:
            raise _at(text, token.start(), f"nested more than {max_depth} deep.")


def _first(text: str, is_wanted: Callable[[str], bool]) -> int:
    return next((t.start() for t in _TOKEN.finditer(text) if is_wanted(t["text"] or t[0])), 0)


def _is_half_a_pair(token: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in json.loads(token)) if token[0] == '"' else False


def _second(text: str) -> int:
    """Where a key stands for the second time in its object."""
    keys: list[set[str]] = [set()]
    for token in _TOKEN.finditer(text):
        if token["mark"] in ("[", "{"):
            keys.append(set())
        elif token["mark"]:
            keys.pop()
        elif token["colon"]:
            key = json.loads(token["text"])
            if key in keys[-1]:
                return token.start()
            keys[-1].add(key)
    return 0


def _at(text: str, position: int, why: str) -> Unreadable:
    line = text.count("\n", 0, position) + 1
    return Unreadable(why, line=line, column=position - text.rfind("\n", 0, position))
