"""Workflows that go wrong on some path: a gate that is missing, an action too many, no way back."""

from bot.authoring import Step, Workflow, act, ask, decide, either, inquire, plan, propose, review, stop, trigger
from bot.domain.binding import Binding, Retry
from bot.domain.checks import Code
from bot.domain.workflow import Definition
from bot.intents import helpdesk
from tests.domain import sample
from tests.domain.checks.wrong import PROOF, Wrong, answering, loose, proven, small
from tests.domain.checks.wrong_steps import BOTH_CHANGES, open_case, planning
from tests.domain.sample import Category, Draft, Triage, answer, mark


def branching(choices: int) -> Definition:
    """A workflow with that many choices of four, each of which some `stop` rests on."""
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    body: dict[str, object] = {"ticket": ticket, "triage": triage}
    for n in range(choices):
        category = decide(triage, by=lambda it: it.category)
        body |= {f"category{n}": category, f"spam{n}": stop("Spam.", when=category.is_(Category.SPAM))}
    made = type("Branching", (Workflow,), body, version=1)
    assert issubclass(made, Workflow)
    return made.definition


class Unreachable(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    ended = stop("Here.")
    tag = inquire(Draft, of="requester")
    echo = stop("There.")


class NeverBoth(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    bug = ask(Draft, about=ticket, when=category.is_(Category.BUG))
    spam = ask(Draft, about=ticket, when=category.is_(Category.SPAM))
    both = ask(Draft, about=(bug, spam))
    reply = propose(answer, ticket, either(either(bug, spam), both))
    approved = review(reply, by="support")
    sent = act(approved)


class Ungated(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    tagged = loose.act(tag)


class SometimesUngated(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    tag = propose(mark, ticket)
    approved = review(tag, by="support", when=category.is_not(Category.BUG))
    tagged = loose.act(either(approved, tag))


class Forged(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)
    again = loose.act(tagged)


class ActsTwice(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    tag = propose(mark, ticket)
    approved = review(tag, by="support")
    tagged = act(approved)
    again = act(approved)


class ActsOnceOnEitherPath(Workflow, version=1):
    """Nothing is wrong here: no path carries the tag out twice."""

    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    tag = propose(mark, ticket)
    strict = review(tag, by="support", when=category.is_(Category.BUG))
    usual = review(tag, by="support", when=category.is_not(Category.BUG))
    tagged = act(either(strict, usual))


class SeveralGates(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = inquire(Draft, of="requester", about=ticket)
    reply = propose(answer, ticket, draft)
    approved = review(reply, by="support")
    sent = act(approved)


class SeveralOutcomes(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    triage = ask(Triage, about=ticket)
    category = decide(triage, by=lambda it: it.category)
    tag = propose(mark, ticket, when=category.is_(Category.BUG))
    case = propose(open_case, ticket, when=category.is_not(Category.BUG))
    approved = review(tag, by="support")
    tagged = act(approved)
    allowed = review(case, by="support")
    opened = act(allowed)


class NoWayBack(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    reply = propose(answer, ticket, draft)
    tag = propose(mark, ticket)
    setup: Step[object] = loose.plan(reply, tag)
    approved = loose.review(setup, by="support")
    done = act(approved)


class WayBack(Workflow, version=1):
    """Nothing is wrong here: what cannot be undone comes last."""

    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    reply = propose(answer, ticket, draft)
    tag = propose(mark, ticket)
    setup = plan(tag, reply)
    approved = review(setup, by="support")
    done = act(approved)


TAG_AND_REPLY = proven("AddTag", "SendReply")

UNPROVEN = {**TAG_AND_REPLY, "done_when": PROOF}
"""A proof that is not said to be for either of them."""

WRONG = (
    Wrong(
        Code.UNPROVEN,
        "Nothing in [done_when] shows helpdesk.SendReply: were it promised and not made",
        small(WayBack.definition, **UNPROVEN),
    ),
    Wrong(
        Code.UNPROVEN,
        "Nothing in [done_when] shows helpdesk.AddTag: were it promised and not made",
        small(WayBack.definition, **UNPROVEN),
        {**sample.BINDINGS, "helpdesk.AddTag": Binding("helpdesk.AddTag", Retry.BLIND)},
    ),
    Wrong(Code.TOO_MANY_PATHS, "can go more than 1,000 ways", small(branching(7), changes={})),
    Wrong(
        Code.UNREACHABLE,
        "No path comes to “tag”",
        small(Unreachable.definition, changes={}),
        also=frozenset({Code.UNUSED_STEP}),
    ),
    Wrong(Code.UNREACHABLE, "No path comes to “both”", answering(NeverBoth.definition)),
    Wrong(Code.NO_GATE, "“tagged” would be carried out without a gate", small(Ungated.definition)),
    Wrong(Code.NO_GATE, "“tagged” would be carried out without a gate", small(SometimesUngated.definition)),
    Wrong(Code.NO_GATE, "“again” would be carried out without a gate", small(Forged.definition)),
    Wrong(Code.TWICE, "“again” would carry out “tag” again, after “tagged”", small(ActsTwice.definition)),
    Wrong(Code.TOO_MANY_ACTIONS, "carries out 6 actions, and the brief allows 5", small(planning(6))),
    Wrong(Code.SEVERAL_GATES, "people are asked 2 times: “draft”, “approved”", answering(SeveralGates.definition)),
    Wrong(
        Code.SEVERAL_OUTCOMES,
        "several outcomes: helpdesk.OpenTicket, or helpdesk.AddTag",
        small(SeveralOutcomes.definition, **BOTH_CHANGES),
    ),
    Wrong(
        Code.NO_WAY_BACK,
        "“reply” cannot be undone, and more is carried out",
        small(NoWayBack.definition, **TAG_AND_REPLY),
    ),
)

RIGHT = (small(ActsOnceOnEitherPath.definition), small(WayBack.definition, **TAG_AND_REPLY), small(planning(5)))
