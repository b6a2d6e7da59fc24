"""Names of people, in SQL. As many rows as people have acted."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.adapters.store.chat_tables import PERSON
from bot.adapters.store.codec import written
from bot.adapters.store.meta import EMPTIED, SET_META
from bot.adapters.store.statement import Statement, Upsert
from bot.adapters.store.unit import Unit
from bot.domain.person import PersonId

_P = PERSON.c
EVERY = select(_P.id, _P.name)
_EVERY = Statement(EVERY)
_KEEP = Statement(Upsert(PERSON, keys=("id",), replace=("name", "seen_at")))
_OLD = Statement(select(_P.id).where(_P.seen_at < bindparam("time")))
_DROP = Statement(PERSON.delete().where(_P.id == bindparam("id_")))


class SqlNames:
    """`Names`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def keep(self, person: PersonId, name: str) -> None:
        self._unit.link.change(_KEEP, id=person, name=name, seen_at=self._unit.now)

    def drop_about(self, text: str) -> int:
        wanted = text.strip().casefold()
        rows = self._unit.link.rows(_EVERY)
        return self._drop(str(id) for id, name in rows if wanted in (str(id).casefold(), str(name).casefold()))

    def drop_before(self, time: datetime) -> int:
        return self._drop(str(id) for (id,) in self._unit.link.rows(_OLD, time=written(time)))

    def _drop(self, ids: Iterable[str]) -> int:
        """What went may still stand in the log of the database, which is emptied once somebody comes to it."""
        gone = 0
        for id in [*ids]:
            gone += self._unit.link.change(_DROP, id_=id)
        if gone:
            self._unit.link.change(SET_META, name=EMPTIED, value=self._unit.now)
        return gone
