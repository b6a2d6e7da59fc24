"""What is somebody's own: what waits for them, what they have running, what they decided, what was done for them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.adapters.slack.draw.home.place import block_id, button
from bot.adapters.slack.draw.home.wording import age, named, outcome_in_words
from bot.adapters.slack.draw.safe import (
    Block,
    Blocks,
    Mention,
    bullets,
    inline,
    label,
    moment,
    pieces,
    rich,
    section,
    to_message,
)
from bot.domain.overview import Decided, Ended, Overview, Page, Running, Waiting
from bot.domain.run import RunState
from bot.domain.text import one_line

LONGEST_TITLE = 160
LONGEST_REASON = 200
SOON = timedelta(days=1)
"""What runs out within this time says so."""
Find = Callable[[Waiting, str], Blocks]
"""A title as a link to its card."""


def linked(workspace: str) -> Find:
    """Titles as links into the workspace at this address."""
    return lambda one, title: to_message(workspace, one.channel, one.ts, title)


def heading(said: str) -> Block:
    return {"type": "header", "text": label(said, 150)}


def waiting(content: Overview, find: Find, mention: Mention) -> Iterator[Block]:
    """What waits for them, oldest first, each a link to its card."""
    page = content.waiting_page
    yield heading(_counted("Waits for you", page))
    if not content.waiting:
        yield rich([section(pieces("Nothing waits for you. /ops starts something."))])
        return
    yield rich([bullets(_waiting(one, content.at, find, mention) for one in content.waiting)])
    yield from pager("waiting", page, len(content.waiting), "oldest")


def _waiting(one: Waiting, now: datetime, find: Find, mention: Mention) -> Blocks:
    by = [*pieces(", asked by "), mention(one.requester)] if "/" in one.requester else []
    remarks = [
        f"runs out in {age(now, one.expires_at)}" if one.expires_at and one.expires_at - now < SOON else "",
        "paused" if one.held else "",
        "" if one.ts else "its card is not posted yet",
    ]
    rest = "".join(f", {remark}" for remark in remarks if remark)
    title = find(one, one_line(one.title, LONGEST_TITLE))
    return [*title, *pieces(f"  {age(one.since, now)}"), *by, *pieces(rest, "bold")]


def running(content: Overview) -> Iterator[Block]:
    """What they have running, and what each waits for."""
    page = content.running_page
    yield heading(_counted("You have running", page))
    if not content.running:
        yield rich([section(pieces("You have nothing running. What you start stands here until it is through."))])
        return
    yield rich([bullets(_running(one, content.at) for one in content.running)])
    if page.every > len(content.running):
        rest = f"The newest {len(content.running)} of {_number(page)} are shown. /ops mine lists more."
        yield rich([section(pieces(rest, "italic"))])


def _running(one: Running, now: datetime) -> Blocks:
    paused = ", paused" if one.paused else ""
    said = f"  {_standing(one)}, for {age(one.since, now)}{paused}"
    return [*inline(f"{named(one.workflow)} {one.run[-7:]}", "bold"), *inline(said)]


def _standing(one: Running) -> str:
    if one.state is RunState.PARKED:
        return f"is parked: {one_line(one.reason, LONGEST_REASON).rstrip('.')}"
    if one.group:
        return "waits for your answer" if one.group == "requester" else f"waits for {one.group}"
    return "is being worked on" if one.state is RunState.RUNNING else "waits for its time"


def lately(content: Overview) -> Iterator[Block]:
    """What they decided and what was done for them; nothing at all where there was neither."""
    if not (content.decided or content.ended):
        return
    yield heading("Lately")
    parts: Blocks = []
    if content.decided:
        parts += [section(pieces("You decided", "bold")), bullets(map(_decided, content.decided))]
    if content.ended:
        parts += [section(pieces("Was done for you", "bold")), bullets(map(_ended, content.ended))]
    yield rich(parts)


def _decided(one: Decided) -> Blocks:
    said = f"{outcome_in_words(one.outcome)}: {one_line(one.title, LONGEST_TITLE)}  "
    return [*inline(said), *pieces(f"{one.run[-7:]}, "), moment(one.at)]


def _ended(one: Ended) -> Blocks:
    why = f": {one_line(one.reason, LONGEST_REASON)}" if one.reason else ""
    said = f"{named(one.workflow)} {one.run[-7:]} is {one.state.value}{why}  "
    return [*inline(said), moment(one.at)]


# --- lists -----------------------------------------------------------------------------------------------------------


def pager(name: str, page: Page, shown: int, first: str) -> Iterator[Block]:
    """Which part of a list this is, and the way to the next one; nothing where all of it is shown."""
    if page.every <= shown and not page.more_than:
        return
    ends = page.begins + shown
    yield rich([section(pieces(f"{page.begins + 1:,} to {ends:,} of {_number(page)}", "italic"))])
    buttons: Blocks = []
    if ends < page.every:
        buttons.append(button(f"more-{name}", "Show More", ends, about=name))
    if page.begins:
        buttons.append(button(f"first-{name}", f"Back to the {first.capitalize()}", 0, about=name))
    if buttons:
        yield {"type": "actions", "block_id": block_id("pages", name), "elements": buttons}


def _counted(said: str, page: Page) -> str:
    return f"{said} ({_number(page)})" if page.every else said


def _number(page: Page) -> str:
    return f"more than {page.every:,}" if page.more_than else f"{page.every:,}"
