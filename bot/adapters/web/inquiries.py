"""`/inquiries/SLIP`: the form of one question that a run asks somebody outside Slack, behind the link of their mail.

The link is the only right, and it is good for this one answer. What is over is said in a calm sentence; nothing shows
whether there ever was such a run.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.adapters.web.answer import A_WHILE, KEPT, LATER, MANY, SOON, NotTaken, body_of
from bot.adapters.web.filling import MOST_BYTES, filled, typed_in
from bot.adapters.web.forms import NOT_ALLOWED, NOT_NOW, OLD_FORM, TOO_OFTEN, UNFIT
from bot.adapters.web.kept import Incoming, Keeping
from bot.adapters.web.keys import Keys
from bot.adapters.web.link import is_token, new_token, read_slip
from bot.adapters.web.pace import Pace
from bot.adapters.web.page import facts, form, note, page
from bot.application.answer_outside import refuse_strange
from bot.domain.errors import AlreadyDecided, OutOfDate, OverLimit, Refused, StoreBusy, StoreFailed
from bot.domain.field import fields_of, titled, unfillable
from bot.domain.intent import Fact
from bot.domain.outside import NOT_ASKED, shown_outside
from bot.domain.person import Door
from bot.domain.run import Question, Run
from bot.domain.slip import Slip
from bot.domain.workflow import fact_type

logger = logging.getLogger(__name__)

KEY = "inquiry links"
GONE = 410
NO_LINK = "This link is not complete. Copy it once more from your mail, all of it."
SENT = "Thank you: your answer has arrived"
DONE = "There is nothing left for you to do. You can close this page."
TWICE = "An answer came by this link before, and that one counts. There is nothing left for you to do."
CANNOT = "This cannot be answered here just now. Try again later, or write to whoever asked you."


class Inquiries:
    """The door for whoever is asked outside."""

    def __init__(self, keeping: Keeping, keys: Keys, *, by_address: Pace) -> None:
        self._parts, self._keeping, self._key = keeping.parts, keeping, keys.derived(KEY)
        self._by_address = by_address

    async def show(self, request: web.Request) -> web.Response:
        """The question with its form. Looking at it, as mail programs do by themselves, uses nothing up."""
        try:
            asked = await self._asked(request)
        except NotTaken as refused:
            return _said(refused)
        return self._form(request, asked, {}, {})

    async def send(self, request: web.Request) -> web.Response:
        """The answer is kept, or shown again with what is wrong."""
        try:
            asked = await self._asked(request)
            typed = typed_in(await body_of(request, most=MOST_BYTES), request.headers.get("Content-Type", ""))
        except NotTaken as refused:
            return _said(refused)
        if not is_token(self._key, request.match_info["slip"], typed.get("token", "")):
            return self._form(request, asked, typed, {"": OLD_FORM}, status=NOT_ALLOWED)
        return await self._take(request, asked, typed)

    async def _take(self, request: web.Request, asked: "_Asked", typed: Mapping[str, str]) -> web.Response:
        read = filled(asked.fact, fields_of(asked.fact), typed, {})
        if read.errors:
            return self._form(request, asked, typed, read.errors, status=UNFIT)
        slip, name = asked.slip, asked.run.workflow
        which = f"{slip.run}/{slip.step}/{slip.who}/{slip.until.isoformat()}"
        incoming = Incoming(workflow=name, door=Door.FORM, name=name, which=which, value=read.value, answers=slip)
        try:
            is_first = await self._keeping.keep_new(incoming)
        except OverLimit:
            return self._form(request, asked, typed, {"": NOT_NOW}, status=MANY, again=A_WHILE)
        except (StoreBusy, StoreFailed):
            return self._form(request, asked, typed, {"": NOT_NOW}, status=LATER, again=SOON)
        return note(SENT, DONE, status=KEPT) if is_first else note("Answered already", TWICE, status=GONE)

    async def _asked(self, request: web.Request) -> "_Asked":
        """What is asked behind a link. Raises NotTaken where nothing is, or not any more."""
        if not self._by_address.allows(request.remote or ""):
            raise NotTaken(MANY, TOO_OFTEN, reason="pace")
        slip = read_slip(self._key, request.match_info["slip"])
        if slip is None:
            raise NotTaken(NOT_ALLOWED, NO_LINK, reason="forged")
        try:
            run = await self._parts.store.queries.run(slip.run)
            if self._parts.library.why_not(run):
                raise NotTaken(LATER, CANNOT, reason="not open")
            question = refuse_strange(self._parts, run, slip, at=self._parts.clock.now())
        except Refused as refused:
            said = refused.message if isinstance(refused, AlreadyDecided | OutOfDate) else NOT_ASKED
            raise NotTaken(GONE, said, reason=refused.reason) from None
        fact = fact_type(self._parts.terms(run).definition.step(question.step))
        if fact is None or unfillable(fields_of(fact)):
            raise NotTaken(LATER, CANNOT, reason="not open")
        return _Asked(slip, run, question, fact)

    def _form(
        self,
        request: web.Request,
        asked: "_Asked",
        typed: Mapping[str, str],
        errors: Mapping[str, str],
        *,
        status: int = 200,
        again: int = 0,
    ) -> web.Response:
        if errors:
            extra = {"action": "inquiry.given_back", "run": asked.run.id, "step": asked.slip.step}
            logger.info("The form of a question was given back: %d", status, extra=extra)
        about = shown_outside(asked.run, self._parts.terms(asked.run), asked.slip.step)
        token = new_token(self._key, request.match_info["slip"])
        until = f"You can answer until {asked.slip.until:%Y-%m-%d %H:%M} UTC, once."
        inside = form(fields_of(asked.fact), says=until, token=token, typed=typed, given={}, errors=errors)
        told = facts([(titled(name), value) for name, value in about])
        return page(asked.question.text, f"{told}{inside}", status=status, again=again)


@dataclass(frozen=True, slots=True)
class _Asked:
    slip: Slip
    run: Run
    question: Question
    fact: type[Fact]


def _said(refused: NotTaken) -> web.Response:
    title = "Nothing to answer" if refused.status == GONE else "This link does not work"
    if refused.status in (MANY, LATER):
        return note("Not just now", refused.why, status=refused.status, again=A_WHILE)
    return note(title, refused.why, status=refused.status)
