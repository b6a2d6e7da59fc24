"""Where somebody outside the chat answers a question, as it stands in the mail to them."""

from bot.domain.errors import Broken
from bot.domain.slip import Slip
from bot.settings import Settings


def link_to(settings: Settings, slip: Slip) -> str:
    """The whole address. Raises Broken where nobody could come there."""
    from bot.adapters.web.inquiries import KEY
    from bot.adapters.web.keys import read_keys
    from bot.adapters.web.link import write_slip

    web = settings.file.web
    if web.port is None or web.url is None:
        raise Broken("No door is open to anybody outside. Set `port` and `url` under [web], then start the bot again.")
    return f"{web.url}/inquiries/{write_slip(read_keys(settings.data, {}).derived(KEY), slip)}"
