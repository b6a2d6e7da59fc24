"""Who is there at a moment: by what they say, by the clock on their wall, and by who stands in for them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.attendance import Absence, Link, is_unmanned, passed_over
from bot.domain.errors import NotAllowed
from bot.domain.event import Decided, Shown, Verdict, Woken
from bot.domain.machine import advance
from bot.domain.person import ENGINE, Person, PersonId, Shift
from bot.domain.presence import Behind, absence, attendance, can_decide, is_at_work, link_of, seat_of
from bot.domain.run import Gate, Vote
from bot.testing.play import MORNING
from tests.made import EVE, FARAH, INES, JONAS, LEO, MIA, OLGA, PEOPLE, TOM, Watched, actor_of, credit_run

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
OFFICE = Shift(frozenset(range(5)), time(9), time(17, 30))
NIGHT = Shift(frozenset({4, 5}), time(22), time(6))
"""Friday and Saturday night."""


def utc(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}+00:00")


HOURS: Mapping[str, tuple[tuple[Shift, ...], ZoneInfo | None, datetime, bool]] = {
    "no hours are at any hour": ((), None, utc("2026-03-01", "03:00"), True),
    "when the day begins": ((OFFICE,), None, utc("2026-03-02", "09:00"), True),
    "a minute before": ((OFFICE,), None, utc("2026-03-02", "08:59"), False),
    "when the day ends": ((OFFICE,), None, utc("2026-03-02", "17:30"), False),
    "a moment before": ((OFFICE,), None, utc("2026-03-02", "17:29:59"), True),
    "at the weekend": ((OFFICE,), None, utc("2026-03-01", "12:00"), False),
    "in winter an hour ahead": ((OFFICE,), BERLIN, utc("2026-03-27", "08:00"), True),
    "in winter before that": ((OFFICE,), BERLIN, utc("2026-03-27", "07:30"), False),
    "in summer two hours ahead": ((OFFICE,), BERLIN, utc("2026-03-30", "07:00"), True),
    "in summer before that": ((OFFICE,), BERLIN, utc("2026-03-30", "06:59"), False),
    "the end of a summer day": ((OFFICE,), BERLIN, utc("2026-10-23", "15:30"), False),
    "the end of a winter day": ((OFFICE,), BERLIN, utc("2026-10-26", "15:30"), True),
    "elsewhere the day is another one": ((OFFICE,), NEW_YORK, utc("2026-03-07", "03:00"), False),
    "and Friday there, Saturday here": (
        (Shift(frozenset({4}), time(18), time(23)),),
        NEW_YORK,
        utc("2026-03-07", "03:00"),
        True,
    ),
    "a night before midnight": ((NIGHT,), None, utc("2026-03-06", "23:00"), True),
    "a night after midnight": ((NIGHT,), None, utc("2026-03-07", "05:59"), True),
    "a night at its end": ((NIGHT,), None, utc("2026-03-08", "06:00"), False),
    "the night after the last one": ((NIGHT,), None, utc("2026-03-08", "22:30"), False),
    "the morning before the first one": ((NIGHT,), None, utc("2026-03-06", "03:00"), False),
    "the night in which a hour is left out": ((NIGHT,), BERLIN, utc("2026-03-29", "03:59"), True),
    "and its end by the new clock": ((NIGHT,), BERLIN, utc("2026-03-29", "04:00"), False),
    "the night in which an hour comes twice": ((NIGHT,), BERLIN, utc("2026-10-25", "04:59"), True),
    "a whole day": ((Shift(frozenset({0}), time(0), time(0)),), None, utc("2026-03-02", "23:59"), True),
    "and the day after": ((Shift(frozenset({0}), time(0), time(0)),), None, utc("2026-03-03", "00:00"), False),
    "the second of two shifts": (
        (OFFICE, Shift(frozenset({5}), time(10), time(12))),
        None,
        utc("2026-03-07", "11:00"),
        True,
    ),
}


@pytest.mark.parametrize(("shifts", "zone", "now", "there"), HOURS.values(), ids=HOURS)
def test_hours_go_by_the_clock_on_the_wall(
    shifts: tuple[Shift, ...], zone: ZoneInfo | None, now: datetime, *, there: bool
) -> None:
    mia = replace(MIA, shifts=shifts, zone=zone)
    assert is_at_work(mia, now) is there
    assert absence(mia, now) is (None if there else Absence.OFF)


@pytest.mark.parametrize(
    ("marks", "why"),
    [
        ({}, None),
        ({"quiet": True}, Absence.QUIET),
        ({"away": True, "quiet": True}, Absence.AWAY),
        ({"active": False, "away": True}, Absence.LEFT),
        ({"shifts": (NIGHT,), "quiet": True}, Absence.QUIET),
    ],
)
def test_the_gravest_reason_is_the_one_that_is_told(marks: dict[str, Any], why: Absence | None) -> None:
    assert absence(replace(MIA, **marks), MORNING) is why


# --- who stands in ----------------------------------------------------------------------------------------------------


def finding(*people: Person) -> Any:
    known = {one.id: one for one in (*PEOPLE, *people)}
    return known.get


def out(who: Person, to: Person | None = None, **marks: Any) -> Person:
    return replace(who, **(marks or {"away": True}), delegate=to.id if to else None)


SEATS: Mapping[str, tuple[Person, tuple[Person, ...], Person | None, list[tuple[Person, Absence]]]] = {
    "somebody who is there": (MIA, (), MIA, []),
    "a delegate": (out(MIA, LEO), (), LEO, [(MIA, Absence.AWAY)]),
    "a delegate of somebody who has left": (out(MIA, LEO, active=False), (), LEO, [(MIA, Absence.LEFT)]),
    "a delegate at night": (out(MIA, LEO, shifts=(NIGHT,)), (), LEO, [(MIA, Absence.OFF)]),
    "the delegate of a delegate": (
        out(MIA, LEO),
        (out(LEO, INES, quiet=True),),
        INES,
        [(MIA, Absence.AWAY), (LEO, Absence.QUIET)],
    ),
    "nobody": (out(MIA), (), None, [(MIA, Absence.AWAY)]),
    "a delegate whom nobody knows": (replace(out(MIA), delegate=PersonId("x/y")), (), None, [(MIA, Absence.AWAY)]),
    "round in a circle": (out(MIA, LEO), (out(LEO, MIA),), None, [(MIA, Absence.AWAY), (LEO, Absence.AWAY)]),
}


@pytest.mark.parametrize(("who", "others", "there", "passed"), SEATS.values(), ids=SEATS)
def test_who_is_there_for_somebody(
    who: Person, others: tuple[Person, ...], there: Person | None, passed: list[tuple[Person, Absence]]
) -> None:
    seat = seat_of(who, finding(who, *others), MORNING)
    assert (seat.there.id if seat.there else None) == (there.id if there else None)
    assert [(one.id, why) for one, why in seat.passed] == [(one.id, why) for one, why in passed]


# --- who can decide ---------------------------------------------------------------------------------------------------


def played(**rules: object) -> Watched:
    return credit_run(brief={"reviewers": {"support": {"escalate_to": "finance", **rules}}})


def behind(**groups: tuple[Person, ...]) -> Behind:
    usual: Mapping[str, tuple[Person, ...]] = {"support": (MIA, LEO, INES), "finance": (FARAH, TOM), "owner": (OLGA,)}

    def found(name: str) -> tuple[Person, ...]:
        return groups[name] if name in groups else usual.get(name, ())

    return found


def links(run: Watched, *people: Person, **groups: tuple[Person, ...]) -> tuple[Link, ...]:
    return attendance(run.gate, run.run, run.terms.brief, behind(**groups), finding(*people), MORNING)


def test_the_chain_is_gone_through_link_by_link_to_the_owner() -> None:
    found = links(played())
    assert [(link.name, link.there) for link in found] == [
        ("support", (MIA, LEO, INES)),
        ("finance", (FARAH, TOM)),
        ("owner", (OLGA,)),
    ]


def test_a_delegate_needs_the_right_of_their_own() -> None:
    run = played()
    (first, *_) = links(run, support=(out(MIA, EVE), out(LEO, INES)))
    assert first.there == (INES,)
    assert [(one.id, why) for one, why in first.passed] == [(MIA.id, Absence.AWAY), (LEO.id, Absence.AWAY)]


def test_a_delegate_who_is_there_anyway_counts_once() -> None:
    (first, *_) = links(played(), support=(out(MIA, LEO), LEO))
    assert first.there == (LEO,)


def test_whoever_asked_for_it_or_has_voted_is_not_waited_for() -> None:
    run = credit_run(requester="@mia")
    gate = replace(run.gate, approvals=(Vote(LEO.id, MORNING),))
    assert not can_decide(MIA, gate, run.run, run.terms.brief)
    assert not can_decide(LEO, gate, run.run, run.terms.brief)
    link = link_of("support", (MIA, LEO, INES), gate, run.run, run.terms.brief, finding(), MORNING)
    assert link.there == (INES,)
    denied = replace(run.gate, denials=(Vote(INES.id, MORNING),))
    assert not can_decide(INES, denied, run.run, run.terms.brief)


@pytest.mark.parametrize(
    ("first", "second", "unmanned"),
    [
        (Link("a", (), ((MIA, Absence.AWAY),)), Link("b", (OLGA,)), True),
        (Link("a", (LEO,), ((MIA, Absence.AWAY),)), Link("b", (OLGA,)), False),
        (Link("a", (), ((MIA, Absence.AWAY),)), Link("b", (), ((OLGA, Absence.OFF),)), False),
        (Link("a", ()), Link("b", (OLGA,)), False),
    ],
)
def test_others_are_asked_at_once_only_where_all_are_away_and_others_are_not(
    first: Link, second: Link, *, unmanned: bool
) -> None:
    assert is_unmanned((first, second)) is unmanned
    assert not is_unmanned(())


def test_each_is_named_once() -> None:
    passed = ((MIA, Absence.AWAY), (LEO, Absence.OFF), (MIA, Absence.AWAY))
    assert passed_over(passed) == f"{MIA.name} is away. {LEO.name} is not at work at this hour."


# --- what the machine makes of it -------------------------------------------------------------------------------------


def shown(run: Watched, found: tuple[Link, ...]) -> Any:
    return advance(run.run, Shown(run.now, ENGINE, "approved", 1, "#support", found), run.terms)


def decided(run: Watched, verdict: Verdict, by: Person, **more: Any) -> Gate:
    """The gate after somebody decided, told who is there."""
    event = Decided(run.now, actor_of(by), by, verdict, "approved", **more)
    return advance(run.run, event, run.terms).run.gates["approved"]


def test_where_all_of_a_group_are_away_the_next_are_asked_at_once_and_the_card_says_why() -> None:
    run = played()
    moved = shown(run, links(run, support=(out(MIA), out(LEO, active=False))))
    gate = moved.run.gates["approved"]
    assert (gate.invited, gate.escalations) == (("finance",), 1)
    why = f"Nobody of support is there now. {MIA.name} is away. {LEO.name} has a deactivated account."
    assert gate.remarks[-1].text == why
    entry = moved.entries[-1]
    assert (entry.kind, entry.notes["reason"], entry.notes["owner"]) == ("gate.escalated", "nobody there", "finance")


def test_where_some_are_there_or_nobody_is_it_stays_with_them() -> None:
    run = played()
    for found in (
        (),
        links(run, support=(out(MIA), LEO)),
        links(run, support=(out(MIA),), finance=(), owner=(out(OLGA),)),
    ):
        assert shown(run, found).run.gates["approved"].invited == ()


def test_an_empty_link_is_passed_over_with_its_reason() -> None:
    run = played()
    found = links(run, finance=(out(FARAH), out(TOM, shifts=(NIGHT,))))
    gate = decided(run, Verdict.ESCALATE, MIA, text="Please look.", links=found)
    assert gate.invited == ("owner",)
    assert gate.remarks[-1].text == (f"Please look. {FARAH.name} is away. {TOM.name} is not at work at this hour.")


def test_where_nobody_is_there_at_all_it_is_the_next_ones_turn_all_the_same() -> None:
    run = played()
    found = links(run, finance=(out(FARAH),), owner=(out(OLGA),))
    gate = decided(run, Verdict.ESCALATE, MIA, text="Please look.", links=found)
    assert (gate.invited, gate.escalations) == (("finance",), 1)


def test_a_clock_that_runs_out_passes_the_absent_over_as_well() -> None:
    run = played(escalate_after="1h", expires_after="3d")
    found = links(run, finance=(out(FARAH), out(TOM)))
    at = run.gate.escalate_at
    assert at is not None
    moved = advance(run.run, Woken(at, ENGINE, "approved", links=found), run.terms)
    assert moved.run.gates["approved"].invited == ("owner",)


def test_whoever_stands_in_is_named_with_the_reason_and_must_have_the_right() -> None:
    run, said = played(), f"{MIA.name} is away. {LEO.name} stands in."
    gate = decided(run, Verdict.REASSIGN, INES, to=LEO, text="Yours?", instead=said)
    assert (gate.holder, gate.remarks[-1].text) == (LEO.id, f"Yours? {said}")
    instead = f"{MIA.name} is away. {JONAS.name} stands in."
    with pytest.raises(NotAllowed, match=f"{instead} {JONAS.name} cannot decide this"):
        decided(run, Verdict.REASSIGN, INES, to=JONAS, instead=instead)
