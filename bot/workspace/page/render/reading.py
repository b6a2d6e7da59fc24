"""Reading from JSON that may be anything: what is not as it should be counts as not there."""

from typing import cast

from bot.workspace.payload import Json


def inner(whole: Json, name: str) -> Json:
    """An object inside an object; an empty one where there is none."""
    value = whole.get(name)
    return cast("Json", value) if isinstance(value, dict) else {}


def inners(whole: Json, name: str) -> list[Json]:
    """The objects of a list inside an object."""
    value = whole.get(name)
    return (
        [cast("Json", one) for one in cast("list[object]", value) if isinstance(one, dict)]
        if isinstance(value, list)
        else []
    )


def text(whole: Json, name: str) -> str:
    """A text inside an object; nothing where there is none."""
    value = whole.get(name)
    return value if isinstance(value, str) else ""


def texts(whole: Json, name: str) -> list[str]:
    value = whole.get(name)
    return [one for one in cast("list[object]", value) if isinstance(one, str)] if isinstance(value, list) else []


def words(whole: Json, name: str) -> str:
    """The words of a text object."""
    return text(inner(whole, name), "text")


def number(whole: Json, name: str) -> int | None:
    value = whole.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
