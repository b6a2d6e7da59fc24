"""The wire to a server that speaks OpenAI's protocols: one call, read by ourselves, and nothing escapes."""

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from bot.adapters.model.openai.asking import Api, Manners, chat_body, responses_body
from bot.adapters.model.openai.reading import Raw, complaint_in, read
from bot.adapters.model.wire import Dialect, Reply, Request
from bot.domain.outcome import Outcome
from bot.domain.text import one_line

if TYPE_CHECKING:
    from bot.adapters.model.openai.client import Client

Room = Literal["auto", "max_tokens", "max_completion_tokens"]
NO_KEY = "not-needed"
"""Servers on one's own machine ask for no key, and the client for any."""
SHORTEST_SECRET = 6
"""What is shorter stands in too many words to be taken out of them."""
HIDDEN = "[key]"
LONGEST_DETAIL = 300

_CHAT_ROOM = ("max_tokens", "max_completion_tokens")
_NEWER = (".openai.com", ".azure.com", ".microsoft.com")
"""Who wants the newer name."""


def _wall() -> datetime:
    return datetime.now(UTC)


class OpenAIWire:
    """Chat Completions on any server, or Responses. The client is built at the first call."""

    def __init__(
        self,
        *,
        url: str,
        key: str = "",
        api: Api | Literal["chat", "responses"] = Api.CHAT,
        dialect: Dialect | None = None,
        room: Room = "auto",
        now: Callable[[], datetime] = _wall,
    ) -> None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self.server = f"{host}{parts.path.rstrip('/')}"
        self.dialects = (*Dialect,) if dialect is None else (dialect,)
        self._address = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        self._query = dict(parse_qsl(parts.query))
        self._login = _basic(unquote(parts.username or ""), unquote(parts.password or ""))
        secrets = (key, unquote(parts.password or ""), self._login, *self._query.values())
        self._secrets = tuple(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)
        self._key, self._api, self._now = key, Api(api), now
        self._manners: dict[str, Manners] = {}
        self._unspoken = Manners(_rooms(self._api, parts.hostname or "", room))
        self._client: Client | None = None
        self._opening = asyncio.Lock()

    async def send(self, request: Request, dialect: Dialect) -> Reply:
        """One call. Whatever the server does becomes a Reply."""
        manners = self._manners.get(request.model, self._unspoken)
        body = (chat_body if self._api is Api.CHAT else responses_body)(request, dialect, manners)
        answer = await self._exchange(request, body)
        if isinstance(answer, Reply):
            return self._hidden(answer)
        reply = read(answer, self._api, dialect, self._now())
        unwanted = complaint_in(answer).unwanted(manners.could_leave(body)) if answer.status in (400, 422) else ""
        if unwanted:
            known = self._manners.get(request.model, self._unspoken)
            self._manners[request.model] = known.without(unwanted)
            reply = replace(reply, outcome=Outcome.UNSUPPORTED, learned=True)
        return self._hidden(reply)

    async def _exchange(self, request: Request, body: Mapping[str, object]) -> Raw | Reply:
        client = await self._opened()
        headers = {"Idempotency-Key": request.key, "X-Client-Request-Id": request.key}
        try:
            async with asyncio.timeout(request.within.total_seconds()):
                return await client.post(self._api.path, body, headers)
        except TimeoutError:
            return Reply(Outcome.TIMEOUT, detail=f"No whole answer came within {request.within.total_seconds():.1f} s.")
        except Exception as error:
            return _none(error)

    async def _opened(self) -> "Client":
        if self._client is not None:
            return self._client
        async with self._opening:
            if self._client is None:
                # In a thread: it takes the better part of a second, and a click must not wait for it.
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> "Client":
        from bot.adapters.model.openai.client import Client

        key = self._key or NO_KEY
        authorization = f"Bearer {key}"
        if not self._key and self._login:
            authorization = f"Basic {self._login}"
        return Client(self._address, query=self._query, authorization=authorization, key=key)

    def _hidden(self, reply: Reply) -> Reply:
        """The same without our key in it: servers repeat what they are sent, and models what they are told."""
        return replace(
            reply,
            text=self._without(reply.text),
            detail=self._without(one_line(self._without(reply.detail), LONGEST_DETAIL)),
            finish=self._without(reply.finish),
            reported=self._without(reply.reported),
            request_id=self._without(reply.request_id),
        )

    def _without(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    async def close(self) -> None:
        """Close every connection. A call after this opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def _basic(user: str, password: str) -> str:
    """As a browser sends the two; empty where there is no user."""
    return base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""


def _none(error: Exception) -> Reply:
    """What became of a call that brought nothing."""
    from bot.adapters.model.openai.client import NoReply

    if isinstance(error, NoReply):
        return Reply(error.outcome, detail=error.why)
    return Reply(Outcome.BAD_REQUEST, detail=f"The client could not make the call ({type(error).__name__}).")


def _rooms(api: Api, host: str, room: Room) -> tuple[str, ...]:
    """What the field for the most tokens may be called, the likeliest first."""
    if api is Api.RESPONSES:
        return ("max_output_tokens",)
    if room != "auto":
        return (room,)
    return _CHAT_ROOM[::-1] if f".{host}".endswith(_NEWER) else _CHAT_ROOM
