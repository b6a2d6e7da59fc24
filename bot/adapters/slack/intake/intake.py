"""What becomes of each payload, whatever connection it came over: looked at, kept, and only then answered."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.adapters.slack.intake.envelope import OF_THE_CONNECTION, Envelope, Kind, Payload, Strange, enveloped, text
from bot.adapters.slack.intake.kept import kept
from bot.adapters.slack.intake.speaker import is_a_program
from bot.domain.errors import StoreBusy, StoreFailed
from bot.domain.person import TeamId
from bot.domain.whereabouts import whereabouts
from bot.ports.clock import Clock
from bot.ports.store import Delivery

logger = logging.getLogger(__name__)

Body = Mapping[str, object]

DONE, STRANGE, STRANGER, LATER = 200, 400, 401, 503


@dataclass(frozen=True, slots=True)
class Allowed:
    """The workspaces whose payloads and people are let in; everybody else is sent away at the door."""

    teams: frozenset[str]
    enterprises: frozenset[str] = frozenset()

    def admits(self, envelope: Envelope) -> bool:
        """Whether a payload was sent for a workspace of ours."""
        return envelope.team in self.teams or envelope.enterprise in self.enterprises

    def admits_person(self, envelope: Envelope) -> bool:
        """Whether the person behind it is of one, as far as the payload says it; the directory knows the rest."""
        return envelope.user_team in ("", envelope.team, *self.teams, *self.enterprises)


@dataclass(frozen=True, slots=True)
class Reply:
    """How a payload is answered: with a status, and what Slack is to do at once where it waits for that."""

    status: int
    body: Body | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a submitted form came to."""

    answer: Body | None = None
    """What Slack is to do with the form; it closes where this says nothing."""
    keep: bool = True
    """False where the form is given back, with its errors or as another one: then it was never submitted."""


Keep = Callable[[Delivery], Awaitable[bool]]
Take = Callable[[Payload], Awaitable[Reply]]


class Intake:
    """The door. Whoever is let in is kept in the inbox."""

    def __init__(
        self,
        *,
        allowed: Allowed,
        keep: Keep,
        woken: Callable[[Delivery], None],
        wanted: Callable[[Envelope], Awaitable[bool]],
        checked: Callable[[Envelope], Awaitable[Checked]],
        directly: Callable[[Envelope], Awaitable[Body]],
        clock: Clock,
    ) -> None:
        """`keep` says whether a delivery is new, and what is new is told to `woken` after its commit.

        `wanted` says which events are kept, `checked` looks at a form before it is kept, `directly` answers what a menu
        asks for while somebody types.
        """
        self._allowed = allowed
        self._keep = keep
        self._woken = woken
        self._wanted = wanted
        self._checked = checked
        self._directly = directly
        self._clock = clock

    async def take(self, payload: Payload) -> Reply:
        """Answer a payload. Whatever this says but 200, nothing was lost and nothing is done."""
        try:
            return await self._answer(enveloped(payload))
        except Strange as strange:
            return refused(STRANGE, str(strange))
        except (StoreBusy, StoreFailed) as error:
            return _put_off(str(error))
        except Exception as error:
            return _put_off(whereabouts(error))

    async def _answer(self, envelope: Envelope) -> Reply:
        if envelope.kind in OF_THE_CONNECTION:
            return _of_the_connection(envelope)
        if not self._allowed.admits(envelope):
            return refused(STRANGER, "team", kind=envelope.kind.value)
        if envelope.kind is Kind.EVENT and (is_a_program(envelope.payload) or not await self._wanted(envelope)):
            return Reply(DONE)
        if not self._allowed.admits_person(envelope):
            return refused(STRANGER, "person", kind=envelope.kind.value)
        if envelope.kind is Kind.SUGGESTION:
            return Reply(DONE, await self._directly(envelope))
        return await self._accept(envelope)

    async def _accept(self, envelope: Envelope) -> Reply:
        delivery = self._delivery(envelope)
        checked = await self._checked(envelope) if envelope.kind is Kind.SUBMITTED else Checked()
        if checked.keep and await self._keep(delivery):
            self._woken(delivery)
        return Reply(DONE, checked.answer)

    def _delivery(self, envelope: Envelope) -> Delivery:
        return Delivery(
            id=envelope.id,
            source="slack",
            kind=envelope.kind.value,
            actor=f"{envelope.team}/{envelope.user}" if envelope.user else "",
            team=TeamId(envelope.team),
            received_at=self._clock.now(),
            body=kept(envelope),
        )


def _of_the_connection(envelope: Envelope) -> Reply:
    match envelope.kind:
        case Kind.HANDSHAKE:
            return Reply(DONE, {"challenge": text(envelope.payload, "challenge")})
        case Kind.RATE_LIMITED:
            logger.warning("Slack holds events back: too many in an hour", extra={"action": "slack.rate_limited"})
        case _:
            pass
    return Reply(DONE)


def refused(status: int, reason: str, **more: object) -> Reply:
    """One line in the log, which quotes nothing of what was sent."""
    extra = {"action": "slack.refused", "reason": reason, **more}
    logger.warning("A request to the Slack door was refused: %s", reason, extra=extra)
    return Reply(status)


def _put_off(why: str) -> Reply:
    """Slack sends it again, and then it may be kept."""
    logger.error("A delivery from Slack could not be taken: %s", why, extra={"action": "slack.put_off"})
    return Reply(LATER)
