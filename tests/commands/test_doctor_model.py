"""The doctor looks at models: what is configured, what is missing, what it means for briefs; asked, it asks each."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.commands.shell.finding import Sign
from bot.commands.work.doctor_model import _answers, examined
from bot.settings import Settings, read_settings
from bot.wiring import shelf_of
from bot.wiring.model import candidates_of
from tests.adapters.model.openai.server import answered, failed, serving
from tests.commands.line import WORKFLOWS, Line

KEY = "sk-a-key-that-nobody-may-read"
BLUE = {"evidence": ["blue"], "answer": {"colour": "blue"}, "doubts": [], "confidence": "certain"}
PEOPLE = (Path(__file__).parents[2] / "bot" / "sample.toml").read_text("utf-8")
MODEL = """\
[model]
use = "openai"
[model.roles]
fast = ["main/gpt-4o-mini", "spare/own"]
careful = ["main/gpt-4o-mini"]
[model.endpoints.main]
url = "https://api.openai.com/v1"
[model.endpoints.spare]
url = "http://127.0.0.1:11434/v1"
"""
Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Settings of a company with these models, one text put in the place of another."""
    shutil.copytree(WORKFLOWS, tmp_path / "flows", ignore=shutil.ignore_patterns("__pycache__"))

    def read(old: str = "", new: str = "", *, limit: str = "", key: bool = True) -> Settings:
        assert old in MODEL, old
        (tmp_path / "countersign.toml").write_text(f"{PEOPLE}\n{MODEL.replace(old, new, 1)}", "utf-8")
        brief = tmp_path / "flows" / "support_triage" / "brief.toml"
        brief.write_text(brief.read_text("utf-8").replace("[limits]\n", f"[limits]\n{limit}\n", 1), "utf-8")
        env = {"COUNTERSIGN_FILE": str(tmp_path / "countersign.toml")}
        told = {"COUNTERSIGN_MODEL_KEY_MAIN": KEY} if key else {}
        return read_settings(env | told, data=str(tmp_path / "data"), workflows=str(tmp_path / "flows"), account="x")

    return read


def said(settings: Settings) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for one in examined(settings, shelf_of(settings), ask=False):
        found.setdefault(one.about, []).append((one.sign.value, one.text))
    assert KEY not in str(found)
    return found


def test_everything_is_said_in_a_line_each(read: Read) -> None:
    found = said(read())
    assert found["model"] == [
        ("ok", "2 models, as their roles say. To ask each a small question: countersign doctor --ask-the-model")
    ]
    assert found["role"] == [
        ("ok", "fast asks main/gpt-4o-mini; where that does not answer, spare/own."),
        ("ok", "careful asks main/gpt-4o-mini."),
    ]
    assert found["endpoint"] == [
        ("ok", "main is https://api.openai.com/v1, with a key."),
        ("ok", "spare is http://127.0.0.1:11434/v1, without a key."),
    ]
    (known, unknown) = found["price"]
    assert known[1].startswith("main/gpt-4o-mini: 0.15 USD for a million tokens read, 0.6 USD written (genai-prices ")
    assert unknown == (
        "note",
        "Nobody knows what spare/own costs. No brief limits that. Write it under [model.prices.\"spare/own\"].",
    )  # fmt: skip


def test_a_key_that_is_missing_is_named_by_its_variable(read: Read) -> None:
    (main, _) = said(read(key=False))["endpoint"]
    assert main == (
        "note",
        "main is https://api.openai.com/v1, without a key. If it asks for one, set COUNTERSIGN_MODEL_KEY_MAIN.",
    )


def test_an_address_in_the_open_is_pointed_out(read: Read) -> None:
    (main, _) = said(read('"https://api.openai.com/v1"', '"http://10.0.0.7/v1"\ninsecure = true'))["endpoint"]
    assert main[0] == "note"
    assert "Whoever is on the way can read what is said, and the key." in main[1]


def test_briefs_that_would_be_parked_for_an_unknown_price_are_named(read: Read) -> None:
    (_, unknown) = said(read(limit='cost_per_run = "1 USD"'))["price"]
    assert unknown[0] == "mend"
    assert "so runs of support_triage are parked instead of asking it" in unknown[1]


