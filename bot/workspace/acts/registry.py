"""Everything a person can do, by name: the page posts it, a test posts it, and the same happens."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.workspace.acts import asked, joining, reacting, saying, submitting
from bot.workspace.acts.clicking import click
from bot.workspace.acts.commanding import run_command
from bot.workspace.acts.finding import actor
from bot.workspace.acts.outcome import Outcome, Refused
from bot.workspace.acts.shortcutting import run_shortcut
from bot.workspace.acts.suggesting import suggest
from bot.workspace.acts.uploading import upload
from bot.workspace.desk import Desk
from bot.workspace.payload import Json
from bot.workspace.refusal import meant
from bot.workspace.state.person import Person

M = TypeVar("M", bound=asked.Asked)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person can do."""

    asked: type[asked.Asked]
    do: Callable[[Desk, Person, Any], Awaitable[Outcome]]


async def perform(desk: Desk, name: str, arguments: Json) -> Json:
    """Do something as somebody. What cannot be done is told, `ok` false and a sentence; nothing is raised."""
    try:
        act = ACTS.get(name)
        if act is None:
            there = meant(name, ACTS) or f" There is: {', '.join(ACTS)}."
            raise Refused(f"There is no act “{name[:40]}”.{there}")
        given = _given(act, arguments)
        outcome = await act.do(desk, actor(desk.workspace, given.person), given)
    except Refused as refusal:
        outcome = Outcome(ok=False, text=str(refusal))
    return outcome.shown()


def _given(act: Act, arguments: Json) -> asked.Asked:
    try:
        return act.asked.model_validate(arguments)
    except ValidationError as error:
        raise Refused(asked.worded(act.asked, error)) from None


def _at_once(model: type[M], do: Callable[[Desk, Person, M], Outcome]) -> Act:
    """An act that waits for no app."""

    async def done(desk: Desk, person: Person, given: M) -> Outcome:
        return do(desk, person, given)

    return Act(model, done)


def _asking(model: type[M], do: Callable[[Desk, Person, M], Awaitable[Outcome]]) -> Act:
    """An act that an app answers."""
    return Act(model, do)


async def _say(desk: Desk, person: Person, a: asked.Say) -> Outcome:
    """What begins with a slash is a command, as in Slack; `/me` is not."""
    if a.text.startswith("/") and not saying.is_of_oneself(a.text) and not a.files:
        return await run_command(desk, person, a.channel, a.text, thread_ts=a.thread_ts)
    files = tuple(a.files)
    return saying.say(desk, person, a.channel, a.text, thread_ts=a.thread_ts, broadcast=a.broadcast, files=files)


ACTS: Mapping[str, Act] = {
    "say": _asking(asked.Say, _say),
    "edit": _at_once(asked.Edit, lambda d, p, a: saying.edit_message(d, p, a.channel, a.ts, a.text)),
    "delete": _at_once(asked.OfMessage, lambda d, p, a: saying.delete_message(d, p, a.channel, a.ts)),
    "command": _asking(asked.RunCommand, lambda d, p, a: run_command(d, p, a.channel, a.text, thread_ts=a.thread_ts)),
    "click": _asking(
        asked.Click,
        lambda d, p, a: click(d, p, a.place, a.block_id, a.action_id, simple=a.value, entered=a.entered),
    ),
    "suggest": _asking(asked.Suggest, lambda d, p, a: suggest(d, p, a.place, a.block_id, a.action_id, a.typed)),
    "submit": _asking(asked.Submit, lambda d, p, a: submitting.submit(d, p, a.view, a.entered)),
    "close": _asking(asked.Close, lambda d, p, a: submitting.close_view(d, p, a.view, everything=a.everything)),
    "home": _at_once(asked.Home, lambda d, p, a: submitting.open_home(d, p, a.app, a.tab)),
    "shortcut": _asking(
        asked.RunShortcut,
        lambda d, p, a: run_shortcut(d, p, a.callback_id, app=a.app, channel=a.channel, ts=a.ts),
    ),
    "react": _at_once(asked.React, lambda d, p, a: reacting.react(d, p, a.channel, a.ts, a.name)),
    "unreact": _at_once(asked.React, lambda d, p, a: reacting.unreact(d, p, a.channel, a.ts, a.name)),
    "pin": _at_once(asked.OfMessage, lambda d, p, a: reacting.pin(d, p, a.channel, a.ts)),
    "unpin": _at_once(asked.OfMessage, lambda d, p, a: reacting.unpin(d, p, a.channel, a.ts)),
    "dismiss": _at_once(asked.OfMessage, lambda d, p, a: reacting.dismiss(d, p, a.channel, a.ts)),
    "join": _at_once(asked.InChannel, lambda d, p, a: joining.join(d, p, a.channel)),
    "leave": _at_once(asked.InChannel, lambda d, p, a: joining.leave(d, p, a.channel)),
    "invite": _at_once(asked.Invite, lambda d, p, a: joining.invite(d, p, a.channel, a.guest)),
    "create_channel": _at_once(asked.Create, lambda d, p, a: joining.create_channel(d, p, a.name, private=a.private)),
    "rename_channel": _at_once(asked.Rename, lambda d, p, a: joining.rename_channel(d, p, a.channel, a.name)),
    "topic": _at_once(asked.Topic, lambda d, p, a: joining.set_topic(d, p, a.channel, a.topic)),
    "archive": _at_once(asked.InChannel, lambda d, p, a: joining.archive(d, p, a.channel)),
    "unarchive": _at_once(asked.InChannel, lambda d, p, a: joining.unarchive(d, p, a.channel)),
    "direct": _at_once(asked.Direct, lambda d, p, a: joining.open_direct(d, p, a.others)),
    "read": _at_once(asked.Read, lambda d, p, a: joining.mark_read(d, p, a.channel, a.ts)),
    "upload": _at_once(asked.Upload, lambda d, p, a: upload(d, p, a.name, a.content, title=a.title)),
}
