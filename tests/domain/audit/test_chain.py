"""A sealed entry: its bytes, its links, and content that can go."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.chain import (
    COLUMNS,
    Sealed,
    SealedField,
    commitment,
    entry_hash,
    genesis,
    reference,
    seal,
    stamp,
)
from bot.domain.audit.entry import Entry, EntryKind, Field, FieldKind
from bot.domain.person import ActorKind
from bot.domain.plain import NotPlain, canonical

KEY = bytes(range(32))
NOON = datetime(2026, 1, 31, 12, 0, 0, 5, tzinfo=UTC)
ENTRY = Entry(
    EntryKind.GATE_DECIDED,
    NOON,
    ActorKind.USER,
    "U1",
    step="approved",
    notes={"outcome": "approve", "version": 2, "reason": None},
    fields=(
        Field("remark", "Très bien 👍", FieldKind.PII, "customer:7"),
        Field("changes", [{"field": "body", "was": None}]),
    ),
)


def salts() -> Iterator[bytes]:
    for n in range(1, 256):
        yield bytes([n]) * 16


def sealed(entry: Entry = ENTRY, *, chain: str = "run:01H", seq: int = 1, prev: bytes | None = None) -> Sealed:
    return seal(
        entry,
        chain=chain,
        seq=seq,
        prev=genesis(chain) if prev is None else prev,
        writer="host/1",
        key=KEY,
        salt_for=salts().__next__,
        run="01H",
    )


def test_the_bytes_are_those_of_the_form_that_is_written_down() -> None:
    """Recomputed with nothing of ours: this is what an auditor's own program has to do."""
    remark = hashlib.sha256(b"\x01" * 16 + '["remark","pii","customer:7","Très bien 👍"]'.encode()).digest()
    changes = hashlib.sha256(b"\x02" * 16 + b'["changes","content",null,[{"field":"body","was":null}]]').digest()
    header = (
        '{"actor":"U1","actor_kind":"user","at":"2026-01-31T12:00:00.000005Z","chain":"run:01H",'
        f'"fields":{{"changes":"{base64.b64encode(changes).decode()}",'
        f'"remark":"{base64.b64encode(remark).decode()}"}},'
        '"kind":"gate.decided","outcome":"approve","run":"01H","seq":1,"step":"approved","version":2,'
        '"writer":"host/1"}'
    ).encode()
    prev = hashlib.sha256(b"\x00audit/v1 chain\x00run:01H").digest()
    hashed = hashlib.sha256(b"\x00audit/v1" + prev + header).digest()
    entry = sealed()
    assert entry.header == header
    assert (entry.prev, entry.hash) == (prev, hashed)
    assert entry.mac == hmac.new(KEY, hashed, "sha256").digest()


def test_a_sealed_entry_does_not_change_with_the_version_of_the_program() -> None:
    assert sealed().hash.hex() == "f2020245596b1f9e6c34ab7d5b200061ec1090bfcc2fefe4c8e4d3f9ebbaa32a"


def test_the_columns_are_the_header_without_its_commitments() -> None:
    entry = sealed()
    header = json.loads(entry.header)
    assert set(header.pop("fields")) == {field.name for field in entry.fields}
    assert header == entry.columns
    assert set(COLUMNS) - set(entry.columns) == {"attempt"}, "what is null is left out"
    assert (entry.chain, entry.seq) == (entry.columns["chain"], entry.columns["seq"])


def test_nothing_of_the_content_stands_in_the_header() -> None:
    header = sealed().header
    assert b"bien" not in header
    assert b"customer" not in header
    assert b"body" not in header


def test_each_entry_is_linked_to_the_one_before() -> None:
    first = sealed()
    second = sealed(seq=2, prev=first.hash)
    assert second.prev == first.hash == entry_hash(genesis("run:01H"), first.header)
    assert second.hash != first.hash


def test_no_two_chains_begin_alike() -> None:
    assert sealed(chain="run:a").prev != sealed(chain="run:b").prev
    assert genesis("system") != hashlib.sha256(b"system").digest()


def test_an_entry_without_fields_says_nothing_of_fields() -> None:
    entry = sealed(Entry(EntryKind.BOOT, NOON, ActorKind.SYSTEM, "bot"))
    assert "fields" not in json.loads(entry.header)
    assert entry.fields == ()


def test_every_field_has_its_own_salt() -> None:
    one, other = sealed().fields
    assert one.salt != other.salt
    same = Entry(EntryKind.BOOT, NOON, ActorKind.SYSTEM, "bot", fields=(Field("a", 1), Field("b", 1)))
    assert len(set(json.loads(sealed(same).header)["fields"].values())) == 2


@pytest.mark.parametrize("salt", [b"", b"short", b"x" * 17])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match="A salt has 16 random bytes"):
        seal(ENTRY, chain="c", seq=1, prev=genesis("c"), writer="w", key=KEY, salt_for=lambda: salt)


def test_a_field_that_is_not_plain_is_refused_before_anything_is_sealed() -> None:
    amount = Field("amount", json.loads("[1.5]"))
    money = Entry(EntryKind.BOOT, NOON, ActorKind.SYSTEM, "bot", fields=(amount,))
    with pytest.raises(NotPlain, match="float"):
        sealed(money)


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(names, st.sampled_from(FieldKind), st.none() | names, st.none() | st.integers() | names)
def test_a_commitment_is_over_the_canonical_form(
    name: str, kind: FieldKind, subject: str | None, value: str | int | None
) -> None:
    salt = b"s" * 16
    field = SealedField(name, kind, subject, salt, canonical(value).decode())
    expected = hashlib.sha256(salt + canonical([name, kind, subject, value])).digest()
    assert commitment(field) == base64.b64encode(expected).decode()


@given(st.lists(names, min_size=4, max_size=4))
def test_moving_a_letter_between_parts_changes_the_commitment(parts: list[str]) -> None:
    name, subject, value, letter = parts
    salt = b"s" * 16
    one = SealedField(name + letter, FieldKind.CONTENT, subject, salt, canonical(value).decode())
    other = SealedField(name, FieldKind.CONTENT, letter + subject, salt, canonical(value).decode())
    assert (commitment(one) == commitment(other)) is (letter == "")


def test_times_are_written_to_the_microsecond_and_sort_as_text() -> None:
    times = [datetime(2026, 1, 31, 12, 0, 0, us, tzinfo=UTC) for us in (0, 5, 10, 999_999)]
    assert stamp(times[0]) == "2026-01-31T12:00:00.000000Z"
    assert [stamp(at) for at in times] == sorted(stamp(at) for at in times)


def test_an_entry_is_referred_to_by_chain_and_number() -> None:
    assert reference("system", 12) == "system/12"
