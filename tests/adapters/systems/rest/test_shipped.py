"""Descriptions that ship, against a server that answers as their documentation says. No live service was asked."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest

from bot.adapters.systems.rest import bind
from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.system import Rest
from bot.adapters.systems.rest.wire import Changing, Host
from bot.domain.errors import Uncertain
from bot.domain.intent import Receipt
from bot.intents.billing import GrantCredit, RefundPayment
from bot.intents.mail import SendMail
from bot.intents.tasks import CloseIssue, DeleteComment, OpenIssue
from tests.adapters.systems.rest.remote import KEY, Noon, Remote, says, serving

REFUND = RefundPayment(order_id="pi_1", cents=1250, reason="Broken on arrival")
ISSUE = OpenIssue(project="shop", title="It breaks", body="Since Monday.")


@asynccontextmanager
async def shipped(remote: Remote, system: str, name: str, **values: str) -> AsyncGenerator[Rest]:
    async with serving(remote) as server:
        url = str(server.make_url("")).rstrip("/")
        rest = Rest(bind(system, name, values), Changing(Host(name=name, url=url, private=True), Pace(0)), clock=Noon())
        yield rest
        await rest.close()


async def test_a_refund_is_a_form_with_our_key_twice_and_counts_once_it_is_under_way(remote: Remote) -> None:
    remote.script = [says({"id": "re_1", "status": "pending"})]
    async with shipped(remote, "billing", "stripe") as stripe:
        assert await stripe.execute(REFUND, KEY) == Receipt(id="re_1")
    (heard,) = remote.heard
    assert (heard.path, heard.headers["Idempotency-Key"]) == ("/refunds", KEY)
    assert parse_qs(heard.body)["metadata[countersign]"] == [KEY]
    assert (parse_qs(heard.body)["payment_intent"], parse_qs(heard.body)["amount"]) == (["pi_1"], ["1250"])


async def test_a_refund_that_failed_though_it_was_answered_is_not_taken_for_done(remote: Remote) -> None:
    remote.script = [says({"id": "re_1", "status": "failed"})]
    async with shipped(remote, "billing", "stripe") as stripe:
        with pytest.raises(Uncertain, match="“status” says “failed”, and known there are: succeeded, pending"):
            await stripe.execute(REFUND, KEY)


async def test_a_refund_is_found_by_our_key_among_those_of_its_order(remote: Remote) -> None:
    refunds = [{"id": "re_0", "metadata": {"other": "x"}}, {"id": "re_1", "metadata": {"countersign": KEY}}]
    remote.script = [says({"data": refunds})]
    async with shipped(remote, "billing", "stripe") as stripe:
        assert await stripe.find(REFUND, KEY) == Receipt(id="re_1")
    assert remote.heard[0].query == {"payment_intent": "pi_1", "limit": "100"}


async def test_a_credit_makes_the_balance_less_in_small_letters(remote: Remote) -> None:
    remote.script = [says({"id": "cbtxn_1"})]
    async with shipped(remote, "billing", "stripe") as stripe:
        await stripe.execute(GrantCredit(customer_id="cus_1", cents=500), KEY)
    assert (parse_qs(remote.heard[0].body)["amount"], parse_qs(remote.heard[0].body)["currency"]) == (["-500"], ["eur"])


async def test_an_issue_carries_a_mark_by_which_it_is_found(remote: Remote) -> None:
    link = "https://github.com/acme/desk/issues/7"
    made = {"number": 7, "html_url": link}
    async with shipped(remote, "tasks", "github", owner="acme", repo="desk") as github:
        remote.script = [says(made, 201)]
        receipt = await github.execute(ISSUE, KEY)
        sent = json.loads(remote.heard[0].body)
        remote.script = [says([{"number": 8, "body": None, "html_url": ""}, {**made, "body": sent["body"]}])]
        assert await github.find(ISSUE, KEY) == receipt == Receipt(id="7", link=link)
    assert remote.heard[0].path == "/repos/acme/desk/issues"
    assert sent["labels"] == ["shop"]


async def test_what_is_closed_or_gone_has_happened(remote: Remote) -> None:
    issue = {"number": 7, "html_url": "", "state": "closed"}
    remote.script = [says(issue), says({**issue, "state": "open"}), says({}, 404), says({"id": 3})]
    async with shipped(remote, "tasks", "github", owner="acme", repo="desk") as github:
        assert await github.find(CloseIssue(issue_id="7"), KEY) == Receipt(id="7", link="")
        assert await github.find(CloseIssue(issue_id="7"), KEY) is None
        gone = DeleteComment(issue_id="7", comment_id="3")
        assert await github.find(gone, KEY) == Receipt(id="3")
        assert await github.find(gone, KEY) is None


async def test_a_mail_has_no_answer_and_is_found_among_those_sent(remote: Remote) -> None:
    mail = SendMail(to="ada@example.com", subject="Hello", body="We found it.")
    remote.script = [says({}, 202), says({"value": [{"singleValueExtendedProperties": [{"value": KEY}]}]})]
    async with shipped(remote, "mail", "graph", mailbox="desk@example.com", tenant="acme") as graph:
        assert await graph.execute(mail, KEY) == Receipt(id=KEY)
        assert await graph.find(mail, KEY) == Receipt(id=KEY)
    assert remote.heard[0].path == "/users/desk%40example.com/sendMail"
    assert remote.heard[1].query["$filter"].endswith(f"ep/value eq '{KEY}')")
