"""Show cards and tell people things. A view that cannot be reached never holds a run up."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.application.conclude import Mishap, conclude, drop, try_again_or_fail
from bot.application.parts import Parts
from bot.application.present import absent_links, behind, people_of, present
from bot.application.trouble import responsible_for, trouble_for
from bot.application.waiting import answered
from bot.domain.attendance import Absence, passed_over
from bot.domain.brief.remnant import NOBODY
from bot.domain.effect import Show, Tell, Telling
from bot.domain.errors import BotError, Broken, Misdeclared, Transient, Uncertain, Unknown, Unreachable
from bot.domain.event import Shown, Undelivered
from bot.domain.gate import may_answer
from bot.domain.person import ENGINE, Person, PersonId
from bot.domain.presence import link_of, seat_of
from bot.domain.retrying import Patience
from bot.domain.run import Gate, GateStatus, Question, Run, short
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.ports.messenger import About, Aim
from bot.ports.store import Lease

PATIENCE = Patience(retries=300, within=timedelta(hours=24))
"""A chat may be away for hours; what was to be seen there is seen afterwards."""
MENDING = timedelta(minutes=30)
"""How often it is tried again where somebody has to mend something first."""
SILENT = "The messenger did not answer in time."
_ID = re.compile(r"\b[\w-]+/[\w-]+\b")
_AIMS = {Telling.ASKED: Aim.ASK, Telling.REMINDED: Aim.REMIND, Telling.QUESTION: Aim.ANSWER}


async def show(parts: Parts, lease: Lease, run: Run, effect: Show) -> None:
    """Bring a card up to date, and note when it was first seen."""
    try:
        place = await answered(parts.messenger.show(run, parts.library.pinned(run), effect.step), Transient(SILENT))
    except Unreachable as error:
        await _until_mended(parts, lease, effect, error)
    except (Transient, Uncertain, Misdeclared, Unknown) as error:
        await _later(parts, lease, effect, error)
    except Broken as error:
        await conclude(parts, lease, _lost(parts, effect, error))
    else:
        await _seen(parts, lease, run, effect, place)


async def _seen(parts: Parts, lease: Lease, run: Run, effect: Show, place: str) -> None:
    gate = run.gates.get(effect.step)
    if gate is not None and gate.status is GateStatus.OPEN and gate.shown_at is None:
        links = absent_links(parts, run, effect.step)
        shown = Shown(parts.clock.now(), ENGINE, effect.step, gate.version, place, links)
        await conclude(parts, lease, shown, patient=True)
    else:
        await drop(parts, lease)


async def tell(parts: Parts, lease: Lease, run: Run, effect: Tell) -> None:
    """Tell everybody a role stands for: delegates for whoever is away, and the owner for whoever cannot be told."""
    terms, missed = parts.terms(run), list[BotError]()
    seats, told = _seats(parts, run, terms, effect), _Told(parts, lease, run, terms, effect)
    try:
        for to, instead in seats:
            missed += await told.by(to, f"{_named(parts, run, effect.text)} {instead}".rstrip())
        if missed and len(missed) == len(seats):
            for person in _present(parts, (terms.brief.owner,)):
                why = " ".join(error.message for error in missed)
                missed += await told.by(person, f"{effect.text}\n\nThis was for {effect.to}. {why}")
    except (Transient, Uncertain) as error:
        await _later(parts, lease, effect, error)
        return
    if missed:
        await conclude(parts, lease, _lost(parts, effect, missed[0]))
    else:
        await drop(parts, lease)


@dataclass(frozen=True, slots=True)
class _Told:
    """One effect on its way to several people."""

    parts: Parts
    lease: Lease
    run: Run
    terms: Terms
    effect: Tell

    async def by(self, person: str, text: str) -> list[BotError]:
        """What keeps somebody from being told for good; nothing where they are told, now or by an earlier try."""
        run, aim, tell = self.run, _AIMS.get(self.effect.how), self.parts.messenger.tell
        about: About | Trouble | None = About(self.effect.step, self.terms, aim) if aim is not None else None
        try:
            if self.effect.trouble:
                run = await self.parts.store.queries.run(run.id)  # it may have been settled since
                about = await trouble_for(self.parts, run, self.effect.trouble, person)
            call = tell(run, person, text, key=str(self.lease.id), about=about)
            await answered(call, Transient(SILENT))
        except (Broken, Unknown) as error:
            return [error]
        return []


def _named(parts: Parts, run: Run, text: str) -> str:
    """The same with everybody's name, where the run knows their ids only, and as little of its own id as will do."""

    def name(found: re.Match[str]) -> str:
        person = parts.directory.person(PersonId(found[0]))
        return person.name if person is not None else found[0]

    return _ID.sub(name, text.replace(run.id, short(run.id)))


