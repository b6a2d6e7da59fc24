"""Whose address counts: of whoever comes through a proxy of ours the one it wrote down, of everybody else their own."""

import logging
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.adapters.web.proxy import HOPS, address_behind
from tests.adapters.web.street import Street, opened_to_the_street
from tests.application.office import opened

OURS = tuple(map(ip_network, ("10.0.0.0/8", "fd00::/8")))
HERE = tuple(map(ip_network, ("127.0.0.0/8", "10.0.0.0/8")))
FORM = {"triggers": {"doors": ["terminal", "slack", "webhook", "form"]}}


@pytest.mark.parametrize(
    ("remote", "hops", "address"),
    [
        ("10.0.0.2", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.2", ["203.0.113.9, 10.0.0.7"], "203.0.113.9"),
        ("10.0.0.2", ["198.51.100.1", "203.0.113.9, 10.0.0.7", "10.0.0.8"], "203.0.113.9"),
        ("::ffff:10.0.0.2", [" ::ffff:203.0.113.9 "], "203.0.113.9"),
        ("fd00::2", ["2001:DB8::0009"], "2001:db8::9"),
        ("fd00::2%eth0", ["[2001:db8::9]:4711"], "2001:db8::9"),
        ("10.0.0.2", ["[2001:db8::9]"], "2001:db8::9"),
        ("10.0.0.2", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.2", ["fd00::3, 203.0.113.9, fd00::4"], "203.0.113.9"),
    ],
)
def test_a_proxy_of_ours_says_for_whom_it_speaks(remote: str, hops: list[str], address: str) -> None:
    assert address_behind(remote, hops, OURS) == address


@pytest.mark.parametrize(
    "hops", [["198.51.100.1, 203.0.113.9"], ["10.0.0.9, 203.0.113.9"], ["127.0.0.1", "203.0.113.9"]]
)
def test_what_a_stranger_wrote_before_it_came_to_us_counts_for_nothing(hops: list[str]) -> None:
    assert address_behind("10.0.0.2", hops, OURS) == "203.0.113.9"


@pytest.mark.parametrize("remote", ["203.0.113.9", "2001:db8::9", "", "no address", "127.0.0.1", "11.0.0.2"])
def test_whoever_is_no_proxy_of_ours_is_not_believed(remote: str) -> None:
    assert address_behind(remote, ["198.51.100.1"], OURS) == remote
    assert address_behind(remote, ["198.51.100.1"], ()) == remote


@pytest.mark.parametrize(
    "hops",
    [
        [],
        [""],
        [",,"],
        ["unknown"],
        ["203.0.113.9, _hidden"],
        ["203.0.113.9, 10.0.0.7,"],
        ["203.0.113.9,999.0.0.1"],
        ["203.0.113.9 198.51.100.1"],
        ["٢٠٣.0.113.9"],
        ["203.0.113.9:٤"],
        ["[[::1]]"],
        ["[10.0.0"],
        ["3405803785"],
        ["\udcff\x00"],
        ["1" * 8000],
        ["10.0.0.7, 10.0.0.8"],
        ["127.0.0.1"],
        ["::1"],
    ],
)
def test_where_a_proxy_names_nobody_it_stands_for_itself(hops: list[str]) -> None:
    assert address_behind("10.0.0.2", hops, OURS) == "10.0.0.2"


# --- at the doors -----------------------------------------------------------------------------------------------------


async def statuses(street: Street, hops: str, times: int) -> list[int]:
    path = "/forms/one_act?k=none"
    return [(await street.send(path, method="GET", headers={HOPS: hops})).status for _ in range(times)]


async def test_one_who_comes_too_often_through_the_proxy_keeps_nobody_else_out(tmp_path: Path) -> None:
    async with opened(tmp_path, brief=FORM) as office, opened_to_the_street(office, proxies=HERE) as street:
        assert (await statuses(street, "203.0.113.9", 61))[-1] == 429
        assert await statuses(street, "198.51.100.7, 203.0.113.9", 1) == [429], "A stranger cannot be somebody else."
        assert await statuses(street, "203.0.113.10", 1) == [403]


async def test_without_proxies_nobody_gets_another_address_by_a_header(tmp_path: Path) -> None:
    async with opened(tmp_path, brief=FORM) as office, opened_to_the_street(office) as street:
        assert (await statuses(street, "203.0.113.9", 61))[-1] == 429
        assert await statuses(street, "203.0.113.10", 1) == [429]


async def test_the_log_says_who_was_refused_and_not_which_proxy_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with opened(tmp_path) as office, opened_to_the_street(office, proxies=HERE) as street:
        answer = await street.send("/hooks/one_act", b"{}", headers={HOPS: "203.0.113.9"})
        assert answer.status == 401
    assert [getattr(one, "remote", "") for one in caplog.records] == ["203.0.113.9"]
