"""Prompt files: Markdown with TOML front matter between `+++` lines, versioned by hash."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.adapters.library.digest import digest_of_data
from bot.adapters.library.example import Shown, read_examples
from bot.adapters.library.template import flaws
from bot.domain.declared.fault import is_list
from bot.domain.declared.form import fill_in
from bot.domain.declared.toml import Toml, read_toml
from bot.domain.errors import Misdeclared
from bot.domain.history import EARLIER
from bot.domain.intent import Fact
from bot.domain.plain import Plain, Unreadable, decode, is_object
from bot.domain.role import role_name
from bot.domain.schema import strict_schema
from bot.domain.terms import History, Prompt
from bot.domain.text import hint, visible
from bot.domain.workflow import AnyStep, Ask, Inquire, Trigger, fact_type, named_inputs

MOST_BYTES = 64 * 1024
_FENCE = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_FROM_OUTSIDE = (Trigger, Ask, Inquire)
"""What people, files and models wrote: never a part of the instructions, whatever the front matter says."""


class Front(BaseModel):
    """What stands between the `+++` lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: tuple[str, ...] = Field(
        min_length=1, description="the steps the model may see", examples=['["ticket", "account"]']
    )
    untrusted: tuple[str, ...] = Field(default=(), examples=['["ticket"]'])
    personal: tuple[str, ...] = Field(default=(), examples=['["ticket.email"]'])
    role: Annotated[str, AfterValidator(role_name)] = Field(default="fast", examples=['"careful"'])
    confidence: str = Field(default="", examples=['"How sure are you of the category?"'])
    history: tuple[History, ...] = Field(default=(), examples=['["decisions", "corrections"]'])
    rehearsal: Mapping[str, object] = {}
    examples: tuple[Shown, ...] = ()


def read_prompt(raw: bytes | str, *, name: str, file: str, asked: AnyStep) -> Prompt:
    """The prompt of one `ask`. Raises Misdeclared with every problem: the line, and what to write instead."""
    text, toml, body, first_line = halves(raw, file)
    front = fill_in(Front, toml)
    steps = {step.name: step for step in named_inputs(asked)}
    untrusted = frozenset(front.untrusted) | {n for n, step in steps.items() if isinstance(step.node, _FROM_OUTSIDE)}
    fact = fact_type(asked) or Fact
    problems = [*_of_front(toml, front, steps, fact), *_of_personal(toml, front, steps), *_of_body(text, body, file)]
    inputs = {name: steps[name] for name in front.inputs if name in steps}
    examples, wrong = read_examples(toml, front.examples, inputs, fact)
    problems += wrong
    if not problems:
        trusted = {n: fact_type(steps[n]) for n in front.inputs if n not in untrusted}
        for flaw in flaws(body, trusted, untrusted):
            line = first_line + flaw.line - 1
            problems.append(Misdeclared(flaw.sentence, file=file, line=line, mend=flaw.mend))
    if problems:
        raise Misdeclared.together(sorted(problems, key=lambda one: one.line))
    return Prompt(
        name=name,
        digest=_digest(front, body, asked),
        body=body,
        inputs=front.inputs,
        role=front.role,
        rehearsal=rehearsed(front),
        untrusted=untrusted & {*front.inputs},
        confidence=front.confidence,
        examples=examples,
        personal=frozenset(front.personal),
        history=frozenset(front.history),
    )


