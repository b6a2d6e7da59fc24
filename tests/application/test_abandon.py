"""A form that was opened and closed again is noted, with whose it was, and nothing else comes of it."""

from bot.application.abandon import Left, abandon
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import RunId
from tests.application.office import Office
from tests.made import MIA, SAM


def left(run: RunId, step: str = "approved") -> Left:
    return Left(run, step, Verdict.EDIT, MIA, Door.TERMINAL, SAM.id)


async def test_a_closed_form_is_noted_by_whoever_closed_it_and_decides_nothing(office: Office) -> None:
    run = await office.start()
    before = await office.run(run)
    await abandon(office.parts, left(run))
    (entry,) = await office.entries(run, "gate.abandoned")
    assert (entry.actor, entry.step, entry.notes["outcome"], entry.notes["door"]) == (
        MIA.id,
        "approved",
        "edit",
        "terminal",
    )
    assert {field.name: field.value for field in entry.fields} == {"at_the_keyboard": SAM.id}
    assert (await office.run(run)).gates == before.gates


async def test_a_form_about_nothing_that_is_asked_leaves_no_trace(office: Office) -> None:
    run = await office.start()
    entries = await office.entries(run)
    await abandon(office.parts, left(run, "sent"))
    assert await office.entries(run) == entries


async def test_a_form_that_is_closed_after_the_decision_is_noted_all_the_same(office: Office) -> None:
    run = await office.start()
    await office.decide(run)
    await abandon(office.parts, left(run))
    assert len(await office.entries(run, "gate.abandoned")) == 1
