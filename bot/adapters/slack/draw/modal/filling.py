"""Fields as inputs, filled with what is known, and read back. What somebody typed is never lost.

A text that is longer than an input of Slack's stands in several, one after the other, and is put together again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.adapters.slack.draw.room import fit
from bot.adapters.slack.draw.safe import Block, Blocks, inline, label, pieces, plain, quote, rich, section
from bot.domain.around import written
from bot.domain.content import Line
from bot.domain.field import Field, Kind
from bot.domain.plain import Plain, is_object
from bot.domain.text import visible

LONGEST_INPUT = 3_000
MOST_PARTS = 5
ACTION = "value"
_ROOM_FOR_FIXED = 1_600
_LONGEST_ON_A_LINE = 160
_NUMBER = re.compile(r"-?[0-9]{1,30}", re.ASCII)
_JOINTS = {"n": "\n", "s": " ", "e": ""}
_TEXTS = frozenset({Kind.TEXT, Kind.LONG, Kind.LINES})
_TYPED = {Kind.DAY: "selected_date", Kind.PERSON: "selected_user"}

State = Mapping[str, object]
"""The `values` of a view's state."""


@dataclass(frozen=True, slots=True)
class Read:
    """What somebody entered, or what is wrong with it, by the block it stands in."""

    values: dict[str, Plain] = field(default_factory=dict[str, Plain])
    errors: dict[str, str] = field(default_factory=dict[str, str])


def block_of(name: str) -> str:
    """The name of the block a field stands in; of a text in several parts, of the first."""
    return f"field:{name}"


def inputs(fields: Sequence[Field], known: Mapping[str, Plain]) -> Blocks:
    """The fields in order, filled with what is known of them."""
    return [block for one in fields for block in _input(one, known.get(one.name))]


def fits(text: str) -> bool:
    """Whether a form has room for the whole of a text."""
    return len(_parts(text)) <= MOST_PARTS


def _input(one: Field, value: Plain) -> Iterator[Block]:
    if one.kind is Kind.FIXED:
        if value is not None:
            yield _fixed(one, value, "cannot be changed here")
        return
    if one.kind not in _TEXTS:
        yield _block(one, block_of(one.name), _element(one, value))
        return
    parts = _parts(text_of(value))
    if len(parts) > MOST_PARTS:
        yield _fixed(one, value, "is too long for a form: ask for another draft, or reject it")
        return
    for n, (text, joint) in enumerate(parts):
        name = block_of(one.name) if not n else f"{block_of(one.name)}:{n}{joint}"
        yield _block(one, name, _text_input(one, text, whole=len(parts) == 1), part=n, of=len(parts))


def _fixed(one: Field, value: Plain, why: str) -> Block:
    name = [*inline(one.label, "bold"), *pieces("  ")]
    text, mark = written(value), pieces(f"  ({why})", "italic")
    if "\n" not in text and len(text) <= _LONGEST_ON_A_LINE:
        return rich([section(name, inline(text), mark)])
    shown = fit([Line(one.name, text)], _ROOM_FOR_FIXED).shown
    begins = pieces(shown[0].text) if shown else []
    more = f" … and {shown[0].more:,} more characters" if shown and shown[0].more else ""
    return rich([section(name, mark), quote(begins, pieces(more, "italic"))])


def _block(one: Field, block_id: str, element: Block, *, part: int = 0, of: int = 1) -> Block:
    said = one.label if of == 1 else f"{one.label}, part {part + 1} of {of}"
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": label(said, 150),
        "element": {**element, "action_id": ACTION},
        "optional": not one.needed or part > 0 or one.kind is Kind.YES_NO,
    }
    hint = _hint(one, element.get("initial_value"))
    return {**block, "hint": plain(hint, 500)} if hint and part == of - 1 else block


def _hint(one: Field, text: Plain) -> str:
    hints = [one.hint]
    if isinstance(text, str) and visible(text) != text.replace("\r\n", "\n"):
        hints.append("It has hidden characters; the card shows them as ⟨U+…⟩.")
    if one.kind is Kind.LINES:
        hints.append("One on each line.")
    if one.longest is not None and one.longest > LONGEST_INPUT:
        hints.append(f"A form takes up to {LONGEST_INPUT:,} characters in one box.")
    return " ".join(part for part in hints if part)


def _element(one: Field, value: Plain) -> Block:
    match one.kind:
        case Kind.NUMBER:
            bounds: Block = {"min_value": str(one.least)} if one.least is not None else {}
            bounds |= {"max_value": str(one.most)} if one.most is not None else {}
            number: Block = {"type": "number_input", "is_decimal_allowed": False, **bounds}
            return {**number, "initial_value": str(value)} if _is_within(one, value) else number
        case Kind.CHOICE:
            options: Blocks = [_option(choice) for choice in one.choices]
            chosen: Block = {"initial_option": _option(str(value))} if value in one.choices else {}
            return {"type": "static_select", "options": options, **chosen}
        case Kind.YES_NO:
            yes = _option("Yes")
            ticked: Block = {"initial_options": [yes]} if value is True else {}
            return {"type": "checkboxes", "options": [yes], **ticked}
        case Kind.DAY:
            return {"type": "datepicker", **({"initial_date": value} if _is_day(value) else {})}
        case _:
            return {"type": "users_select", **({"initial_user": value} if isinstance(value, str) and value else {})}


def _is_within(one: Field, value: Plain) -> bool:
    if not isinstance(value, int) or isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        return False
    return (one.least is None or value >= one.least) and (one.most is None or value <= one.most)


