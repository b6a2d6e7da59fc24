"""A bot in Slack: the same bot, with Slack for its directory, its messenger and its door.

Kept apart from the rest, for the command line does without it and starts sooner.
"""

import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.adapters.slack.chat import Chat, joined
from bot.adapters.slack.intake.app import through_bolt
from bot.adapters.slack.intake.front import Front
from bot.adapters.slack.intake.intake import Take
from bot.adapters.slack.intake.serving import served
from bot.adapters.slack.intake.socket import listening
from bot.adapters.slack.post.pace import Passing
from bot.application.receive import receive
from bot.domain.errors import Misdeclared
from bot.domain.person import Person
from bot.ports.clock import Clock
from bot.runtimes.embedded import Embedded
from bot.runtimes.inbox import InboxWorker
from bot.settings import Settings
from bot.wiring import Bot, opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What it takes to be in a workspace: Slack's own, or one that stands in for it at another address."""

    api: str
    bot_token: str
    app_token: str = ""
    signing_secrets: tuple[str, ...] = ()
    listening: socket.socket | None = None
    """Where Slack's signed requests come in; none where the bot opens a socket to Slack instead."""


@dataclass(frozen=True, slots=True)
class InSlack:
    """A bot that is there, and what works for it."""

    bot: Bot
    runtime: Embedded
    worker: InboxWorker


@asynccontextmanager
async def in_slack(
    settings: Settings,
    workspace: Workspace,
    *,
    listed: tuple[Person, ...] | None = None,
    clock: Clock | None = None,
    passing: Passing | None = None,
) -> AsyncGenerator[InSlack]:
    """A bot that runs, is in Slack, and hears what happens there. What it did not get to do waits for the next one.

    What the settings say of people counts for those with the same id; `listed` says so of others.
    """
    known = settings.people() if listed is None else listed
    async with AsyncExitStack() as stack:
        calls = joined(workspace.bot_token, workspace.api, listed=known, passing=passing)
        chat = await stack.enter_async_context(calls)
        bot = await stack.enter_async_context(opened(settings, chat=chat, clock=clock))
        runtime = await stack.enter_async_context(bot.running())
        hearing = chat.hearing(bot.parts)
        worker = InboxWorker(bot.store, hearing.handle)
        await worker.start()
        stack.push_async_callback(worker.stop)
        intake = chat.intake(bot.parts, hearing, keep=lambda delivery: receive(bot.parts, delivery), woken=worker.woken)
        await stack.enter_async_context(_door(chat, bot, workspace, intake.take))
        yield InSlack(bot, runtime, worker)


@asynccontextmanager
async def _door(chat: Chat, bot: Bot, workspace: Workspace, take: Take) -> AsyncGenerator[None]:
    me = await chat.caller.me()
    take = through_bolt(take, token=workspace.bot_token, team=me.team, user=me.user, bot=me.bot)
    if workspace.listening is not None:
        front = Front(take, secrets=workspace.signing_secrets, clock=bot.parts.clock)
        async with served(front, workspace.listening):
            yield
    elif workspace.app_token:
        async with listening(take, app_token=workspace.app_token, web_client=chat.client):
            yield
    else:
        raise Misdeclared("The bot has no way to hear Slack.", mend="Give it an app token, or a port and a secret.")
