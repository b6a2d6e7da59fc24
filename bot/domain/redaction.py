"""Redaction before storage: what nobody may find in a file later is taken out before it is written.

Three nets, from the surest to the widest:

1. Registered secrets, in every form in which programs write them: as they are, URL-encoded, escaped for JSON and
   HTML, in hex, in base64 at any offset.
2. Names: what stands under `password`, `api_key` or `Authorization`, unless the owner gave that field a class.
3. Patterns: tokens and keys, account numbers, what leads to a person (`pattern.py`).

How much is taken out of a field follows from its class. Redacting twice changes nothing.
"""

import html
import json
import re
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from functools import lru_cache, partial
from typing import assert_never
from urllib.parse import quote, quote_plus

from bot.domain.pattern import ACCOUNTS, PEOPLE, PHONE_WORDS, SECRETS, Kind, Rule
from bot.domain.plain import Plain


class FieldClass(StrEnum):
    """How a field is treated before it is stored; each class takes out all that the one before it does."""

    PUBLIC = auto()
    """Only secrets are taken out."""
    INTERNAL = auto()
    """Also card numbers and IBANs. What the owner says nothing about is internal."""
    PERSONAL = auto()
    """Also what leads to a person: e-mail and IP addresses, social security and phone numbers."""
    SECRET = auto()
    """Nothing is left."""


_RULES: Mapping[FieldClass, tuple[Rule, ...]] = {
    FieldClass.PUBLIC: SECRETS,
    FieldClass.INTERNAL: SECRETS + ACCOUNTS,
    FieldClass.PERSONAL: SECRETS + ACCOUNTS + PEOPLE,
    FieldClass.SECRET: SECRETS + ACCOUNTS + PEOPLE,
}
_MARKS = frozenset(kind.mark for kind in Kind)
_HARMLESS = re.compile(r"[A-Za-z_ ,.-]{0,14}").fullmatch
"""Too short and too plain for any pattern: most names, and values such as `how-to`."""


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """The class of each field, as the brief's `[data]` has it: by dotted path, or by the last name alone."""

    classes: Mapping[str, FieldClass] = field(default_factory=dict[str, FieldClass])
    default: FieldClass = FieldClass.INTERNAL

    def class_of(self, path: str, *, inside: FieldClass) -> FieldClass:
        """The owner's word first, then what the name says, then the class of what the field stands in."""
        name = path.rpartition(".")[2]
        declared = self.classes.get(path) or self.classes.get(name)
        return declared or (FieldClass.SECRET if names_a_secret(name) else inside)


@dataclass(frozen=True, slots=True)
class Redacted:
    """What may be stored, and how often something of each kind was taken out of it."""

    value: Plain
    removed: Mapping[str, int]


NOTHING_DECLARED = FieldPolicy()

