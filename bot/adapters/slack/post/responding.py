"""Another message in place of a private one, by the address that came with a press on it. No token goes with it."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import SplitResult, urlsplit

import aiohttp

Respond = Callable[[str, Mapping[str, object]], Awaitable[bool]]
"""Show this content in place of the message that the address stands for; whether Slack took it."""

PATIENCE = aiohttp.ClientTimeout(total=3.0)


def responding(session: aiohttp.ClientSession, api: str) -> Respond:
    """Responds to Slack's own addresses, and to those beside the Web API that is used; to no others."""
    ours = urlsplit(api)

    async def respond(address: str, content: Mapping[str, object]) -> bool:
        if not is_slacks(address, ours):
            return False
        asked = {"replace_original": True, **content}
        try:
            async with session.post(address, json=asked, timeout=PATIENCE, allow_redirects=False) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError):
            return False

    return respond


def is_slacks(address: str, api: SplitResult) -> bool:
    """Whether an address is of `hooks.slack.com`, as the Web API is of `slack.com`; or of the Web API's own host."""
    try:
        parts = urlsplit(address)
        own = (parts.scheme, parts.netloc) == (api.scheme, api.netloc)
        return own or (parts.scheme, parts.netloc) == ("https", f"hooks.{api.hostname}")
    except ValueError:
        return False
