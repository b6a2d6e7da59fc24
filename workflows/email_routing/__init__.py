"""E-mail routing.

Reads a customer's mail with what was written before, says what it is and who looks after it, and answers. What is
broken or wanted becomes a ticket with everything one has to know; a complaint is also put before the leads.
"""

import re
from enum import StrEnum

from bot.authoring import Fact, Field, Workflow, act, ask, choose, decide, look_up, plan, propose, review, stop, trigger
from bot.intents import chat, helpdesk, mail, routes


class Sender(StrEnum):
    SOMEBODY = "somebody"
    MACHINE = "a machine"


class Kind(StrEnum):
    BUG = "bug"
    REQUEST = "request"
    QUESTION = "question"
    COMPLAINT = "complaint"
    SPAM = "spam"


class Topic(StrEnum):
    WORKSHOP = "workshop"
    RENTAL = "rental"
    STOCK = "stock"
    INVOICES = "invoices"
    OTHER = "other"


class Language(StrEnum):
    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    PORTUGUESE = "pt"
    OTHER = "other"


class Sorting(Fact):
    """What a mail is about, in one glance."""

    kind: Kind
    topic: Topic
    language: Language
    summary: str = Field(min_length=1, max_length=200)


class Draft(Fact):
    """An answer in the language of whoever wrote, without a subject and a signature."""

    body: str = Field(min_length=1, max_length=4_000)


class Way(StrEnum):
    NOTHING = "nothing"
    ANSWER = "an answer"
    CAREFUL_ANSWER = "an answer by the leads"
    TICKET = "an answer with a ticket"
    ALARM = "an answer with a ticket and an alarm"


# --- what becomes of a mail ------------------------------------------------------------------------------------------

OUR_DOMAIN = "hubwheel.example"
MACHINES = re.compile(r"(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|bounces?)(?:[+.-].*)?", re.IGNORECASE)
ANSWERED = re.compile(r"^(?:\s*(?:re|aw|sv|rv|res|réf|tr|fw|fwd|wg)\s*:)+", re.IGNORECASE)
ALARM_IN = "#care-leads"
LONGEST_QUOTE = 15_000
"""Letters of a mail that a ticket repeats."""


def whoever(message: mail.Email) -> Sender:
    """An answer to a machine, or to ourselves, reaches nobody, and may come back for ever."""
    name, _, domain = message.sender.rpartition("@")
    ours = domain.casefold() == OUR_DOMAIN
    return Sender.MACHINE if ours or MACHINES.fullmatch(name) else Sender.SOMEBODY


def way_of(thread: mail.Thread, sorting: Sorting) -> Way:
    """Whoever is no customer gets an answer, never a ticket: it would stand under somebody else's name."""
    known = bool(thread.customer_id)
    match sorting.kind:
        case Kind.SPAM:
            return Way.NOTHING
        case Kind.QUESTION:
            return Way.ANSWER
        case Kind.COMPLAINT:
            return Way.ALARM if known else Way.CAREFUL_ANSWER
        case Kind.BUG | Kind.REQUEST:
            return Way.TICKET if known else Way.ANSWER


def answer_to(message: mail.Email, thread: mail.Thread, route: routes.Route, draft: Draft) -> mail.SendMail:
    """The model writes the words; to whom, in which thread and by whom is ours."""
    body = f"{draft.body.rstrip()}\n\n{signature(route.to)}"
    return mail.SendMail(to=message.sender, subject=reply_to(message.subject), body=body, thread_id=thread.thread_id)


def reply_to(subject: str) -> str:
    """The subject of an answer: theirs, with one `Re:` before it."""
    theirs = one_line(ANSWERED.sub("", subject), 190)
    return f"Re: {theirs}" if theirs else "Your mail"


def signature(handle: str) -> str:
    return f"{handle.removeprefix('@').replace('.', ' ').title()}\nCustomer care, Hubwheel"


def ticket_for(message: mail.Email, thread: mail.Thread, sorting: Sorting, route: routes.Route) -> helpdesk.OpenTicket:
    """The mail in the customer's own words, between what one has to know about it."""
    head = "COMPLAINT: " if sorting.kind is Kind.COMPLAINT else ""
    return helpdesk.OpenTicket(
        customer_id=thread.customer_id,
        subject=f"{head}{message.subject.strip() or sorting.summary}"[:300],
        body="\n\n".join(_ticket(message, thread, sorting, route))[:20_000],
    )


