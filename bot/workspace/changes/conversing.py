"""Threads with agents: what an app says it is doing, what the thread is called, what could be asked."""

from bot.workspace.payload import Json
from bot.workspace.state.change import StatusSet
from bot.workspace.state.session import Session
from bot.workspace.state.workspace import Workspace

STATUS_SECONDS = 120.0
"""How long a status stands where no message follows it."""


def session(workspace: Workspace, app: str, channel: str, thread_ts: str) -> Session | None:
    return workspace.sessions.get((app, channel, thread_ts))


def begin(workspace: Workspace, app: str, channel: str, thread_ts: str) -> Session:
    """The session of a thread, begun where there is none yet."""
    known = workspace.sessions.get((app, channel, thread_ts))
    if known is None:
        known = Session(app=app, channel=channel, thread_ts=thread_ts)
        workspace.sessions[app, channel, thread_ts] = known
    return known


def set_status(workspace: Workspace, of: Session, text: str) -> None:
    """Show what an app is doing; an empty text takes it away."""
    of.status = text
    workspace.tell(StatusSet(workspace.channels[of.channel], of.thread_ts, of.app, text))
    if text:
        workspace.clock.at(workspace.clock.now() + STATUS_SECONDS, lambda: _expire(workspace, of, text))


def _expire(workspace: Workspace, of: Session, text: str) -> None:
    if of.status == text and session(workspace, of.app, of.channel, of.thread_ts) is of:
        clear_status(workspace, of)


def clear_status(workspace: Workspace, of: Session) -> None:
    """The app has said something, or nothing for long: it is doing nothing now."""
    if of.status:
        set_status(workspace, of, "")


def offer(of: Session, prompts: list[Json]) -> None:
    of.prompts = prompts


def entitle(of: Session, title: str) -> None:
    of.title = title


def set_stage(of: Session, stage: str) -> None:
    of.stage = stage
