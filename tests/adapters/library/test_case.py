"""Golden cases are typed: a case that does not fit its workflow is refused before anything is measured with it."""

import json
import os
from pathlib import Path

import pytest

from bot.adapters.library.case import read_case, read_cases
from bot.adapters.library.module import load
from bot.domain.errors import Misdeclared
from bot.domain.workflow import Definition
from tests.adapters.library.folder import write_workflow
from tests.naughty import every_bytes, every_json

TICKET = {"id": "T-1", "customer_id": "C-1", "email": "a@b.example", "subject": "Hi", "body": "Hello"}
CASE: dict[str, object] = {
    "about": "An invoice.",
    "given": {"ticket": TICKET},
    "expected": {"topic": {"kind": "billing", "words": "invoice"}},
}


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> Definition:
    return load(write_workflow(tmp_path_factory.mktemp("case")), "cased")[0]


def refusal(definition: Definition, raw: bytes | str) -> str:
    with pytest.raises(Misdeclared) as caught:
        read_case(raw, file=Path("cases/invoice.json"), definition=definition)
    return caught.value.message


def test_a_case_is_read_with_its_types(definition: Definition) -> None:
    case = read_case(json.dumps(CASE), file=Path("cases/invoice.json"), definition=definition)
    assert (case.name, case.about) == ("invoice", "An invoice.")
    assert [*case.given] == ["ticket"]
    assert type(case.expected["topic"]).__name__ == "Topic"


SHAPE = "cases/invoice.json: A case has “about” (a sentence), “given” and “expected”, and nothing else."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"about": 1}, SHAPE),
        ({"given": []}, SHAPE),
        ({"expected": None}, SHAPE),
        ({"note": "x"}, SHAPE),
        (
            {"given": {"tiket": TICKET}},
            "cases/invoice.json: “tiket” is no step that a case can have under “given”. Did you mean ticket?",
        ),
        (
            {"given": {"topic": {}}},
            "cases/invoice.json: “topic” is no step that a case can have under “given”. "
            "There is: ticket, account, tagged.",
        ),
        (
            {"expected": {"label": {}}},
            "cases/invoice.json: “label” is no step that a case can have under “expected”. There is: topic.",
        ),
        (
            {"given": {"ticket": {**TICKET, "email": "nobody"}}},
            "cases/invoice.json: “ticket.email” does not fit Ticket: String should match pattern",
        ),
        (
            {"expected": {"topic": {"kind": "weather", "words": "x"}}},
            "cases/invoice.json: “topic.kind” does not fit Topic: Input should be 'billing' or 'spam'.",
        ),
        (
            {"expected": {"topic": {"kind": "spam"}}},
            "cases/invoice.json: “topic.words” does not fit Topic: Field required.",
        ),
    ],
)
def test_a_case_that_does_not_fit_is_refused(definition: Definition, changes: dict[str, object], sentence: str) -> None:
    assert refusal(definition, json.dumps(CASE | changes)).startswith(sentence)


@pytest.mark.parametrize("name", ["about", "given", "expected"])
def test_a_case_is_complete(definition: Definition, name: str) -> None:
    assert refusal(definition, json.dumps({k: v for k, v in CASE.items() if k != name})) == SHAPE


@every_json
def test_what_is_no_strict_json_is_no_case(definition: Definition, raw: bytes) -> None:
    assert refusal(definition, raw).startswith("cases/invoice.json:")


@every_bytes
def test_no_bytes_are_a_case(definition: Definition, raw: bytes) -> None:
    assert refusal(definition, raw).startswith("cases/invoice.json:")


def test_every_case_of_a_folder_is_read_and_every_problem_said(definition: Definition, tmp_path: Path) -> None:
    assert read_cases(tmp_path, definition) == ()
    (tmp_path / "cases").mkdir()
    for name in ("b", "a"):
        (tmp_path / "cases" / f"{name}.json").write_text(json.dumps(CASE))
    assert [case.name for case in read_cases(tmp_path, definition)] == ["a", "b"]
    for name in ("c", "d"):
        (tmp_path / "cases" / f"{name}.json").write_text("{}")
    with pytest.raises(Misdeclared) as caught:
        read_cases(tmp_path, definition)
    assert [Path(one.file).name for one in caught.value.problems] == ["c.json", "d.json"]


def test_what_lies_among_the_cases_and_is_none_is_refused_and_the_rest_is_read(
    tmp_path: Path, definition: Definition
) -> None:
    (cases := tmp_path / "cases").mkdir()
    os.mkfifo(cases / "a.json")
    (cases / "b.json").symlink_to("nowhere")
    (cases / "c.json").write_text(json.dumps(CASE))
    (cases / "d.json").write_text("{}")
    with pytest.raises(Misdeclared) as caught:
        read_cases(tmp_path, definition)
    assert [(Path(one.file).name, one.sentence.partition(",")[0]) for one in caught.value.problems] == [
        ("a.json", "This is not a file."),
        ("b.json", "This link leads to no file."),
        ("d.json", "A case has “about” (a sentence)"),
    ]
