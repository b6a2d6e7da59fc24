"""Values that somebody types, or hands over as a file: read strictly, refused in words, and never lost."""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.commands.shell.failure import Mistyped
from bot.commands.shell.option import FIELDS_HELP
from bot.domain.declared.fault import is_list
from bot.domain.errors import Unfit
from bot.domain.plain import Plain, Unreadable, decode, is_object, read_json
from bot.domain.redaction import FieldClass, Redactor
from bot.domain.terms import Terms
from bot.domain.text import one_line

MOST_BYTES = 1_000_000
STDIN = "-"

_PAIR = re.compile(r"(?P<name>[^\s:=]+)(?P<sign>:?=)(?P<value>.*)", re.DOTALL)


def read_fields(words: Iterable[str]) -> dict[str, Plain]:
    """`subject=Hello`, or `tags:='["a"]'` where text will not do. Raises Mistyped where it is neither."""
    fields: dict[str, Plain] = {}
    for word in words:
        pair = _PAIR.fullmatch(word)
        if pair is None:
            raise Mistyped(f"“{one_line(word, 60)}” is no field: write {FIELDS_HELP}.")
        name = pair["name"]
        if name in fields:
            raise Mistyped(f"The field {one_line(name, 40)} is given twice.")
        fields[name] = pair["value"] if pair["sign"] == "=" else _json(pair["value"], name)
    return fields


def _json(text: str, name: str) -> Plain:
    try:
        return plain_of(read_json(text, max_bytes=MOST_BYTES))
    except Unreadable as error:
        raise Mistyped(f"{one_line(name, 40)}: this is no JSON we accept. {error}") from None


def plain_of(value: object) -> Plain:
    """What was read, without fractions: an exact number stays its text."""
    if value is None or isinstance(value, (str, int)):
        return value
    if is_list(value):
        return [plain_of(one) for one in value]
    if is_object(value):
        return {name: plain_of(one) for name, one in value.items()}
    return str(value)


def parse_object(raw: bytes, *, source: str) -> dict[str, Plain]:
    """A JSON object that was read. Raises Unfit with line and column."""
    called = called_input(source)
    try:
        value = read_json(raw, max_bytes=MOST_BYTES)
    except Unreadable as error:
        raise Unfit(f"What is in {called} is no JSON we accept. {error}") from None
    if not is_object(value):
        raise Unfit(f'What is in {called} is no JSON object. It looks like {{"field": "value"}}.')
    return {name: plain_of(one) for name, one in value.items()}


def parse_text(raw: bytes, *, source: str) -> str:
    """A text that was read, without the newline at its end. Raises Unfit where it is none."""
    try:
        return decode(raw, max_bytes=MOST_BYTES).removesuffix("\n").removesuffix("\r")
    except Unreadable as error:
        raise Unfit(f"What is in {called_input(source)} is no text we accept. {error}") from None


def called_input(where: str) -> str:
    return "the standard input" if where == STDIN else one_line(where, 200)


def read_bytes(where: str) -> bytes:
    """At most a little more than is allowed: whoever reads it says that it is too much."""
    try:
        if where == STDIN:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with open(where, "rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise Unfit(f"{one_line(where, 200)} cannot be read: {why}.") from None


def keep_input(data: Path, raw: bytes, redactor: Redactor, *, name: str, terms: Terms, at: str = "") -> str:
    """Keep what came through a pipe and was refused; the sentence that says where. Secrets are not kept."""
    text = _kept(raw, redactor, terms, at)
    if text is None:
        return ""
    path = data / f"refused-{name}"
    try:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    except OSError:
        return ""
    return f"What you sent is kept in {path}."


def _kept(raw: bytes, redactor: Redactor, terms: Terms, at: str) -> str | None:
    """The fields by their classes; of what has no fields nothing, where one of them would be a secret."""
    try:
        value: Plain = {**parse_object(raw, source=STDIN)} if at else None
    except Unfit:
        value = None
    kept = redactor.redact(value, terms.fields.kept(), at=at).value
    if kept != value:
        return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
    if value is None and FieldClass.SECRET in terms.brief.data.classes.values():
        return None
    return redactor.clean(raw.decode("utf-8", errors="replace"))
