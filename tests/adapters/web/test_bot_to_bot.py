"""What one bot sends is taken by the door of another: a run that is done here starts one there, once."""

from pathlib import Path

import pytest

from bot.adapters.systems.rest.posting import Posting
from bot.adapters.web.signature import PREFIX
from bot.application.send_events import send_events
from bot.domain.brief.hook import Signed
from bot.domain.cloud_event import DEFAULT
from bot.domain.subscriber import Subscriber
from bot.wiring.events import Signer
from tests.adapters.web.street import opened_to_the_street
from tests.application.office import opened

PLACES = {"id": "data.run", "customer_id": "data.workflow", "email": "source", "subject": "type", "body": "time"}
DONE = {"fields": PLACES, "only": {"type": ["countersign.run.done"]}}


async def not_kept(*about: object) -> object:
    """Nothing: the process dies before it has kept that an event was taken."""
    return about[-1]


async def test_the_end_of_a_run_starts_one_in_another_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = opened(tmp_path / "there", brief={"triggers": {"hooks": {"neighbour": DONE}}})
    async with opened(tmp_path / "here") as here, there as other, opened_to_the_street(other) as street:
        secret = street.keys.shown("neighbour", Signed.STANDARD)
        assert secret.startswith(PREFIX)
        url = f"{street.address}/hooks/neighbour"
        who = Subscriber(name="neighbour", of=DEFAULT, source="mailto:bot@example.com")
        await here.store.run(lambda tx: tx.subscribers.standing(who))
        run = await here.start()
        await here.decide(run)
        posting = Posting("neighbour", url, Signer((secret,)).headers, private=True)
        with monkeypatch.context() as dying:
            dying.setattr("bot.application.send_events._reached", not_kept)
            assert await send_events(here.parts, who, posting, chance=lambda: 1.0, ends=lambda: False) is None
        assert await send_events(here.parts, who, posting, chance=lambda: 1.0, ends=lambda: False) is None
        await posting.close()
        (started,) = await street.handle()
        ticket = (await other.run(started)).value("ticket")
        assert isinstance(ticket, dict)
        assert (ticket["id"], ticket["customer_id"], ticket["subject"]) == (run, "one_act", "countersign.run.done")
