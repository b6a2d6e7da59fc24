"""The doors of an office, really open on loopback, and whoever comes from outside."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import ClientResponse, ClientSession

from bot.adapters.web.arriving import Arriving
from bot.adapters.web.kept import Keeping
from bot.adapters.web.keys import Keys
from bot.adapters.web.mounting import entrance_of, mounts_of
from bot.adapters.web.proxy import Network
from bot.adapters.web.serving import Mount, address_of, bound, served
from bot.adapters.web.signature import secret_of, sign
from bot.domain.brief.hook import Signed
from bot.domain.run import RunId
from bot.ports.queries import RunFilter
from bot.ports.store import Delivery, Transaction
from tests.application.office import Office

JSON = "application/json"
MASTER = bytes(range(32))


@dataclass
class Answer:
    """What somebody outside reads."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.text) if self.text else {}


@dataclass
class Street:
    """Everything outside, and what was told to the worker."""

    office: Office
    session: ClientSession
    address: str
    keys: Keys
    woken: list[Delivery] = field(default_factory=list[Delivery])

    async def send(self, path: str, data: Any = b"", *, method: str = "POST", **options: Any) -> Answer:
        async with self.session.request(method, f"{self.address}{path}", data=data, **options) as response:
            return await answer_of(response)

    async def call(
        self,
        name: str,
        event: object,
        *,
        id: str = "msg_1",
        scheme: Signed = Signed.STANDARD,
        kind: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request of a sender that is known."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        secret = secret_of(self.keys.shown(name, scheme), scheme)
        signed = sign(scheme, body, secret=secret, id=id, now=self.office.clock.now())
        return await self.send(f"/hooks/{name}", body, headers={"Content-Type": kind, **signed, **(headers or {})})

    async def handle(self) -> list[RunId]:
        """Do what was kept, as the worker does; the runs there are then."""
        arriving, store = Arriving(self.office.parts), self.office.store
        for one in await store.run(lambda tx: tx.inbox.waiting(100)):
            await arriving.handle(one)
            await store.run(partial(_finish, one.id))
        await self.office.settle()
        return await self.runs()

    async def runs(self) -> list[RunId]:
        return [line.id for line in await self.office.store.queries.runs(RunFilter())]

    async def kept(self) -> tuple[Delivery, ...]:
        return await self.office.store.run(lambda tx: tx.inbox.waiting(100))


def _finish(id: str, tx: Transaction) -> None:
    tx.inbox.finish(id)


async def answer_of(response: ClientResponse) -> Answer:
    return Answer(response.status, response.headers, await response.text())


@asynccontextmanager
async def opened_to_the_street(
    office: Office, *more: Mount, proxies: Sequence[Network] = (), **told: tuple[str, ...]
) -> AsyncGenerator[Street]:
    """`told` are the secrets of hooks that somebody has set."""
    with bound("127.0.0.1", 0) as listening:
        async with ClientSession() as session:
            street = Street(office, session, address_of(listening), Keys(MASTER, told))
            mounts = mounts_of(Keeping(office.parts, street.woken.append), street.keys, address=street.address)
            async with served((*mounts, *more), listening, entrance_of(office.parts, proxies)):
                yield street
