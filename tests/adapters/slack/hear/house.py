"""The whole bot beside a workspace, in one process: as `countersign run` joins them, driven as people would.

Nothing sleeps here: what is waited for is that nobody has anything left to do.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

from bot.adapters.slack.draw.modal.choice import Samples
from bot.adapters.store.audit_key import keys_in
from bot.adapters.store.record import examine
from bot.adapters.systems.sandbox import Backstage
from bot.application.audit_verify import Status, verify
from bot.commands.work.manifest import manifest_of
from bot.commands.work.run import people_there, samples_in
from bot.domain.person import Person, PersonId
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId
from bot.ports.model import Model
from bot.ports.queries import Recorded, RunFilter
from bot.settings import Settings, read_settings
from bot.wiring import AUDIT_KEY, BACK_OFFICE, DATABASE, shelf_of
from bot.wiring.slack import InSlack, Workspace, in_slack
from bot.workspace.changes.granting import grant_trigger
from bot.workspace.control.driver import Driver, Seen, Somebody
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.launch import EVENTS_PATH, Launch, Launched, launched
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from bot.workspace.web import address_of, bound
from tests.commands.line import SAMPLES as SAMPLES
from tests.commands.line import WORKFLOWS
from tests.gathered import gathered

OWN = Path(__file__).parent / "workflows"
HURRY = 40.0
"""How much faster time passes for the lines in which calls to Slack wait for their turn."""
MOST_ROUNDS = 200


class Hurried:
    """Time that passes faster than the machine's."""

    def now(self) -> float:
        return monotonic() * HURRY

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HURRY)


@dataclass
class Ahead:
    """The clock on the wall, or some time ahead of it."""

    by: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@dataclass(repr=False)  # asyncio writes out what a task came to
