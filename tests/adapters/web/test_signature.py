"""Who sent something is known, or it is not: whatever is wrong with a signature, there is one error."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.web.signature import Unsigned, secret_of, sign, verify
from bot.domain.brief.hook import Signed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET, OLD = b"0123456789abcdef0123456789abcdef", b"the secret that went before this"
BODY = b'{"id": "T-1"}'


def headers(scheme: Signed, body: bytes = BODY, *, secret: bytes = SECRET, at: datetime = NOW) -> dict[str, str]:
    made = sign(scheme, body, secret=secret, id="msg_1", now=at)
    return {name.lower(): value for name, value in made.items()}


def is_known(scheme: Signed, given: Mapping[str, str], body: bytes = BODY, *secrets: bytes) -> bool:
    try:
        verify(scheme, given, body, secrets=secrets or (SECRET,), now=NOW)
    except Unsigned:
        return False
    return True


@pytest.mark.parametrize("scheme", [*Signed])
def test_what_is_signed_is_known_and_nothing_else(scheme: Signed) -> None:
    assert is_known(scheme, headers(scheme))
    assert not is_known(scheme, headers(scheme, secret=OLD))
    assert not is_known(scheme, {})
    if scheme is not Signed.BEARER:
        assert not is_known(scheme, headers(scheme), BODY + b" ")


@pytest.mark.parametrize("scheme", [*Signed])
def test_two_secrets_are_good_while_one_replaces_the_other(scheme: Signed) -> None:
    for secret in (SECRET, OLD):
        assert is_known(scheme, headers(scheme, secret=secret), BODY, SECRET, OLD)


def test_the_example_of_standard_webhooks_is_known() -> None:
    """The one that its reference libraries are tested with."""
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Signed.STANDARD)
    at = datetime.fromtimestamp(1614265330, UTC)
    given = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert verify(Signed.STANDARD, given, b'{"test": 2432232314}', secrets=[secret], now=at) == given["webhook-id"]


def test_the_example_of_github_is_known() -> None:
    given = {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}
    assert verify(Signed.GITHUB, given, b"Hello, World!", secrets=[b"It's a Secret to Everybody"], now=NOW) == ""


@pytest.mark.parametrize("scheme", [Signed.STANDARD, Signed.SLACK])
@pytest.mark.parametrize(("seconds", "known"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_what_is_older_or_newer_than_five_minutes_is_not_known(scheme: Signed, seconds: int, known: bool) -> None:
    assert is_known(scheme, headers(scheme, at=NOW + timedelta(seconds=seconds))) is known


WRONG_TIMES = [
    "",
    "abc",
    "1614265330.5",
    "1e9",
    "-1",
    "9" * 13,
    "9" * 5000,
    " 1614265330",
    "١٦١٤٢٦٥٣٣٠",
    "1_000",
    "NaN",
    "0x1",
]


@pytest.mark.parametrize("at", WRONG_TIMES)
def test_a_time_that_is_none_is_not_known(at: str) -> None:
    assert not is_known(Signed.STANDARD, {**headers(Signed.STANDARD), "webhook-timestamp": at})
    assert not is_known(Signed.SLACK, {**headers(Signed.SLACK), "x-slack-request-timestamp": at})


RIGHT = headers(Signed.STANDARD)["webhook-signature"]
WRONG_SIGNATURES = [
    "",
    "v1",
    "v1,",
    "v1,not base64 at all",
    "v1,####",
    "v1,AAAA",
    RIGHT[:-2],
    RIGHT.replace("v1", "v2"),
    RIGHT.replace("v1,", "v1a,"),
    RIGHT.replace(",", ",,"),
    RIGHT + "x",
    "\udcff" + RIGHT,
    "v1,é",
    f"{RIGHT}\n{RIGHT}",
    " ".join(["v1,AAAA"] * 16 + [RIGHT]),
]


@pytest.mark.parametrize("signature", WRONG_SIGNATURES)
def test_a_signature_that_is_none_is_not_known(signature: str) -> None:
    assert not is_known(Signed.STANDARD, {**headers(Signed.STANDARD), "webhook-signature": signature})


def test_one_right_signature_among_others_is_enough() -> None:
    several = f"v1a,whatever v1,AAAA {RIGHT} v3,x"
    assert is_known(Signed.STANDARD, {**headers(Signed.STANDARD), "webhook-signature": several})


@pytest.mark.parametrize("id", ["", " ", "msg_1 ", "msg\u00e9", "m" * 257, "msg_2", "msg_1\nmsg_1", "\udcff"])
def test_an_id_that_was_not_signed_is_not_known(id: str) -> None:
    assert not is_known(Signed.STANDARD, {**headers(Signed.STANDARD), "webhook-id": id})


@pytest.mark.parametrize(
    "given", ["", "sha256=", "sha1=" + "a" * 40, "sha256=" + "A" * 64, "sha256=" + "a" * 65, "\udcff"]
)
def test_a_signature_in_another_form_is_not_known(given: str) -> None:
    assert not is_known(Signed.GITHUB, {"x-hub-signature-256": given})
    assert not is_known(Signed.SLACK, {**headers(Signed.SLACK), "x-slack-signature": given.replace("sha256", "v0")})


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Basic " + SECRET.decode(), SECRET.decode(), "Bearer \udcff", "Bearer é"]
)
def test_a_token_that_is_none_is_not_known(given: str) -> None:
    assert not is_known(Signed.BEARER, {"authorization": given})


def test_the_scheme_of_a_token_is_written_in_letters_of_any_size() -> None:
    assert is_known(Signed.BEARER, {"authorization": f"bearer {SECRET.decode()}"})


NAMES = st.sampled_from(
    "webhook-id webhook-timestamp webhook-signature x-hub-signature-256 x-slack-signature authorization "
    "x-slack-request-timestamp".split()
)
TEXTS = st.text(st.characters(codec=None), max_size=80) | st.sampled_from([RIGHT, "1772452800", "Bearer x", "msg_1"])


@given(st.sampled_from([*Signed]), st.dictionaries(NAMES, TEXTS), st.binary(max_size=60))
def test_whatever_comes_it_is_not_known_and_never_an_error_of_ours(
    scheme: Signed, given: dict[str, str], body: bytes
) -> None:
    assert not is_known(scheme, given, body)


def test_a_secret_is_base64_behind_its_prefix_and_itself_without() -> None:
    written = "whsec_" + base64.b64encode(SECRET).decode()
    assert secret_of(written, Signed.STANDARD) == SECRET
    assert secret_of(written, Signed.BEARER) == written.encode()
    assert secret_of("just-a-long-password", Signed.STANDARD) == b"just-a-long-password"
