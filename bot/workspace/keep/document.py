"""A workspace as rows, and rows as a workspace: one document for each thing there is.

What lives for seconds only is not kept: open modals, ephemeral messages, trigger ids, answer addresses, what somebody
chose in a message and has not sent.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from bot.workspace.clock import Clock
from bot.workspace.ids import Ids
from bot.workspace.state.app import App
from bot.workspace.state.channel import Channel
from bot.workspace.state.file import File
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person
from bot.workspace.state.scheduled import Scheduled
from bot.workspace.state.session import Session
from bot.workspace.state.team import Group, Team
from bot.workspace.state.view import View
from bot.workspace.state.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One document; no body where the thing is gone. `data` is the content of a file."""

    kind: str
    id: str
    body: str | None
    data: bytes | None = None


_TEAM, _PERSON, _GROUP, _APP = TypeAdapter(Team), TypeAdapter(Person), TypeAdapter(Group), TypeAdapter(App)
_SCHEDULED, _SESSION = TypeAdapter(Scheduled), TypeAdapter(Session)
_CHANNEL, _FILE, _VIEW, _MESSAGE = TypeAdapter(Channel), TypeAdapter(File), TypeAdapter(View), TypeAdapter(Message)


def message_row(channel: str, ts: str, message: Message | None) -> Row:
    body = None if message is None else _written(_MESSAGE, message, without={"chosen"})
    return Row("message", f"{channel}/{ts}", body)


def small_rows(workspace: Workspace) -> Iterator[Row]:
    """Everything but the messages: it is little, so it is looked through whole."""
    yield Row("team", workspace.team.id, _written(_TEAM, workspace.team))
    yield from _rows("person", _PERSON, workspace.people)
    yield from _rows("group", _GROUP, workspace.groups)
    yield from _rows("app", _APP, workspace.apps)
    yield from _rows("channel", _CHANNEL, workspace.channels, without={"messages", "times"})
    yield from _rows("scheduled", _SCHEDULED, workspace.scheduled)
    yield from _rows("session", _SESSION, {"/".join(names): one for names, one in workspace.sessions.items()})
    yield from _rows("home", _VIEW, {"/".join(names): one for names, one in workspace.homes.items()})
    for row in _rows("file", _FILE, workspace.files, without={"data"}):
        yield replace(row, data=workspace.files[row.id].data)


def _rows(
    kind: str, adapter: TypeAdapter[T], things: Mapping[str, T], *, without: set[str] | None = None
) -> Iterator[Row]:
    for id, thing in things.items():
        yield Row(kind, id, _written(adapter, thing, without=without))


def assembled(rows: Iterable[Row], clock: Clock, ids: Ids) -> Workspace:
    """The workspace that was kept. Raises ValueError where the rows are not what was written."""
    by_kind: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, {})[row.id] = row
    (team,) = _all(_TEAM, by_kind.get("team", {})).values()
    workspace = Workspace(clock, ids, team)
    workspace.people = _all(_PERSON, by_kind.get("person", {}))
    workspace.groups = _all(_GROUP, by_kind.get("group", {}))
    workspace.apps = _all(_APP, by_kind.get("app", {}))
    workspace.channels = _all(_CHANNEL, by_kind.get("channel", {}))
    files = by_kind.get("file", {})
    workspace.files = {id: replace(file, data=files[id].data) for id, file in _all(_FILE, files).items()}
    workspace.homes = {(view.app, view.person): view for view in _all(_VIEW, by_kind.get("home", {})).values()}
    for session in _all(_SESSION, by_kind.get("session", {})).values():
        workspace.sessions[session.app, session.channel, session.thread_ts] = session
    workspace.scheduled = _all(_SCHEDULED, by_kind.get("scheduled", {}))
    _put_messages(workspace, _all(_MESSAGE, by_kind.get("message", {})).values())
    return workspace


def _put_messages(workspace: Workspace, messages: Iterable[Message]) -> None:
    for message in sorted(messages, key=lambda one: one.ts):
        channel = workspace.channels.get(message.channel)
        if channel is None:
            raise ValueError(f"message {message.ts} stands in no channel")
        channel.messages[message.ts] = message
        if message.in_channel:
            channel.times.append(message.ts)
        workspace.ids.seen(message.ts)


def _written(adapter: TypeAdapter[T], value: T, *, without: set[str] | None = None) -> str:
    try:
        return adapter.dump_json(value, exclude=without).decode()
    except PydanticSerializationError:  # half a surrogate pair, which JSON can say and UTF-8 cannot
        plain: Mapping[str, Any] = adapter.dump_python(value, mode="json", exclude=without)
        return json.dumps(plain)


def _all(adapter: TypeAdapter[T], rows: Mapping[str, Row]) -> dict[str, T]:
    return {id: _read(adapter, row.body or "") for id, row in rows.items()}


def _read(adapter: TypeAdapter[T], body: str) -> T:
    try:
        return adapter.validate_json(body)
    except ValidationError:
        return adapter.validate_python(json.loads(body))
