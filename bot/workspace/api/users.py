"""`users.*` and `dnd.*`: who people are, whether they are there, whether they want quiet."""

from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.finding import person_of, person_or_self
from bot.workspace.api.paging import page
from bot.workspace.changes.peopling import settle_person
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.person import Person
from bot.workspace.state.showing import person_json, profile_json

LOCALE = "en-US"
MOST_IN_TEAM_INFO = 50


def info(call: Call) -> Json:
    return {"user": _shown(call, person_of(call))}


def list_people(call: Call) -> Json:
    workspace = call.desk.workspace
    found = page(workspace.people.values(), call.arguments, "user", name=lambda one: one.id, default=0)
    return {
        "members": [_shown(call, one) for one in found.items],
        "cache_ts": int(workspace.clock.now()),
        "response_metadata": found.metadata,
    }


def _shown(call: Call, person: Person) -> Json:
    """A person; their address only where the app may know it."""
    said = person_json(call.desk.workspace, person)
    if not call.app.may("users:read.email"):
        said["profile"].pop("email", None)
    if call.arguments.flag("include_locale"):
        said["locale"] = LOCALE
    return said


def lookup_by_email(call: Call) -> Json:
    wanted = call.arguments.needed("email", "users_not_found").strip().lower()
    people = call.desk.workspace.people.values()
    found = next((one for one in people if one.email.lower() == wanted and not one.deleted), None)
    if found is None:
        raise SlackError("users_not_found")
    return {"user": _shown(call, found)}


def get_profile(call: Call) -> Json:
    profile: Json = {**profile_json(call.desk.workspace, person_or_self(call)), "fields": {}}
    if not call.app.may("users:read.email"):
        profile.pop("email", None)
    return {"profile": profile}


def get_presence(call: Call) -> Json:
    person = person_or_self(call)
    presence = "away" if person.away or person.deleted else "active"
    if person.id != call.app.user:
        return {"presence": presence}
    return {
        "presence": presence,
        "online": True,
        "auto_away": False,
        "manual_away": person.away,
        "connection_count": 1,
        "last_activity": int(call.desk.workspace.clock.now()),
    }


def set_presence(call: Call) -> Json:
    presence = call.arguments.needed("presence", "invalid_presence")
    if presence not in ("auto", "away"):
        raise SlackError("invalid_presence")
    bot = call.desk.workspace.people[call.app.user]
    bot.away = presence == "away"
    settle_person(call.desk.workspace, bot)
    return {}


def quiet(call: Call) -> Json:
    """`dnd.info`, which says of the one who asks whether they have snoozed."""
    person = person_or_self(call)
    own = {"snooze_enabled": False} if person.id == call.app.user else {}
    return _quiet(person) | own


def quiet_of_team(call: Call) -> Json:
    ids = call.arguments.listed("users")
    if not ids:
        raise SlackError("no_users_provided")
    if len(ids) > MOST_IN_TEAM_INFO:
        raise SlackError("too_many_users")
    people = call.desk.workspace.people
    return {"users": {id: _quiet(people[id]) for id in ids if id in people}}


def _quiet(person: Person) -> Json:
    """When somebody next wants quiet; 1 stands for never."""
    return {
        "dnd_enabled": person.quiet_until > 0,
        "next_dnd_start_ts": person.quiet_from or 1,
        "next_dnd_end_ts": person.quiet_until or 1,
    }


_READ = ("users:read",)

METHODS: Mapping[str, Method] = {
    "users.info": Method(do=info, tier=Tier.FOUR, scopes=_READ, takes_json=False, errors=("user_not_found",)),
    "users.list": Method(
        do=list_people, tier=Tier.TWO, scopes=_READ, takes_json=False, errors=("invalid_cursor", "invalid_limit")
    ),
    "users.lookupByEmail": Method(
        do=lookup_by_email, scopes=("users:read.email",), takes_json=False, errors=("users_not_found",)
    ),
    "users.profile.get": Method(
        do=get_profile, tier=Tier.FOUR, scopes=("users.profile:read",), takes_json=False, errors=("user_not_found",)
    ),
    "users.getPresence": Method(do=get_presence, scopes=_READ, takes_json=False, errors=("user_not_found",)),
    "users.setPresence": Method(do=set_presence, tier=Tier.TWO, scopes=("users:write",), errors=("invalid_presence",)),
    "dnd.info": Method(do=quiet, scopes=("dnd:read",), takes_json=False, errors=("user_not_found",)),
    "dnd.teamInfo": Method(
        do=quiet_of_team,
        tier=Tier.TWO,
        scopes=("dnd:read",),
        takes_json=False,
        errors=("no_users_provided", "too_many_users"),
    ),
}
