"""Reads a company from a TOML file: strictly, and every problem says where it is and how to mend it."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.workspace.company.fitting import misfits
from bot.workspace.company.form import Company
from bot.workspace.company.place import Place, line_of, shown
from bot.workspace.refusal import CannotStart

SAMPLE = Path(__file__).with_name("company.toml")
MOST_BYTES = 4_000_000
MOST_PROBLEMS = 5

_SAYS = {
    "string_type": "must be text, in quotes",
    "bool_type": "must be true or false",
    "list_type": "must be a list, in square brackets",
    "mapping_type": "must be a table",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "string_pattern_mismatch": "is not written as it has to be: {pattern}",
    "string_too_long": "has more than {max_length} letters. Shorten it",
    "string_too_short": "is empty. Write something, or leave it out",
    "too_short": "needs at least one entry",
    "too_long": "has more than {max_length} entries. Take some out",
    "literal_error": "must be {expected}",
    "worded": "{sentence}",
}  # fmt: skip


def read_company(path: Path | None) -> Company:
    """The company in a file, or the sample. Raises CannotStart with what is wrong there."""
    path = path or SAMPLE
    text = read_text(path)
    try:
        company = Company.model_validate(_parsed(path, text), strict=True)
    except ValidationError as error:
        raise _refusal(path, text, [worded(one) for one in error.errors(include_url=False)]) from None
    problems = [*misfits(company)]
    if problems:
        raise _refusal(path, text, problems)
    return company


def read_text(path: Path) -> str:
    """A small text file. Raises CannotStart where that is no such thing."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CannotStart(f"{path} cannot be read: {error.strerror or error}. Name a file that is there.") from None
    except ValueError:
        raise CannotStart("A file's name has a null byte in it. Name a file that is there.") from None
    if len(raw) > MOST_BYTES:
        raise CannotStart(f"{path} is larger than {MOST_BYTES // 1_000_000} MB. Shorten it.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CannotStart(f"{path}, line {line}: this is not UTF-8. Save the file as UTF-8.") from None


def _parsed(path: Path, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotStart(f"{path} is not TOML: {error}. Mend that line.") from None
    except (ValueError, RecursionError):
        raise CannotStart(f"{path} has a number too long, or brackets too deep, to be read. Shorten it.") from None


def worded(error: ErrorDetails) -> tuple[Place, str]:
    """Where a problem is, and what is wrong there."""
    context: Mapping[str, Any] = error.get("ctx", {})
    if error["type"] == "missing":
        *table, name = error["loc"]
        return tuple(table), f"lacks “{name}”. Add it"
    said = _SAYS.get(error["type"])
    return error["loc"], said.format(**context) if said else error["msg"][:1].lower() + error["msg"][1:]


def _refusal(path: Path, text: str, problems: list[tuple[Place, str]]) -> CannotStart:
    said = [*_lines(path, text, problems[:MOST_PROBLEMS])]
    if len(problems) > MOST_PROBLEMS:
        said.append(f"There are {len(problems) - MOST_PROBLEMS} more problems like these.")
    return CannotStart("\n".join(said))


def _lines(path: Path, text: str, problems: list[tuple[Place, str]]) -> Iterator[str]:
    for place, says in problems:
        where = f"“{shown(place)}” " if place else "It "
        stop = "" if says.endswith((".", "?")) else "."
        yield f"{path}, line {line_of(text, place)}: {where}{says}{stop}"
