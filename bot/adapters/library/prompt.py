"""Prompt files: Markdown with TOML front matter between `+++` lines, versioned by hash."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.declared.fault import is_list
from bot.domain.errors import Misdeclared
from bot.domain.intent import Fact
from bot.domain.plain import Plain, canonical, is_object
from bot.domain.schema import strict_schema
from bot.domain.terms import Prompt

_FRONT = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n(.*)\Z", re.DOTALL)
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)")
LONGEST = 64_000


class Front(BaseModel):
    """What stands between the `+++` lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: tuple[str, ...]
    untrusted: tuple[str, ...] = ()
    role: str = "fast"
    confidence: str = ""
    rehearsal: dict[str, object] = {}


def read_prompt(text: str, *, name: str, file: str, fact: type[Fact], steps: Iterable[str]) -> Prompt:
    """The prompt of one `ask`. Raises Misdeclared with the mend where the file does not fit the workflow."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if len(text) > LONGEST:
        raise Misdeclared(f"This prompt has {len(text):,} letters; {LONGEST:,} are the most.", file=file)
    match = _FRONT.match(text)
    if match is None:
        mend = 'Begin with a line "+++", then inputs = ["ticket"], then another "+++".'
        raise Misdeclared("This prompt has no front matter.", file=file, line=1, mend=mend)
    front, body = _front(match[1], file), match[2].strip()
    known = set(steps)
    for step in (*front.inputs, *front.untrusted):
        if step not in known:
            mend = f"Its inputs are steps it is asked about: {', '.join(sorted(known))}."
            raise Misdeclared(
                f"The prompt names “{step}”, which is no input of this ask.", file=file, line=2, mend=mend
            )
    for variable in _VARIABLE.findall(body):
        if variable not in front.inputs:
            line = text[: text.index(variable, match.start(2))].count("\n") + 1
            mend = "Name it in inputs, or take it out."
            raise Misdeclared(f"The text uses “{variable}”, which is not declared.", file=file, line=line, mend=mend)
    if not body:
        raise Misdeclared("This prompt has no text.", file=file, mend="Write what the model is to do.")
    return Prompt(
        name=name,
        digest=_digest(front, body, fact),
        body=body,
        inputs=front.inputs,
        role=front.role,
        rehearsal={name: _plain(value) for name, value in front.rehearsal.items()},
        untrusted=frozenset(front.untrusted),
    )


def _front(text: str, file: str) -> Front:
    try:
        return Front.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Misdeclared(f"The front matter is not TOML: {error}.", file=file) from error
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        known = ", ".join(Front.model_fields)
        raise Misdeclared(
            f"The front matter does not fit: {problems}.", file=file, mend=f"Known keys: {known}."
        ) from error


def _plain(value: object) -> Plain:
    """A TOML value as plain data: a date or a fraction as its text."""
    if value is None or isinstance(value, str | int):
        return value
    if is_object(value):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if is_list(value) else str(value)


def _digest(front: Front, body: str, fact: type[Fact]) -> str:
    told = [repr(front), body, repr(strict_schema(fact))]
    return hashlib.sha256(canonical(told)).hexdigest()


def prompt_files(folder: Path) -> dict[str, Path]:
    """The prompt files of a workflow, by name. Upper-case names (CHANGELOG, README) are pages for people."""
    return {file.stem: file for file in sorted(folder.glob("*.md")) if not file.stem.isupper()}
