"""A bot in Slack: the same bot, with Slack for its directory, its messenger and its door.

Kept apart from the rest, for the command line does without it and starts sooner.
"""

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from bot.adapters.slack.chat import Chat, joined
from bot.adapters.slack.draw.modal.choice import Samples
from bot.adapters.slack.hear.hearing import Hearing
from bot.adapters.slack.intake.app import through_bolt
from bot.adapters.slack.intake.front import Front
from bot.adapters.slack.intake.parsed import MOST_BYTES
from bot.adapters.slack.intake.serving import mount_of
from bot.adapters.slack.intake.socket import listening
from bot.adapters.slack.post.following import Following
from bot.adapters.slack.post.pace import Passing
from bot.adapters.web.serving import Entrance, served
from bot.application.receive import receive
from bot.domain.errors import BotError, Misdeclared
from bot.domain.person import Person
from bot.ports.clock import Clock
from bot.ports.model import Model
from bot.runtimes.embedded import Embedded
from bot.runtimes.inbox import InboxWorker
from bot.settings import Settings
from bot.settings.slack import Slack
from bot.wiring import Bot, Wall, opened
from bot.wiring.events import events_sent
from bot.wiring.telemetry import watched
from bot.wiring.web import doors, sorted_out

SLACK = Entrance("the Slack door", "slack.refused", middlewares=(), most=MOST_BYTES)
"""The front says by itself what it refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What it takes to be in a workspace: Slack's own, or one that stands in for it at another address."""

    api: str
    bot_token: str
    app_token: str = ""
    """Opens a socket to Slack; none where Slack comes by HTTP alone."""
    signing_secrets: tuple[str, ...] = ()
    listening: socket.socket | None = None
    """Where Slack's signed requests come in, if there is a secret, and where anybody may ask how the bot is."""
    teams: tuple[str, ...] = ()
    """Workspaces besides the token's own whose people are let in; and organisations."""
    enterprises: tuple[str, ...] = ()
    stands_in: bool = False
    """Whether it only stands in for Slack: what is posted there reaches nobody real."""


def workspace_of(slack: Slack, listening: socket.socket | None) -> Workspace:
    """The workspace of the settings."""
    return Workspace(
        api=slack.api,
        bot_token=slack.bot_token.get_secret_value(),
        app_token=slack.app_token.get_secret_value() if slack.app_token else "",
        signing_secrets=tuple(secret.get_secret_value() for secret in slack.signing_secrets),
        listening=listening,
        teams=slack.teams,
        enterprises=slack.enterprises,
    )


@dataclass(frozen=True, slots=True)
class InSlack:
    """A bot that is there, and what works for it."""

    bot: Bot
    runtime: Embedded
    worker: InboxWorker
    chat: Chat
    following: Following
    doors: list[Callable[[], Awaitable[bool]]] = field(default_factory=list[Callable[[], Awaitable[bool]]])
    """Whether each way in is open."""

    async def why_not(self) -> str:
        """Why it is not ready, as one line; empty where it is."""
        try:
            untold = await self.bot.store.run(lambda tx: tx.watch.unreached_since())
        except BotError:
            return "the store does not answer"
        if untold is not None:
            return f"an alert of {untold:%Y-%m-%d %H:%M} UTC could not be told to anybody; the log says which"
        if not self.chat.people.is_fresh():
            return "who is who could not be asked for too long"
        opened = [await is_open() for is_open in self.doors]
        return "" if opened and all(opened) else "Slack is not heard"


@asynccontextmanager
async def in_slack(
    settings: Settings,
    workspace: Workspace,
    *,
    listed: tuple[Person, ...] | None = None,
    samples: Samples | None = None,
    clock: Clock | None = None,
    passing: Passing | None = None,
    model: Model | None = None,
    web: socket.socket | None = None,
) -> AsyncGenerator[InSlack]:
    """A bot that runs, is in Slack, and hears what happens there. What it did not get to do waits for the next one.

    What the settings say of people counts for those with the same id; `listed` says so of others. Forms can be filled
    in from `samples`. What is not Slack comes in at `web`, if anywhere. It ends in order: nothing more comes in, what
    came in is handled, what is being carried out is finished.
    """
    known = settings.people() if listed is None else listed
    async with AsyncExitStack() as stack:
        wall, token, api = clock or Wall(), workspace.bot_token, workspace.api
        linked = settings.file.links.hosts
        calls = joined(token, api, listed=known, linked=linked, passing=passing, epoch=lambda: wall.now().timestamp())
        chat = await stack.enter_async_context(calls)
        unwatched = await stack.enter_async_context(
            opened(settings, chat=chat, stands_in=workspace.stands_in, clock=wall, model=model)
        )
        bot = await stack.enter_async_context(watched(unwatched))
        runtime = await stack.enter_async_context(bot.running())
        following = chat.following(bot.parts)
        await following.start()
        stack.push_async_callback(following.stop)
        hearing = chat.hearing(bot.parts, samples or {})
        stack.callback(hearing.loading.stop)
        worker = await stack.enter_async_context(_working(bot, hearing, web))
        if not workspace.stands_in:
            await stack.enter_async_context(events_sent(bot))
        there = InSlack(bot, runtime, worker, chat, following)
        await stack.enter_async_context(_doors(there, workspace, hearing))
        yield there


@asynccontextmanager
async def _working(bot: Bot, hearing: Hearing, web: socket.socket | None) -> AsyncGenerator[InboxWorker]:
    """The one worker for everything that comes in, whichever door it came by; with the doors that are not Slack's."""
    handle, given_up = sorted_out(bot, hearing.handle, hearing.give_up)
    worker = InboxWorker(bot.store, handle, given_up=given_up)
    await worker.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(worker.stop)
        if web is not None:
            await stack.enter_async_context(doors(bot, worker, web))
        yield worker


@asynccontextmanager
async def _doors(there: InSlack, workspace: Workspace, hearing: Hearing) -> AsyncGenerator[None]:
    """Open every way in that there is a key for."""
    chat, signed = there.chat, workspace.listening is not None and bool(workspace.signing_secrets)
    if not signed and not workspace.app_token:
        raise Misdeclared("The bot has no way to hear Slack.", mend="Give it an app token, or a port and a secret.")
    parts, me = there.bot.parts, await chat.caller.me()
    intake = chat.intake(
        parts,
        hearing,
        keep=lambda delivery: receive(parts, delivery),
        woken=there.worker.woken,
        teams=workspace.teams,
        enterprises=workspace.enterprises,
    )
    take = through_bolt(intake.take, token=workspace.bot_token, team=me.team, user=me.user, bot=me.bot)
    async with AsyncExitStack() as stack:
        if workspace.listening is not None:
            front = Front(take, secrets=workspace.signing_secrets, clock=there.bot.parts.clock) if signed else None
            mount = mount_of(front, why_not=there.why_not)
            await stack.enter_async_context(served([mount], workspace.listening, SLACK))
            there.doors.append(_is_open)
        if workspace.app_token:
            sockets = listening(take, app_token=workspace.app_token, web_client=chat.client)
            there.doors.append(await stack.enter_async_context(sockets))
        yield


async def _is_open() -> bool:
    return True
