"""One name, one hook: two workflows that claim it both do not load, and each problem names the other."""

import shutil
from pathlib import Path

import pytest

from bot.domain.errors import Misdeclared
from bot.ports.version import VersionKind
from tests.application.office import rewrite, write_one_act
from tests.shelves import shelf_of


def two(folder: Path, *hooks: str) -> Path:
    """Two workflows that are open to webhooks, each under the name of a hook; under their own where that is empty."""
    for name, hook in zip(("one", "two"), hooks, strict=True):
        write_one_act(folder / name, "helpdesk.AddTag")
        shutil.move(folder / name / "one_act", folder / f"act_{name}")
        (folder / name).rmdir()
        if hook:
            rewrite(folder / f"act_{name}" / "brief.toml", {"triggers": {"hooks": {hook: {}}}})
    return folder


def test_two_workflows_with_one_hook_do_not_load_and_name_each_other(tmp_path: Path) -> None:
    shelf = shelf_of(two(tmp_path, "shop", "shop"), package="two_alike")
    assert shelf.names() == ()
    assert shelf.problems["act_one"].sentence == (
        "act_one and act_two both have the hook “shop”, so nobody knows which one is meant."
    )
    assert "act_two and act_one both have" in shelf.trouble("act_two")
    assert shelf.problems["act_one"].mend == "Give one of them another name under [triggers.hooks]."


def test_a_hook_may_not_have_the_name_under_which_another_workflow_is_open(tmp_path: Path) -> None:
    assert shelf_of(two(tmp_path, "act_two", ""), package="two_claimed").names() == ()


def test_hooks_of_different_names_load(tmp_path: Path) -> None:
    assert shelf_of(two(tmp_path, "shop", "store"), package="two_apart").names() == ("act_one", "act_two")


def test_a_change_that_would_claim_a_name_of_another_workflow_is_refused(tmp_path: Path) -> None:
    shelf = shelf_of(two(tmp_path, "shop", "store"), package="two_changed")
    text = shelf.text((VersionKind.BRIEF, "act_two"))
    assert "store" in text
    with pytest.raises(Misdeclared, match="act_two and act_one both have the hook “shop”"):
        shelf.proposed(VersionKind.BRIEF, "act_two", text.replace("store", "shop"))
    assert shelf.proposed(VersionKind.BRIEF, "act_two", text.replace("store", "other"))["act_two"] is not None
