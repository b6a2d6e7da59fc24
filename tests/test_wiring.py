"""The composition root: what is opened where, who may run beside whom, and what people read where it cannot be."""

import os
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.terminal.messenger import Terminal
from bot.application.start import Request, start
from bot.domain.errors import BotRuns, Misdeclared, StoreBusy, StoreFailed
from bot.domain.person import Door, PersonId
from bot.domain.run import RunId, RunState, short
from bot.settings import Settings, read_settings
from bot.wiring import (
    AUDIT_KEY,
    BACK_OFFICE,
    CHECKPOINTS,
    DATABASE,
    Bot,
    Wall,
    anchor_file,
    opened,
    peeking,
    pseudonyms,
    run_ids,
    shelf_of,
)
from bot.wiring.systems import bindings_of
from tests.audit.house import TEAM, ticket
from tests.gathered import TRIAGE_ALONE
from tests.made import Hand
from tests.naughty import every_short_text

SAMPLE = '[people.sam]\nname = "Sam"\nhandle = "@sam"\ngroups = ["staff"]\naccount = "sam"\n'


def settings_of(folder: Path, text: str = "", **places: Path) -> Settings:
    env: dict[str, str] = {}
    if text:
        file = folder / "countersign.toml"
        file.write_text(text)
        env["COUNTERSIGN_FILE"] = str(file)
    data, flows = places.get("data", folder / "data"), places.get("workflows", TRIAGE_ALONE)
    return read_settings(env, data=str(data), workflows=str(flows), account="sam")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return settings_of(tmp_path)


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator[Bot]:
    async with opened(settings) as bot:
        yield bot


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- folders and files -----------------------------------------------------------------------------------------------


async def test_everything_is_kept_in_the_data_folder_and_for_nobody_else(bot: Bot) -> None:
    data = bot.settings.data
    assert mode(data) == 0o700
    assert mode(data / AUDIT_KEY) == 0o600
    assert {DATABASE, BACK_OFFICE, AUDIT_KEY} <= {path.name for path in data.iterdir()}
    for path in data.iterdir():
        assert mode(path) & 0o077 == 0 or path.name.startswith(BACK_OFFICE), f"{path.name} is open to others."


async def test_a_folder_in_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c"
    async with opened(settings_of(tmp_path, data=deep)):
        assert (deep / DATABASE).is_file()


async def test_a_second_life_finds_what_the_first_one_left(settings: Settings) -> None:
    async with opened(settings) as bot, bot.running() as runtime:
        run = await begin(bot)
        await runtime.settle()
    async with opened(settings) as bot:
        assert (await bot.store.queries.run(run)).state is RunState.WAITING


async def begin(bot: Bot, n: int = 1) -> RunId:
    sam = bot.parts.directory.named("@sam")
    by = PersonId(sam.id) if sam else PersonId("nobody")
    request = Request("support_triage", ticket(n), Door.TERMINAL, TEAM, sam, by)
    return (await start(bot.parts, request)).run


async def test_cards_of_a_bot_are_written_where_its_caller_says(settings: Settings) -> None:
    said = list[str]()
    async with opened(settings, messenger=Terminal(said.append)) as bot, bot.running() as runtime:
        run = await begin(bot)
        await runtime.settle()
    assert any(f"Run {short(run)}" in text for text in said)


async def test_every_life_has_another_name(settings: Settings) -> None:
    names = set[str]()
    for _ in range(2):
        async with opened(settings) as bot:
            names.add(bot.instance)
            assert f"-{os.getpid()}-" in bot.instance
    assert len(names) == 2


async def test_a_sandbox_is_all_there_is_to_touch(bot: Bot) -> None:
    assert bot.all_sandbox()
    assert all(binding.sandbox for binding in bindings_of(bot.settings).values())


def test_without_systems_nothing_is_bound(tmp_path: Path) -> None:
    assert dict(bindings_of(settings_of(tmp_path, f"systems = {{}}\n{SAMPLE}"))) == {}


