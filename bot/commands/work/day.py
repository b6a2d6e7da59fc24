"""A day in the sample company, played before anybody looks: runs that wait, were escalated, are parked, are done.

It is written down in `day.toml` beside the workflows and played through the doors that people use, so a newcomer
meets the real thing. It is played once, where the bot has no runs yet.
"""

import asyncio
import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field

from bot.adapters.systems.sandbox import Backstage, Fault
from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.domain.declared.form import fill_in
from bot.domain.declared.toml import read_toml
from bot.domain.errors import BotError, Misdeclared, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.plain import Plain
from bot.domain.run import RunId, RunState
from bot.domain.whereabouts import whereabouts
from bot.settings.section import Section
from bot.wiring.slack import InSlack

logger = logging.getLogger(__name__)

FILE = "day.toml"
Samples: TypeAlias = Mapping[str, Mapping[str, Plain]]
"""By `workflow/name`."""
_VERDICTS: Mapping[str, Verdict] = {
    "approve": Verdict.APPROVE,
    "reject": Verdict.REJECT,
    "escalate": Verdict.ESCALATE,
    "edit": Verdict.EDIT,
}


class Deed(Section):
    """What somebody did about what waited."""

    by: str = Field(description="who did it", examples=['"@mia"'])
    does: Literal["approve", "reject", "escalate", "edit"] = Field(description="what", examples=['"approve"'])
    reason: str = ""
    text: str = ""
    values: Mapping[str, str] = {}


class Scene(Section):
    """One run of that day."""

    workflow: str = Field(description="which workflow", examples=['"support_triage"'])
    sample: str = Field(description="which of its samples", examples=['"billing"'])
    by: str = Field(description="who started it", examples=['"@sam"'])
    lost: str = Field(default="", examples=['"mail.SendMail"'])
    """A change whose answer gets lost on its way: nobody knows whether it happened."""
    then: tuple[Deed, ...] = ()


class Day(Section):
    scenes: tuple[Scene, ...] = Field(description="what happened", alias="scene")


async def play_day(there: InSlack, workflows: Path, samples: Samples, *, until: asyncio.Event) -> None:
    """Play it, unless there are runs already, or it is time to stop. What cannot be played is said in the log."""
    file = workflows / FILE
    if not file.is_file() or await _has_runs(there):
        return
    try:
        scenes = fill_in(Day, read_toml(file.read_bytes(), file=str(file))).scenes
    except Misdeclared as problem:
        logger.warning("The sample day was left out: %s", problem.message, extra={"action": "day.left_out"})
        return
    for scene in scenes:
        if until.is_set():
            break
        try:
            await _play(Stage(there, samples, until), scene)
        except BotError as error:
            said = "A scene of %s was left out: %s"
            logger.warning(said, scene.workflow, error.message, extra={"action": "day.left_out"})
        except Exception as error:
            said = "A scene of %s failed: %s"
            logger.error(said, scene.workflow, whereabouts(error), extra={"action": "day.failed"})


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a scene is played."""

    there: InSlack
    samples: Samples
    until: asyncio.Event

    async def settle(self) -> None:
        """Return once nothing is under way, or it is time to stop."""
        quiet, over = asyncio.create_task(self.there.runtime.settle()), asyncio.create_task(self.until.wait())
        await asyncio.wait((quiet, over), return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if not quiet.done():
            quiet.cancel()
        with suppress(asyncio.CancelledError):
            await quiet


async def _has_runs(there: InSlack) -> bool:
    counts = await there.bot.store.queries.counts()
    return any(counts[state] for state in RunState)


async def _play(stage: Stage, scene: Scene) -> None:
    value, by = stage.samples.get(f"{scene.workflow}/{scene.sample}"), _person(stage.there, scene.by)
    if value is None:
        raise Unknown(f"There is no sample {scene.sample}.")
    deeds = [(deed, _person(stage.there, deed.by)) for deed in scene.then]
    await stage.there.bot.store.run(lambda tx: tx.names.keep(by.id, by.name))  # whoever acts in Slack is noted there
    with _losing(stage.there.bot.back_office.backstage, scene.lost):
        key = f"day/{scene.workflow}/{scene.sample}"
        request = Request(scene.workflow, value, Door.SLACK, by.team, by, by.id, key=key)
        run = (await start(stage.there.bot.parts, request)).run
        await stage.settle()
        for deed, person in deeds:
            if stage.until.is_set():
                return
            await _do(stage, run, deed, person)


@contextmanager
def _losing(backstage: Backstage, kind: str) -> Generator[None]:
    """The next answer to a change of this kind is lost, if it is changed within; nobody else's is."""
    if not kind:
        yield
        return
    backstage.fault(kind, Fault.LOST_ANSWER)
    try:
        yield
    finally:
        backstage.clear()


async def _do(stage: Stage, run: RunId, deed: Deed, by: Person) -> None:
    verdict = _VERDICTS[deed.does]
    wish = Wish(run, verdict, by, Door.SLACK, reason=deed.reason, text=deed.text, values=deed.values)
    await decide(stage.there.bot.parts, wish)
    await stage.settle()


def _person(there: InSlack, handle: str) -> Person:
    found = there.bot.parts.directory.named(handle)
    if found is None:
        raise Unknown(f"{handle} is nobody here.")
    return found
