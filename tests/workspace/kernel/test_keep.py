"""What is kept is there after a restart; a file that is no good is told in a sentence."""

import os
import sqlite3
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.workspace.begin import Begun, Origin, begun
from bot.workspace.changes import conversing, filing, gathering, peopling, posting, scheduling, viewing
from bot.workspace.changes.forgetting import begin_anew
from bot.workspace.clock import Clock
from bot.workspace.company.reading import read_company
from bot.workspace.company.settling import settle
from bot.workspace.ids import Ids
from bot.workspace.keep.document import Row
from bot.workspace.keep.keeping import Keep, keeping
from bot.workspace.keep.store import APPLICATION, Store, opened_store
from bot.workspace.refusal import CannotStart
from bot.workspace.state.file import File
from bot.workspace.state.message import Message
from bot.workspace.state.scheduled import Scheduled
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import MIA, SUPPORT, made_workspace
from tests.workspace.whole import faults_in

NOON = 1_800_000_000.0
ADDRESS = "http://127.0.0.1:3000"


def origin(folder: Path, *, fresh: bool = False, seed: int | None = 1, stands_at: float = NOON) -> Origin:
    return Origin(
        company=read_company(None),
        file=folder / "data" / "workspace.db",
        fresh=fresh,
        ids_seed=seed,
        clock=Clock(stands_at=stands_at),
    )


def say(workspace: Workspace, name: str, text: str) -> Message:
    channel = workspace.channel_named(name)
    assert channel is not None
    return posting.post(workspace, Message(channel=channel.id, user=next(iter(channel.people)), text=text))


def everything(workspace: Workspace) -> object:
    """All that is kept, to compare."""
    return (
        workspace.team, workspace.people, workspace.groups, workspace.channels, workspace.apps, workspace.files,
        workspace.homes, workspace.scheduled, workspace.sessions,
    )  # fmt: skip


async def do_everything(workspace: Workspace) -> None:
    """One change of every kind."""
    (app,) = workspace.apps.values()
    mia = workspace.person_named("mia")
    assert mia is not None
    root = say(workspace, "support", "Root \ud800 half a letter, \u0000 and \U0001f600")
    reply = Message(channel=root.channel, user=mia.id, text="Reply", thread_ts=root.ts, broadcast=True)
    posting.post(workspace, reply)
    posting.edit(workspace, root, mia.id, posting.Wording(text="Edited", blocks=[{"type": "divider", "block_id": "x"}]))
    posting.react(workspace, root, mia.id, "tada")
    posting.pin(workspace, root, mia.id)
    posting.delete(workspace, say(workspace, "random", "Gone"))
    posting.mark_read(workspace, workspace.channels[root.channel], mia.id)
    gathering.create(workspace, "new-one", mia.id, private=True)
    mia.status_text = "Busy"
    peopling.settle_person(workspace, mia)
    viewing.publish_home(workspace, app.id, mia.id, {"type": "home", "blocks": []})
    viewing.open_modal(workspace, app.id, mia.id, {"type": "modal", "blocks": []})
    posting.whisper(workspace, Message(channel=root.channel, user=app.user, text="psst", only_for=mia.id))
    workspace.files["F1"] = File(
        id="F1", name="a.txt", title="A", mimetype="text/plain", user=mia.id, created=1, size=3, data=b"\x00\xffa"
    )
    later = Message(channel=root.channel, user=app.user, text="Later", app=app.id, bot=app.bot)
    scheduling.schedule(workspace, Scheduled(id="Q1", app=app.id, post_at=int(NOON) + 60, created=1, message=later))
    conversing.entitle(conversing.begin(workspace, app.id, root.channel, root.ts), "A thread")


# --- the same after a restart ------------------------------------------------------------------------------------


async def test_a_restart_gives_the_same_workspace(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS) as first:
        await do_everything(first.workspace)
        before = everything(first.workspace)
        assert (first.restored, first.other_company) == (False, False)
    async with begun(origin(tmp_path), ADDRESS) as second:
        assert (second.restored, second.other_company) == (True, False)
        assert everything(second.workspace) == before
        assert faults_in(second.workspace) == []
        assert (second.workspace.modals, second.workspace.whispers) == ({}, {})