def test_checkpoints_are_kept_in_the_data_unless_a_better_place_is_named(tmp_path: Path) -> None:
    plain = settings_of(tmp_path)
    assert anchor_file(plain) == plain.data / CHECKPOINTS
    named = settings_of(tmp_path, f'{SAMPLE}[audit]\nanchor_file = "{tmp_path / "elsewhere"}"\n')
    assert anchor_file(named) == tmp_path / "elsewhere"


# --- one bot on one database -----------------------------------------------------------------------------------------


async def test_of_two_bots_on_the_same_data_the_second_is_refused_and_says_who_runs(settings: Settings) -> None:
    async with opened(settings) as one, opened(settings) as other, one.running():
        with pytest.raises(BotRuns, match=rf"running on this data already \(process {os.getpid()},"):
            async with other.running():
                raise AssertionError("It ran.")


async def test_the_refused_bot_can_still_ask_and_start(settings: Settings) -> None:
    """The command line is a bot that does not run."""
    async with opened(settings) as one, opened(settings) as other, one.running() as runtime:
        run = await begin(other)
        assert (await other.store.queries.run(run)).state is RunState.RUNNING
        await runtime._look_round()
        await runtime.settle()
        assert (await other.store.queries.run(run)).state is RunState.WAITING


async def test_a_bot_that_has_stopped_leaves_its_place(settings: Settings) -> None:
    for _ in range(2):
        async with opened(settings) as bot, bot.running():
            pass


async def test_a_bot_that_fails_leaves_its_place(settings: Settings) -> None:
    async with opened(settings) as bot:
        with pytest.raises(LookupError):
            async with bot.running():
                raise LookupError
        async with bot.running():
            pass


# --- what cannot be --------------------------------------------------------------------------------------------------


async def test_without_workflows_it_is_said_where_they_would_be(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, workflows=tmp_path / "nowhere")
    said = "There is no folder of workflows here. Say where they are with --workflows, or COUNTERSIGN_WORKFLOWS."
    with pytest.raises(Misdeclared) as refused:
        async with opened(settings):
            raise AssertionError("It opened.")
    assert refused.value.message == f"{tmp_path / 'nowhere'}: {said}"
    assert not settings.data.exists(), "Nothing was made on the way."


def test_a_file_is_no_folder_of_workflows(tmp_path: Path) -> None:
    (tmp_path / "flows").write_text("")
    with pytest.raises(Misdeclared, match="no folder of workflows"):
        shelf_of(settings_of(tmp_path, workflows=tmp_path / "flows"))


def test_workflows_can_be_read_without_any_data(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert "support_triage" in shelf_of(settings).names()
    assert not settings.data.exists()


@pytest.mark.parametrize("place", ["data", "data/deeper"])
async def test_data_that_cannot_be_a_folder_is_a_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "data").write_text("I was here first.")
    settings = settings_of(tmp_path, data=tmp_path / place)
    with pytest.raises(StoreFailed, match=r"cannot be made: .+\. Choose one with --data\.") as refused:
        async with opened(settings):
            raise AssertionError("It opened.")
    assert str(settings.data) in refused.value.message
    assert (tmp_path / "data").read_text() == "I was here first."


async def test_a_name_too_long_for_the_disk_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match=r"cannot be made: File name too long\. Choose one with --data\."):
        async with opened(settings_of(tmp_path, data=tmp_path / ("x" * 300))):
            raise AssertionError("It opened.")


async def test_a_database_that_is_none_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    settings.data.mkdir()
    (settings.data / DATABASE).write_bytes(b"This is a letter." * 300)
    with pytest.raises((StoreFailed, StoreBusy)):
        async with opened(settings):
            raise AssertionError("It opened.")
    assert (settings.data / DATABASE).read_bytes() == b"This is a letter." * 300


# --- peeking ---------------------------------------------------------------------------------------------------------


