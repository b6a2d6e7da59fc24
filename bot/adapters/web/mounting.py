"""Which place is heard by whom."""

from collections.abc import Sequence
from time import monotonic

from aiohttp import web

from bot.adapters.web.answer import answering, counting
from bot.adapters.web.forms import Forms
from bot.adapters.web.hooks import Hooks
from bot.adapters.web.inquiries import Inquiries
from bot.adapters.web.kept import Keeping
from bot.adapters.web.keys import Keys
from bot.adapters.web.mails import Mails
from bot.adapters.web.openapi import Described
from bot.adapters.web.pace import Pace
from bot.adapters.web.people import paging
from bot.adapters.web.proxy import Network, seen_through
from bot.adapters.web.serving import Entrance, Mount
from bot.application.parts import Parts

NAME = "{name:[a-z][a-z0-9_]*}"
SLIP = "{slip:[A-Za-z0-9_.-]+}"
BY_LINK, BY_ADDRESS = (10, 6.0), (60, 60.0)
"""How many forms at once, and then how many a minute."""


def mounts_of(keeping: Keeping, keys: Keys, *, address: str) -> tuple[Mount, ...]:
    """Everything that is open; `address` is what others call this place."""
    described = Described(keeping.parts, address)
    hooks, mails = Hooks(keeping, keys), Mails(keeping, keys)
    by_link, by_address = (Pace(*limit, now=monotonic) for limit in (BY_LINK, BY_ADDRESS))
    forms = Forms(keeping, keys, by_link=by_link, by_address=by_address)
    inquiries = Inquiries(keeping, keys, by_address=by_address)

    def machines(router: web.UrlDispatcher) -> None:
        router.add_post(f"/hooks/{NAME}", hooks.hear)
        router.add_post(f"/mail/{NAME}", mails.hear)

    def people(router: web.UrlDispatcher) -> None:
        router.add_get(f"/forms/{NAME}", forms.show)
        router.add_post(f"/forms/{NAME}", forms.send)
        router.add_get(f"/inquiries/{SLIP}", inquiries.show)
        router.add_post(f"/inquiries/{SLIP}", inquiries.send)

    def anybody(router: web.UrlDispatcher) -> None:
        router.add_get("/openapi.json", described.answer)
        router.add_get("/healthz", _alive)

    return machines, people, anybody


def entrance_of(parts: Parts, proxies: Sequence[Network]) -> Entrance:
    """What stands before all of them: who it is, how many are sent away, and that each gets an answer of ours."""
    return Entrance(middlewares=(seen_through(proxies), counting(parts.turned_away), paging, answering))


async def _alive(request: web.Request) -> web.Response:
    del request
    return web.Response(text="alive\n")
