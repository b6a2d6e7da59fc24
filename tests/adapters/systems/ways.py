"""One sample of every way of every desk, and what each desk refuses: a new way without a sample fails the tests."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.domain.intent import Fact, Intent
from bot.intents import accounts, billing, calendar, chat, crm, helpdesk, hiring, mail, reports, tasks
from tests.adapters.systems.desk import NOON

_CREDIT = billing.GrantCredit(customer_id="C-106", cents=5_00, reason="Late delivery")
_INVOICE = billing.RecordInvoice(
    invoice_id="IN-1",
    supplier="Northwind Label Works",
    number="NL-3001",
    order_id="PO-501",
    due=date(2026, 3, 30),
    net_cents=1_200_00,
    tax_cents=228_00,
    total_cents=1_428_00,
)
_MEETING = calendar.BookMeeting(
    host="@sam", guest="ewan@glen-cycles.example", title="First look", starts_at=NOON + timedelta(days=1)
)

SAMPLES: tuple[Intent, ...] = (
    helpdesk.SendReply(ticket_id="T-1001", body="We refund it today."),
    helpdesk.AddTag(ticket_id="T-1002", tag="bug"),
    helpdesk.DeleteTag(ticket_id="T-1005", tag_id="G-32"),
    helpdesk.CloseTicket(ticket_id="T-1003"),
    helpdesk.ReopenTicket(ticket_id="T-971"),
    helpdesk.OpenTicket(customer_id="C-109", subject="Call back", body="At nine."),
    helpdesk.GrantCredit(customer_id="C-106", cents=2_50, reason="Delay"),
    helpdesk.NotifyPartner(ticket_id="T-1005", text="Stations are down."),
    crm.CreateLead(email="aoife@greenway-cycles.example", name="Aoife Byrne", owner="@mia", summary="Rental."),
    crm.UpdateDeal(deal_id="D-201", stage=crm.Stage.NEGOTIATION, cents=1_999_00, next_step_on=date(2026, 3, 9)),
    crm.LogNote(deal_id="D-202", text="They called: the board meets on Friday."),
    crm.SendFollowUp(deal_id="D-203", subject="The planner", body="Shall I show it to you on Tuesday?"),
    crm.SendFirstResponse(
        email="ewan@glen-cycles.example", lead_id="L-304", sender="@sam", subject="Hello", body="Three huts: gladly."
    ),
    mail.SendMail(to="desk@brambleside-bikes.example", subject="Re: Branch", body="It works for both."),
    billing.RefundPayment(order_id="O-401", cents=30_00, reason="Rolls missing"),
    _CREDIT,
    _INVOICE,
    billing.CancelSubscription(account_id="AC-9", subscription_id="SB-9"),
    accounts.CreateAccount(customer_id="C-110", company="Speichenstube Lindau", plan=accounts.Plan.SOLO),
    accounts.GrantAccess(account_id="AC-5", email="gareth@brambleside-bikes.example", role="member"),
    accounts.GrantTool(request_id="R-801", requester="@leo", tool="Screen recorder"),
    accounts.PassOn(request_id="R-804", team="it", title="New battery", body="Forty minutes only."),
    hiring.ShareSummary(application_id="A-601", summary="Five years of support by mail."),
    _MEETING,
    tasks.OpenIssue(project="onboarding", title="Set Speichenstube up"),
    tasks.CloseIssue(issue_id="S-704"),
    tasks.ReopenIssue(issue_id="S-705"),
    tasks.AddComment(issue_id="S-701", body="Where it stands: shipped, Lavoir has not answered."),
    chat.PostMessage(channel="#ops", title="Week 9", text="Calmer.", chart="Tickets", labels=("a", "b"), values=(1, 2)),
    reports.AppendRow(sheet="weekly-reports", cells=("2026-W09", "Calmer.")),
)
"""What a fresh office takes as it stands."""

UNDOING: Mapping[str, str] = {
    "helpdesk.WithdrawCredit": "helpdesk.GrantCredit",
    "crm.DeleteLead": "crm.CreateLead",
    "crm.RestoreDeal": "crm.UpdateDeal",
    "crm.DeleteNote": "crm.LogNote",
    "billing.WithdrawCredit": "billing.GrantCredit",
    "billing.VoidInvoice": "billing.RecordInvoice",
    "accounts.DeleteAccount": "accounts.CreateAccount",
    "accounts.RevokeAccess": "accounts.GrantAccess",
    "accounts.TakeToolBack": "accounts.GrantTool",
    "accounts.CallBack": "accounts.PassOn",
    "hiring.WithdrawSummary": "hiring.ShareSummary",
    "calendar.CancelMeeting": "calendar.BookMeeting",
    "tasks.DeleteComment": "tasks.AddComment",
    "chat.DeleteMessage": "chat.PostMessage",
    "reports.DeleteRow": "reports.AppendRow",
}
"""What needs something to be there first: each takes back the sample of another kind."""

AFTER_ANOTHER: Mapping[str, tuple[Intent, Intent]] = {
    "billing.StartSubscription": (
        billing.CancelSubscription(account_id="AC-9", subscription_id="SB-9"),
        billing.StartSubscription(account_id="AC-9", plan="Fleet", cents=149_00),
    )
}
"""What needs another change first."""

REFUSED: tuple[tuple[Intent, str], ...] = (
    (crm.UpdateDeal(deal_id="D-210", cents=1), "closed (won)"),
    (crm.UpdateDeal(deal_id="D-99", cents=1), "no deal D-99"),
    (crm.UpdateDeal(deal_id="D-201", stage=crm.Stage.PROPOSAL), "nothing to change"),
    (crm.RestoreDeal(deal_id="D-201", change_id="DC-9"), "no change DC-9"),
    (crm.SendFollowUp(deal_id="D-211", subject="x", body="x"), "closed (lost)"),
    (crm.LogNote(deal_id="D-99", text="x"), "no deal D-99"),
    (crm.DeleteNote(deal_id="D-201", note_id="DN-1"), "no note DN-1"),
    (crm.CreateLead(email="Ewan@glen-cycles.example", name="x", owner="@leo"), "L-304, which @sam looks after"),
    (crm.DeleteLead(email="x@y.example", lead_id="L-304"), "no lead L-304"),
    (
        crm.SendFirstResponse(email="ewan@glen-cycles.example", lead_id="L-304", sender="@leo", subject="x", body="x"),
        "@sam looks after L-304",
    ),
    (mail.SendMail(to="Old-Shop@closed-cycles.example", subject="x", body="x"), "does not exist any more"),
    (billing.RefundPayment(order_id="O-401", cents=189_01), "189.00 EUR of it can still be paid back"),
    (billing.RefundPayment(order_id="O-408", cents=1), "0.00 EUR of it can still be paid back"),
    (billing.RefundPayment(order_id="O-401", cents=1, currency="GBP"), "was paid in EUR"),
    (billing.RefundPayment(order_id="O-99", cents=1), "no order O-99"),
    (billing.GrantCredit(customer_id="C-9", cents=1), "no customer C-9"),
    (billing.WithdrawCredit(customer_id="C-106", credit_id="BC-9", cents=1), "no credit BC-9 of 0.01 EUR"),
    (_INVOICE.model_copy(update={"total_cents": 1}), "do not add up"),
    (_INVOICE.model_copy(update={"number": "NL-2291"}), "as BE-1"),
    (_INVOICE.model_copy(update={"invoice_id": "IN-90"}), "as BE-1"),
    (_INVOICE.model_copy(update={"order_id": "PO-999"}), "no order PO-999"),
    (billing.VoidInvoice(invoice_id="IN-90", entry_id="BE-2"), "no entry BE-2"),
    (billing.StartSubscription(account_id="AC-1", plan="Fleet", cents=1), "is billed for AC-1 already"),
    (billing.StartSubscription(account_id="AC-99", plan="Fleet", cents=1), "no account AC-99"),
    (billing.CancelSubscription(account_id="AC-1", subscription_id="SB-2"), "no subscription SB-2"),
    (accounts.CreateAccount(customer_id="C-101", company="x", plan=accounts.Plan.SOLO), "has an account already: AC-1"),
    (accounts.DeleteAccount(customer_id="C-101", account_id="AC-1"), "still billed (SB-1)"),
    (accounts.DeleteAccount(customer_id="C-102", account_id="AC-1"), "not one of customer C-102"),
    (accounts.GrantAccess(account_id="AC-99", email="x@y.example"), "no account AC-99"),
    (
        accounts.GrantAccess(account_id="AC-5", email="Desk@brambleside-bikes.example"),
        "may use the account AC-5 already",
    ),
    (accounts.RevokeAccess(account_id="AC-5", grant_id="AG-1", email="x@y.example"), "no access AG-1"),
    (accounts.GrantTool(request_id="R-801", requester="@mia", tool="screen recorder"), "has screen recorder already"),
    (accounts.GrantTool(request_id="R-801", requester="@nobody", tool="x"), "Nobody here is known as @nobody"),
    (accounts.TakeToolBack(request_id="R-801", grant_id="TG-1", requester="@leo", tool="x"), "given nothing as TG-1"),
    (accounts.PassOn(request_id="R-809", team="it", title="x", body="x"), "with the team procurement already, as J-1"),
    (accounts.CallBack(request_id="R-801", job_id="J-1"), "not with a team as J-1"),
    (hiring.ShareSummary(application_id="A-607", summary="x"), "was withdrawn"),
    (hiring.ShareSummary(application_id="A-99", summary="x"), "no application A-99"),
    (hiring.WithdrawSummary(application_id="A-601", summary_id="AS-1"), "no summary AS-1"),
    (_MEETING.model_copy(update={"host": "@nadia"}), "@nadia keeps no calendar"),
    (_MEETING.model_copy(update={"starts_at": NOON}), "is over"),
    (_MEETING.model_copy(update={"host": "@leo", "starts_at": NOON.replace(day=4, hour=9, minute=45)}), "is taken"),
    (calendar.CancelMeeting(host="@leo", event_id="E-1001"), "has been held"),
    (calendar.CancelMeeting(host="@sam", event_id="E-1006"), "no meeting E-1006"),
    (tasks.OpenIssue(project="nowhere", title="x"), "no project nowhere. It has onboarding"),
    (tasks.CloseIssue(issue_id="S-705"), "closed already"),
    (tasks.ReopenIssue(issue_id="S-701"), "open already"),
    (tasks.AddComment(issue_id="S-99", body="x"), "no issue S-99"),
    (tasks.DeleteComment(issue_id="S-701", comment_id="IC-1"), "Jonas wrote the comment IC-1"),
    (tasks.DeleteComment(issue_id="S-701", comment_id="IC-99"), "no comment IC-99"),
    (chat.PostMessage(channel="#nowhere", title="x", text="x"), "no channel #nowhere"),
    (chat.PostMessage(channel="#spring-fair", title="x", text="x"), "is archived"),
    (chat.PostMessage(channel="#ops", title="x", text="x", labels=("a",)), "as many labels as values"),
    (chat.DeleteMessage(channel="#ops", message_id="M-2"), "no message M-2 of ours in #ops"),
    (reports.AppendRow(sheet="nowhere", cells=("x",)), "no sheet nowhere. There are call-log"),
    (reports.DeleteRow(sheet="call-log", row_id="ROW-1"), "no line ROW-1"),
)
"""What a fresh office refuses, with a part of the sentence."""

_ORDER = accounts.SignedOrder(
    order_id="SO-901",
    customer_id="C-110",
    company="Speichenstube Lindau",
    plan=accounts.Plan.SOLO,
    admin_email="hallo@speichenstube.example",
    cents=19_00,
)
_BILL = billing.InvoiceFields(
    supplier="Northwind Label Works", number="NL-1", order_id="po 501", net_cents=1, total_cents=1
)
_DEAL = crm.Deal(
    deal_id="D-201",
    name="",
    company_id="",
    company="",
    contact="",
    email="",
    stage=crm.Stage.NEW,
    cents=0,
    currency="",
    owner="",
    quiet_since=date(2026, 1, 1),
)
_PAID = billing.Order(
    order_id="O-401",
    customer_id="C-105",
    customer="",
    item="",
    cents=0,
    currency="",
    paid_on=date(2026, 1, 1),
    seen_on=NOON.date(),
)
_TICKET = helpdesk.Ticket(id="T-1001", customer_id="C-105", email="a@b.example", subject="", body="")

ASKED: Mapping[str, Fact] = {
    "helpdesk.account_of": _TICKET,
    "helpdesk.state_of": _TICKET,
    "helpdesk.ticket_of": _TICKET,
    "crm.company_of": crm.Inquiry(name="Harriet Lowe", email="harriet@brambleside-bikes.example"),
    "crm.deal_of": crm.DealRef(deal_id="D-201"),
    "crm.deal_of_touch": crm.Touch(deal_id="D-201"),
    "crm.deal_of_call": crm.Call(deal_id="D-201", notes="x"),
    "crm.deal_of_quiet": crm.Quiet(deal_id="D-201", quiet_since=date(2026, 1, 1)),
    "crm.deal_of_change": crm.StageChange(deal_id="D-201", stage=crm.Stage.WON, was=crm.Stage.NEW),
    "crm.history_of": _DEAL,
    "crm.quiet_deals": crm.Sweep(day=NOON.date()),
    "mail.thread_of": mail.Email(id="m@x.example", sender="harriet@brambleside-bikes.example"),
    "mail.sent_to": mail.Addressee(address="harriet@brambleside-bikes.example"),
    "billing.order_of": billing.RefundRequest(order_id="O-401", reason="x"),
    "billing.payments_of": _PAID,
    "billing.purchase_order_of": _BILL,
    "billing.recorded": billing.SupplierInvoice(id="IN-90", text="x"),
    "accounts.state_of_order": _ORDER,
    "accounts.colleague_of": accounts.StaffRequest(id="R-801", requester="@leo", text="x"),
    "accounts.request_state": accounts.StaffRequest(id="R-809", requester="@jonas", text="x"),
    "hiring.application_of": hiring.Applied(application_id="A-601"),
    "hiring.shared_of": hiring.Applied(application_id="A-604"),
    "calendar.meeting_of": calendar.EventRef(event_id="E-1002"),
    "calendar.free_times_of": calendar.Availability(host="@leo"),
    "tasks.issue_of": tasks.IssueRef(issue_id="S-701"),
    "chat.posted_in": chat.Posting(channel="#ops"),
    "reports.metrics_of": reports.Week(day=NOON.date()),
    "reports.notes_of": reports.Week(day=NOON.date()),
    "reports.archive_of": reports.Week(day=NOON.date()),
}
"""What each lookup is asked."""

_FAR = reports.Week(day=NOON.date() + timedelta(days=30))

NOT_THERE: tuple[tuple[str, Fact, str], ...] = (
    ("crm.deal_of", crm.DealRef(deal_id="D-99"), "no deal D-99"),
    ("crm.deal_of_touch", crm.Touch(deal_id="D-99"), "no deal D-99"),
    ("crm.history_of", _DEAL.model_copy(update={"deal_id": "D-99"}), "no deal D-99"),
    ("billing.order_of", billing.RefundRequest(order_id="O-99", reason="x"), "no order O-99"),
    ("billing.payments_of", _PAID.model_copy(update={"customer_id": "C-9"}), "no orders of a customer C-9"),
    ("accounts.state_of_order", _ORDER.model_copy(update={"customer_id": "C-111"}), "was signed by customer C-110"),
    ("accounts.colleague_of", accounts.StaffRequest(id="R-1", requester="@x", text="x"), "Nobody here is known as @x"),
    ("hiring.application_of", hiring.Applied(application_id="A-99"), "no application A-99"),
    ("hiring.shared_of", hiring.Applied(application_id="A-99"), "no application A-99"),
    ("calendar.meeting_of", calendar.EventRef(event_id="E-99"), "no meeting E-99"),
    ("calendar.free_times_of", calendar.Availability(host="@nadia"), "@nadia keeps no calendar"),
    ("tasks.issue_of", tasks.IssueRef(issue_id="S-99"), "no issue S-99"),
    ("chat.posted_in", chat.Posting(channel="#nowhere"), "no channel #nowhere"),
    ("reports.metrics_of", _FAR, "has not begun"),
    ("reports.notes_of", _FAR, "has not begun"),
)
"""What a lookup does not find, with a part of the sentence."""