async def test_new_names_after_a_restart_are_new_and_later(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS) as first:
        message = say(first.workspace, "random", "First")
        used = {*first.workspace.people, *first.workspace.channels}
    async with begun(origin(tmp_path, stands_at=NOON - 1000), ADDRESS) as second:
        assert say(second.workspace, "random", "Second").ts > message.ts
        assert {second.workspace.ids.new("U")[1:] for _ in range(200)}.isdisjoint(id[1:] for id in used)


async def test_what_was_put_off_comes_after_a_restart_too(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS) as first:
        await do_everything(first.workspace)
    later = origin(tmp_path)
    async with begun(later, ADDRESS) as second:
        later.clock.advance(61)
        support = second.workspace.channel_named("support")
        assert support is not None
        assert [*support.messages.values()][-1].text == "Later"
        assert second.workspace.scheduled == {}


async def test_the_address_is_that_of_the_new_start(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS):
        pass
    async with begun(origin(tmp_path), "http://127.0.0.1:4000") as second:
        assert second.workspace.team.url == "http://127.0.0.1:4000/"


async def test_a_fresh_start_forgets_everything(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS) as first:
        say(first.workspace, "random", "To be forgotten")
        token = next(iter(first.workspace.apps.values())).bot_token
    async with begun(origin(tmp_path, fresh=True, seed=2), ADDRESS) as second:
        assert not second.restored
        assert next(iter(second.workspace.apps.values())).bot_token != token
    async with begun(origin(tmp_path), ADDRESS) as third:
        assert third.restored
        assert "To be forgotten" not in str(everything(third.workspace))


async def test_all_that_begins_anew_while_it_runs_is_kept_as_it_began(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS) as first:
        before = [*first.workspace.channels]
        say(first.workspace, "random", "To be forgotten")
        first.workspace.clock.advance(60)
        first.anew()
        say(first.workspace, "random", "Remembered")
        expected = everything(first.workspace)
    async with begun(origin(tmp_path), ADDRESS) as second:
        assert everything(second.workspace) == expected
        assert [*second.workspace.channels] == before


async def test_another_company_is_told_apart(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS):
        pass
    company = read_company(None).model_copy(update={"groups": {}})
    other = Origin(company=company, file=tmp_path / "data" / "workspace.db")
    async with begun(other, ADDRESS) as second:
        assert second.other_company
        assert second.workspace.groups
    async with begun(origin(tmp_path), ADDRESS) as third:
        assert not third.other_company


async def test_another_manifest_is_the_same_company(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS) as first:
        token = next(iter(first.workspace.apps.values())).bot_token
    company = read_company(None)
    renamed = company.model_copy(update={"app": company.app.model_copy(update={"name": "deploybot"})})
    async with begun(Origin(company=renamed, file=tmp_path / "data" / "workspace.db"), ADDRESS) as second:
        (app,) = second.workspace.apps.values()
        assert (second.other_company, app.name, app.bot_token) == (False, "deploybot", token)


async def test_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    async with begun(Origin(company=read_company(None)), ADDRESS) as found:
        say(found.workspace, "random", "x")
    assert os.listdir(tmp_path) == []


# --- while it runs -----------------------------------------------------------------------------------------------


@pytest.fixture
def workspace() -> Workspace:
    return made_workspace()


def _rows(path: Path) -> dict[tuple[str, str], str]:
    with opened_store(path) as store:
        return {(row.kind, row.id): row.body or "" for row in store.rows()}


@dataclass
class Spy:
    """Writes, and remembers what."""

    store: Store
    written: list[list[Row]]

    def __post_init__(self) -> None:
        self.path = self.store.path

    def write(self, rows: Iterable[Row], *, anew: bool = False) -> None:
        self.written.append([*rows])
        self.store.write(self.written[-1], anew=anew)


