"""Slack in trouble, in every way it can be: no state depends on it, and once it is well again the cards tell the truth.

Out: what the bot asks of Slack goes wrong while a card is to be posted, and again while one is to be changed.
In: what Slack brings comes late, twice, in another order, again after a restart, or of what is gone.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain.run import GateStatus, RunState
from bot.workspace.changes.posting import delete
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.delivery.http import body_of
from bot.workspace.delivery.signing import signed_headers
from tests.scenarios.slack.invariants import broken
from tests.scenarios.slack.oracle import FORMS, KINDS
from tests.scenarios.slack.play import STEP, Scene, bring, press, submit
from tests.scenarios.slack.stage import Stage, staged
from tests.scenarios.slack.world import look

Trouble = Mapping[str, Any]
CARDS, EVERYTHING = "chat.*", "*"


def error(code: str, name: str = CARDS) -> Trouble:
    return {"name": name, "trouble": "error", "error": code, "times": -1}


def status(number: int, name: str = EVERYTHING, **more: Any) -> Trouble:
    return {"name": name, "trouble": "status", "status": number, "times": -1, **more}


OUT: dict[str, Trouble] = {
    "429, wait none": status(429, CARDS, retry_after="0", times=3),
    "429, wait a second": status(429, CARDS, retry_after="1", times=3),
    "429, wait half a minute": status(429, CARDS, retry_after="30", times=2),
    "429, wait unsaid": status(429, CARDS, times=2),
    "429, wait for nonsense": status(429, CARDS, retry_after="soon", times=2),
    "500": status(500),
    "503": status(503),
    "no answer": {"name": CARDS, "trouble": "drop before", "delay": 3_000.0, "times": 2},
    "broken off before": {"name": EVERYTHING, "trouble": "drop before", "times": -1},
    "broken off after": {"name": CARDS, "trouble": "drop after", "times": 2},
    "a page in place of an answer": {"name": CARDS, "trouble": "garbage", "times": 2},
    "not in the channel": error("not_in_channel"),
    "archived": error("is_archived"),
    "too long": error("msg_too_long"),
    "token revoked": error("token_revoked", EVERYTHING),
    "ratelimited": error("ratelimited"),
    "fatal error": error("fatal_error"),
}
"""Faults of the Web API, as the workspace brings them about."""
OUR_OWN = frozenset({"too long"})
"""What Slack says only to a mistake of ours: it is not tried again, and whoever maintains the workflow is told."""


async def begin(stage: Stage, name: str) -> None:
    """From now on it goes wrong."""
    what = {**OUT[name]}
    await stage.driver.fault(what.pop("name"), **what)


async def well_again(stage: Stage) -> None:
    """Slack is mended, and time passes until everything was tried again."""
    await stage.driver.mend()
    for _ in range(3):
        await stage.pass_time(minutes=31)


async def fresh(stage: Stage) -> Scene:
    run = await stage.run_of("suggest_tag", "mia")
    return Scene(stage, "live", run, await stage.card_of(run), 1)


async def posted_in_trouble(stage: Stage, name: str) -> None:
    """A card is to be posted meanwhile. Nothing is decided by that, and it stands once afterwards."""
    await begin(stage, name)
    run = await stage.run_of("suggest_tag", "mia")
    assert (run.state, run.gates[STEP].status) == (RunState.WAITING, GateStatus.OPEN)
    await well_again(stage)
    if name not in OUR_OWN:
        now = Scene(stage, "live", await stage.run(run.id), await stage.card_of(run), 1)
        await press(now, KINDS["reviewer"], "approve")
        assert (await stage.run(run.id)).state is RunState.DONE


async def changed_in_trouble(stage: Stage, name: str) -> None:
    """Something is decided meanwhile. It is done at once, and the card says so afterwards."""
    now = await fresh(stage)
    before = len(stage.sent())
    await begin(stage, name)
    await press(now, KINDS["reviewer"], "approve")
    assert ((await stage.run(now.run.id)).state, len(stage.sent()) - before) == (RunState.DONE, 1)
    await well_again(stage)
    if name not in OUR_OWN:
        assert "Approved" in (await stage.card_of(now.run)).words
    assert len(stage.sent()) - before == 1


async def in_trouble(folder: Path, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(folder, "socket") as stage:  # a signature has a time of its own
        monkeypatch.setattr(stage.bot.chat.caller, "_patience", 0.5)
        for name in names:
            await posted_in_trouble(stage, name)
            await changed_in_trouble(stage, name)
            found = [one for one in broken(look(stage)) if name not in OUR_OWN or not one.startswith("i13")]
            assert (name, found) == (name, [])
    stage.verify()


async def test_what_slack_does_to_calls_changes_nothing_and_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["429, wait for nonsense", "500", "broken off after", "not in the channel", "token revoked"]
    await in_trouble(tmp_path, names, monkeypatch)


@pytest.mark.certify
@pytest.mark.parametrize("name", OUT)
async def test_each_thing_that_slack_does_to_calls(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await in_trouble(tmp_path, [name], monkeypatch)


# --- what comes in ---------------------------------------------------------------------------------------------------


async def three_times(stage: Stage) -> None:
    """The same press three times."""
    now = await fresh(stage)
    payload = stage.press_of(stage.user("leo"), now.place, "approve", now.block)
    for _ in range(3):
        assert (await bring(stage, payload)).taken
    assert len((await stage.run(now.run.id)).gates[STEP].approvals) == 1


async def in_another_order(stage: Stage) -> None:
    """An approval that was pressed before an edit, and arrives after it."""
    now = await fresh(stage)
    late = stage.press_of(stage.user("leo"), now.place, "approve", now.block)
    await submit(now, KINDS["editor"], "edit")
    assert "version 2 is the current one" in (await bring(stage, late)).told
    assert not (await stage.run(now.run.id)).gates[STEP].approvals


async def an_hour_late(stage: Stage) -> None:
    """Presses that were held up for an hour: what needs no form is done, what needs one is asked for again."""
    now = await fresh(stage)
    forms = stage.press_of(stage.user("tom"), now.place, "edit", now.block)
    late = stage.press_of(stage.user("leo"), now.place, "approve", now.block)
    await stage.driver.advance(3_600)
    assert "That took too long, and nothing was done. Try once more." in (await bring(stage, forms)).told
    await bring(stage, late)
    assert (await stage.run(now.run.id)).state is RunState.DONE


async def with_what_slack_opens_no_form_for(stage: Stage) -> None:
    """A press whose form Slack does not let the bot open: they are told so at once, and nobody waits for them."""
    now = await fresh(stage)
    forged = {**stage.press_of(stage.user("tom"), now.place, "edit", now.block), "trigger_id": "1.forged"}
    assert "Try once more." in (await bring(stage, forged)).told


async def lost_and_pressed_again(stage: Stage) -> None:
    """A press that never arrived; then one that arrived, and whose answer was lost."""
    now = await fresh(stage)
    await stage.driver.fault("block_actions", delivery=True, trouble="drop before")
    assert not (await press(now, KINDS["reviewer"], "approve")).taken
    assert not (await stage.run(now.run.id)).gates[STEP].approvals
    await stage.driver.fault("block_actions", delivery=True, trouble="drop after")
    assert not (await press(now, KINDS["reviewer"], "approve")).taken
    assert "already, by Leo Marchetti" in (await press(now, KINDS["reviewer"], "approve")).told
    assert len((await stage.run(now.run.id)).gates[STEP].approvals) == 1


async def again_after_a_restart(stage: Stage) -> None:
    now = await fresh(stage)
    payload = stage.press_of(stage.user("leo"), now.place, "approve", now.block)
    await bring(stage, payload)
    await stage.restart()
    assert (await bring(stage, payload)).told == ""
    assert len((await stage.run(now.run.id)).gates[STEP].approvals) == 1


async def of_another_workspace(stage: Stage) -> None:
    """Payloads of two workspaces by turns: one of them is ours."""
    now = await fresh(stage)
    ours = stage.press_of(stage.user("leo"), now.place, "comment", now.block)
    for _ in range(2):
        theirs = stage.press_of(stage.user("leo"), now.place, "approve", now.block)
        away = await bring(stage, {**theirs, "team": {"id": "TTHEIRS000"}})
        assert (away.taken, away.told) == (stage.over == "socket", "")  # a socket is told, or it would come again
        assert (await bring(stage, ours)).taken
    assert (await stage.run(now.run.id)).gates[STEP].status is GateStatus.OPEN


async def of_somebody_who_has_left(stage: Stage) -> None:
    now = await fresh(stage)
    await stage.driver.ask("person", person="leo", deactivated=True)
    await stage.bot.chat.people.refresh()
    assert "deactivated" in (await press(now, KINDS["reviewer"], "approve")).told
    await stage.driver.ask("person", person="leo", deactivated=False)
    await stage.bot.chat.people.refresh()
    assert (await stage.run(now.run.id)).gates[STEP].status is GateStatus.OPEN


async def on_a_card_that_was_deleted(stage: Stage) -> None:
    """It is done all the same, and the card comes again to say so."""
    now = await fresh(stage)
    workspace = stage.both.running.desk.workspace
    message = workspace.message(now.place.channel, now.place.ts)
    assert message is not None
    delete(workspace, message)
    await press(now, KINDS["reviewer"], "approve")
    assert (await stage.run(now.run.id)).state is RunState.DONE
    assert "Approved" in (await stage.card_of(now.run)).words


async def a_form_after_its_card_was_decided(stage: Stage) -> None:
    now = await fresh(stage)
    await press(now, KINDS["reviewer"], "approve")
    back = await submit(now, KINDS["editor"], "edit")
    assert back.answer["response_action"] == "update"
    assert FORMS["edit"]["tag"]["value"] in str(back.answer["view"])


async def after_a_while(stage: Stage) -> None:
    """The same signed bytes again, until the signature is too old: 4:59 is good and runs nothing twice, 5:01 is not."""
    now = await fresh(stage)
    desk = stage.both.running.desk
    app = next(iter(desk.workspace.apps.values()))
    payload = stage.press_of(stage.user("leo"), now.place, "approve", now.block)
    body = body_of(Delivery(app=app, kind=DeliveryKind.INTERACTION, name="block_actions", payload=payload))
    signed = signed_headers(app.signing_secret, int(time.time()), body)
    headers = {"Content-Type": "application/x-www-form-urlencoded", **signed}
    answers: list[int] = []
    async with aiohttp.ClientSession() as session:
        for later in (0, 290, 303):
            stage.clock.by = timedelta(seconds=later)
            async with session.post(app.url, data=body, headers=headers) as response:
                answers.append(response.status)
            await stage.settle()
    stage.clock.by = timedelta()
    assert answers == [200, 200, 401]
    assert len((await stage.run(now.run.id)).gates[STEP].approvals) == 1
    stage.heard.lines.clear()  # the last of these was none of the workspace's own


IN: tuple[Callable[[Stage], Awaitable[None]], ...] = (
    three_times,
    in_another_order,
    an_hour_late,
    with_what_slack_opens_no_form_for,
    lost_and_pressed_again,
    of_another_workspace,
    of_somebody_who_has_left,
    on_a_card_that_was_deleted,
    a_form_after_its_card_was_decided,
    again_after_a_restart,
)


async def each_in_turn(folder: Path, over: str) -> None:
    async with staged(folder, over) as stage:
        for play in IN:
            if play is lost_and_pressed_again and over == "socket":
                continue  # what is lost on a socket comes again by itself, which the tests of the door hold
            await play(stage)
            assert (play.__name__, broken(look(stage))) == (play.__name__, [])
        if over == "http":
            await after_a_while(stage)
        stage.verify()


async def test_what_comes_in_otherwise_than_it_was_sent_is_done_once_or_not_at_all(tmp_path: Path) -> None:
    await each_in_turn(tmp_path, "http")


@pytest.mark.certify
async def test_the_same_over_a_socket(tmp_path: Path) -> None:
    await each_in_turn(tmp_path, "socket")
