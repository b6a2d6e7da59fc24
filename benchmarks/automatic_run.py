"""The shipped support triage by itself: stage automatic, its override recorded, the audit on.

Fifty decided answers have to stand behind a confidence before a policy may go by it, so people decide the first ones.
"""

import shutil
import tomllib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from benchmarks.desk import OWNER, TEAM, Measured, open_bot
from benchmarks.measure import Job, Play, main
from benchmarks.prepare import ROOT
from bot.application.change import Change, change
from bot.domain.person import Door, Person, PersonId
from bot.ports.version import VersionKind

WORKFLOW = "support_triage"
DECIDED_FIRST = 60
MANY = "1000000"
HANDLES = ("@jonas", "@priya", "@leo", "@ines", "@farah", "@tom")
OVERRIDE = """
[levels]
"helpdesk.SendReply" = "execute automatically"

[[overrides]]
intent = "helpdesk.SendReply"
evidence = "60 answers, none edited"
undo = "A second answer corrects it"
author = "@jonas"
approved_by = "@olga"
on = 2026-03-01
"""


@asynccontextmanager
async def opened(job: Job) -> AsyncGenerator[Play]:
    folder = job.data / "workflows"
    shutil.copytree(ROOT / "workflows", folder, ignore=_others)
    brief = folder / WORKFLOW / "brief.toml"
    brief.write_text(_unlimited(brief.read_text("utf-8")), "utf-8")
    people = [Person(PersonId(f"{TEAM}/{name[1:]}"), name, name, frozenset({"staff"})) for name in HANDLES]
    people = [Person(PersonId(f"{TEAM}/{name[1:]}"), name, name, frozenset({"staff"})) for name in HANDLES]
    there = partial(open_bot, job.data, workflows=folder, package="workflows", people=people)
    async with there() as bot:
        for number in range(DECIDED_FIRST):
            run = await bot.ask(f"decided {number}", WORKFLOW)
            await bot.until_shown(run)
            await bot.approve(run)
            await bot.until_ended(run)
        await _let_it_run_alone(bot, brief.read_text("utf-8"))
    async with there() as bot:  # what was learned is looked up by a process that starts

        async def play(number: int) -> None:
            before = bot.desk.sent
            await bot.until_ended(await bot.ask(f"order {number}", WORKFLOW))  # nobody approves it but the policy
            if bot.desk.sent <= before:
                raise RuntimeError("The run ended without having acted.")

        yield play


def _others(at: str, names: list[str]) -> list[str]:
    """Everything but the one workflow, and the house rules."""
    inside = at.endswith(WORKFLOW)
    return [name for name in names if not inside and name not in (WORKFLOW, "house.toml", "__init__.py")]


def _unlimited(text: str) -> str:
    """The same brief for more runs an hour than a person would start."""
    limits = tomllib.loads(text)["limits"]
    for name in ("actions_per_day", "actions_per_target_per_day", "runs_per_user_per_hour"):
        text = text.replace(f"{name} = {limits[name]}", f"{name} = {MANY}")
    return text


async def _let_it_run_alone(bot: Measured, text: str) -> None:
    """What the owner would do: raise the stage, with the override in the same version."""
    before, after = text.split("[map]")
    alone = f"{before}{OVERRIDE}\n[map]{after}".replace('stage = "approved"', 'stage = "automatic"')
    alone = alone.replace('triage = "60 %"', 'triage = "60 %"\ndraft = "60 %"')
    owner = replace(OWNER, id=PersonId(f"{TEAM}/olga"))
    wish = Change(VersionKind.BRIEF, WORKFLOW, alone, owner, Door.TERMINAL, "It was right sixty times.")
    await change(bot.parts, wish)


if __name__ == "__main__":
    main("countersign", opened)
