"""The tree of RFC 6962: the known answers, and every proof of every small tree."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    Subtree,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    proves_consistency,
    proves_inclusion,
    subtrees,
)

LARGEST = 70

# The leaves, roots and proofs that implementations of Certificate Transparency test each other with.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        *("", "00", "10", "2021", "3031", "40414243"),
        *("5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION: list[tuple[int, int, list[str]]] = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY: list[tuple[int, int, list[str]]] = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]


def unhex(hashes: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in hashes]


def root_by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root_by_definition(leaves[:k]) + root_by_definition(leaves[k:])).digest()


def data(n: int) -> bytes:
    return hashlib.sha256(n.to_bytes(8)).digest()


def root(size: int) -> bytes:
    return Frontier().extend(map(data, range(size))).root


def flipped(proof: Sequence[bytes], bit: int) -> list[bytes]:
    which, rest = divmod(bit % (256 * len(proof)), 256)
    changed = bytearray(proof[which])
    changed[rest // 8] ^= 1 << rest % 8
    return [*proof[:which], bytes(changed), *proof[which + 1 :]]


tree: Subtree = subtrees(data)
sizes = st.integers(1, LARGEST)
bits = st.integers(0, 2**16)


@pytest.mark.parametrize(("size", "expected"), list(enumerate(ROOTS, 1)))
def test_roots_are_the_known_ones(size: int, expected: str) -> None:
    assert Frontier().extend(LEAVES[:size]).root.hex() == expected
    assert subtrees(LEAVES.__getitem__)(0, size).hex() == expected


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert Frontier().root == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize(("index", "size", "expected"), INCLUSION)
def test_inclusion_proofs_are_the_known_ones(index: int, size: int, expected: list[str]) -> None:
    proof = prove_inclusion(index, size, subtrees(LEAVES.__getitem__))
    assert [each.hex() for each in proof] == expected
    known = bytes.fromhex(ROOTS[size - 1])
    assert proves_inclusion(LEAVES[index], index=index, size=size, proof=unhex(expected), root=known)


@pytest.mark.parametrize(("old", "new", "expected"), CONSISTENCY)
def test_consistency_proofs_are_the_known_ones(old: int, new: int, expected: list[str]) -> None:
    assert [each.hex() for each in prove_consistency(old, new, subtrees(LEAVES.__getitem__))] == expected
    older, newer = unhex([ROOTS[old - 1], ROOTS[new - 1]])
    assert proves_consistency(old=old, new=new, old_root=older, new_root=newer, proof=unhex(expected))


@given(st.lists(st.binary(max_size=40), max_size=LARGEST), st.lists(st.binary(max_size=3), max_size=9))
def test_a_tree_grown_in_parts_has_the_root_of_the_definition(one: list[bytes], more: list[bytes]) -> None:
    grown = Frontier().extend(one)
    kept = Frontier(grown.size, grown.peaks)
    assert kept.extend(more).root == root_by_definition([*one, *more])
    assert kept.extend(more).size == len(one) + len(more)


@pytest.mark.parametrize("size", range(1, LARGEST))
def test_every_leaf_of_every_tree_is_proven(size: int) -> None:
    top = root(size)
    for index in range(size):
        proof = prove_inclusion(index, size, tree)
        assert proves_inclusion(data(index), index=index, size=size, proof=proof, root=top)


@pytest.mark.parametrize("new", range(1, LARGEST))
def test_every_tree_goes_on_from_every_smaller_one(new: int) -> None:
    for old in range(new + 1):
        proof = prove_consistency(old, new, tree)
        assert proves_consistency(old=old, new=new, old_root=root(old), new_root=root(new), proof=proof)


@given(st.data(), sizes, bits)
def test_an_inclusion_proof_holds_for_nothing_else(draw: st.DataObject, size: int, bit: int) -> None:
    index = draw.draw(st.integers(0, size - 1))
    proof, top, leaf = prove_inclusion(index, size, tree), root(size), data(index)

    def holds(
        leaf: bytes = leaf,
        index: int = index,
        size: int = size,
        proof: Sequence[bytes] = proof,
        root: bytes = top,
    ) -> bool:
        return proves_inclusion(leaf, index=index, size=size, proof=proof, root=root)

    assert holds()
    assert not holds(leaf=data(index + 1))
    assert not holds(leaf=leaf_hash(leaf))
    assert not holds(root=flipped([top], bit)[0])
    assert not any(holds(index=wrong) for wrong in (-1, index - 1, index + 1, index ^ 2, size, index + size))
    assert not any(holds(proof=[*proof, extra]) for extra in (b"", top, leaf))
    assert not any(holds(proof=[extra, *proof]) for extra in (b"", top, leaf_hash(leaf)))
    if proof:
        assert not holds(proof=flipped(proof, bit))
        assert not holds(proof=proof[1:])
        assert not holds(proof=proof[:-1])
        assert not holds(proof=[proof[0] + b"\x00", *proof[1:]])


@given(st.data(), st.integers(2, LARGEST), bits)
def test_a_consistency_proof_holds_for_nothing_else(draw: st.DataObject, new: int, bit: int) -> None:
    old = draw.draw(st.integers(1, new - 1))
    proof, older, newer = prove_consistency(old, new, tree), root(old), root(new)

    def holds(
        old: int = old,
        new: int = new,
        older: bytes = older,
        newer: bytes = newer,
        proof: Sequence[bytes] = proof,
    ) -> bool:
        return proves_consistency(old=old, new=new, old_root=older, new_root=newer, proof=proof)

    assert holds()
    assert not holds(older=newer, newer=older)
    assert not holds(older=flipped([older], bit)[0])
    assert not holds(newer=flipped([newer], bit)[0])
    assert not any(holds(old=wrong) for wrong in (-1, 0, old - 1, old + 1, new, new + 1))
    assert not any(holds(proof=wrong) for wrong in ([], [*proof, older], [older, *proof], [*proof, b""]))
    assert not holds(proof=flipped(proof, bit))
    assert not holds(proof=proof[1:])
    assert not holds(proof=proof[:-1])


def test_a_byte_cannot_move_from_one_hash_of_a_proof_to_the_next() -> None:
    first, second, *rest = prove_consistency(7, 9, tree)
    for moved in ([first[:-1], first[-1:] + second], [first + second[:1], second[1:]]):
        proof = [*moved, *rest]
        assert not proves_consistency(old=7, new=9, old_root=root(7), new_root=root(9), proof=proof)


def test_a_proof_of_another_history_is_refused() -> None:
    forged = Frontier().extend([data(0), data(99), *map(data, range(2, 5))])
    proof = prove_consistency(5, 9, tree)
    assert not proves_consistency(old=5, new=9, old_root=forged.root, new_root=root(9), proof=proof)


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [(0, 0, True), (1, 1, True), (0, 5, True), (1, 0, False), (2, 1, False), (-1, 0, False), (-1, -1, False)],
)
def test_trees_at_the_edges_go_on_from_each_other_or_not(old: int, new: int, holds: bool) -> None:
    one, other = root(max(old, 0)), root(max(new, 0))
    assert proves_consistency(old=old, new=new, old_root=one, new_root=other, proof=[]) is holds
    assert not proves_consistency(old=old, new=new, old_root=one, new_root=other, proof=[EMPTY_ROOT])


def test_an_empty_tree_has_only_the_empty_root() -> None:
    assert not proves_consistency(old=0, new=5, old_root=root(1), new_root=root(5), proof=[])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        prove_inclusion(index, size, tree)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_no_proof_is_made_from_a_tree_that_was_not(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="never had"):
        prove_consistency(old, new, tree)


@given(st.integers(0, LARGEST), st.integers(1, LARGEST))
def test_proofs_are_still_made_when_the_pruned_leaves_are_gone(gone: int, more: int) -> None:
    kept, size = Frontier().extend(map(data, range(gone))), gone + more

    def leaf(index: int) -> bytes:
        assert index >= gone, "this leaf was pruned"
        return data(index)

    pruned = subtrees(leaf, kept=kept)
    for index in range(gone, size):
        proof = prove_inclusion(index, size, pruned)
        assert proves_inclusion(data(index), index=index, size=size, proof=proof, root=root(size))
    for old in range(gone, size):
        assert prove_consistency(old, size, pruned) == prove_consistency(old, size, tree)


def test_the_parts_of_a_frontier_are_the_subtrees_they_stand_for() -> None:
    ranges = Frontier().extend(map(data, range(11))).ranges()
    assert list(ranges) == [(0, 8), (8, 10), (10, 11)]
    assert all(tree(start, end) == part for (start, end), part in ranges.items())


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize(("size", "peaks"), [(3, 1), (0, 1), (4, 2), (-1, 0)])
def test_a_frontier_with_the_wrong_number_of_parts_is_refused(size: int, peaks: int) -> None:
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(size, (EMPTY_ROOT,) * peaks)


def test_proofs_of_one_tree_hash_each_leaf_about_once() -> None:
    asked: list[int] = []

    def leaf(index: int) -> bytes:
        asked.append(index)
        return data(index)

    subtree = subtrees(leaf)
    for index in range(1000):
        prove_inclusion(index, 1000, subtree)
    assert len(asked) <= 1000
