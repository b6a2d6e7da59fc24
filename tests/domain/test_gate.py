"""Who may do what: one table of people against verdicts and powers, at a gate that is open, decided or out of time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.brief import Brief
from bot.domain.errors import NotAllowed, Refused
from bot.domain.event import Decided, Verdict
from bot.domain.gate import (
    ALLOWED,
    Permission,
    Power,
    Reason,
    Tally,
    allow,
    approved_by,
    asked_through,
    denied_by,
    is_member,
    may,
    may_answer,
    may_decide,
    may_inspect,
    may_read,
    still_allowed,
    tally,
)
from bot.domain.machine import advance
from bot.domain.person import Person
from bot.domain.run import Ask, Gate, GateStatus, Question, Run, Vote
from bot.intents import helpdesk
from bot.testing.play import MORNING
from tests.made import (
    ACCOUNT,
    ADA,
    EVE,
    FARAH,
    INES,
    JONAS,
    LENA,
    LEO,
    MIA,
    OLGA,
    PRIYA,
    SAM,
    TOM,
    Idea,
    Watched,
    actor_of,
    brief_of,
    of_another_team,
    stranger,
    terms_of,
)

VOTES = (Verdict.APPROVE, Verdict.DONE_BY_ME)
SPECIALIST: Mapping[str, object] = {"reviewers": {"support": {"specialist": True}}}
ANYBODY: Mapping[str, object] = {"reviewers": {"support": {"not": list[str]()}}}
CHAIN: Mapping[str, object] = {"reviewers": {"support": {"escalate_to": "finance"}}}
"""From support it goes on to finance, and from there to the owner."""
FAR: Mapping[str, object] = {"reviewers": {"support": {"escalate_to": "leads"}, "leads": {"escalate_to": "finance"}}}
SPECIAL_CHAIN: Mapping[str, object] = {"reviewers": {"support": {"escalate_to": "finance", "specialist": True}}}


@cache
def at_the_gate() -> Watched:
    return Watched(terms_of(), answers={"idea": Idea(cents=50_00)}, reads={helpdesk.account_of: ACCOUNT})


def same(gate: Gate) -> Gate:
    return gate


def invites(*who: str) -> Callable[[Gate], Gate]:
    return lambda gate: replace(gate, invited=who)


def invited_editor(who: Person) -> Callable[[Gate], Gate]:
    return lambda gate: replace(gate, invited=(who.id,), editors=(who.id,))


def edited_by(who: Person) -> Callable[[Gate], Gate]:
    return lambda gate: replace(gate, editors=(who.id,))


@dataclass(frozen=True)
class Row:
    """One kind of person, and what comes of a vote, of any other verdict and of a comment."""

    name: str
    person: Person
    vote: Reason
    other: Reason
    comment: Reason = Reason.ALLOWED
    requester: Person = SAM
    behind: Person | None = None
    gate: Callable[[Gate], Gate] = same
    brief: Mapping[str, object] | None = None

    def expected(self, verdict: Verdict) -> Reason:
        if verdict is Verdict.COMMENT:
            return self.comment
        return self.vote if verdict in VOTES else self.other

    def run(self) -> Run:
        run = at_the_gate().run
        gate = self.gate(run.gates["approved"])
        origin = replace(run.origin, requester=self.requester.id)
        if self.behind is not None:
            origin = replace(run.origin, requester="run:play-0", behind=self.behind.id)
        return replace(run, origin=origin, gates={"approved": gate})


def refused(name: str, person: Person, reason: Reason, **other: Mapping[str, object]) -> Row:
    """Somebody who may not even comment."""
    return Row(name, person, reason, reason, reason, brief=other.get("brief"))


def outsider(
    name: str, person: Person, gate: Callable[[Gate], Gate] = same, *, brief: Mapping[str, object] | None = None
) -> Row:
    return Row(name, person, Reason.NOT_A_REVIEWER, Reason.NOT_A_REVIEWER, gate=gate, brief=brief)


YES = Reason.ALLOWED
TABLE = (
    Row("a reviewer", MIA, YES, YES),
    Row("another reviewer", INES, YES, YES),
    Row("a reviewer who is away", stranger(MIA, away=True), YES, YES),
    Row("a member of the user group", stranger(EVE, groups=frozenset({"helpers"})), YES, YES,
        brief={"reviewers": {"support": {"usergroup": "helpers"}}}),
    Row("a reviewer named by id", MIA, YES, YES, brief={"reviewers": {"support": {"members": ["play/mia"]}}}),
    Row("a reviewer named by group", MIA, YES, YES, brief={"reviewers": {"support": {"members": ["group:support"]}}}),
    Row("the requester, who is a reviewer", LEO, Reason.OWN_REQUEST, YES, requester=LEO),
    Row("such a requester, where the brief allows it", LEO, YES, YES, requester=LEO, brief=ANYBODY),
    Row("who asked for the run that started this one", LEO, Reason.OWN_REQUEST, YES, behind=LEO),
    Row("such a one, where the brief allows it", LEO, YES, YES, behind=LEO, brief=ANYBODY),
    Row("somebody else than who is behind it", MIA, YES, YES, behind=LEO),
    Row("the editor", LEO, Reason.OWN_EDIT, YES, gate=edited_by(LEO)),
    Row("the editor, where the brief allows it", LEO, YES, YES, gate=edited_by(LEO), brief=ANYBODY),
    Row("who edits, where only requesters are excluded", LEO, YES, YES, gate=edited_by(LEO),
        brief={"reviewers": {"support": {"not": ["requester"]}}}),
    Row("who requests, where only editors are excluded", LEO, YES, YES, requester=LEO,
        brief={"reviewers": {"support": {"not": ["editor"]}}}),
    Row("another reviewer than the editor", MIA, YES, YES, gate=edited_by(LEO)),
    outsider("a reviewer of another group", FARAH),
    Row("somebody of the next group, invited", FARAH, YES, YES, gate=invites(FARAH.id), brief=CHAIN),
    Row("somebody of a group further on, invited", FARAH, YES, YES, gate=invites(FARAH.id), brief=FAR),
    Row("a member of the next group, which is invited", FARAH, YES, YES, gate=invites("finance"), brief=CHAIN),
    outsider("somebody of the next group, not invited", FARAH, brief=CHAIN),
    outsider("somebody of the next group, when another is invited", FARAH, invites(TOM.id), brief=CHAIN),
    outsider("somebody of a group that is not in the chain, invited", FARAH, invites(FARAH.id)),
    outsider("a member of a group that is not in the chain, invited", FARAH, invites("finance")),
    outsider("somebody of a group that was in the chain, invited", FARAH, invites(FARAH.id, "finance"),
             brief={"reviewers": {"support": {"escalate_to": "leads"}}}),
    Row("the requester, invited", LEO, Reason.OWN_REQUEST, YES, requester=LEO, gate=invites(LEO.id)),
    Row("the requester, of the next group", FARAH, Reason.OWN_REQUEST, YES, requester=FARAH, gate=invites("finance"),
        brief=CHAIN),
    Row("the editor, invited", FARAH, Reason.OWN_EDIT, YES, gate=invited_editor(FARAH), brief=CHAIN),
    Row("no specialist, of the next group", FARAH, Reason.NOT_A_SPECIALIST, YES, gate=invites("finance"),
        brief=SPECIAL_CHAIN),
    Row("a specialist, of the next group", LENA, YES, YES, gate=invites("finance"), brief=SPECIAL_CHAIN),
    outsider("an invited outsider", EVE, invites(EVE.id)),
    outsider("an outsider when a group is invited", EVE, invites("finance")),
    outsider("who is invited under a group there is not", FARAH, invites("nobody")),
    outsider("the owner", OLGA),
    Row("the owner, invited as such", OLGA, YES, YES, gate=invites("owner")),
    Row("the owner, invited by name", OLGA, YES, YES, gate=invites(OLGA.id)),
    outsider("somebody else when the owner is invited", FARAH, invites("owner")),
    outsider("the maintainer", JONAS),
    outsider("the pager", PRIYA),
    outsider("the requester, who is no reviewer", SAM),
    outsider("an auditor", ADA),
    outsider("an outsider", EVE),
    Row("no specialist, where one is asked for", MIA, Reason.NOT_A_SPECIALIST, YES, brief=SPECIALIST),
    Row("a specialist", stranger(MIA, groups=frozenset({"specialists"})), YES, YES, brief=SPECIALIST),
    refused("a deactivated reviewer", stranger(MIA, active=False), Reason.INACTIVE),
    refused("a bot among the reviewers", stranger(MIA, bot=True), Reason.BOT),
    refused("a reviewer of another organisation", stranger(MIA, foreign=True), Reason.FOREIGN),
    refused("a guest among the reviewers", stranger(MIA, guest=True), Reason.GUEST),
    Row("a guest, where the brief allows guests", stranger(MIA, guest=True), YES, YES,
        brief={"reviewers": {"support": {"allow_guests": True}}}),
    refused("a namesake in another team", of_another_team(MIA), Reason.OTHER_TEAM),
    refused("a deactivated outsider", stranger(EVE, active=False), Reason.INACTIVE),
    refused("a deactivated bot", stranger(MIA, active=False, bot=True), Reason.INACTIVE),
    Row("a reviewer of a group the brief has no more", MIA, Reason.NOT_A_REVIEWER, Reason.NOT_A_REVIEWER,
        Reason.NOT_A_REVIEWER, gate=lambda gate: replace(gate, group="gone")),
)  # fmt: skip
ROWS = [pytest.param(row, id=row.name) for row in TABLE]


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("row", ROWS)
def test_the_table_says_who_may_give_which_verdict(row: Row, verdict: Verdict) -> None:
    run = row.run()
    permission = may_decide(row.person, verdict, run.gates["approved"], run, brief_of(**(row.brief or {})))
    assert permission.reason is row.expected(verdict)
    assert permission.allowed is (permission.reason is Reason.ALLOWED)
    assert permission.allowed or permission.sentence.endswith(".")


def outcome(run: Run, row: Row, verdict: Verdict, after: timedelta) -> str:
    """What the machine makes of a verdict: `allowed` where it takes it, or asks for more than we gave."""
    terms = terms_of(**(row.brief or {}))
    event = Decided(MORNING + after, actor_of(row.person), row.person, verdict, "approved", text="Because.")
    try:
        advance(run, event, terms)
    except Refused as refusal:
        return "allowed" if refusal.reason == "unfit" else refusal.reason
    return "allowed"


THROUGH_THE_GATE = [verdict for verdict in Verdict if verdict not in (Verdict.CORRECT, Verdict.OBSERVE)]


@pytest.mark.parametrize("verdict", THROUGH_THE_GATE)
@pytest.mark.parametrize("row", ROWS)
def test_the_machine_goes_by_the_table_in_every_state_of_a_gate(row: Row, verdict: Verdict) -> None:
    run = row.run()
    comment = verdict is Verdict.COMMENT
    assert outcome(run, row, verdict, timedelta(hours=1)) == row.expected(verdict)
    assert outcome(run, row, verdict, timedelta(days=7)) == (row.comment if comment else "out-of-date")
    for status in GateStatus:
        decided = replace(run, gates={"approved": replace(run.gates["approved"], status=status)})
        if status is not GateStatus.OPEN:
            late = outcome(decided, row, verdict, timedelta(hours=1))
            still = verdict is Verdict.REJECT and status is GateStatus.APPROVED
            assert late == (row.comment if comment else row.other if still else "already-decided")


@pytest.mark.parametrize("row", ROWS)
def test_a_correction_goes_by_the_same_table(row: Row) -> None:
    run = row.run()
    event = Decided(MORNING, actor_of(row.person), row.person, Verdict.CORRECT, "idea", values={"cents": 1})
    terms = terms_of(**(row.brief or {}))
    if row.other is Reason.ALLOWED:
        assert advance(run, event, terms).run.steps["idea"].by == row.person.id
    else:
        with pytest.raises(NotAllowed) as caught:
            advance(run, event, terms)
        assert caught.value.reason == row.other


# --- powers -----------------------------------------------------------------------------------------------------------

CREW = (SAM, MIA, LEO, FARAH, OLGA, JONAS, PRIYA, ADA, EVE)
ALLOWED_POWERS: Mapping[Power, tuple[Person, ...]] = {
    Power.START: (SAM, MIA, LEO, FARAH, OLGA, JONAS, PRIYA),
    Power.CANCEL: (SAM, MIA, LEO, OLGA, JONAS),
    Power.PAUSE: (MIA, LEO, OLGA, JONAS),
    Power.RESUME: (OLGA, JONAS, PRIYA),
    Power.UNDO: (MIA, LEO, OLGA, JONAS),
    Power.RECONCILE: (OLGA, JONAS),
    Power.LOOK: (OLGA, JONAS, PRIYA),
    Power.CHANGE: (OLGA,),
    Power.ACCEPT: (JONAS,),
    Power.EXPORT: (OLGA, ADA),
    Power.ERASE: (ADA,),
    Power.ROTATE: (ADA,),
    Power.FINDING: (OLGA, ADA),
    Power.INCIDENT: CREW,
}


@pytest.mark.parametrize("person", CREW, ids=lambda person: person.name)
@pytest.mark.parametrize("power", Power)
def test_each_power_is_given_to_those_it_is_meant_for_and_to_nobody_else(power: Power, person: Person) -> None:
    permission = may(person, power, brief_of(), at_the_gate().run)
    refusal = Reason.NOT_A_STARTER if power is Power.START else Reason.NOT_RESPONSIBLE
    assert permission.reason is (Reason.ALLOWED if person in ALLOWED_POWERS[power] else refusal)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"active": False}, Reason.INACTIVE),
        ({"bot": True}, Reason.BOT),
        ({"foreign": True}, Reason.FOREIGN),
        ({"guest": True}, Reason.GUEST),
    ],
)
@pytest.mark.parametrize("power", Power)
def test_no_power_is_given_to_strangers(power: Power, changed: Mapping[str, bool], reason: Reason) -> None:
    everything = frozenset({"staff", "leads", "auditors"})
    who = JONAS if power is Power.ACCEPT else OLGA
    assert may(stranger(who, groups=everything), power, brief_of(), at_the_gate().run).allowed
    assert may(stranger(who, groups=everything, **changed), power, brief_of(), at_the_gate().run).reason is reason


@pytest.mark.parametrize("power", Power)
def test_a_run_is_steered_from_its_own_team_only(power: Power) -> None:
    assert may(of_another_team(OLGA), power, brief_of(), at_the_gate().run).reason is Reason.OTHER_TEAM


@pytest.mark.parametrize("power", [p for p in Power if p not in (Power.START, Power.INCIDENT)])
def test_reviewers_and_requesters_have_no_say_beyond_their_own_run(power: Power) -> None:
    """Without a run it is about the whole workflow, and that is its owner's and its maintainer's."""
    allowed = {person.id for person in CREW if may(person, power, brief_of()).allowed}
    assert allowed == {person.id for person in ALLOWED_POWERS[power]} - {SAM.id, MIA.id, LEO.id, PRIYA.id}


@pytest.mark.parametrize(("who", "allowed"), [(["everyone"], True), (["@eve"], True), (["staff"], False)])
def test_a_brief_says_who_may_start(who: list[str], allowed: bool) -> None:
    assert may(EVE, Power.START, brief_of(triggers={"who": who})).allowed is allowed


# --- questions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "allowed"),
    [
        ("requester", (SAM, OLGA)),
        ("owner", (OLGA,)),
        ("support", (MIA, LEO, INES, OLGA)),
        ("finance", (FARAH, TOM, LENA, OLGA)),
        ("nobody", (OLGA,)),
    ],
)
def test_a_question_is_answered_by_those_it_is_for_or_by_the_owner(group: str, allowed: tuple[Person, ...]) -> None:
    question = Question("idea", Ask.FILL_IN, group, "?", MORNING)
    run, brief = at_the_gate().run, brief_of()
    for person in (*CREW, INES, TOM, LENA):
        expected = Reason.ALLOWED if person in allowed else Reason.NOT_ASKED
        assert may_answer(person, question, run, brief).reason is expected
    for one in allowed:
        assert may_answer(stranger(one, active=False), question, run, brief).reason is Reason.INACTIVE
        assert may_answer(of_another_team(one), question, run, brief).reason is Reason.OTHER_TEAM


# --- what adds up -----------------------------------------------------------------------------------------------------


def test_a_refusal_carries_its_reason_code() -> None:
    allow(ALLOWED)
    with pytest.raises(NotAllowed, match=r"Ask somebody else\.") as caught:
        allow(Permission(Reason.OWN_EDIT, "Ask somebody else."))
    assert caught.value.reason == "own-edit"


def votes(gate: Gate, said: str) -> Gate:
    """`+mia -leo`: who said yes and who said no, one after the other."""
    for word in said.split():
        vote = Vote(f"play/{word[1:]}", MORNING)
        gate = approved_by(gate, vote) if word[0] == "+" else denied_by(gate, vote)
    return gate


@pytest.mark.parametrize(
    ("needed", "deny", "said", "comes_to"),
    [
        (1, 1, "", Tally.OPEN),
        (1, 1, "+mia", Tally.APPROVED),
        (2, 1, "+mia", Tally.OPEN),
        (2, 1, "+mia +mia", Tally.OPEN),
        (2, 1, "+mia +leo", Tally.APPROVED),
        (2, 1, "+mia +leo +ines", Tally.APPROVED),
        (1, 1, "-mia", Tally.REJECTED),
        (2, 1, "+mia -leo", Tally.REJECTED),
        (2, 2, "+mia -leo", Tally.OPEN),
        (2, 2, "+mia -leo -leo", Tally.OPEN),
        (2, 2, "+mia -leo +ines", Tally.APPROVED),
        (2, 2, "+mia -leo -ines", Tally.REJECTED),
        (2, 2, "+mia -mia +leo", Tally.OPEN),
        (2, 2, "-mia +mia +leo", Tally.APPROVED),
        (1, 2, "-mia -leo +ines", Tally.REJECTED),
    ],
)
def test_enough_yes_approves_enough_no_rejects_and_the_last_word_of_each_counts(
    needed: int, deny: int, said: str, comes_to: Tally
) -> None:
    gate = replace(at_the_gate().run.gates["approved"], needed=needed, deny=deny)
    assert tally(votes(gate, said)) is comes_to


def test_an_approver_who_lost_the_right_since_is_found() -> None:
    run = at_the_gate().run
    gate = votes(run.gates["approved"], "+mia +leo +ines +gone")
    people: dict[str, Person | None] = {MIA.id: MIA, "play/gone": None}
    people |= {LEO.id: stranger(LEO, active=False), INES.id: stranger(INES, handle="@other")}
    lost = still_allowed(gate, run, brief_of(), people)
    assert lost == (LEO.id, INES.id, "play/gone")


# --- whatever the case ------------------------------------------------------------------------------------------------

someone = st.builds(
    Person,
    id=st.sampled_from([person.id for person in (*CREW, of_another_team(MIA))]),
    name=st.just("Somebody"),
    handle=st.sampled_from(["@mia", "@leo", "@farah", "@olga", "@eve", ""]),
    groups=st.frozensets(st.sampled_from(["support", "specialists", "auditors"])),
    active=st.booleans(),
    guest=st.booleans(),
    bot=st.booleans(),
    foreign=st.booleans(),
)
people_ids = st.sets(st.sampled_from([person.id for person in CREW])).map(tuple)
rules = st.fixed_dictionaries(
    {
        "members": st.lists(st.sampled_from(["@mia", "@leo", "support", "play/olga"])),
        "not": st.lists(st.sampled_from(["requester", "editor"])),
        "specialist": st.booleans(),
        "allow_guests": st.booleans(),
    }
)


@dataclass(frozen=True)
class Case:
    person: Person
    gate: Gate
    run: Run
    brief: Brief

    def may(self, verdict: Verdict) -> bool:
        return may_decide(self.person, verdict, self.gate, self.run, self.brief).allowed


@st.composite
def cases(draw: st.DrawFn) -> Case:
    run = at_the_gate().run
    gate = replace(run.gates["approved"], editors=draw(people_ids), invited=draw(people_ids))
    requester = draw(st.sampled_from([person.id for person in CREW]))
    run = replace(run, origin=replace(run.origin, requester=requester))
    return Case(draw(someone), gate, run, brief_of(reviewers={"support": draw(rules)}))


def stricter(case: Case) -> list[Case]:
    """The same case with one reason more against it."""
    group = case.brief.reviewers["support"]
    tighter: list[dict[str, object]] = [{"members": ()}, {"specialist": True}, {"allow_guests": False}]
    tighter.append({"not_": ("requester", "editor")})
    briefs = [
        case.brief.model_copy(update={"reviewers": {**case.brief.reviewers, "support": group.model_copy(update=one)}})
        for one in tighter
    ]
    worse = ({"active": False}, {"bot": True}, {"foreign": True}, {"guest": True}, {"groups": frozenset[str]()})
    return [
        *(replace(case, brief=brief) for brief in briefs),
        *(replace(case, person=stranger(case.person, **one)) for one in worse),
        replace(case, gate=replace(case.gate, editors=(*case.gate.editors, case.person.id))),
        replace(case, gate=replace(case.gate, invited=())),
        replace(case, run=replace(case.run, origin=replace(case.run.origin, requester=case.person.id))),
    ]


@given(cases(), st.sampled_from(list(Verdict)))
def test_one_reason_more_against_it_never_allows_anything(case: Case, verdict: Verdict) -> None:
    if not case.may(verdict):
        assert not any(worse.may(verdict) for worse in stricter(case))


@given(cases())
def test_whoever_may_vote_is_active_human_known_and_neither_requester_nor_editor(case: Case) -> None:
    if not case.may(Verdict.APPROVE):
        return
    group, person = case.brief.reviewers["support"], case.person
    assert person.active
    assert not person.bot
    assert not person.foreign
    assert person.team == case.run.team
    assert is_member(person, group) or person.id in case.gate.invited
    assert "requester" not in group.not_ or person.id != case.run.origin.requester
    assert "editor" not in group.not_ or person.id not in case.gate.editors
    assert not group.specialist or "specialists" in person.groups


# --- seeing inside ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"), [(OLGA, True), (JONAS, True), (PRIYA, True), (MIA, True), (FARAH, True), (ADA, True), (SAM, False)]
)
def test_whoever_decides_or_looks_after_it_sees_inside_and_whoever_starts_it_does_not(who: Person, sees: bool) -> None:
    assert may_inspect(who, brief_of()).allowed is sees
    for other in (stranger(who, active=False), stranger(who, guest=True), stranger(who, foreign=True)):
        assert not may_inspect(other, brief_of()).allowed


@pytest.mark.parametrize(("who", "reads"), [(OLGA, True), (MIA, True), (ADA, True), (SAM, True), (EVE, False)])
def test_what_a_run_holds_is_read_by_whoever_asked_for_it_decides_or_looks_after_it(who: Person, reads: bool) -> None:
    run = at_the_gate().run
    assert run.origin.requester == SAM.id
    assert may_read(who, run, brief_of()).allowed is reads
    for other in (stranger(who, active=False), stranger(who, guest=True), of_another_team(who)):
        assert not may_read(other, run, brief_of()).allowed


def test_gates_may_be_up_to_whoever_they_can_be_handed_on_to() -> None:
    assert asked_through(MIA, brief_of()) >= {"support"}
    assert asked_through(OLGA, brief_of()) == {*brief_of().reviewers, "owner"}
    assert asked_through(EVE, brief_of()) == frozenset()
