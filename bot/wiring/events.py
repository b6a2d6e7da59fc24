"""Events of the record, sent to whoever the settings name. Where they name nobody, it costs one look at the start."""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from bot.domain.brief.hook import Signed
from bot.domain.subscriber import Subscriber
from bot.settings import Settings
from bot.settings.events import EventsUse, secret_variable
from bot.wiring import Bot

logger = logging.getLogger(__name__)


@asynccontextmanager
async def events_sent(bot: Bot) -> AsyncGenerator[None]:
    """Tell everybody, until the end, what becomes of runs."""
    events = bot.settings.file.events
    await bot.store.run(lambda tx: tx.subscribers.keep(events.keys()))
    async with AsyncExitStack() as stack:
        for name, use in events.items():
            if why := not_connected(bot.settings, name):
                logger.warning("%s", why, extra={"action": "events.not_connected", "subscriber": name})
            else:
                await _begin(bot, name, use, stack)
        yield


def not_connected(settings: Settings, name: str) -> str:
    """Why nothing is sent to somebody, and what to do; empty where it is."""
    if not settings.file.events[name].signed or name in settings.event_secrets:
        return ""
    return (
        f"{name} gets no events, for there is nothing to sign them with: set {secret_variable(name)}."
        f" Where they need not be signed, write under [events.{name}]: signed = false"
    )


def subscriber_of(settings: Settings, name: str) -> Subscriber:
    """Somebody as the settings have them."""
    use, said = settings.file.events[name], settings.file
    source = said.web.url or f"/countersign/{said.team}"
    return Subscriber(name=name, of=use.kinds, workflows=use.workflows, source=source)


async def _begin(bot: Bot, name: str, use: EventsUse, stack: AsyncExitStack) -> None:
    from bot.adapters.systems.rest.posting import Posting
    from bot.runtimes.events import EventSender

    signer = Signer(tuple(one.get_secret_value() for one in bot.settings.event_secrets.get(name, ())))
    receiver = Posting(name, use.url, signer.headers if use.signed else _unsigned, private=use.private)
    sender = EventSender(bot.parts, subscriber_of(bot.settings, name), receiver)
    stack.push_async_callback(sender.stop)
    await sender.start()
    logger.info("Events go to %s.", name, extra={"action": "events.on", "subscriber": name})


class Signer:
    """Signs as Standard Webhooks has it: with the new secret, and with the old one while it is exchanged."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def headers(self, id: str, body: bytes, now: datetime) -> Mapping[str, str]:
        from bot.adapters.web.signature import secret_of, sign

        made = [
            sign(Signed.STANDARD, body, secret=secret_of(one, Signed.STANDARD), id=id, now=now) for one in self._secrets
        ]
        return {**made[0], "webhook-signature": " ".join(one["webhook-signature"] for one in made)}


def _unsigned(id: str, body: bytes, now: datetime) -> Mapping[str, str]:
    del body
    return {"webhook-id": id, "webhook-timestamp": str(int(now.timestamp()))}
