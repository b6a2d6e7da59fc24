"""Tell the owner of a workflow something that no run says; that nobody could be reached stands in the log."""

import logging

from bot.application.parts import Parts
from bot.application.present import people_of
from bot.application.tell import SILENT
from bot.application.waiting import answered
from bot.domain.errors import BotError, Transient

logger = logging.getLogger(__name__)


async def tell_owner(parts: Parts, workflow: str, text: str, *, key: str) -> None:
    """Send it once for this key, as far as the messenger knows its own messages."""
    try:
        brief = parts.library.responsible(workflow)
        for owner in people_of("owner", brief, parts.directory):
            await answered(parts.messenger.announce(owner.id, text, key=key), Transient(SILENT))
    except BotError as error:
        logger.warning("Nobody was told of it: %s", error, extra={"action": "owner.untold", "workflow": workflow})