@dataclass
class Full:
    """A disk with no room left, for now."""

    path: Path
    full: bool = True
    rows: tuple[Row, ...] = ()

    def write(self, rows: Iterable[Row], *, anew: bool = False) -> None:
        if self.full:
            raise sqlite3.OperationalError("disk is full")
        self.rows = tuple(rows)


async def test_only_what_changed_is_written(tmp_path: Path, workspace: Workspace) -> None:
    written: list[list[Row]] = []
    with opened_store(tmp_path / "x.db") as store:
        keep = Keep(Spy(store, written), workspace)
        workspace.listen(keep.hear)
        await keep.flush()
        message = posting.post(workspace, Message(channel=SUPPORT, user=MIA, text="x"))
        await keep.flush()
        await keep.flush()
    assert [(row.kind, row.id) for row in written[1]] == [("message", f"{SUPPORT}/{message.ts}"), ("channel", SUPPORT)]
    assert written[2] == []


async def test_what_cannot_be_written_now_is_written_later(tmp_path: Path, workspace: Workspace) -> None:
    store = Full(tmp_path / "x.db")
    keep = Keep(store, workspace)
    workspace.listen(keep.hear)
    message = posting.post(workspace, Message(channel=SUPPORT, user=MIA, text="x"))
    with pytest.raises(sqlite3.OperationalError):
        await keep.flush()
    store.full = False
    await keep.flush()
    kinds = {row.kind for row in store.rows}
    assert {"team", "person", "channel", "message"} <= kinds
    assert f"{SUPPORT}/{message.ts}" in {row.id for row in store.rows}


