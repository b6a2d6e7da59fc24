"""What a run in trouble needs, as Slack shows it: what happened, what is known, what is needed, and exactly the buttons
that will be taken."""

from collections.abc import Iterator

from bot.adapters.slack.draw.card import Drawn
from bot.adapters.slack.draw.safe import (
    Block,
    Blocks,
    Mention,
    bullets,
    fallback,
    inline,
    label,
    moment,
    named,
    pieces,
    plain,
    quote,
    rich,
    section,
)
from bot.domain.text import one_line
from bot.domain.trouble import Remedy, Settled, Trouble

SETTLE = "settle"
"""How the names of its buttons begin."""
MOST_KNOWN = 10
LONGEST = 1_500


def drawn_trouble(trouble: Trouble, card: str, *, mention: Mention = named) -> Drawn:
    """The message to one person; once it is settled, it says who did what and offers nothing."""
    settled = trouble.past.settled
    head: Block = {"type": "header", "text": label(trouble.title, 150)}
    parts = [*_told(trouble), *([_how(settled, mention)] if settled is not None else [])]
    row = _buttons(trouble, card)
    small: Block = {"type": "context", "elements": [plain(f"Run {trouble.run[-7:]}", 100)]}
    blocks: Blocks = [head, *([rich(parts)] if parts else []), *([row] if row is not None else []), small]
    said = trouble.needed if settled is None else ""
    return Drawn(blocks, fallback(f"{one_line(trouble.title, 120)}. {one_line(trouble.happened, 120)} {said}"))


def _told(trouble: Trouble) -> Iterator[Block]:
    if trouble.happened:
        yield section(inline(one_line(trouble.happened, LONGEST)))
    if trouble.known and trouble.past.settled is None:  # from then on it goes on changing
        yield section(pieces("What is known", "bold"))
        shown = trouble.known[:MOST_KNOWN]
        yield bullets(inline(f"{one_line(one.name, 150)}: {_once(one.value, trouble)}") for one in shown)
        if len(trouble.known) > MOST_KNOWN:
            yield section(pieces("/ops show has all of it.", "italic"))
    if trouble.past.tries and trouble.past.last_try is not None:
        times = "once more" if trouble.past.tries == 1 else f"{trouble.past.tries} times more"
        when = [*pieces(f"{times}, at last on "), moment(trouble.past.last_try), *pieces(".")]
        yield section(pieces("Tried  ", "bold"), when)
    if trouble.needed:
        yield section(pieces("What is needed  ", "bold"), inline(trouble.needed))


def _once(value: str, trouble: Trouble) -> str:
    """What is known, without what stands above it."""
    return one_line(value.replace(f" {trouble.happened}", "") if trouble.happened else value, 500)


def _how(settled: Settled, mention: Mention) -> Block:
    """Who settled it, when and how; with their words."""
    who = [mention(settled.by)] if "/" in settled.by else inline(settled.by)
    said = [*who, *inline(f" {settled.did}, "), moment(settled.at), *pieces(".")]
    if settled.text:
        return quote(said, pieces(f"\n{one_line(settled.text, LONGEST)}"))
    return quote(said)


def _buttons(trouble: Trouble, card: str) -> Block | None:
    elements: Blocks = [_button(one, said, trouble, first=n == 0) for n, (one, said) in enumerate(trouble.remedies)]
    return {"type": "actions", "block_id": f"{SETTLE}:{card}:{trouble.n}", "elements": elements} if elements else None


def _button(remedy: Remedy, said: str, trouble: Trouble, *, first: bool) -> Block:
    button: Block = {
        "type": "button",
        "action_id": remedy.value,
        "text": label(said),
        "value": str(trouble.n),
        "accessibility_label": one_line(f"{said}: {trouble.title}", 75),
    }
    return {**button, "style": "primary"} if first and remedy is not Remedy.CANCEL else button
