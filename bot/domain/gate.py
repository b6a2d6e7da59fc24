"""Who may do what: one pure function for every verb, default deny, always with a reason code.

Being invited (by escalation or reassignment) opens the door to a gate; it never lifts a rule.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.brief import Brief, Reviewers
from bot.domain.errors import NotAllowed
from bot.domain.event import Verdict
from bot.domain.frozen import replace
from bot.domain.person import Person
from bot.domain.run import Gate, Question, Run, Vote


class Power(StrEnum):
    """What somebody wants to do, beyond the verdicts on a gate."""

    START = "start"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    UNDO = "undo"
    RECONCILE = "reconcile"
    LOOK = "look it up"
    CHANGE = "change the brief"
    ACCEPT = "accept what a system changed"
    EXPORT = "export"
    ERASE = "erase"
    ROTATE = "rotate the audit key"
    FINDING = "add a finding"
    INCIDENT = "declare an incident"


class Reason(StrEnum):
    """Why something is allowed or not; a record and a test read these."""

    ALLOWED = "allowed"
    INACTIVE = "inactive"
    BOT = "bot"
    GUEST = "guest"
    FOREIGN = "foreign"
    OTHER_TEAM = "other-team"
    NOT_A_REVIEWER = "not-a-reviewer"
    OWN_REQUEST = "own-request"
    OWN_EDIT = "own-edit"
    NOT_A_SPECIALIST = "not-a-specialist"
    NOT_ASKED = "not-asked"
    NOT_RESPONSIBLE = "not-responsible"
    NOT_A_STARTER = "not-a-starter"


@dataclass(frozen=True, slots=True)
class Permission:
    """Allowed or not, with the code for records and the sentence for people."""

    reason: Reason
    sentence: str = ""

    @property
    def allowed(self) -> bool:
        return self.reason is Reason.ALLOWED


ALLOWED = Permission(Reason.ALLOWED)


def allow(permission: Permission) -> None:
    """Raise NotAllowed with its reason code unless this is allowed."""
    if not permission.allowed:
        raise NotAllowed(permission.sentence, reason=permission.reason.value)


VOTES = frozenset({Verdict.APPROVE, Verdict.DONE_BY_ME})
"""The verdicts that say yes: whoever asked for the change, or wrote it, may not give them."""

OWNER = "owner"
"""How a gate names whoever owns the workflow, among those it invites."""

AUDITORS = "auditors"
_OF_AUDITORS = (Power.ERASE, Power.ROTATE)
"""What an owner may not do either."""
"""The group that may export and erase."""


def may_decide(person: Person, verdict: Verdict, gate: Gate, run: Run, brief: Brief) -> Permission:
    """Whether this person may give this verdict on this gate, now."""
    group = brief.reviewers.get(gate.group)
    stranger = _stranger(person, run, guests=group is not None and group.allow_guests)
    if stranger:
        return stranger
    if verdict is Verdict.COMMENT and group is not None:
        return ALLOWED
    if group is None or not is_asked(person, gate, brief):
        return Permission(
            Reason.NOT_A_REVIEWER,
            f"{_people(gate.group, group)} decide this. Ask one of them, or the owner {brief.owner}.",
        )
    if verdict in VOTES:
        return _may_vote(person, gate, run, group)
    return ALLOWED


def chain_of(group: str, brief: Brief) -> tuple[str, ...]:
    """Who decides at a gate of this group, then who may be brought in: group by group, in the end the owner."""
    names = [group]
    while (one := brief.reviewers.get(names[-1])) and one.escalate_to in brief.reviewers.keys() - names:
        names.append(one.escalate_to)
    return (*names, OWNER)


def is_asked(person: Person, gate: Gate, brief: Brief) -> bool:
    """Whether it is up to this person: to the group itself, and to whom it may be handed on, once they are invited."""
    group, *later = chain_of(gate.group, brief)
    known = person.id in gate.invited
    invited = (name for name in later if known or name in gate.invited)
    return _belongs(person, group, brief) or any(_belongs(person, name, brief) for name in invited)


def _belongs(person: Person, name: str, brief: Brief) -> bool:
    if name == OWNER:
        return person.is_(brief.owner)
    return name in brief.reviewers and is_member(person, brief.reviewers[name])


def _may_vote(person: Person, gate: Gate, run: Run, group: Reviewers) -> Permission:
    if "requester" in group.not_ and person.id in (run.origin.requester, run.origin.behind):
        return Permission(Reason.OWN_REQUEST, "You asked for this yourself, so somebody else has to approve it.")
    if "editor" in group.not_ and person.id in gate.editors:
        return Permission(Reason.OWN_EDIT, "You changed this yourself, so somebody else has to approve it.")
    if group.specialist and "specialists" not in person.groups:
        return Permission(Reason.NOT_A_SPECIALIST, "Only a specialist may approve this kind of document.")
    return ALLOWED


def may_answer(person: Person, question: Question, run: Run, brief: Brief) -> Permission:
    """Whether this person may give the facts a question asks for."""
    stranger = _stranger(person, run, guests=False)
    if stranger:
        return stranger
    responsible = person.is_(brief.owner)
    if question.group == "requester":
        asked = person.id == run.origin.requester
    elif question.group == "owner":
        asked = responsible
    else:
        group = brief.reviewers.get(question.group)
        asked = group is not None and is_member(person, group)
    if asked or responsible:
        return ALLOWED
    return Permission(Reason.NOT_ASKED, f"This question is for {question.group}. Ask them, or the owner {brief.owner}.")


def may(person: Person, power: Power, brief: Brief, run: Run | None = None) -> Permission:
    """Whether this person may do something that is not a verdict."""
    stranger = _stranger(person, run, guests=False)
    if stranger:
        return stranger
    if power is Power.START:
        return _may_start(person, brief)
    if _is_up_to(person, power, brief, run):
        return ALLOWED
    who = f"the group {AUDITORS}" if power in _OF_AUDITORS else f"the owner {brief.owner}"
    who = f"the maintainer {brief.maintainer}" if power is Power.ACCEPT else who
    return Permission(Reason.NOT_RESPONSIBLE, f"You may not {power} here. Ask {who}.")


def _is_up_to(person: Person, power: Power, brief: Brief, run: Run | None) -> bool:
    if power in (Power.INCIDENT, Power.ACCEPT):  # whoever may look at a run may say that it went wrong
        return power is Power.INCIDENT or person.is_(brief.maintainer)
    if power in (Power.EXPORT, Power.FINDING, *_OF_AUDITORS):
        return AUDITORS in person.groups or (power not in _OF_AUDITORS and person.is_(brief.owner))
    return person.is_(brief.owner) or (power is not Power.CHANGE and _steers(person, power, brief, run))


def _steers(person: Person, power: Power, brief: Brief, run: Run | None) -> bool:
    """Whether somebody besides its owner may do this to a run: its maintainer, and whoever it concerns."""
    if person.is_(brief.maintainer):
        return True
    if power in (Power.RESUME, Power.LOOK):
        return run is not None and person.is_(brief.pager)
    if run is None:
        return False
    mine = power is Power.CANCEL and person.id == run.origin.requester
    return mine or (power in (Power.CANCEL, Power.PAUSE, Power.UNDO) and _reviews(person, run, brief))


def may_look(person: Person) -> Permission:
    """Whether this person is one of those who may see what runs here at all."""
    return _stranger(person, None, guests=False) or ALLOWED


def may_inspect(person: Person, brief: Brief) -> Permission:
    """Whether this person may see what is inside a workflow: its settings, and who changed them.

    Whoever only starts it may not: a threshold that is known can be kept just below.
    """
    stranger = _stranger(person, None, guests=False)
    if stranger:
        return stranger
    responsible = any(person.is_(who) for who in (brief.owner, brief.maintainer, brief.pager))
    if responsible or AUDITORS in person.groups or any(is_member(person, one) for one in brief.reviewers.values()):
        return ALLOWED
    said = f"Only those who decide or look after this may see inside. Ask the owner {brief.owner}."
    return Permission(Reason.NOT_RESPONSIBLE, said)


def may_read(person: Person, run: Run, brief: Brief) -> Permission:
    """Whether this person may see what a run holds: whoever asked for it, decides here, or looks after it."""
    stranger = _stranger(person, run, guests=False)
    if stranger or person.id in (run.origin.requester, run.origin.behind):
        return stranger or ALLOWED
    return may_inspect(person, brief)


def asked_through(person: Person, brief: Brief) -> frozenset[str]:
    """The groups whose gates may be up to this person: their own, `owner`, and those that can hand on to them."""
    chains = {name: chain_of(name, brief) for name in (*brief.reviewers, OWNER)}
    return frozenset(name for name, chain in chains.items() if any(_belongs(person, one, brief) for one in chain))


def _may_start(person: Person, brief: Brief) -> Permission:
    if any(who == "everyone" or person.is_(who) for who in brief.triggers.who):
        return ALLOWED
    who = ", ".join(brief.triggers.who)
    return Permission(Reason.NOT_A_STARTER, f"Only {who} may start this. Ask the owner {brief.owner} to be added.")


def _reviews(person: Person, run: Run, brief: Brief) -> bool:
    groups = (brief.reviewers.get(gate.group) for gate in run.gates.values())
    return any(group is not None and is_member(person, group) for group in groups)


def _stranger(person: Person, run: Run | None, *, guests: bool) -> Permission | None:
    if not person.active:
        return Permission(Reason.INACTIVE, "This account is deactivated.")
    if person.bot:
        return Permission(Reason.BOT, "A bot cannot decide; a person has to.")
    if person.foreign:
        return Permission(Reason.FOREIGN, "People from other organisations cannot do this here.")
    if person.guest and not guests:
        return Permission(Reason.GUEST, "Guests cannot do this here.")
    if run is not None and person.team != run.team:
        return Permission(Reason.OTHER_TEAM, "This belongs to another team's workspace.")
    return None


def is_member(person: Person, group: Reviewers) -> bool:
    """Whether a person belongs to a reviewer group of a brief."""
    return any(person.is_(who) for who in group.members) or (bool(group.usergroup) and group.usergroup in person.groups)


def _people(name: str, group: Reviewers | None) -> str:
    if group is None:
        return f"The people of “{name}”"
    return f"{name} ({', '.join(group.members) or group.usergroup})"


class Tally(StrEnum):
    """What the votes of one version come to."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


