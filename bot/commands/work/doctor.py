"""Look at everything the bot stands on, and say what to do about what is not as it should be."""

import argparse
import asyncio
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.library.shelf import Shelf
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.health import Health, health_of, overdue
from bot.adapters.store.lock import lock_holder
from bot.commands.shell.finding import Finding, Sign
from bot.commands.shell.screen import Screen, Style
from bot.commands.shell.shape import Shape
from bot.commands.shell.words import ago, plural, size
from bot.commands.work.check import Line, check_all
from bot.commands.work.doctor_events import events_of
from bot.commands.work.doctor_model import examined
from bot.commands.work.doctor_systems import descriptions_of, systems_of
from bot.domain.audit.keys import short
from bot.domain.checks import Weight
from bot.domain.errors import BotError, Misdeclared, NotAllowed, StoreFailed
from bot.settings import Settings, read_settings
from bot.wiring import AUDIT_KEY, DATABASE, Wall, shelf_of

LITTLE_DISK = 1_000_000_000
NO_DISK = 100_000_000
LONG_UNSEALED = 1_000
OLD_BACKUP = timedelta(days=7)


_STYLES: dict[Sign, Style] = {Sign.OK: "good", Sign.NOTE: "warn", Sign.MEND: "bad"}


def examine(arguments: argparse.Namespace) -> int:
    screen = Screen()
    findings = list(_look(arguments))
    if arguments.json:
        screen.json({"findings": [_shape(one) for one in findings], "well": _is_well(findings)})
    else:
        _tell(screen, [one for one in findings if not arguments.quiet or one.sign is not Sign.OK])
    return 0 if _is_well(findings) else 1


def _is_well(findings: list[Finding]) -> bool:
    return all(one.sign is not Sign.MEND for one in findings)


def _tell(screen: Screen, findings: list[Finding]) -> None:
    width = max((len(one.about) for one in findings), default=0)
    for one in findings:
        first, *rest = one.text.splitlines()
        screen.say(f"{one.sign:<4}  {one.about:<{width}}  {first}", _STYLES[one.sign])
        for line in rest:
            screen.say(f"{'':<{width + 8}}{line}")


def _shape(one: Finding) -> Shape:
    return {"sign": one.sign.value, "about": one.about, "text": one.text}


def _look(arguments: argparse.Namespace) -> Iterator[Finding]:
    yield _python()
    try:
        settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    except Misdeclared as problem:
        yield Finding(Sign.MEND, "settings", problem.message)
        return
    now = Wall().now()
    yield from _settings(settings)
    yield from _folder(settings)
    yield from _database(settings, now)
    yield from _workflows(settings, now)
    yield from _connections(settings, now, ask=arguments.ask_the_model)
    yield from _slack(settings)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(Sign.OK, "python", f"Python {version}, SQLite {sqlite3.sqlite_version}.")


def _settings(settings: Settings) -> Iterator[Finding]:
    where, who, data = settings.origin()
    yield Finding(Sign.NOTE if settings.is_sample else Sign.OK, "settings", where)
    try:
        settings.me()
        yield Finding(Sign.OK, "you", who)
    except NotAllowed as nobody:
        yield Finding(Sign.MEND, "you", nobody.message)
    yield Finding(Sign.OK, "folders", data)


