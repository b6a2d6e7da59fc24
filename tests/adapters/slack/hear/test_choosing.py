"""The form to choose from, and the samples that the next one can be filled in with."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.adapters.slack.draw.modal.filling import ACTION, block_of
from bot.adapters.slack.hear.choosing import MOST, Offer, Samples, choosing, chosen
from bot.domain.errors import Unknown
from bot.workspace.blocks.checking import flaws_in_view

TRIAGE, CREDIT = Offer("triage", "Answer a ticket.", "approved", "@olga"), Offer("credit", "Give it.", "shadow", "@tom")
SAMPLES: Samples = {"triage/how-to": {"id": "T-1"}, "triage/bug": {"id": "T-2"}, "other/one": {"id": "X"}}


def state(**picked: str) -> Mapping[str, Any]:
    return {block_of(name): {ACTION: {"selected_option": {"value": value}}} for name, value in picked.items()}


def options(view: Mapping[str, Any], name: str) -> list[str]:
    """What can be picked in a field; nothing where it is not there."""
    blocks = [one for one in view["blocks"] if one.get("block_id") == block_of(name)]
    return [option["value"] for one in blocks for option in one["element"]["options"]]


def test_where_there_are_no_samples_nobody_is_asked_for_one() -> None:
    view: Any = choosing((TRIAGE, CREDIT), {})
    assert (options(view, "workflow"), options(view, "sample")) == (["triage", "credit"], [])


def test_samples_are_offered_of_what_may_be_started_only() -> None:
    view: Any = choosing((TRIAGE, CREDIT), SAMPLES)
    assert options(view, "sample") == ["triage/how-to", "triage/bug"]


def test_the_only_workflow_is_chosen_already() -> None:
    view: Any = choosing((TRIAGE,), {})
    first = next(one for one in view["blocks"] if one.get("block_id") == block_of("workflow"))
    assert first["element"]["initial_option"]["value"] == "triage"


def test_a_sample_fills_in_the_form_of_its_workflow() -> None:
    offered = (TRIAGE, CREDIT)
    assert chosen(offered, SAMPLES, state(workflow="triage", sample="triage/bug")) == ("triage", {"id": "T-2"})
    assert chosen(offered, SAMPLES, state(workflow="triage")) == ("triage", {})
    assert chosen(offered, SAMPLES, state(workflow="credit", sample="triage/bug")) == ("credit", {})


@pytest.mark.parametrize("picked", [{}, {"workflow": "other"}, {"sample": "triage/bug"}, {"workflow": ""}])
def test_whoever_chose_nothing_is_told_so(picked: dict[str, str]) -> None:
    with pytest.raises(Unknown, match="Choose what to start"):
        chosen((TRIAGE,), SAMPLES, state(**picked))


@pytest.mark.parametrize("count", [0, 1, MOST, MOST + 60])
def test_the_form_fits_however_many_there_are(count: int) -> None:
    offered = tuple(Offer(f"w{n}", "x" * 600, "approved", "@olga") for n in range(count))
    assert flaws_in_view(choosing(offered, {f"w{n}/s{m}": {} for n in range(count) for m in range(9)})) == []
