"""The official client over HTTP as we want it: nothing out of the environment, nothing kept, nothing endless.

To import this takes the better part of a second, so only who asks a model does.
"""

import logging
import zlib
from collections.abc import Mapping
from typing import Any

import aiohttp
import httpx2
import openai
from pydantic_core import to_json

from bot.adapters.model.openai.reading import Raw
from bot.domain.outcome import Outcome

MOST_BYTES = 1024 * 1024
"""Of a body; what goes on is not read on."""
AGENT = "Countersign"

_SENT = frozenset({b"authorization", b"idempotency-key", b"x-client-request-id"})
"""Of what the client would send. It would tell more: of this machine, and what it finds in the environment."""
_UNSENT = {
    f"x-stainless-{name}": openai.Omit()
    for name in "lang package-version os arch runtime runtime-version async retry-count read-timeout".split()
}
"""What the client would tell of this machine; to leave it out is also quicker than to send it."""
_OURS = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": AGENT,
}
_HEARD = (b"x-request-id", b"apim-request-id", b"retry-after", b"x-ratelimit-")
"""How the headers begin that are of use; no cookie is among them."""
_CHUNK = 64 * 1024
_ANY_HEADER = 32 + zlib.MAX_WBITS
"""For zlib: gzip or deflate, as the data says."""


class NoReply(Exception):
    """Nothing came that could be read."""

    def __init__(self, outcome: Outcome, why: str) -> None:
        self.outcome, self.why = outcome, why
        super().__init__(why)


class Exchange(httpx2.AsyncClient):
    """One request, one answer, over aiohttp. No redirects, no cookies, no proxies, no logins, no log, no retries.

    The official client asks its HTTP client for these two things, to build a request and to send it.
    """

    def __init__(self, *, secure: bool) -> None:
        super().__init__(transport=httpx2.AsyncBaseTransport(), trust_env=False)
        # With the certificates that this machine trusts. To read them takes a while, and many servers need none.
        self._tls = httpx2.create_ssl_context(trust_env=False) if secure else True
        self._session: aiohttp.ClientSession | None = None

    def build_request(self, method: str, url: httpx2.URL | str, **told: Any) -> httpx2.Request:
        return httpx2.Request(
            method, url, params=told.get("params"), headers=told.get("headers"), content=told.get("content")
        )

    async def send(self, request: httpx2.Request, **told: Any) -> httpx2.Response:
        del told
        sent = {name.decode(): value.decode() for name, value in request.headers.raw if name.lower() in _SENT}
        try:
            async with self._opened().request(
                request.method,
                str(request.url),
                data=request.content,
                headers={**sent, **_OURS},
                allow_redirects=False,
            ) as answer:
                body = await _body(answer)
        except aiohttp.ClientPayloadError:
            raise NoReply(Outcome.GARBAGE, "The answer ends before its end.") from None
        except (aiohttp.ClientConnectionError, OSError) as error:
            raise NoReply(Outcome.CONNECTION, _why(error)) from None
        except (aiohttp.ClientError, ValueError) as error:
            raise NoReply(Outcome.GARBAGE, f"This is no HTTP that can be read ({type(error).__name__}).") from None
        heard = [(name, value) for name, value in answer.raw_headers if name.lower().startswith(_HEARD)]
        return httpx2.Response(answer.status, headers=heard, content=body, request=request)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls, limit=0),  # how many at once is the endpoint's to say
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
            )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
        await super().aclose()


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """The body, as far as it is wanted. Raises ValueError where it is packed in a way that we did not ask for."""
    read = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        read += chunk
        if len(read) >= MOST_BYTES:
            break
    body = bytes(read[:MOST_BYTES])
    match answer.headers.get("content-encoding", "identity").strip().lower():
        case "identity" | "":
            return body
        case "gzip" | "x-gzip" | "deflate":
            return _unpacked(body)
        case _:
            raise ValueError("unknown encoding")


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(_ANY_HEADER).decompress(body, MOST_BYTES)
    except zlib.error:
        raise ValueError("this is not packed as it says") from None


def _why(error: Exception) -> str:
    """In words that name no address: a key may stand in one."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "Nobody knows a machine of this name."
        case aiohttp.ClientSSLError():
            return "Its certificate is not one that we trust, or it speaks no TLS."
        case aiohttp.ClientConnectorError():
            return "Nothing answers at its address."
        case _:
            return "The connection was closed before an answer came."


class Client:
    """The official client, held to one server and one key."""

    def __init__(self, base_url: str, *, query: Mapping[str, str], authorization: str, key: str) -> None:
        logging.getLogger("openai").setLevel(logging.WARNING)  # it tells what servers say, and they may say our key
        self._base_url = base_url
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=key,
            max_retries=0,
            timeout=None,  # time is kept outside, for the whole of a call
            default_headers={"Authorization": authorization},
            default_query=query,
            http_client=Exchange(secure=base_url.startswith("https:")),
        )

    async def post(self, path: str, body: Mapping[str, object], headers: Mapping[str, str]) -> Raw:
        """What came back, whatever its status. Raises NoReply where nothing did."""
        try:
            # The whole address, because to join one takes the client longer than all that we do.
            address = f"{self._base_url}{path}"
            answer = await self._client.post(
                address, cast_to=httpx2.Response, content=to_json(body), options={"headers": {**_UNSENT, **headers}}
            )
        except openai.APIStatusError as error:
            answer = error.response
        return Raw(answer.status_code, dict(answer.headers), answer.content)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()
