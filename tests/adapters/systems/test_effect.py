"""What each intent does to the desk, what it leaves alone, and how it is taken back."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.systems.sandbox import BINDINGS, Backstage, Outcome, Sandbox
from bot.domain.errors import Broken
from bot.domain.intent import Intent, Promised, Receipt, Risk
from bot.intents import helpdesk
from bot.ports.system import Retry
from tests.adapters.systems.desk import IMPOSSIBLE, NOON, POSSIBLE, contents, rows, timeless
from tests.naughty import every_text

MOMENT = NOON.isoformat(timespec="microseconds")

possible = pytest.mark.parametrize("intent", POSSIBLE.values(), ids=POSSIBLE)
impossible = pytest.mark.parametrize(("intent", "words"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
reversible = pytest.mark.parametrize(
    "intent",
    [pytest.param(intent, id=name) for name, intent in POSSIBLE.items() if type(intent).reversible()],
)

CHANGED: Mapping[str, tuple[str, list[tuple[object, ...]]]] = {
    "send a reply": (
        "SELECT ticket_id, sender, body, at FROM reply WHERE id = ?",
        [("T-1001", "desk", "We refund it today.", MOMENT)],
    ),
    "add a tag": ("SELECT ticket_id, name FROM tag WHERE id = ?", [("T-1002", "bug")]),
    "delete a tag": ("SELECT 1 FROM tag WHERE id = ?", []),
    "close a ticket": ("SELECT status, updated_at FROM ticket WHERE id = ?", [("closed", MOMENT)]),
    "reopen a ticket": ("SELECT status, updated_at FROM ticket WHERE id = ?", [("open", MOMENT)]),
    "open a ticket": (
        "SELECT customer_id, email, subject, body, language, status, opened_at FROM ticket WHERE id = ?",
        [("C-109", "library@northfield-bikes.example", "Call back", "At nine.", "en", "open", MOMENT)],
    ),
    "grant a credit": (
        "SELECT customer_id, cents, currency, reason, at, withdrawn_at FROM credit WHERE id = ?",
        [("C-106", 250, "EUR", "Delay", MOMENT, None)],
    ),
    "notify a partner": (
        "SELECT ticket_id, partner, text, at FROM notice WHERE id = ?",
        [("T-1005", "Sample Cycle Supply North", "Stations are down.", MOMENT)],
    ),
}


@pytest.mark.parametrize("name", POSSIBLE)
async def test_an_intent_changes_the_record_its_receipt_names(sandbox: Sandbox, path: Path, name: str) -> None:
    receipt = await sandbox.execute(POSSIBLE[name], "k")
    query, expected = CHANGED[name]
    assert rows(path, query, receipt.id) == expected


@possible
async def test_an_intent_changes_nothing_but_its_own_record(sandbox: Sandbox, path: Path, intent: Intent) -> None:
    before = contents(path)
    await sandbox.execute(intent, "k")
    after = contents(path)
    changed = [
        row
        for table in before
        for row in (*before[table], *after[table])
        if (row in before[table]) != (row in after[table])
    ]
    target = str(getattr(intent, intent.target))
    assert changed
    assert [row for row in changed if target not in row] == []


async def test_an_answer_moves_the_ticket_to_answered(sandbox: Sandbox, path: Path) -> None:
    await sandbox.execute(POSSIBLE["send a reply"], "k")
    assert rows(path, "SELECT status, updated_at FROM ticket WHERE id = 'T-1001'") == [("answered", MOMENT)]


async def test_a_reopened_ticket_that_we_answered_last_is_answered(sandbox: Sandbox, path: Path) -> None:
    await sandbox.execute(helpdesk.ReopenTicket(ticket_id="T-972"), "k")
    assert rows(path, "SELECT status FROM ticket WHERE id = 'T-972'") == [("answered",)]


async def test_a_withdrawn_credit_is_kept_with_the_time_it_was_withdrawn(sandbox: Sandbox, path: Path) -> None:
    granted = await sandbox.execute(POSSIBLE["grant a credit"], "k1")
    withdraw = helpdesk.WithdrawCredit(customer_id="C-106", credit_id=granted.id, cents=2_50)
    assert await sandbox.execute(withdraw, "k2") == Receipt(id=granted.id)
    assert rows(path, "SELECT id, cents, withdrawn_at FROM credit") == [(granted.id, 250, MOMENT)]


@pytest.mark.parametrize(
    "wrong", [{"cents": 2_49}, {"currency": "USD"}, {"customer_id": "C-105"}, {"credit_id": "K-2"}]
)
async def test_a_credit_is_withdrawn_only_as_it_was_granted(sandbox: Sandbox, wrong: dict[str, object]) -> None:
    granted = await sandbox.execute(POSSIBLE["grant a credit"], "k1")
    right = {"customer_id": "C-106", "credit_id": granted.id, "cents": 2_50}
    with pytest.raises(Broken, match="has no credit"):
        await sandbox.execute(helpdesk.WithdrawCredit.model_validate(right | wrong), "k2")


async def test_a_credit_is_withdrawn_only_once(sandbox: Sandbox) -> None:
    granted = await sandbox.execute(POSSIBLE["grant a credit"], "k1")
    withdraw = helpdesk.WithdrawCredit(customer_id="C-106", credit_id=granted.id, cents=2_50)
    await sandbox.execute(withdraw, "k2")
    with pytest.raises(Broken, match="taken back already"):
        await sandbox.execute(withdraw, "k3")


async def test_two_tags_of_one_name_are_two_tags(sandbox: Sandbox, path: Path) -> None:
    first = await sandbox.execute(POSSIBLE["add a tag"], "k1")
    second = await sandbox.execute(POSSIBLE["add a tag"], "k2")
    await sandbox.execute(helpdesk.DeleteTag(ticket_id="T-1002", tag_id=first.id), "k3")
    assert rows(path, "SELECT id FROM tag WHERE ticket_id = 'T-1002'") == [(second.id,)]


@reversible
async def test_what_is_undone_leaves_the_desk_as_it_was(sandbox: Sandbox, path: Path, intent: Intent) -> None:
    before = timeless(path)
    receipt = await sandbox.execute(intent, "do")
    assert timeless(path) != before
    back = intent.undone_by(receipt)
    assert back is not None
    await sandbox.execute(back, "undo")
    if isinstance(intent, helpdesk.OpenTicket):
        assert rows(path, "SELECT status FROM ticket WHERE id = ?", receipt.id) == [("closed",)]
    else:
        assert timeless(path) == before


@reversible
async def test_an_undo_can_itself_be_undone(sandbox: Sandbox, path: Path, intent: Intent) -> None:
    receipt = await sandbox.execute(intent, "do")
    done = timeless(path)
    for turn in ("undo", "redo"):
        undone = intent.undone_by(receipt)
        assert undone is not None
        intent, receipt = undone, await sandbox.execute(undone, turn)
    assert timeless(path) == done


async def test_a_deleted_tag_comes_back_though_only_its_id_was_known(sandbox: Sandbox, path: Path) -> None:
    delete = helpdesk.DeleteTag(ticket_id="T-1005", tag_id="G-32")
    back = delete.undone_by(await sandbox.execute(delete, "do"))
    assert back == helpdesk.AddTag(ticket_id="T-1005", tag="urgent")


@impossible
async def test_what_the_desk_refuses_changes_nothing_and_says_why(
    sandbox: Sandbox, path: Path, intent: Intent, words: str
) -> None:
    before = contents(path, without=frozenset({"ledger"}))
    with pytest.raises(Broken, match=words):
        await sandbox.execute(intent, "k")
    assert contents(path, without=frozenset({"ledger"})) == before
    assert [call.outcome for call in sandbox.backstage.calls("k")] == [Outcome.REFUSED]


async def test_an_intent_of_another_system_is_refused(sandbox: Sandbox) -> None:
    class Strange(Intent, system="helpdesk", target="ticket_id", risk=Risk.ROUTINE):
        ticket_id: str

    strange = Strange(ticket_id="T-1001")
    for call in (sandbox.execute(strange, "k"), sandbox.find(strange, "k"), sandbox.preview(strange)):
        with pytest.raises(Broken, match=r"no way to carry out helpdesk\.Strange"):
            await call


async def test_an_id_that_is_still_promised_is_refused(sandbox: Sandbox) -> None:
    reply = helpdesk.SendReply(ticket_id=Promised(step="opened"), body="x")
    with pytest.raises(Broken, match="The ticket that “opened” was to open is not there yet"):
        await sandbox.execute(reply, "k")


def test_there_is_a_binding_for_every_intent_and_all_are_sandbox() -> None:
    intents = {one.kind() for one in Intent.__subclasses__() if one.__module__ == helpdesk.__name__}
    assert {kind for kind in BINDINGS if kind.startswith("helpdesk.")} == intents
    assert all(kind == binding.kind and binding.sandbox for kind, binding in BINDINGS.items())


def test_every_class_of_retry_is_there_to_be_tried() -> None:
    assert {binding.retry for binding in BINDINGS.values()} == set(Retry)


def test_only_what_is_idempotent_says_how_long_it_remembers() -> None:
    assert all((one.retry is Retry.IDEMPOTENT) == (one.remembers is not None) for one in BINDINGS.values())


def is_text(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


@every_text
async def test_whatever_text_is_sent_arrives_as_it_was_sent_or_not_at_all(
    sandbox: Sandbox, path: Path, text: str
) -> None:
    shortened = text[:20_000]
    intent = helpdesk.OpenTicket(customer_id="C-101", subject="x").model_copy(update={"body": shortened})
    before = contents(path)
    if is_text(shortened):
        receipt = await sandbox.execute(intent, "k")
        assert rows(path, "SELECT body FROM ticket WHERE id = ?", receipt.id) == [(shortened,)]
        assert await sandbox.find(intent, "k") == receipt
    else:
        with pytest.raises(Broken, match="half a surrogate pair"):
            await sandbox.execute(intent, "k")
        assert contents(path) == before


@given(body=st.text(min_size=1, max_size=200), key=st.text(min_size=1, max_size=60))
@settings(max_examples=50)
async def test_whatever_the_key_its_effect_is_found_and_counted(
    sandbox: Sandbox, backstage: Backstage, body: str, key: str
) -> None:
    intent = helpdesk.OpenTicket(customer_id="C-101", subject="x", body=body)
    fresh = backstage.effects(key)
    receipt = await sandbox.execute(intent, key)
    assert len(backstage.effects(key)) == len(fresh) + 1
    if not fresh:
        assert await sandbox.find(intent, key) == receipt
