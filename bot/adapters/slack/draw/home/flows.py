"""The workflows somebody may see, a line each: how far the bot may go, and how it fares."""

from collections.abc import Iterator

from bot.adapters.slack.draw.home.mine import heading, pager
from bot.adapters.slack.draw.home.place import block_id, button
from bot.adapters.slack.draw.home.wording import counted, named, stage_in_words
from bot.adapters.slack.draw.safe import Block, Blocks, inline, pieces, plain, rich, section
from bot.domain.overview import Flow, Overview
from bot.domain.text import one_line

LONGEST = 3_000
LONGEST_REASON = 300
EVERYTHING = "*"


def flows(content: Overview) -> Iterator[Block]:
    """Each workflow, and whether everything is paused."""
    page = content.flows_page
    yield from _all(content)
    yield heading(f"Workflows ({page.every:,})" if page.every else "Workflows")
    if not content.flows:
        said = "There is no workflow here that you may start or decide in. Its owner can add you, in its brief."
        yield rich([section(pieces(said))])
    for n, one in enumerate(content.flows):
        yield rich([section(inline(named(one.name), "bold"))])
        yield line(one, n)
    yield from pager("flows", page, len(content.flows), "first")


def line(one: Flow, n: int) -> Block:
    """One workflow; whoever may see inside has a button for that."""
    fares = health(one)
    said = f"{fares[:1].upper()}{fares[1:]}\n{stage_in_words(one.stage)}"
    row: Block = {"type": "section", "text": plain(said, LONGEST)}
    if not one.may_inspect:
        return row
    opens = button("look", "Open", one.name, about=named(one.name))
    return {**row, "block_id": block_id("flow", n), "accessory": opens}


def health(one: Flow) -> str:
    """How a workflow fares, in a line: what is wrong with it first."""
    if one.trouble:
        return f"does not load: {one_line(one.trouble, LONGEST_REASON)}"
    parts = list(_counts(one))
    if one.held is not None:
        since = f" since {one.held_since:%d %b %H:%M} UTC" if one.held_since else ""
        return ". ".join([f"paused{since}: {one_line(one.held, LONGEST_REASON)}".rstrip("."), *_joined(parts)])
    return ", ".join(parts) or "nothing is under way"


def _joined(parts: list[str]) -> list[str]:
    return [", ".join(parts)] if parts else []


def _counts(one: Flow) -> Iterator[str]:
    if one.failed:
        yield f"{one.failed:,} failed today"
    if one.parked:
        yield f"{one.parked:,} parked"
    if one.asking:
        yield f"{counted(one.asking, 'waits', 'wait')} for a person"
    if rest := one.runs - one.parked - one.asking:
        yield f"{rest:,} under way"


def _all(content: Overview) -> Iterator[Block]:
    if content.all_held is not None:
        said = one_line(content.all_held, LONGEST_REASON)
        yield rich([section(pieces("Everything is paused: ", "bold"), pieces(said))])


def switch_for_all(content: Overview) -> Blocks:
    """The switch for everything, for whoever is responsible for all of it."""
    if not (content.may_hold_all and content.flows):
        return []
    if content.all_held is None:
        return [button("pause", "Pause Everything", EVERYTHING)]
    return [button("resume", "Resume Everything", EVERYTHING, style="primary")]
