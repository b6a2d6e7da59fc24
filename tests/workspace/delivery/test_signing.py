"""The signature is Slack's: its own verifier takes it, and its published example comes out."""

import time

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.workspace.delivery.signing import signature, signed_headers

EXAMPLE = (
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)


def test_the_example_in_slacks_documentation_comes_out() -> None:
    made = signature("8f742231b10e8888abcd99yyyzzz85a5", 1531420618, EXAMPLE.encode())
    assert made == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


@pytest.mark.parametrize("body", ["", "payload=%7B%7D", '{"text":"größer"}', "a" * 100_000])
def test_slacks_own_verifier_takes_it_and_nothing_else(body: str) -> None:
    verifier = SignatureVerifier("5ec4e7")
    headers = signed_headers("5ec4e7", int(time.time()), body.encode())
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(body + " ", headers)
    assert not verifier.is_valid_request(body, signed_headers("another", int(time.time()), body.encode()))
