"""What models said once, said again: a folder with a file for each reply, found by what was asked.

Recorded is only what a model said, whole, cut or refused. That a server was away says nothing of a model, and what a
server writes into its errors may be anything, a key among it.
"""

import asyncio
import hashlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.adapters.model.wire import Dialect, Likely, Reply, Request, Usage, Wire
from bot.domain.outcome import Outcome
from bot.domain.plain import Unreadable, canonical, read_json
from bot.domain.text import one_line

MOST_BYTES = 4 * 1024 * 1024
SAID = frozenset({Outcome.ANSWERED, Outcome.CUT, Outcome.REFUSED, Outcome.FILTERED})
"""The ends of a call that say something of the model."""
_RECORD = 'To record it, ask once more with use = "openai" and this folder under [model] in countersign.toml.'

logger = logging.getLogger(__name__)


class Recorded(BaseModel):
    """A reply as it lies in its file. `sha256` is over all the rest, so that nobody edits an answer unnoticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = 1
    fingerprint: str
    """What was asked, which is also the name of the file."""
    model: str
    form: str
    """The name of the fact that was asked for."""
    dialect: str
    outcome: Literal["answered", "cut", "refused", "filtered"]
    text: str
    finish: str
    reported: str
    input_tokens: int | None
    cached_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    likely: list[tuple[str, int]] = []
    sha256: str = ""

    def sealed(self) -> str:
        """What `sha256` has to be."""
        return hashlib.sha256(canonical(self.model_dump(mode="json", exclude={"sha256"}))).hexdigest()


@dataclass(slots=True)
class Replay:
    """A wire to a folder: no server, no network, no key."""

    folder: Path
    server: str = "replay"
    dialects: tuple[Dialect, ...] = (Dialect.TEXT,)

    async def send(self, request: Request, dialect: Dialect) -> Reply:
        del dialect
        return await asyncio.to_thread(_replayed, self.folder, request)

    async def close(self) -> None:
        """There is nothing to close."""


class Recording:
    """Another wire, of which each thing that a model says is kept in a folder."""

    def __init__(self, wire: Wire, folder: Path) -> None:
        self._wire = wire
        self._folder = folder
        self.server = wire.server
        self.dialects = wire.dialects

    async def send(self, request: Request, dialect: Dialect) -> Reply:
        reply = await self._wire.send(request, dialect)
        if reply.outcome in SAID:
            await asyncio.to_thread(_record, self._folder, request, dialect, reply)
        return reply

    async def close(self) -> None:
        await self._wire.close()


def file_of(folder: Path, request: Request) -> Path:
    """Where the reply to this lies, or would lie."""
    return folder / f"{request.fingerprint}.json"


def _record(folder: Path, request: Request, dialect: Dialect, reply: Reply) -> None:
    """Keep a reply. Where that fails, the log says so and the reply is used all the same."""
    usage = reply.usage
    recorded = Recorded.model_construct(
        fingerprint=request.fingerprint,
        model=request.model,
        form=request.form_name,
        dialect=dialect.value,
        outcome=reply.outcome.value,
        text=reply.text,
        finish=reply.finish,
        reported=reply.reported,
        input_tokens=usage.input,
        cached_tokens=usage.cached,
        output_tokens=usage.output,
        reasoning_tokens=usage.reasoning,
        likely=[(one.piece, one.log_micros) for one in reply.likely],
    )
    file = file_of(folder, request)
    try:
        whole = recorded.model_copy(update={"sha256": recorded.sealed()}).model_dump(mode="json")
        written = json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, suffix=".new", delete=False) as beside:
            beside.write(written)
        Path(beside.name).replace(file)
    except (OSError, ValueError) as error:  # ValueError: half a surrogate pair, which no file can hold
        logger.warning("The model's reply was not recorded in %s: %s", folder, type(error).__name__)


def _replayed(folder: Path, request: Request) -> Reply:
    file = file_of(folder, request)
    try:
        with open(file, "rb", opener=_at_once) as opened:
            raw = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return _not_found(f"Nothing is recorded for this question: there is no {file}. {_RECORD}")
    except OSError as error:
        return _not_found(f"{file} cannot be read: {error.strerror or type(error).__name__}.")
    try:
        return _reply(_recorded(raw, request))
    except Unreadable as why:
        return _not_found(f"{file} is no recorded reply: {why} {_RECORD}")


def _at_once(path: str, flags: int) -> int:
    """Open a file; a pipe that lies in its place is not waited for."""
    return os.open(path, flags | os.O_NONBLOCK)


def _recorded(raw: bytes, request: Request) -> Recorded:
    """What a file holds. Raises Unreadable where it is anything but what was written there."""
    read_json(raw, max_bytes=MOST_BYTES, max_depth=8)
    try:
        recorded = Recorded.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Unreadable(f"“{one_line(place, 40)}”: {one_line(first['msg'], 100)}.") from None
    if recorded.sha256 != recorded.sealed():
        raise Unreadable("somebody has changed it since.")
    if recorded.fingerprint != request.fingerprint:
        raise Unreadable("it is the reply to another question.")
    return recorded


def _reply(recorded: Recorded) -> Reply:
    return Reply(
        Outcome(recorded.outcome),
        recorded.text,
        finish=recorded.finish,
        usage=Usage(recorded.input_tokens, recorded.cached_tokens, recorded.output_tokens, recorded.reasoning_tokens),
        reported=recorded.reported,
        likely=tuple(Likely(piece, log) for piece, log in recorded.likely),
    )


def _not_found(words: str) -> Reply:
    return Reply(Outcome.NOT_FOUND, detail=words, words=words)
