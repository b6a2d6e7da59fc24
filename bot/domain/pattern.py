"""What secrets and personal numbers look like, with proof: the patterns that redaction goes by.

A card number must pass Luhn and belong to an issuer, an IBAN mod 97 and its country's length; a phone number needs a
word before it that says so. Names of people are not recognised: that takes more than patterns.

Every pattern is linear, whatever the text: a run without an end is possessive or has a bound, and a match can begin
only where its run begins. The part to take out is the group `gone`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from ipaddress import ip_address


class Kind(StrEnum):
    """What was taken out."""

    SECRET = auto()
    TOKEN = auto()
    PRIVATE_KEY = "private key"
    PASSWORD = auto()
    CARD = "card number"
    IBAN = "IBAN"
    EMAIL = "e-mail address"
    IP = "IP address"
    SSN = "social security number"
    PHONE = "phone number"
    PERSONAL = "personal data"
    """A field of that class, whatever stands in it."""

    @property
    def mark(self) -> str:
        """What stands in its place: `[secret removed]`."""
        return f"[{self} removed]"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern; a quick test that spares most texts the pattern; and what a match must prove."""

    kind: Kind
    may_be_in: Callable[[str], object]
    pattern: re.Pattern[str]
    is_proven: Callable[[str], bool] = bool


def _has(*literals: str) -> Callable[[str], object]:
    return lambda text: any(map(text.__contains__, literals))


# --- proofs -----------------------------------------------------------------------------------------------

_ISSUER = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?|(?:5[1-5]|2[2-7]|35)[0-9]{14}|3[47][0-9]{13}|3[0689][0-9]{12}|6[0-9]{15,18}"
    r"|5[0678][0-9]{14}"
)
"""Thirteen digits are no card any more; they are mostly articles and moments."""

IBAN_LENGTHS = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{2}"
    r"|[0-9]{1,2}(?P<between>[-/.])[0-9]{1,2}(?P=between)(?:19|20)?[0-9]{2}(?![0-9])"
)


def is_card(written: str) -> bool:
    digits = re.sub("[^0-9]", "", written)
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return bool(_ISSUER.fullmatch(digits)) and (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def is_iban(written: str) -> bool:
    letters = re.sub("[ -]", "", written)
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def _is_address(written: str) -> bool:
    """Of a machine in a network; the one that everybody calls their own leads to nobody."""
    try:
        return not ip_address(written).is_loopback
    except ValueError:
        return False


def _is_no_date(written: str) -> bool:
    return not _DATE.match(written)


def _ibans() -> Iterator[str]:
    """One alternative for each length, so that what follows an IBAN is not taken for a part of it."""
    for length, countries in IBAN_LENGTHS.items():
        groups, rest = divmod(length - 4, 4)
        end = f"[ -]?[0-9A-Z]{{{rest}}}" if rest else ""
        yield f"(?:{'|'.join(countries.split())})[0-9]{{2}}(?:[ -]?[0-9A-Z]{{4}}){{{groups}}}{end}"


# --- secrets ----------------------------------------------------------------------------------------------

_PRIVATE_KEY = re.compile(
    r"(?P<gone>-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[^-]*+(?:-(?!----)[^-]*+)*+"
    r"(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?)"
)
_PASSWORD_IN_URL = re.compile(r"://[^\s/:@\[\]\"'<>]{0,200}:(?P<gone>[^\s/\[\"'<>]{1,500})@")
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_-])(?P<gone>(?:xox[a-z]-|xapp-)[A-Za-z0-9-]{10,}+"
    r"|sk-(?=[A-Za-z_-]{0,80}[0-9])[A-Za-z0-9_-]{20,}+|[rs]k_(?:live|test)_[A-Za-z0-9]{10,}+"
    r"|gh[oprsu]_[A-Za-z0-9]{20,}+|github_pat_[A-Za-z0-9_]{20,}+|glpat-[A-Za-z0-9_-]{20,}+"
    r"|whsec_[A-Za-z0-9+/=]{16,}+|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|AIza[A-Za-z0-9_-]{35}"
    r"|eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+){2,4})"
)
_TOKEN_STARTS = (
    *("xox", "xapp-", "sk-", "k_live_", "k_test_", "gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_"),
    *("glpat-", "whsec_", "AKIA", "ASIA", "AIza", "eyJ"),
)
_TOKEN_IN_HEADER = re.compile(
    r"(?:(?i:authorization)\W{1,6}(?i:bearer|basic|token|apikey)\s{1,3}"
    r"|\b(?i:bearer)\s{1,3}(?=[A-Za-z._~+/=-]{0,200}[0-9]))(?P<gone>[A-Za-z0-9._~+/=-]{8,}+)"
)
_SLACK_URL = re.compile(r"hooks\.slack\.com/[a-z]{1,20}/(?P<gone>[A-Za-z0-9/_-]{10,}+)")

