"""Every workflow that ships, lived in the workspace: started by its form, decided on its card, done, and told."""

from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.run import Run, RunState
from bot.intents.chat import PostMessage
from tests.scenarios.slack.shop import Shop, open_gates, shop
from tests.workflows.lives import EVERY, LABELS, LIVES, Life
from tests.workflows.shipped import samples_of

TOO_LONG = {("support_triage", "long"): ("Body", "countersign start support_triage --input FILE")}
"""What no form of Slack's can hold, and what its form says instead."""
POSTS = PostMessage.kind()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def there(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Shop]:
    """One for all: what one workflow does there, the others have to live with."""
    async with shop(tmp_path_factory.mktemp("shop")) as one:
        yield one


@pytest.mark.parametrize(("name", "life"), EVERY, ids=LABELS)
@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_started_in_slack_is_approved_there_done_once_and_told(
    there: Shop, name: str, life: Life
) -> None:
    before, posted = there.last(), len(there.posts())
    run = await there.begin_sample(name, life.sample)
    assert (there.effects(before), len(there.posts())) == ([], posted)
    for who in life.by:
        run = await there.approve(run, who)
    assert (run.state, run.reason, open_gates(run)) == (RunState.DONE, "", [])
    assert tuple(call.kind for call in there.effects(before)) == tuple(kind for kind in life.does if kind != POSTS)
    assert [there.name_of(one.channel) for one in there.posts()[posted:]] == _channels_in(run)
    assert len(_channels_in(run)) == life.does.count(POSTS)
    await _is_told(there, run)
    there.verify()


async def _is_told(there: Shop, run: Run) -> None:
    """Whoever started it has one message that follows it, and the receipt of what was done with its fingerprint."""
    followed, *receipts = await there.news_of(run)
    assert "Done." in followed
    assert len(receipts) == len(run.gates)
    for gate, receipt in zip(run.gates.values(), receipts, strict=True):
        assert receipt.startswith("Done.")
        assert f"Fingerprint {gate.digest[:8]}" in receipt


def _channels_in(run: Run) -> list[str]:
    """Where a run says that it posts something."""
    posts = [one for gate in run.gates.values() for one in gate.proposals if one.kind == POSTS]
    return [str(one.data["channel"]) for one in posts]


# --- every sample of every workflow ----------------------------------------------------------------------------------


@pytest.mark.certify
@pytest.mark.parametrize("name", LIVES)
@pytest.mark.asyncio
async def test_every_sample_comes_to_its_end_in_slack_with_words_and_nothing_twice(tmp_path: Path, name: str) -> None:
    async with shop(tmp_path) as there:
        for sample in samples_of(name):
            if (name, sample) in TOO_LONG:
                await _is_said_to_be_too_long(there, name, sample)
                continue
            run = await there.live_out(await there.begin_sample(name, sample))
            assert run.state in (RunState.DONE, RunState.STOPPED, RunState.PARKED), (sample, run.state, run.reason)
            assert bool(run.reason) is (run.state is not RunState.DONE), sample
            assert any(run.reason in said for said in await there.news_of(run)), sample
            assert run.state is not RunState.PARKED or run.troubles, sample
        keys = Counter(call.key for call in there.effects())
        assert {key: count for key, count in keys.items() if count > 1} == {}
        there.verify()


async def _is_said_to_be_too_long(there: Shop, name: str, sample: str) -> None:
    form = await there.form_of_sample(name, sample)
    assert all(said in form.words for said in TOO_LONG[name, sample])
    await there.as_("sam").close(form)