async def test_peeking_where_nothing_is_makes_nothing(settings: Settings) -> None:
    async with peeking(settings) as queries:
        assert queries is None
    assert not settings.data.exists()


async def test_peeking_sees_runs_and_changes_no_byte(settings: Settings) -> None:
    async with opened(settings) as bot:
        run = await begin(bot)
    before = (settings.data / DATABASE).read_bytes()
    async with peeking(settings) as queries:
        assert queries is not None
        assert (await queries.run(run)).state is RunState.RUNNING
    assert (settings.data / DATABASE).read_bytes() == before


# --- ids -------------------------------------------------------------------------------------------------------------


@dataclass
class Steps:
    """A clock that goes a given number of milliseconds at each look."""

    steps: list[int]
    at: datetime = field(default=datetime(2026, 3, 2, tzinfo=UTC))

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=self.steps.pop(0))
        return self.at


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=20))
def test_run_ids_sort_as_the_times_they_were_made_at(steps: list[int]) -> None:
    new = run_ids(Steps([*steps]))
    ids = [new() for _ in steps]
    assert ids == sorted(ids)


def test_run_ids_sort_for_centuries() -> None:
    clock = Hand(datetime(2026, 1, 1, tzinfo=UTC))
    new, ids = run_ids(clock), list[str]()
    for _ in range(1_000):
        ids.append(new())
        clock.forward(days=365)
    assert clock.at.year > 3000
    assert ids == sorted(ids)


async def test_a_run_with_an_id_of_the_older_form_is_found_among_new_ones(bot: Bot) -> None:
    """Until its first change the form had fewer letters of time, which would have begun anew in 2039."""
    older = RunId("m5h6w8k2x09azv4qn7pd3etb")
    assert await begin(replace(bot, parts=replace(bot.parts, new_run_id=lambda: older)), n=1) == older
    newer = await begin(bot, n=2)
    for said in (older, older[:4], older[-5:]):
        assert await bot.store.queries.find_run(said) == older
    assert await bot.store.queries.find_run(newer[-5:]) == newer


def test_run_ids_made_at_the_same_moment_differ_and_tell_nothing_of_each_other() -> None:
    new = run_ids(Hand())
    ids = {new() for _ in range(5_000)}
    assert len(ids) == 5_000
    assert len({one[:9] for one in ids}) == 1, "Nine letters are the time;"
    assert len({one[9:13] for one in ids}) > 4_900, "the rest is chance."


def test_run_ids_can_be_read_aloud_and_stand_in_a_path() -> None:
    new = run_ids(Wall())
    for _ in range(500):
        one = new()
        assert len(one) == 24
        assert set(one) <= set("0123456789abcdefghjkmnpqrstvwxyz"), "No i, l, o and u, which are misread."


def test_the_clock_on_the_wall_is_in_universal_time() -> None:
    assert Wall().now().utcoffset() == timedelta()


# --- pseudonyms ------------------------------------------------------------------------------------------------------

KEY = b"k" * 32


def test_a_pseudonym_is_the_same_however_the_address_is_typed() -> None:
    name = pseudonyms(KEY)
    assert len({name("Ana@Example.com"), name(" ana@example.com\n"), name("ANA@EXAMPLE.COM")}) == 1


def test_two_people_have_two_pseudonyms() -> None:
    name = pseudonyms(KEY)
    assert len({name(f"{n}@example.com") for n in range(2_000)}) == 2_000


def test_a_pseudonym_is_the_same_after_a_restart_and_another_one_elsewhere() -> None:
    assert pseudonyms(KEY)("ana@example.com") == pseudonyms(KEY)("ana@example.com")
    assert pseudonyms(b"j" * 32)("ana@example.com") != pseudonyms(KEY)("ana@example.com")


@every_short_text
def test_a_pseudonym_says_nothing_of_its_person(text: str) -> None:
    name = pseudonyms(KEY)(text)
    assert len(name) == 32
    assert set(name) <= set("0123456789abcdef")
