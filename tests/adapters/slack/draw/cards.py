"""The cards whose drawings are approved, block by block, in `drawn/`.

    python -m tests.adapters.slack.draw.cards

writes the files anew; read what changed before you keep it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from bot.adapters.slack.draw.card import Drawn, drawn
from bot.adapters.slack.draw.room import Reply
from bot.adapters.slack.draw.safe import Block, known, named
from bot.domain.card import Card
from bot.domain.content import Evidence, Line
from bot.testing.play import Play
from bot.workspace.payload import Json
from tests.adapters.terminal.plays import PLAYS, card
from tests.made import MIA, credit_run, triage_run

DRAWN = Path(__file__).parent / "drawn"
HOSTS = frozenset({"desk.example"})
LONG = "I was charged twice for the same month, and I would like that to be put right. " * 1_300


def mention(person: str) -> Block:
    """In these drawings Slack knows Mia, and nobody else."""
    return known("U_MIA") if person in ("play/mia", "@mia") else named(person)


def extreme() -> Card:
    """As much of everything as a run can bring."""
    one = card(PLAYS["remarked"]())
    assert one.around is not None
    lines = tuple(Line(f"field_{n}", LONG[: 4_000 // (n + 1)]) for n in range(30))
    deed = replace(one.deeds[0], lines=lines, title="Do " * 200, record="helpdesk:" + "C" * 400, grave=True)
    return replace(
        one,
        title=f"{deed.title} → {deed.record}",
        deeds=(deed,) * 10,
        evidence=tuple(Evidence(f"step_{n}", "model", (Line("body", LONG),)) for n in range(20)),
        doubts=(LONG[:900],) * 30,
        why=LONG[:2_000],
        around=replace(one.around, voices=one.around.voices * 40, needed=10, rules=((LONG[:400], False),) * 20),
    )


SMALLEST = Card("T", "S.", ())
TYPICAL: Mapping[str, Callable[[], Play]] = {
    **PLAYS,
    "reply": triage_run,
    "reply, edited": lambda: triage_run().edit(MIA, body="Hello Ana,\n\nthe second charge is on its way back.\n"),
    "needs two": lambda: credit_run(brief={"reviewers": {"support": {"needed": 2}}}),
}


def _played(name: str) -> Card:
    return card(TYPICAL[name]())


CARDS: Mapping[str, Callable[[], Card]] = {
    "smallest": lambda: SMALLEST,
    "extreme": extreme,
    **{name: partial(_played, name) for name in TYPICAL},
}


def of(name: str) -> Drawn:
    return drawn(CARDS[name](), mention=mention, hosts=HOSTS)


def file_of(name: str) -> Path:
    """Where its approved drawing is kept."""
    return DRAWN / f"{name.replace(' ', '-').replace(',', '')}.txt"


# --- blocks as lines that people read -------------------------------------------------------------------------------


def outline(one: Drawn) -> str:
    """A drawing as text: a line for each block, what is in it indented."""
    lines = [f"text: {one.text}", "", *blocks_of(one.blocks)]
    for more in one.overflow:
        if isinstance(more, Reply):
            lines += ["", f"--- in the thread: {more.text}", *blocks_of(more.blocks)]
        else:
            lines += ["", f"--- a file in the thread: {more.name}, {more.title}, {len(more.content):,} characters"]
    return "\n".join(lines) + "\n"


def blocks_of(blocks: Sequence[object], indent: str = "") -> list[str]:
    return [line for block in blocks for line in _block_or_plan(cast("Json", block), indent)]


def _block_or_plan(block: Json, indent: str) -> list[str]:
    if block["type"] != "plan":
        return _block(block, indent)
    return [f"{indent}plan: {block['title']}", *(line for one in block["tasks"] for line in _task(one, indent))]


def _block(block: Json, indent: str) -> list[str]:
    kind = block["type"]
    match kind:
        case "rich_text":
            return [f"{indent}{kind}", *(line for part in block["elements"] for line in _part(part, indent + "  "))]
        case "container":
            return [f"{indent}{kind}: {block['title']['text']}", *blocks_of(block["child_blocks"], indent + "  ")]
        case "actions":
            elements = [_element(one) for one in block["elements"]]
            return [f"{indent}{kind} {block['block_id']}", *(f"{indent}  {line}" for line in elements)]
        case "context":
            return [f"{indent}{kind}: {' | '.join(one['text'] for one in block['elements'])}"]
        case "input":
            optional = " (optional)" if block.get("optional") else ""
            hint = [f"{indent}  hint: {block['hint']['text']}"] if "hint" in block else []
            head = f"{indent}{kind} {block['block_id']}: {block['label']['text']}{optional}"
            return [head, f"{indent}  {_element(block['element'])}", *hint]
        case "section":
            return [f"{indent}{kind}: {block['text']['text']}"]
        case "divider":
            return [f"{indent}{kind}"]
        case _:
            return [f"{indent}{kind}: {block['text']['text']}"]


def _task(task: Json, indent: str) -> list[str]:
    details = task.get("details", {"elements": []})["elements"]
    return [f"{indent}  [{task['status']}] {task['title']}", *(f"{indent}    {_inline(one)}" for one in details)]


def _part(part: Json, indent: str) -> list[str]:
    match part["type"]:
        case "rich_text_list":
            return [f"{indent}- {_inline(item)}" for item in part["elements"]]
        case "rich_text_quote":
            return [f"{indent}> {line}".rstrip() for line in _inline(part).split("\n")]
        case _:
            return [f"{indent}{_inline(part)}"]


_MARKS = {"bold": "**", "strike": "~~", "italic": "_"}


def _inline(part: Json) -> str:
    return "".join(_piece(one) for one in part["elements"])


def _piece(one: Json) -> str:
    match one["type"]:
        case "user":
            return f"@{one['user_id']}"
        case "channel":
            return f"#{one['channel_id']}"
        case "date":
            return f"{{{one['fallback']}}}"
        case "link":
            return f"[{one['text']}]({one['url']})"
        case _:
            text: str = (
                one["text"] if len(one["text"]) <= 400 else f"{one['text'][:100]} ({len(one['text']):,} of them)"
            )
            for style in one.get("style", {}):
                text = f"{_MARKS[style]}{text}{_MARKS[style]}"
            return text


def _element(one: Json) -> str:
    words: Json = one.get("text") or one.get("placeholder") or {}
    said = words.get("text", "")
    parts = [f"{one['type']} {one['action_id']}", f"“{said}”" if said else "", one.get("style", "")]
    parts += ["asks first" if "confirm" in one else ""]
    options = [f"{o['value']} “{o['text']['text']}”" for o in one.get("options", ())]
    first = {name: _brief(value) for name, value in one.items() if name.startswith(("initial", "m", "is_"))}
    return " ".join(part for part in (*parts, ", ".join(options), str(first) if first else "") if part)


def _brief(value: object) -> object:
    return f"{value[:60]}… ({len(value):,} characters)" if isinstance(value, str) and len(value) > 100 else value


if __name__ == "__main__":
    DRAWN.mkdir(exist_ok=True)
    for name in CARDS:
        file_of(name).write_text(outline(of(name)), encoding="utf-8")