class House:
    """A bot and a workspace, and everybody in it."""

    both: Launched
    driver: Driver
    settings: Settings
    over: str
    model: Model | None = None
    """Another one than the rehearsal."""
    samples: Samples = field(default_factory=dict[str, Mapping[str, Plain]])
    """What a form can be filled in from."""
    clock: Ahead = field(default_factory=Ahead)
    stands_in: bool = False
    """Whether what is sent to the chat as a system is posted in this workspace."""
    _bot: InSlack | None = None
    _events: Iterator[int] = field(default_factory=lambda: count(1))
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    # --- coming and going ----------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Start the bot."""
        connection, app = self.both.connection, next(iter(self.both.running.desk.workspace.apps.values()))
        app.reached, app.url = (Reached.SOCKET, "") if self.over == "socket" else (Reached.HTTP, "")
        workspace = Workspace(
            api=connection.api,
            bot_token=connection.bot_token,
            app_token=connection.app_token if self.over == "socket" else "",
            signing_secrets=(connection.signing_secret,),
            listening=bound("127.0.0.1", 0, what="The bot") if self.over == "http" else None,
            stands_in=self.stands_in,
        )
        if workspace.listening is not None:
            app.url = address_of(workspace.listening) + EVENTS_PATH
        people = tuple(people_there(self.settings.people(), connection))
        bot = in_slack(
            self.settings,
            workspace,
            listed=people,
            samples=self.samples,
            clock=self.clock,
            passing=Hurried(),
            model=self.model,
        )
        self._bot = await self._stack.enter_async_context(bot)

    async def end(self) -> None:
        """Stop the bot; what it did not get to do waits."""
        await self._stack.aclose()
        self._bot = None

    async def restart(self) -> None:
        await self.end()
        await self.begin()

    @property
    def bot(self) -> InSlack:
        assert self._bot is not None, "The bot has gone."
        return self._bot

    async def settle(self) -> None:
        """Return once nothing is under way, here or there."""
        quiet = -1
        for _ in range(MOST_ROUNDS):
            await self.driver.settle()
            await self.bot.worker.settle()
            await self.bot.runtime.settle()
            await self.bot.following.settle()
            state = await self.driver.state("messages", channel="#support")
            if state["version"] == quiet:
                return
            quiet = state["version"]
        raise AssertionError("It never becomes quiet.")

    # --- people --------------------------------------------------------------------------------------------------

    def as_(self, name: str) -> Somebody:
        return self.driver.as_(name)

    def person(self, name: str) -> Person:
        found = self.bot.bot.parts.directory.named(f"@{name}")
        assert found is not None, name
        return found

    def id(self, name: str) -> PersonId:
        return PersonId(f"{self.both.connection.team}/{self.user(name)}")

    def user(self, name: str) -> str:
        return self.both.connection.people[name]

    async def start(self, name: str, *, by: str = "sam", **ticket: str) -> Run:
        """Start a workflow by its form, and wait until it stands."""
        await self.as_(by).command("#support", f"/ops start {name}")
        form = await self.as_(by).until_form(where=lambda seen: seen.raw["callback_id"] == "start")
        await self.as_(by).submit(form, typed({**TICKET, **ticket}))
        await self.settle()
        return await self.newest()

    async def card(self, channel: str = "#support", **wanted: Any) -> Seen:
        """The newest card in a channel."""
        return await self.driver.until_message(channel, where=is_card, **wanted)

    async def press(self, name: str, card: Seen, verb: str, value: object = None) -> None:
        """Use an element of a card, and wait until all is quiet again."""
        await self.as_(name).click(card, verb, value)
        await self.settle()

    async def open(self, name: str, card: Seen, verb: str) -> Seen:
        """The form that a verb opens: by its button, or by the menu."""
        there = [element.action_id for element in card.elements]
        await self.press(name, card, *((verb,) if verb in there else ("menu", verb)))
        return await self.as_(name).until_form()

    async def submit(self, who: str, form: Seen, **fields: object) -> None:
        await self.as_(who).submit(form, typed(fields))
        await self.settle()

    # --- what Slack sends ----------------------------------------------------------------------------------------

    def pressed(self, user: str, card: Seen, verb: str, *, team: str = "", **other: Any) -> Json:
        """What Slack would send of a press on a card as somebody saw it, whatever stands there now."""
        desk, block = self.both.running.desk, card.element(verb).block_id
        app = next(iter(desk.workspace.apps.values()))
        trigger = grant_trigger(desk.workspace, app.id, self.both.connection.people["mia"]).id
        home = self.both.connection.team
        return {
            "type": "block_actions",
            "team": {"id": home, "domain": "hubwheel"},
            "user": {"id": user, "username": "x", "team_id": team or home},
            "api_app_id": app.id,
            "trigger_id": trigger,
            "container": {"type": "message", "message_ts": card.ts, "channel_id": card.channel, "is_ephemeral": False},
            "channel": {"id": card.channel, "name": "support"},
            "actions": [{"type": "button", "action_id": verb, "block_id": block, "value": "x", "action_ts": "1.0"}],
            **other,
        }

    async def deliver(self, payload: Json) -> bool:
        """Bring something to the bot as Slack does, and wait until it is seen to; whether it was taken."""
        desk = self.both.running.desk
        app = next(iter(desk.workspace.apps.values()))
        sent = Delivery(app=app, kind=DeliveryKind.INTERACTION, name=str(payload["type"]), payload=payload)
        answer = await desk.courier.deliver(sent)
        await self.settle()
        return answer.ok

    async def happen(self, kind: str, **event: Any) -> None:
        """Tell the bot of an event as Slack does, whether or not the workspace would let it happen."""
        desk = self.both.running.desk
        app, team = next(iter(desk.workspace.apps.values())), self.both.connection.team
        payload = {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": app.id,
            "event_id": f"Ev{next(self._events)}",
            "authorizations": [{"team_id": team, "user_id": app.user, "is_bot": True}],
            "event": {"type": kind, **event},
        }
        sent = Delivery(app=app, kind=DeliveryKind.EVENT, name=kind, payload=payload)
        assert (await desk.courier.deliver(sent)).ok
        await self.settle()

    def sent_in(self, user: str, form: Seen, verb: str, **fields: str) -> Json:
        """What Slack would send of a form that was filled in."""
        values = {
            f"field:{name}": {"value": {"type": "plain_text_input", "value": one}} for name, one in fields.items()
        }
        view = {"type": "modal", "id": form.id, "callback_id": verb, "private_metadata": form.raw["private_metadata"]}
        press = self.pressed(user, form, "value")
        del press["container"], press["channel"], press["actions"]
        return {**press, "type": "view_submission", "view": {**view, "state": {"values": values}}, "response_urls": []}

    async def answers(self) -> list[str]:
        """What the bot has answered people alone, in order; also to those whom Slack does not let it reach."""
        said: list[str] = []
        for line in await self.driver.log("chat.post*", way="call"):
            text = unescape(str(line["request"].get("text")))
            if "metadata" not in line["request"] and not text.startswith("Started") and said[-1:] != [text]:
                said.append(text)
        return said

    async def whisper(self, name: str, **wanted: Any) -> str:
        """What somebody alone was told where they stand."""
        return (await self.as_(name).until_whisper(**wanted)).words

    async def asked(self, name: str) -> Seen:
        """The newest card that somebody alone is asked with."""
        return await self.driver.until_message(f"{self.direct(name)}", where=is_card)

    async def message_to(self, name: str, **wanted: Any) -> Seen:
        """The newest message that somebody was sent directly."""
        return await self.driver.until_message(self.direct(name), **wanted)

    def direct(self, name: str) -> str:
        """The direct message of somebody with the bot; empty where there is none."""
        desk = self.both.running.desk.workspace
        us = {self.user(name), next(one.user for one in desk.apps.values())}
        return next((one.id for one in desk.channels.values() if one.is_direct and {*one.people} == us), "")

    async def told(self, name: str) -> list[str]:
        """What the bot has written to somebody directly."""
        channel = self.direct(name)
        there = await self.driver.messages(channel) if channel else []
        return [seen.words for seen in there if seen.raw.get("bot_id")]

    async def answer_visit(self, **other: str) -> None:
        """Answer what whoever wants a visit is asked."""
        form = await self.open("sam", await self.asked("sam"), "answer")
        given = {"day": "2026-03-02", "part": "morning", "hours": "2", **other}
        await self.submit("sam", form, **given)

    async def pass_time(self, **time: float) -> None:
        """Let time pass, for both."""
        self.clock.by += timedelta(**time)
        await self.driver.advance(timedelta(**time).total_seconds())
        await self.bot.runtime.collect()
        await self.settle()

    # --- what became of it ---------------------------------------------------------------------------------------

    async def runs(self) -> list[Run]:
        queries = self.bot.bot.store.queries
        return [await queries.run(line.id) for line in await queries.runs(RunFilter())]

    async def newest(self) -> Run:
        return (await self.runs())[0]

    async def run(self, run: RunId) -> Run:
        return await self.bot.bot.store.queries.run(run)

    async def entries(self, run: RunId, kind: str = "") -> list[Recorded]:
        found = await self.bot.bot.store.queries.entries(f"run:{run}")
        return [one for one in found if kind in ("", one.kind)]

    def sent(self) -> list[str]:
        """What was changed in the help desk: the kinds, in order."""
        return [call.kind for call in Backstage(self.settings.data / BACK_OFFICE).effects()]

    def verify(self) -> None:
        """The record is whole."""
        keys = keys_in((self.settings.data / AUDIT_KEY).read_bytes())

        def look(record: Any) -> Any:
            return verify(record, keys=keys, now=self.clock.now())

        verdict = examine(self.settings.data / DATABASE, look)
        assert (verdict.status, verdict.problems) == (Status.WHOLE, ())


