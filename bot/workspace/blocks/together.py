"""What the fields of one object must be together. Each function makes a check for the tables."""

from collections.abc import Callable
from typing import cast

from bot.workspace.blocks.flaw import NO_FLAWS, Flaw, Flaws, failed
from bot.workspace.blocks.rule import Check
from bot.workspace.payload import Json


def quoted(names: tuple[str, ...]) -> str:
    """Names as Slack writes them: `a` or `b`."""
    return " or ".join(f"`{name}`" for name in names)


def some(*names: str, at: str = "") -> Check:
    """At least one of these fields is there."""

    def check(given: Json) -> Flaws:
        if any(name in given for name in names):
            return NO_FLAWS
        return (failed("any_of", f"must define either {quoted(names)}", expected=list(names), at=at),)

    return check


def not_both(*names: str) -> Check:
    """At most one of these fields is there."""

    def check(given: Json) -> Flaws:
        there = [name for name in names if name in given]
        if len(there) < 2:
            return NO_FLAWS
        return (failed("one_of", f"must define only one of {quoted(names)}", expected=list(names), got=there),)

    return check


def just_one(*names: str) -> tuple[Check, Check]:
    """Exactly one of these fields is there."""
    return some(*names), not_both(*names)


def ordered(low: str, high: str, read: Callable[[object], float]) -> Check:
    """The one is not greater than the other, where both are there."""

    def check(given: Json) -> Flaws:
        if low not in given or high not in given or read(given[low]) <= read(given[high]):
            return NO_FLAWS
        message = f"`{low}` cannot be greater than `{high}`"
        return (failed("maximum", message, expected=given[high], got=given[low], at=f"/{low}"),)

    return check


def as_number(value: object) -> float:
    """A number, or a text that spells one."""
    return float(cast("str | float", value))


def needing(flag: str, *, of: str, to_be: bool) -> Check:
    """A flag that may be set only where another is, or is not."""

    def check(given: Json) -> Flaws:
        if not given.get(flag) or bool(given.get(of)) is to_be:
            return NO_FLAWS
        message = f"`{flag}` can be set only when `{of}` is {'true' if to_be else 'false'}"
        return (failed("not", message, got=True, at=f"/{flag}"),)

    return check


def initial_is_offered(given: Json) -> Flaws:
    """What is chosen at first is among what can be chosen."""
    options: list[Json] = [*given.get("options", ())]
    for group in given.get("option_groups", ()):
        options += group["options"]
    offered = {_face(option) for option in options}
    found: list[Flaw] = []
    if "initial_option" in given and _face(given["initial_option"]) not in offered:
        found.append(_not_offered("/initial_option"))
    for at, option in enumerate(given.get("initial_options", ())):
        if _face(option) not in offered:
            found.append(_not_offered(f"/initial_options/{at}"))
    return found


def _not_offered(pointer: str) -> Flaw:
    return failed("enum", "must exactly match one of the options", at=pointer)


def _face(option: Json) -> tuple[object, ...]:
    """What two options have in common that are the same one. Slack fills in the rest itself."""
    text: Json = option["text"]
    description: Json = option.get("description") or {}
    return option["value"], text["type"], text["text"], description.get("text")


def not_more_initial_than_selectable(given: Json) -> Flaws:
    """Not more is chosen at first than may be chosen."""
    most = given.get("max_selected_items")
    name = next((name for name in given if name.startswith("initial_")), "")
    if most is None or not name or len(given[name]) <= most:
        return NO_FLAWS
    message = f"no more than {most} items allowed"
    return (failed("max_items", message, expected=most, got=len(given[name]), at=f"/{name}"),)


def initial_fits(given: Json) -> Flaws:
    """The text that stands there at first is as long as it may be."""
    value = given.get("initial_value")
    if value is None:
        return NO_FLAWS
    least, most = given.get("min_length", 0), given.get("max_length", 3000)
    if len(value) > most:
        message = f"must be less than {most + 1} characters"
        return (failed("max_length", message, expected=most, got=len(value), at="/initial_value"),)
    if value and len(value) < least:
        message = f"must be more than {least - 1} characters"
        return (failed("min_length", message, expected=least, got=len(value), at="/initial_value"),)
    return NO_FLAWS


def distinct(read: Callable[[Json], list[tuple[str, str]]], name: str) -> Check:
    """Each value stands once. `read` gives every pointer and its value."""

    def check(given: Json) -> Flaws:
        return repeated(read(given), name)

    return check


def repeated(named: list[tuple[str, str]], name: str) -> list[Flaw]:
    """A flaw for each value that was there before, of pairs of a pointer and a value."""
    seen: set[str] = set()
    found: list[Flaw] = []
    for pointer, value in named:
        if value in seen:
            message = f'`{name}` "{value}" already exists'
            found.append(failed("unique_items", message, got=value, at=pointer))
        seen.add(value)
    return found
