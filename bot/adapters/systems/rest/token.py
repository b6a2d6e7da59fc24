"""Access by OAuth 2.0: a token is asked for when it is needed, kept in memory alone, and renewed in time."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote_plus, urlsplit

from bot.adapters.systems.rest.answer import Answer, asked_for
from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.template import MISSING, at
from bot.adapters.systems.rest.wire import Call, Host, Looking, form_body
from bot.domain.errors import Broken, Transient

MARGIN = 60.0
"""Seconds before its end in which a token is not used any more; half of its life where that is shorter."""
UNSAID = 300.0
"""The seconds a token is used for where nobody says how long it lives."""
LONGEST = 16_384


class Token:
    """Who enters a system with a token. Many who need one at a time wait for the same answer."""

    def __init__(
        self,
        host: Host,
        *,
        client: str,
        secret: str,
        scope: str = "",
        ask_by: Literal["body", "basic"] = "body",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`host` is that of the token URL, with all of its path."""
        parts = urlsplit(host.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._called, self._now = host.name, now
        self._line = Looking(Host(name=host.name, url=origin, private=host.private, seconds=host.seconds), Pace(0))
        self._call = _call(parts.path, client=client, secret=secret, scope=scope, ask_by=ask_by)
        self._token, self._until = "", 0.0
        self._asking: asyncio.Task[str] | None = None

    async def current(self) -> str:
        """A token that is good for a while. Transient or Broken where none is to be had; nothing else was sent."""
        if self._token and self._now() < self._until:
            return self._token
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(_looked_at)
        return await asyncio.shield(self._asking)

    def refused(self, token: str) -> None:
        """Do not use this one again: the system did not take it."""
        if token == self._token:
            self._token = ""

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking])
        await self._line.close()

    async def _ask(self) -> str:
        begun = self._now()
        answer = await self._line.look(self._call, safe=True)
        if answer.status != 200:
            raise self._refusal(answer)
        if answer.data is MISSING:
            raise Transient(f"{self._called} answered with something that is no JSON. No token came, nothing was done.")
        token, kind = at(answer.data, "access_token"), at(answer.data, "token_type")
        if not _usable(token) or not isinstance(kind, str) or kind.lower() != "bearer":
            raise Broken(
                f"{self._called} answered without a token of the kind “Bearer”. Nothing was done."
                " Look at token_url in the description, then resume this."
            )
        lives = _seconds(at(answer.data, "expires_in"))
        self._token, self._until = str(token), begun + lives - min(MARGIN, lives / 2)
        return self._token

    def _refusal(self, answer: Answer) -> Broken | Transient:
        said = f"{self._called} answered {answer.status}"
        if answer.status in (408, 425, 429) or answer.status >= 500:
            asked = asked_for(answer, datetime.now(UTC))
            if asked is not None:
                self._line.hold(asked)
            return Transient(f"{said}. No token came, and nothing was done.", retry_after=asked)
        if 300 <= answer.status < 400:
            return Broken(f"{said}, which leads elsewhere, and nobody goes there with our secret. Mend token_url.")
        return Broken(
            f"{said}: it gives no token for our credential. Nothing was done. Look whether the application still has"
            " its rights and its secret has not run out; set the new one, start the bot again and resume this."
        )


def _call(path: str, *, client: str, secret: str, scope: str, ask_by: Literal["body", "basic"]) -> Call:
    fields = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if ask_by == "basic":
        both = f"{quote_plus(client)}:{quote_plus(secret)}"
        headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
    else:
        fields |= {"client_id": client, "client_secret": secret}
    return Call("POST", path, headers=headers, body=form_body(fields))


def _usable(token: object) -> bool:
    return isinstance(token, str) and token.isascii() and token.isprintable() and 0 < len(token) <= LONGEST


def _seconds(said: object) -> float:
    text = str(said) if isinstance(said, int | str) and not isinstance(said, bool) else ""
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 10 else UNSAID


def _looked_at(asking: "asyncio.Task[str]") -> None:
    """Whoever waited has the error; where nobody waits any more, nobody needs it."""
    if not asking.cancelled():
        asking.exception()
