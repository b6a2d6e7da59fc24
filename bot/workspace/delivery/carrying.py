"""Carries deliveries to apps as Slack does: three seconds of patience, events again and again, clicks once."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field

from bot.workspace.delivery.allowance import Allowance, Verdict
from bot.workspace.delivery.courier import Answer, Delivery, DeliveryKind, NoAnswer
from bot.workspace.delivery.letter import TIMED_OUT, Letter, Reply, Transport
from bot.workspace.delivery.patience import within
from bot.workspace.fault import Fault, Faults, Trouble
from bot.workspace.limit import Limits
from bot.workspace.log import Line, Log, Way
from bot.workspace.payload import Json, as_object
from bot.workspace.state.app import App, Reached
from bot.workspace.state.workspace import Workspace

PATIENCE = 3.0
AT_ONCE = 200
"""Events that are under way at one time; the others stand in line, so that an app that hangs exhausts nothing."""
NOT_BROUGHT = (Trouble.DROP_BEFORE, Trouble.STATUS, Trouble.ERROR)
UNHEARD = (Trouble.DROP_AFTER, Trouble.GARBAGE)
"""The app hears it, and its answer does not come back."""


@dataclass(slots=True, kw_only=True)
class Carrier:
    """The courier of a desk."""

    workspace: Workspace
    log: Log
    faults: Faults
    limits: Limits
    http: Transport
    socket: Transport
    _allowances: dict[str, Allowance] = field(default_factory=dict[str, Allowance])
    _line: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _busy: int = 0
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _closed: bool = False
    _era: int = 0
    """Which beginning of the workspace this is: what waits from an earlier one is not tried again."""

    # --- commands and clicks -------------------------------------------------------------------------------------

    async def deliver(self, delivery: Delivery) -> Answer:
        letter = self._letter(delivery)
        self._busy += 1
        try:
            reply = await self._try(letter)
            if delivery.kind is DeliveryKind.EVENT:
                self._transport(delivery).forget(letter)
            else:
                self._go_on(letter, reply)
        finally:
            self._done()
        return reply.answer()

    # --- events --------------------------------------------------------------------------------------------------

    def announce(self, delivery: Delivery) -> None:
        app = delivery.app
        allowance = self._allowances.setdefault(app.id, Allowance())
        match allowance.take(self.workspace.clock.now(), self.limits.factor):
            case Verdict.SEND:
                self._start(self._letter(delivery))
            case Verdict.SAY:
                self._start(self._letter(self._limited(app)))
            case Verdict.DROP:
                pass

    def _limited(self, app: App) -> Delivery:
        minute = int(self.workspace.clock.now() // 60 * 60)
        # An outer type of its own, not an event in a wrapper.
        payload: Json = {
            "token": app.verification_token,
            "type": "app_rate_limited",
            "team_id": self.workspace.team.id,
            "minute_rate_limited": minute,
            "api_app_id": app.id,
        }
        return Delivery(app=app, kind=DeliveryKind.EVENT, name="app_rate_limited", payload=payload)

    # --- being done ----------------------------------------------------------------------------------------------

    async def wait_idle(self) -> None:
        """Return when nothing is under way. A retry that waits for its minute is not."""
        while self._busy:
            await self._idle.wait()

    def begin_anew(self) -> None:
        """Try nothing again that belongs to what is forgotten."""
        self._era += 1
        self._allowances.clear()

    async def close(self) -> None:
        """Give up whatever is under way, and whatever waits for its next try."""
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self) -> None:
        self._busy -= 1
        if not self._busy:
            self._idle.set()
            self._idle = asyncio.Event()

    # --- one letter ----------------------------------------------------------------------------------------------

    def _letter(self, delivery: Delivery) -> Letter:
        answered: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        return Letter(delivery=delivery, id=self.workspace.ids.uuid(), answered=answered)

    def _start(self, letter: Letter) -> None:
        if not self._closed:
            self._begin(self._carry(letter))

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        """In the background, and under way from this moment."""
        self._busy += 1
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._done()

    async def _carry(self, letter: Letter) -> None:
        async with self._line:
            if letter.answered.done():
                return
            reply = await self._try(letter)
        self._go_on(letter, reply)

    def _go_on(self, letter: Letter, reply: Reply) -> None:
        """See to the next try, or let the letter go."""
        transport = self._transport(letter.delivery)
        pauses = transport.pauses(letter)
        settled = reply.trouble is None or reply.final or letter.attempt >= len(pauses)
        if settled or (letter.delivery.kind is not DeliveryKind.EVENT and reply.trouble is not NoAnswer.TIMEOUT):
            transport.forget(letter)
            return
        pause = pauses[letter.attempt]
        letter.attempt, letter.reason = letter.attempt + 1, reply.reason
        if pause:
            clock = self.workspace.clock
            era = self._era
            clock.at(clock.now() + pause, lambda: self._start(letter) if era == self._era else None)
        else:
            self._start(letter)

    # --- one try -------------------------------------------------------------------------------------------------

    async def _try(self, letter: Letter) -> Reply:
        line, began = self._write(letter), time.perf_counter()
        delivery = letter.delivery
        fault = self.faults.take(delivery.name, delivery=True, channel=_channel(delivery.payload))
        transport = self._transport(delivery)
        held = self.workspace.clock.now() + (fault.delay if fault else 0.0)
        if fault is not None and fault.delay >= PATIENCE:
            self._begin(self._bring_late(transport, letter, fault, held))
            work = self._never()
        else:
            work = self._bring(transport, letter, fault, held)
        reply = await within(self.workspace.clock, PATIENCE, work) or TIMED_OUT
        line.status, line.ms = ("ok" if reply.trouble is None else reply.status), (time.perf_counter() - began) * 1_000
        line.response = reply.body or reply.status
        self.log.tell(line)
        return reply

    async def _bring(self, transport: Transport, letter: Letter, fault: Fault | None, held: float) -> Reply:
        """Bring it, at the time until which a fault holds it up."""
        if fault is None:
            return await transport.bring(letter)
        if fault.delay:
            await self.workspace.clock.sleep(held - self.workspace.clock.now())
        if fault.trouble in NOT_BROUGHT:
            return await transport.spoil(letter.delivery.kind, fault)
        letter.lost += fault.trouble in UNHEARD
        reply = await transport.bring(letter)
        return await transport.spoil(letter.delivery.kind, fault) if fault.trouble in UNHEARD else reply

    async def _bring_late(self, transport: Transport, letter: Letter, fault: Fault, held: float) -> None:
        """A delivery that is held up arrives all the same, when nobody waits for its answer any more."""
        await within(self.workspace.clock, fault.delay + PATIENCE, self._bring(transport, letter, fault, held))

    async def _never(self) -> Reply:
        never: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        return await never

    def _transport(self, delivery: Delivery) -> Transport:
        return self.socket if delivery.app.reached is Reached.SOCKET else self.http

    def _write(self, letter: Letter) -> Line:
        delivery = letter.delivery
        return self.log.write(
            at=self.workspace.clock.now(),
            way=Way.DELIVERY,
            app=delivery.app.id,
            name=delivery.name,
            request={key: value for key, value in delivery.payload.items() if key != "token"},
            attempt=letter.attempt,
            reason=letter.reason or "",
            transport=self._transport(delivery).name,
            person=delivery.person,
        )


def _channel(payload: Json) -> str:
    """Which channel a delivery is about, wherever its kind says so."""
    event = as_object(payload.get("event")) or payload
    channel = event.get("channel") or event.get("channel_id") or ""
    found = as_object(channel)
    return str(found.get("id") if found else channel)
