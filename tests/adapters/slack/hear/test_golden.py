"""From a command to a receipt."""

from pathlib import Path

import pytest

from tests.adapters.slack.hear.house import TICKET, opened, typed

BOTH = pytest.mark.parametrize("over", ["http", "socket"])


@BOTH
async def test_a_request_becomes_a_card_and_a_receipt(tmp_path: Path, over: str) -> None:
    async with opened(tmp_path, over) as house:
        await house.as_("sam").command("#support", "/ops")
        form = await house.as_("sam").until_form(having="Start a workflow")
        print(form.words)
        await house.as_("sam").submit(form, typed({"workflow": "tag_ticket"}))
        form = await house.as_("sam").until_form(having="Tag ticket")
        print(form.words)
        await house.as_("sam").submit(form, typed(TICKET))
        await house.settle()
        card = await house.card()
        print(card.words)
        print(await house.told("sam"))
        await house.press("mia", card, "approve")
        card = await house.card()
        print(card.words)
        print(await house.told("sam"))
        assert house.sent() == ["helpdesk.AddTag"]
        house.verify()