def test_a_budget_for_the_day_parks_everything_that_has_no_price(read: Read) -> None:
    found = said(read("[model]", '[model]\ncost_per_day = "20 USD"'))
    assert found["budget"] == [("ok", "All workflows together may spend 20.00 USD on models in a day.")]
    assert found["price"][1][0] == "mend"
    assert "every run that would ask it is parked" in found["price"][1][1]


def test_a_price_of_the_settings_is_shown_as_theirs(read: Read) -> None:
    own = '[model.prices."spare/own"]\ninput = "0 USD"\noutput = "0.075 USD"\n[model.endpoints.spare]'
    assert said(read("[model.endpoints.spare]", own))["price"][1] == (
        "ok",
        "spare/own: 0 USD for a million tokens read, 0.075 USD written (settings).",
    )


def test_what_no_role_names_is_pointed_out(read: Read) -> None:
    own = '[model.parameters."main/gpt-4o"]\neffort = "low"\n[model.endpoints.spare]'
    found = said(read("[model.endpoints.spare]", own))
    assert found["parameters"] == [("note", "main/gpt-4o stands under [model.parameters], and no role names it.")]


def test_recordings_are_pointed_out(read: Read) -> None:
    assert said(read("[model]", '[model]\nfolder = "kept"'))["recording"][0][0] == "note"
    replayed = said(read('use = "openai"', 'use = "replay"\nfolder = "kept"'))
    assert replayed.keys() == {"model", "role"}
    assert replayed["model"] == [("note", "What was recorded in kept is said again; no server is asked.")]


# --- a small question ------------------------------------------------------------------------------------------------


async def test_each_model_is_asked_once_and_its_answer_told_in_a_line(read: Read) -> None:
    async with serving(answered(BLUE)) as server:
        settings = read("http://127.0.0.1:11434/v1", server.url)
        own = {name: one for name, one in candidates_of(settings).items() if name == "spare/own"}
        (one,) = await _answers(own)
    assert (one.sign, one.about) == (Sign.OK, "answer")
    assert one.text.startswith("spare/own: it answered in ")
    assert one.text.endswith(" ms, asked by strict schema. What that cost is not known.")
    assert [seen.model for seen in server.journal] == ["own"]


async def test_a_model_that_does_not_answer_is_to_be_mended_and_no_key_is_told(read: Read) -> None:
    async with serving(failed(401, f"Incorrect API key provided: {KEY}")) as server:
        settings = read("https://api.openai.com/v1", server.url)
        own = {name: one for name, one in candidates_of(settings).items() if name.startswith("main/")}
        (one,) = await _answers(own)
    assert one.sign is Sign.MEND
    assert "The model's server does not take our key." in one.text
    assert KEY not in one.text


# --- as it is typed --------------------------------------------------------------------------------------------------


def test_with_the_rules_there_is_nobody_to_ask(line: Line) -> None:
    found = line.well("doctor", "--ask-the-model", "--json").json["findings"]
    (one,) = [one for one in found if one["about"] in ("model", "answer")]
    assert one["text"].startswith("The rehearsal model: rules, no AI;")


def test_the_doctor_tells_of_models_among_all_else(line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_text(f"{PEOPLE}\n{MODEL}", "utf-8")
    about = [one["about"] for one in line("doctor", "--json").json["findings"]]
    assert {"model", "role", "endpoint", "price"} <= {*about}


def test_check_warns_where_a_limit_rests_on_an_unknown_price(line: Line, read: Read, tmp_path: Path) -> None:
    read(limit='cost_per_run = "1 USD"')
    line.workflows = tmp_path / "flows"
    shown: list[Any] = json.loads(line.well("check", "support_triage", "--json").out)["findings"]
    (warned,) = [one for one in shown if one["code"] == "no-price"]
    brief = (tmp_path / "flows" / "support_triage" / "brief.toml").read_text("utf-8").splitlines()
    assert brief[warned["line"] - 1] == 'cost_per_run = "1 USD"'
    assert warned["level"] == "warn"
    assert warned["sentence"].startswith(
        "Nobody knows what spare/own costs: with `limits.cost_per_run`, a run is parked"
    )


def test_check_says_nothing_of_prices_while_rules_answer(line: Line) -> None:
    assert "no-price" not in line.well("check").out