def _is_day(value: Plain) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _option(choice: str) -> Block:
    return {"text": label(choice), "value": choice}


def _text_input(one: Field, text: str, *, whole: bool) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": one.kind is not Kind.TEXT or not whole or "\n" in text}
    if whole and one.longest and len(text) <= one.longest:
        element["max_length"] = min(one.longest, LONGEST_INPUT)
    if whole and one.needed and 1 < one.shortest <= LONGEST_INPUT and len(text) >= one.shortest:
        element["min_length"] = one.shortest
    return {**element, "initial_value": text} if text else element


def text_of(value: Plain) -> str:
    """A value as it is typed: exactly as it is, for a person to change."""
    if isinstance(value, list):
        return "\n".join(str(part) for part in value)
    return "" if value is None else str(value)


def _parts(text: str) -> list[tuple[str, str]]:
    """The text in parts that inputs can hold, each with what stood between it and the part before."""
    parts: list[tuple[str, str]] = []
    joint = "e"
    while len(text) > LONGEST_INPUT:
        head = text[: LONGEST_INPUT + 1]
        at, name = max((head.rfind("\n", 1), "n"), (-1, ""))
        if at < LONGEST_INPUT // 2:
            at, name = head.rfind(" ", 1), "s"
        if at < LONGEST_INPUT // 2:
            at, name = LONGEST_INPUT, "e"
        parts.append((text[:at], joint))
        text, joint = text[at + len(_JOINTS[name]) :], name
    return [*parts, (text, joint)]


# --- reading ---------------------------------------------------------------------------------------------------------


def read(fields: Sequence[Field], state: State, known: Mapping[str, Plain] | None = None) -> Read:
    """What was entered. A field that was left as it was `known` keeps its exact value; an empty one is left out."""
    found = Read()
    for one in fields:
        if one.kind is Kind.FIXED or not _is_there(one, state):
            continue
        before = (known or {}).get(one.name)
        try:
            found.values.update((one.name, value) for value in _values(one, state, before))
        except _Wrong as wrong:
            found.errors[block_of(one.name)] = str(wrong)
    return found


def typed(fields: Sequence[Field], state: State) -> dict[str, Plain]:
    """What stands in the form right now, right or wrong, to fill another one with."""
    found: dict[str, Plain] = {}
    for one in fields:
        if one.kind is not Kind.FIXED and _is_there(one, state):
            entered = _entered(one, state)
            is_number = one.kind is Kind.NUMBER and isinstance(entered, str) and _NUMBER.fullmatch(entered)
            found[one.name] = int(entered) if is_number and isinstance(entered, str) else entered
    return found


class _Wrong(Exception): ...


def _is_there(one: Field, state: State) -> bool:
    return block_of(one.name) in state


def _values(one: Field, state: State, before: Plain) -> Iterator[Plain]:
    """The value that was entered; none where the field is left out."""
    entered = _entered(one, state)
    if one.kind in _TEXTS and isinstance(before, (str, list)) and _same(text_of(before), entered):
        yield before
    elif entered in (None, "", []):
        yield from _empty(one, before)
    elif one.kind is Kind.NUMBER:
        if not isinstance(entered, str) or not _NUMBER.fullmatch(entered.strip()):
            raise _Wrong("Write a whole number, such as 12.")
        yield int(entered)
    elif one.kind is Kind.CHOICE and entered not in one.choices:
        raise _Wrong("Choose one of the list.")
    elif one.kind is Kind.LINES:
        yield [line.strip() for line in str(entered).splitlines() if line.strip()]
    else:
        yield entered


def _empty(one: Field, before: Plain) -> Iterator[Plain]:
    if one.needed:
        raise _Wrong("Fill this in.")
    if one.nullable:
        yield None
    elif one.kind in (Kind.TEXT, Kind.LONG) and isinstance(before, str):
        yield ""
    elif one.kind is Kind.LINES and isinstance(before, list):
        yield []


def _same(before: str, entered: Plain) -> bool:
    """Whether a text was left alone. Forms trim it and have one kind of line break."""
    return isinstance(entered, str | None) and _trimmed(before) == _trimmed(entered or "")


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _entered(one: Field, state: State) -> Plain:
    """What the inputs of a field hold."""
    kept = _kept(state, block_of(one.name))
    match one.kind:
        case Kind.CHOICE:
            option = kept.get("selected_option")
            return _word(option.get("value")) if is_object(option) else None
        case Kind.YES_NO:
            return bool(kept.get("selected_options"))
        case Kind.DAY | Kind.PERSON:
            return _word(kept.get(_TYPED[one.kind]))
        case Kind.NUMBER:
            return _word(kept.get("value"))
        case _:
            return _joined(one, state, _word(kept.get("value")) or "")


def _joined(one: Field, state: State, first: str) -> str:
    text, n = first, 1
    while found := next(((j, b) for j in _JOINTS if (b := f"{block_of(one.name)}:{n}{j}") in state), None):
        joint, block = found
        part = _word(_kept(state, block).get("value")) or ""
        text = f"{text}{_JOINTS[joint] if part else ''}{part}"
        n += 1
    return text


def _kept(state: State, block: str) -> Mapping[str, object]:
    of_block = state.get(block)
    kept = of_block.get(ACTION) if is_object(of_block) else None
    return kept if is_object(kept) else {}


def _word(value: object) -> str | None:
    """A text of Slack's; one with half a letter in it is nothing a record could keep."""
    if not isinstance(value, str):
        return None
    return value if value.isascii() or value == value.encode("utf-8", "replace").decode() else visible(value)
