"""Whatever a server does becomes one outcome and one row, through the engine, over real HTTP."""

import gzip
import json
import logging

import pytest

from bot.domain.outcome import Outcome
from bot.ports.model import Answer, NoAnswer
from tests.adapters.model.openai.course import KEY, a_question, ask, engine_at, logged, nothing_undeclared
from tests.adapters.model.openai.server import (
    GOOD,
    Line,
    Then,
    answered,
    choice,
    completion,
    endless,
    failed,
    http,
    plain,
    said,
    serving,
)

AGAIN, NEXT, DOWN, END, TAKE = "again", "next", "down", "end", "take"
WHOLE = json.dumps(GOOD)
CUT = WHOLE[:-40]
OTHER = json.dumps({**GOOD, "answer": {"category": "spam", "urgent": False, "summary": "Spam."}})
WRONG = json.dumps({**GOOD, "answer": {"category": "weather", "urgent": "yes", "summary": 7}})
BOMB = gzip.compress(b" " * 50_000_000)
FORM = {"function": {"name": "Triage", "arguments": WHOLE}}


def row(name: str, line: Line, outcome: Outcome, then: str) -> object:
    return pytest.param(line, outcome, then, id=name.replace(" ", "-"))


def no_message(name: str, body: object) -> object:
    return row(name, plain(body), Outcome.GARBAGE, AGAIN)


