"""Which key vouches for what: what a record tells of its keys, held against the keys that are there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.checkpoint import origin_of
from bot.domain.audit.keys import (
    KEY_BYTES,
    Keys,
    Rotation,
    Span,
    Told,
    doubts_about,
    first_keys,
    key_at,
    mark_of,
    short,
    spans_of,
)

ONE, TWO, THREE, STRANGER = (letter * KEY_BYTES for letter in (b"1", b"2", b"3", b"x"))
M1, M2, M3, MX = map(mark_of, (ONE, TWO, THREE, STRANGER))

ALONE = first_keys(ONE)
ALL = replace(ALONE, signing=(ONE, TWO, THREE))
BEGUN = Told((), M1)
TWICE = Told((Rotation(7, 9, M1, M2), Rotation(20, 29, M2, M3)), M3)
"""Ten entries under the first key, twenty under the second."""


def doubts(told: Told, keys: Keys) -> list[str]:
    return [one.sentence for one in doubts_about(told, spans_of(told, keys), keys)]


def changed(told: Told, keys: Keys) -> bool:
    return any(one.is_change for one in doubts_about(told, spans_of(told, keys), keys))


def vouching(told: Told, keys: Keys, leaf: int | None) -> bytes | None:
    return key_at(spans_of(told, keys), keys)(leaf)


# --- whole ------------------------------------------------------------------------------------------------------------


def test_a_record_that_was_never_rotated_is_all_under_its_one_key() -> None:
    assert spans_of(BEGUN, ALONE) == (Span(0, M1),)
    assert {vouching(BEGUN, ALONE, leaf) for leaf in (None, 0, 1, 10**12)} == {ONE}
    assert doubts(BEGUN, ALONE) == []


@pytest.mark.parametrize(
    ("leaf", "key"), [(0, ONE), (9, ONE), (10, TWO), (29, TWO), (30, THREE), (10**12, THREE), (None, THREE)]
)
def test_the_entry_that_names_a_key_is_the_last_one_under_the_key_before(leaf: int | None, key: bytes) -> None:
    assert vouching(TWICE, ALL, leaf) == key
    assert doubts(TWICE, ALL) == []


def test_after_pruning_the_oldest_entry_says_by_which_key_it_goes() -> None:
    """Whether or not the keys before are still there."""
    pruned = Told(TWICE.rotations[1:], M3, begun=15)
    for keys in (ALL, replace(ALL, signing=(TWO, THREE))):
        assert spans_of(pruned, keys) == (Span(15, M2), Span(30, M3))
        assert doubts(pruned, keys) == []
    assert doubts(Told((), M3, begun=31), replace(ALL, signing=(THREE,))) == []
    assert [vouching(pruned, ALL, leaf) for leaf in (14, 15, 30)] == [None, TWO, THREE], "what is gone has no key"


def test_a_new_record_may_begin_with_a_key_of_an_older_one() -> None:
    """Where somebody has thrown the database away and kept the keys."""
    assert doubts(Told((), M3), ALL) == []
    assert vouching(Told((), M3), ALL, 0) == THREE


# --- missing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        (ONE, f"Entries 1 to 10 cannot be checked for who wrote them: the key {short(M1)} is missing."),
        (TWO, f"Entries 11 to 30 cannot be checked for who wrote them: the key {short(M2)} is missing."),
        (THREE, f"Entries from 31 on cannot be checked for who wrote them: the key {short(M3)} is missing."),
    ],
)
def test_a_lost_key_is_missing_and_nobody_is_said_to_have_changed_anything(lost: bytes, said: str) -> None:
    keys = replace(ALL, signing=tuple(key for key in ALL.signing if key != lost))
    assert doubts(TWICE, keys) == [said]
    assert not changed(TWICE, keys)
    places = {ONE: 0, TWO: 10, THREE: 30}
    assert {key: vouching(TWICE, keys, leaf) for key, leaf in places.items()} == {
        key: None if key == lost else key for key in places
    }


def test_keys_that_were_set_aside_vouch_for_what_names_them() -> None:
    keys = replace(ALL, signing=(ONE, THREE), aside=(TWO,))
    assert doubts(TWICE, keys) == []
    assert vouching(TWICE, keys, 10) == TWO


# --- too many ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signing", [(ONE, STRANGER), (ONE, STRANGER, TWO, THREE), (ONE, TWO, THREE, STRANGER)])
def test_a_key_that_nobody_named_is_found(signing: tuple[bytes, ...]) -> None:
    told = BEGUN if TWO not in signing else TWICE
    (sentence,) = doubts(told, replace(ALL, signing=signing))
    assert sentence.startswith(f"The key {short(MX)} is there, and no entry names it: ")
    assert not changed(told, replace(ALL, signing=signing))


def test_keys_before_a_record_that_was_pruned_are_nothing_to_wonder_at() -> None:
    assert doubts(Told((), M3, begun=99), ALL) == []


def test_an_older_copy_says_that_there_is_a_newer_key() -> None:
    older = Told(TWICE.rotations[:1], M2)
    (sentence,) = doubts(older, ALL)
    assert short(M3) in sentence
    assert "an older copy" in sentence


# --- changed ----------------------------------------------------------------------------------------------------------


def test_a_record_of_unknown_keys_is_held_against_the_one_it_is_named_by() -> None:
    """Else whoever signs all of it anew, with a key of their own, would only have lost one."""
    forged = Told((), MX)
    assert vouching(forged, ALONE, 0) == ONE
    assert doubts(forged, ALONE) == [f"The database goes on with the key {short(MX)}; it should be {short(M1)}."]
    assert changed(forged, ALONE)


def test_a_beginning_under_an_unknown_key_is_held_against_the_first_one() -> None:
    forged = Told((Rotation(3, 5, MX, M1),), M1)
    assert vouching(forged, ALONE, 0) == ONE
    assert changed(forged, ALONE)


def test_each_key_is_named_by_the_one_before() -> None:
    cut = Told((TWICE.rotations[0], Rotation(20, 29, M1, M3)), M3)
    assert "Entry 20 of system names another key before it than was in use." in doubts(cut, ALL)
    assert changed(cut, ALL)


def test_the_database_goes_by_the_last_key_that_was_named() -> None:
    assert changed(replace(TWICE, current=M1), ALL)
    assert changed(replace(TWICE, current=""), ALL)
    assert "without saying with which key" in doubts(replace(TWICE, current=""), ALL)[0]


odd = st.one_of(st.none(), st.integers(), st.binary(max_size=3), st.text(max_size=3), st.sampled_from([M1, M2, M3]))


@given(st.lists(st.tuples(odd, odd, odd), max_size=3), st.text(max_size=3), st.integers(0, 40))
def test_whatever_stands_there_is_said_and_not_stumbled_over(
    rows: list[tuple[object, object, object]], current: str, begun: int
) -> None:
    told = Told(tuple(Rotation(seq, 10 * n, old, new) for n, (seq, old, new) in enumerate(rows, 1)), current, begun)
    assert all(sentence.endswith(".") for sentence in doubts(told, ALL))
    for leaf in (None, -1, 0, 10, 99):
        assert vouching(told, ALL, leaf) in (ONE, TWO, THREE, None)


# --- what a key is called ---------------------------------------------------------------------------------------------


def test_a_key_has_one_mark_and_the_mark_gives_nothing_away() -> None:
    assert len({M1, M2, M3, MX}) == 4
    assert ONE.hex() not in M1
    assert M1 not in origin_of(ONE)
    assert (len(M1), len(short(M1))) == (32, 8)
