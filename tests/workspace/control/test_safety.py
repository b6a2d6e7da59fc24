"""No other web site in the same browser can read the workspace or act in it; nor can anybody without a token."""

from collections.abc import AsyncGenerator, Mapping
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from bot.workspace.clock import Clock
from bot.workspace.control.routes import CONTROL, PAGE
from bot.workspace.safety import Hosts, is_secret
from tests.workspace.control.served import Place

ELSEWHERE = "http://evil.example"
NAVIGATION = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

Headers = Mapping[str, str]


@pytest.fixture
async def web_client() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def said_by_page(there: Place) -> str:
    return there.both.running.tokens.page


# --- by which name -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.9.9.9"])
def test_this_machine_goes_by_these_names(host: str) -> None:
    assert Hosts().knows(host)
    assert Hosts().knows(f"{host}:3000")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.7", "10.0.0.1:3000", "", "0"],
)
def test_no_other_name_leads_here(host: str) -> None:
    assert not Hosts().knows(host)


def test_a_workspace_that_is_told_to_listens_to_any_number_and_to_its_own_name() -> None:
    wide = Hosts(frozenset({"desk"}), any_address=True)
    assert wide.knows("192.168.1.7:3000")
    assert wide.knows("desk:3000")
    assert not wide.knows("evil.example"), "a name can be pointed here by anybody, a number cannot"


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/api.test", "/static/x.css", "/control/reset", "/nowhere"])
async def test_a_name_that_was_pointed_here_gets_nothing(
    there: Place, web_client: aiohttp.ClientSession, path: str
) -> None:
    async with web_client.get(there.address + path, headers={"Host": "evil.example:3000"}) as response:
        assert response.status == 403
        assert "Open it as http://127.0.0.1" in (await response.json())["error"]


# --- from where --------------------------------------------------------------------------------------------------

FROM_ELSEWHERE: dict[str, Headers] = {
    "another site": {"Origin": ELSEWHERE},
    "a page without origin": {"Origin": "null"},
    "another port of this machine": {"Origin": "http://127.0.0.1:9"},
    "another scheme": {"Origin": "https://127.0.0.1"},
    "a picture": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "a script": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    "a frame": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    "an embedded thing": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "embed"},
    "a fetch": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
}
PATHS = (
    "/",
    "/healthz",
    "/api/chat.postMessage",
    "/act/say",
    "/control/state",
    "/response/x",
    "/link/",
    "/as/mia/general",
)


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_whatever_comes_from_elsewhere_is_refused_whoever_holds_the_tokens(
    there: Place, web_client: aiohttp.ClientSession, method: str
) -> None:
    held = {CONTROL: there.both.running.tokens.control, PAGE: said_by_page(there)}
    for what, headers in FROM_ELSEWHERE.items():
        for path in PATHS:
            async with web_client.request(method, there.address + path, headers={**headers, **held}) as response:
                assert response.status == 403, (what, path)
                assert not [name for name in response.headers if name.startswith("Access-Control")], (what, path)


async def test_a_form_of_another_site_does_not_act(there: Place, web_client: aiohttp.ClientSession) -> None:
    """What a browser can post anywhere without asking: a form, plain text, a file; never a header of its own."""
    before = await there.driver.messages("#general")
    bodies: list[Headers] = [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data; boundary=x"},
    ]
    body = '{"person": "olga", "channel": "general", "text": "I give everything away"}'
    for kind in bodies:
        for headers in (kind, {**kind, "Origin": ELSEWHERE}, {**kind, **NAVIGATION}):
            async with web_client.post(there.address + "/act/say", data=body, headers=headers) as response:
                assert response.status in (401, 403)
    assert await there.driver.messages("#general") == before