async def _until_mended(parts: Parts, lease: Lease, effect: Show, error: Unreachable) -> None:
    """Whoever can mend it is told at once; then it is tried until it is mended, or for a day."""
    if lease.attempt == 1:
        await conclude(parts, lease, _lost(parts, effect, error), keep_until=MENDING, tried=True)
    else:
        await _later(parts, lease, effect, error, asked=MENDING)


async def _later(
    parts: Parts, lease: Lease, effect: Show | Tell, error: BotError, *, asked: timedelta | None = None
) -> None:
    asked = error.retry_after if isinstance(error, Transient) else asked
    mishap = Mishap(
        step=effect.step, text=error.message, patience=PATIENCE, asked=asked, otherwise=_lost(parts, effect, error)
    )
    await try_again_or_fail(parts, lease, mishap)


def _lost(parts: Parts, effect: Show | Tell, error: BotError) -> Undelivered:
    now, card = parts.clock.now(), isinstance(effect, Show)
    if isinstance(error, Unreachable):
        return Undelivered(now, ENGINE, effect.step, error.message, card=card, tell="owner")
    return Undelivered(now, ENGINE, effect.step, error.message, card=card)


def _seats(parts: Parts, run: Run, terms: Terms, effect: Tell) -> tuple[tuple[str, str], ...]:
    """Who is told, each with a sentence on whose place they take; of those who can decide, where it is about that."""
    gate, question = run.gates.get(effect.step), run.questions.get(effect.step)
    if question is not None and effect.how is Telling.REMINDED:
        return tuple((person, "") for person in _answering(parts, run, terms, question, effect.to))
    if gate is None or effect.how is Telling.NOTICE:
        heard = _people(parts, run, terms, effect.unless) if effect.unless else ()
        return tuple((person, "") for person in _people(parts, run, terms, effect.to) if person not in heard)
    name, now = effect.to.removeprefix("group:"), parts.clock.now()
    people = people_of(name, terms.brief, parts.directory)
    link = link_of(name, people, gate, run, terms.brief, parts.directory.person, now)
    gone = all(why is Absence.LEFT for _, why in link.passed)
    if link.there or (effect.how is Telling.REMINDED and people and not gone):
        there = [one for one in link.there if one.id != _who_brought_in(gate, effect)] or link.there
        return tuple((one.id, _instead(one, people, parts)) for one in there)
    return tuple((person, "") for person in _people(parts, run, terms, effect.to))


def _answering(parts: Parts, run: Run, terms: Terms, question: Question, to: str) -> tuple[str, ...]:
    """Who may answer a question, of those who are to be reminded; its owner where none of them may."""
    known = ((id, parts.directory.person(PersonId(id))) for id in _people(parts, run, terms, to))
    there = [id for id, one in known if one is None or may_answer(one, question, run, terms.brief).allowed]
    return tuple(there) or _people(parts, run, terms, "owner")


def _who_brought_in(gate: Gate, effect: Tell) -> str:
    """Who asked for those who are asked now: they have the card before them, and need no second one."""
    last = gate.remarks[-1] if gate.remarks and effect.how is Telling.ASKED else None
    return last.person if last is not None and last.kind == "escalate" else ""


def _instead(there: Person, people: tuple[Person, ...], parts: Parts) -> str:
    """In whose place somebody is told, and why; empty where they are told for themselves."""
    if there in people:
        return ""
    seats = (seat_of(one, parts.directory.person, parts.clock.now()) for one in people)
    passed = next((seat.passed for seat in seats if seat.there == there and seat.passed), ())
    return f"You stand in: {passed_over(passed)}" if passed else ""


def _people(parts: Parts, run: Run, terms: Terms, to: str) -> tuple[str, ...]:
    brief = terms.brief
    pager = brief.pager if brief.pager != NOBODY else responsible_for(parts, run).pager
    roles = {
        "owner": brief.owner,
        "maintainer": brief.maintainer,
        "pager": pager,
        "requester": run.origin.requester,
    }
    owner = _present(parts, (brief.owner,)) or (brief.owner,)
    if to.startswith("group:"):
        group = brief.reviewers.get(to.removeprefix("group:"))
        return _present(parts, (*group.members, group.usergroup) if group is not None else ()) or owner
    who = roles.get(to, to)
    if who == NOBODY:
        return owner
    if not behind(who, parts.directory):
        return (who,)  # nobody here knows them; the messenger may
    return _present(parts, (who,)) or (() if to == "requester" else owner)


def _present(parts: Parts, names: tuple[str, ...]) -> tuple[str, ...]:
    """Who is there, each once: delegates for whoever is away, and nobody for whoever has left."""
    directory, now = parts.directory, parts.clock.now()
    people = (present(person, directory, now) for name in names for person in behind(name, directory))
    return tuple(dict.fromkeys(person.id for person in people if person.active))
