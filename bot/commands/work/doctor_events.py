"""What `countersign doctor` says of those who are sent events: how far they were told, or why they get none."""

from collections.abc import Collection, Iterator
from datetime import datetime

from bot.commands.shell.finding import Finding, Sign
from bot.commands.shell.words import ago, plural
from bot.domain.text import nearest
from bot.ports.queries import Owed
from bot.settings import Settings
from bot.wiring import peeking
from bot.wiring.events import not_connected


async def events_of(settings: Settings, workflows: Collection[str], now: datetime) -> list[Finding]:
    """Everybody whom the settings name. `workflows` are those that there are."""
    if not settings.file.events:
        return []
    async with peeking(settings) as queries:
        owed = (await queries.backlog()).owed if queries is not None else ()
    strange = [*_strange(settings, workflows)]
    return [*_found(settings, {one.standing.name: one for one in owed}, now), *strange]


def _found(settings: Settings, owed: dict[str, Owed], now: datetime) -> Iterator[Finding]:
    for name in settings.file.events:
        known = owed.get(name)
        if why := not_connected(settings, name):
            yield Finding(Sign.MEND, "events", why)
        elif known is None:
            said = f"{name} is new: it gets what happens once a bot runs (countersign serve), and nothing from before."
            yield Finding(Sign.OK, "events", said)
        elif known.standing.trouble:
            yield Finding(Sign.MEND, "events", _not_taken(known, now))
        else:
            waits = f"{plural(known.heap.number, 'event')} on the way" if known.heap.number else "nothing waits"
            yield Finding(Sign.OK, "events", f"{name} takes what it is sent; {waits}.")


def _strange(settings: Settings, workflows: Collection[str]) -> Iterator[Finding]:
    for name, use in settings.file.events.items():
        for workflow in use.workflows:
            if workflow not in workflows:
                meant = nearest(workflow, workflows)
                hint = f" Did you mean {meant}?" if meant else ""
                said = f"{name} is to be told of {workflow}, and there is no such workflow.{hint}"
                yield Finding(Sign.NOTE, "events", said)


def _not_taken(owed: Owed, now: datetime) -> str:
    stands, number = owed.standing, owed.heap.number
    since = f", first tried {ago(stands.since, now)}" if stands.since is not None else ""
    waiting = "1 event waits" if number == 1 else f"{number:,} events wait"
    mend = "Look at the receiver, and at url and secret of its section; all is sent in its order once it is taken."
    return f"{waiting} for {stands.name}{since}: {stands.why}\n{mend}"
