"""What is registered, named or shaped like a secret is found in nothing that is stored."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeGuard
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.pattern import ACCOUNTS, PEOPLE, SECRETS, Kind
from bot.domain.plain import Plain, is_object
from bot.domain.redaction import FieldClass, FieldPolicy, Redactor, names_a_secret
from tests.naughty import HUGE, every_short_text, every_text

PLANTED = (
    "S3cr3tV4lue",
    "correct horse battery staple",
    'p@ss/w"rd\\with&<every> sign+%=~',
    "pässwörd-ключ-🔑",
    "line one\nline two\ttabbed",
    "AbC/dEf+GhI=",
    "\\\\host\\share",
)


def is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def leaves(value: object) -> Iterator[str]:
    """Every text in a value: keys, texts, and numbers as text."""
    if is_object(value):
        for key, child in value.items():
            yield key
            yield from leaves(child)
    elif is_list(value):
        for child in value:
            yield from leaves(child)
    else:
        yield str(value)


# --- registered secrets -----------------------------------------------------------------------------------


def with_small_hex(quoted: str) -> str:
    return re.sub("%..", lambda code: code[0].lower(), quoted)


FORMS: Mapping[str, Callable[[str], str]] = {
    "as it is": str,
    "hex": lambda secret: secret.encode().hex(),
    "hex in capitals": lambda secret: secret.encode().hex().upper(),
    "in a query": lambda secret: quote(secret, safe=""),
    "in a query, small hex": lambda secret: with_small_hex(quote(secret, safe="")),
    "in a path": quote,
    "in a form": quote_plus,
    "in JSON": lambda secret: json.dumps(secret)[1:-1],
    "in JSON, not only ASCII": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "in JSON, slashes escaped": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "in JSON in JSON": lambda secret: json.dumps(json.dumps(secret)[1:-1])[1:-1],
    "in HTML": html.escape,
    "in chat markup": lambda secret: html.escape(secret, quote=False),
    "base64": lambda secret: b64encode(secret.encode()).decode().rstrip("="),
    "base64 for URLs": lambda secret: urlsafe_b64encode(secret.encode()).decode().rstrip("="),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_registered_secret_is_taken_out_in_every_form(form: Callable[[str], str]) -> None:
    for secret in PLANTED:
        redactor = Redactor(["another secret", secret])
        cleaned = redactor.clean(f'The key is "{form(secret)}", and once more: {form(secret)}/')
        # The last letter of base64 may hold two or four bits of the secret, and stays.
        assert re.fullmatch(r'The key is "\[secret removed\]\w?", and once more: \[secret removed\]\w?/', cleaned)
        assert redactor.clean(cleaned) == cleaned


@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
@pytest.mark.parametrize("secret", PLANTED)
def test_a_secret_is_taken_out_of_base64_whatever_stands_beside_it(
    secret: str, encode: Callable[[bytes], bytes]
) -> None:
    redactor = Redactor([secret])
    befores, afters = (b"", b"u", b"u:", b"usr", b"user:", b"\xff\xff\xff\xff"), (b"", b"x", b"xy", b"\xff\xff\xff")
    for before, after in product(befores, afters):
        cleaned = redactor.clean(encode(before + secret.encode() + after).decode())
        head, mark, tail = cleaned.partition("[secret removed]")
        assert mark
        assert len(head) <= len(before) * 8 // 6 + 1
        assert len(tail.rstrip("=")) <= len(after) * 8 // 6 + 2


def test_what_stands_around_a_secret_stays() -> None:
    assert Redactor(["S3cr3tV4lue"]).clean("a=S3cr3tV4lue&b=2") == "a=[secret removed]&b=2"


def test_the_longest_of_several_secrets_is_taken_out_whole() -> None:
    redactor = Redactor(["abcdef", "abcdefghij", "ghijkl"])
    assert redactor.clean("abcdefghij abcdef ghijkl") == "[secret removed] [secret removed] [secret removed]"


def test_a_secret_from_a_file_is_registered_without_its_last_newline() -> None:
    assert Redactor(["S3cr3tV4lue\n"]).clean("S3cr3tV4lue") == "[secret removed]"


def test_short_secrets_are_not_registered_and_the_redactor_says_how_many() -> None:
    redactor = Redactor(["12345", "a", "", "   ", "123456"])
    assert redactor.clean("12345 a 123456") == "12345 a [secret removed]"
    assert redactor.ignored == 2


@pytest.mark.parametrize("word", ["secret", "removed", "removed]", "[token", "number removed", "address"])
def test_words_of_the_marks_are_not_registered(word: str) -> None:
    redactor = Redactor([word])
    assert not Redactor.can_register(word)
    assert redactor.ignored == 1
    assert redactor.clean(f"the {word} and [token removed]") == f"the {word} and [token removed]"


def test_marks_are_never_cut_into() -> None:
    redactor = Redactor(["d] [tok", "removed]x"])
    assert redactor.ignored == 0
    assert redactor.clean("[secret removed] [token removed]x") == "[secret removed] [token removed]x"


secrets = st.text(min_size=6, max_size=30).map(str.strip).filter(Redactor.can_register)
words = st.text(max_size=12)


ENCODERS: Sequence[Callable[[str], str]] = (
    str,
    json.dumps,
    lambda secret: secret.encode("utf-8", "surrogatepass").hex(),
    lambda secret: b64encode(b"x" + secret.encode("utf-8", "surrogatepass")).decode(),
)


@st.composite
def planted(draw: st.DrawFn, secret: str) -> str:
    return f"{draw(words)}{draw(st.sampled_from(ENCODERS))(secret)}{draw(words)}"


def structures(leaf: st.SearchStrategy[Plain], key: st.SearchStrategy[str]) -> st.SearchStrategy[Plain]:
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(key, inner, max_size=4),
        max_leaves=12,
    )


@settings(max_examples=60)
@given(st.data(), st.lists(secrets, min_size=1, max_size=3))
def test_no_registered_secret_survives_in_any_structure(data: st.DataObject, known: list[str]) -> None:
    assume(not any(set("[]") & set(secret) for secret in known))
    text = st.sampled_from(known).flatmap(planted) | words
    value = data.draw(structures(text | st.integers() | st.booleans() | st.none(), text))
    redacted = Redactor(known).redact(value)
    for leaf in leaves(redacted.value):
        for secret in known:
            assert secret not in leaf
            assert secret.encode("utf-8", "surrogatepass").hex() not in leaf


def test_a_secret_that_is_a_number_is_found_among_numbers() -> None:
    redacted = Redactor(["82736455"]).redact({"codes": [82736455, 17, True, None], "82736455": -827364559})
    assert redacted.value == {
        "codes": ["[secret removed]", 17, True, None],
        "[secret removed]": "-[secret removed]9",
    }


def test_fields_whose_names_become_the_same_are_all_kept() -> None:
    redacted = Redactor(["aaaaaa", "bbbbbb"]).redact({"aaaaaa": 1, "bbbbbb": 2, "cccccc": 3})
    assert redacted.value == {"[secret removed]": 1, "[secret removed] (2)": 2, "cccccc": 3}


def test_ten_thousand_names_that_become_the_same_are_numbered_in_one_go() -> None:
    tokens = [f"ghp_{n:036}" for n in range(10_000)]
    redacted = Redactor().redact({**dict.fromkeys(tokens, 1), "[token removed] (3)": 2})
    assert redacted.removed == {"token": 10_000}
    assert isinstance(redacted.value, dict)
    assert list(redacted.value)[:3] == ["[token removed]", "[token removed] (2)", "[token removed] (3)"]
    assert list(redacted.value)[-1] == "[token removed] (3) (1)"
    assert len(redacted.value) == 10_001


# --- names ------------------------------------------------------------------------------------------------


NAMES_OF_SECRETS = (
    "password PASSWORD db_password userPassword password2 passwd secret client_secret cvc Authorization Set-Cookie"
    " access_token accessToken bot.token response_url trigger_id apiKey API-Key X-Api-Key apikey APIKey privateKey"
    " aws_secret_access_key signing_key"
)
OTHER_NAMES = (
    "tokens_used prompt_tokens token_count secretary password_changed_at passwords_rotated key keyboard primary_key"
    " idempotency_key author authorized_by cookies_accepted url id 123 🔑 -"
)


@pytest.mark.parametrize("name", NAMES_OF_SECRETS.split())
def test_a_name_says_that_a_secret_follows(name: str) -> None:
    assert names_a_secret(name)


def test_the_end_of_an_endless_name_is_what_counts() -> None:
    assert names_a_secret("x" * 1_000_000 + "_token")
    assert not names_a_secret("password" * 100_000 + "_note")
    assert not names_a_secret("")


@pytest.mark.parametrize("name", OTHER_NAMES.split())
def test_a_name_that_only_sounds_like_it_says_nothing(name: str) -> None:
    assert not names_a_secret(name)


def test_what_stands_under_a_secret_name_is_taken_out_to_the_last_leaf() -> None:
    value: Plain = {
        "password": "hunter2",
        "credentials": {"user": "bob", "pin": 1234, "old": ["a", {"b": "c"}], "set": True, "note": "", "none": None},
        "tokens_used": 512,
    }
    redacted = Redactor().redact(value)
    gone = "[secret removed]"
    assert redacted.value == {
        "password": gone,
        "credentials": {"user": gone, "pin": gone, "old": [gone, {"b": gone}], "set": True, "note": "", "none": None},
        "tokens_used": 512,
    }
    assert redacted.removed == {"secret": 5}


def test_the_owner_may_say_that_a_field_is_no_secret_after_all() -> None:
    policy = FieldPolicy({"ticket.token": FieldClass.PUBLIC})
    value: Plain = {"ticket": {"token": "A17"}, "other": {"token": "B18"}}
    assert Redactor().redact(value, policy).value == {
        "ticket": {"token": "A17"},
        "other": {"token": "[secret removed]"},
    }


# --- classes ----------------------------------------------------------------------------------------------

ONE_OF_EACH = {
    Kind.TOKEN: f"ghp_{'aB3' * 12}",
    Kind.PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
    Kind.PASSWORD: "https://bob:hunter2@host.example/",
    Kind.CARD: "4111 1111 1111 1111",
    Kind.IBAN: "DE89 3704 0044 0532 0130 00",
    Kind.EMAIL: "bob@mail.example",
    Kind.IP: "192.0.2.17",
    Kind.SSN: "123-45-6789",
    Kind.PHONE: "phone +49 151 2345678",
}
ALWAYS = {Kind.TOKEN, Kind.PRIVATE_KEY, Kind.PASSWORD}
ACCOUNT = {Kind.CARD, Kind.IBAN}
PERSON = {Kind.EMAIL, Kind.IP, Kind.SSN, Kind.PHONE}


@pytest.mark.parametrize(
    ("treat_as", "kinds"),
    [
        (FieldClass.PUBLIC, ALWAYS),
        (FieldClass.INTERNAL, ALWAYS | ACCOUNT),
        (FieldClass.PERSONAL, ALWAYS | ACCOUNT | PERSON),
    ],
)
def test_each_class_takes_out_what_the_one_before_it_does_and_more(treat_as: FieldClass, kinds: set[Kind]) -> None:
    text = " | ".join(ONE_OF_EACH.values())
    redacted = Redactor().redact(text, FieldPolicy(default=treat_as))
    assert redacted.removed == dict.fromkeys(kinds, 1)
    for kind, written in ONE_OF_EACH.items():
        assert (written in str(redacted.value)) == (kind not in kinds)
        assert (kind.mark in str(redacted.value)) == (kind in kinds)


@pytest.mark.parametrize(
    "text", ["4111 1111 1111 1112", "DE89 3704 0044 0532 0130 01", "2001:db8:::1", "tel 31.03.2025", "127.0.0.1", "::1"]
)
def test_what_is_not_proven_stays(text: str) -> None:
    assert Redactor().redact(text, FieldPolicy(default=FieldClass.PERSONAL)).removed == {}
    assert Redactor().clean(text, treat_as=FieldClass.PERSONAL) == text


def test_nothing_is_left_of_a_secret_field() -> None:
    redacted = Redactor().redact("anything", FieldPolicy(default=FieldClass.SECRET))
    assert (redacted.value, redacted.removed) == ("[secret removed]", {"secret": 1})


def test_every_kind_of_every_class_is_in_the_examples() -> None:
    assert {rule.kind for rule in (*SECRETS, *ACCOUNTS, *PEOPLE)} == set(ONE_OF_EACH)


def test_a_field_has_the_class_of_its_path_then_of_its_name_then_of_what_it_stands_in() -> None:
    policy = FieldPolicy(
        {
            "ticket": FieldClass.PERSONAL,
            "ticket.id": FieldClass.PUBLIC,
            "iban": FieldClass.PUBLIC,
            "customer.note": FieldClass.SECRET,
        }
    )
    card, iban, mail = ONE_OF_EACH[Kind.CARD], ONE_OF_EACH[Kind.IBAN], ONE_OF_EACH[Kind.EMAIL]
    value: Plain = {
        "ticket": {"id": card, "body": mail, "lines": [{"text": mail, "iban": iban}]},
        "customer": {"note": "anything", "body": mail, "card": card, "iban": iban},
    }
    assert Redactor().redact(value, policy).value == {
        "ticket": {
            "id": card,
            "body": "[e-mail address removed]",
            "lines": [{"text": "[e-mail address removed]", "iban": iban}],
        },
        "customer": {"note": "[secret removed]", "body": mail, "card": "[card number removed]", "iban": iban},
    }


def test_a_value_may_be_redacted_by_itself_at_its_place() -> None:
    policy = FieldPolicy({"ticket.email": FieldClass.PERSONAL, "ticket.note": FieldClass.SECRET})
    redactor = Redactor()
    assert redactor.redact({"email": "bob@mail.example"}, policy, at="ticket").value == {"email": Kind.EMAIL.mark}
    assert redactor.redact("bob@mail.example", policy, at="ticket.email").value == Kind.EMAIL.mark
    assert redactor.redact("anything", policy, at="ticket.note").value == Kind.SECRET.mark
    assert redactor.redact("anything", policy, at="ticket.password").value == Kind.SECRET.mark
    assert redactor.redact("bob@mail.example", policy, at="ticket.body").value == "bob@mail.example"


def test_the_name_of_a_personal_field_is_the_word_before_its_phone_number() -> None:
    policy = FieldPolicy({"customer": FieldClass.PERSONAL})
    value: Plain = {
        "customer": {"mobile_phone": "0151 2345678", "phone": 1512345678, "order": "0151 2345678", "fax": "none"}
    }
    assert Redactor().redact(value, policy).value == {
        "customer": {"mobile_phone": Kind.PHONE.mark, "phone": Kind.PHONE.mark, "order": "0151 2345678", "fax": "none"}
    }


def test_a_card_number_that_came_as_a_number_is_taken_out_too() -> None:
    redacted = Redactor().redact({"card": 4111111111111111, "order": 1002003004})
    assert redacted.value == {"card": "[card number removed]", "order": 1002003004}
    assert redacted.removed == {"card number": 1}


# --- always -----------------------------------------------------------------------------------------------

fragments = st.sampled_from(
    [
        *ONE_OF_EACH.values(),
        *(kind.mark for kind in Kind),
        *("S3cr3tV4lue", "S3cr3t", "tel ", "Bearer ", "a@b.cd", "4111111111111111", "123456789012345", "://u:", "@"),
        *("x", "1", ".", "-", " ", "\n", "[", "]", "removed]", "é"),
    ]
)
texts = st.lists(fragments, max_size=8).map("".join)
names = texts | st.sampled_from(["password", "phone", "body", "tokens_used", "email"])
values = structures(texts | st.integers() | st.booleans() | st.none(), names)
policies = st.builds(
    FieldPolicy, st.dictionaries(names, st.sampled_from(FieldClass), max_size=3), st.sampled_from(FieldClass)
)
REDACTOR = Redactor(["S3cr3tV4lue", "]S3cr3t", "x[secret"])


@given(values, policies)
@example("a@b.cd4111111111111111", FieldPolicy(default=FieldClass.PERSONAL))
@example("tel 123456789012345.4111111111111111", FieldPolicy(default=FieldClass.PERSONAL))
@example({"phone": "[phone number removed]"}, FieldPolicy(default=FieldClass.PERSONAL))
@example({"S3cr3tV4lue": ["4111111111111111"]}, FieldPolicy({"S3cr3tV4lue": FieldClass.PUBLIC}))
def test_redacting_twice_changes_nothing_and_takes_nothing_out(value: Plain, policy: FieldPolicy) -> None:
    once = REDACTOR.redact(value, policy)
    twice = REDACTOR.redact(once.value, policy)
    assert twice.value == once.value
    assert twice.removed == {}


@given(values, policies)
def test_nothing_is_counted_where_nothing_changed_and_nothing_changes_uncounted(
    value: Plain, policy: FieldPolicy
) -> None:
    before = json.dumps(value)
    redacted = REDACTOR.redact(value, policy)
    assert json.dumps(value) == before, "The value itself is left alone."
    assert (json.dumps(redacted.value) == before) == (redacted.removed == {})
    assert set(redacted.removed) <= set(Kind)


def shape(value: object) -> object:
    """A value without its texts: what is an object, a list, a truth, a nothing, and how many of each."""
    if is_object(value):
        return [shape(child) for child in value.values()]
    if is_list(value):
        return [shape(child) for child in value]
    return value if value is None or isinstance(value, bool) else "leaf"


@given(values, policies)
def test_redaction_keeps_the_shape_of_the_value(value: Plain, policy: FieldPolicy) -> None:
    assert shape(REDACTOR.redact(value, policy).value) == shape(value)


@given(st.from_regex(r"[A-Za-z_ ,.-]{0,14}", fullmatch=True), st.sampled_from(FieldClass))
def test_short_plain_words_need_no_pattern(text: str, treat_as: FieldClass) -> None:
    assert all(not rule.pattern.search(text) for rule in (*SECRETS, *ACCOUNTS, *PEOPLE))
    assert REDACTOR.clean(text, treat_as=treat_as) == text


def test_the_shortest_token_is_found() -> None:
    assert Redactor().clean("xoxb-abcdefghij") == "[token removed]"


@every_short_text
def test_bad_input_without_secrets_stays_as_it_is(text: str) -> None:
    assert Redactor(["S3cr3tV4lue"]).clean(text) == text


@every_text
def test_a_secret_is_found_in_the_middle_of_anything(text: str) -> None:
    cleaned = Redactor(["S3cr3tV4lue"]).clean(f"{text} S3cr3tV4lue {text[:100]}")
    assert "S3cr3tV4lue" not in cleaned
    assert "[secret removed]" in cleaned


ENDLESS = {
    **{
        f"{start!r} for ever": start for start in ("sk-", "xoxb-", "eyJ", "eyJaaaaaaaa.", "ghp_", "AKIA", "A1", "DE89 ")
    },
    **{f"{start!r} again and again": start for start in ("://u:", "://:@", "bearer ", "authorization: basic ", "tel ")},
    **{
        f"{start!r} on and on": start
        for start in ("1.", "abcd:", "2001:", "123-45-", "a.b@c.d.", "tel 1 2 ", "DE89370400440532")
    },
    "a key that begins for ever": "-----BEGIN PRIVATE KEY-----",
    "slack links": "hooks.slack.com/a/",
}
BEGINNINGS = ("", "-----BEGIN PRIVATE KEY-----", "://", "a@", "tel", "Bearer ", "eyJ", "sk-")


@pytest.mark.parametrize("piece", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_run_is_read_through_once(piece: str) -> None:
    """A pattern that begins anew at each letter of such a run would need hours; the time limit of the tests sees it."""
    text = piece * (300_000 // len(piece))
    for treat_as in (FieldClass.PERSONAL, FieldClass.PUBLIC):
        assert len(REDACTOR.clean(text, treat_as=treat_as)) <= len(text) * 8


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=[start or "nothing" for start in BEGINNINGS])
def test_a_beginning_without_an_end_is_read_through_once(beginning: str) -> None:
    for rest in ("a", "-", "-a", "a:", "b.", "b-", " ", "1 ", "=", "\\"):
        REDACTOR.clean(beginning + rest * 100_000, treat_as=FieldClass.PERSONAL)


def test_a_megabyte_of_card_numbers_is_taken_out_one_by_one() -> None:
    text = "4111111111111111 " * 20_000
    redacted = REDACTOR.redact(text)
    assert redacted.removed == {"card number": 20_000}
    assert REDACTOR.redact(HUGE["many digits"]).removed == {}
