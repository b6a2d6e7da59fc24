"""The front's place on a server, and how the bot is: for whoever serves them."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.adapters.slack.intake.front import Front

PATH = "/slack/events"
ALIVE, READY = "/healthz", "/readyz"
NOT_READY = 503

Why = Callable[[], Awaitable[str]]
"""Why the bot is not ready, as one line that quotes nobody; empty where it is."""


def mount_of(front: Front | None, *, why_not: Why | None = None) -> Callable[[web.UrlDispatcher], None]:
    """Adds the front at `PATH`, where there is one.

    Where it is known `why_not`, anybody may ask whether the bot lives and is ready.
    """

    def mount(router: web.UrlDispatcher) -> None:
        if front is not None:
            router.add_post(PATH, front.hear)
        if why_not is not None:
            router.add_get(ALIVE, _alive)
            router.add_get(READY, _readiness(why_not))

    return mount


async def _alive(request: web.Request) -> web.Response:
    del request
    return web.Response(text="alive\n")


def _readiness(why_not: Why) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        del request
        why = await why_not()
        return web.Response(text=f"{why or 'ready'}\n", status=NOT_READY if why else 200)

    return answer
