"""Where cards stand, in SQL. What was said on them is not kept: a digest tells whether it is still the same."""

from sqlalchemy import bindparam, select

from bot.adapters.store.codec import moment, written
from bot.adapters.store.statement import Row, Statement, Upsert
from bot.adapters.store.tables import CARD
from bot.adapters.store.unit import Unit
from bot.domain.person import ChannelId
from bot.domain.run import RunId
from bot.ports.cards import CardId, Placed

_C = CARD.c
_ALL = select(_C.card, _C.run, _C.step, _C.channel, _C.ts, _C.version, _C.drawn, _C.overflow, _C.since, _C.gone, _C.seq)
_OF = Statement(_ALL.where(_C.run == bindparam("run"), _C.step == bindparam("step"), _C.gone.is_(False)))
_BY_ID = Statement(_ALL.where(_C.card == bindparam("card")).order_by(_C.gone, _C.since.desc()).limit(1))
AT = _ALL.where(_C.channel == bindparam("channel"), _C.ts == bindparam("ts"), _C.ts != "")
_AT = Statement(AT)
_FOLLOWING = Statement(_ALL.where(_C.run == bindparam("run"), _C.seq.is_not(None), _C.gone.is_(False)))
_of_step = (_C.run == bindparam("run_"), _C.step == bindparam("step_"))
_DROP_BEGUN = Statement(CARD.delete().where(*_of_step, _C.ts == ""))
_LEAVE = Statement(CARD.update().where(*_of_step, _C.gone.is_(False)).values(gone=True, drawn=""))
_PUT = Statement(
    Upsert(
        CARD,
        keys=("run", "step", "channel", "ts"),
        replace=("card", "version", "drawn", "overflow", "since", "gone", "seq"),
    )
)
_FORGET = Statement(CARD.update().where(_C.run == bindparam("run_")).values(drawn=""))


class SqlCards:
    """`Cards`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def of(self, run: RunId, step: str) -> Placed | None:
        return placed_of(self._unit.link.row(_OF, run=run, step=step))

    def by_id(self, card: CardId) -> Placed | None:
        return placed_of(self._unit.link.row(_BY_ID, card=card))

    def at(self, channel: ChannelId, ts: str) -> Placed | None:
        return placed_of(self._unit.link.row(_AT, channel=channel, ts=ts))

    def following(self, run: RunId) -> tuple[Placed, ...]:
        rows = self._unit.link.rows(_FOLLOWING, run=run)
        return tuple(placed for row in rows if (placed := placed_of(row)) is not None)

    def put(self, placed: Placed) -> None:
        link = self._unit.link
        link.change(_DROP_BEGUN, run_=placed.run, step_=placed.step)
        link.change(_LEAVE, run_=placed.run, step_=placed.step)
        link.change(
            _PUT,
            card=placed.card,
            run=placed.run,
            step=placed.step,
            channel=placed.channel,
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
    card, run, step, channel, ts, version, drawn, overflow, since, gone, seq = row
    return Placed(
        card=CardId(card),
        run=RunId(run),
        step=step,
        channel=ChannelId(channel),
        ts=ts,
        version=version,
        drawn=drawn,
        overflow=overflow,
        since=moment(since),
        gone=bool(gone),
        seq=seq,
    )
