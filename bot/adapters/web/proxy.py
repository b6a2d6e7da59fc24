"""Who somebody is that comes through a proxy: the address which the last proxy of ours wrote down, and no other.

What stands further left in the header was written by whoever sent it, so it is never looked at.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.adapters.web.answer import Hear

HOPS = "X-Forwarded-For"
Network = IPv4Network | IPv6Network
_WITH_PORT = re.compile(r"\[([^\[\]]+)\](?::\d{1,5})?|([\d.]+):\d{1,5}", re.ASCII)


def address_behind(remote: str, hops: Iterable[str], proxies: Sequence[Network]) -> str:
    """The address of whoever comes: `remote`, unless that is a proxy of ours which says for whom it speaks.

    What says no address, or one of the machine itself, is not believed; `remote` stays then.
    """
    peer = _address(remote)
    if peer is None or not _is_one(peer, proxies):
        return remote
    for hop in reversed(",".join(hops).split(",")):
        found = _address(hop)
        if found is not None and _is_one(found, proxies):
            continue
        return remote if found is None or found.is_loopback else str(found)
    return remote


def seen_through(proxies: Sequence[Network]) -> Middleware:
    """From here on, whoever comes through one of these proxies has the address that it names."""

    @web.middleware
    async def see(request: web.Request, handler: Hear) -> web.StreamResponse:
        remote = request.remote or ""
        address = address_behind(remote, request.headers.getall(HOPS, ()), proxies)
        return await handler(request if address == remote else request.clone(remote=address))

    return see


def _is_one(address: IPv4Address | IPv6Address, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address without its port; one of IPv4 that is written as IPv6 is the same one."""
    written = text.strip()
    if (parts := _WITH_PORT.fullmatch(written)) is not None:
        written = parts[1] or parts[2]
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return found if isinstance(found, IPv4Address) else found.ipv4_mapped or found
