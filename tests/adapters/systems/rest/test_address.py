"""Private addresses are refused when the connection is made, whatever their name, and however they are disguised."""

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.abc import ResolveResult

from bot.adapters.systems.rest.address import guarded_socket, is_public
from bot.adapters.systems.rest.pace import LONGEST_WAIT, Pace
from bot.adapters.systems.rest.wire import Host, credential_headers
from bot.domain.errors import Broken, Transient
from tests.adapters.systems.rest.remote import KEY, OPEN, Remote, desk, says, serving

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "localhost",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_none_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_a_public_one_is(address: str) -> None:
    assert is_public(address)


def test_the_socket_itself_is_refused() -> None:
    with pytest.raises(Broken, match="private = true"):
        guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))


class Rebinding:
    """A name that stands for another address each time somebody asks."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = [*answers]

    async def __call__(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=6, flags=0)
            for address in self._answers.pop(0)
        ]


async def called(remote: Remote, name: str, look_up: Rebinding | None, *, private: bool = False) -> str:
    """What a call to the server under another name came to."""
    remote.script = [says({"ticket": {"id": 1, "url": "", "version": 1}}, 201)]
    async with serving(remote) as server:
        host = Host(name="Desk", url="", private=private, look_up=look_up)
        system = desk(f"http://{name}:{server.make_url('').port}", host=host)
        try:
            await system.execute(OPEN, KEY)
        except Broken as refused:
            return refused.message
        finally:
            await system.close()
    return "done"


async def test_a_name_that_stands_for_this_machine_gets_nothing(remote: Remote) -> None:
    said = await called(remote, "desk.example.com", Rebinding(("127.0.0.1",)))
    assert "an address of this machine or of a private network" in said
    assert remote.heard == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse_them_all(remote: Remote) -> None:
    said = await called(remote, "desk.example.com", Rebinding(("93.184.216.34", "127.0.0.1")))
    assert "Nothing was sent." in said
    assert remote.heard == []


async def test_a_name_that_is_bound_anew_between_two_calls_is_judged_anew(remote: Remote) -> None:
    """Each call has a connection of its own and asks for the address again: nothing rests on an earlier answer."""
    names = Rebinding(("127.0.0.1",), ("127.0.0.1",))
    for _ in range(2):
        assert "Nothing was sent." in await called(remote, "desk.example.com", names)
    assert names._answers == []


@pytest.mark.parametrize("address", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]"])
async def test_an_address_instead_of_a_name_is_judged_as_well(remote: Remote, address: str) -> None:
    assert "Nothing was sent." in await called(remote, address, Rebinding(("127.0.0.1",)))
    assert remote.heard == []


async def test_where_the_settings_mean_it_this_machine_may_be_called(remote: Remote) -> None:
    assert await called(remote, "127.0.0.1", None, private=True) == "done"
    assert len(remote.heard) == 1


# --- pace -------------------------------------------------------------------------------------------------------------


class Watch:
    """A clock that goes on only where somebody waits."""

    def __init__(self) -> None:
        self.now, self.waits = 100.0, list[float]()

    def __call__(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


async def test_calls_begin_no_faster_than_their_pace() -> None:
    watch = Watch()
    pace = Pace(0.5, now=watch, pause=watch.pause)
    for _ in range(3):
        await pace.turn()
    assert watch.waits == [0.5, 0.5]
    watch.now += 10
    await pace.turn()
    assert watch.waits == [0.5, 0.5]


async def test_a_short_wait_that_was_asked_for_is_waited_for_and_a_long_one_is_put_off() -> None:
    watch = Watch()
    pace = Pace(0, now=watch, pause=watch.pause)
    pace.hold(timedelta(seconds=5))
    await pace.turn()
    assert watch.waits == [5.0]
    pace.hold(timedelta(seconds=LONGEST_WAIT + 1))
    with pytest.raises(Transient) as later:
        await pace.turn()
    assert later.value.retry_after == timedelta(seconds=LONGEST_WAIT + 1)


def test_a_host_shows_nothing_that_is_secret() -> None:
    host = Host(name="Desk", url="https://desk.example.com", headers={"Authorization": "Bearer s3cr3t"})
    assert "s3cr3t" not in repr(replace(host, private=True))


@pytest.mark.parametrize(
    ("by", "header", "prefix", "carried"),
    [
        ("bearer", "Authorization", "", {"Authorization": "Bearer a:b"}),
        ("basic", "Authorization", "", {"Authorization": "Basic YTpi"}),
        ("header", "X-Key", "Key ", {"X-Key": "Key a:b"}),
    ],
)
def test_a_credential_is_carried_as_the_description_says(
    by: str, header: str, prefix: str, carried: dict[str, str]
) -> None:
    assert credential_headers(by, header=header, prefix=prefix, credential="a:b") == carried
