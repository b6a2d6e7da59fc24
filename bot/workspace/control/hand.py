"""A connection to the control of a workspace: asks, acts, and waits until what there is fits."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from bot.workspace.control.seen import Seen
from bot.workspace.payload import Json, as_object, as_objects

WITHIN = 10.0
"""Real seconds to wait for something; then it is not coming."""
AT_A_TIME, PATIENCE = 20.0, 50.0
"""Real seconds for one look, and for any answer."""
HEADER = "X-Control-Token"

Where = Callable[[Seen], bool]
Words = str | Sequence[str]


class NotDone(Exception):
    """The workspace did not do what was asked, or an app did not answer. The message says why."""

    def __init__(self, message: str, said: Json) -> None:
        super().__init__(message)
        self.said = said

    @property
    def errors(self) -> Mapping[str, str]:
        """What is wrong with a form, by the names of its blocks."""
        return as_object(self.said.get("errors")) or {}


class NotSeen(AssertionError):
    """What was waited for did not come. The message shows what there is instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is waited for."""

    having: Words = ()
    """Words that all stand in it."""
    by: str = ""
    """The id of whoever wrote it."""
    after: str = ""
    """A time before it."""
    where: Where | None = None

    def fits(self, seen: Seen) -> bool:
        words = (self.having,) if isinstance(self.having, str) else self.having
        said = seen.words if words else ""
        return (
            all(word in said for word in words)
            and self.by in ("", seen.user)
            and (not self.after or seen.ts > self.after)
            and (self.where is None or self.where(seen))
        )


@dataclass
class Hand:
    """On the controls. Enter it before use."""

    address: str
    """`http://127.0.0.1:3000`."""
    token: str
    within: float = WITHIN
    _session: aiohttp.ClientSession | None = field(default=None, init=False)

    @classmethod
    def of(cls, ready_file: Path) -> Self:
        """To the workspace that wrote this ready file."""
        said: Json = json.loads(ready_file.read_text("utf-8"))
        return cls(str(said["page"]).rstrip("/"), str(said["control_token"]))

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    # --- asking --------------------------------------------------------------------------------------------------

    async def ask(self, verb: str, /, **arguments: object) -> Json:
        """Ask the control. Raises NotDone with its sentence."""
        return await self._post(f"/control/{verb}", arguments)

    async def act(self, name: str, /, **arguments: object) -> Json:
        """Do something as `person`. Raises NotDone with what the person is told."""
        return await self._post(f"/act/{name}", arguments)

    async def _post(self, path: str, arguments: Mapping[str, object]) -> Json:
        if self._session is None:
            raise RuntimeError("Enter the driver first: async with Driver(address, token) as driver.")
        headers, url = {HEADER: self.token}, self.address.rstrip("/") + path
        try:
            async with self._session.post(url, json=arguments, headers=headers) as response:
                said: Json = await response.json(content_type=None)
        except TimeoutError:
            what = f"{path} was not answered in {PATIENCE:g} s. Where the clock stands, let time pass with advance."
            raise NotDone(what, {}) from None
        if not said.get("ok"):
            errors = as_object(said.get("errors")) or {}
            listed = "; ".join(f"{block}: {text}" for block, text in errors.items())
            raise NotDone(str(said.get("error") or said.get("text") or listed), said)
        return said

    async def state(self, *parts: str, **about: object) -> Json:
        """Parts of what there is: people, channels, messages, whispers, modals, homes, …"""
        return await self.ask("state", of=[*parts], **about)

    async def person(self, name: str) -> Json:
        (found,) = (await self.state("people", person=name))["people"]
        return dict(found)

    async def until(self, part: str, wanted: Wanted, **about: object) -> Seen:
        """The last thing in a part of the state that fits. Raises NotSeen where none comes in time."""
        things = await self.until_state(part, lambda there: any(wanted.fits(one) for one in there), about)
        found = next((one for one in reversed(things) if wanted.fits(one)), None)
        if found is None:
            there = "\n---\n".join(one.words for one in things[-5:]) or "nothing"
            raise NotSeen(f"No {part} {dict(about)} came in {self.within:g} s that fit {wanted}. There is:\n{there}")
        return found

    async def until_none(self, part: str, **about: object) -> None:
        """Return once a part of the state is empty. Raises NotSeen where it does not become so in time."""
        if await self.until_state(part, lambda there: not there, about):
            raise NotSeen(f"There are still {part} {dict(about)} after {self.within:g} s.")

    async def until_state(
        self, part: str, good: Callable[[list[Seen]], bool], about: Mapping[str, object]
    ) -> list[Seen]:
        """What is in a part of the state as soon as that is good; what is there in the end where it never is."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.within
        state = await self.state(part, **about)
        while not good(things := seen_in(state[part])) and (left := end - loop.time()) > 0:
            state = await self.state(part, after=state["version"], wait=min(left, AT_A_TIME), **about)
        return things


def seen_in(things: object) -> list[Seen]:
    return [Seen(one) for one in as_objects(things)]


def ts_of(message: Seen | str) -> str:
    return message if isinstance(message, str) else message.ts
