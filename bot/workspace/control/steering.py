"""What a test changes about a workspace besides what people do: time, trouble, limits, the app, an account."""

import dataclasses
from typing import Literal

from bot.workspace.acts.outcome import Refused
from bot.workspace.changes.installing import revoke
from bot.workspace.changes.peopling import settle_group, settle_person
from bot.workspace.control import asking, finding
from bot.workspace.control.looking import app_shown
from bot.workspace.desk import Desk
from bot.workspace.fault import Fault
from bot.workspace.payload import Json
from bot.workspace.state.app import App, Reached
from bot.workspace.state.person import Kind, Person
from bot.workspace.state.showing import person_json
from bot.workspace.state.workspace import Workspace

OFF, REAL = 0.0, 1.0


def move_clock(desk: Desk, asked: asking.Clock) -> Json:
    """Set the clock, let time pass, or let it run; what it says then."""
    clock = desk.workspace.clock
    if asked.set is not None:
        clock.set(asked.set)
    elif asked.advance is not None:
        clock.advance(asked.advance)
    elif asked.release:
        clock.release()
    return {"now": clock.now(), "stands": clock.stands}


def set_faults(desk: Desk, asked: asking.Faults) -> Json:
    """Add to what is to go wrong; all of it then."""
    if asked.clear:
        desk.faults.pending.clear()
    desk.faults.pending += [_fault(desk.workspace, one) for one in asked.add]
    return {"faults": [dataclasses.asdict(one) for one in desk.faults.pending]}


def _fault(workspace: Workspace, asked: asking.FaultAsked) -> Fault:
    channel = finding.channel(workspace, asked.channel).id if asked.channel else ""
    return Fault(**asked.model_dump(exclude={"channel"}), channel=channel)


def set_limits(desk: Desk, asked: asking.Limits) -> Json:
    """How often the app may call from now on."""
    desk.limits.factor = factor_of(asked.factor)
    desk.limits.forget()
    return {"factor": desk.limits.factor}


def factor_of(limits: float | Literal["off", "real"]) -> float:
    match limits:
        case "off":
            return OFF
        case "real":
            return REAL
        case factor:
            return factor


def set_app(desk: Desk, asked: asking.AppAsked) -> Json:
    """Change what the app may do and how it is reached."""
    app = finding.app(desk.workspace)
    if asked.scopes is not None:
        app.scopes = None if asked.scopes == "all" else frozenset(asked.scopes)
    if asked.events is not None:
        app.events = None if asked.events == "all" else frozenset(asked.events)
    if asked.url is not None:
        app.url = address(asked.url)
    if asked.reached is not None:
        app.reached = Reached(asked.reached)
    _set_revoked(desk.workspace, app, asked.revoked)
    return {"app": app_shown(app)}


def address(url: str) -> str:
    """An address an app can be reached at. Raises Refused for any other."""
    if url and (not url.startswith(("http://", "https://")) or not url.isprintable() or " " in url):
        raise Refused(f"“{url[:200]}” is no address of an app. Write it like http://127.0.0.1:3001/slack/events.")
    return url


def _set_revoked(workspace: Workspace, app: App, revoked: bool | None) -> None:
    if revoked:
        revoke(workspace, app)
    elif revoked is False:
        app.revoked = False


def set_person(desk: Desk, asked: asking.PersonAsked) -> Json:
    """Change what somebody is, and which user groups have them."""
    workspace = desk.workspace
    person = finding.person(workspace, asked.person)
    if person.is_bot and (asked.kind or asked.groups):
        raise Refused(f"{person.name} is the bot of an app. Name one of the people.")
    groups = None if asked.groups is None else {finding.group(workspace, one).id for one in asked.groups}
    _fill_in(workspace, person, asked)
    settle_person(workspace, person)
    if groups is not None:
        _put_into(workspace, person, groups)
    return {"person": person_json(workspace, person)}


def _fill_in(workspace: Workspace, person: Person, asked: asking.PersonAsked) -> None:
    given = {
        "real_name": asked.name,
        "title": asked.title,
        "kind": None if asked.kind is None else Kind(asked.kind),
        "deleted": asked.deactivated,
        "status_text": asked.status,
        "status_emoji": asked.status_emoji,
        "away": asked.away,
    }
    for name, value in given.items():
        if value is not None:
            setattr(person, name, value)
    if asked.quiet is not None:
        now = int(workspace.clock.now())
        person.quiet_from, person.quiet_until = (now, now + asked.quiet) if asked.quiet else (0, 0)


def _put_into(workspace: Workspace, person: Person, groups: set[str]) -> None:
    for group in workspace.groups.values():
        if (group.id in groups) is (person.id in group.people):
            continue
        group.people = [one for one in group.people if one != person.id]
        group.people += [person.id] if group.id in groups else []
        settle_group(workspace, group)
