"""Where cards stand, in SQL. What was said on them is not kept: a digest tells whether it is still the same."""

from sqlalchemy import bindparam, select

from bot.adapters.store.codec import moment, written
from bot.adapters.store.statement import Row, Statement, Upsert, Value
from bot.adapters.store.tables import CARD
from bot.adapters.store.unit import Unit
from bot.domain.person import ChannelId
from bot.domain.run import RunId
from bot.ports.cards import CardId, Placed

_C = CARD.c
EVERY = select(
    _C.card, _C.run, _C.step, _C.channel, _C.person, _C.ts, _C.version, _C.drawn, _C.overflow, _C.since, _C.gone, _C.seq
)
_OF = Statement(
    EVERY.where(_C.run == bindparam("run"), _C.step == bindparam("step"), _C.gone.is_(False)).order_by(
        _C.person, _C.since.desc()
    )
)
_BY_ID = Statement(EVERY.where(_C.card == bindparam("card")).order_by(_C.gone, _C.person, _C.since.desc()).limit(1))
AT = EVERY.where(_C.channel == bindparam("channel"), _C.ts == bindparam("ts"), _C.ts != "")
_AT = Statement(AT)
_FOLLOWING = Statement(EVERY.where(_C.run == bindparam("run"), _C.seq.is_not(None), _C.gone.is_(False)))
_in_channel = (_C.run == bindparam("run_"), _C.step == bindparam("step_"), _C.channel == bindparam("channel_"))
_DROP_BEGUN = Statement(CARD.delete().where(*_in_channel, _C.ts == ""))
_LEAVE = Statement(CARD.update().where(*_in_channel, _C.gone.is_(False)).values(gone=True, drawn=""))
_PUT = Statement(
    Upsert(
        CARD,
        keys=("run", "step", "channel", "ts"),
        replace=("card", "person", "version", "drawn", "overflow", "since", "gone", "seq"),
    )
)
_FORGET = Statement(CARD.update().where(_C.run == bindparam("run_")).values(drawn=""))


class SqlCards:
    """`Cards`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def of(self, run: RunId, step: str) -> tuple[Placed, ...]:
        return tuple(placed for row in self._unit.link.rows(_OF, run=run, step=step) if (placed := placed_of(row)))

    def by_id(self, card: CardId) -> Placed | None:
        return placed_of(self._unit.link.row(_BY_ID, card=card))

    def at(self, channel: ChannelId, ts: str) -> Placed | None:
        return placed_of(self._unit.link.row(_AT, channel=channel, ts=ts))

    def following(self, run: RunId) -> tuple[Placed, ...]:
        rows = self._unit.link.rows(_FOLLOWING, run=run)
        return tuple(placed for row in rows if (placed := placed_of(row)) is not None)

    def put(self, placed: Placed) -> None:
        link = self._unit.link
        where: dict[str, Value] = {"run_": placed.run, "step_": placed.step, "channel_": placed.channel}
        link.change(_DROP_BEGUN, **where)
        link.change(_LEAVE, **where)
        link.change(
            _PUT,
            card=placed.card,
            run=placed.run,
            step=placed.step,
            channel=placed.channel,
            person=placed.person,
            ts=placed.ts,
            version=placed.version,
            drawn=placed.drawn,
            overflow=placed.overflow,
            since=written(placed.since),
            gone=placed.gone,
            seq=placed.seq,
        )


def forget_drawn(unit: Unit, run: RunId) -> None:
    """Take away the digests of what was shown: somebody who guesses what it was could prove it by them."""
    unit.link.change(_FORGET, run_=run)


def placed_of(row: Row | None) -> Placed | None:
    """Where a card stands, as its row says it."""
    if row is None:
        return None
    card, run, step, channel, person, ts, version, drawn, overflow, since, gone, seq = row
    return Placed(
        card=CardId(card),
        run=RunId(run),
        step=step,
        channel=ChannelId(channel),
        person=person,
        ts=ts,
        version=version,
        drawn=drawn,
        overflow=overflow,
        since=moment(since),
        gone=bool(gone),
        seq=seq,
    )
