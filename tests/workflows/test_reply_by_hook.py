"""A customer's reply comes in by the door that the brief of `follow_up` opens for it, and ends the cadence."""

import json
from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.adapters.web.arriving import Arriving
from bot.adapters.web.keys import read_keys
from bot.adapters.web.signature import secret_of, sign
from bot.domain.brief.hook import Signed
from bot.domain.run import RunState
from bot.ports.queries import RunFilter
from bot.ports.store import Delivery, Transaction
from bot.runtimes.inbox import InboxWorker
from bot.wiring.web import doors, opened_door
from tests.workflows.company import Company, company

LATER = "2026-12-07T08:00:00Z"


async def told(office: Company, name: str, event: dict[str, object]) -> int:
    """What the doors answer to a machine that is known; what they kept is done then."""
    body, bot = json.dumps(event).encode(), office.bot
    secret = secret_of(read_keys(bot.settings.data, {}).shown(name, Signed.STANDARD), Signed.STANDARD)
    signed = sign(Signed.STANDARD, body, secret=secret, id=f"msg_{name}", now=office.clock.now())
    arriving = Arriving(bot.parts)
    worker = InboxWorker(bot.store, arriving.handle)
    with opened_door(bot.settings) as listening:
        async with doors(bot, worker, listening) as address, ClientSession() as session:
            headers = {**signed, "Content-Type": "application/json"}
            async with session.post(f"{address}/hooks/{name}", data=body, headers=headers) as response:
                status = response.status
    for one in await bot.store.run(lambda tx: tx.inbox.waiting(9)):
        await arriving.handle(one)
        await bot.store.run(partial(_finish, one))
    await office.runtime.settle()
    return status


def _finish(one: Delivery, tx: Transaction) -> None:
    tx.inbox.finish(one.id)


async def test_a_reply_through_the_door_ends_the_wait_of_its_deal_and_nobody_is_written_to(tmp_path: Path) -> None:
    async with company(tmp_path / "company") as office:
        assert await told(office, "follow_up", {"deal_id": "D-209", "due": LATER}) == 202
        other = await office.start("follow_up", {"deal_id": "D-203", "due": LATER})
        (run,) = [one.id for one in await office.bot.store.queries.runs(RunFilter()) if one.id != other.id]
        assert (await office.bot.store.queries.run(run)).state is RunState.WAITING
        assert await told(office, "follow_up_reply", {"deal_id": "D-209", "body": "Not before spring."}) == 202
        ended, waits = [await office.bot.store.queries.run(one) for one in (run, other.id)]
        assert (ended.state, waits.state) == (RunState.STOPPED, RunState.WAITING)
        assert "The customer has answered" in ended.reason
        assert office.effects() == []


@pytest.mark.parametrize("event", [{"body": "Which deal?"}, {"deal": "D-209"}])
async def test_a_reply_that_names_no_deal_is_not_kept(tmp_path: Path, event: dict[str, object]) -> None:
    async with company(tmp_path / "company") as office:
        assert await told(office, "follow_up_reply", event) == 400
