"""Messages written piece by piece: begun, gone on with, ended by the app or by Slack itself after five minutes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from bot.workspace.changes.posting import post, touch
from bot.workspace.ids import Ids
from bot.workspace.payload import Json
from bot.workspace.state.message import Message, Stream
from bot.workspace.state.showing import message_json
from bot.workspace.state.workspace import Workspace

LIFE = 306.0
"""Seconds after which Slack ends a stream that nobody ended: not documented, measured by others."""


@dataclass(frozen=True, slots=True)
class Words:
    """More text, as Markdown."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """How a task stands. What is left out stays; details are added to those before."""

    id: str
    title: str
    status: str
    details: str = ""
    output: str = ""
    sources: Sequence[Json] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The title over the tasks."""

    title: str


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks, named."""

    blocks: list[Json]


Chunk = Words | Task | Plan | Blocks


@dataclass(slots=True)
class Draft:
    """What a message will say once chunks are added: nothing of the message itself is touched before."""

    text: str
    blocks: list[Json]
    stream: Stream


def drafted(workspace: Workspace, message: Message, stream: Stream, chunks: Sequence[Chunk]) -> Draft:
    """What a message says after these chunks."""
    draft = Draft(message.text, message.blocks or [], replace(stream, tasks={**stream.tasks}))
    for chunk in chunks:
        _add(draft, chunk, workspace.ids)
    return draft


def opened(workspace: Workspace, *, as_plan: bool) -> Stream:
    """A stream that begins now."""
    return Stream(until=workspace.clock.now() + LIFE, as_plan=as_plan)


def begin(workspace: Workspace, message: Message, draft: Draft) -> Message:
    """Post a message that goes on."""
    _write(message, draft)
    post(workspace, message)
    arm(workspace, message)
    return message


def go_on(workspace: Workspace, message: Message, draft: Draft) -> None:
    before = message_json(workspace, message)
    _write(message, draft)
    touch(workspace, message, before)


def end(workspace: Workspace, message: Message, draft: Draft | None = None, *, metadata: Json | None = None) -> None:
    """Nothing is added any more after this."""
    before = message_json(workspace, message)
    if draft is not None:
        _write(message, draft)
    message.stream, message.metadata = None, metadata or message.metadata
    touch(workspace, message, before)


def arm(workspace: Workspace, message: Message) -> None:
    """End a stream when its time is over; again after a restart."""
    if message.stream is not None:
        workspace.clock.at(message.stream.until, lambda: _expire(workspace, message))


def _expire(workspace: Workspace, message: Message) -> None:
    if message.stream is not None and workspace.message(message.channel, message.ts) is message:
        end(workspace, message)


def _write(message: Message, draft: Draft) -> None:
    message.text, message.blocks, message.stream = draft.text, draft.blocks, draft.stream


def _add(draft: Draft, chunk: Chunk, ids: Ids) -> None:
    match chunk:
        case Words(text):
            draft.text += text
            draft.blocks = _with_words(draft.blocks, text, ids)
        case Task():
            draft.blocks = _with_task(draft.blocks, _card(draft.stream, chunk), draft.stream, ids)
        case Plan(title):
            draft.stream.plan = title
            draft.blocks = [one | {"title": title} if one["type"] == "plan" else one for one in draft.blocks]
        case Blocks(more):
            draft.blocks = [*draft.blocks, *more]
        case _:
            assert_never(chunk)


def _with_words(blocks: list[Json], text: str, ids: Ids) -> list[Json]:
    """Text goes on where it stopped, or begins anew after something else."""
    last = blocks[-1] if blocks else None
    if last is not None and last["type"] == "markdown":
        return [*blocks[:-1], last | {"text": last["text"] + text}]
    return [*blocks, {"type": "markdown", "block_id": ids.block_id(), "text": text}]


def _card(stream: Stream, task: Task) -> Json:
    """The card of a task, after this was said of it."""
    known = stream.tasks.get(task.id, {})
    said: Json = {
        "title": task.title,
        "status": task.status,
        "details": known.get("details", "") + task.details,
        "output": task.output or known.get("output", ""),
        "sources": [*task.sources] or known.get("sources", []),
    }
    stream.tasks[task.id] = said
    card: Json = {"type": "task_card", "task_id": task.id, "title": task.title, "status": task.status}
    card |= {name: _rich(said[name]) for name in ("details", "output") if said[name]}
    return card | ({"sources": said["sources"]} if said["sources"] else {})


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _with_task(blocks: list[Json], card: Json, stream: Stream, ids: Ids) -> list[Json]:
    """A card takes the place it had, or comes last; in a plan it stands among the plan's tasks."""
    if not stream.as_plan:
        return _placed(blocks, card, ids)
    plan = next((one for one in blocks if one["type"] == "plan"), None)
    if plan is None:
        tasks = _placed([], card, ids)
        title = stream.plan or card["title"]
        made = {"type": "plan", "block_id": ids.block_id(), "title": title, "tasks": tasks}
        return [*blocks, made]
    return [one | {"tasks": _placed(one["tasks"], card, ids)} if one is plan else one for one in blocks]


def _placed(cards: list[Json], card: Json, ids: Ids) -> list[Json]:
    if any(one.get("task_id") == card["task_id"] for one in cards):
        return [one | card if one.get("task_id") == card["task_id"] else one for one in cards]
    return [*cards, {"type": "task_card", "block_id": ids.block_id()} | card]