SECRETS = (
    Rule(Kind.PRIVATE_KEY, _has("PRIVATE KEY"), _PRIVATE_KEY),
    Rule(Kind.PASSWORD, _has("://"), _PASSWORD_IN_URL),
    Rule(Kind.TOKEN, _has(*_TOKEN_STARTS), _TOKEN),
    Rule(Kind.TOKEN, _has("uthorization", "UTHORIZATION", "earer", "EARER"), _TOKEN_IN_HEADER),
    Rule(Kind.TOKEN, _has("hooks.slack.com/"), _SLACK_URL),
)
"""What opens doors."""

# --- accounts ---------------------------------------------------------------------------------------------

_IBAN = re.compile(rf"(?<![0-9A-Za-z])(?P<gone>{'|'.join(_ibans())})(?![0-9A-Za-z])")
# Begins with the class itself and looks back over it (the dot): so the search skips from digit to digit.
_CARD = re.compile(
    r"(?P<gone>[2-6](?<![0-9A-Za-z].)(?<![0-9]\..)(?:[0-9]{13,18}"
    r"|[0-9]{3}(?P<a>[ \u00a0-])[0-9]{4}(?P=a)[0-9]{4}(?P=a)[0-9]{4}"
    r"|[0-9]{3}(?P<b>[ \u00a0-])[0-9]{6}(?P=b)[0-9]{4,5}))(?![0-9A-Za-z])(?!\.[0-9])"
)
_IBAN_START = re.compile("[A-Z][A-Z][0-9][0-9]")

ACCOUNTS = (
    Rule(Kind.IBAN, _IBAN_START.search, _IBAN, is_iban),
    Rule(Kind.CARD, bool, _CARD, is_card),
)
"""Where money is."""

# --- people -----------------------------------------------------------------------------------------------

PHONE_WORDS = ("phone", "telephone", "tel", "mobile", "cell", "fax", "whatsapp", "telefon", "handy")

_EMAIL = re.compile(r"(?<![\w.%+'-])(?P<gone>[\w.%+'-]{1,64}+@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2}[\w-]*+)")
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IP = re.compile(
    rf"(?<![\w.:])(?P<gone>(?:{_OCTET}\.){{3}}{_OCTET}(?!\.?[0-9])|[23Ff][0-9A-Fa-f]{{3}}:[0-9A-Fa-f:]{{1,33}}[0-9A-Fa-f])(?!\w)"
)
_SSN = re.compile(
    r"(?P<gone>[0-8](?<![0-9A-Za-z-].)[0-9]{2}(?<!000)(?<!666)-(?!00)[0-9]{2}-(?!0000)[0-9]{4})(?![0-9A-Za-z-])"
)
_PHONE = re.compile(
    rf"(?<![A-Za-z])(?i:(?:{'|'.join(PHONE_WORDS)}|(?:call|ring|text|reach) (?:me|us|him|her|them)(?: back)?)"
    r"(?: (?:number|no|nr|is|on|at|under)){0,3})[\s\"'.:=#]{0,6}"
    r"(?P<gone>\+?\(?[0-9](?:[ ()./-]{0,2}[0-9]){6,14})(?![0-9A-Za-z])"
)
_DIGIT = re.compile("[0-9]")

PEOPLE = (
    Rule(Kind.EMAIL, _has("@"), _EMAIL),
    Rule(Kind.IP, re.compile(r"[0-9]\.[0-9]|[0-9A-Fa-f]:").search, _IP, _is_address),
    Rule(Kind.SSN, _has("-"), _SSN),
    Rule(Kind.PHONE, _DIGIT.search, _PHONE, _is_no_date),
)
"""What leads to a person."""
