"""One person as Slack tells of them, as one of ours; and what the settings may add to that."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.person import Person, PersonId
from bot.domain.plain import is_object

AWAY = frozenset(
    ":palm_tree: :desert_island: :beach_with_umbrella: :airplane: :face_with_thermometer: :hospital: :baby:".split()
)
"""The signs of a status that mean that somebody is not there; a meeting or another place of work does not."""
_SLACKBOT = "USLACKBOT"
"""Slack's own bot, which says of itself that it is none."""


def person_of(user: Mapping[str, object], *, team: str, groups: Collection[str], now: float) -> Person:
    """A person as `users.list` and `users.info` tell of them. Their handle is the user name, which is Slack's to give:
    what they call themselves they may change at any time to what somebody else is called."""
    profile = user.get("profile")
    profile = profile if is_object(profile) else {}
    home, id = str(user.get("team_id") or team), str(user.get("id"))
    name = str(user.get("name") or "")
    return Person(
        id=PersonId(f"{home}/{id}"),
        name=str(user.get("real_name") or profile.get("real_name") or profile.get("display_name") or name or id),
        handle=f"@{name}" if name else "",
        groups=frozenset(groups),
        active=not user.get("deleted"),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        bot=bool(user.get("is_bot")) or id == _SLACKBOT,
        foreign=bool(user.get("is_stranger")) or home != team,
        away=_is_away(profile, now),
        zone=_zone(user.get("tz")),
    )


def _zone(name: object) -> ZoneInfo | None:
    """The time zone somebody has set; nothing where this machine does not know it."""
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (OSError, ValueError, KeyError):
        return None


def _is_away(profile: Mapping[str, object], now: float) -> bool:
    ends = profile.get("status_expiration")
    over = isinstance(ends, int) and 0 < ends <= now
    return not over and profile.get("status_emoji") in AWAY


def is_quiet(told: Mapping[str, object], now: float) -> bool:
    """Whether somebody does not want to be disturbed now."""
    starts, ends = told.get("next_dnd_start_ts"), told.get("next_dnd_end_ts")
    if not told.get("dnd_enabled") or not isinstance(starts, int) or not isinstance(ends, int):
        return False
    return starts <= now < ends


def with_settings(person: Person, listed: Person | None) -> Person:
    """What countersign.toml says of the same id besides: a handle, groups, a delegate. It may only take rights away
    that Slack gives, never give back what Slack has taken: who is deactivated stays so, and so does a guest."""
    if listed is None:
        return person
    return replace(
        person,
        handle=listed.handle or person.handle,
        groups=person.groups | listed.groups,
        active=person.active and listed.active,
        guest=person.guest or listed.guest,
        bot=person.bot or listed.bot,
        foreign=person.foreign or listed.foreign,
        away=person.away or listed.away,
        shifts=listed.shifts,
        zone=listed.zone or person.zone,
        delegate=listed.delegate,
    )


def with_own_handles(people: Collection[Person], pinned: Mapping[str, PersonId]) -> list[Person]:
    """The same people, each handle being one person's: the settings give it, then the workspace; nobody else has it."""
    taken = dict(pinned)
    for person in sorted(people, key=lambda one: (one.foreign, not one.active)):
        if person.handle:
            taken.setdefault(person.handle.casefold(), person.id)
    return [one if taken.get(one.handle.casefold(), one.id) == one.id else replace(one, handle="") for one in people]
