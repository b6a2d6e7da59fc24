"""The doctor's look at Slack: tokens, rights, channels and people, each with what to do about it."""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from typing import Protocol, cast

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.library.shelf import Shelf
from bot.adapters.slack.chat import Chat, joined
from bot.adapters.slack.intake.socket import opened_at
from bot.adapters.slack.manifest import scopes
from bot.adapters.slack.post.caller import client_of
from bot.adapters.slack.post.trouble import trouble_of
from bot.commands.shell.finding import Finding, Sign
from bot.domain.brief import Brief
from bot.domain.brief.rule import mentions
from bot.domain.errors import BotError, Unreachable
from bot.settings import Settings
from bot.settings.slack import Slack
from bot.wiring import shelf_of

MEND_SCOPES = "Add them by the manifest (countersign manifest), and install the app again."


class Knower(Protocol):
    """What says whose a token is, and in its headers what that may do."""

    async def auth_test(self) -> AsyncSlackResponse: ...


async def examined(settings: Settings, slack: Slack) -> list[Finding]:
    """Everything that is to be said about Slack."""
    return [one async for one in _looked(settings, slack)]


async def _looked(settings: Settings, slack: Slack) -> AsyncGenerator[Finding]:
    """What is to be said. Nothing is posted, and nothing is changed."""
    token = slack.bot_token.get_secret_value()
    async with aiohttp.ClientSession() as session:
        async for one in _token(settings, slack, session):
            yield one
            if one.sign is Sign.MEND and one.about == "bot token":
                return
        yield await _app_token(slack, session)
    try:
        async with joined(token, slack.api, listed=settings.people()) as chat:
            async for one in _briefs(settings, chat):
                yield one
    except BotError as error:
        yield Finding(Sign.MEND, "slack", error.message)


async def _token(settings: Settings, slack: Slack, session: aiohttp.ClientSession) -> AsyncGenerator[Finding]:
    client = client_of(slack.bot_token.get_secret_value(), slack.api, session)
    try:
        said = await cast("Knower", client).auth_test()
    except Exception as error:
        yield Finding(Sign.MEND, "bot token", trouble_of("auth.test", error).message)
        return
    team = str(said.get("team_id"))
    yield Finding(Sign.OK, "bot token", f"It is good: {said.get('user')} in {said.get('team')} ({team}).")
    if settings.team != team:
        mend = f'Write in countersign.toml: team = "{team}", and people by their user ids: [people.U…]'
        text = f"`team` is “{settings.team}”, so nobody of the settings is anybody there. {mend}"
        yield Finding(Sign.NOTE, "team", text)
    headers = {name.lower(): value for name, value in cast("Mapping[str, str]", said.headers).items()}
    yield _rights(headers.get("x-oauth-scopes", ""))


def _rights(header: str) -> Finding:
    granted = {scope.strip() for scope in header.split(",") if scope.strip()}
    wanted = set(scopes())
    if not granted:
        return Finding(Sign.NOTE, "rights", f"Slack does not say which rights it has. It needs: {_listed(wanted)}.")
    if missing := wanted - granted:
        return Finding(Sign.MEND, "rights", f"It lacks {_listed(missing)}. {MEND_SCOPES}")
    if more := granted - wanted:
        return Finding(Sign.NOTE, "rights", f"It has more than it uses: {_listed(more)}. Take them out of the app.")
    return Finding(Sign.OK, "rights", f"It has the {len(wanted)} it uses, and no more.")


async def _app_token(slack: Slack, session: aiohttp.ClientSession) -> Finding:
    if slack.app_token is None:
        return Finding(Sign.OK, "app token", "There is none: Slack comes by HTTP, signed.")
    client = client_of(slack.bot_token.get_secret_value(), slack.api, session)
    try:
        await opened_at(client, slack.app_token.get_secret_value())
    except BotError as error:
        return Finding(Sign.MEND, "app token", error.message)
    return Finding(Sign.OK, "app token", "It opens a socket.")


# --- what the briefs name ------------------------------------------------------------------------------------------


async def _briefs(settings: Settings, chat: Chat) -> AsyncGenerator[Finding]:
    shelf = shelf_of(settings, people=chat.people)
    briefs = {name: shelf.responsible(name) for name in _sound(shelf)}
    for channel, names in _by(briefs, _channels).items():
        yield await _channel(chat, channel, names)
    for who, names in _by(briefs, _people).items():
        yield _somebody(chat, who, names)


def _sound(shelf: Shelf) -> Iterator[str]:
    for name in shelf.every():
        try:
            shelf.responsible(name)
        except BotError:
            continue  # said where workflows are looked at
        yield name


async def _channel(chat: Chat, channel: str, names: str) -> Finding:
    try:
        await chat.places.channel(channel)
    except (Unreachable, SlackApiError) as error:
        return Finding(Sign.MEND, "channel", f"{channel} ({names}): {error}")
    except BotError as error:
        return Finding(Sign.NOTE, "channel", f"{channel} ({names}): {error.message}")
    return Finding(Sign.OK, "channel", f"{channel} ({names}): the bot is in it.")


def _somebody(chat: Chat, who: str, names: str) -> Finding:
    person = chat.people.named(who)
    if person is None and not who.startswith("@"):
        members = [one for one in chat.people.members(who) if chat.people.is_here(one)]
        if members:
            return Finding(Sign.OK, "group", f"{who} ({names}): {len(members)} in Slack.")
        mend = f"Make a user group @{who} in Slack, or list people in it in countersign.toml: groups."
        return Finding(Sign.MEND, "group", f"{who} ({names}) has nobody in Slack. {mend}")
    if person is None or not chat.people.is_here(person):
        mend = f'Add to countersign.toml a section with their user id: [people.U…] handle = "{who}"'
        return Finding(Sign.MEND, "person", f"{who} ({names}) is nobody in Slack. {mend}")
    if not person.active or person.bot:
        return Finding(Sign.MEND, "person", f"{who} ({names}) is deactivated, or a bot. Name somebody else.")
    return Finding(Sign.OK, "person", f"{who} ({names}) is {person.name}.")


def _channels(brief: Brief) -> Iterator[str]:
    yield from (one.channel for one in brief.reviewers.values())
    if brief.pager.startswith("#"):
        yield brief.pager


def _people(brief: Brief) -> Iterator[str]:
    yield from (who.removeprefix("group:") for _, who in mentions(brief))


def _by(briefs: Mapping[str, Brief], named: Callable[[Brief], Iterator[str]]) -> Mapping[str, str]:
    """What briefs name, and which of them do."""
    found: dict[str, list[str]] = {}
    for name, brief in briefs.items():
        for one in dict.fromkeys(named(brief)):
            if one and one != "everyone":
                found.setdefault(one, []).append(name)
    return {one: ", ".join(names) for one, names in sorted(found.items())}


def _listed(words: set[str]) -> str:
    return ", ".join(sorted(words))
