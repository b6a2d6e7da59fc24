"""How good the answers are is measured with one command, two versions are compared, and what got worse fails."""

import json
import signal
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.adapters.model.scripted import Said, Script, Scripted, unavailable
from bot.commands.shell import session
from bot.domain.plain import Plain
from bot.ports.model import Question
from tests.commands.line import WORKFLOWS, Line

TRIAGE: dict[str, Plain] = {"category": "billing", "urgent": False, "summary": "Something about an invoice."}
DRAFT: dict[str, Plain] = {"body": "Hello, we look at it. Customer care"}
CASES = WORKFLOWS / "support_triage" / "cases"
FILE = WORKFLOWS / "support_triage" / "triage.md"

Answers = Callable[..., Scripted]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Let a model that counts as a real one answer."""

    def use(triage: Script = TRIAGE, draft: Script = DRAFT, cost_micros: int | None = 100) -> Scripted:
        script: Mapping[str, Script] = {"triage": triage, "draft": draft}
        model = Scripted(script, name="main/m", cost_micros=cost_micros or 0)
        if cost_micros is None:
            monkeypatch.setattr(Scripted, "estimate_micros", unknown)
        monkeypatch.setattr(session, "opened", partial(wiring.opened, model=model))
        return model

    return use


def unknown(_model: Scripted, _question: Question) -> None:
    """What nobody knows the price of."""


def changed(tmp_path: Path, old: str = "You sort", new: str = "You, please, sort") -> str:
    file = tmp_path / "triage.md"
    file.write_text(FILE.read_text("utf-8").replace(old, new), encoding="utf-8")
    return str(file)


def by_prompt(now: Script, then: Script) -> Callable[[Question], Any]:
    """Another answer where the instructions are the changed ones."""
    return lambda question: then if "please" in question.instructions else now


def row(shown: str, field: str) -> list[str]:
    return next(line.split() for line in shown.splitlines() if f" {field} " in line)


def test_the_rehearsal_is_measured_and_says_what_that_is_worth(line: Line) -> None:
    answer = line.well("eval", "support_triage")
    assert answer.out.startswith("support_triage: 8 cases, 15 answers of rehearsal/1, ")
    assert "The rehearsal model answered: this measures its rules, and no AI." in answer.out
    assert row(answer.out, "category")[:5] == ["triage", "category", "7", "of", "8"]
    assert "It cost nothing." in answer.out
    assert answer.err == "", "In a pipe no bar is drawn."


def test_each_field_is_counted_and_each_answer_that_is_not_exact_is_shown(line: Line, answers: Answers) -> None:
    answers()
    answer = line.well("eval", "support_triage", "--step", "triage")
    assert row(answer.out, "category") == ["triage", "category", "3", "of", "8", "(38", "%)", "0", "5", "0"]
    assert "It cost 0.0008 USD." in answer.out
    assert (
        "bug-outage, triage (confidence 95 %)\n  category: wrong\n    expected: bug\n    came:     billing\n"
        in answer.out
    )
    assert answer.err == "8 questions to main/m. That costs at most 0.0008 USD.\n"


def test_scripts_read_all_of_it(line: Line, answers: Answers) -> None:
    answers(triage=Said(TRIAGE, confidence=10))
    said = line.well("eval", "support_triage", "--json").json
    assert (said["model"], said["rehearsal"], said["complete"], said["regressions"]) == ("main/m", False, True, [])
    (side,) = said["sides"]
    assert side["name"] == "now"
    assert [*side["prompts"]] == ["triage", "draft"]
    assert (side["answers"], side["handed_over"], side["cost_micros"]) == (15, 8, 1500)
    category = said["fields"][0]
    assert category["counts"] == {"now": {"exact": 3, "close": 0, "wrong": 0, "doubt": 5}}
    assert said["answers"][0]["attempts"][0]["model"] == "main/m"


def test_a_new_prompt_is_compared_with_the_one_that_counts(line: Line, answers: Answers, tmp_path: Path) -> None:
    model = answers(triage=by_prompt(TRIAGE, {**TRIAGE, "category": "bug"}))
    answer = line.well("eval", "support_triage", "--prompt", changed(tmp_path))
    assert "exact, now" in answer.out
    assert "exact, triage.md" in answer.out
    assert "Got better:\n  bug-closed-repairs, triage.category: wrong → exact" in answer.out
    assert "Got worse:\n  billing-angry, triage.category: exact → wrong" in answer.out
    assert len(model.asked("triage")) == 16
    assert model.asked("draft") == [], "Steps are measured apart: this prompt changes one of them only."
    strict = line("eval", "support_triage", "--prompt", changed(tmp_path), "--strict", "--json")
    assert strict.status == 1
    assert "billing-angry: triage.category was exact, and is wrong now." in strict.json["regressions"]


def test_what_is_worse_beyond_chance_fails(line: Line, answers: Answers, tmp_path: Path) -> None:
    files = [json.loads(file.read_text("utf-8")) for file in CASES.glob("*.json")]
    urgent = {one["given"]["ticket"]["id"]: one["expected"]["triage"]["urgent"] for one in files}

    def say(question: Question) -> Any:
        ticket = question.material["ticket"]
        assert isinstance(ticket, dict)
        right = urgent[ticket["id"]]
        return {**TRIAGE, "urgent": not right if "please" in question.instructions else right}

    answers(triage=say)
    answer = line("eval", "support_triage", "--prompt", changed(tmp_path))
    assert answer.status == 1
    assert row(answer.out, "urgent")[-3:] == ["worse", "beyond", "chance"]
    assert answer.out.endswith("Worse: triage.urgent is worse beyond chance.\n")


def test_an_earlier_version_is_compared_with_now(line: Line, answers: Answers, tmp_path: Path) -> None:
    line.well(
        "brief", "replace", "support_triage", changed(tmp_path), "--prompt", "triage", "--why", "x", "--as", "@olga"
    )
    answers()
    said = line.well("eval", "support_triage", "--step", "triage", "--against", "1", "--json").json
    assert [side["name"] for side in said["sides"]] == ["version 1", "now"]
    assert said["sides"][0]["prompts"] != said["sides"][1]["prompts"]
    assert said["changes"] == []
    answer = line("eval", "support_triage", "--against", "1")
    assert (answer.status, answer.err) == (
        2,
        "Versions are counted for each prompt: say which with --step: triage, draft.\n",
    )
    answer = line("eval", "support_triage", "--step", "triage", "--against", "2")
    assert answer.err == "There is nothing to compare: “triage” says the same in 2 and in now.\n"
    answer = line("eval", "support_triage", "--step", "triage", "--against", "9")
    assert answer.err == "There is no version “9” of support_triage/triage. There is: 1, 2, file, now.\n"


def test_a_model_out_of_reach_is_a_sentence(line: Line, answers: Answers) -> None:
    answers(triage=unavailable("The server cannot be reached."), draft=unavailable("The server cannot be reached."))
    answer = line("eval", "support_triage")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.endswith(
        "The model could not be reached, so nothing more was measured. The server cannot be reached.\n"
    )


def test_what_costs_much_or_nobody_knows_what_is_not_asked_by_a_script(line: Line, answers: Answers) -> None:
    model = answers(cost_micros=200_000)
    answer = line("eval", "support_triage")
    assert (answer.status, model.questions) == (1, [])
    assert answer.err == (
        "15 questions to main/m. That costs at most 3.0000 USD.\n"
        "Nothing was asked. Add --yes to go ahead, or --step for a part of it.\n"
    )
    line.well("eval", "support_triage", "--yes")
    assert len(model.questions) == 15
    model = answers(cost_micros=None)
    answer = line("eval", "support_triage")
    assert "What that costs is not known." in answer.err
    assert model.questions == []


def test_ctrl_c_shows_what_there_is_so_far(line: Line, answers: Answers) -> None:
    seen: list[Question] = []

    def say(question: Question) -> Any:
        seen.append(question)
        if len(seen) == 6:
            signal.raise_signal(signal.SIGINT)
        return TRIAGE

    answers(triage=say)
    answer = line("eval", "support_triage", "--step", "triage")
    assert answer.status == 130
    assert " of 8 questions were asked." in answer.out
    assert row(answer.out, "category")[:2] == ["triage", "category"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("suport_triage",), "There is no workflow “suport_triage”. Did you mean support_triage?"),
        (
            ("support_triage", "--step", "reply"),
            "support_triage asks no model in a step “reply”. There is: triage, draft.",
        ),
        (("support_triage", "--model", "carefull"), "No model has the role “carefull”. Did you mean careful?"),
        (("support_triage", "--strict"), "--strict compares two versions: say which with --prompt or --against."),
    ],
)
def test_what_is_mistyped_is_said(line: Line, answers: Answers, words: tuple[str, ...], said: str) -> None:
    answers()
    answer = line("eval", *words)
    assert answer.status in (1, 2)
    assert answer.err == f"{said}\n"
