"""The form to choose from: what it shows, what is read back from it, and that it fits whatever there is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack.draw.modal.choice import (
    LONGEST_WORDS,
    MOST,
    STAGES,
    Given,
    Offer,
    Samples,
    choice_view,
    read_choice,
    read_given,
)
from bot.adapters.slack.draw.modal.filling import ACTION, block_of
from bot.adapters.slack.hear.choosing import else_started_by
from bot.domain.errors import Unknown
from bot.domain.run import Stage
from bot.workspace.blocks.checking import flaws_in_view
from tests.commands.line import SHIPPED
from tests.shelves import shelf_of

TRIAGE = Offer("triage", "Answer a ticket.", Stage.APPROVED, "Olga Brandt")
CREDIT = Offer("credit", "Give it.", Stage.SHADOW, "Tom Reyes")
SAMPLES: Samples = {"triage/how-to": {"id": "T-1"}, "triage/bug": {"id": "T-2"}, "other/one": {"id": "X"}}
ABOUT = "C1/1700000000.000100"


def state(message: str | None = None, **picked: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        block_of(name): {ACTION: {"selected_option": {"value": value}}} for name, value in picked.items()
    }
    return {**found, **({block_of("message"): {ACTION: {"value": message}}} if message is not None else {})}


def options(view: Mapping[str, Any], name: str) -> list[str]:
    """What can be picked in a field; nothing where it is not there."""
    blocks = [one for one in view["blocks"] if one.get("block_id") == block_of(name)]
    return [option["value"] for one in blocks for option in one["element"]["options"]]


def texts(view: Mapping[str, Any]) -> str:
    return str(view["blocks"])


def test_where_there_are_no_samples_nobody_is_asked_for_one() -> None:
    view = choice_view((TRIAGE, CREDIT), {})
    assert (options(view, "workflow"), options(view, "sample")) == (["triage", "credit"], [])


def test_samples_are_offered_of_what_may_be_started_only() -> None:
    assert options(choice_view((TRIAGE, CREDIT), SAMPLES), "sample") == ["triage/how-to", "triage/bug"]


def test_the_only_workflow_is_chosen_already() -> None:
    view: Any = choice_view((TRIAGE,), {})
    first = next(one for one in view["blocks"] if one.get("block_id") == block_of("workflow"))
    assert first["element"]["initial_option"]["value"] == "triage"


def test_workflows_stand_under_their_owner_each_with_what_it_does_and_how_far_the_bot_goes() -> None:
    view: Any = choice_view((CREDIT, TRIAGE, Offer("again", "Once more.", Stage.LIMITED, "Olga Brandt")), {})
    parts = [part for block in view["blocks"] if block["type"] == "rich_text" for part in block["elements"]]
    assert ["".join(one["text"] for one in part["elements"]) for part in parts] == [
        "Owned by Olga Brandt",
        f"again  {STAGES[Stage.LIMITED]}",
        "Once more.",
        f"triage  {STAGES[Stage.APPROVED]}",
        "Answer a ticket.",
        "Owned by Tom Reyes",
        f"credit  {STAGES[Stage.SHADOW]}",
        "Give it.",
    ]


def test_what_else_starts_it_stands_below_what_it_does() -> None:
    also = replace(TRIAGE, also=("/ticket", "a webhook", "mail"))
    assert "Answer a ticket." in texts(choice_view((also,), {}))
    assert "Also by /ticket, a webhook, mail." in texts(choice_view((also,), {}))
    assert "Also by" not in texts(choice_view((TRIAGE,), {}))


def test_every_workflow_that_ships_says_what_else_starts_it() -> None:
    shelf = shelf_of(SHIPPED)
    ways = {name: [*else_started_by(shelf.current(name))] for name in shelf.names()}
    assert ways["lead_intake"] == ["the menu of a message", "a form for people outside", "a webhook"]
    assert ways["email_routing"] == ["the menu of a message", "a webhook", "mail"]
    assert ways["stalled_deals"] == ["the clock"]
    assert all(ways.values())


def test_every_stage_is_said_in_words() -> None:
    assert {*STAGES} == {*Stage}
    assert all(stage.value not in said.split() for stage, said in STAGES.items() if stage is not Stage.APPROVED)


def test_whoever_may_start_nothing_sees_what_there_is_and_whom_to_ask() -> None:
    view: Any = choice_view((), {}, others=(TRIAGE,))
    assert "The owner of a workflow can let you" in texts(view)
    assert ("Olga Brandt" in texts(view), "Answer a ticket." in texts(view), "submit" in view) == (True, True, False)
    assert "Whoever runs Countersign" in texts(choice_view((), {}))


def test_a_sample_fills_in_the_form_of_its_workflow() -> None:
    offered = (TRIAGE, CREDIT)
    assert read_choice(offered, SAMPLES, state(workflow="triage", sample="triage/bug")) == ("triage", {"id": "T-2"})
    assert read_choice(offered, SAMPLES, state(workflow="triage")) == ("triage", {})
    assert read_choice(offered, SAMPLES, state(workflow="credit", sample="triage/bug")) == ("credit", {})


@pytest.mark.parametrize("picked", [{}, {"workflow": "other"}, {"sample": "triage/bug"}, {"workflow": ""}])
def test_whoever_chose_nothing_is_told_so(picked: dict[str, str]) -> None:
    with pytest.raises(Unknown, match="Choose what to start"):
        read_choice((TRIAGE,), SAMPLES, state(**picked))


def test_a_message_stands_in_the_form_and_goes_on_as_it_was_left_there() -> None:
    view: Any = choice_view((TRIAGE, CREDIT), SAMPLES, Given(ABOUT, "Charged twice."))
    assert (options(view, "sample"), "Charged twice." in texts(view), ABOUT in view["private_metadata"]) == (
        [],
        True,
        True,
    )
    filled = state("Charged twice, she says.", workflow="credit")
    assert read_choice((TRIAGE, CREDIT), SAMPLES, filled) == ("credit", {})
    assert read_given(ABOUT, filled) == Given(ABOUT, "Charged twice, she says.")
    assert read_given(ABOUT, state("", workflow="triage")) == Given(ABOUT, "")
    assert read_given("", filled) is None


@pytest.mark.parametrize("words", ["x" * LONGEST_WORDS, "x " * (LONGEST_WORDS // 2), f"{'x' * 1_499} " * 6])
def test_a_message_that_fits_stands_there_as_a_whole(words: str) -> None:
    view: Any = choice_view((TRIAGE,), {}, Given(ABOUT, words))
    boxes = [one for one in view["blocks"] if str(one.get("block_id", "")).startswith(block_of("message"))]
    values = {one["block_id"]: {ACTION: {"value": one["element"].get("initial_value")}} for one in boxes}
    found = read_given(ABOUT, values)
    assert found is not None
    assert found.words.split() == words.split()
    assert flaws_in_view(view) == []


def test_a_message_that_no_form_holds_is_not_cut_but_said() -> None:
    view: Any = choice_view((TRIAGE,), {}, Given(ABOUT, "x" * (LONGEST_WORDS + 1)))
    assert "The message has 9,001 characters, and a form takes 9,000." in texts(view)
    assert "xxx" not in texts(view)


@pytest.mark.parametrize("count", [0, 1, MOST, MOST + 60])
@pytest.mark.parametrize("given", [None, Given(ABOUT, "y" * LONGEST_WORDS), Given(ABOUT, "y" * 40_000)])
def test_the_form_fits_however_many_there_are(count: int, given: Given | None) -> None:
    offered = tuple(Offer(f"w{n}", "x" * 600, Stage.APPROVED, f"Olga {n}") for n in range(count))
    samples: Samples = {f"w{n}/s{m}": {} for n in range(count) for m in range(9)}
    assert flaws_in_view(choice_view(offered, samples, given, others=offered)) == []
    assert flaws_in_view(choice_view((), samples, given, others=offered)) == []
