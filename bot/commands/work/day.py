"""A day in the sample company, played before anybody looks: runs that wait, were escalated, are parked, are done.

It is written down in `day.toml` beside the workflows and played through the doors that people use, so a newcomer
meets the real thing. It is played once, where the bot has no runs yet.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field

from bot.adapters.systems.sandbox import Fault
from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.domain.declared.form import fill_in
from bot.domain.declared.toml import read_toml
from bot.domain.errors import Broken, Misdeclared, Refused, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.plain import Plain
from bot.domain.run import RunId, RunState
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
            await _play(there, scene, samples)
        except (Refused, Broken) as refused:
            said = "A scene of %s was left out: %s"
            logger.warning(said, scene.workflow, refused.message, extra={"action": "day.left_out"})


async def _has_runs(there: InSlack) -> bool:
    counts = await there.bot.store.queries.counts()
    return any(counts[state] for state in RunState)


async def _play(there: InSlack, scene: Scene, samples: Samples) -> None:
    value, by = samples.get(f"{scene.workflow}/{scene.sample}"), _person(there, scene.by)
    if value is None:
        raise Unknown(f"There is no sample {scene.sample}.")
    if scene.lost:
        there.bot.back_office.backstage.fault(scene.lost, Fault.LOST_ANSWER)
    request = Request(scene.workflow, value, Door.SLACK, by.team, by, by.id, key=f"day/{scene.workflow}/{scene.sample}")
    run = (await start(there.bot.parts, request)).run
    await there.runtime.settle()
    for deed in scene.then:
        await _do(there, run, deed)


async def _do(there: InSlack, run: RunId, deed: Deed) -> None:
    wish = Wish(
        run,
        _VERDICTS[deed.does],
        _person(there, deed.by),
        Door.SLACK,
        reason=deed.reason,
        text=deed.text,
        values=deed.values,
    )
    await decide(there.bot.parts, wish)
    await there.runtime.settle()


def _person(there: InSlack, handle: str) -> Person:
    found = there.bot.parts.directory.named(handle)
    if found is None:
        raise Unknown(f"{handle} is nobody here.")
    return found
