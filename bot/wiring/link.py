"""Where somebody outside the chat answers a question, as it stands in the mail to them."""

from contextlib import suppress

from bot.domain.errors import Broken
from bot.domain.slip import Slip
from bot.settings import Settings


def link_to(settings: Settings, slip: Slip) -> str:
    """The whole address. Raises Broken where nobody could come there."""
    from bot.adapters.web.inquiries import KEY
    from bot.adapters.web.keys import read_keys
    from bot.adapters.web.link import write_slip

    address = _address(settings)
    return f"{address}/inquiries/{write_slip(read_keys(settings.data, {}).derived(KEY), slip)}"


def _address(settings: Settings) -> str:
    from bot.wiring.web import ADDRESS

    web = settings.file.web
    if web.port is not None and web.url is not None:
        return web.url
    if web.port is None and web.url is None:  # what is tried on this machine opens a door here, and says where
        with suppress(OSError, ValueError):
            return (settings.data / ADDRESS).read_text(encoding="ascii").strip()
    raise Broken("No door is open to anybody outside. Set `port` and `url` under [web], then start the bot again.")