_LONGEST_NAME = 100
"""Of a longer name the end says what it is."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET_NAMES = frozenset(
    "apikey authorization bearer cookie credential credentials cvc cvv otp passcode passphrase passwd password"
    " passwords pwd secret secrets token".split()
)
_PHONE_WORDS = frozenset(PHONE_WORDS)
_PHONE = "phone: "
"""Said before the value of a field whose name says it."""
_SECRET_PAIRS = frozenset(
    [
        *("access key", "api key", "encryption key", "private key", "secret key", "signing key", "security code"),
        *("response url", "trigger id"),  # who has one of these may speak to Slack for the bot
    ]
)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORDS.findall(name))


def names_a_secret(name: str) -> bool:
    """Whether a field of this name holds a secret: `apiKey`, `X-Auth-Token`; not `tokens_used`."""
    return _says_secret(name[-_LONGEST_NAME:])


@lru_cache(maxsize=4096)
def _says_secret(name: str) -> bool:
    words = _words(name)
    return not _SECRET_NAMES.isdisjoint(words[-1:]) or " ".join(words[-2:]) in _SECRET_PAIRS


def _forms(secret: str) -> Iterator[str]:
    """Every way in which programs write this text."""
    data = secret.encode("utf-8", "surrogatepass")
    yield from (secret, data.hex(), data.hex().upper(), html.escape(secret), html.escape(secret, quote=False))
    for encoded in (quote(data), quote(data, safe=""), quote_plus(data)):
        yield from (encoded, re.sub("%..", lambda code: code[0].lower(), encoded))
    for ascii_only in (True, False):
        escaped = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield from (escaped, escaped.replace("/", r"\/"), json.dumps(escaped, ensure_ascii=ascii_only)[1:-1])
    for offset, unsure in enumerate((0, 2, 3)):
        # The letters that depend on the secret alone, whatever stood before it and comes after it.
        letters = b64encode(bytes(offset) + data).decode()[unsure : (offset + len(data)) * 8 // 6]
        yield from (letters, letters.translate(str.maketrans("+/", "-_")))


class Redactor:
    """Takes secrets and personal numbers out of what is about to be stored, logged or shown."""

    SHORTEST_SECRET = 6
    """Anything shorter stands in ordinary text by chance, and taking it out would destroy that."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        given = {secret.strip() for secret in secrets} - {""}
        known = {secret for secret in given if self.can_register(secret)}
        self.ignored = len(given) - len(known)
        """How many were too short, or are words of the marks themselves. Whoever set them should hear of it."""
        self._forms = tuple(sorted({form for secret in known for form in _forms(secret)}, key=len, reverse=True))
        self._shortest = len(self._forms[-1]) if self._forms else sys.maxsize
        self._pattern = re.compile("|".join(map(re.escape, [*sorted(_MARKS), *self._forms])))

    @classmethod
    def can_register(cls, secret: str) -> bool:
        return len(secret) >= cls.SHORTEST_SECRET and not any(secret in mark for mark in _MARKS)

    def clean(self, text: str, *, treat_as: FieldClass = FieldClass.INTERNAL) -> str:
        """The text as it may be stored: for logs, messages and everything else that has no fields."""
        return self._clean(text, treat_as, Counter())

    def redact(self, value: Plain, policy: FieldPolicy = NOTHING_DECLARED, *, at: str = "") -> Redacted:
        """The value as it may be stored, and what was taken out; `at` is the path at which it stands."""
        walk = _Walk(self._clean, policy)
        inside = policy.class_of(at, inside=policy.default) if at else policy.default
        return Redacted(walk.visit(value, at, inside), dict(walk.removed))

    def _clean(self, text: str, treat_as: FieldClass, removed: Counter[str]) -> str:
        if len(text) < self._shortest and _HARMLESS(text):
            return text
        # What was taken out may have hidden the beginning of something else, so it is done until nothing changes.
        while (cleaned := self._clean_once(text, treat_as, removed)) != text:
            text = cleaned
        return text

    def _clean_once(self, text: str, treat_as: FieldClass, removed: Counter[str]) -> str:
        if len(text) >= self._shortest and any(map(text.__contains__, self._forms)):
            text = self._pattern.sub(lambda found: _take_form(found, removed), text)
        for rule in _RULES[treat_as]:
            if rule.may_be_in(text):
                text = rule.pattern.sub(partial(_take, rule, removed), text)
        return text


def _take_form(found: re.Match[str], removed: Counter[str]) -> str:
    if found[0] in _MARKS:
        return found[0]
    removed[Kind.SECRET] += 1
    return Kind.SECRET.mark


def _take(rule: Rule, removed: Counter[str], found: re.Match[str]) -> str:
    if not rule.is_proven(found["gone"]):
        return found[0]
    removed[rule.kind] += 1
    start, end = found.span("gone")
    return found.string[found.start() : start] + rule.kind.mark + found.string[end : found.end()]


class _Walk:
    """One way through a value, with what was taken out on it."""

    def __init__(self, clean: Callable[[str, FieldClass, Counter[str]], str], policy: FieldPolicy) -> None:
        self.removed: Counter[str] = Counter()
        self._clean = clean
        self._policy = policy

    def visit(self, value: Plain, path: str, treat_as: FieldClass) -> Plain:
        match value:
            case None | bool():
                return value
            case str():
                return self._text(value, path, treat_as)
            case int():
                text = self._text(str(value), path, treat_as)
                return value if text == str(value) else text
            case list():
                return [self.visit(child, path, treat_as) for child in value]
            case dict():
                return self._fields(value, path, treat_as)
            case _:
                assert_never(value)

    def _text(self, text: str, path: str, treat_as: FieldClass) -> str:
        if treat_as is FieldClass.SECRET:
            if not text or text in _MARKS:
                return text
            self.removed[Kind.SECRET] += 1
            return Kind.SECRET.mark
        if treat_as is FieldClass.PERSONAL and not _PHONE_WORDS.isdisjoint(
            _words(path[-_LONGEST_NAME:].rpartition(".")[2])
        ):
            return self._clean(_PHONE + text, treat_as, self.removed).removeprefix(_PHONE)
        return self._clean(text, treat_as, self.removed)

    def _fields(self, fields: dict[str, Plain], path: str, treat_as: FieldClass) -> Plain:
        kept: dict[str, Plain] = {}
        met: Counter[str] = Counter()
        for key, child in fields.items():
            name = _unused(self._clean(key, treat_as, self.removed), kept, met)
            below = f"{path}.{name}" if path else name
            kept[name] = self.visit(child, below, self._policy.class_of(below, inside=treat_as))
        return kept


def _unused(name: str, taken: Container[str], met: Counter[str]) -> str:
    """Names may become the same when what told them apart is taken out: then they are numbered."""
    met[name] += 1
    if name not in taken:
        return name
    while (numbered := f"{name} ({met[name]})") in taken:
        met[name] += 1
    return numbered
