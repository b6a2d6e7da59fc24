"""`POST /mail/NAME`: a mail as it was sent, from a mail server or a service that takes mail in."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bot.adapters.web.answer import A_WHILE, KEPT, LATER, NOTHING, OTHER_KIND, STRANGE, NotTaken, body_of, said
from bot.adapters.web.hooks import headers_of, verified
from bot.adapters.web.kept import Incoming, Keeping
from bot.adapters.web.keys import Keys
from bot.adapters.web.mime import MOST_BYTES, read_mail
from bot.application.start import trigger_of
from bot.domain.brief.hook import Hook, Signed
from bot.domain.errors import Unfit
from bot.domain.from_event import Sent, value_of
from bot.domain.from_mail import takes_mail, value_of_mail
from bot.domain.misfit import UNSEEN
from bot.domain.person import Door
from bot.domain.plain import Plain

KIND = "message/rfc822"


class Mails:
    """The door for mail. Its secret is that of the hook of the same name, as a token or for a signature."""

    def __init__(self, keeping: Keeping, keys: Keys) -> None:
        self._parts, self._keeping, self._keys = keeping.parts, keeping, keys

    async def hear(self, request: web.Request) -> web.Response:
        """Answer one request. What a machine has sent that answers answers is taken, and starts nothing."""
        name = request.match_info["name"]
        self._refuse_closed(name)
        body, headers = await body_of(request, most=MOST_BYTES), headers_of(request)
        scheme = Signed.STANDARD if "webhook-signature" in headers else Signed.BEARER
        verified(self._parts, self._keys, name, scheme, headers, body)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
            raise NotTaken(OTHER_KIND, f"A mail is sent as it is, as {KIND}.", reason="content type")
        mail = await asyncio.to_thread(read_mail, body)
        if mail.is_automatic:
            return said(NOTHING)
        fact = trigger_of(self._parts.library.current(name))
        try:
            value = value_of(Hook(), Sent(_readable(value_of_mail(mail.value, fact))), fact)
        except Unfit as unfit:
            raise NotTaken(STRANGE, unfit.message, reason="unfit") from None
        files = mail.files if takes_mail(fact) else ()
        incoming = Incoming(
            workflow=name, door=Door.MAIL, name=name, which=mail.id, value=value, record=mail.id, files=files
        )
        return said(KEPT, id=await self._keeping.keep(incoming))

    def _refuse_closed(self, name: str) -> None:
        library = self._parts.library
        if name in library.every() and library.trouble(name):
            later = "This workflow does not load now. Send it again later."
            raise NotTaken(LATER, later, reason="unloaded", again=A_WHILE)
        if name not in library.names() or Door.MAIL.value not in library.current(name).brief.triggers.doors:
            raise NotTaken(404, "No mail is taken in here.", reason="unknown")


def _readable(value: Mapping[str, Plain]) -> dict[str, Plain]:
    """Mail programs leave page breaks and the like in a mail; it is not turned away for them."""
    return {name: UNSEEN.sub("", one) if isinstance(one, str) else one for name, one in value.items()}
