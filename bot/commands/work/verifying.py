"""Verify the record in a file, beside a running bot or far from it, and say what was found."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.store.audit_key import keys_in
from bot.adapters.store.record import SqliteRecord, examine
from bot.application.audit_verify import Status, Verdict, verify
from bot.commands.shell.failure import UNUSABLE
from bot.commands.shell.screen import Screen, Style
from bot.commands.shell.shape import Shape
from bot.commands.shell.words import plural
from bot.domain.audit.anchor import notes_in
from bot.domain.audit.keys import Keys, short
from bot.domain.audit.verify import Witness
from bot.domain.errors import Unfit
from bot.domain.text import one_line
from bot.settings import Settings, read_settings
from bot.wiring import AUDIT_KEY, DATABASE, anchor_file

SHOWN = 20
"""So many problems are shown; `--json` has more."""

_STATUS = {Status.WHOLE: 0, Status.TAMPERED: 1, Status.GAPS: 2}
_SAYS: dict[Status, tuple[str, Style]] = {
    Status.WHOLE: ("The record is whole.", "good"),
    Status.TAMPERED: ("The record was changed.", "bad"),
    Status.GAPS: ("Nothing was changed, but something is missing.", "warn"),
}


def verify_record(arguments: argparse.Namespace) -> int:
    screen = Screen()
    try:
        settings = read_settings(data=arguments.data, workflows=arguments.workflows)
        file = _file(arguments, settings)
        keys = _keys(arguments, settings)
        anchors = [*_anchors(arguments, settings)]
    except Unfit as unusable:
        screen.aside(unusable.message)
        return UNUSABLE

    def work(record: SqliteRecord) -> Verdict:
        with screen.progress("Verifying", record.size()) as tell:
            now = datetime.now(UTC)
            return verify(record, keys=keys, now=now, anchors=anchors, quick=arguments.quick, progress=tell)

    verdict = examine(file, work)
    if arguments.json:
        screen.json(_shape(verdict))
    else:
        _tell(screen, verdict)
    return _STATUS[verdict.status]


def _file(arguments: argparse.Namespace, settings: Settings) -> Path:
    file = Path(arguments.db) if arguments.db else settings.data / DATABASE
    if not file.is_file():
        raise Unfit(f"There is no record to verify in {one_line(str(file), 200)}. Name a file with --db.")
    return file


def _keys(arguments: argparse.Namespace, settings: Settings) -> Keys | None:
    file = Path(arguments.key) if arguments.key else settings.data / AUDIT_KEY
    if not arguments.key and not file.is_file():
        return None
    try:
        return keys_in(file.read_bytes())
    except OSError as error:
        raise Unfit(f"The audit key {one_line(str(file), 200)} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise Unfit(f"{one_line(str(file), 200)} is not the key of a record: {error}. Name the right one.") from None


def _anchors(arguments: argparse.Namespace, settings: Settings) -> Iterator[Witness]:
    """The checkpoints of every file that was named, and of the one in which the bot keeps them."""
    names, usual = list[str](arguments.anchor), anchor_file(settings)
    if usual.is_file() and not arguments.db and str(usual) not in names:
        names.append(str(usual))
    for name in names:
        try:
            text = Path(name).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise Unfit(f"The anchor file {one_line(name, 200)} cannot be read: {error.strerror}.") from None
        yield from (Witness(name, note) for note in notes_in(text))


def _shape(verdict: Verdict) -> Shape:
    return {
        "status": verdict.status.value,
        "entries": verdict.entries,
        "chains": verdict.chains,
        "sealed": verdict.sealed,
        "unsealed": verdict.unsealed,
        "erased_fields": verdict.erased,
        "checkpoints": verdict.checkpoints,
        "anchors": verdict.anchors,
        "with_key": verdict.keyed,
        "keys": [{"key": short(span.mark), "from": span.since + 1} for span in verdict.spans],
        "found": verdict.found,
        "problems": [
            {"kind": one.kind.value, "sentence": one.sentence, "chain": _plain(one.chain), "seq": _plain(one.seq)}
            for one in verdict.problems
        ],
    }


def _plain(value: object) -> str | int | None:
    return value if isinstance(value, (str, int)) else None if value is None else str(value)


def _tell(screen: Screen, verdict: Verdict) -> None:
    counted = f"{plural(verdict.entries, 'entry', 'entries')} in {plural(verdict.chains, 'chain')}"
    erased = f", {plural(verdict.erased, 'field')} erased" if verdict.erased else ""
    screen.say(f"{counted}: {verdict.sealed:,} sealed, {verdict.unsealed:,} not yet{erased}.")
    screen.say(f"{plural(verdict.checkpoints, 'checkpoint')} in it, {verdict.anchors:,} from outside the database.")
    if len(verdict.spans) > 1:
        last = verdict.spans[-1]
        screen.say(f"{len(verdict.spans)} keys, the last one from entry {last.since + 1:,} on.")
    for problem in verdict.problems[:SHOWN]:
        screen.say(f"  {problem.kind}: {problem.sentence}", "bad" if verdict.status is Status.TAMPERED else "warn")
    if verdict.found > SHOWN:
        screen.say(f"  … and {verdict.found - SHOWN:,} more.")
    screen.say(*_SAYS[verdict.status])
    if not verdict.keyed:
        screen.say("The audit key is not here, so nobody can say who wrote this: --key FILE.", "warn")
    if not verdict.anchors:
        screen.say("No checkpoint from outside was there to compare it with: --anchor FILE.", "warn")
