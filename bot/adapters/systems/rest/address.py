"""Which addresses a system may have. What a name stands for is judged when the connection is made, not before."""

import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.errors import Broken

Addresses = Callable[[str, int, socket.AddressFamily], Awaitable[list[ResolveResult]]]
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]

_NAT64 = ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether this is an address of the open internet, and no other one in disguise."""
    try:
        ip = _innermost(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_link_local)


def _innermost(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address carries."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def refuse_private(address: str) -> None:
    """Raise Broken where an address is not of the open internet."""
    if not is_public(address):
        raise Broken(
            "Its name stands for an address of this machine or of a private network, where no system of ours is."
            " Nothing was sent. Where that is meant, say private = true in its section."
        )


def guarded_socket(info: AddressInfo) -> socket.socket:
    """A socket for an address of the open internet; the last word before a connection is made."""
    family, kind, protocol, _, address = info
    refuse_private(str(address[0]))
    return socket.socket(family, kind, protocol)


class GuardedResolver(AbstractResolver):
    """Looks names up as ever, and refuses a name of which any address is private."""

    def __init__(self, look_up: Addresses | None = None) -> None:
        self._look_up = look_up or ThreadedResolver().resolve

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._look_up(host, port, family)
        for one in found:
            refuse_private(one["host"])
        return found

    async def close(self) -> None:
        return None
