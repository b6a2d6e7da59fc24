"""Golden cases as files, one a case:

{"about": "…", "given": {"ticket": {…}, "account": {…}}, "expected": {"triage": {…}, "draft": {…}}}
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from bot.adapters.library.file import read_bytes
from bot.domain.case import Case
from bot.domain.errors import Misdeclared, Unfit
from bot.domain.intent import Fact
from bot.domain.plain import Unreadable, is_object, read_json
from bot.domain.text import hint
from bot.domain.workflow import AnyStep, Ask, Definition, fact_type

MOST_BYTES = 256 * 1024


def read_cases(folder: Path, definition: Definition) -> tuple[Case, ...]:
    """Every case of a workflow's folder. Raises Misdeclared with every problem of all of them."""
    cases: list[Case] = []
    problems: list[Misdeclared] = []
    for file in sorted(folder.glob("cases/*.json")):
        try:
            cases.append(read_case(read_bytes(file), file=file, definition=definition))
        except Misdeclared as problem:
            problems += problem.problems
    if problems:
        raise Misdeclared.together(problems)
    return tuple(cases)


def read_case(raw: bytes | str, *, file: Path, definition: Definition) -> Case:
    """One case. Raises Misdeclared where it does not fit the workflow."""
    try:
        whole = read_json(raw, max_bytes=MOST_BYTES)
    except Unreadable as error:
        raise Misdeclared(error.why[:1].upper() + error.why[1:], file=str(file), line=error.line) from None
    parts = whole if is_object(whole) else {}
    about, given, expected = parts.get("about"), parts.get("given"), parts.get("expected")
    if parts.keys() != {"about", "given", "expected"} or not (
        isinstance(about, str) and is_object(given) and is_object(expected)
    ):
        raise Misdeclared("A case has “about” (a sentence), “given” and “expected”, and nothing else.", file=str(file))
    asks = {step.name: step for step in definition.steps if isinstance(step.node, Ask)}
    rest = {step.name: step for step in definition.steps if fact_type(step) is not None and step.name not in asks}
    problems = [*_strangers(file, "given", given, rest), *_strangers(file, "expected", expected, asks)]
    if problems:
        raise Misdeclared.together(problems)
    facts = {name: _fact(file, step, given[name]) for name, step in rest.items() if name in given}
    answers = {name: _fact(file, step, expected[name]) for name, step in asks.items() if name in expected}
    return Case(file.stem, about, facts, answers)


def _strangers(
    file: Path, where: str, values: Mapping[str, object], steps: Mapping[str, AnyStep]
) -> Iterator[Misdeclared]:
    for name in values.keys() - steps.keys():
        mend = hint(name, steps, f"There is: {', '.join(steps) or 'none'}.")
        yield Misdeclared(f"“{name}” is no step that a case can have under “{where}”.", file=str(file), mend=mend)


def _fact(file: Path, step: AnyStep, value: object) -> Fact:
    fact = fact_type(step) or Fact
    try:
        return fact.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(map(str, (step.name, *first["loc"])))
        raise Misdeclared(f"“{place}” does not fit {fact.__name__}: {first['msg']}.", file=str(file)) from None


def write_case(folder: Path, name: str, case: Mapping[str, object], *, definition: Definition) -> Path:
    """A new case in a workflow's folder. Raises Misdeclared where it does not fit, Unfit where there is one already."""
    file = folder / "cases" / f"{name}.json"
    text = json.dumps(case, ensure_ascii=False, indent=2) + "\n"
    read_case(text, file=file, definition=definition)
    try:
        file.parent.mkdir(exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise Unfit(f"There is a case “{name}” already: {file}. Give this one another --name.") from None
    except OSError as error:
        raise Unfit(f"{file} cannot be written: {error.strerror}.") from error
    return file
