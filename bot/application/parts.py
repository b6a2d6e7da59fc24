"""What every use case is given: the ports, in one frozen bundle."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.redaction import Redactor
from bot.domain.run import RunId
from bot.ports.anchor import Anchor
from bot.ports.clock import Clock
from bot.ports.directory import Directory
from bot.ports.library import Library
from bot.ports.messenger import Messenger
from bot.ports.model import Model
from bot.ports.store import Store
from bot.ports.system import Systems


@dataclass(frozen=True, slots=True)
class Parts:
    """A bot, taken apart."""

    store: Store
    library: Library
    directory: Directory
    systems: Systems
    model: Model
    messenger: Messenger
    clock: Clock
    redactor: Redactor
    new_run_id: Callable[[], RunId]
    """Unguessable, and sortable by time."""
    pseudonym: Callable[[str], str]
    """A keyed pseudonym of a person's identifier, so that erasure can find what the record may not name."""
    anchors: tuple[Anchor, ...] = ()
    """Where checkpoints of the record are kept besides the database."""
    restored_at: datetime | None = None
    """When an older copy of the database was put in place: runs from before then may have done more than it knows."""
