"""What a validation error means, in the words of somebody who fills in a form.

Every error that the declared models can give has a line in the table; a test breaks each field in every way and looks.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from pydantic_core import PydanticCustomError

from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where, shown
from bot.domain.plain import is_object
from bot.domain.text import nearest, one_line

Context = Mapping[str, object]


def odd(why: str) -> PydanticCustomError:
    """For validators of declared models: completes the sentence that begins with the field's name."""
    return PydanticCustomError("odd", "{why}", {"why": why})


def _kind(value: object) -> str:
    if isinstance(value, str):
        return f"text (“{one_line(value, 30)}”)"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return f"a number ({value})"
    return "a section" if is_object(value) else "a list"


def _section(_context: Context, given: object) -> str:
    if is_list(given):
        return "stands in double brackets, or is a list; there is only one, so write single brackets."
    return f"must be a section with settings of its own, not {_kind(given)}."


def _not(must: str) -> Callable[[Context, object], str]:
    return lambda _context, given: f"must be {must}, not {_kind(given)}."


def _bound(words: str, name: str) -> Callable[[Context, object], str]:
    return lambda context, given: f"must be {words} {_number(context.get(name))}, not {_number(given)}."


def _number(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _one_of(context: Context, given: object) -> str:
    known = re.findall("'([^']*)'", str(context["expected"]))
    meant = nearest(given, known) if isinstance(given, str) else None
    hint = f" Did you mean “{meant}”?" if meant else ""
    choice = ", ".join(f"“{name}”" for name in known)
    return f"must be {'one of ' if len(known) > 1 else ''}{choice}, not {_kind(given)}.{hint}"


def _too_few(_context: Context, given: object) -> str:
    return "has nothing in it." if is_object(given) else "is an empty list."


_TEXT = _not("text in quotes")
_LIST = _not('a list in brackets, such as ["one", "two"]')
_WHOLE = _not("a whole number, without quotes")
_YES_OR_NO = _not("true or false, without quotes")
_NUMBER = _not("a number, without quotes")

WORDS: Mapping[str, Callable[[Context, object], str]] = {
    "odd": lambda context, _given: str(context["why"]),
    "unclear": lambda context, _given: f"cannot be read: {context['why']}",
    "string_type": _TEXT,
    "tuple_type": _LIST,
    "dict_type": _section,
    "model_type": _section,
    "int_type": _WHOLE,
    "bool_type": _YES_OR_NO,
    "float_type": _NUMBER,
    "enum": _one_of,
    "literal_error": _one_of,
    "too_short": _too_few,
    "greater_than": _bound("more than", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than_equal": _bound("at most", "le"),
}


def sentence(kind: str, path: Where, context: Context, given: object) -> str:
    """One validation error as a sentence that names the field, and never what somebody wrote under a secret."""
    if path[:1] == ("secrets",):
        return f"`{one_line(shown(path), 120)}` does not fit; what stands there is not shown."
    said = WORDS[kind](context, given) if kind in WORDS else f"does not fit ({kind.replace('_', ' ')})."
    return f"`{one_line(shown(path), 120)}` {said}"


def unknown(path: Where, known: Sequence[str]) -> str:
    """What to say of a name that nothing here is called by: the nearest one that is."""
    meant = nearest(str(path[-1]), known)
    hint = f"Did you mean `{meant}`?" if meant else f"Known here: {', '.join(known)}."
    return f"`{one_line(shown(path), 120)}` is not known here. {hint}"
