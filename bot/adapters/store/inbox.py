"""The inbox: every delivery is kept before it is answered, and accepted once, ever."""

from sqlalchemy import bindparam, func, select

from bot.adapters.store.codec import moment, read_plain, write_plain, written
from bot.adapters.store.statement import Statement, Upsert
from bot.adapters.store.tables import INBOX
from bot.adapters.store.unit import Unit
from bot.domain.person import TeamId
from bot.ports.store import Delivery

_ACCEPT = Statement(Upsert(INBOX, keys=("id",)))
_FINISH = Statement(
    INBOX.update()
    .where(INBOX.c.id == bindparam("id_"), INBOX.c.finished_at.is_(None))
    .values(finished_at=bindparam("now"), body=None)
)
_FINISHED = Statement(select(INBOX.c.id).where(INBOX.c.id == bindparam("id"), INBOX.c.finished_at.is_not(None)))
_WAITING = Statement(
    select(
        INBOX.c.id,
        INBOX.c.source,
        INBOX.c.kind,
        INBOX.c.actor,
        INBOX.c.team,
        INBOX.c.received_at,
        INBOX.c.body,
    )
    .where(INBOX.c.finished_at.is_(None))
    .order_by(INBOX.c.received_at)
    .limit(bindparam("limit"))
)

_PILE = Statement(
    select(func.count()).select_from(
        select(INBOX.c.id).where(INBOX.c.finished_at.is_(None)).limit(bindparam("most")).subquery()
    )
)
_PUT_BACK = Statement(INBOX.update().where(INBOX.c.id == bindparam("id_")).values(received_at=bindparam("now")))


class SqlInbox:
    """`Inbox`, in SQL. What was done keeps its identity and loses its body: the run has what matters."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def accept(self, delivery: Delivery) -> bool:
        new = self._unit.link.change(
            _ACCEPT,
            id=delivery.id,
            source=delivery.source,
            kind=delivery.kind,
            actor=delivery.actor,
            team=delivery.team,
            received_at=written(delivery.received_at),
            body=write_plain(delivery.body),
            finished_at=None,
        )
        return new > 0

    def finish(self, id: str) -> None:
        self._unit.link.change(_FINISH, id_=id, now=self._unit.now)

    def is_finished(self, id: str) -> bool:
        return self._unit.link.row(_FINISHED, id=id) is not None

    def waiting(self, limit: int) -> tuple[Delivery, ...]:
        return tuple(
            Delivery(
                id=id,
                source=source,
                kind=kind,
                actor=actor,
                team=TeamId(team),
                received_at=moment(received_at),
                body=body if isinstance(body := read_plain(text), dict) else {},
            )
            for id, source, kind, actor, team, received_at, text in self._unit.link.rows(_WAITING, limit=limit)
        )

    def pile(self, most: int) -> int:
        (number,) = self._unit.link.row(_PILE, most=most) or (0,)
        return int(number)

    def put_back(self, id: str) -> None:
        self._unit.link.change(_PUT_BACK, id_=id, now=self._unit.now)
