"""A signature is good for exactly these bytes, at this time, with one of our secrets; all else is refused."""

from datetime import UTC, datetime

import pytest

from bot.adapters.slack.intake.signed import signed, why_unsigned
from tests.adapters.slack.intake.made import OLD_SECRET, SECRET

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AT = int(NOON.timestamp())
BODY = b"token=xyzz0WbapA4vBCDEFasx0q6G&command=%2Fops&text="
GOOD = signed(BODY, str(AT), SECRET)


def why(
    body: bytes = BODY, *, at: str = str(AT), signature: str | None = None, now: datetime = NOON, by: str = SECRET
) -> str:
    signature = signed(body, at, by) if signature is None else signature
    return why_unsigned(body, timestamp=at, signature=signature, secrets=(SECRET, OLD_SECRET), now=now)


def test_the_signature_is_the_one_that_slack_publishes_as_its_example() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    published = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signed(body, "1531420618", SECRET) == published


def test_what_slack_signed_is_let_in() -> None:
    assert why() == ""


def test_either_of_two_secrets_is_good_while_one_replaces_the_other() -> None:
    assert why(by=SECRET) == ""
    assert why(by=OLD_SECRET) == ""
    assert why(by="neither") == "signature"


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_a_clock_may_be_five_minutes_off_either_way(seconds: int) -> None:
    assert why(at=str(AT + seconds)) == ""


@pytest.mark.parametrize("seconds", [-10_000, -301, 301, 10_000])
def test_what_is_older_or_further_ahead_is_stale(seconds: int) -> None:
    assert why(at=str(AT + seconds)) == "stale"


def test_a_part_of_a_second_beyond_the_edge_is_stale() -> None:
    assert why(now=NOON.replace(microsecond=1), at=str(AT - 300)) == "stale"


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        " ",
        "x",
        "-1",
        "+1",
        "1.5",
        "1e9",
        f" {AT}",
        f"{AT} ",
        f"{AT}\n",
        "٣٣٣",
        "9" * 13,
        "9" * 10_000,
        "0x10",
        "NaN",
    ],
)
def test_a_time_that_is_no_whole_number_of_seconds_is_refused(timestamp: str) -> None:
    assert why(at=timestamp, signature=GOOD) == "timestamp"


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "v0=",
        "v0",
        GOOD.upper(),
        "v0=" + GOOD[3:].upper(),
        GOOD[:-1],
        GOOD + "0",
        GOOD + "\n",
        " " + GOOD,
        "v1=" + GOOD[3:],
        GOOD[3:],
        "v0=" + "é" * 64,
        "v0=" + "\udcff" * 64,
        "v0=" + "٣" * 64,
        "v0=" + "0" * 64,
        "v0=" + "0" * 100_000,
    ],
)
def test_a_signature_of_another_form_is_refused_without_an_error(signature: str) -> None:
    assert why(signature=signature) == "signature"


@pytest.mark.parametrize("body", [b"", BODY + b"&", BODY[:-1], BODY.replace(b"ops", b"oqs"), b"\xff\x00"])
def test_a_signature_is_good_for_its_bytes_only(body: bytes) -> None:
    assert why(body, signature=GOOD) == "signature"
    assert why(body) == ""


def test_a_signature_is_good_for_its_time_only() -> None:
    assert why(at=str(AT + 1), signature=GOOD) == "signature"


def test_no_secret_at_all_lets_nothing_in() -> None:
    assert why_unsigned(BODY, timestamp=str(AT), signature=GOOD, secrets=(), now=NOON) == "signature"
