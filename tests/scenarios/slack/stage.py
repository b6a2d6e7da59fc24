"""A whole bot beside a workspace, with one of every kind of person in it and a workflow that has every verb."""

import itertools
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.slack.draw.modal.frame import Meta, written_meta
from bot.application.start import Request, start
from bot.domain.person import Door, TeamId
from bot.domain.run import Run, card_id
from bot.settings import Settings, read_settings
from bot.workspace.changes.granting import grant_trigger
from bot.workspace.control.driver import Driver, Seen
from bot.workspace.launch import Launch, launched
from bot.workspace.payload import Json
from tests.adapters.slack.hear.house import OWN, TICKET, House
from tests.gathered import gathered

HERE = Path(__file__).parent
SAMPLE = HERE.parents[2] / "bot" / "sample.toml"
GROUPS = {
    "deciders": ("mia", "leo", "ines", "tom", "farah", "gus", "vera", "pat"),
    "specialists": ("mia", "leo", "tom", "farah", "gus", "vera", "pat"),
}
"""Who decides, in all workflows of this folder; the guest, the deactivated and the stranger belong to both, so that
nothing but what they are keeps them out."""
SECRET = "a-secret-that-nobody-may-read-9f27"
_numbers = itertools.count(1)
Change = Callable[[Path], None]


@dataclass
class Heard(logging.Handler):
    """All that is logged while the bot is there."""

    lines: list[logging.LogRecord] = field(default_factory=list[logging.LogRecord])

    def __post_init__(self) -> None:
        super().__init__()

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record)


@dataclass(repr=False)
class Stage(House):
    """A house in which plays are played."""

    heard: Heard = field(default_factory=Heard)

    def user_of(self, name: str) -> str:
        """The id of somebody; also of the bot itself, and of nobody."""
        people = self.both.running.desk.workspace.people.values()
        return next((one.id for one in people if one.name == name), "UNOBODY001")

    async def run_of(self, workflow: str, by: str = "mia") -> Run:
        """Start a workflow, on a ticket like no other before."""
        value = {**TICKET, "subject": f"Number {next(_numbers)}"}
        person = self.person(by)
        request = Request(workflow, value, Door.SLACK, TeamId(self.both.connection.team), person, person.id)
        opened = await start(self.bot.bot.parts, request)
        await self.bot.runtime.collect()
        await self.settle()
        return await self.run(opened.run)

    async def card_of(self, run: Run, step: str = "approved") -> Seen:
        """The card of a run where it stands now."""
        card = card_id(run.id, step)
        places = await self.bot.bot.store.run(lambda tx: tx.cards.of(run.id, step))
        placed = next(iter(places), None)
        assert placed is not None, (run.id, step)
        channel = placed.channel.partition("/")[2]
        found = self.both.running.desk.workspace.message(channel, placed.ts)
        assert found is not None, card
        return Seen({"ts": placed.ts, "channel": channel, "blocks": found.blocks, "text": found.text})

    def press_of(self, user: str, place: Seen, verb: str, block: str, *, team: str | None = "") -> Json:
        """What Slack would send of a press on a button of this block, whether or not it stands there."""
        who: Json = {"id": user, "username": "x"}
        if team is not None:
            who["team_id"] = team or self.both.connection.team
        pressed: Json = {"type": "button", "action_id": verb, "block_id": block, "value": "x", "action_ts": "1.0"}
        if verb == "reassign":
            pressed = {**pressed, "type": "users_select", "selected_user": self.user("farah")}
        container = {"type": "message", "message_ts": place.ts, "channel_id": place.channel, "is_ephemeral": False}
        return self._sent("block_actions", who) | {
            "container": container,
            "channel": {"id": place.channel, "name": "support"},
            "actions": [pressed],
        }

    def form_of(
        self, user: str, verb: str, meta: Meta, entered: Mapping[str, Json], *, team: str | None = "", view: str = ""
    ) -> Json:
        """What Slack would send of a form that was filled in, whether or not anybody has it open."""
        who: Json = {"id": user, "username": "x"}
        if team is not None:
            who["team_id"] = team or self.both.connection.team
        values = {f"field:{name}": {"value": value} for name, value in entered.items()}
        shown: Json = {
            "type": "modal",
            "id": view or "V0FORGED",
            "callback_id": verb,
            "private_metadata": written_meta(meta),
            "hash": "1.x",
            "state": {"values": values},
        }
        return self._sent("view_submission", who) | {"view": shown, "response_urls": []}

    def command_of(self, user: str, text: str, *, team: str | None = "") -> Json:
        """What Slack would send of a command that somebody typed."""
        support = self.both.running.desk.workspace.channel_named("support")
        assert support is not None
        return {
            "team_id": team or self.both.connection.team,
            "channel_id": support.id,
            "user_id": user,
            "command": "/ops",
            "text": text,
            "api_app_id": next(iter(self.both.running.desk.workspace.apps)),
            "trigger_id": f"{next(_numbers)}.command",
        }

    def _sent(self, kind: str, who: Json) -> Json:
        home, workspace = self.both.connection.team, self.both.running.desk.workspace
        app = next(iter(workspace.apps))
        forged = f"{next(_numbers)}.forged"
        known = who["id"] in workspace.people
        return {
            "type": kind,
            "team": {"id": home, "domain": "hubwheel"},
            "user": who,
            "api_app_id": app,
            "trigger_id": grant_trigger(workspace, app, str(who["id"])).id if known else forged,
        }

    async def fall(self) -> None:
        """What has happened to some people since the workflows were loaded."""
        await self.driver.ask("person", person="gus", kind="guest")
        await self.driver.ask("person", person="vera", deactivated=True)
        await self.bot.chat.people.refresh()


@asynccontextmanager
async def staged(folder: Path, over: str = "http", *, change: Change | None = None) -> AsyncGenerator[Stage]:
    """Both, on data of their own, with the workflows of this folder and of the tests of what is heard."""
    settings = prepared(folder, change=change)
    root, heard = logging.getLogger(), Heard()
    root.addHandler(heard)
    try:
        async with launched(Launch(port=0, data=None, ids_seed=3)) as both:
            running = both.running
            async with Driver(running.address, running.tokens.control, within=10.0) as driver:
                stage = Stage(both, driver, settings, over, heard=heard)
                await stage.begin()
                try:
                    yield stage
                finally:
                    await stage.end()
            assert running.bugs == []
    finally:
        root.removeHandler(heard)


def prepared(folder: Path, *, change: Change | None = None) -> Settings:
    """The settings of a bot on data of its own, with all its workflows. The same folder may be prepared again."""
    flows = gathered(OWN, HERE / "workflows", change=change)
    return read_settings(
        {"COUNTERSIGN_FILE": str(settings_file(folder))}, data=str(folder / "data"), workflows=str(flows), account=""
    )


def settings_file(folder: Path) -> Path:
    """Who is who: the sample company, its groups, and a secret."""
    lines = [f"{name} = {json.dumps(people)}" for name, people in GROUPS.items()]
    own = ["", "[groups]", *lines, "", "[secrets]", f'redact = ["{SECRET}"]', ""]
    path = folder / "countersign.toml"
    path.write_text(SAMPLE.read_text("utf-8") + "\n".join(own), "utf-8")
    return path
