"""A long record, quickly: one real run, then its like as often as wanted, each sealed into a chain of its own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.desk import Measured, open_bot
from bot.application.seal import seal
from bot.domain.audit.entry import Entry, EntryKind, Field, FieldKind
from bot.domain.machine import Moved
from bot.domain.person import ActorKind
from bot.domain.run import Run, RunId
from bot.ports.queries import Recorded
from bot.ports.store import Transaction

AT_ONCE = 200


async def write_record(data: Path, *, entries: int) -> int:
    """A sealed record of about so many entries in an empty folder; how many there are."""
    async with open_bot(data) as bot:
        run = await one_run(bot)
        like = [_entry(line) for line in await bot.store.queries.entries(f"run:{run.id}")]
        copies = max(1, entries // len(like))
        for first in range(0, copies, AT_ONCE):
            await bot.store.run(_copies(bot, run, like, range(first, min(first + AT_ONCE, copies))))
        await seal(bot.parts)
        return (copies + 1) * len(like)


async def one_run(bot: Measured) -> Run:
    """A run from trigger to done."""
    id = RunId(await bot.ask("order 1"))
    await bot.until_shown(id)
    await bot.approve(id)
    await bot.until_ended(id)
    await bot.runtime.settle()
    return await bot.store.queries.run(id)


def _copies(bot: Measured, run: Run, entries: list[Entry], numbers: range) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        for number in numbers:
            origin = replace(run.origin, key=f"copy {number}")
            copy = replace(run, id=bot.parts.new_run_id(), origin=origin, seq=0)
            tx.runs.create(Moved(copy, tuple(entries), ()))

    return work


def _entry(line: Recorded) -> Entry:
    return Entry(
        kind=EntryKind(line.kind),
        at=line.at,
        actor_kind=ActorKind(line.actor_kind),
        actor=line.actor,
        step=line.step,
        attempt=line.attempt,
        notes={name: value for name, value in line.notes.items() if not isinstance(value, bool)},
        fields=tuple(Field(one.name, one.value, FieldKind(one.kind), one.subject) for one in line.fields),
    )
