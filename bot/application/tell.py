"""Show cards and tell people things. A view that cannot be reached never holds a run up."""

from datetime import timedelta

from bot.application.conclude import Mishap, conclude, drop, try_again_or_fail
from bot.application.parts import Parts
from bot.application.present import present
from bot.application.trouble import trouble_for
from bot.application.waiting import answered
from bot.domain.effect import Show, Tell
from bot.domain.errors import BotError, Broken, Misdeclared, Transient, Uncertain, Unknown, Unreachable
from bot.domain.event import Shown, Undelivered
from bot.domain.person import ENGINE, Person, PersonId
from bot.domain.retrying import Patience
from bot.domain.run import GateStatus, Run
from bot.domain.terms import Terms
from bot.ports.store import Lease

PATIENCE = Patience(retries=300, within=timedelta(hours=24))
"""A chat may be away for hours; what was to be seen there is seen afterwards."""
MENDING = timedelta(minutes=30)
"""How often it is tried again where somebody has to mend something first."""
SILENT = "The messenger did not answer in time."


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
        shown = Shown(parts.clock.now(), ENGINE, effect.step, gate.version, place)
        await conclude(parts, lease, shown, patient=True)
    else:
        await drop(parts, lease)


async def tell(parts: Parts, lease: Lease, run: Run, effect: Tell) -> None:
    """Tell everybody a role stands for: delegates for whoever is away, and the owner for whoever cannot be told."""
    terms, missed = parts.terms(run), list[BotError]()
    people = _people(parts, run, terms, effect.to)
    try:
        for person in people:
            asks, named = effect.step if effect.asks else "", _named(parts, run, effect.text)
            missed += await _told(parts, lease, run, person, named, asks=asks, trouble=effect.trouble)
        if missed and len(missed) == len(people):
            for person in _present(parts, (terms.brief.owner,)):
                why = " ".join(error.message for error in missed)
                missed += await _told(parts, lease, run, person, f"{effect.text}\n\nThis was for {effect.to}. {why}")
    except (Transient, Uncertain) as error:
        await _later(parts, lease, effect, error)
        return
    if missed:
        await conclude(parts, lease, _lost(parts, effect, missed[0]))
    else:
        await drop(parts, lease)


async def _told(
    parts: Parts, lease: Lease, run: Run, person: str, text: str, *, asks: str = "", trouble: int = 0
) -> list[BotError]:
    """What keeps somebody from being told for good; nothing where they are told, now or by an earlier try."""
    key = str(lease.id)
    try:
        if trouble:
            now = await parts.store.queries.run(run.id)  # it may have been settled since
            about = await trouble_for(parts, now, trouble, person)
            telling = parts.messenger.tell(now, person, text, key=key, trouble=about)
        else:
            telling = parts.messenger.tell(run, person, text, key=key, asks=asks)
        await answered(telling, Transient(SILENT))
    except (Broken, Unknown) as error:
        return [error]
    return []


def _named(parts: Parts, run: Run, text: str) -> str:
    """The same with the names of those who decided, where the run knows their ids only."""
    ids = {vote.person for gate in run.gates.values() for vote in (*gate.approvals, *gate.denials)}
    for id in ids:
        person = parts.directory.person(PersonId(id)) if id in text else None
        text = text.replace(id, person.name) if person is not None else text
    return text


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


def _people(parts: Parts, run: Run, terms: Terms, to: str) -> tuple[str, ...]:
    brief = terms.brief
    roles = {
        "owner": brief.owner,
        "maintainer": brief.maintainer,
        "pager": brief.pager,
        "requester": run.origin.requester,
    }
    owner = _present(parts, (brief.owner,)) or (brief.owner,)
    if to.startswith("group:"):
        group = brief.reviewers.get(to.removeprefix("group:"))
        return _present(parts, (*group.members, group.usergroup) if group is not None else ()) or owner
    who = roles.get(to, to)
    if not _behind(parts, who):
        return (who,)  # nobody here knows them; the messenger may
    return _present(parts, (who,)) or (() if to == "requester" else owner)


def _present(parts: Parts, names: tuple[str, ...]) -> tuple[str, ...]:
    """Who is there, each once: delegates for whoever is away, and nobody for whoever has left."""
    people = (present(person, parts.directory) for name in names for person in _behind(parts, name))
    return tuple(dict.fromkeys(person.id for person in people if person.active))


def _behind(parts: Parts, name: str) -> tuple[Person, ...]:
    """The people behind an id, a handle or the name of a group."""
    person = parts.directory.person(PersonId(name)) or parts.directory.named(name)
    return (person,) if person is not None else parts.directory.members(name)
