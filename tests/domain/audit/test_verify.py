"""The tamper matrix: what is done to a record, and which passes find it. What none finds stands here too.

`chain`: numbers, links and hashes. `mac`: the key. `contents`: columns and fields. `tree`: the leaves and our own
checkpoints. `anchor`: a checkpoint that somebody else keeps.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.chain import COLUMNS, entry_hash, genesis, mac_of
from bot.domain.audit.checkpoint import write_checkpoint
from bot.domain.audit.entry import EntryKind, FieldKind
from bot.domain.audit.tree import Frontier
from bot.domain.audit.verify import (
    Content,
    Leaf,
    Problem,
    ProblemKind,
    StoredField,
    Witness,
    verify_chain,
    verify_contents,
    verify_tree,
)
from tests.domain.audit.record import (
    KEY,
    ORIGIN,
    Record,
    Stored,
    a_bare_entry,
    a_full_entry,
    a_record,
    a_young_record,
    finders,
    recompute,
)


def ours(_leaf: int | None) -> bytes:
    return KEY


STRANGER = b"a key that somebody made up himself"
WHOLE = a_record()

Attack = Callable[[Record], None]


def found_by(attack: Attack) -> str:
    record = copy.deepcopy(WHOLE)
    attack(record)
    return finders(record.problems())


def flip(value: Any) -> Any:
    match value:
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case int():
            return value ^ 64
        case _:
            return f"{value}x"


def victim(record: Record) -> Stored:
    """An entry in the middle of a chain, in the tree under the first checkpoint, with nothing erased."""
    return record.of("run:b")[1]


def donor(record: Record) -> Stored:
    """An entry of another chain that has something else in every column."""
    return record.of("system")[0]


def test_a_whole_record_is_found_whole() -> None:
    assert WHOLE.problems() == []
    assert WHOLE.problems(key=None) == []


# --- each column of an entry ------------------------------------------------------------------------------------

ELSEWHERE = {"chain": "chain contents", "seq": "chain contents"}
"""A column is compared with the header; these two also decide where the entry stands."""


@pytest.mark.parametrize("how", ["flipped", "nulled", "swapped", "a fraction", "bytes"])
@pytest.mark.parametrize("name", [*COLUMNS, "model", "outcome", "cost_micros"])
def test_a_changed_column_is_found(name: str, how: str) -> None:
    def attack(record: Record) -> None:
        one, other = victim(record).columns, donor(record).columns
        was, theirs = one[name], other.get(name)
        one[name] = {"flipped": flip(was), "nulled": None, "swapped": theirs, "a fraction": 1.5, "bytes": b"x"}[how]
        if how == "swapped":
            other[name] = was
        assert one[name] != was

    assert found_by(attack) == ELSEWHERE.get(name, "contents")


def test_a_column_that_nobody_sealed_is_found() -> None:
    assert found_by(lambda record: victim(record).columns.update(reason="approved by the owner")) == "contents"


def test_a_number_is_not_taken_for_its_text_or_for_true() -> None:
    assert found_by(lambda record: victim(record).columns.update(attempt="12")) == "contents"
    assert found_by(lambda record: record.of("run:a")[0].columns.update(attempt=True)) == "contents"


@pytest.mark.parametrize(
    ("name", "flipped", "nulled", "swapped"),
    [
        ("header", "chain contents", "chain contents", "chain contents"),
        ("prev", "chain", "chain", "chain"),
        ("hash", "chain mac tree anchor", "chain tree anchor", "chain mac tree anchor"),
        ("mac", "mac", "chain", "mac"),
    ],
)
def test_a_changed_seal_is_found(name: str, flipped: str, nulled: str, swapped: str) -> None:
    def flip_it(record: Record) -> None:
        setattr(victim(record), name, flip(getattr(victim(record), name)))

    def swap_it(record: Record) -> None:
        one, other = victim(record), donor(record)
        mine, theirs = getattr(one, name), getattr(other, name)
        setattr(one, name, theirs)
        setattr(other, name, mine)

    assert found_by(flip_it) == flipped
    assert found_by(lambda record: setattr(victim(record), name, None)) == nulled
    assert found_by(lambda record: setattr(victim(record), name, "text")) == nulled
    assert found_by(swap_it) == swapped


# --- each column of a field -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"name": "another"},
        {"name": None},
        {"kind": FieldKind.CONTENT},
        {"kind": None},
        {"subject": "customer:99"},
        {"subject": None},
        {"salt": b"another salt 123"},
        {"salt": b""},
        {"salt": None},
        {"salt": "text"},
        {"value_json": '"Where is order 12?"'},
        {"value_json": '"Where is order 11?" '},
        {"value_json": "\ud800"},
        {"value_json": None},
        {"value_json": b'"Where is order 11?"'},
        {"erased_by": "system/1"},
        {"salt": None, "value_json": None},
        {"salt": None, "value_json": None, "erased_by": "system/1"},
        {"salt": None, "value_json": None, "erased_by": "system/99"},
        {"salt": None, "value_json": None, "erased_by": "run:b/1"},
    ],
    ids=str,
)
def test_a_changed_field_is_found(change: dict[str, Any]) -> None:
    def attack(record: Record) -> None:
        entry = victim(record)
        entry.fields[0] = entry.fields[0]._replace(**change)

    assert found_by(attack) == "contents"


def test_a_deleted_field_is_found() -> None:
    assert found_by(lambda record: victim(record).fields.clear()) == "contents"


def test_an_added_field_is_found() -> None:
    added = StoredField("reason", FieldKind.CONTENT, None, b"s" * 16, '"fine"', None)
    assert found_by(lambda record: victim(record).fields.append(added)) == "contents"


def test_a_field_told_twice_is_found() -> None:
    assert found_by(lambda record: victim(record).fields.append(victim(record).fields[0])) == "contents"


def test_fields_swapped_between_entries_are_found() -> None:
    def attack(record: Record) -> None:
        one, other = record.of("run:b")[1:3]
        one.fields, other.fields = other.fields, one.fields

    assert found_by(attack) == "contents"


def erased(record: Record) -> tuple[list[StoredField], int]:
    return record.of("run:a")[1].fields, 0


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"erased_by": None}, "contents"),
        ({"erased_by": "system/2"}, "contents"),
        ({"name": "another"}, "contents"),
        ({"salt": b"s" * 16}, "contents"),
        ({"value_json": '"Where is order 2?"'}, "contents"),
        ({"salt": b"s" * 16, "value_json": '"Where is order 2?"', "erased_by": None}, "contents"),
        ({"kind": FieldKind.CONTENT}, ""),  # with the salt, the proof of the labels is gone too
        ({"subject": "customer:99"}, ""),
    ],
    ids=str,
)
def test_an_erased_field_can_only_change_its_labels(change: dict[str, Any], found: str) -> None:
    def attack(record: Record) -> None:
        fields, n = erased(record)
        assert fields[n].salt is None
        fields[n] = fields[n]._replace(**change)

    assert found_by(attack) == found


# --- rows, leaves, checkpoints: without the key -----------------------------------------------------------------


def delete_an_entry(record: Record) -> None:
    record.entries.remove(victim(record))


def delete_an_entry_and_its_leaf(record: Record) -> None:
    n = next(n for n, entry in record.leaves.items() if entry is victim(record))
    del record.leaves[n]
    record.entries.remove(victim(record))


def delete_an_entry_and_close_the_gap(record: Record) -> None:
    gone, *rest = record.of("run:b")[1:]
    record.entries.remove(gone)
    for entry in rest:
        entry.columns["seq"] -= 1
    recompute(record.of("run:b"), STRANGER)
    record.leaves = dict(enumerate(entry for entry in record.leaves.values() if entry is not gone))


def write_an_entry_twice(record: Record) -> None:
    record.entries.append(copy.deepcopy(victim(record)))


def exchange_two_entries(record: Record) -> None:
    one, other = record.of("run:b")[1:3]
    one.columns["seq"], other.columns["seq"] = other.seq, one.seq


def exchange_two_chains(record: Record) -> None:
    a, b = record.of("run:a"), record.of("run:b")
    for entry in a:
        entry.columns["chain"] = "run:b"
    for entry in b:
        entry.columns["chain"] = "run:a"


def move_an_entry_to_a_new_chain(record: Record) -> None:
    victim(record).columns.update(chain="run:z", seq=1)


def insert_an_entry_unlinked(record: Record) -> None:
    added = copy.deepcopy(donor(record))
    added.columns.update(chain="run:b", seq=2)
    record.entries.append(added)


def insert_an_entry_and_link_it(record: Record) -> None:
    record.write("run:b", a_full_entry(77))
    *_, second, last = record.of("run:b")
    second.columns["seq"], last.columns["seq"] = last.seq, second.seq
    record.entries.sort(key=lambda entry: entry.seq)
    recompute(record.of("run:b"), STRANGER)


def append_an_entry(record: Record) -> None:
    added = record.write("run:b", a_full_entry(77))
    added.mac = mac_of(added.hash, STRANGER)


def add_a_whole_chain(record: Record) -> None:
    for n in range(3):
        record.write("run:z", a_full_entry(n))
    recompute(record.of("run:z"), STRANGER)


def change_an_entry_and_recompute_its_chain(record: Record) -> None:
    victim(record).columns["outcome"] = "other"
    recompute(record.of("run:b"), STRANGER)


def change_an_entry_that_is_not_in_the_tree_and_recompute_its_chain(record: Record) -> None:
    last = record.of("run:b")[-1]
    last.columns["outcome"] = "other"
    last.fields.clear()
    recompute([last], STRANGER)


def delete_an_erase_entry(record: Record) -> None:
    record.entries.remove(record.of("system")[0])


def erase_more_in_the_name_of_an_old_erasure(record: Record) -> None:
    for field_at in (0, 1):
        entry = victim(record)
        entry.fields[field_at] = entry.fields[field_at]._replace(salt=None, value_json=None, erased_by="system/1")


def delete_a_leaf(record: Record) -> None:
    del record.leaves[3]


def delete_the_last_leaf(record: Record) -> None:
    del record.leaves[len(record.leaves) - 1]


def exchange_two_leaves(record: Record) -> None:
    record.leaves[3], record.leaves[4] = record.leaves[4], record.leaves[3]


def point_a_leaf_to_another_entry(record: Record) -> None:
    record.leaves[3] = record.entries[-1]


def renumber_a_leaf(record: Record) -> None:
    record.leaves[99] = record.leaves.pop(3)


def lose_the_text_of_a_checkpoint(record: Record) -> None:
    record.checkpoints[0] = None


def change_the_size_in_a_checkpoint(record: Record) -> None:
    record.checkpoints[1] = record.checkpoints[1].replace("\n11\n", "\n10\n")


def forge_a_checkpoint(record: Record) -> None:
    record.checkpoints[1] = record.checkpoint(STRANGER)


def take_a_checkpoint_of_another_log(record: Record) -> None:
    root = Frontier().extend([record.leaves[0].hash]).root
    record.checkpoints[0] = write_checkpoint(origin="another.example/log", size=1, root=root, key=KEY)


def cut_the_tree_and_its_checkpoint(record: Record) -> None:
    record.leaves = dict(list(record.leaves.items())[:6])
    del record.checkpoints[1:]


def cut_the_end_of_a_chain_with_its_leaves(record: Record) -> None:
    gone = record.of("run:b")[-3:]
    record.entries = [entry for entry in record.entries if entry not in gone]
    record.leaves = {n: leaf for n, leaf in record.leaves.items() if leaf not in gone}


def delete_a_whole_run_with_its_leaves(record: Record) -> None:
    record.entries = [entry for entry in record.entries if entry.chain != "run:b"]
    record.leaves = {n: leaf for n, leaf in record.leaves.items() if leaf.chain != "run:b"}


def bring_back_an_old_copy(record: Record) -> None:
    old = a_young_record()
    record.entries, record.leaves, record.checkpoints = old.entries, old.leaves, old.checkpoints


# Nothing finds these, and the documentation says so.


def delete_a_checkpoint(record: Record) -> None:
    del record.checkpoints[0]


def cut_the_end_of_a_chain_that_is_not_in_the_tree(record: Record) -> None:
    record.entries.remove(record.of("run:b")[-1])


def delete_a_whole_run_that_is_not_in_the_tree(record: Record) -> None:
    record.entries.remove(record.of("run:c")[0])


# --- with the key -----------------------------------------------------------------------------------------------


def change_an_entry_and_recompute_its_chain_with_the_key(record: Record) -> None:
    victim(record).columns["outcome"] = "other"
    recompute(record.of("run:b"), KEY)


def change_an_entry_and_recompute_everything_with_the_key(record: Record) -> None:
    change_an_entry_and_recompute_its_chain_with_the_key(record)
    leaves, record.leaves, record.checkpoints = record.leaves, {}, []
    for n, leaf in leaves.items():
        record.leaves[n] = leaf
        if len(record.leaves) in (6, 11):
            record.checkpoints.append(record.checkpoint())


def delete_a_whole_run_and_recompute_everything_with_the_key(record: Record) -> None:
    record.entries = [entry for entry in record.entries if entry.chain != "run:b"]
    record.leaves = dict(enumerate(leaf for leaf in record.leaves.values() if leaf.chain != "run:b"))
    record.checkpoints = [record.checkpoint()]


def add_a_run_with_the_key(record: Record) -> None:
    record.write("run:z", a_full_entry(1))


def change_what_is_not_in_the_tree_with_the_key(record: Record) -> None:
    last = record.of("run:b")[-1]
    last.columns["outcome"] = "other"
    recompute([last], KEY)


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (delete_an_entry, "chain tree anchor"),
        (delete_an_entry_and_its_leaf, "chain tree anchor"),
        (delete_an_entry_and_close_the_gap, "mac tree anchor"),
        (write_an_entry_twice, "chain"),
        (exchange_two_entries, "chain contents"),
        (exchange_two_chains, "chain contents"),
        (move_an_entry_to_a_new_chain, "chain contents"),
        (insert_an_entry_unlinked, "chain contents"),
        (insert_an_entry_and_link_it, "mac"),
        (append_an_entry, "mac"),
        (add_a_whole_chain, "mac"),
        (change_an_entry_and_recompute_its_chain, "mac tree anchor"),
        (change_an_entry_that_is_not_in_the_tree_and_recompute_its_chain, "mac contents"),
        (delete_an_erase_entry, "chain contents tree anchor"),
        (erase_more_in_the_name_of_an_old_erasure, "contents"),
        (delete_a_leaf, "tree anchor"),
        (delete_the_last_leaf, "tree anchor"),
        (exchange_two_leaves, "tree anchor"),
        (point_a_leaf_to_another_entry, "tree anchor"),
        (renumber_a_leaf, "tree anchor"),
        (lose_the_text_of_a_checkpoint, "tree"),
        (change_the_size_in_a_checkpoint, "tree"),
        (forge_a_checkpoint, "tree"),
        (take_a_checkpoint_of_another_log, "tree"),
        (cut_the_tree_and_its_checkpoint, "anchor"),
        (cut_the_end_of_a_chain_with_its_leaves, "tree anchor"),
        (delete_a_whole_run_with_its_leaves, "tree anchor"),
        (bring_back_an_old_copy, "anchor"),
        (delete_a_checkpoint, ""),
        (cut_the_end_of_a_chain_that_is_not_in_the_tree, ""),
        (delete_a_whole_run_that_is_not_in_the_tree, ""),
        (change_an_entry_and_recompute_its_chain_with_the_key, "tree anchor"),
        (change_an_entry_and_recompute_everything_with_the_key, "anchor"),
        (delete_a_whole_run_and_recompute_everything_with_the_key, "anchor"),
        (add_a_run_with_the_key, ""),
        (change_what_is_not_in_the_tree_with_the_key, ""),
    ],
)
def test_each_attack_is_found_by_exactly_these_passes(attack: Attack, found: str) -> None:
    assert found_by(attack) == found


# --- how it is told ---------------------------------------------------------------------------------------------


def problems_of(attack: Attack) -> list[Problem]:
    record = copy.deepcopy(WHOLE)
    attack(record)
    return record.problems()


def test_a_problem_says_in_a_sentence_what_is_wrong_and_where() -> None:
    (problem,) = problems_of(lambda record: victim(record).columns.update(outcome="other", model="x"))
    assert problem == Problem(
        ProblemKind.COLUMN,
        "Entry 2 of run:b shows something else than was sealed: ['model', 'outcome'].",
        "run:b",
        2,
    )


def test_what_follows_a_broken_entry_is_not_blamed() -> None:
    def attack(record: Record) -> None:
        entry = record.of("run:a")[0]
        entry.header = entry.header.replace(b"stop", b"fine")

    assert [(problem.kind, problem.chain, problem.seq) for problem in problems_of(attack)] == [
        (ProblemKind.HASH, "run:a", 1),
        (ProblemKind.COLUMN, "run:a", 1),
    ]


def test_a_gap_is_told_once() -> None:
    kinds = [problem.kind for problem in problems_of(delete_an_entry) if problem.chain]
    assert kinds == [ProblemKind.NUMBER, ProblemKind.LINK]


def test_a_rollback_names_both_sizes() -> None:
    (problem,) = problems_of(bring_back_an_old_copy)
    assert problem.kind is ProblemKind.BEHIND
    assert problem.sentence == "The checkpoint in the anchor knows 11 sealed entries, here are 6: cut, or an old copy."


def test_without_the_key_everything_but_the_key_is_checked() -> None:
    record = copy.deepcopy(WHOLE)
    append_an_entry(record)
    forge_a_checkpoint(record)
    assert record.problems(key=None) == []
    victim(record).columns["outcome"] = "other"
    assert finders(record.problems(key=None)) == "contents"


def test_another_key_than_the_right_one_finds_nothing_right() -> None:
    kinds = [problem.kind for problem in WHOLE.problems(key=STRANGER)]
    assert kinds.count(ProblemKind.MAC) == len(WHOLE.entries)
    assert kinds.count(ProblemKind.CHECKPOINT) == 3


def test_an_erasure_leaves_a_record_that_verifies_and_no_trace_of_the_value() -> None:
    record = copy.deepcopy(WHOLE)
    assert "Where is order 12?" in repr(record)
    record.erase("customer:12")
    assert record.problems() == []
    assert "Where is order 12?" not in repr(record)


# --- beginnings that were pruned ----------------------------------------------------------------------------------


def test_a_pruned_chain_goes_on_from_the_last_entry_that_is_gone() -> None:
    gone, *rest = WHOLE.of("run:b")
    rows = [entry.row for entry in rest]
    starts = {"run:b": (gone.seq, gone.hash)}
    assert list(verify_chain(rows, keys=ours, starts=starts)) == []
    assert {problem.kind for problem in verify_chain(rows, keys=ours)} == {ProblemKind.NUMBER, ProblemKind.LINK}
    assert list(verify_chain(rows[1:], keys=ours, starts=starts)) != []


@pytest.mark.parametrize("gone", range(12))
def test_a_pruned_tree_still_gives_every_root_from_there_on(gone: int) -> None:
    leaves = WHOLE.sorted_leaves()
    kept = Frontier().extend(leaf.hash or b"" for leaf in leaves[:gone])
    witnesses = [Witness("here", text) for text in WHOLE.checkpoints]

    def problems(leaves: list[Leaf]) -> list[ProblemKind]:
        return [each.kind for each in verify_tree(leaves, witnesses, origin=ORIGIN, keys=ours, kept=kept)]

    assert problems(leaves[gone:]) == []
    if gone < 10:
        first, second, *rest = leaves[gone:]
        assert ProblemKind.ROOT in problems([first._replace(hash=second.hash), second, *rest])


def test_leaves_that_no_checkpoint_covers_are_still_numbered_without_a_gap() -> None:
    leaves = [*WHOLE.sorted_leaves(), Leaf(12, b"x" * 32), Leaf(13, b"y" * 32)]
    (problem,) = verify_tree(leaves, [], origin=ORIGIN, keys=ours)
    assert problem.sentence == "Leaf 12 stands where leaf 11 belongs."
    (problem,) = verify_tree([*WHOLE.sorted_leaves(), Leaf(11, None)], [], origin=ORIGIN, keys=ours)
    assert problem.sentence == "The entry of leaf 11 is gone."


# --- anything at all ----------------------------------------------------------------------------------------------

anything: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=40)
)


@given(st.sampled_from(["header", "prev", "hash", "mac"]), anything)
def test_no_value_in_a_row_breaks_a_pass(name: str, value: Any) -> None:
    record = copy.deepcopy(WHOLE)
    setattr(victim(record), name, value)
    assert record.problems() != []


@given(st.sampled_from(["chain", "seq", "kind", "attempt", "outcome", "made up"]), anything)
def test_no_value_in_a_column_breaks_a_pass(name: str, value: Any) -> None:
    record = copy.deepcopy(WHOLE)
    columns = victim(record).columns
    if columns.get(name) == value and type(columns.get(name)) is type(value):
        return
    columns[name] = value
    assert record.problems() != []


@given(st.sampled_from(StoredField._fields), anything)
def test_no_value_in_a_field_breaks_a_pass(name: str, value: Any) -> None:
    record = copy.deepcopy(WHOLE)
    entry = victim(record)
    if getattr(entry.fields[0], name) == value:
        return
    entry.fields[0] = entry.fields[0]._replace(**{name: value})
    assert finders(record.problems()) == "contents"


@pytest.mark.parametrize("header", [b"", b"[]", b"null", b"{}", b'{"fields": 1}', b"[" * 100_000, b"\xff", "text"])
def test_a_header_that_is_none_is_told_and_not_raised(header: Any) -> None:
    (problem,) = verify_contents([Content({"chain": "c", "seq": 1}, header, [])], erasures={})
    assert problem.kind is ProblemKind.UNREADABLE


def test_the_same_content_in_another_form_is_not_the_sealed_one() -> None:
    """Somebody with the key could seal a header with a key twice, and let readers differ."""
    twice = b'{"chain":"c","outcome":"reject","outcome":"approve","seq":1}'
    columns = {"chain": "c", "seq": 1, "outcome": "approve"}
    (problem,) = verify_contents([Content(columns, twice, [])], erasures={})
    assert problem.kind is ProblemKind.COLUMN


@given(st.integers(0, 10**6))
def test_any_flipped_bit_of_the_record_is_found(bit: int) -> None:
    record = copy.deepcopy(WHOLE)
    entry = record.entries[bit % len(record.entries)]
    name = ("header", "prev", "hash", "mac")[bit // 7 % 4]
    changed = bytearray(getattr(entry, name))
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    setattr(entry, name, bytes(changed))
    assert "chain" in finders(record.problems()) or name == "mac"
    assert record.problems() != []


def test_an_entry_cannot_stand_in_for_another_chain_even_with_its_own_hash() -> None:
    """The header names its chain, and the first link comes from that name."""
    record = Record()
    record.write("run:a", a_bare_entry(EntryKind.BOOT))
    moved = record.entries[0]
    moved.columns["chain"] = "run:b"
    moved.prev = genesis("run:b")
    moved.hash = entry_hash(moved.prev, moved.header)
    moved.mac = mac_of(moved.hash, KEY)
    assert finders(record.problems()) == "contents"
