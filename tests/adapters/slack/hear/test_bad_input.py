"""What does not fit is said at the field it stands in, and what was typed still stands there."""

import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.run import GateStatus, RunState
from bot.workspace.control.driver import NotDone, Seen
from tests.adapters.slack.hear.house import SAMPLES, TICKET, House, opened, typed


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house
    house.verify()


async def wrong_in(house: House, who: str, form: Seen, **fields: str) -> Mapping[str, str]:
    """What is wrong with a form that stays open, with everything that was typed."""
    with pytest.raises(NotDone) as wrong:
        await house.as_(who).submit(form, typed(fields))
    still = await house.as_(who).until_form()
    assert still.id == form.id
    kept = json.dumps(still.raw["state"]["values"], ensure_ascii=False)
    assert all(json.dumps(value, ensure_ascii=False) in kept for value in fields.values() if value)
    await house.settle()
    return wrong.value.errors


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("id", "T 1001", "This is not in the form it has to have."),
        ("email", "nobody", "This is not in the form it has to have."),
        ("id", "", ""),
        ("language", "en-GB-oxendict", "Write at most 8 characters"),
    ],
)
async def test_a_request_that_does_not_fit_is_put_right_where_it_stands(
    house: House, field: str, value: str, says: str
) -> None:
    await house.as_("sam").command("#support", "/ops start tag_ticket")
    form = await house.as_("sam").until_form()
    errors = await wrong_in(house, "sam", form, **{**TICKET, field: value})
    assert [*errors] == [f"field:{field}"]
    assert says in errors[f"field:{field}"]
    assert await house.runs() == []
    await house.submit("sam", form, **TICKET, language="en")
    assert (await house.newest()).state is RunState.WAITING


async def test_an_answer_that_does_not_fit_is_put_right_where_it_stands(house: House) -> None:
    await house.start("plan_visit")
    form = await house.open("sam", await house.asked("sam"), "answer")
    good = {"day": "2026-03-02", "part": "morning"}
    for hours in ("9", "0", "2.5", "many"):
        assert [*(await wrong_in(house, "sam", form, **good, hours=hours))] == ["field:hours"]
    await house.submit("sam", form, **good, hours="2")
    form = await house.open("mia", await house.card(), "answer")
    assert [*(await wrong_in(house, "mia", form, name="T"))] == ["field:name"]
    await house.submit("mia", form, name="Tim")
    assert (await house.newest()).gates["approved"].status is GateStatus.OPEN


async def test_an_edit_that_changes_nothing_says_so(house: House) -> None:
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), "edit")
    errors = await wrong_in(house, "mia", form, tag="en")
    assert errors == {"field:tag": "Nothing is changed yet. Change something, or close this."}


async def test_an_edit_that_breaks_a_rule_says_which_at_its_field(house: House) -> None:
    run = await house.start("support_triage")
    form = await house.open("farah", await house.card("#finance"), "edit")
    errors = await wrong_in(house, "farah", form, body="Hello {{name}}, we return it.")
    assert "An answer has no unfilled placeholder." in errors["field:body"]
    await house.submit("farah", form, body="Hello Ana, we return it.")
    assert (await house.run(run.id)).gates["approved"].version == 2


@pytest.mark.parametrize(
    ("verb", "fields", "wrong"),
    [
        ("reject", {"text": "No."}, "field:reason"),
        ("escalate", {"text": "Help."}, "field:category"),
        ("escalate", {"category": "other"}, "field:text"),
        ("more", {"text": " "}, "field:text"),
        ("comment", {"text": ""}, "field:text"),
    ],
)
async def test_a_form_that_lacks_something_says_what(
    house: House, verb: str, fields: dict[str, str], wrong: str
) -> None:
    await house.start("tag_ticket")
    form = await house.open("mia", await house.card(), verb)
    with pytest.raises(NotDone) as lacking:
        await house.as_("mia").submit(form, typed(fields))
    assert [*lacking.value.errors] == [wrong]


async def test_what_is_said_may_be_in_any_letters(house: House) -> None:
    await house.start("tag_ticket")
    said = "<@U1> <!channel> *bold* :+1: \u202eabc\u202c مرحبا 🚲\nsecond line"
    await house.submit("mia", await house.open("mia", await house.card(), "comment"), text=said)
    (remark,) = (await house.newest()).gates["approved"].remarks
    assert remark.text == said
    card = await house.card(having=("<!channel>", "⟨U+202E⟩", "🚲"))
    assert not [one for one in json.dumps(card.raw["blocks"]).split('"type": ') if one.startswith('"broadcast"')]


async def test_a_doubtful_fact_is_checked_by_a_person(house: House) -> None:
    sample = json.loads((SAMPLES / "ambiguous.json").read_text())
    await house.start("support_triage", **sample)
    card = await house.card(having=("The model is not sure enough here", "Fill In"))
    form = await house.open("mia", card, "answer")
    assert "how-to" in str(form.raw)
    await house.submit("mia", form, category="bug", summary="It happened again.")
    run = await house.newest()
    assert run.steps["triage"].by == house.id("mia")
    assert run.gates["approved"].status is GateStatus.OPEN


async def test_a_stop_that_a_model_wants_is_confirmed_or_corrected(house: House) -> None:
    sample = json.loads((SAMPLES / "spam.json").read_text())
    await house.start("support_triage", **sample)
    card = await house.card(having=("Is that right?", "End the Run Here", "Correct the Fact"))
    form = await house.open("leo", card, "correct")
    await house.as_("leo").close(form)
    await house.press("mia", card, "approve")
    assert (await house.newest()).state is RunState.STOPPED


async def test_a_correction_of_a_stop_goes_on(house: House) -> None:
    sample = json.loads((SAMPLES / "spam.json").read_text())
    await house.start("support_triage", **sample)
    form = await house.open("mia", await house.card(having="Is that right?"), "correct")
    await house.submit("mia", form, category="billing", summary="They ask about an invoice.")
    assert (await house.newest()).gates["approved"].group == "finance"
    await house.card("#finance", having="Approve Reply")
