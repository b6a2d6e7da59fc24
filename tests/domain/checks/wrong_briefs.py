"""Intents and briefs that are wrong in one way each."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

from bot.adapters.directory.listed import Listed
from bot.authoring import (
    Fact,
    Intent,
    Receipt,
    Risk,
    Workflow,
    act,
    ask,
    inquire,
    look_up,
    propose,
    review,
    trigger,
    wait,
)
from bot.domain.binding import Binding, Retry
from bot.domain.checks import Code
from bot.domain.person import Person, PersonId
from bot.domain.terms import Terms
from bot.domain.workflow import Definition
from bot.intents import helpdesk
from tests.domain import sample
from tests.domain.checks.wrong import PROOF, Small, Wrong, answering, changing, small, support
from tests.domain.checks.wrong_steps import Asking, Due
from tests.domain.sample import SUPPORT, Category, Draft

FINAL = "It is public."


class Confiding(Intent, system="helpdesk", target="ticket_id", risk=Risk.ROUTINE, cannot_be_undone=FINAL):
    ticket_id: str
    api_token: str


class Systemless(Intent, target="ticket_id", risk=Risk.ROUTINE, cannot_be_undone=FINAL):
    ticket_id: str


class Targetless(Intent, system="helpdesk", risk=Risk.ROUTINE, cannot_be_undone=FINAL):
    ticket_id: str


class Mistargeted(Intent, system="helpdesk", target="ticket", risk=Risk.ROUTINE, cannot_be_undone=FINAL):
    ticket_id: str


class Riskless(Intent, system="helpdesk", target="ticket_id", cannot_be_undone=FINAL):
    ticket_id: str


class Final(Intent, system="helpdesk", target="ticket_id", risk=Risk.ROUTINE):
    ticket_id: str


class Contradicting(Intent, system="helpdesk", target="ticket_id", risk=Risk.ROUTINE, cannot_be_undone=FINAL):
    ticket_id: str

    def undone_by(self, receipt: Receipt) -> helpdesk.CloseTicket:
        return helpdesk.CloseTicket(ticket_id=receipt.id)


class Vague(Intent, system="helpdesk", target="ticket_id", risk=Risk.ROUTINE):
    ticket_id: str

    def undone_by(self, receipt: Receipt) -> Intent | None:
        del receipt
        return None


class BadlyUndone(Intent, system="helpdesk", target="ticket_id", risk=Risk.ROUTINE):
    ticket_id: str

    def undone_by(self, receipt: Receipt) -> Riskless:
        return Riskless(ticket_id=receipt.id)


class Misidentified(
    Intent,
    system="helpdesk",
    target="ticket_id",
    risk=Risk.ROUTINE,
    identifiers=("tag_id",),
    cannot_be_undone=FINAL,
):
    ticket_id: str


class Fractional(Intent, system="bank", target="ticket_id", risk=Risk.ROUTINE, cannot_be_undone=FINAL):
    ticket_id: str
    amount: float = 0.5


def risky(risk: Risk) -> type[Intent]:
    """An intent `helpdesk.Risky` of that kind."""

    class Risky(Intent, system="helpdesk", target="ticket_id", risk=risk, cannot_be_undone=FINAL):
        ticket_id: str
        pages: int = 1

    return Risky


def with_intent(intent: type[Intent], **changed: object) -> Terms:
    """A workflow that proposes an intent of that type."""

    def build(ticket: helpdesk.Ticket) -> Intent:
        return intent.model_validate({"ticket_id": ticket.id})

    build.__annotations__["return"] = intent

    class Proposing(Workflow, version=1):
        ticket = trigger(helpdesk.Ticket)
        proposed = propose(build, ticket)
        approved = review(proposed, by="support")
        done = act(approved)

    system, _, name = intent.kind().partition(".")
    return small(Proposing.definition, **{"changes": {system: [name]}, **changed})


def bound(*intents: type[Intent], **changed: Any) -> dict[str, Binding]:
    """Every binding, and these."""
    usual = {intent.kind(): Binding(intent.kind(), Retry.BLIND) for intent in intents}
    return {**sample.BINDINGS, **{kind: replace(binding, **changed) for kind, binding in usual.items()}}


def declared(code: Code, says: str, intent: type[Intent], *others: type[Intent]) -> Wrong:
    """An intent that is declared wrongly."""
    return Wrong(code, says, with_intent(intent), bound(intent, *others))


LEGAL, INCIDENT, DELETION = risky(Risk.LEGAL_DOCUMENT), risky(Risk.INCIDENT), risky(Risk.DELETE_OR_MERGE)
AUTOMATIC: Mapping[str, object] = {"levels": {"helpdesk.Risky": "execute automatically"}}
OVERRIDE: Mapping[str, object] = {
    "intent": "helpdesk.Risky",
    "evidence": "400 deletions without a mistake",
    "undo": "restore from the archive",
    "author": "@nora",
    "approved_by": "@head",
    "on": "2026-01-02",
}


def overridden(**changed: object) -> Terms:
    """A deletion that runs automatically, under an override."""
    return with_intent(DELETION, **AUTOMATIC, overrides=[{**OVERRIDE, **changed}])


# --- rules ------------------------------------------------------------------------------------------------


def grant(ticket: helpdesk.Ticket) -> helpdesk.GrantCredit:
    return helpdesk.GrantCredit(customer_id=ticket.customer_id, cents=500)


class Granting(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    credit = propose(grant, ticket)
    approved = review(credit, by="support")
    granted = act(approved)


def threshold(**changed: object) -> dict[str, object]:
    usual = {"intent": "helpdesk.GrantCredit", "field": "cents", "above": "40 EUR", "reviewers": "support"}
    return {"thresholds": [{name: value for name, value in {**usual, **changed}.items() if value is not None}]}


def granting(**changed: object) -> Terms:
    """Granting a credit, with a threshold changed in some way."""
    return small(Granting.definition, **changing("GrantCredit"), **threshold(**changed))


def holding(function: Callable[..., object] | None) -> Terms:
    """The small workflow with one invariant."""
    terms = small(invariants=[{"rule": "It holds.", "holds": "it_holds"}])
    rules: dict[str, Callable[..., Any]] = {"it_holds": function} if function else {}
    return replace(terms, invariants=rules)


def of_nothing() -> bool:
    return True


def of_another(reply: helpdesk.SendReply) -> bool:
    return bool(reply.body)


def of_a_wrong_type(tag: helpdesk.SendReply) -> bool:
    return bool(tag.body)


def of_a_gate(approved: object) -> bool:
    return bool(approved)


def of_text(tag: helpdesk.AddTag) -> str:
    return tag.tag


def of_a_file(tag: helpdesk.AddTag) -> bool:
    return open(tag.tag).readable()


def of_many(tag: helpdesk.AddTag, *ticket: helpdesk.Ticket) -> bool:
    return tag.tag == str(ticket)


def hooked(**hook: Any) -> Terms:
    """Open to webhooks, by one hook."""
    return small(triggers={"who": ["everyone"], "doors": ["webhook"], "hooks": {"shop": hook}})


def by_form(**given: str | int) -> Terms:
    """Open to forms, of which the brief fills in some."""
    return small(triggers={"who": ["everyone"], "doors": ["form"], "form": {"given": given}})


def not_asking_for(name: str, **given: str) -> Terms:
    """Open to forms that leave a field out."""
    form = {"unasked": [name], "given": given}
    return small(triggers={"who": ["everyone"], "doors": ["form"], "form": form})


def making(name: str, **given: str) -> Terms:
    """Open to forms that fill a field in with an id of their own."""
    form = {"made": [name], "given": given}
    return small(triggers={"who": ["everyone"], "doors": ["form"], "form": form})


def proving(**changed: object) -> Terms:
    usual = {"read": "helpdesk.state_of", "of": "ticket", "field": "status", "is": "answered"}
    return small(done_when={**usual, **changed})


class Inquiring(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    due = inquire(Due, of="lawyers")
    later = wait("due.due_at", after=due)


def failing(**changed: object) -> Terms:
    return small(failure={"when_wrong": {"do": "park", **changed}, "when_unavailable": {"do": "park"}})


def mapped(**changed: object) -> Terms:
    usual = sample.brief().map
    assert usual is not None
    return small(map={**usual.model_dump(), **changed})


def known(*handles: str, left: str = "") -> Listed:
    """A directory of these, and of one whose account is deactivated."""
    everybody = [(handle, True) for handle in handles] + ([(left, False)] if left else [])
    return Listed(Person(PersonId(f"t/{who[1:]}"), who[1:].title(), who, active=active) for who, active in everybody)


class Routed(Fact):
    """A ticket that comes with its category."""

    category: Category


class Routing(Workflow, version=1):
    routed = trigger(Routed)
    ticket = inquire(helpdesk.Ticket, of="requester", about=routed)


class Lots(Fact):
    """What shall it be?"""

    amounts: tuple[int, ...]


class AsksOutside(Workflow, version=1):
    """The order of these is wrong on purpose: `account` is read after the question."""

    ticket = trigger(helpdesk.Ticket)
    draft = ask(Draft, about=ticket)
    due = inquire(Due, of="customers", about=draft)
    account = look_up(helpdesk.account_of, ticket)


class AsksWhatNobodyTypes(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    lots = inquire(Lots, of="customers", about=ticket)


def outside(mail: str, definition: Definition = AsksOutside.definition, /, **changed: object) -> Terms:
    """Somebody outside is asked, at this address."""
    customers = {"mail": mail, "remind_after": "3d", **cast("dict[str, object]", changed.pop("customers", {}))}
    usual = {
        "changes": {"helpdesk": ["AddTag"], "mail": ["SendMail"]},
        "reads": {"helpdesk": ["state_of", "account_of"]},
    }
    return small(definition, outsiders={"customers": customers}, **{**usual, **changed})


UNUSED = frozenset({Code.UNUSED_SYSTEM})
BESIDES = frozenset({Code.UNUSED_SYSTEM, Code.UNUSED_STEP, Code.NO_PROMPT, Code.NO_BINDING})
DAILY: Mapping[str, object] = {"who": ["everyone"], "doors": ["schedule"], "schedule": "0 9 * * *"}
SELF_APPROVED = overridden(approved_by="@nora")

WRONG = (
    Wrong(
        Code.CONTRADICTION, "`reviewers.support` has neither `members` nor a `usergroup`", small(**support(members=[]))
    ),
    Wrong(
        Code.CONTRADICTION,
        "remind_after` is 3d, but everything expires after 2d",
        small(**support(remind_after="3d", expires_after="2d")),
    ),
    Wrong(Code.CONTRADICTION, "`done_when.read` is helpdesk.state_of, which [reads] does not allow", small(reads={})),
    Wrong(Code.CONTRADICTION, "`failure.when_wrong.group` is “night shift”", failing(group="night shift")),
    Wrong(Code.NOTHING_TO_FILL_IN, "`failure.when_wrong` asks a person to fill in", failing(do="ask a person")),
    Wrong(
        Code.NOTHING_TO_FILL_IN,
        "`failure.when_unavailable` asks a person to fill in what the model failed to give, and no step asks",
        small(failure={"when_wrong": {"do": "park"}, "when_unavailable": {"do": "ask a person", "group": "support"}}),
    ),
    Wrong(Code.CONTRADICTION, "says neither `above` nor `below` what", granting(above=None)),
    Wrong(
        Code.CONTRADICTION,
        '`levels."helpdesk.SendReply"` is about helpdesk.SendReply, which [changes] does not allow',
        small(levels={"helpdesk.SendReply": "draft"}),
    ),
    Wrong(
        Code.CONTRADICTION,
        "was approved by its own author, @nora",
        SELF_APPROVED,
        bound(DELETION),
        also=frozenset({Code.AVOID_EARLY}),
    ),
    Wrong(
        Code.DOUBTFUL,
        "support has one member, who may not approve what they asked for",
        small(),
        today=date(2026, 1, 2),
    ),
    Wrong(
        Code.DOUBTFUL,
        "This brief was to be looked at again by 2026-01-01",
        small(review_date="2026-01-01", **support(members=["@mia", "@jonas"])),
        today=date(2026, 1, 2),
    ),
    Wrong(
        Code.AVOID_EARLY,
        "helpdesk.Risky (delete or merge) is set to “execute automatically” without a recorded override",
        overridden(approved_by="Nora"),
        bound(DELETION),
    ),
    Wrong(
        Code.WRONG_SCOPE,
        "[scope] waits for routed.category to be red, and that cannot be",
        small(
            Routing.definition,
            changes={},
            done_when={"read": "helpdesk.state_of", "of": "ticket", "field": "status", "is": "answered"},
            scope=[{"field": "routed.category", "values": ["bug", "red"]}],
        ),
    ),
    declared(Code.NO_SYSTEM, "Systemless does not say which system it changes", Systemless),
    declared(Code.NO_TARGET, "Targetless names nothing as the record", Targetless),
    declared(Code.NO_TARGET, "Mistargeted names “ticket”, which is no field of it", Mistargeted),
    declared(Code.NO_RISK, "Riskless does not say what kind of damage it can do", Riskless),
    declared(Code.NO_RISK, "Riskless does not say what kind of damage", BadlyUndone, Riskless),
    declared(Code.NO_COMPENSATION, "says neither how it is undone nor that it cannot be", Final),
    declared(Code.NO_COMPENSATION, "that it cannot be undone, and how it is undone", Contradicting),
    declared(Code.NO_COMPENSATION, "does not declare by which intent", Vague),
    declared(Code.UNKNOWN_IDENTIFIER, "protects “tag_id” as an identifier", Misidentified),
    declared(Code.INEXACT, "Fractional.amount is a number with fractions", Fractional),
    Wrong(
        Code.NO_BINDING,
        "helpdesk.DeleteTag is bound to no system here",
        small(),
        {"helpdesk.AddTag": sample.BINDINGS["helpdesk.AddTag"]},
    ),
    Wrong(Code.NO_RETRY_CLASS, "may be done again after a crash", small(), bound(helpdesk.AddTag, retry=None)),
    Wrong(
        Code.NO_MEMORY,
        "without the time for which its system remembers a key",
        small(),
        bound(helpdesk.AddTag, retry=Retry.IDEMPOTENT),
    ),
    Wrong(
        Code.NO_MEMORY,
        "without the time for which its system remembers a key",
        small(),
        bound(helpdesk.AddTag, retry=Retry.IDEMPOTENT, remembers=timedelta()),
    ),
    Wrong(
        Code.UNKNOWN_REVIEWERS,
        "“approved” asks “support”, and the brief has no such reviewers",
        small(reviewers={"finance": SUPPORT}),
    ),
    Wrong(Code.UNKNOWN_REVIEWERS, "“approved” asks “finance”", sample.terms(reviewers={"support": SUPPORT})),
    Wrong(
        Code.UNKNOWN_REVIEWERS,
        "“due” asks “lawyers”, who is neither the requester nor a group",
        small(Inquiring.definition, changes={}),
    ),
    Wrong(Code.WRONG_OUTSIDERS, "“draft” is no record: nobody vouches", outside("draft.body"), also=BESIDES),
    Wrong(Code.WRONG_OUTSIDERS, "there is no step “order”", outside("order.email"), also=BESIDES),
    Wrong(Code.WRONG_OUTSIDERS, "“ticket” has no such field", outside("ticket.mail"), also=BESIDES),
    Wrong(Code.WRONG_OUTSIDERS, "“due” asks customers before “account”", outside("account.name"), also=BESIDES),
    Wrong(
        Code.WRONG_OUTSIDERS,
        "[data] calls “ticket.email” secret",
        outside("ticket.email", data={"classes": {"ticket.email": "secret"}}),
        also=BESIDES | {Code.WRONG_CLASS},
    ),
    Wrong(
        Code.WRONG_OUTSIDERS,
        "“lots” asks for what nobody can type into a page: ",
        outside("ticket.email", AsksWhatNobodyTypes.definition),
        also=BESIDES,
    ),
    Wrong(
        Code.UNDECLARED_CHANGE,
        "“due” asks somebody outside by mail.SendMail, which the brief does not allow",
        outside("ticket.email", changes={"helpdesk": ["AddTag"]}),
        also=BESIDES,
    ),
    Wrong(
        Code.NO_BINDING,
        "“due” writes a mail, and mail.SendMail is bound to no system",
        outside("ticket.email"),
        also=BESIDES - {Code.NO_BINDING},
    ),
    Wrong(
        Code.UNUSED_SYSTEM,
        "[outsiders.customers] is asked by no step",
        outside("ticket.email", Small.definition, changes={"helpdesk": ["AddTag"]}),
        also=BESIDES - UNUSED,
    ),
    Wrong(
        Code.CONTRADICTION,
        "`outsiders.customers.mail` is “ticket”, which is no field",
        outside("ticket", Small.definition),
        also=BESIDES | {Code.WRONG_OUTSIDERS},
    ),
    Wrong(
        Code.CONTRADICTION,
        "remind_after` is 3d, but the link ends after 2d",
        outside("ticket.email", customers={"expires_after": "2d"}),
        also=BESIDES,
    ),
    Wrong(
        Code.CONTRADICTION,
        "“support” stands for somebody else already",
        small(outsiders={"support": {"mail": "ticket.email"}}),
        also=BESIDES,
    ),
    Wrong(
        Code.UNKNOWN_EVIDENCE,
        "“support” are to see “history”, and there is no such step",
        small(**support(evidence=["ticket", "history"])),
    ),
    Wrong(
        Code.NO_SPECIALIST,
        "“approved” lets “support” decide on helpdesk.Risky (legal document)",
        with_intent(LEGAL, compliance="Contract law."),
        bound(LEGAL),
    ),
    Wrong(
        Code.NO_SPECIALIST,
        "“approved” lets “clerks” decide on helpdesk.Risky",
        with_intent(
            LEGAL,
            compliance="Contract law.",
            reviewers={"support": {**SUPPORT, "specialist": True}, "clerks": SUPPORT},
            **threshold(intent="helpdesk.Risky", field="pages", above=3, reviewers="clerks"),
        ),
        bound(LEGAL),
    ),
    Wrong(
        Code.HIDDEN_COMPLIANCE,
        "helpdesk.Risky (legal document), and compliance is “none”",
        with_intent(LEGAL, **support(specialist=True)),
        bound(LEGAL),
    ),
    Wrong(
        Code.AVOID_EARLY,
        "helpdesk.Risky (delete or merge) is set to “execute automatically” without a recorded override",
        with_intent(DELETION, **AUTOMATIC),
        bound(DELETION),
    ),
    Wrong(
        Code.AVOID_EARLY,
        "helpdesk.Risky (delete or merge) is set to “execute automatically”",
        with_intent(DELETION, levels={"approved": "execute automatically"}, stage="automatic"),
        bound(DELETION),
    ),
    Wrong(
        Code.SUPERVISED,
        "helpdesk.AddTag is set to “execute automatically”, and nobody here vouches for how its system carries it out",
        small(levels={"helpdesk.AddTag": "execute automatically"}),
        {**sample.BINDINGS, "helpdesk.AddTag": replace(sample.BINDINGS["helpdesk.AddTag"], supervised=True)},
    ),
    Wrong(
        Code.HUMAN_ONLY,
        "is for people alone, and at stage approved with level “execute with approval” the bot would",
        with_intent(INCIDENT),
        bound(INCIDENT),
    ),
    Wrong(
        Code.WRONG_OVERRIDE,
        "An override is for helpdesk.SendReply, which this workflow does not propose",
        small(overrides=[{**OVERRIDE, "intent": "helpdesk.SendReply"}], **changing("AddTag", "SendReply")),
        also=UNUSED,
    ),
    Wrong(
        Code.UNKNOWN_LEVEL,
        "[levels] names “answer”, which is neither a review nor an intent",
        small(levels={"answer": "draft"}),
    ),
    Wrong(
        Code.WRONG_THRESHOLD,
        "an intent that this workflow does not propose",
        small(**threshold(), **changing("AddTag", "GrantCredit")),
        also=UNUSED,
    ),
    Wrong(Code.WRONG_THRESHOLD, "names “amount”, which is no field of it", granting(field="amount")),
    Wrong(Code.WRONG_THRESHOLD, "compares “reason”, which is not a number", granting(field="reason")),
    Wrong(
        Code.WRONG_THRESHOLD,
        "is in money, and the intent has no field `currency`",
        with_intent(
            LEGAL,
            compliance="Contract law.",
            **support(specialist=True),
            **threshold(intent="helpdesk.Risky", field="pages"),
        ),
        bound(LEGAL),
    ),
    Wrong(Code.UNKNOWN_CONFIDENCE, "[confidence] names “triage”", small(confidence={"triage": "90 %"})),
    Wrong(
        Code.NO_CONFIDENCE,
        "At stage limited no confidence is asked of “draft”",
        answering(Asking.definition, stage="limited"),
    ),
    Wrong(Code.UNKNOWN_INVARIANT, "“it_holds”, and the workflow file has no such function", holding(None)),
    Wrong(Code.WRONG_INVARIANT, "of_nothing takes no step", holding(of_nothing)),
    Wrong(Code.WRONG_INVARIANT, "takes “reply”, and there is no such step", holding(of_another)),
    Wrong(Code.WRONG_INVARIANT, "takes “tag” as SendReply, and that step gives AddTag", holding(of_a_wrong_type)),
    Wrong(Code.WRONG_INVARIANT, "takes “approved”, which is a step that gives no value", holding(of_a_gate)),
    Wrong(Code.WRONG_INVARIANT, "of_text does not return bool", holding(of_text)),
    Wrong(Code.WRONG_INVARIANT, "of_a_file calls open", holding(of_a_file)),
    Wrong(Code.WRONG_INVARIANT, "of_many takes more than named values", holding(of_many)),
    Wrong(Code.WRONG_PROOF, "is about “order”, and there is no such step", proving(of="order")),
    Wrong(
        Code.WRONG_PROOF,
        "reads helpdesk.mood_of, which no connected system knows",
        small(
            reads={"helpdesk": ["mood_of"]},
            done_when={"read": "helpdesk.mood_of", "of": "ticket", "field": "mood", "is": "good"},
        ),
    ),
    Wrong(Code.WRONG_PROOF, "by “tag”, which does not give Ticket", proving(of="tag")),
    Wrong(Code.WRONG_PROOF, "waits for mood to be 'good', and that cannot be", proving(field="mood", **{"is": "good"})),
    Wrong(
        Code.WRONG_PROOF,
        "waits for status to have changed, and no step has read helpdesk.state_of by “ticket” before",
        proving(changed=True, **{"is": None}),
    ),
    Wrong(
        Code.WRONG_PROOF,
        "waits for mood to have changed, and helpdesk.state_of has no such field",
        proving(field="mood", changed=True, **{"is": None}),
    ),
    Wrong(Code.CONTRADICTION, "[done_when] says both `is` and `changed`", proving(changed=True)),
    Wrong(Code.CONTRADICTION, "[done_when] says neither `is` nor `changed`", proving(**{"is": None})),
    Wrong(Code.WRONG_PROOF, "waits for status to be 'replied'", proving(**{"is": "replied"})),
    Wrong(Code.WRONG_PROOF, "waits for messages to be 'two'", proving(field="messages", **{"is": "two"})),
    Wrong(
        Code.WRONG_PROOF,
        "[done_when] has helpdesk asked for helpdesk.AddTag, and it cannot tell what was done under a key.",
        small(done_when={"found": "helpdesk.AddTag"}, reads={}),
        bound(helpdesk.AddTag),
    ),
    Wrong(
        Code.WRONG_PROOF,
        "[done_when] has helpdesk asked for helpdesk.AddTag, and it cannot tell what was done under a key.",
        small(done_when={"found": "helpdesk.AddTag"}, reads={}),
        bound(helpdesk.AddTag, retry=Retry.IDEMPOTENT, remembers=timedelta(days=1), shown=False),
    ),
    Wrong(
        Code.WRONG_PROOF,
        "`done_when.found` is about helpdesk.SendReply, which no step proposes.",
        small(changes={"helpdesk": ["AddTag", "SendReply"]}, done_when={"found": "helpdesk.SendReply"}, reads={}),
        also=frozenset({Code.UNUSED_SYSTEM, Code.UNPROVEN}),
    ),
    Wrong(
        Code.WRONG_PROOF,
        "`done_when[2].for` is about helpdesk.SendReply, which no step proposes.",
        small(
            changes={"helpdesk": ["AddTag", "SendReply"]},
            done_when=[{"found": "helpdesk.AddTag"}, {**PROOF, "for": ["helpdesk.SendReply"]}],
        ),
        also=frozenset({Code.UNUSED_SYSTEM}),
    ),
    Wrong(
        Code.CONTRADICTION,
        "`done_when.found` is about helpdesk.SendReply, which [changes] does not allow",
        small(done_when={"found": "helpdesk.SendReply"}, reads={}),
        also=frozenset({Code.UNPROVEN}),
    ),
    Wrong(
        Code.CONTRADICTION,
        "`done_when.for` is about helpdesk.AdTag, which [changes] does not allow",
        proving(**{"for": ["helpdesk.AdTag"]}),
        also=frozenset({Code.UNPROVEN}),
    ),
    Wrong(
        Code.WRONG_PROOF,
        "reads helpdesk.state_of by “ticket.subject”, which does not give Ticket",
        proving(of="ticket.subject"),
    ),
    Wrong(
        Code.WRONG_SCOPE,
        "[scope] names “ticket.country”, which is no field of the trigger's Ticket",
        small(scope=[{"field": "ticket.country", "values": ["DE"]}]),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "needs more than its words: id, customer_id, email, subject",
        small(triggers={"who": ["everyone"], "channels": ["#help"]}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "starts it by the clock, and nobody fills in what Ticket needs: id, customer_id, email, subject, body",
        small(triggers={"who": ["everyone"], "doors": ["schedule"], "schedule": "0 9 * * *"}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.identity` names “number”, and Ticket has no such field",
        small(triggers={"who": ["everyone"], "identity": ["id", "number"]}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.moment` is “subject”, and Ticket has no such field for a day or a time",
        small(triggers={"who": ["everyone"], "doors": ["schedule"], "schedule": "0 9 * * *", "moment": "subject"}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.values` fills in “emial”, and Ticket has no such field",
        small(triggers={**DAILY, "values": {"emial": "ana@example.com"}}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "nobody fills in what Ticket needs: id, email",
        small(triggers={**DAILY, "values": {"customer_id": "C-1", "subject": "It is nine.", "body": "Look."}}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.values` fills in subject, and that makes no Ticket: subject: Input should be a valid string",
        small(
            triggers={
                **DAILY,
                "values": {
                    **dict.fromkeys(("id", "customer_id", "body"), "T-1"),
                    "email": "ana@example.com",
                    "subject": 9,
                },
            }
        ),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.hooks.shop.fields.number` is for “number”, and Ticket has no such field",
        hooked(fields={**{name: name for name in helpdesk.Ticket.model_fields}, "number": "data.number"}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.hooks.shop.fields` says nothing of what Ticket needs: customer_id, email, subject, body",
        hooked(fields={"id": "data.id"}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.hooks.shop.ends` is “reply”, which is no wait that an event may end",
        hooked(ends="reply"),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.form.given.source` is for “source”, and Ticket has no such field",
        by_form(source="web form"),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.form.given.email` fits in no Ticket: Input should be a valid string",
        by_form(email=7),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.form.made` names “source”, and Ticket has no such field",
        making("source"),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.form.made` fills in “email” with an id, which does not fit",
        making("email"),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.form.made` fills in “id”, and the form says something else about it as well",
        making("id", id="T-1"),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.form.unasked` names “source”, and Ticket has no such field",
        not_asking_for("source"),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.form.unasked` leaves out “email”, and Ticket cannot be without it",
        not_asking_for("email"),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "`triggers.form.unasked` leaves out “language”, which triggers.form.given fills in",
        not_asking_for("language", language="de"),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "A mail cannot start it: nobody fills in what Ticket needs: id, customer_id, email, subject",
        small(triggers={"who": ["everyone"], "doors": ["mail"]}),
    ),
    Wrong(
        Code.WRONG_TRIGGER,
        "no field of Routed takes free text",
        small(
            Routing.definition,
            changes={},
            done_when={"read": "helpdesk.state_of", "of": "ticket", "field": "status", "is": "answered"},
            triggers={"who": ["everyone"], "reactions": {"ticket": ["#help"]}},
        ),
    ),
    Wrong(
        Code.UNKNOWN_DATA,
        "[data] names “ticket.mail”, and no step gives such a field",
        small(data={"classes": {"ticket.mail": "personal"}}),
    ),
    Wrong(
        Code.WRONG_CLASS,
        "[data] calls “cents” secret, and credit.cents cannot hold the mark",
        small(Granting.definition, **changing("GrantCredit"), data={"classes": {"cents": "secret"}}),
        also=frozenset({Code.UNSENDABLE}),
    ),
    Wrong(
        Code.WRONG_CLASS,
        "[data] calls “ticket.id” secret",
        small(data={"classes": {"ticket.id": "secret"}}),
    ),
    Wrong(
        Code.WRONG_CLASS,
        "[data] names “ticket.subject” as the subject and keeps nothing of it",
        small(data={"classes": {"subject": "secret"}, "subject": "ticket.subject"}),
    ),
    Wrong(
        Code.UNSENDABLE,
        "proposes helpdesk.AddTag, whose field tag would hold a secret",
        small(data={"classes": {"tag.tag": "secret"}}),
    ),
    Wrong(
        Code.UNSENDABLE,
        "whose field api_token would hold a secret",
        with_intent(Confiding),
        bound(Confiding),
    ),
    Wrong(Code.UNKNOWN_DATA, "[data] names “ticket.person”", small(data={"subject": "ticket.person"})),
    Wrong(Code.SEVERAL_OWNERS, "The owner is “@nora, @tom”, which is more than one", small(owner="@nora, @tom")),
    Wrong(Code.SEVERAL_OWNERS, "The pager is “@ops and @dev”", small(pager="@ops and @dev")),
    Wrong(Code.UNKNOWN_PERSON, "`owner` names @nora, whom nobody here knows", small(), people=known("@tom", "@mia")),
    Wrong(
        Code.UNKNOWN_PERSON,
        "`owner` names Nora, whose account is deactivated",
        small(),
        people=known("@tom", "@mia", left="@nora"),
    ),
    Wrong(
        Code.HAS_LEFT,
        "`reviewers.support.members[1]` names Mia, whose account is deactivated",
        small(),
        people=known("@nora", "@tom", left="@mia"),
    ),
    Wrong(
        Code.UNKNOWN_PERSON,
        "`owner` writes “Nora”, and Nora is called @nora in a brief",
        small(owner="Nora"),
        people=known("@nora", "@tom", "@mia"),
    ),
    Wrong(
        Code.UNKNOWN_PERSON,
        "`reviewers.support.members[1]` writes “@MIA”, and Mia is called @mia in a brief",
        small(**support(members=["@MIA"])),
        people=known("@nora", "@tom", "@mia"),
    ),
    Wrong(
        Code.SAME_PERSON,
        "`reviewers.support.members[2]` names Mia, who stands in this list already",
        small(**support(members=["@mia", "t/mia", "@tom"], needed=2)),
        people=known("@nora", "@tom", "@mia"),
    ),
    Wrong(
        Code.SAME_PERSON,
        "`overrides[1].approved_by` names t/nora, who is the author, @nora",
        overridden(approved_by="t/nora"),
        bound(DELETION),
        people=known("@nora", "@tom", "@mia"),
    ),
    Wrong(Code.MAP_GAPS, "says nothing about: tools, cost of a mistake", mapped(tools=[], cost_of_a_mistake="")),
    Wrong(Code.MAP_GAPS, "says nothing about: current owner, decision points", small(map=None)),
)
RIGHT = (
    (overridden(), bound(DELETION)),
    (with_intent(INCIDENT, levels={"helpdesk.Risky": "recommend"}), bound(INCIDENT)),
    (with_intent(INCIDENT, stage="assisted"), bound(INCIDENT)),
    (granting(), sample.BINDINGS),
    (granting(above=None, below=100), sample.BINDINGS),
    (failing(group="support"), sample.BINDINGS),
    (
        small(data={"classes": {"ticket.email": "personal", "body": "personal"}, "subject": "ticket.email"}),
        sample.BINDINGS,
    ),
)