def halves(raw: bytes | str, file: str) -> tuple[str, Toml, str, int]:
    """The whole text, its front matter, its body, and the line on which the body begins."""
    try:
        text = decode(raw, max_bytes=MOST_BYTES).replace("\r\n", "\n")
    except Unreadable as error:
        raise Misdeclared(error.why[:1].upper() + error.why[1:], file=file, line=error.line) from None
    fences = [*_FENCE.finditer(text)][:2]
    if len(fences) < 2 or text[: fences[0].start()].strip():
        mend = 'Begin with a line +++, then inputs = ["ticket"], then another line +++.'
        raise Misdeclared("This prompt has no front matter.", file=file, line=1, mend=mend)
    opening, closing = fences
    # Empty lines stand for what comes before, so that a problem is on the line where its owner sees it.
    before = "\n" * text.count("\n", 0, opening.end())
    toml = read_toml(before + text[opening.end() : closing.start()], file=file)
    rest = text[closing.end() :]
    body = rest.lstrip()
    return text, toml, visible(body.rstrip()), text.count("\n", 0, len(text) - len(body)) + 1


def _of_front(toml: Toml, front: Front, steps: Mapping[str, AnyStep], fact: type[Fact]) -> Iterator[Misdeclared]:
    for key, names in (("inputs", front.inputs), ("untrusted", front.untrusted)):
        for n, name in enumerate(names):
            if name not in steps:
                mend = hint(name, steps, f"It is asked about: {', '.join(steps)}.")
                yield toml.wrong((key, n), f"“{name}” is no step that this is asked about.", mend)
            elif name not in front.inputs:
                yield toml.wrong((key, n), f"“{name}” is not one of the inputs.", "Add it to inputs, or take it out.")
    if History.DECISIONS in front.history and EARLIER in steps:
        mend = "Give the step another name, or take “decisions” out of history."
        yield toml.wrong(("history",), f"“{EARLIER}” is what earlier decisions are called in the material.", mend)
    for name in front.rehearsal:
        if name not in fact.model_fields:
            mend = hint(name, fact.model_fields, f"There is: {', '.join(fact.model_fields)}.")
            yield toml.wrong(("rehearsal", name), f"{fact.__name__} has no field “{name}” to rehearse.", mend)


def _of_personal(toml: Toml, front: Front, steps: Mapping[str, AnyStep]) -> Iterator[Misdeclared]:
    fields = [f"{name}.{one}" for name in front.inputs for one in _fields_of(steps.get(name))]
    for n, path in enumerate(front.personal):
        if ".".join(path.split(".")[:2]) not in fields:
            mend = hint(path, fields, 'Write the input, a point and the field: "ticket.email".')
            yield toml.wrong(("personal", n), f"“{path}” is no field of an input.", mend)


def _fields_of(step: AnyStep | None) -> Iterable[str]:
    given = fact_type(step) if step is not None else None
    return given.model_fields if given is not None else ()


def _of_body(text: str, body: str, file: str) -> Iterator[Misdeclared]:
    if not body:
        yield Misdeclared("This prompt has no text.", file=file, mend="Write what the model is to do.")
    for number, line in enumerate(text.split("\n"), 1):
        if visible(line).count("⟨U+") > line.count("⟨U+"):
            said = "There is a character here that nobody can see."
            yield Misdeclared(said, file=file, line=number, mend="Type the line again.")


def rehearsed(front: Front) -> dict[str, Plain]:
    """What helps the rehearsal model, as plain data."""
    return {key: _plain(value) for key, value in front.rehearsal.items()}


def _plain(value: object) -> Plain:
    """A TOML value as plain data: a date or a fraction as its text."""
    if value is None or isinstance(value, str | int):
        return value
    if is_object(value):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if is_list(value) else str(value)


def _digest(front: Front, body: str, asked: AnyStep) -> str:
    try:
        schema = strict_schema(fact_type(asked) or Fact)
    except Misdeclared as problem:
        raise Misdeclared(problem.sentence, file=asked.place.file, line=asked.place.line, mend=problem.mend) from None
    return digest_of_data([front.model_dump(mode="json", exclude_defaults=True), body, schema])


def prompt_files(folder: Path) -> dict[str, Path]:
    """The prompt files of a workflow, by name. Upper-case names (CHANGELOG, README) are pages for people."""
    return {file.stem: file for file in sorted(folder.glob("*.md")) if not file.stem.isupper()}
