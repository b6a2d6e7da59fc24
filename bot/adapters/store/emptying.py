"""Emptying a run that has ended: headers stay, everything somebody wrote or said goes from every table."""

from dataclasses import replace

from sqlalchemy import bindparam, exists, select

from bot.adapters.store.cards import forget_drawn
from bot.adapters.store.judgements import forget_learned
from bot.adapters.store.meta import EMPTIED, SET_META
from bot.adapters.store.records import CALL
from bot.adapters.store.runs import chain_of, document_of, run_of
from bot.adapters.store.statement import Statement
from bot.adapters.store.suggestions import forget_suggestions
from bot.adapters.store.tables import ATTEMPT, BLOB, BLOB_USE, EFFECT, ENTRY, ENTRY_FIELD, RUN
from bot.adapters.store.unit import Unit
from bot.domain.attempt import Attempt
from bot.domain.erasing import emptied
from bot.domain.errors import Unknown
from bot.domain.run import RunId
from bot.ports.ledger import Taken

_TAKE_FIELDS = Statement(
    ENTRY_FIELD.update()
    .where(
        ENTRY_FIELD.c.entry.in_(select(ENTRY.c.id).where(ENTRY.c.chain == bindparam("chain"))),
        ENTRY_FIELD.c.erased_by.is_(None),
    )
    .values(value_json=None, salt=None, erased_by=bindparam("by"))
)
_READ = Statement(select(RUN.c.seq, RUN.c.document).where(RUN.c.id == bindparam("run")))
_EMPTY = Statement(
    RUN.update()
    .where(RUN.c.id == bindparam("run"))
    .values(document=bindparam("document"), reason="", asks=None, waiting_for="", erased_at=bindparam("at"))
)
_DROP_EFFECTS = Statement(EFFECT.delete().where(EFFECT.c.run == bindparam("run")))
_ATTEMPTS = Statement(select(ATTEMPT.c.id, ATTEMPT.c.body).where(ATTEMPT.c.run == bindparam("run")))
_EMPTY_ATTEMPT = Statement(ATTEMPT.update().where(ATTEMPT.c.id == bindparam("id_")).values(body=bindparam("text")))

_mine, _others = BLOB_USE.alias("mine"), BLOB_USE.alias("others")
_TAKE_BLOBS = Statement(
    BLOB.update()
    .where(
        BLOB.c.digest.in_(select(_mine.c.digest).where(_mine.c.run == bindparam("run_"))),
        ~exists().where(_others.c.digest == BLOB.c.digest, _others.c.run != bindparam("run_")),
        BLOB.c.data.is_not(None),
    )
    .values(data=None)
)
_END_USE = Statement(BLOB_USE.delete().where(BLOB_USE.c.run == bindparam("run")))


def empty_run(unit: Unit, id: RunId, *, by: str) -> Taken:
    """Take the content of a run away, in the name of an entry; what went, counted."""
    link = unit.link
    row = link.row(_READ, run=id)
    if row is None:
        raise Unknown(f"There is no run {id}.")
    run = emptied(run_of(*row), unit.at)
    link.change(_EMPTY, run=id, document=document_of(run), at=unit.now)
    link.change(SET_META, name=EMPTIED, value=unit.now)
    unit.memory.forget(id)
    fields = link.change(_TAKE_FIELDS, chain=chain_of(id), by=by)
    for attempt, body in link.rows(_ATTEMPTS, run=id):
        link.change(_EMPTY_ATTEMPT, id_=attempt, text=CALL.encode(_without_content(CALL.decode(body))))
    blobs = link.change(_TAKE_BLOBS, run_=id)
    link.change(_END_USE, run=id)
    forget_drawn(unit, id)
    forget_suggestions(unit, id)
    forget_learned(unit, id)
    return Taken(fields, link.change(_DROP_EFFECTS, run=id), blobs)


def _without_content(attempt: Attempt) -> Attempt:
    """What a call cost and how it ended may stay; a hash of what was said could be tried out by guessing."""
    return replace(attempt, input_hash="", output_hash="", request_id="", error="")
