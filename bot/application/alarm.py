"""Tell people what is wrong: once, and by another way where the first one does not reach anybody."""

import logging
from collections.abc import Iterator

from bot.application.parts import Parts
from bot.application.present import behind, present
from bot.application.tell import SILENT
from bot.application.waiting import answered
from bot.domain.alert import over, whom, words
from bot.domain.errors import Broken, Transient, Uncertain, Unknown
from bot.domain.presence import seat_of
from bot.ports.store import Transaction
from bot.ports.watch import Batch

logger = logging.getLogger(__name__)


async def tell_untold(parts: Parts) -> None:
    """Tell everything that nobody was told of yet; what cannot be told now stays for the next round."""
    for batch in await parts.store.run(lambda tx: tx.watch.untold()):
        await _tell(parts, batch)


async def _tell(parts: Parts, batch: Batch) -> None:
    """Tell everybody who is responsible, or somebody in their place; and keep whether that worked."""
    text, first = _text(parts, batch), batch.alerts[0]
    key = f"{first.kind}/{first.workflow}/{batch.at.isoformat()}{'/over' if batch.is_over else ''}"
    reached = all([await _reach(parts, chain, text, key) for chain in _responsible(parts, batch)])
    if not reached:
        logger.error("Nobody could be told: %s", text, extra={"action": "alert.untold", "kind": first.kind.value})

    def keep(tx: Transaction) -> None:
        tx.watch.told(batch) if reached else tx.watch.tried(batch)

    await parts.store.run(keep)


def _text(parts: Parts, batch: Batch) -> str:
    if batch.is_over:
        return "\n".join(map(over, batch.alerts))
    return words(batch.alerts, parts.clock.now())


def _responsible(parts: Parts, batch: Batch) -> tuple[tuple[str, ...], ...]:
    """Whom to tell, each with who comes after them; what concerns no workflow concerns those of all."""
    first = batch.alerts[0]
    briefs = parts.briefs([first.workflow] if first.workflow else None)
    return tuple(dict.fromkeys(whom(first.kind, brief) for brief in briefs))


async def _reach(parts: Parts, chain: tuple[str, ...], text: str, key: str) -> bool:
    """Tell the first who can be told; of several who can, one who is there goes first."""
    try:
        for who in sorted(chain, key=lambda one: not _is_there(parts, one)):
            told = [await _told(parts, to, text, key) for to in _people(parts, who)]
            if any(told):
                return True
    except (Transient, Uncertain) as error:  # it is nobody's fault, and passes: the same one is tried again
        logger.warning("%s could not be told yet: %s", chain[0], error, extra={"action": "alert.not_told"})
    return False


async def _told(parts: Parts, to: str, text: str, key: str) -> bool:
    try:
        await answered(parts.messenger.announce(to, text, key=key), Transient(SILENT))
    except (Broken, Unknown) as error:
        logger.warning("%s could not be told: %s", to, error, extra={"action": "alert.not_told"})
        return False
    return True


def _is_there(parts: Parts, who: str) -> bool:
    """Whether somebody is there behind a name; a channel always is."""
    now, people = parts.clock.now(), behind(who, parts.directory)
    return not people or any(seat_of(one, parts.directory.person, now).there for one in people)


def _people(parts: Parts, who: str) -> Iterator[str]:
    """The people behind a name, or who stands in for them; a name that nobody here has, such as that of a channel."""
    people = behind(who, parts.directory)
    found = (present(one, parts.directory, parts.clock.now()) for one in people)
    yield from dict.fromkeys(one.id for one in found) if people else (who,)
