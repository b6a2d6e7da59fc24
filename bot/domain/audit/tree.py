"""The RFC 6962 tree over all entries of all chains: its root shows at once that nothing sealed has changed.

The leaves are the hashes of sealed entries, in the order in which they were sealed. `Frontier` is all that
sealing has to remember; proofs are made from a function that gives the hash of any range of leaves.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Subtree: TypeAlias = Callable[[int, int], bytes]
"""The hash of the leaves from one index up to, and without, another."""

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """Of one entry's hash."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree reduced to its complete subtrees, largest first: enough to go on from."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"A tree of {self.size} leaves does not have {len(self.peaks)} complete subtrees.")

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The tree with more leaves after the ones it has."""
        size, peaks = self.size, list(self.peaks)
        for data in leaves:
            peak, rest = leaf_hash(data), size
            while rest & 1:
                peak = node_hash(peaks.pop(), peak)
                rest >>= 1
            peaks.append(peak)
            size += 1
        return Frontier(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The one hash that stands for every leaf and their order."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def ranges(self) -> dict[tuple[int, int], bytes]:
        """Its subtrees by the leaves they cover: what proofs need of a part whose leaves are gone."""
        ranges: dict[tuple[int, int], bytes] = {}
        start, rest = 0, self.size
        for peak in self.peaks:
            width = 1 << (rest.bit_length() - 1)
            ranges[start, start + width] = peak
            start, rest = start + width, rest - width
        return ranges


def subtrees(leaf: Callable[[int], bytes], *, kept: Frontier = Frontier(), remember: int = 1 << 17) -> Subtree:
    """Range hashes from the data of single leaves; in `kept`, whose leaves may be gone, from its subtrees."""
    known: Mapping[tuple[int, int], bytes] = kept.ranges()

    @lru_cache(maxsize=remember)
    def subtree(start: int, end: int) -> bytes:
        if (start, end) in known:
            return known[start, end]
        if end - start == 1:
            return leaf_hash(leaf(start))
        middle = start + _left_width(end - start)
        return node_hash(subtree(start, middle), subtree(middle, end))

    return subtree


def _left_width(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def prove_inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Shows, to who has only the root of a tree, that a leaf stands at this index in it."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            proof.append(subtree(middle, end))
            end = middle
        else:
            proof.append(subtree(start, middle))
            start = middle
    return proof[::-1]


def prove_consistency(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Shows, to who has only two roots, that the newer tree begins with the older one."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} leaves never had {old}.")
    proof: list[bytes] = []
    start, end = 0, new
    while 0 < old < end:
        middle = start + _left_width(end - start)
        if old <= middle:
            proof.append(subtree(middle, end))
            end = middle
        else:
            proof.append(subtree(start, middle))
            start = middle
    if start > 0:  # the old tree is not itself a subtree here, so its last part has to be told
        proof.append(subtree(start, end))
    return proof[::-1]


def proves_inclusion(data: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a tree with this root has this leaf at this index (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    sides = _sides(index, size - 1)
    hashed = leaf_hash(data)
    for other, is_left in zip(proof, sides, strict=False):
        hashed = node_hash(other, hashed) if is_left else node_hash(hashed, other)
    return len(sides) == len(proof) and hashed == root


def proves_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree with the newer root begins with the older one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and old_root == (new_root if old == new else EMPTY_ROOT)
    if not proof:
        return False
    path = [old_root, *proof] if old.bit_count() == 1 else proof
    skipped = (old & -old).bit_length() - 1  # the levels below the last complete subtree of the old tree
    sides = _sides((old - 1) >> skipped, (new - 1) >> skipped)
    older = newer = path[0]
    for other, is_left in zip(path[1:], sides, strict=False):
        older = node_hash(other, older) if is_left else older
        newer = node_hash(other, newer) if is_left else node_hash(newer, other)
    return len(sides) == len(path) - 1 and older == old_root and newer == new_root


def _sides(at: int, last: int) -> list[bool]:
    """At each step from a leaf up to the root, whether the other subtree is the left one."""
    sides: list[bool] = []
    while last:
        is_left = at & 1 == 1 or at == last
        while is_left and not at & 1:
            at, last = at >> 1, last >> 1
        sides.append(is_left)
        at, last = at >> 1, last >> 1
    return sides
