"""Brings a company into being: a workspace with its people, channels, what they said so far, and the app."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.workspace.acts.spelling import spelled as spell
from bot.workspace.clock import Clock
from bot.workspace.company.fitting import EVERYONE
from bot.workspace.company.form import Company, Installed, Listed, Reply, Room, Said, length_of
from bot.workspace.company.installing import app_of, wanted
from bot.workspace.ids import Ids
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.message import Message
from bot.workspace.state.person import Kind, Person
from bot.workspace.state.team import Group, Team
from bot.workspace.state.workspace import Workspace

COLOURS = (
    "2f6f8f", "8a4f7d", "4f7a4a", "a0563a", "5a5fa8", "7a6a2c", "9a4560", "3a7a72", "6d5795", "84603f",
    "456b9e", "5f7352",
)  # fmt: skip
_DAYS = 86_400


def settle(company: Company, clock: Clock, ids: Ids, address: str, *, before: Workspace | None = None) -> Workspace:
    """The workspace of a company, now. With the same ids and the same time it is the same every time.

    Whatever was there `before` under the same name keeps its id, and the app its tokens: it need not know that all
    began anew.
    """
    return _Settling(company, clock, ids, address, before).all_of_it()


@dataclass
class _Settling:
    company: Company
    clock: Clock
    ids: Ids
    address: str
    before: Workspace | None
    teams: dict[str, str] = field(default_factory=dict[str, str])
    """The team ids of partners."""
    known: dict[str, str] = field(default_factory=dict[str, str])
    """User ids by handle."""
    times: Ids = field(default_factory=Ids)
    """Gives the times of what was said: they lie in the past."""

    def __post_init__(self) -> None:
        self.earlier = _ids_in(self.before, self.company) if self.before else {}

    def all_of_it(self) -> Workspace:
        team = self.company.team
        self.workspace = Workspace(
            self.clock,
            self.ids,
            Team(id=self._id("T", ""), name=team.name, domain=team.domain, url=f"{self.address}/"),
        )
        self.teams = {name: self._id("T", name) for name in self.company.partners}
        self.workspace.team.partners = {self.teams[name]: one.name for name, one in self.company.partners.items()}
        for n, (handle, listed) in enumerate(self.company.people.items()):
            self._person(handle, listed, COLOURS[n % len(COLOURS)])
        self._app(self.company.app)
        self._groups()
        sayings = [
            *(self._room(name, room) for name, room in self.company.channels.items()),
            *(self._direct(direct.people, direct.history) for direct in self.company.direct),
        ]
        self._say(sorted((one for some in sayings for one in some), key=lambda one: one.at))
        self._finish()
        return self.workspace

    @property
    def now(self) -> float:
        return self.clock.now()

    def _id(self, kind: str, name: str) -> str:
        """A new id, or the one that this name had before."""
        return self.earlier.get((kind, name)) or self.ids.new(kind)

    # --- who is there --------------------------------------------------------------------------------------------

    def _person(self, handle: str, listed: Listed, colour: str) -> None:
        emoji, words = listed.status_parts
        partner = self.company.partners.get(listed.partner)
        domain = (partner.domain or listed.partner) if partner else self.company.team.domain
        person = Person(
            id=self._id("U", handle),
            team=self.teams.get(listed.partner, self.workspace.team.id),
            name=handle,
            real_name=listed.name,
            kind=Kind.STRANGER if listed.partner else Kind(listed.kind),
            title=listed.title,
            email=listed.email or f"{handle}@{domain}.example",
            tz=listed.time_zone,
            deleted=listed.deactivated,
            status_emoji=emoji,
            status_text=words,
            away=listed.away,
            quiet_from=int(self.now) if listed.quiet else 0,
            quiet_until=int(self.now) + _DAYS if listed.quiet else 0,
            colour=listed.colour or colour,
            updated=int(self.now),
        )
        self.workspace.people[person.id] = person
        self.known[handle] = person.id

    def _app(self, installed: Installed) -> None:
        app = next(iter(self.before.apps.values())) if self.before and self.before.apps else app_of(installed, self.ids)
        wanted(app, installed)
        self.workspace.apps[app.id] = app
        person = Person(
            id=app.user,
            team=self.workspace.team.id,
            name=installed.name,
            real_name=installed.name,
            kind=Kind.BOT,
            app=app.id,
            bot=app.bot,
            colour=installed.colour,
            updated=int(self.now),
        )
        self.workspace.people[person.id] = person
        self.known[installed.name] = self.known[installed.formerly or installed.name] = person.id

    def _groups(self) -> None:
        for handle, grouped in self.company.groups.items():
            people = [self.known[one] for one in grouped.people]
            id = self._id("S", handle)
            created = int(self.now) - 90 * _DAYS
            self.workspace.groups[id] = Group(id=id, handle=handle, name=grouped.name, people=people, created=created)

    # --- where they meet -----------------------------------------------------------------------------------------

    def _room(self, name: str, room: Room) -> Iterator["_Line"]:
        people = [self.known[one] for handle in room.people for one in self._those(handle)]
        channel = Channel(
            id=self._id("C", name),
            name=name,
            kind=ChannelKind.PRIVATE if room.private else ChannelKind.PUBLIC,
            created=int(self.now) - 400 * _DAYS,
            creator=people[0] if people else next(iter(self.workspace.people)),
            topic=room.topic,
            purpose=room.purpose,
            general=room.general,
            shared_with=self.teams.get(room.shared_with, ""),
            archived=room.archived,
            people=dict.fromkeys(people),
        )
        self.workspace.channels[channel.id] = channel
        yield from self._lines(channel, room.history)

    def _those(self, handle: str) -> Iterator[str]:
        """Everybody who is meant."""
        if handle != EVERYONE:
            yield handle
            return
        for name, listed in self.company.people.items():
            if not (listed.deactivated or listed.partner or "guest" in listed.kind):
                yield name

    def _direct(self, handles: list[str], history: list[Said]) -> Iterator["_Line"]:
        kind = ChannelKind.DIRECT if len(set(handles)) <= 2 else ChannelKind.GROUP_DIRECT
        channel = Channel(
            id=self._id("D" if kind is ChannelKind.DIRECT else "G", " ".join(sorted(set(handles)))),
            name="" if kind is ChannelKind.DIRECT else f"mpdm-{'--'.join(handles)}-1",
            kind=kind,
            created=int(self.now) - 100 * _DAYS,
            creator=self.known[handles[0]],
            people=dict.fromkeys(self.known[one] for one in handles),
        )
        self.workspace.channels[channel.id] = channel
        yield from self._lines(channel, history)

    # --- what they said ------------------------------------------------------------------------------------------

    def _lines(self, channel: Channel, history: list[Said]) -> Iterator["_Line"]:
        for said in history:
            first = _Line(channel, self._at(said), said, pinned=said.pinned)
            yield first
            for reply in said.replies:
                yield _Line(channel, self._at(reply), reply, to=first)

    def _at(self, said: Reply) -> float:
        return self.now - length_of(said.ago).total_seconds()

    def _say(self, lines: list["_Line"]) -> None:
        for line in lines:
            channel, author = line.channel, self.workspace.people[self.known[line.said.by]]
            spelled = spell(self.workspace, line.said.says)
            rich = {"type": "rich_text", "block_id": self.ids.block_id(), "elements": spelled.elements}
            line.message = message = Message(
                channel=channel.id,
                user=author.id,
                app=author.app,
                bot=author.bot,
                ts=self.times.ts(line.at),
                text=spelled.text,
                blocks=None if author.bot else [rich],
                thread_ts=line.to.message.ts if line.to and line.to.message else "",
                client_msg_id="" if author.bot else self.ids.uuid(),
                reactions={name: [self.known[one] for one in who] for name, who in line.said.reactions.items()},
            )
            channel.put(message)
            self.ids.seen(message.ts)
            if line.pinned:
                channel.pins[message.ts] = author.id

    def _finish(self) -> None:
        """Everybody has read what there is."""
        for channel in self.workspace.channels.values():
            if channel.times:
                channel.read = dict.fromkeys(channel.people, channel.times[-1])


@dataclass
class _Line:
    channel: Channel
    at: float
    said: Reply
    to: "_Line | None" = None
    pinned: bool = False
    message: Message | None = None


def _ids_in(before: Workspace, company: Company) -> dict[tuple[str, str], str]:
    """Ids by kind and name. A partner has the team of its people."""
    names = {id: person.name for id, person in before.people.items()}
    teams = {person.name: person.team for person in before.people.values()}
    found = {("T", ""): before.team.id, **{("U", name): id for id, name in names.items()}}
    found |= {("S", group.handle): group.id for group in before.groups.values()}
    for handle, listed in company.people.items():
        if listed.partner and handle in teams:
            found["T", listed.partner] = teams[handle]
    for channel in before.channels.values():
        direct = " ".join(sorted(names[one] for one in channel.people if one in names))
        found[channel.id[0], direct if channel.is_direct else channel.name] = channel.id
    return found
