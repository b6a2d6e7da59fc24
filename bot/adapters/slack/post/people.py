"""Who people are, as Slack knows them: read from what was asked at most five minutes ago, and asked again meanwhile.

How Slack and countersign.toml go together. Slack says who there is, who is deactivated, a guest, a bot or from
elsewhere, and which user groups have them. A section such as `[people.U0MIA]`, under the team's own id, adds to the
person with that id and to nobody else: further groups (also by `[groups]`), a delegate, and the handle that briefs
write. Names are never compared for that: anybody may call themselves anything. Whoever stands only in the file is known
by the file alone, and cannot be told anything in Slack.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from time import time
from typing import cast

from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.pace import Passing
from bot.adapters.slack.post.profile import is_quiet, person_of, with_own_handles, with_settings
from bot.domain.errors import BotError, Unreachable
from bot.domain.person import Person, PersonId
from bot.domain.plain import is_object

logger = logging.getLogger(__name__)

FRESH = 300.0
"""Seconds for which a group gives its members rights, as it was found; after that it gives none."""
ROUND = 120.0
AT_ONCE = 50
"""How many people `dnd.teamInfo` tells of at once."""
MOST_QUIET = 500
"""Of how many people it is asked whether they want quiet: first of those who may be asked to decide something."""


@dataclass(frozen=True, slots=True)
class _Known:
    at: float
    people: Mapping[PersonId, Person] = field(default_factory=dict[PersonId, Person])
    names: Mapping[str, Person | None] = field(default_factory=dict[str, Person | None])
    here: frozenset[PersonId] = frozenset()
    """Whom Slack itself knows."""


class People:
    """The directory of a bot in Slack."""

    def __init__(
        self, caller: Caller, passing: Passing, *, listed: Iterable[Person] = (), epoch: Callable[[], float] = time
    ) -> None:
        """`epoch` says what Slack's own times are compared with; how old something is, `passing` says."""
        self._caller, self._passing, self._epoch = caller, passing, epoch
        self._listed = {person.id: person for person in listed}
        self._met: dict[PersonId, tuple[float, Person]] = {}
        self._refreshing = asyncio.Lock()
        self._known = _known(float("-inf"), self._listed.values())

    # --- reading -------------------------------------------------------------------------------------------------

    def person(self, id: PersonId) -> Person | None:
        """The person as known now. What was found too long ago tells who somebody is, and no more in which groups."""
        known = self._known.people.get(id)
        if known is None:
            at, known = self._met.get(id, (0.0, None))
            return known if known is not None and self._passing.now() - at <= FRESH else None
        return self._current(known)

    def named(self, name: str) -> Person | None:
        """The person behind an id, a handle or a full name; nobody where two people are called that."""
        known = self._known.names.get(name.strip().casefold())
        return self._current(known) if known is not None else self.person(PersonId(name))

    def members(self, group: str) -> tuple[Person, ...]:
        """Who is in a group now; nobody where that was found too long ago."""
        name = group.removeprefix("group:")
        people = map(self._current, self._known.people.values())
        return tuple(person for person in people if name in person.groups and person.active)

    def names(self) -> tuple[str, ...]:
        """What people and groups can be called."""
        people = [person for person in self._known.people.values() if person.active]
        groups = {group for person in people for group in person.groups}
        return (*(person.handle for person in people if person.handle), *sorted(groups))

    def is_here(self, person: Person) -> bool:
        """Whether Slack knows them; whoever stands only in the settings cannot be told anything."""
        return person.id in self._known.here

    def is_fresh(self) -> bool:
        return self._passing.now() - self._known.at <= FRESH

    def _current(self, person: Person) -> Person:
        if self.is_fresh():
            return person
        listed = self._listed.get(person.id)
        return replace(person, groups=listed.groups if listed is not None else frozenset())

    # --- asking --------------------------------------------------------------------------------------------------

    async def find(self, who: str) -> Person | None:
        """The person behind an id or a handle; whoever is not known by an id yet is asked for."""
        person = self.person(PersonId(who)) or self.named(who)
        team, _, user = who.partition("/")
        if person is not None or not user:
            return person
        me = await self._caller.me()
        answer = await self._caller.call("users.info", {"user": user}, expect={"user_not_found", "user_not_visible"})
        told = answer.get("user")
        if not is_object(told):
            return None
        met = person_of(told, team=me.team, groups=(), now=self._epoch())
        if met.id != f"{team}/{user}":
            return None
        person = with_settings(met, self._listed.get(met.id))
        self._met[person.id] = self._passing.now(), person
        return person

    async def refresh(self) -> None:
        """Ask who there is. Raises what the call raises; then what is known stays as it was, and grows old."""
        began = self._passing.now()
        async with self._refreshing:
            if self._known.at >= began:
                return
            at = self._passing.now()
            people = await self._ask(self._epoch())
            pinned = {one.handle.casefold(): one.id for one in self._listed.values() if one.handle}
            alone = [one for id, one in self._listed.items() if id not in people]
            known = _known(at, [*with_own_handles(people.values(), pinned), *alone])
            self._known = replace(known, here=frozenset(people))
            self._met.clear()

    async def keep_fresh(self) -> None:
        """Ask again and again, until it is called off."""
        while True:
            try:
                await self.refresh()
            except BotError as error:
                logger.warning("Who is who could not be asked: %s", error, extra={"action": "slack.people"})
            await self._passing.sleep(ROUND)

    async def _ask(self, now: float) -> dict[PersonId, Person]:
        team = (await self._caller.me()).team
        groups = await self._groups()
        people: dict[PersonId, Person] = {}
        async for user in self._caller.pages("users.list", "members", {"limit": 200}):
            person = person_of(user, team=team, groups=groups.get(str(user.get("id")), ()), now=now)
            people[person.id] = with_settings(person, self._listed.get(person.id))
        for id in await self._quiet(sorted(people.values(), key=self._matters_less)[:MOST_QUIET], now):
            people[id] = replace(people[id], quiet=True)
        return people

    def _matters_less(self, person: Person) -> tuple[bool, ...]:
        nobody = person.bot or not person.active or person.foreign
        return nobody, person.delegate is None, person.id not in self._listed, not person.groups

    async def _groups(self) -> Mapping[str, set[str]]:
        """The handles of the user groups that have somebody, by their id. None where the bot may not ask."""
        found: dict[str, set[str]] = {}
        try:
            async for group in self._caller.pages("usergroups.list", "usergroups", {"include_users": True}):
                for user in cast("list[object]", group.get("users") or []):
                    found.setdefault(str(user), set()).add(str(group.get("handle")))
        except Unreachable as error:
            logger.warning("User groups give nobody rights: %s", error, extra={"action": "slack.people"})
            return {}
        return found

    async def _quiet(self, people: list[Person], now: float) -> list[PersonId]:
        """Who of them does not want to be disturbed; nobody asks that of a bot, or of somebody who is away anyway."""
        quiet: list[PersonId] = []
        asked = (one for one in people if one.active and not (one.away or one.bot or one.foreign))
        ids = {person.id.partition("/")[2]: person.id for person in asked}
        for at in range(0, len(ids), AT_ONCE):
            users = ",".join([*ids][at : at + AT_ONCE])
            try:
                told = (await self._caller.call("dnd.teamInfo", {"users": users})).get("users")
            except Unreachable as error:
                logger.warning("Nobody is known to be away: %s", error, extra={"action": "slack.people"})
                break
            states = told if is_object(told) else {}
            quiet += [ids[user] for user, state in states.items() if is_object(state) and is_quiet(state, now)]
        return quiet


def _known(at: float, people: Iterable[Person]) -> _Known:
    """People by id and by name. A handle goes before what somebody calls themselves, and people of the workspace go
    before others; a name that two have all the same is nobody's."""
    by_id = {person.id: person for person in people}
    names: dict[str, Person | None] = {}
    ranks: dict[str, tuple[int, bool, bool, bool]] = {}
    for person in by_id.values():
        for kind, name in enumerate((person.id, person.handle, person.handle[1:], person.name)):
            key, rank = name.casefold(), (kind, not person.active, person.foreign, person.bot)
            if not key or (key in ranks and (rank > ranks[key] or names[key] is person)):
                continue
            names[key] = None if ranks.get(key) == rank else person
            ranks[key] = rank
    return _Known(at, by_id, names)
