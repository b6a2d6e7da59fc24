"""Whoever types is known, and what one command leaves to another is never left lying."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.store.lock import file_lock, lock_holder
from bot.adapters.systems.sandbox import Backstage
from bot.application.decide import Wish, decide
from bot.commands.shell import words
from bot.commands.shell.screen import Screen
from bot.commands.shell.session import Listener, Session, find_run
from bot.domain.errors import NotAllowed, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import Run, RunId, RunState
from bot.runtimes.embedded import Embedded
from bot.settings import read_settings
from bot.wiring import BACK_OFFICE, DATABASE, Bot, opened
from tests.commands.line import WORKFLOWS, Line
from tests.naughty import SHORT_TEXTS


@asynccontextmanager
async def session(data: Path, *, account: str | None = None, speaks_as: str = "") -> AsyncGenerator[Session]:
    settings = read_settings({}, data=str(data), workflows=str(WORKFLOWS), account=account)
    listener = Listener()
    async with opened(settings, messenger=listener) as bot:
        yield Session(bot, Screen(), listener, speaks_as)


def approval(one: Session, run: str, person: str = "@farah") -> Wish:
    return Wish(RunId(run), Verdict.APPROVE, one.person(person), Door.TERMINAL)


def sent(data: Path) -> int:
    return len(Backstage(data / BACK_OFFICE).effects())


# --- carrying out --------------------------------------------------------------------------------------------------


async def test_a_command_carries_out_what_follows_from_it(line: Line, waiting: str) -> None:
    async with session(line.data) as one:
        run, carried = await one.carry_out(lambda: decide(one.bot.parts, approval(one, waiting)))
        assert (run.state, carried) == (RunState.RUNNING, True)
        assert (await one.bot.store.queries.run(RunId(waiting))).state is RunState.DONE
        assert not await one.is_something_due()


async def test_a_command_leaves_it_to_a_running_bot(line: Line, waiting: str) -> None:
    async with session(line.data) as one:
        with file_lock(line.data / DATABASE):
            _, carried = await one.carry_out(lambda: decide(one.bot.parts, approval(one, waiting)))
            assert not carried
            assert await one.is_something_due()
    assert sent(line.data) == 0


async def test_what_was_left_lying_is_done_by_the_next_command(line: Line, waiting: str) -> None:
    async with session(line.data) as one:
        with file_lock(line.data / DATABASE):
            await one.carry_out(lambda: decide(one.bot.parts, approval(one, waiting)))
    await asyncio.to_thread(line.start, "outage")
    assert sent(line.data) == 1
    assert (await asyncio.to_thread(line.show, waiting))["state"] == "done"


async def test_what_was_left_to_a_command_as_it_ended_is_done_by_it(
    line: Line, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other command finds the database taken, right after this one has looked for the last time."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(session(line.data))
        other = await stack.enter_async_context(session(line.data))
        settle, left = Embedded.settle, list[bool]()

        async def settle_and_be_surprised(self: Embedded) -> None:
            await settle(self)
            if not left:
                left.append((await other.carry_out(lambda: decide(other.bot.parts, approval(other, waiting))))[1])

        monkeypatch.setattr(Embedded, "settle", settle_and_be_surprised)
        comment = Wish(RunId(waiting), Verdict.COMMENT, one.person("@mia"), Door.TERMINAL, text="hm")
        await one.carry_out(lambda: decide(one.bot.parts, comment))
        assert left == [False]
    assert sent(line.data) == 1


async def test_what_cannot_be_done_now_keeps_no_command_from_ending(
    line: Line, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with session(line.data) as one:

        async def settle_nothing(_: Embedded) -> None:
            return None

        def take_nothing(*_: object) -> None:
            return None

        monkeypatch.setattr(Embedded, "settle", settle_nothing)
        monkeypatch.setattr(Embedded, "_take", take_nothing)
        _, carried = await one.carry_out(lambda: decide(one.bot.parts, approval(one, waiting)))
        assert carried


async def test_a_refusal_goes_through_and_lets_go(line: Line, waiting: str) -> None:
    async with session(line.data) as one:
        with pytest.raises(NotAllowed):
            await one.carry_out(lambda: decide(one.bot.parts, approval(one, waiting, "@sam")))
        assert lock_holder(line.data / DATABASE) == ""


async def test_waiting_for_another_process_has_an_end(
    line: Line, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.shell.session.LONGEST_WAIT", 0.2)
    async with session(line.data) as one:
        assert (await one.wait_for(RunId(waiting))).state is RunState.WAITING
        with file_lock(line.data / DATABASE):
            await one.carry_out(lambda: decide(one.bot.parts, approval(one, waiting)))
        with pytest.raises(TimeoutError):
            await one.wait_for(RunId(waiting))


def test_a_command_that_waits_says_when_it_gives_up(line: Line, waiting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.shell.session.LONGEST_WAIT", 0.2)
    with file_lock(line.data / DATABASE):
        answer = line.well("decide", waiting, "approve", "--as", "@farah", "--wait")
    assert answer.err == "The running bot has not finished this yet; it goes on with it.\n"


# --- who types -----------------------------------------------------------------------------------------------------

TOML = """\
team = "acme"

