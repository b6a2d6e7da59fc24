"""A server over HTTP is gone to at the very address that was judged, and no endless answer is read."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.systems.mcp.guarded import Guarded, TooLong
from bot.adapters.systems.rest import address


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.host} " + "x" * int(request.query.get("n", "0")))

    app = web.Application()
    app.router.add_get("/", answer)
    server = TestServer(app)
    async with server:
        yield server


async def test_the_judged_address_is_gone_to_under_the_name_that_was_asked_for(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, url = list[str](), str(server.make_url("/")).replace("127.0.0.1", "mcp.example.com")

    async def found(host: str, port: int) -> list[str]:
        asked.append(f"http://{host}:{port}/")
        return ["127.0.0.1"]

    def is_public(address: str) -> bool:
        return address == "127.0.0.1"

    monkeypatch.setattr(address, "is_public", is_public)
    way = Guarded(pytest.fail, private=False, look_up=found)
    async with httpx2.AsyncClient(transport=way) as http:
        answer = await http.get(url)
    assert asked == [url]
    assert answer.text == url.removeprefix("http://").removesuffix("/") + " "


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["203.0.114.9", "127.0.0.1"], ["::ffff:169.254.169.254"]])
async def test_a_name_of_which_any_address_is_private_is_not_gone_to(addresses: list[str]) -> None:
    async def found(host: str, port: int) -> list[str]:
        return addresses

    why = list[str]()
    async with httpx2.AsyncClient(transport=Guarded(why.append, private=False, look_up=found)) as http:
        with pytest.raises(httpx2.ConnectError):
            await http.get("https://mcp.example.com/")
    assert "private = true" in why[0]


async def test_a_name_that_stands_for_nothing_cannot_be_reached() -> None:
    async def found(host: str, port: int) -> list[str]:
        raise OSError

    async with httpx2.AsyncClient(transport=Guarded(pytest.fail, private=False, look_up=found)) as http:
        with pytest.raises(httpx2.ConnectError):
            await http.get("https://mcp.example.com/")


async def test_an_answer_is_read_up_to_a_length(server: TestServer) -> None:
    async with httpx2.AsyncClient(transport=Guarded(pytest.fail, private=True, largest=1000)) as http:
        assert (await http.get(server.make_url("/?n=900").human_repr())).status_code == 200
        with pytest.raises(TooLong):
            await http.get(server.make_url("/?n=1000").human_repr())
