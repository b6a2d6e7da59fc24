"""The composition root: settings in, a running bot out. The only place that knows every adapter."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from bot.adapters.anchor.file import AnchorFile
from bot.adapters.anchor.log import Log
from bot.adapters.directory.listed import Listed
from bot.adapters.library.shelf import Shelf
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.lock import file_lock
from bot.adapters.store.queries import SqlQueries
from bot.adapters.store.reader import EngineReader
from bot.adapters.store.restoring import refuse_half_restored
from bot.adapters.store.sqlite import reading_url, refuse_unreadable
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.connected import Connected
from bot.adapters.systems.kept import Kept
from bot.adapters.systems.sandbox import Office
from bot.adapters.terminal.messenger import Terminal
from bot.application.look_back import look_back
from bot.application.parts import Parts
from bot.domain.checks import People
from bot.domain.errors import Misdeclared, StoreFailed
from bot.domain.redaction import Redactor
from bot.domain.run import RunId
from bot.ports.clock import Clock
from bot.ports.directory import Directory
from bot.ports.messenger import Messenger
from bot.ports.model import Model
from bot.ports.store import Store, Transaction
from bot.ports.system import System
from bot.runtimes.embedded import Embedded
from bot.settings import Settings
from bot.settings.systems import SandboxUse, SlackUse
from bot.wiring.link import link_to
from bot.wiring.model import model_of, name_of, roles_of
from bot.wiring.systems import bindings_of, connected, descriptions_of

if TYPE_CHECKING:
    from bot.adapters.systems.rest.described import RestDescription

DATABASE = "countersign.sqlite3"
BACK_OFFICE = "back-office.sqlite3"
AUDIT_KEY = "audit.key"
CHECKPOINTS = "checkpoints.ndjson"
"""Where checkpoints are kept that nobody keeps elsewhere: it shows an old copy put back by mistake, not on purpose."""


class Everybody(Directory, People, Protocol):
    """Who there is, for whoever decides and for whoever writes briefs."""


class Chat(Protocol):
    """A chat that the bot is in: it knows who there is, and shows them things."""

    @property
    def people(self) -> Everybody: ...
    def messenger(self, store: Store, clock: Clock) -> Messenger: ...
    def system(self, clock: Clock, *, sandbox: bool) -> System: ...


class Wall:
    """The clock on the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, repr=False)
class Bot:
    """Everything that runs, opened; closing it is leaving the context it came from."""

    parts: Parts
    store: SqliteStore
    library: Shelf
    systems: Connected
    descriptions: Kept
    back_office: Office
    settings: Settings
    instance: str

    def all_sandbox(self) -> bool:
        """Whether nothing real can be touched; then somebody may try things as somebody else."""
        return all(system.use == "sandbox" for system in self.settings.file.systems.values())

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Embedded]:
        """Carry out what is due, as the one bot on this data. BotRuns where there is one already."""
        with file_lock(self.settings.data / DATABASE):
            parts = await look_back(self.parts)
            runtime = Embedded(parts, owner=self.instance, changed_elsewhere=self._changed_elsewhere)
            await runtime.start()
            try:
                yield runtime
            finally:
                await runtime.stop()

    async def _changed_elsewhere(self) -> bool:
        if not await self.store.changed_elsewhere():
            return False
        await self.store.run(self._refresh)
        return True

    def _refresh(self, tx: Transaction) -> None:
        self.library.refresh(tx)
        self.descriptions.refresh(tx)


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    messenger: Messenger | None = None,
    clock: Clock | None = None,
    chat: Chat | None = None,
    stands_in: bool = False,
    model: Model | None = None,
) -> AsyncGenerator[Bot]:
    """A bot with everything open. Raises Misdeclared or StoreFailed with what to do about it.

    Cards and messages go to `chat`, to `messenger`, or nowhere. A chat that `stands_in` for Slack is also a sandbox.
    """
    _make_ready(settings)
    clock, keys, instance = clock or Wall(), KeyFile(settings.data / AUDIT_KEY), _instance()
    store = SqliteStore(settings.data / DATABASE, keys=keys, writer=instance, clock=clock)
    async with store.open(), AsyncExitStack() as stack:
        library = shelf_of(settings, people=chat.people if chat else None, model=model)
        back_office = Office(settings.data / BACK_OFFICE, clock=clock)
        stack.push_async_callback(back_office.close)
        kept, forms = await _seeded(settings, store, library, now=clock.now())
        posted, played = _posted_in(settings, chat, clock, stands_in=stands_in), back_office.systems()
        systems, credentials = connected(settings, library, sandboxes=played, clock=clock, chat=posted, forms=forms)
        stack.push_async_callback(systems.close)
        parts = Parts(
            store=store,
            library=library,
            directory=chat.people if chat else Listed(settings.people()),
            systems=systems,
            model=await stack.enter_async_context(model_of(settings, instead=model)),
            messenger=chat.messenger(store, clock) if chat else messenger or Terminal(_nowhere),
            clock=clock,
            redactor=redactor_of(settings, *credentials),
            new_run_id=run_ids(clock),
            pseudonym=pseudonyms(keys.read().names),
            anchors=(Log(), AnchorFile(anchor_file(settings))),
            cost_per_day=settings.file.model.cost_per_day,
            link_to=partial(link_to, settings),
        )
        yield Bot(parts, store, library, systems, kept, back_office, settings, instance)


