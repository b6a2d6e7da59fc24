"""What the database knows about itself: the tree so far, what was cut off, whether it was put back."""

import json

from sqlalchemy import bindparam, select

from bot.adapters.store.statement import Link, Statement, Upsert
from bot.adapters.store.tables import META
from bot.domain.audit.tree import Frontier
from bot.ports.record import Pruned

TREE = "tree"
"""The complete subtrees of the tree."""
PRUNED = "pruned"
"""Those of a beginning that is gone, and where chains go on."""
EMPTIED = "emptied at"
"""When content was last taken away that may still stand in the log of the database."""
RESTORED = "restored at"
"""When an older copy was put in place."""

META_OF = Statement(select(META.c.value).where(META.c.name == bindparam("name")))
SET_META = Statement(Upsert(META, keys=("name",), replace=("value",)))


def read_pruned(link: Link) -> Pruned:
    """What is left of the beginning."""
    row = link.row(META_OF, name=PRUNED)
    return pruned_of(row[0]) if row else Pruned()


def pruned_of(text: str) -> Pruned:
    """What is left of the beginning, as it was stored."""
    kept = json.loads(text)
    starts = {chain: (seq, bytes.fromhex(hashed)) for chain, (seq, hashed) in kept["starts"].items()}
    return Pruned(Frontier(kept["size"], tuple(bytes.fromhex(peak) for peak in kept["peaks"])), starts)


def keep_pruned(link: Link, pruned: Pruned) -> None:
    """Store what is left of the beginning."""
    starts = {chain: [seq, hashed.hex()] for chain, (seq, hashed) in pruned.starts.items()}
    peaks = [peak.hex() for peak in pruned.tree.peaks]
    value = json.dumps({"size": pruned.tree.size, "peaks": peaks, "starts": starts})
    link.change(SET_META, name=PRUNED, value=value)
