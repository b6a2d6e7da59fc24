"""A small workspace for tests: a few people of every kind, a few channels, one app, time that stands still."""

from dataclasses import dataclass, field

from bot.workspace.clock import Clock
from bot.workspace.delivery.courier import Answer, Delivery
from bot.workspace.desk import Desk
from bot.workspace.ids import Ids
from bot.workspace.state.app import App, Place, Shortcut
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.person import Kind, Person
from bot.workspace.state.team import Group, Team
from bot.workspace.state.workspace import Workspace

NOON = 1_800_000_000.0
ADDRESS = "http://127.0.0.1:3000"
TEAM, OTHER_TEAM = "T0ACME0000", "T0PARTNER0"
OLGA, MIA, SAM, GRETA, DARIO, PIA, BOT = (
    "U0OLGA0000", "U0MIA00000", "U0SAM00000", "U0GRETA000", "U0DARIO000", "U0PIA00000", "U0BOT00000",
)  # fmt: skip
GENERAL, SUPPORT, SECRET, SHARED, ALONE = "C0GENERAL0", "C0SUPPORT0", "C0SECRET00", "C0SHARED00", "C0ALONE000"
APP, APP_BOT = "A0OPSBOT00", "B0OPSBOT00"
BOT_TOKEN, APP_TOKEN = "xoxb-0-made-for-tests", "xapp-1-made-for-tests"


@dataclass
class Recording:
    """A courier that keeps what it is given and answers what it was told to."""

    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    events: list[Delivery] = field(default_factory=list[Delivery])
    answer: Answer = field(default_factory=Answer)

    async def deliver(self, delivery: Delivery) -> Answer:
        self.deliveries.append(delivery)
        return self.answer

    def announce(self, delivery: Delivery) -> None:
        self.events.append(delivery)


def made_workspace(*, clock: Clock | None = None) -> Workspace:
    """Everybody is in #general; Mia, Sam and the bot are in #support; #secret is private; nobody but Olga in #alone."""
    team = Team(id=TEAM, name="Acme", domain="acme", url=f"{ADDRESS}/")
    workspace = Workspace(clock or Clock(stands_at=NOON), Ids(seed=7), team)
    for person in _people():
        workspace.people[person.id] = person
    everybody = [OLGA, MIA, SAM, GRETA, BOT]
    rooms = (
        (GENERAL, "general", ChannelKind.PUBLIC, everybody),
        (SUPPORT, "support", ChannelKind.PUBLIC, [MIA, SAM, OLGA, BOT]),
        (SECRET, "secret", ChannelKind.PRIVATE, [OLGA, MIA]),
        (SHARED, "shared", ChannelKind.PUBLIC, [MIA, PIA, BOT]),
        (ALONE, "alone", ChannelKind.PUBLIC, [OLGA]),
    )
    for id, name, kind, people in rooms:
        channel = Channel(id=id, name=name, kind=kind, created=1, creator=OLGA, people=dict.fromkeys(people))
        channel.general, channel.shared_with = id == GENERAL, OTHER_TEAM if id == SHARED else ""
        workspace.channels[id] = channel
    workspace.groups["S0LEADS000"] = Group(id="S0LEADS000", handle="leads", name="Leads", people=[OLGA, MIA])
    workspace.apps[APP] = made_app()
    return workspace


def _people() -> list[Person]:
    return [
        Person(id=OLGA, team=TEAM, name="olga", real_name="Olga Nowak", kind=Kind.OWNER, email="olga@acme.example"),
        Person(id=MIA, team=TEAM, name="mia", real_name="Mia Lindqvist", email="mia@acme.example", tz="Europe/Rome"),
        Person(id=SAM, team=TEAM, name="sam", real_name="Sam Okafor", email="sam@acme.example", tz="America/New_York"),
        Person(id=GRETA, team=TEAM, name="greta", real_name="Greta Guest", kind=Kind.GUEST),
        Person(id=DARIO, team=TEAM, name="dario", real_name="Dario Gone", deleted=True),
        Person(id=PIA, team=OTHER_TEAM, name="pia", real_name="Pia Partner", kind=Kind.STRANGER),
        Person(id=BOT, team=TEAM, name="opsbot", real_name="opsbot", kind=Kind.BOT, app=APP, bot=APP_BOT),
    ]  # fmt: skip


def made_app() -> App:
    """It may do everything, hears everything and has every command."""
    return App(
        id=APP,
        name="opsbot",
        user=BOT,
        bot=APP_BOT,
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret="5ec4e7",
        verification_token="verification",
        shortcuts=[
            Shortcut(name="Start a workflow", callback_id="start", place=Place.GLOBAL),
            Shortcut(name="Run on this message", callback_id="run_on", place=Place.MESSAGE),
        ],
    )


def made_desk(*, clock: Clock | None = None) -> tuple[Desk, Recording]:
    """A desk whose courier only keeps what it is given."""
    courier = Recording()
    return Desk(made_workspace(clock=clock), ADDRESS, courier), courier
