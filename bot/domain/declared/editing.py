"""Changing one value of a TOML text: comments, order and everything else stay as their owner wrote them.

Whatever a change did to the text is read again and compared: had anything else moved, the change is refused.
"""

import copy
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time

from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where, quoted, shown, text_of
from bot.domain.declared.toml import Toml, read_toml
from bot.domain.errors import Misdeclared, Unfit
from bot.domain.plain import is_object
from bot.domain.text import one_line

_PART = re.compile(
    r"""(?P<dot>\.)?(?:(?P<bare>[A-Za-z0-9_-]+)|(?P<text>"(?:[^"\\]|\\.)*"|'[^']*'))|\[(?P<n>[1-9][0-9]{0,3})\]"""
)


def parse_path(text: str) -> Where:
    """A path as people write it: `reviewers.support.needed`, `thresholds[1].above`, `levels."helpdesk.AddTag"`."""
    path: list[str | int] = []
    at = 0
    while at < len(text) or not path:
        found = _PART.match(text, at)
        if found is None or bool(found["dot"] or found["n"]) is not bool(path):
            meant = "Write it like reviewers.support.needed or thresholds[1].above."
            raise Unfit(f"“{one_line(text, 60)}” names no setting. {meant}")
        path.append(int(found["n"]) - 1 if found["n"] else found["bare"] or _unquoted(found["text"]))
        at = found.end()
    return tuple(path)


def _unquoted(name: str) -> str:
    try:
        return str(tomllib.loads(f"it={name}")["it"])
    except tomllib.TOMLDecodeError:
        raise Unfit(f"{name} is no name.") from None


def parse_value(text: str) -> object:
    """A value as somebody types it: a number, a list, true or false where it reads as one, else text."""
    try:
        data = tomllib.loads(f"it = {text}\n")
    except (ValueError, RecursionError):
        return text
    return data["it"] if [*data] == ["it"] and not is_object(data["it"]) else text


def change(text: str, path: Where, value: object, *, file: str = "the text") -> str:
    """The text with one value set, or taken out where it is None. Raises Unfit where that cannot be done safely."""
    toml = read_toml(text, file=file)
    wanted = _changed(toml.data, path, value)
    edited = _taken_out(toml, path) if value is None else _set(toml, path, _written(value, path))
    try:
        if edited is not None and read_toml(edited, file=file).data == wanted:
            return edited
    except Misdeclared as problem:
        raise Unfit(f"{shown(path)} cannot be changed to that. {problem.sentence} {problem.mend}".strip()) from None
    raise Unfit(f"{shown(path)} cannot be changed here without touching what stands around it. Edit the file.")


def append(text: str, section: str, values: Mapping[str, object], *, file: str = "the text") -> str:
    """The text with one more `[[section]]` at its end. Raises Unfit where that cannot be done safely."""
    toml = read_toml(text, file=file)
    there = toml.data.get(section, [])
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [f"[[{quoted(section)}]]", *(f"{quoted(name)} = {_written(one, (name,))}" for name, one in values.items())]
    added = f"{text.rstrip()}{newline}{newline}{newline.join(lines)}{newline}"
    wanted = {**toml.data, section: [*there, dict(values)]} if is_list(there) else None
    return _as_wanted(added, wanted, (section,), file)


def drop(text: str, path: Where, *, file: str = "the text") -> str:
    """The text without one of its `[[sections]]`. Raises Unfit where that cannot be done safely."""
    toml = read_toml(text, file=file)
    section, n = path[0], path[-1]
    there = toml.data.get(str(section))
    if len(path) != 2 or not isinstance(n, int) or not is_list(there) or n >= len(there) or path not in toml.spans.ends:
        raise Unfit(f"There is no section {shown(path)} here. Edit the file.")
    begins, ends = toml.spans.keys[path], _end_of_line(text, toml.spans.ends[path])
    rest = [one for at, one in enumerate(there) if at != n]
    wanted = {**toml.data, str(section): rest} if rest else {k: v for k, v in toml.data.items() if k != section}
    without = text[:begins] + text[ends:].lstrip("\r\n")
    return _as_wanted(without, wanted, path, file)