async def test_a_disk_that_is_full_does_not_stop_the_workspace(
    tmp_path: Path, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    with opened_store(tmp_path / "x.db") as store:
        async with keeping(store, workspace, new=True, notes={}):
            store.connection.execute("PRAGMA query_only = 1")
            posting.post(workspace, Message(channel=SUPPORT, user=MIA, text="x"))
    assert "The workspace cannot be written to" in caplog.text


async def test_everything_is_on_the_disk_when_it_closes(tmp_path: Path, workspace: Workspace) -> None:
    with opened_store(tmp_path / "x.db") as store:
        async with keeping(store, workspace, new=True, notes={"a": "b"}):
            for n in range(100):
                posting.post(workspace, Message(channel=SUPPORT, user=MIA, text=str(n)))
    rows = _rows(tmp_path / "x.db")
    assert sum(kind == "message" for kind, _ in rows) == 100
    assert rows["note", "a"] == "b"


async def test_what_is_gone_is_gone_from_the_disk_too(tmp_path: Path, workspace: Workspace) -> None:
    with opened_store(tmp_path / "x.db") as store:
        async with keeping(store, workspace, new=True, notes={}) as keep:
            message = posting.post(workspace, Message(channel=SUPPORT, user=MIA, text="x"))
            workspace.files["F1"] = File(id="F1", name="a", title="a", mimetype="x", user=MIA, created=1)
            await keep.flush()
            posting.delete(workspace, message)
            filing.remove(workspace, workspace.files["F1"])
    assert not {kind for kind, _ in _rows(tmp_path / "x.db")} & {"message", "file"}


async def test_nothing_of_what_was_forgotten_stays_on_the_disk(tmp_path: Path) -> None:
    company, clock = read_company(None), Clock(stands_at=NOON)
    workspace = settle(company, clock, Ids(1), ADDRESS)
    with opened_store(tmp_path / "x.db") as store:
        async with keeping(store, workspace, new=True, notes={}) as keep:
            say(workspace, "random", "To be forgotten")
            await keep.flush()
            clock.advance(60)
            begin_anew(workspace, settle(company, clock, workspace.ids, ADDRESS, before=workspace))
    written = {id for kind, id in _rows(tmp_path / "x.db") if kind == "message"}
    assert written == {f"{one.id}/{ts}" for one in workspace.channels.values() for ts in one.messages}


# --- a file that is no good --------------------------------------------------------------------------------------


async def refusal(folder: Path, *, fresh: bool = False) -> str:
    with pytest.raises(CannotStart) as refused:
        await _open(origin(folder, fresh=fresh))
    return str(refused.value).replace(str(folder), "")


async def _open(where: Origin) -> Begun:
    async with begun(where, ADDRESS) as found:
        return found


def file_in(folder: Path) -> Path:
    (folder / "data").mkdir(exist_ok=True)
    return folder / "data" / "workspace.db"


async def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    file.write_text("This is a letter to my aunt, and it is long enough to have a head like a database has. " * 9)
    for fresh in (False, True):
        assert await refusal(tmp_path, fresh=fresh) == (
            "/data/workspace.db is no workspace's file. Move it away, or name another folder with --data."
        )
    assert file.read_text().startswith("This is a letter")


async def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(file_in(tmp_path))
    connection.execute("CREATE TABLE letters (text TEXT)")
    connection.close()
    for fresh in (False, True):
        assert "is a file of something else" in await refusal(tmp_path, fresh=fresh)


async def _kept(folder: Path) -> Path:
    async with begun(origin(folder), ADDRESS) as found:
        for n in range(300):
            say(found.workspace, "random", f"{n} " * 50)
    return file_in(folder)


async def test_a_damaged_file_is_told_and_a_fresh_start_mends_it(tmp_path: Path) -> None:
    file = await _kept(tmp_path)
    raw = bytearray(file.read_bytes())
    raw[4096:40_000] = os.urandom(40_000 - 4096)
    file.write_bytes(raw)
    assert "is damaged. Put back a copy of it, or begin anew with --fresh" in await refusal(tmp_path)
    await _open(origin(tmp_path, fresh=True))


async def test_a_cut_file_is_told(tmp_path: Path) -> None:
    file = await _kept(tmp_path)
    file.write_bytes(file.read_bytes()[:20_000])
    assert "is damaged" in await refusal(tmp_path)


DAMAGE = [
    "DELETE FROM kept WHERE kind = 'team'",
    "DELETE FROM kept WHERE kind = 'app'",
    "DELETE FROM kept WHERE kind = 'channel'",
    "DELETE FROM kept WHERE kind = 'note'",
    "UPDATE kept SET body = '{' WHERE kind = 'message'",
    "UPDATE kept SET body = '[]' WHERE kind = 'person'",
    "UPDATE kept SET body = replace(body, '\"U', '\"X') WHERE kind = 'app'",
    "UPDATE kept SET body = 'many' WHERE id = 'starts'",
    "DROP TABLE kept",
]


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_file_whose_rows_do_not_fit_is_told(tmp_path: Path, damage: str) -> None:
    connection = sqlite3.connect(await _kept(tmp_path))
    connection.execute(damage)
    connection.commit()
    connection.close()
    assert "is damaged" in await refusal(tmp_path)


async def test_another_version_is_told_and_a_fresh_start_replaces_it(tmp_path: Path) -> None:
    connection = sqlite3.connect(await _kept(tmp_path))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "was written by another version of the workspace" in await refusal(tmp_path)
    await _open(origin(tmp_path, fresh=True))


async def test_two_workspaces_do_not_share_a_file(tmp_path: Path) -> None:
    async with begun(origin(tmp_path), ADDRESS):
        for fresh in (False, True):
            assert "Another workspace uses /data/workspace.db" in await refusal(tmp_path, fresh=fresh)


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert await refusal(tmp_path) == "The folder /data cannot be made: File exists. Name another one with --data."


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable for root")
async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    assert "cannot be written: Permission denied. Name another folder with --data." in await refusal(tmp_path)


async def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    file_in(tmp_path).mkdir()
    assert "cannot be written: Is a directory. Name another folder with --data." in await refusal(tmp_path)


async def test_nobody_else_may_read_what_is_kept(tmp_path: Path) -> None:
    file = await _kept(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.name for one in file.parent.iterdir()] == ["workspace.db"]


def test_the_head_of_a_file_says_whose_it_is(tmp_path: Path) -> None:
    with opened_store(tmp_path / "x.db"):
        pass
    assert (tmp_path / "x.db").read_bytes()[68:72] == APPLICATION.to_bytes(4, "big")