# --- the data ------------------------------------------------------------------------------------------------------


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data
    if not folder.exists():
        yield Finding(Sign.OK, "data", f"{folder} is not there yet; the first start makes it.")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(Sign.MEND, "data", f"{folder} may not be written. Change its rights, or choose another: --data.")
    elif _is_open_to_others(folder):
        yield Finding(Sign.NOTE, "data", f"Others on this machine may look into {folder}. Better: chmod 700 {folder}")
    else:
        yield Finding(Sign.OK, "data", f"{folder} can be written, by its owner alone.")
    place = next((one for one in (folder, *folder.absolute().parents) if one.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    sign = Sign.MEND if free < NO_DISK else Sign.NOTE if free < LITTLE_DISK else Sign.OK
    yield Finding(sign, "disk", f"{size(free)} are free." + ("" if sign is Sign.OK else " Make some room."))


def _is_open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    path = settings.data / DATABASE
    if not path.exists():
        yield Finding(Sign.OK, "database", "There is none yet; the first start makes it.")
        return
    try:
        health = health_of(path, now)
    except (StoreFailed, OSError) as error:
        yield Finding(Sign.MEND, "database", str(error))
        return
    if not health.is_current:
        said = f"It is at revision {health.revision or '?'}; the next start brings it up to date. Make a backup first."
        yield Finding(Sign.NOTE, "database", said)
        return
    yield Finding(Sign.OK, "database", f"{path}, {size(path.stat().st_size)}, at revision {health.revision}.")
    yield _runner(path, health)
    for scope, why in (health.paused or {}).items():
        back = "--all" if scope == "*" else scope
        text = f"{'Everything' if scope == '*' else scope} is paused: {why} Go on with: countersign resume {back}"
        yield Finding(Sign.NOTE, "paused", text)
    if health.alerts:
        said = f"{plural(health.alerts, 'thing')} that nobody has seen to: countersign alerts"
        yield Finding(Sign.NOTE, "alerts", said)
    yield _backup(settings, health, now)
    yield from _record(settings, health, now)


def _runner(path: Path, health: Health) -> Finding:
    holder = lock_holder(path)
    if holder:
        return Finding(Sign.OK, "bot", f"It runs, as process {holder}.")
    if health.due:
        said = f"{plural(health.due, 'thing')} due, and no bot is running. Start it: countersign serve"
        return Finding(Sign.NOTE, "bot", said)
    return Finding(Sign.OK, "bot", "It does not run; commands carry out themselves what follows from them.")


def _backup(settings: Settings, health: Health, now: datetime) -> Finding:
    if health.copied_at is None:
        said = "There is none yet. Make one, on another disk: countersign backup FILE"
        return Finding(Sign.OK if settings.is_sample else Sign.NOTE, "backup", said)
    late = now - health.copied_at > OLD_BACKUP
    said = f"The last one was made {ago(health.copied_at, now)}." + " Make another: countersign backup FILE" * late
    return Finding(Sign.NOTE if late else Sign.OK, "backup", said)


def _record(settings: Settings, health: Health, now: datetime) -> Iterator[Finding]:
    yield _key(settings.data / AUDIT_KEY, health, now)
    if health.sealed_at is None:
        text = f"Not sealed yet; {plural(health.unsealed, 'entry', 'entries')} so far. A running bot does that."
        yield Finding(Sign.NOTE if health.unsealed > LONG_UNSEALED else Sign.OK, "record", text)
        return
    late = health.unsealed > LONG_UNSEALED
    text = f"Sealed {ago(health.sealed_at, now)}, with {plural(health.sealed, 'entry', 'entries')}."
    yield Finding(Sign.NOTE if late else Sign.OK, "record", text + (" Seal it: countersign audit checkpoint" * late))
    yield _anchor(settings, health, now)


def _key(file: Path, health: Health, now: datetime) -> Finding:
    if not file.exists():
        said = f"{file} is gone: the record cannot go on without it. Put it back from where you keep a copy."
        return Finding(Sign.MEND, "audit key", said)
    if _is_open_to_others(file):
        return Finding(Sign.MEND, "audit key", f"Others may read it, and could forge the record. Do: chmod 600 {file}")
    try:
        keys = KeyFile(file).read()
    except StoreFailed as error:
        return Finding(Sign.MEND, "audit key", error.message)
    if keys.get(health.key) is None:
        said = f"{file} has not the key that the record goes on with, {short(health.key)}. Put the right file there."
        return Finding(Sign.MEND, "audit key", said)
    if keys.after(health.key):
        said = "It has a newer key than the record goes by: a rotation was interrupted, an older copy was put back, or "
        said += "somebody added it. Look, then rotate: countersign audit rotate-key --why TEXT"
        return Finding(Sign.NOTE, "audit key", said)
    rotated = f" Rotated {ago(health.rotated_at, now)}." if health.rotated_at else ""
    said = f"Its owner alone may read it.{rotated} Keep a copy where the data is not."
    return Finding(Sign.OK, "audit key", said)


def _anchor(settings: Settings, health: Health, now: datetime) -> Finding:
    outside = settings.file.audit.anchor_file
    if not outside:
        said = "Checkpoints are kept beside the data only. Name another disk or host: [audit] anchor_file = …"
        return Finding(Sign.NOTE, "anchor", said)
    last = (health.anchored or {}).get(outside)
    if last is None or now - last > timedelta(days=2):
        when = f"last {ago(last, now)}" if last else "never yet"
        return Finding(
            Sign.NOTE, "anchor", f"A checkpoint was kept in {outside} {when}. Look whether it can be written."
        )
    return Finding(Sign.OK, "anchor", f"The last checkpoint was kept in {outside} {ago(last, now)}.")


# --- workflows and connections -------------------------------------------------------------------------------------


def _workflows(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        shelf = shelf_of(settings)
        names = [*shelf.names(), *shelf.problems]
        lines = asyncio.run(check_all(settings, shelf, names, now.date()))
    except BotError as error:
        yield Finding(Sign.MEND, "workflows", error.message)
        return
    if not names:
        yield Finding(Sign.MEND, "workflows", f"There are none in {settings.workflows}.")
    for name in names:
        refused = [line for line in lines if line.workflow == name and line.weight is Weight.REFUSE]
        warned = [line for line in lines if line.workflow == name and line.weight is Weight.WARN]
        if refused:
            yield Finding(Sign.MEND, "workflow", f"{name} is not run: {_first(refused)}{_back(shelf, name)}")
        elif warned:
            said = f"{name} loads; {plural(len(warned), 'warning')}. See: countersign check {name}"
            yield Finding(Sign.NOTE, "workflow", said)
        else:
            yield Finding(Sign.OK, "workflow", f"{name} loads, and there is nothing to say against it.")
    yield from _content(settings, shelf, now)


def _content(settings: Settings, shelf: Shelf, now: datetime) -> Iterator[Finding]:
    """Whether content goes when its time has passed."""
    path = settings.data / DATABASE
    if not path.exists():
        return
    until = {name: now - shelf.responsible(name).data.keep_content for name in shelf.every()}
    try:
        late, owes = overdue(path, until), health_of(path, now).owes
    except (StoreFailed, OSError):
        return  # said above
    if late or owes:
        what = f"{plural(late, 'run')} that ended long ago still {'has' if late == 1 else 'have'} content."
        said = what if late else "Something that was erased may still stand in the log of the database."
        mend = "A running bot takes it away within the hour: countersign serve. So does countersign audit prune."
        yield Finding(Sign.NOTE, "content", f"{said} {mend}")
    else:
        yield Finding(Sign.OK, "content", "None is kept for longer than its brief says (keep_content).")


def _first(refused: list[Line]) -> str:
    one, more = refused[0], len(refused) - 1
    rest = f"\nAnd {more} more: countersign check {one.workflow}" if more else ""
    return f"{one.place}: {one.sentence} {one.mend}".rstrip() + rest


def _back(shelf: Shelf, name: str) -> str:
    way = shelf.standing().ways_back.get(name)
    return f"\n{way.sentence} {way.mend}" if way else ""


def _connections(settings: Settings, now: datetime, *, ask: bool) -> Iterator[Finding]:
    try:
        shelf = shelf_of(settings)
        yield from systems_of(settings, shelf)
        yield from asyncio.run(descriptions_of(settings))
        yield from asyncio.run(events_of(settings, shelf.every(), now))
    except BotError:
        shelf = None  # said above
    yield from examined(settings, shelf if settings.file.model.use == "openai" else None, ask=ask)


def _slack(settings: Settings) -> list[Finding]:
    if settings.slack is None:
        said = "The bot is not in Slack: there are no tokens. Try it on this machine: countersign run"
        return [Finding(Sign.OK, "slack", said)]
    from bot.commands.work.doctor_slack import examined as examined_slack

    return asyncio.run(examined_slack(settings, settings.slack))
