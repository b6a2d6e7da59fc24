"""`assistant.threads.*` and `agents.sessions.*`: what an app that answers in threads says about a thread."""

from collections.abc import Mapping
from typing import cast

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.finding import seen_channel
from bot.workspace.api.paging import time_of
from bot.workspace.changes.conversing import begin, entitle, offer, session, set_stage, set_status
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel
from bot.workspace.state.session import STAGES, Session

MOST_PROMPTS, MOST_LOADING = 4, 10
LONGEST_LOADING, LONGEST_TITLE = 50, 200


def _thread(call: Call) -> Session:
    """The session of the thread a call names, which must be there."""
    channel = _channel(call, "channel_not_found")
    ts = time_of(call.arguments.needed("thread_ts", "invalid_thread_ts"), "invalid_thread_ts")
    if ts not in channel.messages:
        raise SlackError("invalid_thread_ts")
    return begin(call.desk.workspace, call.app.id, channel.id, ts)


def _channel(call: Call, error: str) -> Channel:
    channel = seen_channel(call, name="channel_id")
    if call.app.user not in channel.people:
        raise SlackError(error)
    return channel


def set_thread_status(call: Call) -> Json:
    status = call.arguments.given_text("status")
    _refuse_loading(call.arguments.structure("loading_messages"))
    set_status(call.desk.workspace, _thread(call), status)
    return {}


def _refuse_loading(given: object) -> None:
    if given is None:
        return
    lines = cast("list[object]", given) if isinstance(given, list) else []
    fit = all(isinstance(line, str) and 0 < len(line) <= LONGEST_LOADING for line in lines)
    if not lines or len(lines) > MOST_LOADING or not fit:
        raise SlackError("invalid_arguments")


def set_title(call: Call) -> Json:
    title = call.arguments.needed("title")
    entitle(_thread(call), title)
    return {}


def set_prompts(call: Call) -> Json:
    given = call.arguments.structure("prompts")
    if given is None:
        call.arguments.needed("prompts")
    prompts = cast("list[object]", given) if isinstance(given, list) else []
    if not prompts or len(prompts) > MOST_PROMPTS or not all(_is_prompt(one) for one in prompts):
        raise SlackError("invalid_arguments")
    if call.arguments.text("thread_ts"):
        offer(_thread(call), cast("list[Json]", prompts))
    else:
        channel = _channel(call, "channel_not_found")
        offer(begin(call.desk.workspace, call.app.id, channel.id, ""), cast("list[Json]", prompts))
    return {}


def _is_prompt(given: object) -> bool:
    prompt = cast("Json", given) if isinstance(given, dict) else {}
    return all(isinstance(prompt.get(name), str) and prompt[name] for name in ("title", "message"))


def set_session_status(call: Call) -> Json:
    """Sets the stage of a session, which begins with that; a title is heard only then."""
    stage = call.arguments.needed("status", "invalid_status")
    if stage not in STAGES:
        raise SlackError("invalid_status")
    channel, ts = _session_place(call)
    known = session(call.desk.workspace, call.app.id, channel.id, ts)
    title, initiator = call.arguments.text("title"), call.arguments.text("initiator_user_id")
    if len(title) > LONGEST_TITLE:
        raise SlackError("invalid_arguments")
    if known is None and initiator and initiator not in channel.people:
        raise SlackError("user_not_found")
    found = known or begin(call.desk.workspace, call.app.id, channel.id, ts)
    if known is None:
        entitle(found, title)
    set_stage(found, stage)
    return {"status": stage, "agent_status": stage, "title": found.title}


def _session_place(call: Call) -> tuple[Channel, str]:
    channel = _channel(call, "not_authorized")
    if not call.arguments.text("thread_ts"):
        raise SlackError("thread_ts_required")
    return channel, time_of(call.arguments.text("thread_ts"), "invalid_arguments")


def rename_session(call: Call) -> Json:
    title = call.arguments.needed("title", "invalid_name")
    if len(title) > LONGEST_TITLE:
        raise SlackError("invalid_name")
    channel, ts = _session_place(call)
    found = session(call.desk.workspace, call.app.id, channel.id, ts)
    if found is None:
        raise SlackError("session_not_found")
    entitle(found, title)
    return {"title": title}


_THREAD = "channel_not_found", "invalid_thread_ts"
_SESSION = "channel_not_found", "not_authorized", "thread_ts_required"

METHODS: Mapping[str, Method] = {
    "assistant.threads.setStatus": Method(
        do=set_thread_status,
        tier=Tier.SPECIAL,
        scopes=("chat:write", "assistant:write"),
        errors=(*_THREAD, "invalid_arguments"),
    ),
    "assistant.threads.setTitle": Method(
        do=set_title, tier=Tier.FOUR, scopes=("assistant:write",), errors=(*_THREAD, "invalid_arguments")
    ),
    "assistant.threads.setSuggestedPrompts": Method(
        do=set_prompts, tier=Tier.FOUR, scopes=("assistant:write",), errors=(*_THREAD, "invalid_arguments")
    ),
    "agents.sessions.setStatus": Method(
        do=set_session_status, scopes=("chat:write",), errors=(*_SESSION, "invalid_status", "user_not_found")
    ),
    "agents.sessions.rename": Method(
        do=rename_session, scopes=("chat:write",), errors=(*_SESSION, "session_not_found", "invalid_name")
    ),
}
