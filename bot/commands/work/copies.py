"""Copies of the database: made while the bot runs, put back while it does not."""

import argparse
import asyncio
import os
from pathlib import Path

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.lock import file_lock
from bot.adapters.store.record import reading
from bot.adapters.store.restoring import make_ready, swap
from bot.adapters.store.sqlite import backup
from bot.adapters.store.store import SqliteStore
from bot.application.look_back import ORDERED, put_back
from bot.application.seal import SYSTEM, seal
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.screen import Screen
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.words import size
from bot.domain.audit.entry import Entry, EntryKind, Field, Note
from bot.domain.errors import NotAllowed, Unfit
from bot.domain.person import Actor, ActorKind, Door, person_actor
from bot.domain.text import one_line
from bot.ports.clock import Clock
from bot.settings import Settings, read_settings
from bot.wiring import AUDIT_KEY, DATABASE, Wall, opened

PAGE = 4096


def back_up(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _back_up(session, arguments))


async def _back_up(session: Session, arguments: argparse.Namespace) -> int:
    screen, settings, target = session.screen, session.settings, Path(arguments.file)
    by = session.typist()
    database = settings.data / DATABASE
    with screen.progress("Copying", database.stat().st_size // PAGE) as tell:
        await asyncio.to_thread(backup, database, target, progress=lambda left, every: tell(every - left))
    if arguments.key_to:
        _write_new(Path(arguments.key_to), (settings.data / AUDIT_KEY).read_bytes())
    copied = await asyncio.to_thread(lambda: target.stat().st_size)
    actor = person_actor(by.person.id, Door.TERMINAL, on_behalf_of=by.on_behalf_of)
    notes: dict[str, Note] = {"door": actor.door.value, "outcome": "backup", "size": copied}
    fields = (Field("to", str(target)), *([Field("key_to", arguments.key_to)] if arguments.key_to else []))
    entry = Entry(
        EntryKind.EXPORT_MADE, session.bot.parts.clock.now(), actor.kind, actor.ref, notes=notes, fields=fields
    )
    await session.bot.store.run(lambda tx: tx.records.write(SYSTEM, [entry]))
    if arguments.json:
        screen.json({"file": str(target), "bytes": copied, "key_to": arguments.key_to})
        return 0
    screen.say(f"{target} is a whole copy, {size(copied)}, checked.", "good")
    if not arguments.key_to:
        screen.say(
            f"The audit key is not in it: keep {settings.data / AUDIT_KEY} somewhere else, again after each rotation. "
            "Whoever has both could write the record anew; without the key, no copy can be put back.",
            "faint",
        )
    return 0


def _write_new(path: Path, data: bytes) -> None:
    """A file that was not there, for its owner alone."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise Unfit(
            f"The key cannot be written to {one_line(str(path), 200)}: {why}. The copy itself is made."
        ) from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


# --- putting back ---------------------------------------------------------------------------------------------------


def restore(arguments: argparse.Namespace) -> int:
    screen, settings = Screen(), read_settings(data=arguments.data, workflows=arguments.workflows)
    copy = Path(arguments.file)
    if not arguments.yes:
        _confirm(screen, copy, settings)
    key = Path(arguments.key) if arguments.key else None
    put = put_copy_back(settings, copy, key_file=key, actor=_actor(settings, arguments.as_person), why=arguments.why)
    aside = asyncio.run(put)
    if arguments.json:
        screen.json({"database": str(settings.data / DATABASE), "before": str(aside), "paused": True})
        return 0
    screen.say(f"{copy} is in place. What was there before is kept in {aside}.", "good")
    screen.say("Everything is held. Look at what happened since the copy was made, then let it go on:")
    screen.say("  countersign runs")
    screen.say("  countersign resume --all --why TEXT")
    if _goes_on_with_an_older_key(settings):
        screen.say("The copy is older than the last rotation of the audit key, and goes on with the key before:")
        screen.say("  countersign audit rotate-key --why TEXT")
    screen.say("What was under way asks its system first, and what cannot be asked waits for a person.", "faint")
    return 0


def _confirm(screen: Screen, copy: Path, settings: Settings) -> None:
    screen.say(f"This puts {copy} in place of {settings.data / DATABASE}, which is set aside.")
    if screen.ask("Type yes to go on: ") != "yes":
        raise Unfit("Nothing was changed. `--yes` goes on without asking.")


def _actor(settings: Settings, named: str | None) -> Actor:
    if named:
        raise Mistyped("A restore is always done by whoever types it; leave --as away.")
    try:
        return person_actor(settings.me().id, Door.TERMINAL)
    except NotAllowed:
        return Actor(ActorKind.USER, f"account {settings.account}", Door.TERMINAL)


async def put_copy_back(
    settings: Settings, copy: Path, *, key_file: Path | None, actor: Actor, why: str, clock: Clock | None = None
) -> Path:
    """Put a copy in place of the database, held and marked as restored; where everything from before is kept.

    The copy is made ready beside the database first, so it is never in place without its mark. BotRuns where a bot is
    running; StoreFailed where the copy is damaged, or was made with another key.
    """
    clock, database = clock or Wall(), settings.data / DATABASE
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = _keys(settings, key_file)
    with file_lock(database):
        ready = await asyncio.to_thread(make_ready, copy, database)
        store = SqliteStore(ready, keys=keys, writer=f"restore-{os.getpid()}", clock=clock, check=True)
        async with store.open():
            await store.run(lambda tx: put_back(tx, clock.now(), actor, ORDERED, why=why))
        aside = await asyncio.to_thread(swap, ready, database, now=clock.now())
        if not (settings.data / AUDIT_KEY).exists():
            _write_new(settings.data / AUDIT_KEY, keys.path.read_bytes())
        async with opened(settings, clock=clock) as bot:
            await seal(bot.parts)  # so that checkpoints elsewhere go on from here
    return aside


def _keys(settings: Settings, key_file: Path | None) -> KeyFile:
    here = settings.data / AUDIT_KEY
    found = here if here.is_file() else key_file
    if found is None:
        raise Unfit(f"There is no audit key in {settings.data}, and a record goes on only with its own: --key FILE.")
    keys = KeyFile(found)
    keys.read()  # before anything is copied
    return keys


def _goes_on_with_an_older_key(settings: Settings) -> bool:
    with reading(settings.data / DATABASE) as record:
        return bool(KeyFile(settings.data / AUDIT_KEY).read().after(record.keys().current))