async def test_a_socket_from_another_site_is_not_let_in(there: Place, web_client: aiohttp.ClientSession) -> None:
    app = next(iter(there.both.running.desk.workspace.apps.values()))
    url = there.both.running.sockets.open(app)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await web_client.ws_connect(url, origin=ELSEWHERE)
    assert refused.value.status == 403
    async with web_client.ws_connect(url) as stream:
        assert (await stream.receive_json())["type"] == "hello", "the address was not used up by the attempt"


async def test_a_link_leads_here_and_shows_a_whole_page(there: Place, web_client: aiohttp.ClientSession) -> None:
    async with web_client.get(there.address + "/healthz", headers=NAVIGATION) as response:
        assert response.status == 200


@pytest.mark.parametrize("origin", ["same", None])
async def test_our_own_page_and_a_program_are_let_in(
    there: Place, web_client: aiohttp.ClientSession, origin: str | None
) -> None:
    headers = {PAGE: said_by_page(there), **({"Origin": there.address} if origin else {})}
    said = {"person": "mia", "channel": "random", "text": "It is I."}
    async with web_client.post(there.address + "/act/say", json=said, headers=headers) as response:
        assert (await response.json())["ok"] is True


# --- with which token --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "wrong", "\u00e9"])
async def test_nobody_acts_or_steers_without_a_token(
    there: Place, web_client: aiohttp.ClientSession, token: str | None
) -> None:
    for path in ("/act/say", "/control/reset", "/control/state"):
        headers = {} if token is None else {CONTROL: token, PAGE: token}
        async with web_client.post(there.address + path, json={}, headers=headers) as response:
            assert response.status == 401
            assert "token" in (await response.json())["error"]


async def test_the_page_does_not_steer(there: Place, web_client: aiohttp.ClientSession) -> None:
    headers = {CONTROL: said_by_page(there), PAGE: said_by_page(there)}
    async with web_client.post(there.address + "/control/reset", json={}, headers=headers) as response:
        assert response.status == 401


async def test_a_token_in_the_address_is_none(there: Place, web_client: aiohttp.ClientSession) -> None:
    token = there.both.running.tokens.control
    url = f"{there.address}/control/reset?token={token}&X-Control-Token={token}"
    async with web_client.post(url, json={}) as response:
        assert response.status == 401


def test_an_empty_secret_lets_nobody_in() -> None:
    assert not is_secret("", "")
    assert is_secret("right", "right")
    assert not is_secret("righ", "right")


async def test_the_tokens_of_two_starts_differ(there: Place) -> None:
    tokens = there.both.running.tokens
    assert tokens.control != tokens.page
    assert min(len(tokens.control), len(tokens.page)) >= 40


# --- what goes back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/api.test", "/files/F1/x/y", "/photos/U1-48.svg"])
async def test_every_answer_says_what_a_browser_may_do_with_it(
    there: Place, web_client: aiohttp.ClientSession, path: str
) -> None:
    async with web_client.get(there.address + path) as response:
        headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_a_body_that_is_too_large_is_refused(there: Place, web_client: aiohttp.ClientSession) -> None:
    headers = {CONTROL: there.both.running.tokens.control}
    async with web_client.post(
        there.address + "/control/state", data=BytesIO(b" " * 17_000_000), headers=headers
    ) as response:
        assert response.status == 413


async def test_a_bug_is_written_down_and_told_as_one(
    there: Place, web_client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(clock: Clock) -> bool:
        raise ZeroDivisionError

    running = there.both.running
    monkeypatch.setattr(Clock, "stands", property(broken))
    async with web_client.post(
        there.address + "/control/state", json={}, headers={CONTROL: running.tokens.control}
    ) as response:
        assert response.status == 500
        assert "This is a bug" in (await response.json())["error"]
    assert len(running.bugs) == 1
    running.bugs.clear()


async def test_what_is_not_there_is_told_in_the_usual_way(there: Place, web_client: aiohttp.ClientSession) -> None:
    async with web_client.get(there.address + "/nowhere") as response:
        assert response.status == web.HTTPNotFound.status_code