ANSWERS = (
    row("a good answer", answered(), Outcome.ANSWERED, TAKE),
    row("in a code fence", said(f"```json\n{WHOLE}\n```"), Outcome.ANSWERED, TAKE),
    row("prose around it", said(f"Sure! Here it is:\n{WHOLE}\nAnything else?"), Outcome.ANSWERED, TAKE),
    row("thoughts before it", said(f"<think>{{maybe spam?}}</think>{WHOLE}"), Outcome.ANSWERED, TAKE),
    row("content as parts", said([{"type": "text", "text": WHOLE}]), Outcome.ANSWERED, TAKE),
    row("content as bare parts", said([WHOLE[:20], WHOLE[20:]]), Outcome.ANSWERED, TAKE),
    row(
        "thoughts among the parts",
        said([{"type": "thinking", "text": OTHER}, {"type": "text", "text": WHOLE}]),
        Outcome.ANSWERED,
        TAKE,
    ),
    row("in reasoning content", choice({"content": None, "reasoning_content": WHOLE}), Outcome.ANSWERED, TAKE),
    row("in reasoning", choice({"content": "", "reasoning": WHOLE}), Outcome.ANSWERED, TAKE),
    row(
        "in a tool nobody forced", choice({"content": None, "tool_calls": [FORM]}, "tool_calls"), Outcome.ANSWERED, TAKE
    ),
    row(
        "tool arguments as an object",
        choice({"content": None, "tool_calls": [{"function": {"arguments": GOOD}}]}),
        Outcome.ANSWERED,
        TAKE,
    ),
    row("finish reason missing", said(WHOLE, None), Outcome.ANSWERED, TAKE),
    row("usage missing", plain({"choices": [{"message": {"content": WHOLE}}]}), Outcome.ANSWERED, TAKE),
    row("usage null", said(WHOLE, usage=None), Outcome.ANSWERED, TAKE),
    row("usage a text", said(WHOLE, usage="many"), Outcome.ANSWERED, TAKE),
    row(
        "as text rather than json",
        http(json.dumps(completion({"content": WHOLE})), headers={"content-type": "text/plain"}),
        Outcome.ANSWERED,
        TAKE,
    ),
    row(
        "packed though not asked",
        http(gzip.compress(json.dumps(completion({"content": WHOLE})).encode()), headers={"content-encoding": "gzip"}),
        Outcome.ANSWERED,
        TAKE,
    ),
    row(
        "spaces before it",
        http(b" \n" * 500 + json.dumps(completion({"content": WHOLE})).encode()),
        Outcome.ANSWERED,
        TAKE,
    ),
    row(
        "spaces without end after it",
        Line(b"HTTP/1.1 200 So\r\n\r\n" + json.dumps(completion({"content": WHOLE})).encode(), Then.FLOOD),
        Outcome.ANSWERED,
        TAKE,
    ),
    row("created with 201", plain(completion({"content": WHOLE}), 201), Outcome.ANSWERED, TAKE),
    row(
        "two choices",
        plain(
            {
                **completion({"content": WHOLE}),
                "choices": [{"message": {"content": WHOLE}}, {"message": {"content": OTHER}}],
            }
        ),
        Outcome.ANSWERED,
        TAKE,
    ),
)
BAD_ANSWERS = (
    row("cut JSON", said(CUT), Outcome.INVALID, AGAIN),
    row("two answers", said(f"{WHOLE}\n{OTHER}"), Outcome.INVALID, AGAIN),
    row(
        "two tools that differ",
        choice({"tool_calls": [FORM, {"function": {"arguments": OTHER}}]}),
        Outcome.INVALID,
        AGAIN,
    ),
    row("wrong types", said(WRONG), Outcome.INVALID, AGAIN),
    row("no envelope", said(json.dumps(GOOD["answer"])), Outcome.INVALID, AGAIN),
    row("an empty content", said(""), Outcome.INVALID, AGAIN),
    row("content null", said(None), Outcome.INVALID, AGAIN),
    row("content a number", said(7), Outcome.INVALID, AGAIN),
    row("tool arguments a number", choice({"tool_calls": [{"function": {"arguments": 7}}]}), Outcome.INVALID, AGAIN),
    row("tool calls null", choice({"content": None, "tool_calls": None}), Outcome.INVALID, AGAIN),
    row("prose alone", said("I am sorry, it is a bug."), Outcome.INVALID, AGAIN),
    row(
        "half a surrogate pair",
        http(json.dumps(completion({"content": "X"})).replace('"X"', '"\\ud800"')),
        Outcome.GARBAGE,
        AGAIN,
    ),
    row("no more room", said(CUT, "length"), Outcome.CUT, AGAIN),
    row("no more room though whole", said(WHOLE, "length"), Outcome.CUT, AGAIN),
    row("all room thought away", choice({"content": None, "reasoning": "Hm. Hm."}, "length"), Outcome.CUT, AGAIN),
    row("no more tokens", said(CUT, "MAX_TOKENS"), Outcome.CUT, AGAIN),
    row("a refusal", choice({"content": None, "refusal": "I cannot help with that."}), Outcome.REFUSED, END),
    row("a refusal as a part", said([{"type": "refusal", "refusal": "No."}]), Outcome.REFUSED, END),
    row("a filter", said(None, "content_filter"), Outcome.FILTERED, END),
    row("a filter after the answer", said(WHOLE, "content_filter"), Outcome.FILTERED, END),
    row("its provider broke off", said("", "error"), Outcome.OVERLOADED, NEXT),
)
NO_ANSWERS = (
    no_message("choices null", {"choices": None}),
    no_message("choices empty", {"choices": []}),
    no_message("choices a text", {"choices": "many"}),
    no_message("choices of numbers", {"choices": [1]}),
    no_message("an empty object", {}),
    no_message("a list", []),
    no_message("a text", "hello"),
    no_message("null", None),
    no_message("message null", {"choices": [{"message": None}]}),
    no_message("no message", {"choices": [{"finish_reason": "stop"}]}),
    row(
        "a page",
        http("<html><body>Welcome to nginx</body></html>", headers={"content-type": "text/html"}),
        Outcome.GARBAGE,
        AGAIN,
    ),
    row("an empty body", http(), Outcome.GARBAGE, AGAIN),
    row("no content", http(status=204), Outcome.GARBAGE, AGAIN),
    row("a cut body", http(json.dumps(completion({"content": WHOLE}))[:-30]), Outcome.GARBAGE, AGAIN),
    row("a stream nobody asked for", http('data: {"choices": []}\n\ndata: [DONE]\n'), Outcome.GARBAGE, AGAIN),
    row("no UTF-8", http(b'{"choices": [{"message": {"content": "\xff\xfe"}}]}'), Outcome.GARBAGE, AGAIN),
    row("nested without end", http(b'{"choices":' * 100_000), Outcome.GARBAGE, AGAIN),
    row("a number without end", http(b'{"choices":' + b"9" * 100_000), Outcome.GARBAGE, AGAIN),
    row("shorter than it says", http(b"{}", length=500, then=Then.CLOSE), Outcome.GARBAGE, AGAIN),
    row(
        "longer than it says",
        http(json.dumps(completion({"content": WHOLE})), length=100, then=Then.CLOSE),
        Outcome.GARBAGE,
        AGAIN,
    ),
    row(
        "a length that is none",
        http(b"{}", headers={"content-length": "many"}, then=Then.CLOSE),
        Outcome.GARBAGE,
        AGAIN,
    ),
    row("no HTTP", Line(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Then.CLOSE), Outcome.GARBAGE, AGAIN),
    row(
        "a header without end",
        Line(b"HTTP/1.1 200 So\r\nx: " + b"x" * 100_000 + b"\r\n\r\n", Then.CLOSE),
        Outcome.GARBAGE,
        AGAIN,
    ),
    row("a flood", endless(Then.FLOOD), Outcome.GARBAGE, AGAIN),
    row("a bomb", http(BOMB, headers={"content-encoding": "gzip"}), Outcome.GARBAGE, AGAIN),
    row("not packed as it says", http(b"{}", headers={"content-encoding": "gzip"}), Outcome.GARBAGE, AGAIN),
    row("packed in another way", http(b"{}", headers={"content-encoding": "br"}), Outcome.GARBAGE, AGAIN),
    row("sent elsewhere", http(status=302, headers={"location": "http://127.0.0.1:9/v1"}), Outcome.GARBAGE, AGAIN),
    row("sent elsewhere for good", http(status=308, headers={"location": "/v2"}), Outcome.GARBAGE, AGAIN),
    row("closed at once", Line(b"", Then.CLOSE), Outcome.CONNECTION, NEXT),
    row("reset", Line(b"", Then.RESET), Outcome.CONNECTION, NEXT),
)
REFUSALS = (
    row("400", failed(400), Outcome.BAD_REQUEST, NEXT),
    row("400 a plain text", plain({"error": "It did not work."}, 400), Outcome.BAD_REQUEST, NEXT),
    row("400 no JSON", http("Bad Request", 400), Outcome.BAD_REQUEST, NEXT),
    row("400 nothing", http(status=400), Outcome.BAD_REQUEST, NEXT),
    row("400 a flood", endless(Then.FLOOD, 400), Outcome.BAD_REQUEST, NEXT),
    row("400 a list", plain([1, "two"], 400), Outcome.BAD_REQUEST, NEXT),
    row("400 key", failed(400, "API key not valid. Please pass a valid API key."), Outcome.AUTH, NEXT),
    row("400 model", failed(400, "The model `first` does not exist"), Outcome.NOT_FOUND, NEXT),
    row(
        "400 filter",
        failed(400, "The prompt triggered the content management policy.", "content_filter"),
        Outcome.FILTERED,
        END,
    ),
    row("400 form", failed(400, "'oneOf' is not permitted", param="response_format"), Outcome.UNSUPPORTED, DOWN),
    row("400 tool failed", failed(400, "Failed to call a function.", "tool_use_failed"), Outcome.INVALID, AGAIN),
    row(
        "400 too long",
        failed(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded"),
        Outcome.TOO_LONG,
        NEXT,
    ),
    row(
        "400 too long for llama", failed(400, "the request exceeds the available context size"), Outcome.TOO_LONG, NEXT
    ),
    row("401", failed(401, "Incorrect API key provided", "invalid_api_key"), Outcome.AUTH, NEXT),
    row("402", failed(402, "Insufficient credits"), Outcome.QUOTA, NEXT),
    row("403", failed(403, "Country not supported"), Outcome.AUTH, NEXT),
    row("403 flagged", failed(403, "Your input was flagged"), Outcome.FILTERED, END),
    row("404", http("404 page not found", 404), Outcome.NOT_FOUND, NEXT),
    row("404 model", failed(404, 'model "first" not found, try pulling it first'), Outcome.NOT_FOUND, NEXT),
    row(
        "404 no endpoint for the form",
        failed(404, "No endpoints found that support tool use."),
        Outcome.UNSUPPORTED,
        DOWN,
    ),
    row("405", http(status=405), Outcome.NOT_FOUND, NEXT),
    row("408", failed(408), Outcome.TIMEOUT, NEXT),
    row("409", failed(409), Outcome.OVERLOADED, NEXT),
    row("413", http("Payload too large", 413), Outcome.TOO_LONG, NEXT),
    row("418", failed(418), Outcome.BAD_REQUEST, NEXT),
    row(
        "422 FastAPI",
        plain({"detail": [{"loc": ["body", "model"], "msg": "field required"}]}, 422),
        Outcome.BAD_REQUEST,
        NEXT,
    ),
    row(
        "422 form",
        plain({"detail": [{"loc": ["body", "response_format"], "msg": "Extra inputs are not permitted"}]}, 422),
        Outcome.UNSUPPORTED,
        DOWN,
    ),
    row("429 quota", failed(429, "You exceeded your current quota", "insufficient_quota"), Outcome.QUOTA, NEXT),
    row("429 billing", failed(429, "Please check your billing details"), Outcome.QUOTA, NEXT),
    row("429", failed(429, "Rate limit reached"), Outcome.RATE_LIMITED, NEXT),
    row(
        "429 Azure",
        failed(429, "Calls exceeded the rate limit. Go to https://aka.ms/oai/quotaincrease for more quota."),
        Outcome.RATE_LIMITED,
        NEXT,
    ),
    row("429 nothing", http(status=429), Outcome.RATE_LIMITED, NEXT),
    *(row(f"{status}", failed(status), Outcome.OVERLOADED, NEXT) for status in (500, 502, 503, 504, 520, 529)),
    row("500 grammar", failed(500, "failed to parse grammar"), Outcome.UNSUPPORTED, DOWN),
    row(
        "503 a page", http("<h1>Service Unavailable</h1>", 503, {"content-type": "text/html"}), Outcome.OVERLOADED, NEXT
    ),
    row("503 a flood", endless(Then.FLOOD, 503), Outcome.OVERLOADED, NEXT),
    row("200 with an error", plain({"error": {"message": "Something broke", "code": None}}), Outcome.GARBAGE, AGAIN),
    row("200 with a text for an error", plain({"error": "model is loading"}), Outcome.OVERLOADED, NEXT),
    row("200 with 429 inside", plain({"error": {"message": "Slower", "code": 429}}), Outcome.RATE_LIMITED, NEXT),
    row("200 with 502 inside", plain({"error": {"message": "Provider", "code": "502"}}), Outcome.OVERLOADED, NEXT),
    row("200 with too long inside", plain({"error": {"message": "prompt is too long"}}), Outcome.TOO_LONG, NEXT),
    row("200 with quota inside", plain({"error": {"message": "insufficient balance"}}), Outcome.QUOTA, NEXT),
    row(
        "a choice with an error",
        plain({"choices": [{"message": {"content": ""}, "error": {"code": 429, "message": "Slower"}}]}),
        Outcome.RATE_LIMITED,
        NEXT,
    ),
)


@pytest.mark.parametrize(("line", "outcome", "then"), [*ANSWERS, *BAD_ANSWERS, *NO_ANSWERS, *REFUSALS])
async def test_what_a_server_does_is_one_outcome_and_one_row(
    line: Line, outcome: Outcome, then: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = await ask(line, answered(), models=("first", "second"))
    assert told.first.outcome == outcome
    asked = [(seen.model, seen.dialect == told.journal[0].dialect) for seen in told.journal]
    follows = {AGAIN: [("first", True)], NEXT: [("second", True)], DOWN: [("first", False)], END: [], TAKE: []}
    assert asked == [("first", True), *follows[then]]
    assert isinstance(told.answer, NoAnswer if then is END else Answer)
    for seen in told.journal:
        nothing_undeclared(seen)
    assert KEY not in logged(caplog.records)


NEVER = (
    pytest.param(endless(Then.DRIP), id="a body that drips"),
    pytest.param(endless(Then.HANG), id="a body that does not go on"),
    pytest.param(http(b"{", length=50, then=Then.HANG), id="a body shorter than it says"),
    pytest.param(endless(Then.DRIP, 500), id="an error that drips"),
    pytest.param(Line(b"", Then.HANG), id="nothing at all"),
    pytest.param(Line(b"HTTP/1.1 200 So\r\nx: ", Then.DRIP), id="a header that drips"),
    pytest.param(Line(b"HTTP/1.1 200 So\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n", Then.HANG), id="chunks"),
)


@pytest.mark.parametrize("line", NEVER)
async def test_what_never_ends_ends_by_its_deadline(line: Line) -> None:
    async with serving(answered(), line) as server, engine_at(server) as engine:
        await engine.answer(a_question(key="opens the client"))
        answer = await engine.answer(a_question(within=0.04))
    assert [one.outcome for one in answer.attempts] == ["timeout"]
    assert isinstance(answer, NoAnswer)
    assert answer.transient
    assert not answer.wrong


async def test_what_cannot_be_reached_is_a_connection() -> None:
    async with serving(answered()) as server:
        secure = server.url.replace("http:", "https:")
        async with engine_at(server, url=secure) as engine:
            spoken_to_in_the_clear = await engine.answer(a_question())
    for url in (server.url, "http://nobody.localhost:9/v1"):
        async with engine_at(server, url=url) as engine:
            answer = await engine.answer(a_question())
        assert [one.outcome for one in answer.attempts] == ["connection"]
        assert isinstance(answer, NoAnswer)
        assert answer.transient
    assert [one.outcome for one in spoken_to_in_the_clear.attempts] == ["connection"]
    assert server.journal == []