def tally(gate: Gate) -> Tally:
    """Denials win: once enough people said no, no number of approvals helps."""
    if len({vote.person for vote in gate.denials}) >= gate.deny:
        return Tally.REJECTED
    return Tally.APPROVED if len({vote.person for vote in gate.approvals}) >= gate.needed else Tally.OPEN


def still_allowed(gate: Gate, run: Run, brief: Brief, people: dict[str, Person | None]) -> tuple[str, ...]:
    """Approvers who have lost the right to approve since, by id."""
    lost: list[str] = []
    for vote in gate.approvals:
        person = people.get(vote.person)
        if person is None or not may_decide(person, Verdict.APPROVE, gate, run, brief).allowed:
            lost.append(vote.person)
    return tuple(lost)


def approved_by(gate: Gate, vote: Vote) -> Gate:
    """The gate with one approval more. A person has one vote: the last word counts, a second click adds nothing."""
    return replace(
        gate, approvals=(*_others(gate.approvals, vote.person), vote), denials=_others(gate.denials, vote.person)
    )


def denied_by(gate: Gate, vote: Vote) -> Gate:
    """The gate with one denial more; whoever approved before has thought again."""
    return replace(
        gate, denials=(*_others(gate.denials, vote.person), vote), approvals=_others(gate.approvals, vote.person)
    )


def _others(votes: tuple[Vote, ...], person: str) -> tuple[Vote, ...]:
    return tuple(vote for vote in votes if vote.person != person)
