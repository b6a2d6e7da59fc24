"""One open page: what it has to be told, in order; how it catches up after it was away."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from bot.workspace.desk import Desk
from bot.workspace.log import Line, Way
from bot.workspace.page.patch import RELOAD, Op, ops
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.page.where import Where
from bot.workspace.payload import Json
from bot.workspace.state.change import Change
from bot.workspace.state.workspace import Workspace

MOST_BEHIND: Final = 1_000
"""A page that has so much left to hear is told to load anew."""
HEARTBEAT: Final = 15.0
"""Real seconds after which a page is told that nothing happened."""


class Counter:
    """How much has happened in a workspace: what a page is up to date with."""

    def __init__(self, workspace: Workspace) -> None:
        self.version = 0
        workspace.listen(self._hear)

    def _hear(self, change: Change) -> None:
        del change
        self.version += 1


@dataclass(eq=False)
class Feed:
    """What one page has yet to be told."""

    desk: Desk
    viewer: Viewer
    where: Where
    _pending: deque[Op] = field(default_factory=deque[Op])
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _closed: bool = False
    _end: Callable[[], None] = lambda: None

    def begin(self) -> None:
        self._end = self.desk.workspace.listen(self._hear)

    def end(self) -> None:
        self._end()
        self.watch(log=False)

    def watch(self, *, log: bool) -> None:
        """Tell what goes over the wire from now on, or no longer."""
        listeners = self.desk.log.listeners
        if log and self._hear_line not in listeners:
            listeners.append(self._hear_line)
        elif not log and self._hear_line in listeners:
            listeners.remove(self._hear_line)

    def close(self) -> None:
        """Tell what there is, and no more: the server stops."""
        self._closed = True
        self._more.set()

    def turn(self, thread: str) -> None:
        """Another thread stands open on the page from now on."""
        self.where = replace(self.where, thread=thread)

    def tell(self, op: Op) -> None:
        if len(self._pending) >= MOST_BEHIND:
            self._pending.clear()
            op = RELOAD
        self._pending.append(op)
        self._more.set()

    def _hear(self, change: Change) -> None:
        for op in ops(self.viewer, self.where, change):
            self.tell(op)

    def _hear_line(self, line: Line) -> None:
        self.tell({"op": "log", "text": json.dumps(shown(self.desk.workspace, line), default=str)})

    async def lines(self) -> AsyncIterator[bytes]:
        """Operations as lines of JSON, as they come; an empty line where nothing came for a while."""
        while not self._closed:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await self._more.wait()
            except TimeoutError:
                yield b"\n"
            self._more.clear()
            waiting = [*self._pending]
            self._pending.clear()
            if waiting:
                yield "".join(json.dumps(op, ensure_ascii=False) + "\n" for op in waiting).encode()


def shown(workspace: Workspace, line: Line) -> Json:
    """A line of the log for the inspector: people and apps by their names, where they have any."""
    app, person = workspace.apps.get(line.app), workspace.people.get(line.person)
    names = {"app": app.name if app else line.app, "person": person.name if person else line.person}
    return asdict(line) | names | {"open": not line.status and line.way is not Way.NOTE}
