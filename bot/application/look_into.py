"""One workflow from inside, for those who decide or look after it: its settings, and who changed them when and why."""

from datetime import timedelta

from bot.application.overview import flows_of
from bot.application.parts import Parts
from bot.application.report import report
from bot.domain.errors import Misdeclared, Unknown
from bot.domain.gate import Power, allow, may, may_inspect
from bot.domain.overview import Inside, Logged, Page
from bot.domain.person import Person
from bot.ports.version import Version, VersionKind

A_PAGE = 5
LATELY = timedelta(days=30)
Text = tuple[VersionKind, str]


async def look_into(parts: Parts, person: Person, workflow: str, *, log: int = 0) -> Inside:
    """How it stands, with a part of its change log. NotAllowed, or Unknown where there is no such workflow."""
    brief = parts.library.responsible(workflow)
    allow(may_inspect(person, brief))
    (flow,) = await flows_of(parts, person, {workflow: brief}, await parts.store.queries.held())
    asks = asks_of(parts, workflow)
    texts = _texts(workflow, asks)
    versions = [one for text in texts for one in await _logged(parts, text)]
    versions.sort(key=lambda one: (one.at, one.kind, one.name), reverse=True)
    begins = log if 0 <= log < len(versions) else 0
    return Inside(
        at=parts.clock.now(),
        flow=flow,
        brief=brief,
        may_change=may(person, Power.CHANGE, brief).allowed,
        may_hold=may(person, Power.PAUSE, brief).allowed,
        prompts={step: len(parts.library.text((VersionKind.PROMPT, f"{workflow}/{step}"))) for step in asks},
        routes=_has_routes(parts, workflow),
        numbers=await report(parts, workflow, since=LATELY),
        log=tuple(versions[begins : begins + A_PAGE]),
        log_page=Page(begins, len(versions)),
    )


def asks_of(parts: Parts, workflow: str) -> tuple[str, ...]:
    """The steps in which a model is asked; none where the workflow does not load."""
    try:
        return tuple(parts.library.current(workflow).prompts)
    except Misdeclared:
        return ()


def _texts(workflow: str, asks: tuple[str, ...]) -> tuple[Text, ...]:
    prompts = ((VersionKind.PROMPT, f"{workflow}/{step}") for step in asks)
    return ((VersionKind.BRIEF, workflow), *prompts, (VersionKind.ROUTES, workflow))


def _has_routes(parts: Parts, workflow: str) -> bool:
    try:
        parts.library.text((VersionKind.ROUTES, workflow))
    except Unknown:
        return False
    return True


async def _logged(parts: Parts, text: Text) -> tuple[Logged, ...]:
    history = await parts.store.queries.history(*text)
    return tuple(_line(one, current=one is history[0]) for one in history)


def _line(one: Version, *, current: bool) -> Logged:
    return Logged(one.kind.value, one.name, one.n, one.at, one.by, one.why, one.diff, current)
