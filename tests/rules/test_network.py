"""The guard in conftest is real: it refuses what leaves this machine and lets loopback through."""

import _socket
import asyncio
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import LeftLoopback, refused_connections, stays_here

ELSEWHERE = "192.0.2.1"
"""Kept free for examples: no machine has this address."""


@pytest.fixture
def expected_refusals() -> Iterator[list[str]]:
    """What the guard refused in this test, which is then no reason to fail it."""
    yield refused_connections
    refused_connections.clear()


async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.readline())
    writer.close()
    await writer.wait_closed()


def test_a_connection_to_another_machine_is_refused(expected_refusals: list[str]) -> None:
    with socket.socket() as connection, pytest.raises(LeftLoopback):
        connection.connect((ELSEWHERE, 80))
    assert len(expected_refusals) == 1


def test_a_connection_that_reports_by_number_is_refused_as_well(expected_refusals: list[str]) -> None:
    with socket.socket() as connection, pytest.raises(LeftLoopback):
        connection.connect_ex((ELSEWHERE, 80))


def test_a_socket_made_in_c_is_refused_as_well(expected_refusals: list[str]) -> None:
    connection = _socket.socket()
    with pytest.raises(LeftLoopback):
        connection.connect((ELSEWHERE, 80))
    connection.close()


def test_a_datagram_to_another_machine_is_refused(expected_refusals: list[str]) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as connection:
        with pytest.raises(LeftLoopback):
            connection.sendto(b"hello", (ELSEWHERE, 53))
        with pytest.raises(LeftLoopback):
            connection.sendmsg([b"hello"], [], 0, (ELSEWHERE, 53))


def test_the_name_of_another_machine_is_not_looked_up(expected_refusals: list[str]) -> None:
    with pytest.raises(LeftLoopback):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(LeftLoopback):
        socket.gethostbyname("example.org")


async def test_the_event_loop_is_guarded_too(expected_refusals: list[str]) -> None:
    with pytest.raises(LeftLoopback):
        await asyncio.open_connection("example.org", 443)
    with pytest.raises(LeftLoopback):
        await asyncio.open_connection(ELSEWHERE, 443)


def test_a_swallowed_refusal_is_still_known(expected_refusals: list[str]) -> None:
    with suppress(OSError):
        socket.create_connection((ELSEWHERE, 80))
    assert expected_refusals == [f"socket.connect ('{ELSEWHERE}', 80)"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_loopback_is_open(host: str) -> None:
    async with await asyncio.start_server(answer_once, host, 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()
        await writer.wait_closed()


async def test_a_unix_socket_is_open(tmp_path: Path) -> None:
    path = str(tmp_path / "bot.sock")
    async with await asyncio.start_unix_server(answer_once, path):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("host", ["127.0.0.2", "127.8.9.1", "::1", "localhost", b"127.0.0.1", "", None])
def test_these_names_mean_this_machine(host: object) -> None:
    assert stays_here(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "0.0.0.0", "::", "fe80::1%eth0", "localhost.example.org", 7])
def test_these_names_do_not_mean_this_machine(host: object) -> None:
    assert not stays_here(host)


def test_the_clock_of_the_tests_stands_where_nobody_assumes_it() -> None:
    assert ZoneInfo(os.environ["TZ"]).utcoffset(datetime.now(UTC)) == timedelta(hours=5, minutes=45)
    assert time.timezone in {-(5 * 3600 + 45 * 60), 0}, "0 where the system has no time zones of its own"


def test_no_proxy_or_key_of_the_developer_reaches_a_test() -> None:
    names = {name.lower() for name in os.environ}
    assert not {name for name in names if name.endswith("_proxy") and name != "no_proxy"}
    assert not {name for name in names if name.startswith(("slack_", "openai_"))}
