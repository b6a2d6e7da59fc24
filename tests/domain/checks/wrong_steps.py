"""Workflow files that are wrong in one way each: the steps, their inputs, their functions."""

import random
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.authoring import (
    Choice,
    Fact,
    Lookup,
    Plan,
    Promised,
    Step,
    Workflow,
    act,
    ask,
    choose,
    decide,
    each,
    id_of,
    inquire,
    look_up,
    plan,
    propose,
    review,
    stop,
    trigger,
    wait,
)
from bot.domain.checks import Code
from bot.domain.terms import Prompt, Terms
from bot.domain.workflow import Definition, Guard, PlanOf
from bot.intents import helpdesk
from tests.domain import sample
from tests.domain.checks.wrong import Small, Wrong, answering, changing, loose, proven, small
from tests.domain.sample import Category, Draft, Triage, answer, mark


def mark_with(ticket: helpdesk.Ticket, extra: Fact) -> helpdesk.AddTag:
    del extra
    return mark(ticket)


def mark_anyhow(ticket: helpdesk.Ticket, extra: object) -> helpdesk.AddTag:
    del extra
    return mark(ticket)


class Untriggered(Workflow, version=1):
    ticket = inquire(helpdesk.Ticket, of="requester")
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)


class SecondTrigger(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    other = trigger(helpdesk.Ticket)
    tag = propose(mark_with, ticket, other)
    approved = review(tag, by="support")
    tagged = act(approved)


class TwoNames(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    also = approved
    tagged = act(approved)


class WithoutName(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    tagged = act(review(tag, by="support"))


class OutOfPlace(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, Small.ticket)
    approved = review(tag, by="support")
    tagged = act(approved)


class Colour(StrEnum):
    RED = "red"


class Sorted(Workflow, version=1):
    """What the guards and routes below rest on."""

    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)


def ending(guard: Guard) -> Definition:
    """A workflow with a `stop` under that guard."""

    class Ending(Workflow, version=1):
        ended = stop("Here.", when=guard)
        tag = propose(mark, Sorted.ticket)
        approved = review(tag, by="support")
        tagged = act(approved)

    return replace(Ending.definition, steps=(*Sorted.definition.steps, *Ending.definition.steps))


class WrongRoute(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    tag = propose(mark, ticket)
    approved = review(tag, by=loose.choose(category, {Colour.RED: "support"}, otherwise="support"))
    tagged = act(approved)


# --- inputs -----------------------------------------------------------------------------------------------


class Swapped(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    reply: Step[helpdesk.SendReply] = loose.propose(answer, draft, ticket)
    approved = review(reply, by="support")
    sent = act(approved)


class Missing(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    reply: Step[helpdesk.SendReply] = loose.propose(answer, ticket)
    approved = review(reply, by="support")
    sent = act(approved)


class FromAStop(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    spam = stop("Spam.", when=category.is_(Category.SPAM))
    tag: Step[helpdesk.AddTag] = loose.propose(mark_with, ticket, loose.either(spam, triage))
    approved = review(tag, by="support")
    tagged = act(approved)


class WrongLookup(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    account: Step[helpdesk.Account] = loose.look_up(helpdesk.account_of, triage)
    tag = propose(mark_with, ticket, account)
    approved = review(tag, by="support")
    tagged = act(approved)


class WrongAgain(Workflow, version=1):
    ticket: Step[helpdesk.Ticket] = loose.trigger(helpdesk.Ticket, again=helpdesk.account_of)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)


class ReviewsFact(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    approved = loose.review(draft, by="support")
    sent = act(approved)


class PlansFact(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    both = loose.plan(tag, ticket)
    approved = loose.review(both, by="support")
    tagged = act(approved)


class AsksAboutIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    draft: Step[Draft] = loose.ask(Draft, about=tag)
    reply = propose(answer, ticket, draft)
    approved = review(reply, by="support")
    sent = act(approved)


class AsksForIntent(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    reply: Step[Fact] = loose.ask(helpdesk.SendReply, about=ticket)
    tag = propose(mark_anyhow, ticket, reply)
    approved = review(tag, by="support")
    tagged = act(approved)


class Reading(Fact):
    id: str
    value: float


value_of = Lookup("helpdesk", "value_of", takes=helpdesk.Ticket, gives=Reading)


class Fractions(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    value = look_up(value_of, ticket)
    tag = propose(mark_with, ticket, value)
    approved = review(tag, by="support")
    tagged = act(approved)


class Labels(Fact):
    labels: dict[str, str]


class OpenSchema(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    labels = ask(Labels, about=ticket)
    tag = propose(mark_with, ticket, labels)
    approved = review(tag, by="support")
    tagged = act(approved)


# --- functions --------------------------------------------------------------------------------------------


class OpenChoice(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    language: Choice[Category] = decide(ticket, by=lambda it: Category(it.language))
    tag = propose(mark, ticket)
    approved = review(tag, by=choose(language, {}, otherwise="support"))
    tagged = act(approved)


def by_chance(ticket: helpdesk.Ticket) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=random.choice(["a", "b"]))


class Impure(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(by_chance, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)


class Undeclared(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(lambda it: mark(it), ticket)
    approved = review(tag, by="support")
    tagged = act(approved)


# --- plans ------------------------------------------------------------------------------------------------


def planning(intents: int) -> Definition:
    """A plan of that many intents."""
    ticket = trigger(helpdesk.Ticket)
    tags = {f"tag{n}": propose(mark, ticket) for n in range(intents)}
    setup: Step[Plan[helpdesk.AddTag]] = Step(PlanOf((*tags.values(),)), place=ticket.place)
    approved = review(setup, by="support")
    body = {"ticket": ticket, **tags, "setup": setup, "approved": approved, "tagged": act(approved)}
    made = type("Planning", (Workflow,), body, version=1)
    assert issubclass(made, Workflow)
    return made.definition


def mark_new(case: Promised) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=case, tag="new")


def open_case(ticket: helpdesk.Ticket) -> helpdesk.OpenTicket:
    return helpdesk.OpenTicket(customer_id=ticket.customer_id, subject=ticket.subject)


class PlanOrder(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    case = propose(open_case, ticket)
    tag = propose(mark_new, id_of(case))
    setup = plan(tag, case)
    approved = review(setup, by="support")
    done = act(approved)


class PromisedOutside(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    case = propose(open_case, ticket)
    tag = propose(mark_new, id_of(case))
    approved = review(tag, by="support")
    done = act(approved)


class PlansTwice(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    both = plan(tag, tag)
    approved = review(both, by="support")
    tagged = act(approved)


# --- other runs, time, prompts, use -----------------------------------------------------------------------


class Names(Fact):
    records: list[str]


class NoRecords(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    names = inquire(Names, of="requester")
    started = each(names, "welcome")


class Contacts(Fact):
    records: tuple[helpdesk.Ticket, ...]


class StartsOthers(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    contacts = inquire(Contacts, of="requester")
    started = each(contacts, "welcome")


class Due(helpdesk.TicketState):
    due_at: datetime
    perhaps_at: datetime | None = None
    due: str


def waiting(until: str) -> Terms:
    """A workflow that waits, and does nothing else."""

    class Waiting(Workflow, version=1):
        ticket = trigger(helpdesk.Ticket)
        due = inquire(Due, of="requester")
        later = wait(until, after=due)

    return small(Waiting.definition, changes={})


class Asking(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    reply = propose(answer, ticket, draft)
    approved = review(reply, by="support")
    sent = act(approved)


def prompted(name: str, *inputs: str) -> Terms:
    terms = answering(Asking.definition)
    return replace(terms, prompts={**terms.prompts, name: Prompt(name, "0" * 64, "Write.", inputs)})


class UnusedStep(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)


BOTH_READS = {"reads": {"helpdesk": ["account_of", "state_of"]}}
BOTH_CHANGES = proven("AddTag", "OpenTicket")

WRONG = (
    Wrong(
        Code.NO_TRIGGER,
        "has no steps",
        small(replace(Small.definition, steps=()), changes={}),
        also=frozenset({Code.WRONG_PROOF}),
    ),
    Wrong(Code.NO_TRIGGER, "begins with “ticket”, which does not start", small(Untriggered.definition)),
    Wrong(Code.SECOND_TRIGGER, "“other” is a second trigger", small(SecondTrigger.definition)),
    Wrong(Code.TWO_NAMES, "“approved” stands under a second name", small(TwoNames.definition)),
    Wrong(Code.WITHOUT_NAME, "“tagged” uses a `review` that has no name", small(WithoutName.definition)),
    Wrong(Code.OUT_OF_PLACE, "“tag” uses “ticket”, which does not stand above", small(OutOfPlace.definition)),
    Wrong(
        Code.WRONG_GUARD,
        "“ended” waits for “category” to be red, and that cannot be",
        small(ending(Guard(Sorted.category, frozenset({"red"})))),
    ),
    Wrong(
        Code.WRONG_GUARD,
        "“ended” waits for “category” to be nothing at all",
        small(ending(Sorted.category.is_not(*Category))),
    ),
    Wrong(
        Code.WRONG_GUARD,
        "“ended” depends on “triage”, which is not a choice",
        small(ending(Guard(Sorted.triage, frozenset({"spam"})))),
    ),
    Wrong(Code.WRONG_GUARD, "routes by “category” being red", small(WrongRoute.definition)),
    Wrong(
        Code.WRONG_INPUT,
        "answer takes “ticket”, Ticket, and “reply” gives it Draft",
        answering(Swapped.definition),
    ),
    Wrong(Code.WRONG_INPUT, "answer takes 2 values, and “reply” gives it 1", answering(Missing.definition)),
    Wrong(
        Code.WRONG_INPUT,
        "mark_with takes “extra”, Fact, and “tag” gives it nothing it could use",
        small(FromAStop.definition),
    ),
    Wrong(
        Code.WRONG_INPUT,
        "reads helpdesk.account_of, which goes from Ticket to Account, by Triage",
        small(WrongLookup.definition, **BOTH_READS),
    ),
    Wrong(Code.WRONG_INPUT, "“ticket” reads helpdesk.account_of", small(WrongAgain.definition, **BOTH_READS)),
    Wrong(
        Code.WRONG_INPUT,
        "“approved” works on intents, and “draft” is not one",
        small(ReviewsFact.definition, changes={}),
    ),
    Wrong(Code.WRONG_INPUT, "“both” works on intents, and “ticket” is not one", small(PlansFact.definition)),
    Wrong(
        Code.WRONG_INPUT,
        "“draft” works on facts, and “tag” gives none",
        answering(AsksAboutIntent.definition, **changing("AddTag", "SendReply")),
    ),
    Wrong(Code.NOT_A_FACT, "“reply” would give SendReply, which is not a Fact", small(AsksForIntent.definition)),
    Wrong(
        Code.INEXACT,
        "Reading.value is a number with fractions",
        small(Fractions.definition, reads={"helpdesk": ["state_of", "value_of"]}),
    ),
    Wrong(
        Code.SCHEMA,
        "No strict schema can express what “labels” asks for: “Labels.labels” has no named fields",
        small(OpenSchema.definition),
    ),
    Wrong(
        Code.OPEN_CHOICE,
        "“language” branches by a function whose answers are not known",
        small(OpenChoice.definition),
    ),
    Wrong(Code.IMPURE, "The function of “tag”, by_chance, uses random", small(Impure.definition)),
    Wrong(
        Code.UNDECLARED_INTENT,
        "“tag” does not know which intent its lambda builds",
        small(Undeclared.definition, changes={}),
    ),
    Wrong(Code.PLAN_SIZE, "“setup” has 1 intents; 2 to 10 fit", small(planning(1))),
    Wrong(Code.PLAN_SIZE, "“setup” has 11 intents", small(planning(11), limits={"actions_per_run": 20})),
    Wrong(
        Code.PLAN_ORDER,
        "“tag” needs the id that “case” brings back, and is not carried out after it",
        small(PlanOrder.definition, **BOTH_CHANGES),
    ),
    Wrong(
        Code.PLAN_ORDER,
        "“tag” needs the id that “case” brings back",
        small(PromisedOutside.definition, **BOTH_CHANGES),
    ),
    Wrong(Code.TWICE, "“both” would carry out “tag” twice", small(PlansTwice.definition)),
    Wrong(
        Code.NO_RECORDS,
        "“started” starts a run per record, and Names has no field `records` with facts",
        small(NoRecords.definition, changes={}),
    ),
    Wrong(
        Code.UNKNOWN_WORKFLOW,
        "“started” starts runs of “welcome”, and there is no such workflow",
        small(StartsOthers.definition, changes={}),
        known=("goodbye",),
    ),
    Wrong(Code.WAIT, '“later” cannot tell how long to wait: "soon" is not a duration', waiting("soon")),
    Wrong(Code.WAIT, '"due.due" is not a duration', waiting("due.due")),
    Wrong(Code.WAIT, '"order.due_at" is not a duration', waiting("order.due_at")),
    Wrong(
        Code.NO_PROMPT,
        "“draft” asks the model, and there is no prompt draft.md",
        replace(answering(Asking.definition), prompts={}),
    ),
    Wrong(Code.PROMPT_INPUT, "draft.md wants to see “account”", prompted("draft", "ticket", "account")),
    Wrong(Code.UNUSED_STEP, "Nothing uses what “triage” gives (ask)", small(UnusedStep.definition)),
    Wrong(
        Code.UNDECLARED_CHANGE,
        "“tag” proposes helpdesk.AddTag, which the brief does not allow",
        small(changes={}),
    ),
    Wrong(
        Code.UNDECLARED_READ,
        "“account” reads helpdesk.account_of, which the brief does not allow",
        sample.terms(reads={"helpdesk": ["state_of"]}),
    ),
    Wrong(
        Code.UNUSED_SYSTEM,
        "[changes] allows helpdesk.SendReply, and no step uses it",
        small(**changing("AddTag", "SendReply")),
    ),
    Wrong(
        Code.UNUSED_SYSTEM,
        "[reads] allows crm.lead_of, and no step uses it",
        small(reads={"helpdesk": ["state_of"], "crm": ["lead_of"]}),
    ),
)
