"""What finds no room on a card stands in its thread: as messages, or as a text file where it is long.

Once for each version, whatever happens on the way: what is there is looked for before anything is added.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import aiohttp

from bot.adapters.slack.draw.room import Further, Snippet
from bot.adapters.slack.post.caller import Caller, objects
from bot.adapters.slack.post.drawn import replies_of
from bot.adapters.slack.post.places import bare
from bot.adapters.slack.post.posting import QUIETLY, metadata_of, payload_of
from bot.domain.errors import Transient
from bot.ports.cards import Placed

Upload = Callable[[str, bytes], Awaitable[bool]]
"""Send the content of a file to the address that Slack gave for it; whether it was taken."""

_NO_FILES = frozenset(
    "missing_scope file_uploads_disabled file_uploads_except_images_disabled file_upload_size_restricted "
    "snippet_too_large storage_limit_reached restricted_action not_allowed_token_type".split()
)
"""Slack takes no file from us here; messages say the same."""


@dataclass(frozen=True, slots=True)
class _There:
    """What of one version stands in a thread already."""

    parts: frozenset[object]
    files: frozenset[object]


class Overflow:
    """The threads of cards."""

    def __init__(self, caller: Caller, upload: Upload) -> None:
        self._caller, self._upload = caller, upload

    async def add(self, placed: Placed, overflow: Sequence[Further]) -> Placed:
        """Add what is not there yet; the card, with its version's overflow there."""
        if not overflow or placed.overflow == placed.version:
            return placed
        there, part = await self._there(placed), 0
        for one in overflow:
            if isinstance(one, Snippet) and (one.name in there.files or await self._share(placed, one)):
                continue
            for content in replies_of((one,)):
                part += 1
                if part not in there.parts:
                    await self._reply(placed, part, content)
        return replace(placed, overflow=placed.version)

    async def _reply(self, placed: Placed, part: int, content: dict[str, object]) -> None:
        thread = {"channel": bare(placed.channel), "thread_ts": placed.ts}
        marked = {"metadata": metadata_of(placed, part=part), **QUIETLY}
        await self._caller.call("chat.postMessage", {**thread, **content, **marked})

    async def _share(self, placed: Placed, snippet: Snippet) -> bool:
        """Put a file into the thread; False where Slack takes none."""
        content = snippet.content.encode("utf-8", "replace")
        asked = {"filename": snippet.name, "length": len(content)}
        room = await self._caller.call("files.getUploadURLExternal", asked, expect=_NO_FILES)
        if not room.get("ok") or not await self._upload(str(room["upload_url"]), content):
            return False
        shared = {
            "files": [{"id": room["file_id"], "title": snippet.title}],
            "channel_id": bare(placed.channel),
            "thread_ts": placed.ts,
        }
        answer = await self._caller.call("files.completeUploadExternal", shared, expect=_NO_FILES)
        return bool(answer.get("ok"))

    async def _there(self, placed: Placed) -> _There:
        me = await self._caller.me()
        asked = {"channel": bare(placed.channel), "ts": placed.ts, "include_all_metadata": True, "limit": 200}
        pages = self._caller.pages("conversations.replies", "messages", asked)
        ours = [one async for one in pages if one.get("user") == me.user]
        said = [payload_of(one) for one in ours]
        return _There(
            frozenset(payload.get("part") for payload in said if payload.get("version") == placed.version),
            frozenset(file.get("name") for one in ours for file in objects(one.get("files"))),
        )


def uploading(session: aiohttp.ClientSession) -> Upload:
    """Uploads over the connections there are. The address says who may; no token goes with it."""

    async def upload(address: str, content: bytes) -> bool:
        try:
            async with session.post(address, data=content) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Transient("A file could not be brought to Slack.") from error

    return upload
