"""Every call of the Web API: in its turn, within its time, and what comes back as an answer or an error of ours."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, cast
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.post.method import Kind, Method, method_of
from bot.adapters.slack.post.pace import Line, Loop, Need, Passing, Turn, Urgency
from bot.adapters.slack.post.trouble import Barred, code_of, retry_after, trouble_of
from bot.domain.plain import is_object

logger = logging.getLogger(__name__)

WITHIN = timedelta(seconds=45)
"""How long a call may take in all, waiting for its turn included: less than whoever asked waits for an answer."""
PATIENCE = timedelta(seconds=15)
"""How long one request waits for its answer."""
PAGES = 100
Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is in its workspace."""

    team: str
    user: str
    bot: str
    url: str = ""
    """Where the workspace's pages are; links to messages begin with it."""

    @property
    def host(self) -> str:
        """Where its messages are opened in a browser."""
        return urlsplit(self.url).netloc


class Client(Protocol):
    """What is used of Slack's own client, whose types leave much unsaid."""

    async def api_call(
        self,
        api_method: str,
        *,
        http_verb: str = "POST",
        params: dict[str, object] | None = None,
        json: dict[str, object] | None = None,
    ) -> object: ...


class Caller:
    """Calls Slack. It repeats only what Slack surely has not taken, and only to keep its place in the line."""

    def __init__(self, client: Client, passing: Passing | None = None, *, patience: timedelta = PATIENCE) -> None:
        self._client, self._passing, self._patience = client, passing or Loop(), patience.total_seconds()
        self._line = Line(self._passing)
        self._me: Me | None = None
        self.barred = ""
        """Why Slack does not let the bot in, while it does not; nobody can be told of it through Slack."""

    async def call(
        self,
        method: str,
        arguments: Mapping[str, object] | None = None,
        *,
        urgency: Urgency = Urgency.TELL,
        within: timedelta = WITHIN,
        expect: Collection[str] = (),
    ) -> Answer:
        """What Slack answers. Raises Transient, Uncertain, Unreachable or Broken, each with what to do about it.

        Of the refusals that the caller `expect`s the answer is given back: `{"ok": False, "error": …}`.
        """
        given = {name: value for name, value in (arguments or {}).items() if value is not None}
        until = self._passing.now() + within.total_seconds()
        turn = self._line.turn(_needs(method, given), urgency=urgency, until=until)
        while True:
            await self._line.come(turn)
            answer = await self._ask(method, given, turn, expect)
            if answer is not None:
                return answer

    async def pages(
        self, method: str, part: str, arguments: Mapping[str, object], *, urgency: Urgency = Urgency.TELL
    ) -> AsyncGenerator[dict[str, object]]:
        """Every item of a list, page by page."""
        cursor = ""
        for _ in range(PAGES):
            answer = await self.call(method, {**arguments, "cursor": cursor or None}, urgency=urgency)
            for one in objects(answer.get(part)):
                yield one
            metadata = answer.get("response_metadata")
            cursor = str(metadata.get("next_cursor") or "") if is_object(metadata) else ""
            if not cursor:
                return

    async def me(self) -> Me:
        """Who the bot is; asked once."""
        if self._me is None:
            said = await self.call("auth.test")
            self._me = Me(
                str(said.get("team_id")), str(said.get("user_id")), str(said.get("bot_id")), str(said.get("url") or "")
            )
        return self._me

    async def stop(self) -> None:
        """Let nobody wait any more."""
        await self._line.stop()

    async def _ask(self, method: str, given: Answer, turn: Turn, expect: Collection[str]) -> Answer | None:
        """The answer; None where Slack wants us to wait and there is time for it."""
        try:
            answer = await self._send(method, given)
        except Exception as error:
            if isinstance(error, SlackApiError) and code_of(error) in expect:
                return {"ok": False, "error": code_of(error)}
            if self._is_asked_to_wait(method, error, turn):
                return None
            trouble = trouble_of(method, error)
            if isinstance(trouble, Barred):
                self._note_barred(trouble)
            raise trouble from error
        self.barred = ""
        return answer

    async def _send(self, method: str, given: Answer) -> Answer:
        """One request. What only reads has its arguments in the address: there are methods that take no body."""
        async with asyncio.timeout(self._patience):
            if method_of(method).kind is Kind.READS:
                response = await self._client.api_call(method, http_verb="GET", params=_spelled(given))
            else:
                response = await self._client.api_call(method, json={**given})
        data: object = getattr(response, "data", None)
        if not is_object(data):
            raise ValueError("This answer is no object.")
        return data

    def _is_asked_to_wait(self, method: str, error: Exception, turn: Turn) -> bool:
        wait = retry_after(error)
        if wait is None:
            return False
        seconds = wait.total_seconds()
        self._line.close(method, seconds)
        return self._passing.now() + seconds <= turn.until

    def _note_barred(self, trouble: Barred) -> None:
        if not self.barred:
            logger.critical("Slack does not let the bot in: %s", trouble, extra={"action": "slack.barred"})
        self.barred = trouble.message


def _needs(method: str, given: Answer) -> Sequence[Need]:
    """The buckets of a call: that of its method, and of the channel or the message it is for."""
    of = method_of(method)
    needs = [_of_method(method, of)]
    channel = given.get("channel")
    if method == "chat.postMessage":
        needs.append(Need(f"in {channel}", a_second=1.0, burst=3))
    elif method == "chat.update":
        # Slack asks for one change of a message every three seconds; a decision that comes soon after may hurry.
        needs.append(Need(f"of {channel} {given.get('ts')}", a_second=1 / 3, burst=3))
    return needs


def _of_method(name: str, method: Method) -> Need:
    return Need(name, a_second=method.a_minute / 60, burst=max(1.0, method.a_minute / 5))


def _spelled(given: Answer) -> dict[str, object]:
    """Arguments as they stand in an address."""
    return {
        name: value if isinstance(value, (str, int)) and not isinstance(value, bool) else json.dumps(value)
        for name, value in given.items()
    }


def objects(value: object) -> list[dict[str, object]]:
    """The objects in a list; none where it is no list."""
    if not isinstance(value, list):
        return []
    return [one for one in cast("list[object]", value) if is_object(one)]


def client_of(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Slack's own client, on connections that are kept, and without its retries: those are ours alone.

    Its log is quiet: below a warning it says what was in every call.
    """
    quiet = logging.getLogger("slack_sdk.quiet")
    quiet.setLevel(logging.WARNING)
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[], logger=quiet)
