"""Which of its keys the database goes by. It has the mark of that key; the key itself never stands in it."""

from dataclasses import dataclass, field

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.meta import META_OF, SET_META
from bot.adapters.store.statement import Link, Statement, Upsert
from bot.adapters.store.tables import META
from bot.domain.audit.keys import mark_of, short
from bot.domain.errors import StoreFailed

CURRENT = "audit key"
"""The mark of the key that the record is sealed with."""

_BEGIN = Statement(Upsert(META, keys=("name",)))


@dataclass(frozen=True, slots=True)
class Pen:
    """What entries are sealed with, as long as the record goes by this key."""

    key: bytes = field(repr=False)
    writer: str
    record: str


class Pens:
    """The keys of this process, read again where another one has added one."""

    def __init__(self, file: KeyFile, writer: str) -> None:
        self.file = file
        self._writer = writer
        self._known: dict[str, Pen] = {}

    def current(self, link: Link) -> Pen:
        """What the record is sealed with now. StoreFailed where that key is not in the file."""
        row = link.row(META_OF, name=CURRENT)
        if row is None:  # another process that begins the same record is no faster than this statement
            link.change(_BEGIN, name=CURRENT, value=mark_of(self.file.begin().signing[-1]))
            row = link.row(META_OF, name=CURRENT)
        return self._pen(row[0] if row else "")

    def take(self, mark: str, link: Link) -> Pen:
        """Go by this key from now on."""
        pen = self._pen(mark)
        link.change(SET_META, name=CURRENT, value=mark)
        return pen

    def _pen(self, mark: str) -> Pen:
        if mark not in self._known:
            keys = self.file.read()
            key = keys.get(mark)
            if key is None:
                raise StoreFailed(
                    f"The audit key that this record goes on with, {short(mark)}, is not in {self.file.path.name}. "
                    f"Put the right {self.file.path.name} beside the database."
                )
            self._known[mark] = Pen(key, self._writer, keys.record)
        return self._known[mark]
