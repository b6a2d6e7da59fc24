"""The way to one host: our own limits of time and size, no tries of its own, no redirects, no private addresses."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

from bot.adapters.systems.rest.answer import Answer
from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.template import MISSING
from bot.domain.errors import BotError, Broken, Transient, Uncertain

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

    from bot.adapters.systems.rest.address import Addresses

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
LARGEST = 2 * 1024 * 1024
"""The bytes of the longest answer that is read."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes | None = field(default=None, repr=False)


class Entrance(Protocol):
    """A credential that is renewed."""

    async def current(self) -> str:
        """A token that is good for a while. Transient or Broken where none is to be had."""
        ...

    def refused(self, token: str) -> None:
        """Do not use this one again."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Where a system is, and what every call to it carries."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    private: bool = False
    seconds: float = TOTAL_SECONDS
    largest: int = LARGEST
    look_up: "Addresses | None" = None
    entrance: Entrance | None = field(default=None, repr=False)
    """Whose token every call carries."""
    sure: bool = True
    """Whether a 401 surely means that nothing happened; then the call is repeated once, with a new token."""


def credential_headers(by: str, *, header: str, prefix: str, credential: str) -> dict[str, str]:
    """The header that carries a credential. One for basic access has its user in front: `user:password`."""
    match by:
        case "bearer":
            return {header: f"Bearer {credential}"}
        case "basic":
            return {header: f"Basic {b64encode(credential.encode()).decode()}"}
        case _:
            return {header: f"{prefix}{credential}"}


def json_body(sent: object) -> bytes:
    return json.dumps(sent, ensure_ascii=False, default=str).encode()


def form_body(sent: Mapping[str, object]) -> bytes:
    return urlencode({name: _field(value) for name, value in sent.items()}).encode()


def _field(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


class Looking:
    """A way to a system on which nothing can be changed: it has no other verb than to look."""

    def __init__(self, host: Host, pace: Pace) -> None:
        self.host, self.pace = host, pace
        self._session: ClientSession | None = None

    async def look(self, call: Call, *, safe: bool = False) -> Answer:
        """Ask. Transient where no whole answer came: nothing was changed by that."""
        if call.method not in ("GET", "HEAD") and not (call.method == "POST" and safe):
            raise Broken(f"{call.method} may change something, and this way is for looking alone.")
        try:
            return await self._send(call)
        except Uncertain as error:
            raise Transient(error.message) from None

    def hold(self, asked: timedelta) -> None:
        """Let nothing begin for so long: the system asked for it."""
        self.pace.hold(asked)

    async def close(self) -> None:
        if self.host.entrance is not None:
            await self.host.entrance.close()
        if self._session is not None:
            await self._session.close()

    async def _send(self, call: Call) -> Answer:
        """One try; two where the token was refused. Transient: nothing happened. Uncertain: it may have arrived."""
        entrance = self.host.entrance
        if entrance is None:
            return await self._send_once(call)
        token = await entrance.current()
        answer = await self._send_once(_entered(call, token))
        if answer.status != 401:
            return answer
        entrance.refused(token)
        return await self._send_once(_entered(call, await entrance.current())) if self.host.sure else answer

    async def _send_once(self, call: Call) -> Answer:
        import aiohttp

        await self.pace.turn()
        name = self.host.name
        try:
            async with self._open().request(
                call.method,
                self._url(call),
                headers={**self.host.headers, **call.headers},
                data=call.body,
                allow_redirects=False,
            ) as response:
                return await self._read(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            why = _why(error)
            raise Transient(f"{name} could not be reached{f': {why}' if why else ''}. Nothing was sent.") from None
        except TimeoutError:
            raise Uncertain(f"{name} did not answer in time.") from None
        except aiohttp.InvalidURL:
            raise Broken(f"The address of {name} cannot be written. Nothing was sent.") from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError):
            raise Uncertain(f"The line to {name} broke before it had answered.") from None

    async def _read(self, response: "ClientResponse") -> Answer:
        raw = bytearray()
        async for chunk in response.content.iter_chunked(65_536):
            raw += chunk
            if len(raw) > self.host.largest:
                raise Uncertain(f"The answer of {self.host.name} is longer than {self.host.largest:,} bytes.")
        waits = response.headers.get("Retry-After", "")
        return Answer(response.status, _json(bytes(raw), response.content_type), waits)

    def _url(self, call: Call) -> "URL":
        """The address, exactly as it was filled in: nobody quotes it a second time."""
        from yarl import URL

        asked = f"?{urlencode(call.query)}" if call.query else ""
        return URL(f"{str(URL(self.host.url)).rstrip('/')}{call.path}{asked}", encoded=True)

    def _open(self) -> "ClientSession":
        if self._session is None:
            self._session = _session(self.host)
        return self._session


class Changing(Looking):
    """A way to a system on which things can be changed."""

    async def change(self, call: Call) -> Answer:
        """Send it once. Transient: nothing left this machine. Uncertain: it may have arrived."""
        try:
            return await self._send(call)
        except BotError:
            raise
        except ValueError:
            raise Broken(f"What would be sent to {self.host.name} cannot be written. Nothing was sent.") from None


def _entered(call: Call, token: str) -> Call:
    return replace(call, headers={**call.headers, "Authorization": f"Bearer {token}"})


def _session(host: Host) -> "ClientSession":
    import aiohttp

    from bot.adapters.systems.rest.address import GuardedResolver, guarded_socket

    # A new connection for each call: each is judged, and nothing is sent twice over one that had died.
    connector = aiohttp.TCPConnector(
        force_close=True,
        use_dns_cache=False,
        resolver=None if host.private else GuardedResolver(host.look_up),
        socket_factory=None if host.private else guarded_socket,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=host.seconds, sock_connect=CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "countersign", "Accept": "application/json", "Accept-Encoding": "identity"},
        trust_env=False,
    )


def _why(error: Exception) -> str:
    inner = getattr(error, "os_error", None)
    return inner.strerror.lower() if isinstance(inner, OSError) and isinstance(inner.strerror, str) else ""


def _json(raw: bytes, content_type: str) -> object:
    """What an answer says; nothing at all is an empty answer, anything but JSON none."""
    if not raw:
        return {}
    if content_type != "application/json" and not content_type.endswith("+json"):
        return MISSING
    try:
        found: object = json.loads(raw)
    except (ValueError, RecursionError):
        return MISSING
    return found
