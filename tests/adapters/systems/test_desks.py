"""Every way and every lookup of every desk: what is shown is done, once, and taken back; what is refused says why."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import BINDINGS, Fault, Office, Outcome
from bot.adapters.systems.sandbox.binding import LOOKUPS
from bot.adapters.systems.sandbox.desks import DESKS
from bot.domain.errors import Broken, Transient, Uncertain
from bot.domain.intent import Fact, Intent, Promised, Receipt
from bot.intents import crm, reports
from bot.ports.system import Retry, System
from tests.adapters.systems.desk import NOON, HandClock, contents
from tests.adapters.systems.ways import AFTER_ANOTHER, ASKED, NOT_THERE, REFUSED, SAMPLES, UNDOING

BY_KIND = {intent.kind(): intent for intent in SAMPLES}

every_way = pytest.mark.parametrize("kind", BINDINGS)
every_reversible_sample = pytest.mark.parametrize(
    "intent", [pytest.param(one, id=one.kind()) for one in SAMPLES if type(one).reversible()]
)


@pytest.fixture
async def office(path: Path, clock: HandClock) -> AsyncIterator[Office]:
    opened = Office(path, clock=clock)
    yield opened
    await opened.close()


def system_of(office: Office, kind: str) -> System:
    return office.system(kind.partition(".")[0])


async def prepared(office: Office, kind: str) -> Intent:
    """An intent of this kind that the office takes now."""
    if kind in BY_KIND:
        return BY_KIND[kind]
    if kind in AFTER_ANOTHER:
        first, then = AFTER_ANOTHER[kind]
        await system_of(office, first.kind()).execute(first, "first")
        return then
    first = BY_KIND[UNDOING[kind]]
    undo = first.undone_by(await system_of(office, kind).execute(first, "first"))
    assert undo is not None
    assert undo.kind() == kind
    return undo


def test_every_way_has_a_sample_and_every_lookup_a_question() -> None:
    assert BINDINGS.keys() == BY_KIND.keys() | UNDOING.keys() | AFTER_ANOTHER.keys()
    assert ASKED.keys() == LOOKUPS


def test_every_desk_is_a_system_of_its_own_in_the_order_of_the_office(office: Office) -> None:
    assert [system.name for system in office.systems()] == list(DESKS)
    assert all(kind.startswith(f"{system.name}.") for system in office.systems() for kind in system.bindings)


def test_only_what_is_blind_says_why_nobody_can_tell() -> None:
    ways = [way for desk in DESKS.values() for way in desk.ways.values()]
    assert all((way.binding.retry is Retry.BLIND) == bool(way.cannot_tell) for way in ways)


def test_every_system_of_the_intents_has_a_desk_that_takes_all_of_it() -> None:
    declared = {one.kind() for one in Intent.__subclasses__() if one.__module__.startswith("bot.intents.")}
    assert BINDINGS.keys() == declared


@every_way
async def test_what_is_shown_is_done_once_whatever_happens_on_the_way(
    office: Office, path: Path, clock: HandClock, kind: str
) -> None:
    intent, system = await prepared(office, kind), system_of(office, kind)
    title, before = DESKS[system.name].title, contents(path)
    shown = await system.preview(intent)
    assert await system.read_only().preview(intent) == shown
    assert shown.sentence.endswith(".")
    assert shown.before.keys() <= shown.after.keys()
    assert shown.before != shown.after

    office.backstage.fault(kind, Fault.DOWN)
    with pytest.raises(Transient, match=f"The {title} cannot be reached"):
        await system.execute(intent, "k")
    assert contents(path) == before

    office.backstage.fault(kind, Fault.LOST_ANSWER)
    with pytest.raises(Uncertain, match=title):
        await system.execute(intent, "k")
    done = contents(path)
    assert done != before
    await keeps_its_promise(system, intent, clock)
    assert contents(path) == done
    assert [(call.kind, call.outcome) for call in office.backstage.effects("k")] == [(kind, Outcome.APPLIED)]


async def keeps_its_promise(system: System, intent: Intent, clock: HandClock) -> None:
    """Ask what became of a call whose answer was lost, as its class allows."""
    binding = system.bindings[intent.kind()]
    match binding.retry:
        case Retry.IDEMPOTENT:
            assert binding.remembers is not None
            clock.pass_by(binding.remembers - timedelta(seconds=1))
            assert await system.execute(intent, "k") == await system.find(intent, "k")
        case Retry.SEARCHABLE:
            found = await system.find(intent, "k")
            assert found is not None
            assert not found.id.endswith("-new")
            assert await system.find(intent, "another") is None
        case Retry.BLIND:
            with pytest.raises(Uncertain):
                await system.find(intent, "k")


@every_reversible_sample
async def test_what_was_taken_back_stands_as_it_did(office: Office, intent: Intent) -> None:
    system = system_of(office, intent.kind())
    shown = await system.preview(intent)
    back = intent.undone_by(await system.execute(intent, "do"))
    assert back is not None
    taken = await system.preview(back)
    assert {name: shown.after[name] for name in taken.before if name in shown.after} == {
        name: value for name, value in taken.before.items() if name in shown.after
    }
    again = back.undone_by(await system.execute(back, "undo"))
    following = again or intent
    if type(following) is type(intent):
        assert (await system.preview(following)).before == shown.before


async def test_what_is_refused_changes_nothing_and_says_why(office: Office, path: Path) -> None:
    before = contents(path)
    for intent, words in REFUSED:
        system = system_of(office, intent.kind())
        for call in (system.read_only().preview(intent), system.execute(intent, "k")):
            with pytest.raises(Broken) as refused:
                await call
            assert words in refused.value.message, intent
            assert refused.value.message.endswith("."), intent
    assert contents(path) == before
    assert office.backstage.effects("k") == ()


async def test_every_lookup_answers_with_the_fact_it_promises_and_takes_no_other(office: Office) -> None:
    for lookup, about in ASKED.items():
        system = system_of(office, lookup)
        assert lookup in system.lookups
        answer = await system.read(lookup, about)
        assert answer == await system.read_only().read(lookup, about)
        assert type(answer).model_validate(answer.model_dump()) == answer
        with pytest.raises(Broken, match=f"{lookup} takes a .*, and this is a Fact"):
            await system.read(lookup, Fact())


async def test_what_is_not_there_is_named(office: Office) -> None:
    for lookup, about, words in NOT_THERE:
        with pytest.raises(Broken) as refused:
            await system_of(office, lookup).read(lookup, about)
        assert words in refused.value.message, lookup


async def test_what_an_earlier_step_has_not_brought_yet_is_shown_and_not_done(office: Office) -> None:
    waiting = [
        one.model_copy(update={name: Promised(step="before")})
        for one in SAMPLES
        for name, field in type(one).model_fields.items()
        if "Promised" in str(field.annotation)
    ]
    assert len(waiting) > 10
    for intent in waiting:
        system = system_of(office, intent.kind())
        assert "“before” will bring" in (await system.preview(intent)).sentence, intent
        with pytest.raises(Broken, match="“before” was to open is not there yet"):
            await system.execute(intent, "k")


async def test_one_desk_down_leaves_the_others_open(office: Office) -> None:
    office.backstage.fault("mail.SendMail", Fault.DOWN, times=None)
    note = BY_KIND["crm.LogNote"]
    assert isinstance(await office.system("crm").execute(note, "k"), Receipt)


async def test_everything_down_means_every_desk(office: Office) -> None:
    office.backstage.fault("*", Fault.DOWN, times=None)
    for kind in ("crm.LogNote", "mail.SendMail", "billing.RefundPayment"):
        with pytest.raises(Transient):
            await system_of(office, kind).execute(BY_KIND[kind], "k")


async def test_the_archive_counts_the_lines_of_the_week_that_was_asked_for(office: Office) -> None:
    desk, week = office.system("reports"), reports.Week(day=NOON.date())
    other = reports.Week(day=NOON.date() - timedelta(days=7))
    metrics = await desk.read("reports.metrics_of", week)
    assert isinstance(metrics, reports.Metrics)
    await desk.execute(reports.AppendRow(sheet="weekly-reports", cells=(metrics.week, "New tickets: 7")), "k")
    counted = [await desk.read("reports.archive_of", one) for one in (week, other)]
    assert counted == [reports.Sheet(sheet="weekly-reports", rows=n) for n in (1, 0)]


async def test_whoever_is_a_lead_is_known_by_their_address(office: Office) -> None:
    desk, inquiry = office.system("crm"), crm.Inquiry(name="Noa", email="noa@nowhere-bikes.example")
    lead = crm.CreateLead(email=inquiry.email, name="Noa", company="Nowhere Bikes", owner="@leo", summary="Rental.")
    before = await desk.read("crm.company_of", inquiry)
    await desk.execute(lead, "k")
    after = await desk.read("crm.company_of", inquiry.model_copy(update={"email": "Noa@Nowhere-Bikes.example"}))
    assert isinstance(before, crm.Company)
    assert isinstance(after, crm.Company)
    assert (before.known, before.owner, after.known, after.owner) == (False, "", True, "@leo")
