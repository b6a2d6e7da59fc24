"""Hand the record out, take content or its oldest part away, seal it: what is done to the record as a whole."""

import argparse
import csv
import os
import shutil
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import bot.domain.audit
from bot.adapters.store.record import reading
from bot.application.audit_erase import Erasure, erase, expire
from bot.application.audit_export import Export, Permitted, lines, permit, rows
from bot.application.audit_prune import Pruning, prune
from bot.application.audit_rotate import Rotation, rotate
from bot.application.seal import seal
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.shape import Shape
from bot.commands.shell.words import plural
from bot.commands.work.trace import traces
from bot.domain.audit.anchor import notes_in
from bot.domain.audit.keys import short
from bot.domain.errors import Unfit
from bot.domain.person import Door
from bot.domain.text import one_line
from bot.wiring import AUDIT_KEY, BACK_OFFICE, DATABASE

CHECKER = "verify_export.py"
"""The program that checks an export; it goes out with it."""


def run_record(arguments: argparse.Namespace) -> int:
    do = {
        "export": _export,
        "erase": _erase,
        "prune": _prune,
        "rotate-key": _rotate_key,
        "checkpoint": _checkpoint,
    }[arguments.action]
    return run_with(arguments, lambda session: do(session, arguments))


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        raise Mistyped(f"“{one_line(text, 40)}” is no day. Write it like 2026-01-31.") from None
    return day.replace(tzinfo=UTC) if day.tzinfo is None else day.astimezone(UTC)


# --- export ---------------------------------------------------------------------------------------------------------


async def _export(session: Session, arguments: argparse.Namespace) -> int:
    typist = session.typist()
    export = Export(
        by=typist.person,
        door=Door.TERMINAL,
        run=await session.find(arguments.run) if arguments.run else None,
        workflow=arguments.workflow,
        since=_day(arguments.since),
        until=_day(arguments.until),
        content=not arguments.no_content,
        form="csv" if arguments.csv else "ndjson",
        on_behalf_of=typist.on_behalf_of,
    )
    known = [note for name in arguments.anchor for note in notes_in(_read(name))]
    with _opened(arguments.file) as out:
        permitted = await permit(session.bot.parts, export)
        count = _write(session, permitted, out, known=known, as_table=arguments.csv)
    if arguments.file and not arguments.csv:
        shutil.copyfile(_checker(), Path(arguments.file).with_name(CHECKER))
        session.screen.aside(f"Whoever gets it checks it with: python3 {CHECKER} {Path(arguments.file).name}")
    session.screen.aside(f"{plural(count, 'entry', 'entries')} went out; the record says so.")
    return 0


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Unfit(f"The anchor file {one_line(name, 200)} cannot be read: {error}.") from None


def _checker() -> Path:
    return Path(next(iter(bot.domain.audit.__path__))) / "standalone" / CHECKER


@contextmanager
def _opened(name: str | None) -> Generator[TextIO]:
    """A new file, for its owner alone, on the disk once it is closed; or the standard output."""
    if name is None:
        yield sys.stdout
        return
    try:
        handle = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise Unfit(f"{one_line(name, 200)} cannot be written: {why}. Name a new file.") from None
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _write(session: Session, permitted: Permitted, out: TextIO, *, known: Iterable[str], as_table: bool) -> int:
    count = 0
    with (
        reading(session.settings.data / DATABASE) as record,
        session.screen.progress("Exporting", record.size()) as tell,
    ):

        def told(done: int) -> None:
            nonlocal count
            count = done
            tell(done)

        if as_table:
            csv.writer(out).writerows(rows(record, permitted, progress=told))
        else:
            out.writelines(lines(record, permitted, known=known, progress=told))
    return count


# --- taking away ----------------------------------------------------------------------------------------------------


async def _erase(session: Session, arguments: argparse.Namespace) -> int:
    typist = session.typist()
    wish = Erasure(arguments.subject, arguments.why, typist.person, Door.TERMINAL, typist.on_behalf_of)
    erased = await erase(session.bot.parts, wish)
    await seal(session.bot.parts)
    own = [path for path in traces(session.settings.data, arguments.subject) if not path.name.startswith(BACK_OFFICE)]
    if arguments.json:
        session.screen.json({"runs": erased.runs, "fields": erased.taken.fields, "left_in": [str(one) for one in own]})
    else:
        fields = plural(erased.taken.fields, "field")
        session.screen.say(f"{plural(erased.runs, 'run')} about them emptied: {fields} are gone, for good.", "good")
        session.screen.say("Copies and exports that were made before are yours to delete.")
        for path in own:
            session.screen.say(f"{path} still mentions them: look there.", "warn")
    return 1 if own else 0


async def _prune(session: Session, arguments: argparse.Namespace) -> int:
    typist, before = session.typist(), _day(arguments.before)
    assert before is not None
    wish = Pruning(before, arguments.why, typist.person, Door.TERMINAL, typist.on_behalf_of)
    pruned = await prune(session.bot.parts, wish, progress=lambda gone: session.screen.aside(f"{gone:,} entries gone"))
    emptied = (await expire(session.bot.parts)).runs  # whoever may prune need not wait for a bot that runs
    await seal(session.bot.parts)
    if arguments.json:
        told: Shape = {"entries": pruned.entries, "runs": pruned.runs, "stays": pruned.stays, "emptied": emptied}
        session.screen.json(told)
        return 0
    what = f"{plural(pruned.entries, 'entry', 'entries')} and {plural(pruned.runs, 'run')}"
    session.screen.say(f"{what} are gone." if pruned.entries else "Nothing is old enough to go.")
    session.screen.say(f"What stays: {pruned.stays}", "faint")
    gone = f"Of {plural(emptied, 'run')} the content is gone as well: it was kept for as long as the brief says."
    session.screen.say(gone if emptied else "No content was kept for longer than its brief says.", "faint")
    return 0


async def _rotate_key(session: Session, arguments: argparse.Namespace) -> int:
    typist = session.typist()
    wish = Rotation(arguments.why, typist.person, Door.TERMINAL, typist.on_behalf_of)
    rotated = await rotate(session.bot.parts, wish)
    if arguments.json:
        session.screen.json({"old": rotated.old, "new": rotated.new, "entries_before": rotated.size})
    else:
        file, before = session.settings.data / AUDIT_KEY, plural(rotated.size, "entry", "entries")
        session.screen.say(f"From now on the record is sealed with the key {short(rotated.new)}.", "good")
        session.screen.say(f"The {before} before stay under the older keys, which {file} keeps for checking them.")
        session.screen.say(f"Copy {file} anew to where you keep a copy: with the old copy alone, no backup goes on.")
    return 0


async def _checkpoint(session: Session, arguments: argparse.Namespace) -> int:
    sealed = await seal(session.bot.parts, thorough=True)
    latest = await session.bot.store.run(lambda tx: tx.ledger.latest())
    note = latest.note if latest else ""
    if arguments.json:
        session.screen.json({"sealed": sealed, "size": latest.size if latest else 0, "checkpoint": note})
    else:
        session.screen.aside(f"{plural(sealed, 'entry', 'entries')} sealed. Keep this where nobody else writes:")
        session.screen.say(note.removesuffix("\n"))
    return 0
