"""`POST /hooks/NAME`: what machines say, each signed as the brief has it."""

import hashlib
import logging
import tomllib
from collections.abc import Mapping

from aiohttp import web

from bot.adapters.web.answer import A_WHILE, KEPT, LATER, NOTHING, STRANGE, STRANGER, NotTaken, body_of, said
from bot.adapters.web.event import MOST_BYTES, is_structured, sent_of
from bot.adapters.web.kept import Incoming, Keeping
from bot.adapters.web.keys import Keys
from bot.adapters.web.signature import Unsigned, verify
from bot.application.parts import Parts
from bot.application.start import trigger_of
from bot.domain.brief.hook import Hook, Signed
from bot.domain.errors import Unfit, Unknown
from bot.domain.from_event import Sent, concerns, event_id, hooks_of, value_of
from bot.domain.intent import Fact
from bot.domain.person import Door
from bot.domain.plain import is_object
from bot.domain.terms import Terms
from bot.domain.workflow import Wait
from bot.ports.library import Library
from bot.ports.version import VersionKind

logger = logging.getLogger(__name__)

NO_SUCH = 404
UNKNOWN_SENDER = "The signature is missing, wrong or too old."
_PING = "ping"


class Hooks:
    """The door for machines."""

    def __init__(self, keeping: Keeping, keys: Keys) -> None:
        self._parts, self._keeping, self._keys = keeping.parts, keeping, keys

    async def hear(self, request: web.Request) -> web.Response:
        """Answer one request. Once it is answered 202 it is kept, and is done however this process ends."""
        name = request.match_info["name"]
        workflow, hook = found(self._parts.library, name)
        body, headers = await body_of(request, most=MOST_BYTES), headers_of(request)
        signed = verified(self._parts, self._keys, name, hook.signed, headers, body)
        if hook.signed is Signed.GITHUB and headers.get("x-github-event") == _PING:
            return said(NOTHING)
        sent = sent_of(body, headers)
        if not concerns(hook, sent):
            return said(NOTHING)
        terms = self._parts.library.current(workflow)
        try:
            value = value_of(hook, sent, fact_of(terms, hook))
            which = event_id(hook, sent) or signed or _identity(hook, sent, body)
        except Unfit as unfit:
            raise NotTaken(STRANGE, unfit.message, reason="unfit") from None
        incoming = Incoming(workflow=workflow, door=Door.WEBHOOK, name=name, which=which, value=value, ends=hook.ends)
        return said(KEPT, id=await self._keeping.keep(incoming))


def found(library: Library, name: str) -> tuple[str, Hook]:
    """The hook of this name, and its workflow. Raises NotTaken where there is none, or it does not load now."""
    for workflow in library.names():
        hook = hooks_of(workflow, library.current(workflow).brief).get(name)
        if hook is not None:
            return workflow, hook
    for workflow in library.every():
        if library.trouble(workflow) and name in (workflow, *_named(library, workflow)):
            said = "The workflow behind this hook does not load now. Send it again later."
            raise NotTaken(LATER, said, reason="unloaded", again=A_WHILE)
    raise NotTaken(NO_SUCH, "There is no such hook.", reason="unknown")


def fact_of(terms: Terms, hook: Hook) -> type[Fact]:
    """What an event has to give: the fact that a wait names, or what the workflow starts from."""
    step = next((one for one in terms.definition.steps if one.name == hook.ends), None) if hook.ends else None
    event = step.node.or_on if step is not None and isinstance(step.node, Wait) else None
    return event or trigger_of(terms)


def verified(parts: Parts, keys: Keys, name: str, scheme: Signed, headers: Mapping[str, str], body: bytes) -> str:
    """The id that the sender has signed. Raises NotTaken, always the same, where it is not known who that is."""
    try:
        return verify(scheme, headers, body, secrets=keys.of_hook(name, scheme), now=parts.clock.now())
    except Unsigned as unsigned:
        raise NotTaken(STRANGER, UNKNOWN_SENDER, reason=str(unsigned)) from None


def headers_of(request: web.Request) -> dict[str, str]:
    """By small letters; what came twice is joined by a line break, which nothing that is expected has."""
    names = {name.lower() for name in request.headers}
    return {name: "\n".join(request.headers.getall(name)) for name in names}


def _identity(hook: Hook, sent: Sent, body: bytes) -> str:
    """Which event it is where nobody says so in words that are proven: a CloudEvent's own, or every byte of it."""
    proven = hook.signed is Signed.BEARER or is_structured(sent.headers)
    if sent.is_cloud_event and proven and is_object(sent.body):
        return f"{sent.body['source']} {sent.body['id']}"
    return hashlib.sha256(body).hexdigest()


def _named(library: Library, workflow: str) -> tuple[str, ...]:
    """The hooks that a brief names which does not load."""
    try:
        triggers = tomllib.loads(library.text((VersionKind.BRIEF, workflow))).get("triggers")
    except (Unknown, tomllib.TOMLDecodeError):
        return ()
    hooks = triggers.get("hooks") if is_object(triggers) else None
    return tuple(hooks) if is_object(hooks) else ()
