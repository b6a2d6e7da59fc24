"""Everything the control can be asked, by name."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import ValidationError

from bot.workspace.acts.outcome import Refused
from bot.workspace.control import asking, looking, seeding, steering
from bot.workspace.control.finding import app
from bot.workspace.control.watching import Watch
from bot.workspace.delivery.verifying import verify
from bot.workspace.desk import Desk
from bot.workspace.payload import Json

M = TypeVar("M", bound=asking.Asked)
PATIENCE = 60.0
"""Real seconds to wait until nothing is under way."""


class Machinery(Protocol):
    """What carries deliveries."""

    async def wait_idle(self) -> None:
        """Return once nothing is under way."""
        ...

    async def disconnect(self, app: str, reason: str) -> int:
        """Tell the sockets of an app to go; how many there were."""
        ...


@dataclass(frozen=True, slots=True)
class Controls:
    """What the control has its hands on."""

    desk: Desk
    watch: Watch
    machinery: Machinery
    begin_anew: Callable[[], None]


Verb = Callable[[Controls, Json], Awaitable[Json]]


async def ask(controls: Controls, name: str, given: Json) -> Json:
    """Do what is asked. Raises Refused where it cannot be done, or was not asked right."""
    verb = VERBS.get(name)
    if verb is None:
        known = [*VERBS]
        raise Refused(f"The control has no “{name[:40]}”.{asking.known_meant(name, known)}")
    return await verb(controls, given)


def _asked(model: type[M], given: Json) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Refused(worded(model, error)) from None


def worded(model: type[asking.Asked], error: ValidationError) -> str:
    """What is wrong with the arguments, in a sentence."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        name, known = str(first["loc"][-1]), [*model.model_fields]
        return (
            f"There is no argument “{where[:200]}”.{asking.known_meant(name, known) if len(first['loc']) == 1 else ''}"
        )
    if first["type"] == "missing":
        return f"The argument “{where[:200]}” is missing."
    said = first["msg"].removeprefix("Value error, ")
    return f"“{where[:200]}”: {said}." if where else f"{said[:1].upper()}{said[1:]}."


def _verb(model: type[M], do: Callable[[Controls, M], Json]) -> Verb:
    async def verb(controls: Controls, given: Json) -> Json:
        return do(controls, _asked(model, given))

    return verb


async def _settle(controls: Controls, given: Json) -> Json:
    """Wait until no delivery is under way. One that waits for its next try on the clock is not under way."""
    _asked(asking.Nothing, given)
    try:
        await asyncio.wait_for(controls.machinery.wait_idle(), PATIENCE)
    except TimeoutError:
        raise Refused("A delivery is still under way after a minute. The log says which.") from None
    return {"version": controls.watch.version}


async def _state(controls: Controls, given: Json) -> Json:
    asked = _asked(asking.State, given)
    watch = controls.watch
    await watch.until(lambda: watch.version, lambda now: asked.after is None or now > asked.after, wait=asked.wait)
    return looking.state(watch, asked)


async def _log(controls: Controls, given: Json) -> Json:
    asked = _asked(asking.Logged, given)
    log = controls.desk.log
    found = await controls.watch.until(
        lambda: looking.lines(log, asked), lambda lines: len(lines) >= asked.count, wait=asked.wait
    )
    return {"lines": [looking.line_shown(line) for line in found], "last": log.lines[-1].n if log.lines else 0}


async def _sockets(controls: Controls, given: Json) -> Json:
    asked = _asked(asking.Sockets, given)
    return {"sockets": await controls.machinery.disconnect(app(controls.desk.workspace).id, asked.reason)}


async def _verify(controls: Controls, given: Json) -> Json:
    """Send the app's address a challenge, as Slack does when it is entered; what is wrong with it, if anything."""
    _asked(asking.Nothing, given)
    desk = controls.desk
    problem = await verify(desk.workspace, desk.courier, app(desk.workspace))
    return {"verified": not problem, "problem": problem}


def _reset(controls: Controls, asked: asking.Nothing) -> Json:
    """Everything as at the beginning. The clock stays where it is, and the app keeps its tokens."""
    del asked
    controls.begin_anew()
    return {"version": controls.watch.version}


VERBS: Mapping[str, Verb] = {
    "clock": _verb(asking.Clock, lambda controls, asked: steering.move_clock(controls.desk, asked)),
    "faults": _verb(asking.Faults, lambda controls, asked: steering.set_faults(controls.desk, asked)),
    "limits": _verb(asking.Limits, lambda controls, asked: steering.set_limits(controls.desk, asked)),
    "settle": _settle,
    "state": _state,
    "log": _log,
    "sockets": _sockets,
    "app": _verb(asking.AppAsked, lambda controls, asked: steering.set_app(controls.desk, asked)),
    "verify": _verify,
    "person": _verb(asking.PersonAsked, lambda controls, asked: steering.set_person(controls.desk, asked)),
    "seed": _verb(asking.Seed, lambda controls, asked: seeding.seed(controls.desk.workspace, asked)),
    "reset": _verb(asking.Nothing, _reset),
}
