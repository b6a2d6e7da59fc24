"""Which version of a description counts: the file's, or what was accepted since."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.kept import Kept
from bot.domain.errors import Misdeclared, Unfit, Unknown
from bot.domain.version import digest_of_text
from bot.ports.version import FROM_FILE, Version, VersionKind

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return NOW


@dataclass
class Desk:
    """A description in two lines: what is sent, and what answers look like."""

    filed: str = "sent 1\nword"
    called: str = "Desk"
    gone_by: list[str] = field(default_factory=list[str])

    def refuse_unfit(self, text: str) -> None:
        if "broken" in text:
            raise Misdeclared("This does not load.")
        if text.splitlines()[0] != self.filed.splitlines()[0]:
            raise Unfit("This sends something else.")

    def go_by(self, text: str) -> None:
        self.gone_by.append(text)


def version(text: str, *, n: int = 1, by: str = "jonas") -> Version:
    return Version(VersionKind.SYSTEM, "desk", n, digest_of_text(text), text, NOW, by, "why", "")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "data.sqlite3", keys=KeyFile(tmp_path / "audit.key"), writer="w", clock=Clock())
    async with store.open():
        yield store


async def seeded(store: SqliteStore, desk: Desk) -> Kept:
    kept = Kept({"desk": desk})
    await store.run(lambda tx: kept.seed(tx, NOW))
    return kept


async def history(store: SqliteStore) -> list[tuple[int, str, str]]:
    return [(one.n, one.by, one.text) for one in await store.queries.history(VersionKind.SYSTEM, "desk")]


async def test_the_file_is_the_seed_and_is_stored_once(store: SqliteStore) -> None:
    await seeded(store, Desk())
    kept = await seeded(store, Desk())
    assert await history(store) == [(1, FROM_FILE, "sent 1\nword")]
    assert kept.is_filed("desk")


async def test_a_changed_file_is_the_next_version_with_its_difference(store: SqliteStore) -> None:
    await seeded(store, Desk())
    await seeded(store, Desk("sent 2\nword"))
    last = await store.queries.version(VersionKind.SYSTEM, "desk")
    assert last is not None
    assert (last.n, last.by, last.why) == (2, FROM_FILE, "The file was changed.")
    assert "+sent 2" in last.diff


async def test_what_was_accepted_counts_after_a_restart_whatever_the_file_says_of_answers(store: SqliteStore) -> None:
    await seeded(store, Desk())
    await store.run(lambda tx: tx.versions.add(version("sent 1\nnew word")))
    desk = Desk("sent 1\nanother")
    kept = await seeded(store, desk)
    assert (kept.text("desk"), desk.gone_by) == ("sent 1\nnew word", ["sent 1\nnew word"])
    assert not kept.is_filed("desk")
    assert [n for n, _, _ in await history(store)] == [2, 1]


@pytest.mark.parametrize(
    ("accepted", "why"),
    [("sent 0\nnew word", "sends something else"), ("sent 1\nbroken", "does not load any more")],
)
async def test_what_was_accepted_beside_another_file_gives_way_to_the_file(
    store: SqliteStore, accepted: str, why: str
) -> None:
    await store.run(lambda tx: tx.versions.add(version(accepted)))
    desk = Desk()
    kept = await seeded(store, desk)
    last = kept.version("desk")
    assert last is not None
    assert (last.n, last.by, last.text) == (2, FROM_FILE, desk.filed)
    assert why in last.why
    assert "-" + accepted.splitlines()[-1] in last.diff.splitlines()


async def test_what_another_process_accepted_is_gone_by_at_the_next_look(store: SqliteStore) -> None:
    desk = Desk()
    kept = await seeded(store, desk)
    await store.run(kept.refresh)
    assert desk.gone_by == []
    await store.run(lambda tx: tx.versions.add(version("sent 1\nnew word")))
    await store.run(kept.refresh)
    await store.run(kept.refresh)
    assert desk.gone_by == ["sent 1\nnew word"]


async def test_what_another_process_has_in_its_file_is_not_sent_before_a_restart(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    kept = await seeded(store, desk)
    await store.run(lambda tx: tx.versions.add(version("sent 2\nword", by=FROM_FILE)))
    await store.run(kept.refresh)
    assert (desk.gone_by, kept.text("desk")) == ([], desk.filed)
    assert "needs a restart of the bot" in caplog.text


def test_a_system_without_a_description_is_unknown_and_somebody_is_told_which_have_one() -> None:
    kept = Kept({"desk": Desk()})
    with pytest.raises(Unknown, match="Did you mean desk"):
        kept.text("desc")
    assert (kept.called("desk"), kept.systems, kept.version("desk")) == ("Desk", ("desk",), None)
