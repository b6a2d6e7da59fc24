"""Suggestions, in SQL. A row lives a day at most, and goes with the content of its run."""

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.adapters.store.codec import Codec, moment, write_plain, written
from bot.adapters.store.meta import EMPTIED, SET_META
from bot.adapters.store.statement import Statement, Upsert
from bot.adapters.store.tables import SUGGESTION
from bot.adapters.store.unit import Unit
from bot.domain.person import PersonId
from bot.domain.run import RunId
from bot.domain.suggestion import Filling, Rewording, Suggestion

WHAT: Codec[Filling | Rewording] = Codec[Filling | Rewording](Filling, Rewording)

_S = SUGGESTION.c
_KEEP = Statement(Upsert(SUGGESTION, keys=("id",), replace=("person", "run", "until", "body")))
_BY_ID = Statement(select(_S.id, _S.person, _S.run, _S.until, _S.body).where(_S.id == bindparam("id")))
_DROP = Statement(SUGGESTION.delete().where(_S.id == bindparam("id_")))
_DROP_DUE = Statement(SUGGESTION.delete().where(_S.until <= bindparam("now")))
_EVERY = Statement(select(_S.id, _S.body))
_DROP_OF_RUN = Statement(SUGGESTION.delete().where(_S.run == bindparam("run_")))


class SqlSuggestions:
    """`Suggestions`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def keep(self, suggestion: Suggestion) -> None:
        self._unit.link.change(
            _KEEP,
            id=suggestion.id,
            person=suggestion.person,
            run=suggestion.run,
            until=written(suggestion.until),
            body=WHAT.encode(suggestion.what),
        )

    def by_id(self, id: str) -> Suggestion | None:
        row = self._unit.link.row(_BY_ID, id=id)
        if row is None:
            return None
        _, person, run, until, body = row
        return Suggestion(id, PersonId(person), moment(until), WHAT.decode(body), RunId(run) if run else None)

    def drop(self, id: str) -> None:
        self._unit.link.change(_DROP, id_=id)

    def drop_due(self, now: datetime) -> int:
        return self._forgotten(self._unit.link.change(_DROP_DUE, now=written(now)))

    def drop_about(self, text: str) -> int:
        # There are those of one day only; and the database knows no capitals but those of English.
        sought = write_plain(text)[1:-1].casefold()
        about = [id for id, body in self._unit.link.rows(_EVERY) if sought in body.casefold()]
        return self._forgotten(sum(self._unit.link.change(_DROP, id_=id) for id in about))

    def _forgotten(self, gone: int) -> int:
        """What went may still stand in the log of the database, which is emptied once somebody comes to it."""
        if gone:
            self._unit.link.change(SET_META, name=EMPTIED, value=self._unit.now)
        return gone


def forget_suggestions(unit: Unit, run: RunId) -> None:
    """Take away what was suggested for a run: it quotes what the run holds."""
    unit.link.change(_DROP_OF_RUN, run_=run)
