"""An address that is told things, by the same safe way as systems are called: no redirects, no private addresses."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.adapters.systems.rest.answer import asked_for
from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.wire import Call, Changing, Host
from bot.domain.cloud_event import CONTENT_TYPE
from bot.domain.errors import Broken, Transient, Uncertain
from bot.domain.subscriber import Answered

WITHIN = 15.0
"""Seconds that one request may take, whatever happens."""
LARGEST = 64 * 1024
"""The bytes of the longest answer; nothing in it is looked at."""

Sign = Callable[[str, bytes, datetime], Mapping[str, str]]
"""The headers that say who sends this, under which id, and when."""


class Posting:
    """`Receiver`, over HTTP."""

    def __init__(self, name: str, url: str, sign: Sign, *, private: bool = False, within: float = WITHIN) -> None:
        host = Host(name=name, url=url, private=private, seconds=within, largest=LARGEST)
        self._path = "/" if url.endswith("/") else ""
        self._line, self._sign, self._name = Changing(host, Pace(0)), sign, name

    async def take(self, id: str, event: bytes, *, now: datetime) -> Answered:
        headers = {"Content-Type": CONTENT_TYPE, **self._sign(id, event, now)}
        try:
            answer = await self._line.change(Call("POST", self._path, headers=headers, body=event))
        except Broken as error:
            return Answered(why=error.message, barred=True)
        except (Transient, Uncertain) as error:
            return Answered(why=error.message)
        why = "" if answer.status < 300 else f"it answers {answer.status}."
        return Answered(status=answer.status, asked=asked_for(answer, now), why=why)

    async def close(self) -> None:
        await self._line.close()
