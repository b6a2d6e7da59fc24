"""The views whose drawings are approved, in `drawn/`. `python -m tests.adapters.slack.draw.views` writes them anew."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import Field

from bot.adapters.slack.draw.modal.choice import Given, Offer, choice_view
from bot.adapters.slack.draw.modal.form import VERBS, form_of, form_view, step_up
from bot.adapters.slack.draw.modal.frame import Meta, too_late
from bot.adapters.slack.draw.modal.preview import with_preview
from bot.adapters.slack.draw.modal.typed import edit_view, fact_view, start_view
from bot.adapters.slack.draw.safe import Block
from bot.domain.content import Changed
from bot.domain.intent import Fact, Intent, Risk
from bot.domain.plain import Plain
from bot.domain.quantity import Duration, MoneyText
from bot.domain.run import Stage
from bot.intents import helpdesk
from bot.workspace.payload import Json
from tests.adapters.slack.draw.cards import DRAWN, blocks_of, mention

META = Meta("0" * 32, "approved", 1)
REASONS = ("wrong facts", "wrong tone", "other")
ABOUT = "C1/1795847589.675864"
OFFERED = (
    Offer("tag_ticket", "Put a tag on a ticket.", Stage.APPROVED, "Olga Petrova"),
    Offer("give_credit", "Give a customer a credit.", Stage.SHADOW, "Farah Haddad"),
    Offer("answer_ticket", "Answer a ticket.", Stage.LIMITED, "Olga Petrova"),
)
BODY = "Hello Ana,\n\nthe second charge is on its way back.\n"


class Colour(StrEnum):
    RED = "red"
    BLUE = "deep blue"


class Everything(Fact):
    """A field of every kind."""

    name: str = Field(max_length=80, description="As it stands on the invoice.")
    story: str = Field(max_length=4_000)
    colour: Colour
    size: Literal["s", "m", "l"] = "m"
    count: int = Field(ge=1, lt=100)
    urgent: bool
    due: date | None = None
    budget: MoneyText | None = None
    lasts: Duration | None = None
    tags: tuple[str, ...] = ()
    at: datetime | None = None
    account: helpdesk.Account | None = None


class Change(Intent, system="shop", target="shop_id", risk=Risk.ROUTINE, cannot_be_undone="It is printed."):
    """Change a shop's sign."""

    shop_id: str
    words: str = Field(min_length=1, max_length=40_000)
    colour: Colour = Colour.RED
    budget: MoneyText | None = None
    lit: bool = False
    since: date | None = None
    cents: int = Field(default=0, ge=0, le=100_00)


def reply(body: str = BODY) -> Block:
    return edit_view(helpdesk.SendReply, {"ticket_id": "T-1", "body": body}, META)


def plan() -> Block:
    titles = ("Open a new ticket for a customer", "Put a tag on a ticket")
    data: dict[str, Plain] = {"ticket_id": {"step": "second"}, "tag": "second"}
    return edit_view(helpdesk.AddTag, data, Meta("0" * 32, "approved", 3, 1), actions=titles)


def asked(verb: str) -> Block:
    return form_view(form_of(verb, reasons=REASONS), META, about="Send an answer to the customer → helpdesk:T-1")


VIEWS: Mapping[str, Callable[[], Block]] = {
    "edit": reply,
    "edit, long": lambda: reply("A line of a long letter, which goes on.\n" * 95),
    "edit, too long": lambda: edit_view(Change, {"shop_id": "S-1", "words": "So long. " * 4_000}, META),
    "edit, of a plan": plan,
    "preview": lambda: with_preview(reply("Hello."), [Changed("body", "Hello", "Hello.")], ()),
    "preview, long": lambda: with_preview(reply(f"{BODY}Yours"), [Changed("body", BODY, f"{BODY}Yours")], ()),
    "preview, extreme": lambda: with_preview(reply(), [Changed("body", "a" * 40_000, "b " * 20_000)] * 20, ()),
    "preview, wrong": lambda: with_preview(
        reply(""), (), ["Body: Fill this in.", "A rule <!channel> *does* not hold."]
    ),
    "edit, nothing": lambda: edit_view(helpdesk.CloseTicket, {"ticket_id": "T-1"}, META),
    "start": lambda: start_view("support_triage", "Support triage", helpdesk.Ticket),
    "start, everything": lambda: start_view("everything", "Everything", Everything),
    "start, from a message": lambda: start_view(
        "support_triage", "Support triage", helpdesk.Ticket, known={"body": BODY}, about=ABOUT, says="Look at it."
    ),
    "choose": lambda: choice_view(OFFERED, {"tag_ticket/one": {}}),
    "choose, from a message": lambda: choice_view(OFFERED, {}, Given(ABOUT, BODY)),
    "choose, nothing": lambda: choice_view((), {}, others=OFFERED),
    "answer": lambda: fact_view("answer", "Answer", "Which colour?", Everything, META, known={"colour": "red"}),
    "correct": lambda: fact_view(
        "correct", "Correct", "What is it?", helpdesk.TicketState, META, known={"messages": 2}
    ),
    "step up": lambda: step_up("Delete 3 accounts for good.", "ACME Northfield", META),
    "too late": lambda: too_late(
        "play/mia", datetime(2026, 3, 2, 9, tzinfo=UTC), "It was approved.", meta=META, mention=mention, kept=BODY
    ),
    **{f"form {verb}": partial(asked, verb) for verb in sorted(VERBS)},
}


def file_of(name: str) -> Path:
    return DRAWN / f"view-{name.replace(' ', '-').replace(',', '')}.txt"


def outline(view: Json) -> str:
    """A view as text: its frame, then a line for each block."""
    submit = view.get("submit", {}).get("text", "(nothing to submit)")
    head = [f"{view['callback_id']}: {view['title']['text']}", f"{view['close']['text']} | {submit}"]
    return "\n".join([*head, f"carries {view['private_metadata']}", "", *blocks_of(view["blocks"])]) + "\n"


if __name__ == "__main__":
    DRAWN.mkdir(exist_ok=True)
    for name, make in VIEWS.items():
        file_of(name).write_text(outline(make()), encoding="utf-8")
