"""Puts many messages into a channel at once, as if they had always been there: no event goes to any app."""

from collections.abc import Iterator
from itertools import cycle, islice

from bot.workspace.acts.outcome import Refused
from bot.workspace.acts.spelling import spelled as spell
from bot.workspace.blocks.checking import flaws_in_blocks
from bot.workspace.blocks.naming import named
from bot.workspace.control import asking, finding
from bot.workspace.payload import Json
from bot.workspace.state.change import Forgotten
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.view import Surface
from bot.workspace.state.workspace import Workspace

SENTENCES = (
    "The parcel for the workshop in the harbour came this morning.",
    "Could somebody look at the invoice from last week?",
    "Done. Two of the three were the same ticket.",
    "I call them back after lunch.",
    "The export works again; it was the time zone after all.",
)


def seed(workspace: Workspace, asked: asking.Seed) -> Json:
    """Put the messages in; their times. Everybody who looks is told to look anew."""
    channel = finding.channel(workspace, asked.channel)
    lines = [*asked.messages, *_generated(workspace, channel, asked.count)]
    messages = [_message(workspace, channel, line) for line in lines]
    for message in messages:
        message.ts = workspace.ids.ts(workspace.clock.now())
        channel.put(message)
    workspace.tell(Forgotten())
    return {"ts": [one.ts for one in messages]}


def _generated(workspace: Workspace, channel: Channel, count: int) -> Iterator[asking.Line]:
    names = [workspace.people[one].name for one in channel.people if not workspace.people[one].is_bot]
    if count and not names:
        raise Refused(f"Nobody is in #{channel.name} who could say something. Let somebody join it first.")
    for n, (name, sentence) in enumerate(islice(zip(cycle(names), cycle(SENTENCES), strict=False), count), start=1):
        yield asking.Line(by=name, text=f"{sentence} ({n:,})")


def _message(workspace: Workspace, channel: Channel, line: asking.Line) -> Message:
    author = finding.person(workspace, line.by)
    if line.thread:
        finding.message(channel, line.thread)
    spelled = spell(workspace, line.text)
    rich: Json = {"type": "rich_text", "block_id": workspace.ids.block_id(), "elements": spelled.elements}
    plain = author.bot or not spelled.elements
    return Message(
        channel=channel.id,
        user=author.id,
        app=author.app,
        bot=author.bot,
        text=line.text if author.bot else spelled.text,
        blocks=_checked(workspace, line.blocks) if line.blocks else None if plain else [rich],
        thread_ts=line.thread,
        client_msg_id="" if author.bot else workspace.ids.uuid(),
    )


def _checked(workspace: Workspace, blocks: list[Json]) -> list[Json]:
    flaws = flaws_in_blocks(blocks, Surface.MESSAGE)
    if flaws:
        raise Refused(f"These blocks are none that Slack accepts: {flaws[0].message}, at {flaws[0].pointer or '/'}.")
    return named(blocks, workspace.ids)
