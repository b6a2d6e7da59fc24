"""What somebody hears who started something: which run it is, and where it stands."""

from bot.adapters.slack.hear.surface import Surface
from bot.application.parts import Parts
from bot.application.start import Opened
from bot.domain.errors import BotError
from bot.domain.person import ChannelId, PersonId
from bot.domain.run import RunId, Stage, short
from bot.domain.terms import Terms
from bot.domain.workflow import Choose, Review
from bot.ports.cards import Placed
from bot.ports.store import Transaction


async def tell_started(
    parts: Parts, surface: Surface, channel: ChannelId, person: PersonId, *, workflow: str, opened: Opened
) -> None:
    """Say which run stands for a request, with a link to where it stands; of a fresh one, where it will be asked.

    Of a fresh one nothing is said directly: there the message that follows it says more, and comes at once.
    """
    if opened.fresh and not channel:
        return
    said = started(workflow, opened.run, fresh=opened.fresh, asked=_asked(parts.library.current(workflow)))
    address = "" if opened.fresh else await _stands_at(parts, surface, opened.run)
    await surface.whisper(channel, person, said, more=await surface.link(address, "See where it stands"))


def started(workflow: str, run: str, *, fresh: bool, asked: tuple[str, ...] = ()) -> str:
    """`asked` are the channels in which people decide on it."""
    see = f"See it with /ops show {short(run)}"
    if fresh:
        where = f"What people decide on it is asked in {' or '.join(asked)}. " if asked else ""
        return f"Started {workflow}, run {short(run)}. {where}How it goes stands in your messages with me. {see}"
    return f"The same was asked for before, and stands as run {short(run)} of {workflow}. {see}"


def _asked(terms: Terms) -> tuple[str, ...]:
    """The channels of those who decide, in the order of the steps; none at a stage at which nobody is asked."""
    if terms.brief.stage in (Stage.INSTRUMENT, Stage.SHADOW):
        return ()
    deciders = [step.node.by for step in terms.definition.steps if isinstance(step.node, Review)]
    groups = [one for by in deciders for one in (sorted(by.groups()) if isinstance(by, Choose) else [by])]
    known = (terms.brief.reviewers.get(group) for group in groups)
    return tuple(dict.fromkeys(group.channel for group in known if group is not None))


async def _stands_at(parts: Parts, surface: Surface, id: RunId) -> str:
    """The address of the newest card of a run; empty where it has none, or where it cannot be found out now."""
    try:
        run = await parts.store.queries.run(id)

        def look(tx: Transaction) -> list[Placed]:
            placed = (one for step in (*run.questions, *run.gates) for one in tx.cards.of(id, step))
            return [one for one in placed if one.ts and not one.person]

        newest = max(await parts.store.run(look), key=lambda one: one.since, default=None)
        if newest is None:
            return ""
        return await surface.sources.address(newest.channel.rpartition("/")[2], newest.ts)
    except BotError:
        return ""  # the answer is worth more than its link
