"""Secrets and personal numbers are found where they are proven, and ordinary numbers of operations are left alone."""

import importlib
import re
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeGuard

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.pattern import ACCOUNTS, IBAN_LENGTHS, PEOPLE, SECRETS, Kind, Rule, is_card, is_iban

RULES = (*SECRETS, *ACCOUNTS, *PEOPLE)


def found_in(text: str) -> dict[str, Kind]:
    """What the rules would take out, each for itself."""
    return {
        match["gone"]: rule.kind
        for rule in RULES
        if rule.may_be_in(text)
        for match in rule.pattern.finditer(text)
        if rule.is_proven(match["gone"])
    }


def with_luhn(prefix: str, length: int) -> str:
    body = prefix.ljust(length - 1, "3")
    return next(card for digit in "0123456789" if luhn_holds(card := body + digit))


def luhn_holds(digits: str) -> bool:
    """Written from the definition, apart from the code under test."""
    total = 0
    for n, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if n % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban_of(country: str, length: int) -> str:
    """An IBAN of this country with right check digits."""
    body = ("ABCD" + "0123456789" * 3)[: length - 4]
    number = "".join(str("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter)) for letter in body + country + "00")
    return f"{country}{98 - int(number) % 97:02}{body}"


CARDS = {
    "Visa": with_luhn("4", 16),
    "Visa, long": with_luhn("4", 19),
    "Mastercard": with_luhn("53", 16),
    "Mastercard, new": with_luhn("2221", 16),
    "American Express": with_luhn("37", 15),
    "Diners": with_luhn("36", 14),
    "Discover": with_luhn("6011", 16),
    "JCB": with_luhn("3530", 16),
    "UnionPay": with_luhn("62", 19),
    "Maestro": with_luhn("5018", 16),
}


# --- cards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_a_card_number_is_found_alone_and_in_a_sentence(card: str) -> None:
    for text in (
        card,
        f"Card {card}, please.",
        f"card={card};cvv",
        f'{{"n":"{card}"}}',
        f"{card} 12/27 123",
        f"{card},123",
    ):
        assert found_in(text) == {card: Kind.CARD}


@pytest.mark.parametrize("between", [" ", "-", "\u00a0"], ids=["spaces", "hyphens", "no-break spaces"])
def test_a_card_number_is_found_in_the_groups_in_which_it_is_embossed(between: str) -> None:
    fours = between.join(re.findall("....", CARDS["Visa"]))
    amex = between.join(
        [CARDS["American Express"][:4], CARDS["American Express"][4:10], CARDS["American Express"][10:]]
    )
    diners = between.join([CARDS["Diners"][:4], CARDS["Diners"][4:10], CARDS["Diners"][10:]])
    for card in (fours, amex, diners):
        assert found_in(f"Order 1234 {card} 12/27") == {card: Kind.CARD}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_a_number_with_one_wrong_digit_is_no_card(card: str) -> None:
    for n, digit in enumerate(card):
        wrong = card[:n] + str((int(digit) + 1) % 10) + card[n + 1 :]
        assert not is_card(wrong)


@given(st.from_regex("[1-9][0-9]{11,19}", fullmatch=True))
def test_what_counts_as_a_card_always_passes_luhn(digits: str) -> None:
    assert not is_card(digits) or luhn_holds(digits)


def test_a_number_of_no_issuer_is_no_card_even_when_luhn_holds() -> None:
    for prefix, length in [("1", 16), ("7", 16), ("9", 16), ("4", 13), ("4", 17), ("53", 15), ("0", 16)]:
        assert not is_card(with_luhn(prefix, length))


# --- IBANs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", IBAN_LENGTHS)
def test_an_iban_of_every_country_is_found_however_it_is_grouped(length: int) -> None:
    for country in IBAN_LENGTHS[length].split():
        iban = iban_of(country, length)
        grouped = " ".join(re.findall(".{1,4}", iban))
        for written in (iban, grouped, grouped.replace(" ", "-")):
            assert found_in(f"Pay to {written} BIC ABCDEF12 today") == {written: Kind.IBAN}


@pytest.mark.parametrize("length", IBAN_LENGTHS)
def test_an_iban_that_is_too_long_too_short_or_mistyped_is_none(length: int) -> None:
    iban = iban_of(IBAN_LENGTHS[length][:2], length)
    mistyped = iban[:-1] + ("5" if iban[-1] != "5" else "6")
    for wrong in (iban[:-1], iban + "1", mistyped, iban.lower(), "Z" + iban):
        assert Kind.IBAN not in found_in(wrong).values()


def test_two_ibans_beside_each_other_are_both_found() -> None:
    one, other = iban_of("DE", 22), iban_of("NO", 15)
    assert found_in(f"{one} {other}") == {one: Kind.IBAN, other: Kind.IBAN}


def test_the_iban_of_the_standard_is_one() -> None:
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert sum(is_iban(f"GB{check:02} WEST 1234 5698 7654 32") for check in range(2, 99)) == 1


# --- tokens -----------------------------------------------------------------------------------------------

A_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLWl0"


@pytest.mark.parametrize(
    ("text", "gone", "kind"),
    [
        pytest.param(f"token xoxb-{'1' * 12}-abcDEF done", f"xoxb-{'1' * 12}-abcDEF", Kind.TOKEN, id="Slack bot"),
        pytest.param(f"xapp-1-A0-{'a1' * 8}", f"xapp-1-A0-{'a1' * 8}", Kind.TOKEN, id="Slack app"),
        pytest.param(
            "https://hooks.slack.com/services/T000/B000/abcDEF", "T000/B000/abcDEF", Kind.TOKEN, id="Slack webhook"
        ),
        pytest.param(
            "https://hooks.slack.com/actions/T000/123/abcDEF", "T000/123/abcDEF", Kind.TOKEN, id="Slack response URL"
        ),
        pytest.param(f"key=sk-proj-{'aB3' * 8}", f"sk-proj-{'aB3' * 8}", Kind.TOKEN, id="model key"),
        pytest.param(f"sk_live_{'aB3' * 8}", f"sk_live_{'aB3' * 8}", Kind.TOKEN, id="payment key"),
        pytest.param(f"ghp_{'aB3' * 12}!", f"ghp_{'aB3' * 12}", Kind.TOKEN, id="GitHub"),
        pytest.param(f"gho_{'aB3' * 12}", f"gho_{'aB3' * 12}", Kind.TOKEN, id="GitHub OAuth"),
        pytest.param(f"github_pat_{'aB3_' * 10}", f"github_pat_{'aB3_' * 10}", Kind.TOKEN, id="GitHub fine-grained"),
        pytest.param(f"glpat-{'aB3-' * 6}x", f"glpat-{'aB3-' * 6}x", Kind.TOKEN, id="GitLab"),
        pytest.param(f"whsec_{'aB3+' * 6}=", f"whsec_{'aB3+' * 6}=", Kind.TOKEN, id="webhook secret"),
        pytest.param("(AKIAIOSFODNN7EXAMPLE)", "AKIAIOSFODNN7EXAMPLE", Kind.TOKEN, id="AWS"),
        pytest.param(f"AIza{'aB3-_' * 7}", f"AIza{'aB3-_' * 7}", Kind.TOKEN, id="Google"),
        pytest.param(f"jwt: {A_JWT}.", f"{A_JWT}.", Kind.TOKEN, id="JWT"),
        pytest.param("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", Kind.TOKEN, id="basic authorization"),
        pytest.param('"authorization": "Token abcdefghij"', "abcdefghij", Kind.TOKEN, id="authorization in JSON"),
        pytest.param("bearer abcdef123456", "abcdef123456", Kind.TOKEN, id="bearer"),
        pytest.param("BEARER abc.DEF-123~x", "abc.DEF-123~x", Kind.TOKEN, id="bearer in capitals"),
        pytest.param("postgres://bob:hunter2@db:5432/x", "hunter2", Kind.PASSWORD, id="password in a URL"),
        pytest.param("redis://:p:w@rd@cache", "p:w@rd", Kind.PASSWORD, id="password with an at sign"),
    ],
)
def test_a_token_is_found(text: str, gone: str, kind: Kind) -> None:
    assert found_in(text) == {gone: kind}


@pytest.mark.parametrize("name", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_a_private_key_is_found_with_its_headers_whole_or_cut_off(name: str) -> None:
    body = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIEpAIBAAKCAQEA+/=\nabc\n"
    whole = f"-----BEGIN {name}PRIVATE KEY-----\n{body}-----END {name}PRIVATE KEY-----"
    assert found_in(f"before\n{whole}\nafter") == {whole: Kind.PRIVATE_KEY}
    cut = whole[: len(whole) // 2]
    assert found_in(f"before\n{cut}") == {cut: Kind.PRIVATE_KEY}


def test_a_public_key_is_no_secret() -> None:
    assert found_in("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----") == {}


# --- people -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gone", "kind"),
    [
        ("Write to bob.o'neil+x@mail.example.co.uk.", "bob.o'neil+x@mail.example.co.uk", Kind.EMAIL),
        ("<müller@bücher.example>", "müller@bücher.example", Kind.EMAIL),
        ("from 192.0.2.17:8080", "192.0.2.17", Kind.IP),
        ("[2001:db8::8a2e:370:7334]", "2001:db8::8a2e:370:7334", Kind.IP),
        ("fe80:0:0:0:200:f8ff:fe21:67cf", "fe80:0:0:0:200:f8ff:fe21:67cf", Kind.IP),
        ("SSN 123-45-6789.", "123-45-6789", Kind.SSN),
        ("phone: +49 151 2345678", "+49 151 2345678", Kind.PHONE),
        ("Phone number is 555-0100-200", "555-0100-200", Kind.PHONE),
        ("Tel. (030) 123-4567", "(030) 123-4567", Kind.PHONE),
        ('"mobile":"0151/2345678"', "0151/2345678", Kind.PHONE),
        ("please call me back at 030 1234567", "030 1234567", Kind.PHONE),
    ],
)
def test_what_leads_to_a_person_is_found(text: str, gone: str, kind: Kind) -> None:
    assert found_in(text) == {gone: kind}


ORDINARY = {
    "date": "Due on 2025-03-31.",
    "date, written otherwise": "31.03.2025, 03/31/2025 and 31/3/25",
    "moment": "2025-03-31T23:59:59.123456+02:00",
    "time": "at 10:30:45, for 00:15:00",
    "Slack timestamp": "1712345678.123456",
    "Slack ids": "T012ABCDEF C012ABCDEF U012ABCDEF <@U012ABCDEF>",
    "Unix time": "1712345678 and 1712345678123",
    "order id": "Order 1002003004 and ORD-2025-000123456789",
    "ticket id": "T-1001, INC0012345, #482913",
    "invoice": "INV-2025-03-000417",
    "tracking number": "1Z999AA10123456784 and 00340434161094042557",
    "part number": "978-3-16-148410-0 and 4006381333931",
    "amount": "1,234,567.89 EUR and -40.00 and 1.234.567,89",
    "version": "v1.2.3.4 and 2.14.3 and 10.15.7-rc.1",
    "UUID": "123e4567-e89b-12d3-a456-426614174000",
    "commit": "9fceb02d0ae598e95dc970b74767f19372d61af8",
    "digest": "sha256:4111111111111111a" + "0" * 46,
    "MAC address": "00:1a:2b:3c:4d:5e",
    "coordinates": "52.520008, 13.404954",
    "long fraction": "0.4111111111111111 and 4.4111111111111111",
    "percent": "99.95 % of 12345678",
    "port and path": "http://localhost:8080/a:b@c and //x:y",
    "too long for an address": "a" * 65 + "@mail.example",
    "host and user": "ssh deploy@server-1 and @everyone",
    "cron": "*/5 0-23 * * 1-5",
    "resolution": "1920x1080 at 2880-1800",
    "words that look like it": "task-force-on-our-new-pricing-model, desk-and-risk-assessment, skip",
    "bearer of news": "The bearer of this letter; a bearer certificate.",
    "authorization in prose": "Authorization: needed from finance. Authorization token expired",
    "dates of phones": "Phone 2025-03-31, fax on 03/31/2025, tel. 31.3.25, call me on 2025.03.31",
    "phone in prose": "Phone call on 2025-03-31 about order 1002003004; call us at 10:30",
    "extension": "tel 4711",
    "SSN lookalike": "000-12-3456 666-12-3456 912-12-3456 123-00-4567 123-45-0000 1123-45-6789 123-45-67890",
    "C++": "std::vector<int>::begin dead::beef",
    "Windows path": r"C:\Users\bob\a.txt",
    "country words": "NO12 monkeys, IS26 items, AT20 rooms",
}


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_text_of_operations_is_left_alone(text: str) -> None:
    assert found_in(text) == {}


# --- what makes them quick --------------------------------------------------------------------------------

pieces = st.sampled_from(
    [
        *(*CARDS.values(), *ORDINARY.values(), A_JWT, iban_of("DE", 22), f"ghp_{'aB3' * 12}", "AKIAIOSFODNN7EXAMPLE"),
        *(
            "Bearer a1b2c3d4",
            "Authorization: Basic abcdefgh",
            "-----BEGIN PRIVATE KEY-----",
            "://u:p@h",
            "tel ",
            "call me ",
        ),
        *("bob@mail.example", "192.0.2.1", "2001:db8::1", "123-45-6789", "+49 151 2345678"),
        *(" ", "\n", ".", "-", "x", "9", "[token removed]"),
    ]
)


@given(st.lists(pieces, max_size=8).map("".join))
def test_the_quick_test_never_hides_a_match(text: str) -> None:
    for rule in RULES:
        assert rule.may_be_in(text) or not rule.pattern.search(text)


@given(st.lists(pieces, max_size=8).map("".join))
@example(" ".join(kind.mark for kind in Kind))
def test_no_mark_is_ever_taken_for_something_to_take_out(text: str) -> None:
    for gone, kind in found_in(text).items():
        assert " removed]" not in gone or kind is Kind.PRIVATE_KEY


class Operation(Protocol):
    """What Python's own reader of patterns makes of one: pairs of an operator and what it works on."""

    def __iter__(self) -> Iterator[tuple[object, object]]: ...


def is_operation(part: object) -> TypeGuard[Operation]:
    return type(part).__name__ == "SubPattern"


def is_sequence(part: object) -> TypeGuard[Sequence[object]]:
    return isinstance(part, (list, tuple))


def repeats(part: object) -> Iterator[tuple[str, int]]:
    """Every repetition in a parsed pattern: its operator and its upper bound."""
    if is_operation(part):
        for operator, argument in part:
            if "REPEAT" in str(operator) and is_sequence(argument):
                yield str(operator), int(str(argument[1]).replace("MAXREPEAT", str(2**32)))
            yield from repeats(argument)
    elif is_sequence(part):
        for inner in part:
            yield from repeats(inner)


def parsed(pattern: str) -> object:
    return importlib.import_module("re._parser").parse(pattern)


def test_the_reader_of_patterns_sees_every_repetition() -> None:
    seen = sorted(repeats(parsed(r"a*(b+?|(?:c{2,3})++)(?<=d{4})(?=e*+)")))
    assert [operator for operator, _ in seen].count("MAX_REPEAT") == 3
    assert [operator for operator, _ in seen].count("MIN_REPEAT") == 1
    assert [operator for operator, _ in seen].count("POSSESSIVE_REPEAT") == 2


@pytest.mark.parametrize("rule", RULES, ids=[f"{n} {rule.kind}" for n, rule in enumerate(RULES)])
def test_a_run_without_an_end_never_gives_back_what_it_took(rule: Rule) -> None:
    for operator, most in repeats(parsed(rule.pattern.pattern)):
        assert operator == "POSSESSIVE_REPEAT" or most <= 500
