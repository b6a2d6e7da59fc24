"""`/forms/NAME?k=…`: a form for people outside Slack, made from what a workflow starts from.

Whoever has the link may send it; there is no other right, and nothing that a browser would send by itself.
"""

import logging
from collections.abc import Mapping

from aiohttp import web

from bot.adapters.web.answer import A_WHILE, KEPT, LATER, MANY, SOON, NotTaken, body_of
from bot.adapters.web.filling import MOST_BYTES, Filled, filled, typed_in
from bot.adapters.web.kept import Incoming, Keeping
from bot.adapters.web.keys import Keys
from bot.adapters.web.link import Link, is_token, new_token, read_link
from bot.adapters.web.pace import Pace
from bot.adapters.web.page import form, note, page
from bot.application.start import trigger_of
from bot.domain.brief.form import Form
from bot.domain.errors import OverLimit, StoreBusy, StoreFailed
from bot.domain.field import fields_of, titled, unfillable
from bot.domain.intent import Fact
from bot.domain.person import Door
from bot.domain.reference import reference_of

logger = logging.getLogger(__name__)

KEY = "form links"
NOT_ALLOWED, UNFIT = 403, 422
SENT = "Thank you: it has arrived"
NEXT = "Somebody will see to it. If you write about it, name this reference: {reference}."
NO_LINK = "This link is not complete, or not good any more. Ask whoever gave it to you for a new one."
NOT_NOW = "This cannot be taken in just now. What you wrote is still here: send it again in a few minutes."
TOO_OFTEN = "This was used very often just now. Wait a minute, then try again."
OLD_FORM = "This form could not be recognised. What you wrote is still here: look through it, and send it once more."
SAYS = "Fill this in and send it. Whatever has to be there is asked for."


class Forms:
    """The door for people outside."""

    def __init__(self, keeping: Keeping, keys: Keys, *, by_link: Pace, by_address: Pace) -> None:
        self._parts, self._keeping, self._key = keeping.parts, keeping, keys.derived(KEY)
        self._by_link, self._by_address = by_link, by_address

    async def show(self, request: web.Request) -> web.Response:
        """The form, empty but for what the link fills in."""
        turned = self._turned_away(request)
        link = self._link(request)
        if turned is not None or link is None:
            return turned or note("This link does not work", NO_LINK, status=NOT_ALLOWED)
        return self._form(request, link, {}, {})

    async def send(self, request: web.Request) -> web.Response:
        """What was filled in is kept, or shown again with what is wrong."""
        turned = self._turned_away(request)
        link = self._link(request)
        if turned is not None or link is None:
            return turned or note("This link does not work", NO_LINK, status=NOT_ALLOWED)
        try:
            typed = typed_in(await body_of(request, most=MOST_BYTES), request.headers.get("Content-Type", ""))
        except NotTaken as refused:
            return note("This could not be read", refused.why, status=refused.status)
        if not is_token(self._key, _text(request), typed.get("token", "")):
            return self._form(request, link, typed, {"": OLD_FORM}, status=NOT_ALLOWED)
        if not self._by_link.allows(_text(request)):
            return self._form(request, link, typed, {"": TOO_OFTEN}, status=MANY)
        return await self._take(request, link, typed)

    async def _take(self, request: web.Request, link: Link, typed: Mapping[str, str]) -> web.Response:
        fact = self._fact(link)
        read = filled(fact, fields_of(fact), typed, {**self._page(link).unasked, **link.given})
        if read.errors:
            return self._form(request, link, typed, read.errors, status=UNFIT)
        try:
            id = await self._keeping.keep(_incoming(link, typed, read))
        except OverLimit:
            return self._form(request, link, typed, {"": NOT_NOW}, status=MANY, again=A_WHILE)
        except (StoreBusy, StoreFailed):
            return self._form(request, link, typed, {"": NOT_NOW}, status=LATER, again=SOON)
        return note(SENT, NEXT.format(reference=reference_of(id)), status=KEPT)

    def _turned_away(self, request: web.Request) -> web.Response | None:
        """Where nothing is shown: to whoever comes too often, and of a workflow that is not open now."""
        name = request.match_info["name"]
        if not self._by_address.allows(request.remote or ""):
            return note("Too often", TOO_OFTEN, status=MANY, again=A_WHILE)
        if name not in self._parts.library.every():
            return note("There is no such form", NO_LINK, status=404)
        if self._parts.library.trouble(name):
            return note(
                "Not just now", "This form cannot be used just now. Try again later.", status=LATER, again=A_WHILE
            )
        doors = self._parts.library.current(name).brief.triggers.doors
        return None if Door.FORM.value in doors else note("There is no such form", NO_LINK, status=404)

    def _link(self, request: web.Request) -> Link | None:
        return read_link(self._key, request.match_info["name"], _text(request), now=self._parts.clock.now())

    def _page(self, link: Link) -> Form:
        return self._parts.library.current(link.form).brief.triggers.form

    def _fact(self, link: Link) -> type[Fact]:
        return trigger_of(self._parts.library.current(link.form))

    def _form(
        self,
        request: web.Request,
        link: Link,
        typed: Mapping[str, str],
        errors: Mapping[str, str],
        *,
        status: int = 200,
        again: int = 0,
    ) -> web.Response:
        """A form keeps its token as long as it is the same form, so that it is taken once however often it is sent."""
        if errors:
            logger.info("A form was given back: %d", status, extra={"action": "form.given_back", "form": link.form})
        fact, said = self._fact(link), self._page(link)
        fields = [one for one in fields_of(fact) if one.name in link.given or one.name not in said.given]
        if unfillable([one for one in fields if one.name not in link.given]):
            return note("Not just now", "This form asks for something that cannot be typed.", status=LATER)
        token = typed.get("token", "")
        if not is_token(self._key, _text(request), token):
            token = new_token(self._key, _text(request))
        shown = typed or {name: str(value) for name, value in _usual(fact).items()}
        inside = form(fields, says=said.says or SAYS, token=token, typed=shown, given=link.given, errors=errors)
        return page(said.title or titled(link.form), inside, status=status, again=again)


def _incoming(link: Link, typed: Mapping[str, str], read: Filled) -> Incoming:
    which = typed["token"].partition(".")[0]
    return Incoming(workflow=link.form, door=Door.FORM, name=link.form, which=which, value=read.value)


def _usual(fact: type[Fact]) -> dict[str, str]:
    """What a text is where nobody says otherwise."""
    defaults = {name: info.default for name, info in fact.model_fields.items() if not info.is_required()}
    return {name: str(value) for name, value in defaults.items() if isinstance(value, str) and value}


def _text(request: web.Request) -> str:
    return request.query.get("k", "")