def _as_wanted(text: str, wanted: object, path: Where, file: str) -> str:
    try:
        if read_toml(text, file=file).data == wanted:
            return text
    except Misdeclared:
        pass
    raise Unfit(f"{shown(path)} cannot be changed here without touching what stands around it. Edit the file.")


def _changed(data: Mapping[str, object], path: Where, value: object) -> object:
    """The content as it should be afterwards."""
    wanted: object = copy.deepcopy(dict(data))
    here = wanted
    for n, part in enumerate(path[:-1]):
        if is_object(here) and isinstance(part, str):
            here = here.setdefault(part, {})
        elif is_list(here) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            raise Unfit(f"There is no {shown(path[: n + 1])} here.")
    last = path[-1]
    if not is_object(here) or not isinstance(last, str) or (value is None and last not in here):
        raise Unfit(f"There is no {shown(path)} here.")
    if is_object(here.get(last)):
        raise Unfit(f"{shown(path)} is a whole section. Change its settings one by one, or edit the file.")
    if value is None:
        del here[last]
    else:
        here[last] = value
    return wanted


def _set(toml: Toml, path: Where, written: str) -> str | None:
    text, spans = toml.text, toml.spans
    if path in spans.values:
        start, end = spans.values[path]
        return None if "#" in text[start:end] and "\n" in text[start:end] else text[:start] + written + text[end:]
    line = f"{quoted(str(path[-1]))} = {written}"
    section = path[:-1]
    newline = "\r\n" if "\r\n" in text else "\n"
    if section in spans.ends:
        at = _end_of_line(text, spans.ends[section])
        return f"{text[:at]}{newline}{line}{text[at:]}"
    if not section:
        return f"{line}{newline}{text}"
    if any(isinstance(part, int) for part in section):
        return None
    name = ".".join(quoted(str(part)) for part in section)
    return f"{text.rstrip()}{newline}{newline}[{name}]{newline}{line}{newline}".lstrip()


def _end_of_line(text: str, at: int) -> int:
    found = re.compile(r"\r?\n|\Z").search(text, at)
    return found.start() if found else len(text)


def _taken_out(toml: Toml, path: Where) -> str | None:
    """The text without the lines of one value; None where something else stands on them."""
    if path not in toml.spans.values or path not in toml.spans.keys:
        return None
    start, end = toml.spans.keys[path], toml.spans.values[path][1]
    begins = toml.text.rfind("\n", 0, start) + 1
    ends = _end_of_line(toml.text, end)
    if toml.text[begins:start].strip():
        return None
    rest = toml.text[ends:]
    return toml.text[:begins] + rest.removeprefix("\r\n").removeprefix("\n")


# --- writing ------------------------------------------------------------------------------------------------


def _written(value: object, path: Where) -> str:
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if is_list(value):
        return f"[{', '.join(_written(one, path) for one in value)}]"
    if isinstance(value, (date, time)):
        return value.isoformat()
    raise Unfit(f"{shown(path)} is a whole section. Change its settings one by one, or edit the file.")


def write_toml(data: Mapping[str, object]) -> str:
    """The data as a file: settings first, then a section each."""
    return "\n".join(_lines(data, ())).strip("\n") + "\n"


def _lines(data: Mapping[str, object], path: Where) -> Iterator[str]:
    for name, value in data.items():
        if not _is_section(value):
            yield f"{quoted(name)} = {_written(value, (*path, name))}"
    for name, value in data.items():
        here = (*path, name)
        title = ".".join(quoted(str(part)) for part in here)
        if is_object(value):
            if not value or not all(_is_section(child) for child in value.values()):
                yield from ("", f"[{title}]")
            yield from _lines(value, here)
        elif _is_section(value) and is_list(value):
            for one in value:
                yield from ("", f"[[{title}]]", *_lines(one if is_object(one) else {}, here))


def _is_section(value: object) -> bool:
    return is_object(value) or (is_list(value) and bool(value) and all(is_object(one) for one in value))
