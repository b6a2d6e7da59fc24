"""A prompt asks for a role, and the settings say which model has it; who asks for one that nobody has is told."""

import shutil
from pathlib import Path

import pytest

from bot.adapters.library.shelf import Shelf
from bot.domain.errors import Misdeclared
from bot.ports.version import VersionKind
from tests.commands.line import WORKFLOWS
from tests.shelves import shelf_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Workflows to change: support triage, whose triage is `fast` and whose draft is `careful`."""
    shutil.copytree(WORKFLOWS / "support_triage", tmp_path / "flows" / "support_triage")
    shutil.copy(WORKFLOWS / "house.toml", tmp_path / "flows")
    return tmp_path / "flows"


def shelf(folder: Path, *roles: str) -> Shelf:
    return shelf_of(folder, roles=roles or None)


def ask_for(folder: Path, role: str) -> None:
    file = folder / "support_triage" / "triage.md"
    file.write_text(file.read_text("utf-8").replace('role = "fast"', f'role = "{role}"'), "utf-8")


def test_roles_that_models_have_load(folder: Path) -> None:
    assert shelf(folder, "careful", "fast").problems == {}


def test_any_word_that_the_settings_name_is_a_role(folder: Path) -> None:
    ask_for(folder, "cheap_and-cheerful2")
    terms = shelf(folder, "careful", "cheap_and-cheerful2").current("support_triage")
    assert terms.prompts["triage"].role == "cheap_and-cheerful2"


def test_with_the_rehearsal_model_every_role_is_fine(folder: Path) -> None:
    ask_for(folder, "whatever")
    assert shelf(folder).problems == {}


@pytest.mark.parametrize(
    ("role", "mend"),
    [
        ("fsat", "Did you mean fast?"),
        ("zzz", "There is: careful, fast. Others are added under [model.roles]."),
    ],
)
def test_a_role_that_no_model_has_does_not_load(folder: Path, role: str, mend: str) -> None:
    ask_for(folder, role)
    problem = shelf(folder, "careful", "fast").problems["support_triage"]
    assert f"triage.md:4: No model has the role “{role}” in countersign.toml. {mend}" in problem.message


def test_an_owner_cannot_change_a_prompt_to_a_role_that_no_model_has(folder: Path) -> None:
    shelves = shelf(folder, "careful", "fast")
    what = (VersionKind.PROMPT, "support_triage/triage")
    text = shelves.text(what).replace('role = "fast"', 'role = "best"')
    with pytest.raises(Misdeclared, match="No model has the role “best”"):
        shelves.proposed(*what, text)
    assert shelf(folder).proposed(*what, text)["support_triage"] is not None


@pytest.mark.parametrize("role", ["", "Fast", "two words", "ünlü", "x" * 31, "1st"])
def test_a_role_is_one_word(folder: Path, role: str) -> None:
    ask_for(folder, role)
    assert "which is no name of a role. Write one word" in shelf(folder).problems["support_triage"].message
