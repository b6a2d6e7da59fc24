"""From a command to a receipt, over both connections."""

from pathlib import Path

import pytest

from bot.domain.run import RunState
from tests.adapters.slack.hear.house import TICKET, opened, typed

BOTH = pytest.mark.parametrize("over", ["http", "socket"])


@BOTH
async def test_a_request_becomes_a_card_a_change_and_a_receipt(tmp_path: Path, over: str) -> None:
    async with opened(tmp_path, over) as house:
        await house.as_("sam").command("#support", "/ops")
        form = await house.as_("sam").until_form(having=("Start a workflow", "Put a tag on a ticket.", "Olga Petrova"))
        await house.as_("sam").submit(form, typed({"workflow": "tag_ticket"}))
        form = await house.as_("sam").until_form(having=("Tag ticket", "Subject"))
        await house.submit("sam", form, **TICKET)

        card = await house.card(
            having=("Your decision is needed", "T-1001", "Waits", "Approve Tag", "Used today: 0 of 200")
        )
        (progress,) = await house.told("sam")
        assert "Tag ticket, T-1001" in progress
        assert "Waiting for support" in progress
        await house.press("mia", card, "approve")

        run = await house.newest()
        assert (run.state, house.sent()) == (RunState.DONE, ["helpdesk.AddTag"])
        receipt = await house.card(
            having=("Approved", "done", "Undo", "Used today: 1 of 200", "On this record today: 1 of 3")
        )
        assert receipt.ts == card.ts
        assert "Approve Tag" not in receipt.words
        done = (await house.told("sam"))[-1]
        assert "Done. Put a tag on a ticket → helpdesk:T-1001 (" in done
        assert "Approved by Mia Lindqvist." in done
        assert run.gates["approved"].digest[:8] in done
        assert "It took" in (await house.told("sam"))[0]
        house.verify()


@BOTH
async def test_a_customer_is_answered_in_the_words_that_were_approved(tmp_path: Path, over: str) -> None:
    async with opened(tmp_path, over) as house:
        run = await house.start("support_triage")
        card = await house.card("#finance", having="Send an answer to the customer")
        form = await house.open("farah", card, "edit")
        await house.submit("farah", form, body="We return the second payment today.")

        card = await house.card(
            "#finance", having=("version 2", "Edited since it was proposed", "We return the second payment today.")
        )
        await house.press("farah", card, "approve")
        assert "You changed this yourself" in await house.whisper("farah", having="somebody else has to approve it")
        assert house.sent() == []

        await house.press("tom", card, "approve")
        assert house.sent() == ["helpdesk.SendReply"]
        assert (await house.run(run.id)).actions[0].proposal.data["body"] == "We return the second payment today."
        house.verify()
