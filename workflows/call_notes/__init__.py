"""Call notes.

Turns the notes of a call into changes of the deal, field by field, and a note on it. Only what was said and is new is
changed, a stage only where the notes have words for it, an amount only where they have that number.
"""

import re
from datetime import date
from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, ask, decide, look_up, plan, propose, review, stop, trigger
from bot.intents import crm


class Said(Fact):
    """What was said in a call about a deal. What nobody said stays empty."""

    summary: str = Field(min_length=1, max_length=600)
    agreed: str | None = Field(default=None, max_length=300)
    agreed_on: date | None = None
    amount_cents: int | None = Field(default=None, ge=0, le=1_000_000_00)
    talk_to: str | None = Field(default=None, max_length=200)
    moved_to: crm.Stage | None = None
    moved_because: str | None = Field(default=None, max_length=300)


class Standing(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Effect(StrEnum):
    CHANGES = "the deal changes"
    NOTE = "a note is enough"


def standing_of(deal: crm.Deal) -> Standing:
    return Standing.CLOSED if deal.stage in (crm.Stage.WON, crm.Stage.LOST) else Standing.OPEN


def what_follows(call: crm.Call, deal: crm.Deal, said: Said) -> Effect:
    update = update_of(call, deal, said)
    return Effect.NOTE if update == crm.UpdateDeal(deal_id=call.deal_id) else Effect.CHANGES


# --- what the notes have words for -----------------------------------------------------------------------------------

SHORTEST_QUOTE = 8
NUMBER = r"\d(?:[.,' ]?\d)*"
THOUSANDS = r"(\d+(?:[.,]\d)?) ?k\b"


def is_quoted(quote: str | None, notes: str) -> bool:
    """Whether these words stand in the notes, whatever the line breaks and capitals."""
    wanted = " ".join((quote or "").split()).casefold().strip(" .…\"“”'")
    return len(wanted) >= SHORTEST_QUOTE and wanted in " ".join(notes.split()).casefold()


def is_named(cents: int, notes: str) -> bool:
    """Whether the notes have this amount as a number: 1788, 1,788.00, 1.788 or 1.8k."""
    return cents in {found for text in re.findall(NUMBER, notes) for found in readings(text)} | thousands(notes)


def readings(number: str) -> frozenset[int]:
    """The amount in cents that a number stands for: two digits behind a separator are cents, three are not."""
    digits = re.sub(r"\D", "", number)
    if len(digits) > 12:
        return frozenset()
    parted = re.search(r"[.,](\d{2})$", number)
    return frozenset({int(digits) if parted else int(digits) * 100})


def thousands(notes: str) -> frozenset[int]:
    found = [one.replace(",", ".").partition(".") for one in re.findall(THOUSANDS, notes, re.IGNORECASE)]
    return frozenset(int(whole) * 100_000 + int(tenth or 0) * 10_000 for whole, _, tenth in found if len(whole) <= 6)


def new_stage(call: crm.Call, deal: crm.Deal, said: Said) -> crm.Stage | None:
    backed = said.moved_to != deal.stage and is_quoted(said.moved_because, call.notes)
    return said.moved_to if backed else None


def new_amount(call: crm.Call, deal: crm.Deal, said: Said) -> int | None:
    cents = said.amount_cents
    return cents if cents is not None and cents != deal.cents and is_named(cents, call.notes) else None


# --- what is done ----------------------------------------------------------------------------------------------------


def update_of(call: crm.Call, deal: crm.Deal, said: Said) -> crm.UpdateDeal:
    """Only what is new."""
    return crm.UpdateDeal(
        deal_id=call.deal_id,
        stage=new_stage(call, deal, said),
        cents=new_amount(call, deal, said),
        contact=said.talk_to if said.talk_to != deal.contact else None,
        next_step=said.agreed if said.agreed != deal.next_step else None,
        next_step_on=said.agreed_on if said.agreed_on != deal.next_step_on else None,
    )


def note_of(call: crm.Call, deal: crm.Deal, said: Said) -> crm.LogNote:
    """The summary, and what was not taken over, so that whoever approves sees it."""
    when = f"Call of {call.on}: " if call.on else "Call: "
    return crm.LogNote(deal_id=call.deal_id, text="\n".join((f"{when}{said.summary}", *left_out(call, deal, said))))


def left_out(call: crm.Call, deal: crm.Deal, said: Said) -> tuple[str, ...]:
    lines: tuple[str, ...] = ()
    if said.moved_to not in (None, deal.stage) and new_stage(call, deal, said) is None:
        lines += (f"Not taken over: stage {said.moved_to}. The notes have no words for it.",)
    if said.amount_cents not in (None, deal.cents) and new_amount(call, deal, said) is None:
        lines += ("Not taken over: an amount that does not stand in the notes.",)
    return lines


# --- what always holds -----------------------------------------------------------------------------------------------

ORDER = (crm.Stage.NEW, crm.Stage.QUALIFIED, crm.Stage.PROPOSAL, crm.Stage.NEGOTIATION, crm.Stage.WON)


def changes_its_deal(update: crm.UpdateDeal, call: crm.Call) -> bool:
    return update.deal_id == call.deal_id


def notes_its_deal(note: crm.LogNote, call: crm.Call) -> bool:
    return note.deal_id == call.deal_id


def goes_back_only_with_words(update: crm.UpdateDeal, deal: crm.Deal, call: crm.Call, said: Said) -> bool:
    if update.stage is None or update.stage not in ORDER or deal.stage not in ORDER:
        return update.stage is not crm.Stage.LOST or is_quoted(said.moved_because, call.notes)
    return ORDER.index(update.stage) >= ORDER.index(deal.stage) or is_quoted(said.moved_because, call.notes)


def names_an_amount_of_the_notes(update: crm.UpdateDeal, call: crm.Call) -> bool:
    return update.cents is None or is_named(update.cents, call.notes)


def goes_on_after_the_call(update: crm.UpdateDeal, call: crm.Call) -> bool:
    return update.next_step_on is None or call.on is None or update.next_step_on >= call.on


class CallNotes(Workflow, version=1):
    call = trigger(crm.Call)
    deal = look_up(crm.deal_of_call, call)
    standing = decide(deal, by=standing_of)
    closed = stop("The deal is closed: reopen it in the CRM first.", when=standing.is_(Standing.CLOSED))
    history = look_up(crm.history_of, deal)
    said = ask(Said, about=(call, deal))
    effect = decide(call, deal, said, by=what_follows)
    note = propose(note_of, call, deal, said)

    update = propose(update_of, call, deal, said, when=effect.is_(Effect.CHANGES))
    both = plan(note, update)
    both_approved = review(both, by="sales")
    updated = act(both_approved)

    note_approved = review(note, by="sales", when=effect.is_(Effect.NOTE))
    noted = act(note_approved)