async def _seeded(
    settings: Settings, store: Store, library: Shelf, *, now: datetime
) -> tuple[Kept, Mapping[str, "RestDescription"]]:
    """The descriptions of systems; what files say of them and of workflows is in the store."""
    forms = descriptions_of(settings)
    kept = Kept(forms)

    def seed(tx: Transaction) -> None:
        library.seed(tx, now)
        kept.seed(tx, now)

    await store.run(seed)
    return kept, forms


@asynccontextmanager
async def peeking(settings: Settings) -> AsyncGenerator[SqlQueries | None]:
    """What the database holds, without changing anything in it; None where there is none yet."""
    path = settings.data / DATABASE
    if not path.is_file():
        yield None
        return
    refuse_unreadable(path)
    reader = EngineReader(reading_url(path))
    reader.open()
    try:
        yield SqlQueries(reader, Wall())
    finally:
        await reader.close()


def shelf_of(settings: Settings, *, people: People | None = None, model: Model | None = None) -> Shelf:
    """The workflows as their files say. Misdeclared where there is no folder of them.

    Their briefs name people of the settings, or those that are given; what answers is that of the settings, too.
    """
    _refuse_no_workflows(settings)
    known = people or Listed(settings.people())
    name, roles = (model.name, None) if model is not None else (name_of(settings), roles_of(settings))
    return Shelf(settings.workflows, model=name, roles=roles, bindings=bindings_of(settings), people=known)


def redactor_of(settings: Settings, *further: SecretStr) -> Redactor:
    """What takes secrets out of every text; also those that these settings name, and further ones."""
    of_slack = settings.slack.secrets if settings.slack else ()
    told = (*settings.hook_secrets.values(), *settings.event_secrets.values())
    secret = (*settings.file.secrets.redact, *of_slack, *settings.model_keys.values(), *chain(*told), *further)
    return Redactor(one.get_secret_value() for one in secret)


def anchor_file(settings: Settings) -> Path:
    """The file that keeps the checkpoints of the record."""
    named = settings.file.audit.anchor_file
    return Path(named) if named else settings.data / CHECKPOINTS


def _instance() -> str:
    """This process, as nobody else is called."""
    return f"{os.uname().nodename}-{os.getpid()}-{secrets.token_hex(3)}"


def _posted_in(settings: Settings, chat: Chat | None, clock: Clock, *, stands_in: bool) -> System | None:
    """The chat as a system, where the settings say so, or where it stands in for one."""
    use = settings.use_of("chat")
    if chat is None or not (isinstance(use, SlackUse) or (stands_in and isinstance(use, SandboxUse))):
        return None
    return chat.system(clock, sandbox=stands_in)


def _nowhere(text: str) -> None:
    del text


def _refuse_no_workflows(settings: Settings) -> None:
    if not settings.workflows.is_dir():
        mend = "Say where they are with --workflows, or COUNTERSIGN_WORKFLOWS."
        raise Misdeclared("There is no folder of workflows here.", file=str(settings.workflows), mend=mend)


def _make_ready(settings: Settings) -> None:
    _refuse_no_workflows(settings)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFailed(
            f"The data folder {settings.data} cannot be made: {error.strerror}. Choose one with --data."
        ) from error
    refuse_half_restored(settings.data / DATABASE)


def run_ids(clock: Clock) -> Callable[[], RunId]:
    """Ids that sort by time and cannot be guessed: nine letters of milliseconds, good until 3084, and 15 of chance."""

    def new() -> RunId:
        millis = int(clock.now().timestamp() * 1000) % 2**45
        raw = (millis << 75 | secrets.randbits(75)).to_bytes(15)
        return RunId(base64.b32encode(raw).decode().lower().translate(_READABLE))

    return new


_READABLE = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghjkmnpqrstvwxyz")
"""Crockford's letters, to be read aloud: in the order of their values, so that ids sort as their times do."""


def pseudonyms(key: bytes) -> Callable[[str], str]:
    """What a person's identifier is called in the record: the same every time, and nothing without the key."""

    def name(identifier: str) -> str:
        return hmac.new(
            key, identifier.strip().casefold().encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()[:32]

    return name
