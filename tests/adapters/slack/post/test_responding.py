"""What came with a press is answered where Slack, or what stands in for it, takes it: nowhere else."""

from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.adapters.slack.post.responding import is_slacks, responding

SLACK, HERE = "https://slack.com/api/", "http://127.0.0.1:3120/api/"


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("https://hooks.slack.com/actions/T1/2/x", SLACK),
        ("https://hooks.slack-gov.com/actions/T1/2/x", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:3120/response/x", HERE),
    ],
)
def test_addresses_of_slack_and_beside_its_web_api_are_its_own(address: str, api: str) -> None:
    assert is_slacks(address, urlsplit(api))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://hooks.slack.com/actions/x",
        "https://hooks.slack.com.example.com/x",
        "https://hooks.slack.com@example.com/x",
        "https://hooks.slack.com:444/x",
        "https://example.com/hooks.slack.com",
        "http://127.0.0.1:3120/response/x",
        "http://169.254.169.254/latest",
        "https://[x",
        "file:///etc/passwd",
    ],
)
async def test_nothing_is_sent_anywhere_else(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        assert not await responding(session, SLACK)(address, {"text": "x"})


async def test_where_nobody_answers_it_is_left_alone() -> None:
    async with aiohttp.ClientSession() as session:
        assert not await responding(session, "http://127.0.0.1:1/api/")("http://127.0.0.1:1/response/x", {"text": "x"})