def _ticket(message: mail.Email, thread: mail.Thread, sorting: Sorting, route: routes.Route) -> list[str]:
    files = [f"- {one.name[:120]} ({one.kind[:60]}, {one.size} bytes)" for one in message.attachments]
    parts = [
        f"{sorting.kind.capitalize()}, {sorting.topic}: {sorting.summary}",
        f"Looked after by {route.to}. {route.why[:300]}",
        f"The mail:\n{quoted(message)}",
        "Came with it:\n" + "\n".join(files) if files else "",
        "Open already:\n" + "\n".join(f"- {one[:200]}" for one in thread.open_tickets[:5])
        if thread.open_tickets
        else "",
        "Before that:\n" + "\n".join(f"- {one[:300]}" for one in thread.messages[-5:]) if thread.messages else "",
    ]
    return [part for part in parts if part]


def quoted(message: mail.Email) -> str:
    return message.body[:LONGEST_QUOTE].strip()


def alarm(thread: mail.Thread, sorting: Sorting, route: routes.Route) -> chat.PostMessage:
    """Who, what and who looks after it; never an address."""
    name = one_line(thread.customer, 120) or thread.customer_id
    return chat.PostMessage(
        channel=ALARM_IN,
        title=f"Complaint: {name}"[:200],
        text=f"{sorting.summary}\n\n{route.to} looks after it, by a ticket. The answer was approved by the leads.",
    )


def one_line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest]


# --- what always holds -----------------------------------------------------------------------------------------------

AMOUNT = r"(?:[€$£]|EUR|USD|GBP|CHF) ?\d[\d.,]*|\d[\d.,]* ?(?:[€$£%]|EUR|USD|GBP|CHF|per cent|percent)"


def goes_to_who_wrote(answer: mail.SendMail, message: mail.Email, thread: mail.Thread) -> bool:
    return (answer.to, answer.thread_id) == (message.sender, thread.thread_id)


def is_signed_by_who_looks_after_it(answer: mail.SendMail, route: routes.Route) -> bool:
    return answer.body.rstrip().endswith(signature(route.to))


def promises_no_money(answer: mail.SendMail, message: mail.Email) -> bool:
    """What the customer wrote may be repeated."""
    found = re.findall(AMOUNT, answer.body, re.IGNORECASE)
    return all(one.rstrip(".,") in message.body for one in found)


def has_no_placeholder(answer: mail.SendMail) -> bool:
    return not re.search(r"\{\{|\}\}|\[(?:name|customer|company|insert[^\]]*|todo)\]", answer.body, re.IGNORECASE)


def stands_under_its_customer(ticket: helpdesk.OpenTicket, thread: mail.Thread) -> bool:
    return bool(thread.customer_id) and ticket.customer_id == thread.customer_id


def holds_their_words(ticket: helpdesk.OpenTicket, message: mail.Email) -> bool:
    return quoted(message) in ticket.body


def shows_no_address(alert: chat.PostMessage) -> bool:
    return not re.search(r"[^\s@]+@[^\s@]+\.", f"{alert.title} {alert.text}")


class EmailRouting(Workflow, version=1):
    message = trigger(mail.Email)
    sender = decide(message, by=whoever)
    machine = stop("A machine wrote this, or we did; an answer would reach nobody.", when=sender.is_(Sender.MACHINE))
    thread = look_up(mail.thread_of, message)
    sorting = ask(Sorting, about=(message, thread))
    way = decide(thread, sorting, by=way_of)
    spam = stop("Nobody wrote this for an answer: advertising, or a notice.", when=way.is_(Way.NOTHING))
    route = look_up(routes.route("mails", Sorting), sorting)
    draft = ask(Draft, about=(message, thread, sorting))
    answer = propose(answer_to, message, thread, route, draft)
    ticket = propose(ticket_for, message, thread, sorting, route, when=way.is_(Way.TICKET, Way.ALARM))
    alert = propose(alarm, thread, sorting, route, when=way.is_(Way.ALARM))

    answer_approved = review(
        answer,
        by=choose(way, {Way.CAREFUL_ANSWER: "leads"}, otherwise="support"),
        when=way.is_(Way.ANSWER, Way.CAREFUL_ANSWER),
    )
    answered = act(answer_approved)

    ticket_and_answer = plan(ticket, answer, when=way.is_(Way.TICKET))
    ticket_approved = review(ticket_and_answer, by="support")
    ticketed = act(ticket_approved)

    everything = plan(ticket, alert, answer, when=way.is_(Way.ALARM))
    everything_approved = review(everything, by="leads")
    escalated = act(everything_approved)
