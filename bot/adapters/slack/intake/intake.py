"""What becomes of each payload, whatever connection it came over: looked at, kept, and only then answered."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.adapters.slack.intake.envelope import Envelope, Kind, Payload, Strange, enveloped
from bot.adapters.slack.intake.kept import kept
from bot.domain.errors import StoreBusy, StoreFailed
from bot.domain.person import TeamId
from bot.domain.plain import NotPlain, canonical
from bot.ports.clock import Clock
from bot.ports.store import Delivery

logger = logging.getLogger(__name__)

Keep = Callable[[Delivery], Awaitable[bool]]
Directly = Callable[[Envelope], Awaitable[dict[str, object]]]

DONE, STRANGE, STRANGER, LATER = 200, 400, 401, 503


@dataclass(frozen=True, slots=True)
class Allowed:
    """The workspaces whose payloads and people are let in; everybody else is sent away at the door."""

    teams: frozenset[str]
    enterprises: frozenset[str] = frozenset()

    def admits(self, envelope: Envelope) -> bool:
        """Whether both the payload and the person behind it come from here."""
        here = envelope.team in self.teams or envelope.enterprise in self.enterprises
        return here and envelope.user_team in (*self.teams, "")


@dataclass(frozen=True, slots=True)
class Reply:
    """How a payload is answered: with a status, and what Slack is to do at once where it waits for that."""

    status: int
    body: dict[str, object] | None = None


class Intake:
    """The door. Whoever is let in is kept in the inbox; what was kept is told to `kept_one`."""

    def __init__(
        self,
        *,
        allowed: Allowed,
        keep: Keep,
        directly: Directly,
        woken: Callable[[Delivery], None],
        clock: Clock,
    ) -> None:
        self._allowed = allowed
        self._keep = keep
        self._directly = directly
        self._woken = woken
        self._clock = clock

    async def take(self, payload: Payload) -> Reply:
        """Answer a payload; nothing was lost and nothing ran when this says anything but 200."""
        try:
            envelope = enveloped(payload)
        except Strange as strange:
            return refused(STRANGE, str(strange))
        if envelope.kind in (Kind.HANDSHAKE, Kind.RATE_LIMITED):
            return self._of_the_connection(envelope)
        if not self._allowed.admits(envelope):
            return refused(STRANGER, "team", kind=envelope.kind.value)
        if envelope.kind is Kind.SUGGESTION:
            return Reply(DONE, await self._directly(envelope))
        return await self._accept(envelope)

    def _of_the_connection(self, envelope: Envelope) -> Reply:
        if envelope.kind is Kind.HANDSHAKE:
            return Reply(DONE, {"challenge": envelope.payload.get("challenge")})
        logger.warning("Slack holds events back: too many in an hour", extra={"action": "slack.rate_limited"})
        return Reply(DONE)

    async def _accept(self, envelope: Envelope) -> Reply:
        try:
            delivery = self._delivery(envelope)
        except NotPlain:
            return refused(STRANGE, "not plain", kind=envelope.kind.value)
        try:
            fresh = await self._keep(delivery)
        except (StoreBusy, StoreFailed) as error:
            extra = {"action": "slack.not_kept", "kind": delivery.kind}
            logger.error("A delivery could not be kept: %s", error, extra=extra)
            return Reply(LATER)
        if fresh:
            self._woken(delivery)
        return Reply(DONE)

    def _delivery(self, envelope: Envelope) -> Delivery:
        body = kept(envelope)
        canonical(body)  # what cannot be written down is refused here, not in the unit of work
        return Delivery(
            id=envelope.id,
            source="slack",
            kind=envelope.kind.value,
            actor=f"{envelope.team}/{envelope.user}" if envelope.user else "",
            team=TeamId(envelope.team),
            received_at=self._clock.now(),
            body=body,
        )


def refused(status: int, reason: str, **more: object) -> Reply:
    """One line in the log, which quotes nothing of what was sent."""
    logger.warning(
        "A request to the Slack door was refused", extra={"action": "slack.refused", "reason": reason, **more}
    )
    return Reply(status)