[people.ana]
name = "Ana"
handle = "@ana"
account = "{account}"

[people.bob]
name = "Bob"
handle = "@bob"
"""


async def test_whoever_sits_at_the_machine_is_who_the_settings_say(line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_text(TOML.format(account="ana.os"), "utf-8")
    async with session(line.data, account="ana.os") as one:
        typist = one.typist()
        assert (typist.person.id, typist.on_behalf_of) == ("acme/ana", "")


async def test_somebody_else_speaks_with_the_name_of_who_typed(line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_text(TOML.format(account="ana.os"), "utf-8")
    async with session(line.data, account="ana.os", speaks_as="@bob") as one:
        typist = one.typist()
        assert (typist.person.id, typist.on_behalf_of) == ("acme/bob", "acme/ana")


async def test_an_account_that_is_nobody_is_told_what_to_add(line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_text(TOML.format(account="ana.os"), "utf-8")
    async with session(line.data, account="stranger") as one:
        with pytest.raises(NotAllowed) as refused:
            one.typist()
    assert '[people.stranger]\n  name = "Your Name"' in refused.value.message


async def test_a_stranger_who_plays_somebody_is_called_by_the_account(line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_text(TOML.format(account="ana.os"), "utf-8")
    async with session(line.data, account="stranger", speaks_as="Bob") as one:
        assert one.typist().on_behalf_of == "account stranger"


def something_real(bot: Bot) -> bool:
    return False


async def test_nobody_speaks_for_others_once_real_systems_are_connected(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.wiring.Bot.all_sandbox", something_real)
    async with session(line.data, speaks_as="@farah") as one:
        with pytest.raises(NotAllowed) as refused:
            one.typist()
    assert (refused.value.reason, "Leave --as away" in refused.value.message) == ("not-a-sandbox", True)


# --- finding -------------------------------------------------------------------------------------------------------


async def test_no_text_finds_a_run_by_chance(line: Line, waiting: str) -> None:
    async with session(line.data) as one:
        for text in SHORT_TEXTS.values():
            with pytest.raises(Unknown):
                await find_run(one.bot.store.queries, text.encode(errors="replace").decode())


async def test_what_was_typed_is_said_back_as_it_was_typed(line: Line, waiting: str) -> None:
    """Also where some of its letters were read as others."""
    async with session(line.data) as one:
        with pytest.raises(Unknown, match="begins or ends with “oil”"):
            await find_run(one.bot.store.queries, "oil")


async def test_a_messenger_keeps_what_was_told(line: Line, waiting: str) -> None:
    listener = Listener()
    async with session(line.data) as one:
        run: Run = await one.bot.store.queries.run(RunId(waiting))
        assert await listener.show(run, one.terms_of(run), "approved") == "terminal"
        assert await listener.tell(run, "sample/olga", "Look.") == "terminal"
    assert [(notice.run, notice.to, notice.text) for notice in listener.notices] == [(waiting, "sample/olga", "Look.")]


# --- words ---------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=-1), "0 s"),
    ],
)
def test_a_time_is_told_in_one_unit(time: timedelta, said: str) -> None:
    assert words.span(time) == said
    assert words.ago(NOON - time, NOON) == f"{said} ago"


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (82_500_000_000, "82.5 GB"), (10**15, "1000.0 TB")],
)
def test_a_size_is_told_in_one_unit(count: int, said: str) -> None:
    assert words.size(count) == said


def test_the_rest_is_told_as_people_say_it() -> None:
    assert (words.moment(NOON), words.moment(None)) == ("2026-03-02 12:00 UTC", "")
    assert (words.stamp(NOON), words.stamp(None)) == ("2026-03-02T12:00:00.000Z", None)
    assert (words.money(0), words.money(1_500)) == ("–", "0.0015 USD")
    assert words.plural(1, "entry", "entries") == "1 entry"
    assert words.plural(2_000, "entry", "entries") == "2,000 entries"
    assert (words.per_cent(None), words.per_cent(0)) == ("–", "0 %")
    assert words.short("m7ytxem3anndvxsxj5mmj2yv") == "5mmj2yv"
