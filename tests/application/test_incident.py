"""An incident is declared by whoever may look; it stands in the record, is told, and stops nothing."""

import pytest

from bot.application.steer import Move
from bot.domain.errors import NotAllowed, Unfit
from bot.domain.person import Person
from bot.domain.run import short
from bot.domain.steering import LONGEST_WORDS
from tests.application.office import Office
from tests.made import EVE, MIA, OLGA, SAM, of_another_team, stranger

SECRET = "correct horse battery staple"


@pytest.mark.parametrize("by", [EVE, SAM, OLGA], ids=lambda person: person.name)
async def test_it_is_written_told_and_nothing_else(office: Office, by: Person) -> None:
    run = await office.start()
    before = await office.run(run)
    after = await office.steer(run, Move.INCIDENT, by, text="It tagged the wrong ticket.")
    (entry,) = await office.entries(run, "run.incident")
    assert (entry.actor, [(field.name, field.value) for field in entry.fields]) == (
        by.id,
        [("text", "It tagged the wrong ticket.")],
    )
    for who in ("@olga", "@jonas"):
        person = office.people.named(who)
        assert person is not None
        assert f"{by.name} declares an incident on run {short(run)}" in office.chat.told_to(person.id)
    assert (after.state, after.paused, after.gates) == (before.state, before.paused, before.gates)


async def test_it_can_be_declared_long_after_the_run_has_ended_and_more_than_once(office: Office) -> None:
    run = await office.start()
    done = await office.decide(run)
    await office.pass_time(days=40)
    for text in ("Ana complains.", "Ana complains again."):
        assert (await office.steer(run, Move.INCIDENT, MIA, text=text)).state is done.state
    assert len(await office.entries(run, "run.incident")) == 2


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST_WORDS + 1)])
async def test_it_needs_words_and_not_too_many(office: Office, text: str) -> None:
    run = await office.start()
    with pytest.raises(Unfit, match="Say what went wrong"):
        await office.steer(run, Move.INCIDENT, MIA, text=text)
    assert await office.entries(run, "run.incident") == []


@pytest.mark.parametrize("by", [stranger(SAM, guest=True), stranger(SAM, active=False), of_another_team(SAM)], ids=str)
async def test_whoever_may_not_look_may_not_declare_and_that_stands_in_the_record(office: Office, by: Person) -> None:
    run = await office.start()
    with pytest.raises(NotAllowed):
        await office.steer(run, Move.INCIDENT, by, text="Something.")
    (entry,) = await office.entries(run, "auth.refused")
    assert (entry.actor, entry.notes["outcome"]) == (by.id, "incident")


async def test_a_secret_in_it_is_not_kept(office: Office) -> None:
    run = await office.start()
    await office.steer(run, Move.INCIDENT, MIA, text=f"It wrote {SECRET} to Ana.")
    assert SECRET not in str(await office.entries(run))
    assert SECRET not in str(office.chat.told)