TICKET = {
    "id": "T-1001",
    "customer_id": "C-105",
    "email": "ana@example.com",
    "subject": "Charged twice in February",
    "body": "I was charged twice for one order. Please return one payment.",
}


def typed(fields: Json) -> Json:
    """Fields as somebody enters them, by their names."""
    return {f"field:{name}": {"value": value} for name, value in fields.items()}


def is_card(seen: Seen) -> bool:
    return any(str(block.get("block_id", "")).startswith("decide:") for block in seen.blocks) or "Fingerprint" in str(
        seen.raw
    )


@cache
def manifest_for(workflows: Path) -> str:
    """The manifest for workflows that do not change."""
    return manifest_of(shelf_of(read_settings({}, workflows=str(workflows), account="")))


@asynccontextmanager
async def opened(
    folder: Path,
    over: str = "http",
    *,
    change: Callable[[Path], None] | None = None,
    model: Model | None = None,
    samples: bool = False,
) -> AsyncGenerator[House]:
    """Both, on data of their own. `change` may rewrite the workflows before; forms may offer `samples`."""
    workflows = gathered(WORKFLOWS, OWN, change=change)
    settings = read_settings({}, data=str(folder / "data"), workflows=str(workflows), account="")
    manifest = manifest_for(workflows)
    async with launched(Launch(port=0, data=None, ids_seed=3, manifest_text=manifest)) as both:
        running = both.running
        async with Driver(running.address, running.tokens.control, within=4.0) as driver:
            house = House(both, driver, settings, over, model, samples_in(workflows) if samples else {})
            await house.begin()
            try:
                yield house
            finally:
                await house.end()
        assert running.bugs == []
