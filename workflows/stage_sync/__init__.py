"""Stage sync.

A deal that was won is handed over: an onboarding issue is opened and #sales is told. A deal that was lost gets a note
that asks for the reason. What we have moved ourselves starts nothing, so that no change goes round in circles.
"""

from enum import StrEnum

from bot.authoring import Workflow, act, decide, look_up, plan, propose, review, stop, trigger
from bot.intents import chat, crm, tasks


class News(StrEnum):
    OURS = "ours"
    OTHER = "other"
    MOVED_ON = "moved on"
    WON = "won"
    LOST = "lost"


OUR_NAME = "countersign"
"""How the CRM calls us where it says who has changed something."""
PROJECT = "onboarding"
CHANNEL = "#sales"


def is_ours(change: crm.StageChange) -> bool:
    return change.changed_by.strip().casefold().startswith(OUR_NAME)


def news_of(change: crm.StageChange, deal: crm.Deal) -> News:
    """What the change means, if the deal still stands where it was moved to."""
    if is_ours(change):
        return News.OURS
    if change.stage not in (crm.Stage.WON, crm.Stage.LOST) or change.stage is change.was:
        return News.OTHER
    if deal.stage is not change.stage:
        return News.MOVED_ON
    return News.WON if change.stage is crm.Stage.WON else News.LOST


# --- what is done ----------------------------------------------------------------------------------------------------


def note_on(change: crm.StageChange, deal: crm.Deal) -> crm.LogNote:
    who = deal.owner or "Whoever had it"
    said = {
        crm.Stage.WON: f"Won. Handed over: an issue is open in “{PROJECT}”, and {CHANNEL} knows.",
        crm.Stage.LOST: f"Lost, after it had been “{change.was}”. {who}: why? One sentence here helps the next one.",
    }
    return crm.LogNote(deal_id=change.deal_id, text=said.get(change.stage, f"Moved to “{change.stage}”."))


def onboarding(deal: crm.Deal) -> tasks.OpenIssue:
    """Everything that whoever sets the customer up has to know; the checklist is the same for everybody."""
    body = (
        f"Customer: {deal.company} ({deal.company_id})\n"
        f"Deal: {deal.name} ({deal.deal_id}), {amount(deal)}\n"
        f"Sold by: {deal.owner or 'nobody is named'}\n"
        f"Agreed next: {deal.next_step or 'nothing is written down'}\n\n"
        "- [ ] Account and administrator\n"
        "- [ ] Import of customers and stock\n"
        "- [ ] First call after one week\n"
    )
    return tasks.OpenIssue(project=PROJECT, title=f"Onboard {deal.company} ({deal.deal_id})"[:200], body=body)


def good_news(deal: crm.Deal) -> chat.PostMessage:
    text = f"{deal.owner or 'We'} won {deal.name}: {amount(deal)}. Onboarding takes over."
    return chat.PostMessage(channel=CHANNEL, title=f"Won: {deal.company}"[:200], text=text)


def amount(deal: crm.Deal) -> str:
    return f"{deal.cents // 100:,}.{deal.cents % 100:02} {deal.currency}"


# --- what always holds -----------------------------------------------------------------------------------------------


def notes_its_deal(note: crm.LogNote, change: crm.StageChange) -> bool:
    return note.deal_id == change.deal_id


def is_not_our_own(note: crm.LogNote, change: crm.StageChange) -> bool:
    del note
    return not is_ours(change)


def names_the_deal(issue: tasks.OpenIssue, deal: crm.Deal) -> bool:
    return f"({deal.deal_id})" in issue.title and issue.project == PROJECT


def tells_sales_alone(news: chat.PostMessage) -> bool:
    return news.channel == CHANNEL


class StageSync(Workflow, version=1):
    change = trigger(crm.StageChange)
    deal = look_up(crm.deal_of_change, change)
    kind = decide(change, deal, by=news_of)
    ours = stop("We moved it ourselves: there is nothing to pass on.", when=kind.is_(News.OURS))
    other = stop("Only what is won or lost is passed on.", when=kind.is_(News.OTHER))
    moved_on = stop("The deal has moved on since: what it is now comes by itself.", when=kind.is_(News.MOVED_ON))
    history = look_up(crm.history_of, deal)
    note = propose(note_on, change, deal)

    issue = propose(onboarding, deal, when=kind.is_(News.WON))
    news = propose(good_news, deal, when=kind.is_(News.WON))
    handover = plan(note, issue, news)
    handover_approved = review(handover, by="sales")
    handed_over = act(handover_approved)

    question_approved = review(note, by="sales", when=kind.is_(News.LOST))
    asked = act(question_approved)
