"""What holds for every test: no socket leaves this machine, no setting of the developer leaks in."""

import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

SETTINGS_OF_THE_DEVELOPER = ("COUNTERSIGN_", "OPENAI_", "OTEL_", "SLACK_")
ROOT = Path(__file__).resolve().parent.parent
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "wss_proxy")

refused_connections: list[str] = []
"""Every attempt to leave, even where the code under test swallowed the error."""


class LeftLoopback(PermissionError):
    """A test tried to reach another machine. An OSError, so that the code under test cleans up after it."""


def stays_here(host: object) -> bool:
    """Whether this is a way to name the machine we run on; a number is judged, a name is not looked up."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in {"", "localhost"}:
        return host is None or isinstance(host, str)
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host.endswith(".localhost")


def is_a_number(host: object) -> bool:
    """Whether looking this up asks nobody."""
    try:
        ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True


def guard(event: str, args: tuple[Any, ...]) -> None:
    """Refuse connections and look-ups that leave loopback. An audit hook also sees sockets made in C."""
    match event:
        case "socket.connect" | "socket.sendto" | "socket.sendmsg":
            address = args[1]
            leaves = not (address is None or isinstance(address, str | bytes) or stays_here(address[0]))
        case "socket.getaddrinfo" | "socket.gethostbyname":
            address = args[0]
            leaves = not stays_here(address) and not is_a_number(address)
        case _:
            return
    if leaves:
        refused_connections.append(f"{event} {address!r}")
        raise LeftLoopback(f"{event} {address!r}: tests talk to this machine only.")


MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3


def pytest_configure(config: pytest.Config) -> None:
    """Set the world up before anything of the bot is imported. The clock stands in a place nobody assumes."""
    certifying = config.getoption("markexpr") == "certify"
    if not certifying and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        # Thousands of databases wait for a disk here. What a disk does is certified on one.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    for name in list(os.environ):
        if name.startswith(SETTINGS_OF_THE_DEVELOPER) or name.lower() in PROXIES:
            del os.environ[name]
    os.environ["TZ"] = "Asia/Kathmandu"
    time.tzset()
    sys.addaudithook(guard)


@pytest.fixture(autouse=True)
def nothing_leaves_loopback() -> Iterator[None]:
    """Fail a test that tried to leave, whoever swallowed the refusal."""
    refused_connections.clear()
    yield
    assert refused_connections == [], "This test tried to reach another machine."


@pytest.fixture(autouse=True, scope="session")
def what_lies_in_the_repository_is_opened_once() -> Iterator[None]:
    """Its workflows do not change while tests run, and to open one takes as long as ten runs of it."""
    from bot.adapters.library import book, shelf

    known: dict[tuple[Path, str, str], book.Book] = {}

    def open_once(folder: Path, package: str, *, house: str = "") -> book.Book:
        which = folder.resolve(), package, house
        if not which[0].is_relative_to(ROOT):
            return book.open_book(folder, package, house=house)
        if which not in known:
            known[which] = book.open_book(folder, package, house=house)
        return known[which]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "open_book", open_once)
        yield


SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)

settings.register_profile("local", deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, print_blob=True)
settings.register_profile("certify", settings.get_profile("local"), max_examples=2_000)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def log_set_up() -> tuple[object, ...]:
    """What of the log belongs to the whole process, and so to every test after this one."""
    root, manager = logging.getLogger(), logging.root.manager
    loggers = [one for one in manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = {one.name: one.level for one in loggers if one.level and one.name.split(".")[0] in OWN_LOGGERS}
    silenced = {one.name for one in loggers if one.disabled}
    return root.level, root.handlers[:], logging.raiseExceptions, manager.disable, levels, silenced


OWN_LOGGERS = ("alembic", "apscheduler", "asyncio", "bot", "countersign")


@pytest.fixture(autouse=True)
def the_log_is_left_as_it_was_found() -> Iterator[None]:
    """Fail a test that leaves its own set-up of the log to the next one."""
    found = log_set_up()
    yield
    assert log_set_up() == found
