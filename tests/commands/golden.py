"""The golden path in a workspace: somebody starts support triage by its form, and Mia approves the reply."""

import json
import tomllib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.commands.work.manifest import manifest_of
from bot.commands.work.run import running
from bot.settings import SAMPLE, Settings, read_settings
from bot.wiring import shelf_of
from bot.workspace.control.driver import Driver
from bot.workspace.control.seen import Seen
from bot.workspace.launch import Launch, Launched, launched
from tests.commands.line import SAMPLES, WORKFLOWS


def settings_in(folder: Path, **environment: str) -> Settings:
    return read_settings(environment, data=str(folder / "data"), workflows=str(WORKFLOWS), account="sam")


def company(there: Launched, *, more: str = "") -> str:
    """A countersign.toml that names the sample company by the ids it has in a workspace, as an operator would."""
    ids = there.connection.people
    people = tomllib.loads(SAMPLE.read_text("utf-8"))["people"]
    lines = [f"team = {json.dumps(there.connection.team)}", more]
    for key, one in people.items():
        groups = json.dumps(one.get("groups", []))
        lines.append(f"[people.{ids[key]}]\nname = {json.dumps(one['name'])}\nhandle = '@{key}'\ngroups = {groups}")
    return "\n".join(lines)


@asynccontextmanager
async def both(
    folder: Path, *, workflows: Path = WORKFLOWS, socket: bool = False
) -> AsyncGenerator[tuple[Launched, Driver]]:
    """The workspace and the bot in it, as `countersign run` starts them; and a hand on the workspace."""
    settings = read_settings({}, data=str(folder / "data"), workflows=str(workflows), account="sam")
    text = manifest_of(shelf_of(settings))
    launch = Launch(port=0, data=None, manifest_text=text, ready_file=folder / "ready.json", socket=socket)
    async with launched(launch, lambda connection: running(settings, connection)) as there:
        async with Driver.of(folder / "ready.json") as driver:
            yield there, driver
        assert there.running.bugs == []


async def asked_for(driver: Driver, sample: str = "how-to", by: str = "sam") -> Seen:
    """Start support triage with a sample, by its form; the card that asks for approval."""
    person = driver.as_(by)
    await person.command("#support", "/ops")
    await person.submit(await person.until_form(having="Start a workflow"))
    ticket = json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))
    entered = {f"field:{name}": {"value": text} for name, text in ticket.items()}
    await person.submit(await person.until_form(having="Support triage"), entered)
    return await driver.until_message("#support", where=lambda seen: "approve" in actions(seen))


async def approved(driver: Driver, card: Seen, by: str = "mia") -> Seen:
    """Approve it, and wait until somebody is told that it is done; the card then."""
    posted = await driver.log("chat.postMessage")
    await driver.as_(by).click(card, "approve")
    await driver.until_calls("chat.postMessage", len(posted) + 1)
    return await driver.until_message("#support", having="Approved", where=lambda seen: seen.ts == card.ts)


def actions(seen: Seen) -> list[str]:
    return [one.action_id for one in seen.elements]
