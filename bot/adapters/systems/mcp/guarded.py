"""The way to a server somewhere else: to addresses of the open internet alone, and no longer answer than fits here."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2

from bot.adapters.systems.rest.address import refuse_private
from bot.domain.errors import Broken

LARGEST = 2 * 1024 * 1024
"""The bytes of the longest answer that is read."""

Addresses = Callable[[str, int], Awaitable[list[str]]]


class TooLong(httpx2.StreamError):
    """An answer is longer than what is read of one."""


class Guarded(httpx2.AsyncBaseTransport):
    """A connection goes to the very address that was judged, whatever the name stands for a moment later."""

    def __init__(
        self,
        refused: Callable[[str], None],
        *,
        private: bool,
        largest: int = LARGEST,
        look_up: Addresses | None = None,
    ) -> None:
        self._inner = httpx2.AsyncHTTPTransport(trust_env=False)
        self._refused, self._private = refused, private
        self._largest, self._look_up = largest, look_up or addresses_of

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        sent = request if self._private else await self._judged(request)
        answer = await self._inner.handle_async_request(sent)
        stream = Capped(answer.stream, self._largest)
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=stream, extensions=answer.extensions)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _judged(self, request: httpx2.Request) -> httpx2.Request:
        """The same request, to an address. ConnectError where any that the name has is private."""
        host, port = request.url.host, request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            found = await self._look_up(host, port)
        except OSError:
            raise httpx2.ConnectError("the name stands for no address", request=request) from None
        try:
            for address in found:
                refuse_private(address)
        except Broken as error:
            self._refused(error.message)
            raise httpx2.ConnectError("the address is private", request=request) from None
        return httpx2.Request(
            request.method,
            request.url.copy_with(host=found[0]),
            headers=request.headers,  # the name stands in Host, and in the certificate that is asked for
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )


class Capped(httpx2.AsyncByteStream):
    """What comes in, up to a length."""

    def __init__(self, inner: object, largest: int) -> None:
        self._inner, self._left = inner, largest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not isinstance(self._inner, httpx2.AsyncByteStream):
            return
        async for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise TooLong("the answer is too long")
            yield chunk

    async def aclose(self) -> None:
        if isinstance(self._inner, httpx2.AsyncByteStream):
            await self._inner.aclose()


async def addresses_of(host: str, port: int) -> list[str]:
    """Every address that a name stands for."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]
