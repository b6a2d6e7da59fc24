"""JSON as it goes over the wire: opaque here, so its values are anything."""

import json
import math
from typing import Any, TypeAlias, cast

Json: TypeAlias = dict[str, Any]


DEEPEST = 64
"""How many lists and objects may stand in each other. Nothing Slack knows needs more."""


def from_json(text: str) -> object:
    """What a text of JSON holds; ValueError where it is none, holds endless numbers, or is nested beyond reason."""
    try:
        found: object = _DECODER.decode(text)
        if text.count("{") + text.count("[") > DEEPEST and _is_too_deep(found):
            raise ValueError("nested too deeply")
        # Half of a pair of surrogates is a text for JSON and for Python, and can be sent to nobody.
        return json.loads(whole(json.dumps(found, ensure_ascii=False))) if "\\ud" in text.lower() else found
    except RecursionError:
        raise ValueError("nested too deeply") from None


def whole(text: str) -> str:
    """A text that can be sent on: halves of characters in it are replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_json(raw: bytes | str) -> object:
    """What a text of JSON holds; None where it is none."""
    try:
        return from_json(raw if isinstance(raw, str) else raw.decode())
    except ValueError:
        return None


def as_object(value: object) -> Json | None:
    """A JSON object; None where it is another kind of value."""
    return cast("Json", value) if isinstance(value, dict) else None


def as_objects(value: object) -> list[Json]:
    """The JSON objects in a list; none where it is no list."""
    listed = cast("list[object]", value) if isinstance(value, list) else []
    return [one for item in listed if (one := as_object(item)) is not None]


def _refuse(constant: str) -> float:
    raise ValueError(constant)  # NaN and Infinity are no JSON, whatever Python reads


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _is_too_deep(found: object) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        level = [part for value in level for part in _parts(value) if isinstance(part, dict | list)]
        if not level:
            return False
    return True


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(cast("Json", value).values())
    return cast("list[object]", value) if isinstance(value, list) else []
