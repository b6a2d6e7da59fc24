"""The view around a form, and views without one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.adapters.slack.draw.safe import Block, Blocks, Mention, inline, label, moment, named, pieces, rich, section
from bot.domain.plain import Plain, Unreadable, read_json

MOST_BLOCKS = 100
LONGEST_TITLE = 24
_LONGEST_META = 3_000


@dataclass(frozen=True, slots=True)
class Meta:
    """What a view carries: which card it is about, as somebody saw it. Nothing of it is believed."""

    card: str
    """Opaque; empty where there is no card yet."""
    step: str
    """Of a form that starts a run, its workflow."""
    version: int = 0
    n: int = 0
    """Which action of several."""
    about: str = ""
    """Of a form that starts a run, the message it starts from, where there is one."""


def written_meta(meta: Meta) -> str:
    about = [meta.about] if meta.about else []
    return json.dumps([meta.card, meta.step, meta.version, meta.n, *about], separators=(",", ":"))


def read_meta(text: str) -> Meta | None:
    """What a view carried; None where that is nothing of ours."""
    try:
        value = read_json(text, max_bytes=_LONGEST_META)
    except Unreadable:
        return None
    match value:
        case [str(card), str(step), int(version), int(n)] if version >= 0 and n >= 0:
            return Meta(card, step, version, n)
        case [str(card), str(step), int(version), int(n), str(about)] if version >= 0 and n >= 0:
            return Meta(card, step, version, n, about)
        case _:
            return None


def view(
    kind: str, title: str, blocks: Iterable[Plain], *, meta: Meta, submit: str = "", close: str = "Cancel"
) -> Block:
    """A view. Closing it decides nothing, and is told to the bot."""
    shown: Blocks = [*blocks] or [told("There is nothing to fill in.")]
    if len(shown) > MOST_BLOCKS:
        shown, submit = [told("This has more fields than a form can have. Use the command line.")], ""
    whole: Block = {
        "type": "modal",
        "callback_id": kind,
        "title": label(title, LONGEST_TITLE),
        "close": label(close, LONGEST_TITLE),
        "notify_on_close": True,
        "private_metadata": written_meta(meta),
        "blocks": shown,
    }
    return {**whole, "submit": label(submit, LONGEST_TITLE)} if submit else whole


def told(text: str) -> Block:
    """A paragraph that says something."""
    return rich([section(pieces(text))])


def too_late(
    who: str, at: datetime | None, said: str, *, meta: Meta, mention: Mention = named, kept: str = ""
) -> Block:
    """What somebody sees who wanted to decide what is decided: who was faster, and what they had typed."""
    faster: Blocks = [mention(who), *pieces(" was faster")] if who else pieces("This was decided already")
    when: Blocks = [*pieces(" on "), moment(at)] if at else []
    blocks: Blocks = [rich([section(faster, when, pieces(".")), *([section(inline(said))] if said else [])])]
    if kept:
        blocks.append(rich([section(pieces("What you had written, to copy:", "bold")), _kept(kept)]))
    return view("too-late", "Somebody was faster", blocks, meta=meta, close="Close")


def _kept(text: str) -> Block:
    return {"type": "rich_text_preformatted", "elements": pieces(text) or pieces("–")}


def note(title: str, text: str, *, meta: Meta) -> Block:
    """A sentence in place of a form."""
    return view("note", title, [told(text)], meta=meta, close="Close")
