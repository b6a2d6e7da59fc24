"""What an intent would change, worked out from what the desk holds now. Nothing is written before `apply`.

A preview shows a change, an execution applies it: what is shown is what is done.
"""

import json
from datetime import date, datetime

from bot.adapters.systems.sandbox.desk import NEW, Books, Change, Desk
from bot.adapters.systems.sandbox.schema import next_id, stamp
from bot.domain.intent import Intent, Promised, Receipt
from bot.ports.system import Preview


def preview(books: Books, desk: Desk, intent: Intent) -> Preview:
    """What would change; for a record that does not exist yet, what would be written there."""
    way = desk.way(intent)
    promised = next((value.step for _, value in intent if isinstance(value, Promised)), "")
    if promised:
        rest = {name: str(value) for name, value in intent if not isinstance(value, Promised)}
        return Preview(f"{type(intent).__doc__} It is the one that “{promised}” will bring.", {}, rest)
    change = way.change(books, intent)
    return Preview(change.sentence, change.before, change.after)


def apply(books: Books, intent: Intent, change: Change) -> Receipt:
    """Make a change. To be called in the transaction in which it was worked out."""
    made = next_id(books.db, change.id.removesuffix(NEW)) if change.id.endswith(NEW) else change.id
    values: dict[str, object] = {**dict(intent), **change.values, "id": made, "now": books.now}
    kept = {name: _kept(value) for name, value in values.items()}
    for statement in change.writes:
        books.db.execute(statement, kept)
    return Receipt(id=made, undo=dict(change.undo))


def _kept(value: object) -> object:
    """A value as the file keeps it."""
    match value:
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
        case tuple():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return value
