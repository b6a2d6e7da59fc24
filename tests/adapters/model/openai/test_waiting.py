"""How long a server asks us to wait, said in any of the ways that servers know."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.model.openai.waiting import LONGEST_WAIT, wait_asked
from bot.ports.model import NoAnswer
from tests.adapters.model.openai.course import ask
from tests.adapters.model.openai.server import answered, completion, failed, plain

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "1e1"}, 10.0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Sat, 28 Nov 2026 09:01:00 GMT"}, 60.0),
        ({"retry-after": "Sat, 28 Nov 2026 10:01:00 +0100"}, 60.0),
        ({"retry-after": "28 Nov 2026 09:01:00 -0000"}, 60.0),
        ({"retry-after": "Sat, 28 Nov 2026 08:00:00 GMT"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Sat, 99 Nov 2026 09:01:00 GMT"}, None),
        ({"retry-after": "Sat, 28 Nov 99999999 09:01:00 GMT"}, None),
        ({"retry-after": "31536000"}, LONGEST_WAIT.total_seconds()),
        ({"retry-after": "Sat, 28 Nov 2099 09:00:00 GMT"}, LONGEST_WAIT.total_seconds()),
        ({"retry-after": "soon", "x-ratelimit-reset-requests": "2s"}, 2.0),
        ({"x-ratelimit-reset-requests": "6m0s", "x-ratelimit-reset-tokens": "120ms"}, 0.12),
        ({"x-ratelimit-reset-requests": "1h2m3.5s"}, 3723.5),
        ({"x-ratelimit-reset-requests": "12"}, 12.0),
        ({"x-ratelimit-reset-requests": "1 hour"}, None),
        (
            {
                "x-ratelimit-reset-requests": "9s",
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-tokens": "1s",
                "x-ratelimit-remaining-tokens": "500",
            },
            9.0,
        ),
        ({}, None),
    ],
)
def test_a_wait_is_read_or_makes_no_sense(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_asked(headers, NOW) == (None if seconds is None else timedelta(seconds=seconds))


async def test_a_wait_reaches_who_asked_and_an_answer_asks_for_none() -> None:
    told = await ask(failed(429, "Rate limit reached", retry_after="30"))
    assert isinstance(told.answer, NoAnswer)
    assert told.answer.retry_after == timedelta(seconds=30)
    assert told.answer.transient
    told = await ask(plain(completion({"content": "no"}), retry_after="30"), answered())
    assert told.outcomes == ["invalid", "answered"]
    told = await ask(failed(401, "No", retry_after="30"))
    assert isinstance(told.answer, NoAnswer)
    assert told.answer.retry_after is None
