"""The whole engine over HTTP: whatever happens on the way, one thing is done once, and the record says so."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.adapters.systems.connected import Connected
from bot.adapters.systems.rest.wire import Host
from bot.application.decide import Wish, decide
from bot.application.perform import perform
from bot.application.steer import Move
from bot.domain.effect import Execute
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import ActionStatus, RunState
from tests.adapters.systems.rest.remote import Remote, desk, hangs_up, serving
from tests.application.office import Office, opened
from tests.made import MIA, OLGA


@dataclass
class Tags:
    """A help desk of tags, on a server of its own."""

    made: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    status: str = "open"
    loses_answers: int = 0
    """So many changes are made, and the line breaks before they are answered."""
    refuses: list[int] = field(default_factory=list[int])
    under_way: int = 0
    most_under_way: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/tags"):
            state = {"status": self.status, "count": 1, "last_reply": None, "updated": "2026-03-01T10:00:00Z"}
            return web.json_response(state)
        if request.method == "GET":
            return web.json_response({"tags": self.made})
        if self.refuses:
            return web.json_response({}, status=self.refuses.pop(0), headers={"Retry-After": "30"})
        return await self._make(request)

    async def _make(self, request: web.Request) -> web.StreamResponse:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        asked = await request.json()
        self.made.append({"id": f"G-{len(self.made) + 1}", "note": asked["note"], "name": asked["name"]})
        await asyncio.sleep(0)
        self.under_way -= 1
        if self.loses_answers:
            self.loses_answers -= 1
            return await hangs_up(request)
        return web.json_response({"id": self.made[-1]["id"]}, status=201)


@pytest.fixture
def tags() -> Tags:
    return Tags()


@pytest.fixture
async def office(tmp_path: Path, remote: Remote, tags: Tags) -> AsyncIterator[Office]:
    remote.script = [tags.answer]
    async with serving(remote) as server, opened(tmp_path) as office:
        host = Host(name="Desk", url="", private=True, seconds=5)
        system = desk(str(server.make_url("")).rstrip("/"), host=host)
        office.parts = replace(office.parts, systems=Connected([system]))
        yield office
        await system.close()


async def test_a_call_that_times_out_after_it_worked_ends_with_one_tag(
    office: Office, remote: Remote, tags: Tags
) -> None:
    tags.loses_answers = 1
    run = await office.start()
    await office.decide(run)
    assert len(tags.made) == 1
    await office.pass_time(minutes=10)
    after = await office.run(run)
    assert after.state is RunState.DONE
    assert [action.status for action in after.actions] == [ActionStatus.DONE]
    assert after.actions[0].receipt is not None
    assert after.actions[0].receipt["id"] == "G-1"
    assert len(tags.made) == 1
    assert [heard.method for heard in remote.heard if heard.path.endswith("/tags")] == ["POST", "GET"]


async def test_what_surely_did_not_happen_is_tried_again_when_it_was_asked_for(office: Office, tags: Tags) -> None:
    tags.refuses = [429]
    run = await office.start()
    await office.decide(run)
    due = await office.next_due()
    assert due is not None
    assert (due - office.clock.now()).total_seconds() >= 30
    assert tags.made == []


async def test_a_change_that_is_refused_parks_the_run_with_the_words_of_the_refusal(office: Office, tags: Tags) -> None:
    tags.refuses = [401]
    run = await office.start()
    parked = await office.decide(run)
    assert parked.state is RunState.PARKED
    (failed,) = await office.entries(run, "action.failed")
    said = {one.name: one.value for one in failed.fields}
    assert "Desk answered 401. It does not accept our credential." in str(said["error"])


async def test_a_new_word_in_an_answer_parks_the_run_and_names_it(office: Office, tags: Tags) -> None:
    tags.status = "archived"
    run = await office.start()
    parked = await office.decide(run)
    assert parked.state is RunState.PARKED
    assert "Desk has changed: “status” says “archived”, and known there are: new, open" in parked.reason
    tags.status = "closed"
    done = await office.steer(run, Move.RESUME, OLGA)
    assert done.state is RunState.DONE
    assert len(tags.made) == 1


async def test_two_replicas_never_change_one_record_at_once(office: Office, tags: Tags) -> None:
    runs = [await office.start(key=str(n)) for n in range(2)]
    for run in runs:
        await decide(office.parts, Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL))
    leases = await office.lease(limit=9)
    acting = [lease for lease in leases if isinstance(lease.effect, Execute)]
    assert len(acting) == 2
    await asyncio.gather(*(perform(office.parts, lease) for lease in leases))
    assert tags.most_under_way == 1
    assert len(tags.made) == 1
    await office.pass_time(minutes=1)
    assert len(tags.made) == 2
    assert tags.most_under_way == 1


async def test_a_run_whose_system_is_closed_is_parked_with_the_reason(office: Office, tags: Tags) -> None:
    run = await office.start()
    said = "helpdesk is not connected: its credential is missing."
    office.parts = replace(office.parts, systems=Connected([], closed={"helpdesk": said}))
    parked = await office.decide(run)
    assert parked.state is RunState.PARKED
    assert said in parked.reason
    assert tags.made == []
