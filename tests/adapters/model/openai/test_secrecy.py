"""What goes to a server is the question and the key it was given; what comes back is read without that key."""

import base64
import subprocess
import sys

import pytest

from bot.adapters.model.openai import OpenAIWire
from bot.adapters.model.openai.wire import HIDDEN
from bot.ports.model import Answer
from tests.adapters.model.openai.course import HEADERS, KEY, a_question, ask, engine_at, nothing_says_the_key
from tests.adapters.model.openai.server import GOOD, Line, answered, completion, failed, http, plain, serving

ENVIRONMENT = {
    "OPENAI_API_KEY": "sk-from-the-environment",
    "OPENAI_ADMIN_KEY": "sk-admin",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/elsewhere",
    "OPENAI_ORG_ID": "org-1",
    "OPENAI_PROJECT_ID": "proj-1",
    "OPENAI_CUSTOM_HEADERS": "authorization: Bearer other\nX-Tell: all\nuser-agent: other\nIdempotency-KEY: other",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
}
ECHOES = (
    failed(401, f"Incorrect API key provided: {KEY}. You can find it…"),
    failed(400, "x" * 280 + KEY),
    plain({"error": f"Authorization: Bearer {KEY}"}, 500),
    http(f"<pre>Authorization: Bearer {KEY}</pre>", 502),
    http(f"Hello {KEY}"),
    plain(completion({"content": f"{GOOD} {KEY}"}, KEY, model=KEY, id=KEY)),
    plain(completion({"content": None, "refusal": f"Not with {KEY}"})),
    plain({"error": {"message": KEY, "code": KEY}}, 403, x_request_id=KEY),
)


async def test_nothing_comes_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    told = await ask(answered())
    (seen,) = told.journal
    assert seen.headers.keys() == HEADERS
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["user-agent"] == "Countersign"
    assert seen.headers["x-client-request-id"] == seen.key == told.first.key


async def test_without_a_key_none_is_found_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-the-environment")
    told = await ask(answered(), key="")
    assert isinstance(told.answer, Answer)
    assert told.journal[0].headers["authorization"] == "Bearer not-needed"


@pytest.mark.parametrize("line", ECHOES)
async def test_a_server_that_repeats_the_key_is_not_quoted(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    told = await ask(line, answered())
    nothing_says_the_key(told.answer, caplog.text)


async def test_what_is_hidden_is_seen_to_be_hidden() -> None:
    told = await ask(failed(401, f"Incorrect API key provided: {KEY}."))
    assert told.first.error == f"HTTP 401: Incorrect API key provided: {HIDDEN}."


async def test_a_server_is_named_without_user_password_and_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with serving(failed(401, "Not hunter2hunter2, not s3cr3tquery")) as server:
        url = f"http://ann:hunter2hunter2@127.0.0.1:{server.port}/v1/?api-key=s3cr3tquery"
        async with engine_at(server, url=url, key="") as engine:
            answer = await engine.answer(a_question())
    (seen,) = server.journal
    assert seen.path == "/v1/chat/completions?api-key=s3cr3tquery"
    assert seen.headers["authorization"] == f"Basic {base64.b64encode(b'ann:hunter2hunter2').decode()}"
    assert [one.server for one in answer.attempts] == [f"127.0.0.1:{server.port}/v1"]
    told = f"{answer} {caplog.text}"
    assert "hunter2" not in told
    assert "s3cr3tquery" not in told


async def test_cookies_are_not_kept() -> None:
    async with (
        serving(plain(completion({"content": "no"}), 200, set_cookie="who=ann; Path=/"), answered()) as server,
        engine_at(server) as engine,
    ):
        await engine.answer(a_question())
    assert len(server.journal) == 2
    assert all("cookie" not in seen.headers for seen in server.journal)


async def test_nobody_is_followed_elsewhere() -> None:
    async with serving(answered()) as elsewhere:
        line = http(status=307, headers={"location": f"{elsewhere.url}/chat/completions"})
        told = await ask(line, models=("first",))
    assert elsewhere.journal == []
    assert set(told.outcomes) == {"garbage"}
    assert "we do not follow" in told.first.error


async def test_closing_closes_every_connection_and_a_later_call_opens_new_ones() -> None:
    async with serving(answered()) as server:
        async with engine_at(server) as engine:
            await engine.answer(a_question(key="one"))
            assert server.connections == 1
            await engine.answer(a_question(key="two"))
            assert server.connections == 1
            await engine.close()
            await server.left.wait()
            assert isinstance(await engine.answer(a_question(key="three")), Answer)
        await server.left.wait()
    assert len(server.journal) == 3


async def test_closing_what_was_never_asked_opens_nothing() -> None:
    wire = OpenAIWire(url="http://127.0.0.1:9/v1")
    await wire.close()
    assert wire._client is None


def test_the_client_is_not_paid_for_by_who_does_not_ask() -> None:
    code = (
        "import sys, bot.adapters.model.openai as it; it.OpenAIWire(url='http://127.0.0.1:9/v1');"
        "sys.exit(' '.join({'openai', 'httpx2', 'aiohttp'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
