"""The record for people outside: lines that anyone can check without our database, our key or our code.

The first line has the checkpoint, older checkpoints with the proof that this one goes on from them, and
where pruned chains begin. Each further line is one entry as sealed, the fields that may be shown, and the
proof that it stands in the tree. The last line counts them, so that a cut file shows. The program that checks
it all, `standalone/verify_export.py`, goes out with the export.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.domain.audit.checkpoint import read_checkpoint
from bot.domain.audit.keys import Span
from bot.domain.audit.tree import Subtree, prove_consistency, prove_inclusion
from bot.domain.audit.verify import Row, StoredField
from bot.domain.plain import canonical

FORMAT = "countersign-audit/1"

Exported: TypeAlias = tuple[Row, Sequence[StoredField]]
"""One entry on its way out, and its fields."""


def export_lines(
    entries: Iterable[Exported],
    *,
    checkpoint: str,
    subtree: Subtree,
    is_shown: Callable[[StoredField], bool],
    earlier: Iterable[str] = (),
    starts: Mapping[str, tuple[int, bytes]] | None = None,
    spans: Iterable[Span] = (),
) -> Iterator[str]:
    """The lines of an export, sorted as `entries` are: by chain and number, each chain whole.

    `earlier` are checkpoints of the same log that an auditor may hold; `starts` is as for `verify_chain`.
    `spans` say which key vouches for what, for whoever has the keys.
    """
    size = read_checkpoint(checkpoint).size
    yield _line(
        {
            "format": FORMAT,
            "checkpoint": checkpoint,
            "earlier": [_continued(text, size, subtree) for text in earlier],
            "starts": {chain: [seq, _b64(hashed)] for chain, (seq, hashed) in (starts or {}).items()},
            "keys": [[*span] for span in spans],
        }
    )
    count = 0
    for row, fields in entries:
        yield _line(_told(row, size, subtree) | {"fields": [_disclosed(f) for f in fields if f.salt and is_shown(f)]})
        count += 1
    yield _line({"entries": count})


def _told(row: Row, size: int, subtree: Subtree) -> dict[str, object]:
    leaf = row.leaf if row.leaf is not None and row.leaf < size else None
    proof = [] if leaf is None else prove_inclusion(leaf, size, subtree)
    return {
        "header": row.header.decode(),
        "prev": _b64(row.prev),
        "hash": _b64(row.hash),
        "mac": _b64(row.mac),
        "leaf": leaf,
        "proof": [_b64(other) for other in proof],
    }


def neutralise(cell: str) -> str:
    """A cell for CSV that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def _continued(text: str, size: int, subtree: Subtree) -> dict[str, object]:
    proof = prove_consistency(read_checkpoint(text).size, size, subtree)
    return {"checkpoint": text, "proof": [_b64(other) for other in proof]}


def _disclosed(field: StoredField) -> dict[str, object]:
    return {
        "name": field.name,
        "kind": field.kind,
        "subject": field.subject,
        "salt": _b64(field.salt or b""),
        "value": field.value_json,
    }


def _line(value: Mapping[str, object]) -> str:
    return canonical(value).decode() + "\n"


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
