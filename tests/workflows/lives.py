"""How one sample of every shipped workflow goes, whichever door it comes by."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Life:
    """How one sample goes: who approves it, and what has happened in the back office when it is done."""

    sample: str
    by: tuple[str, ...]
    """Nobody where there is nothing to approve, several where one is not enough."""
    does: tuple[str, ...]


LIVES: Mapping[str, Life] = {
    "call_notes": Life("offer", ("@mia",), ("crm.LogNote", "crm.UpdateDeal")),
    "customer_provisioning": Life(
        "workshop",
        ("@mia",),
        ("accounts.CreateAccount", "accounts.GrantAccess", "billing.StartSubscription", "mail.SendMail"),
    ),
    "email_routing": Life("request", ("@leo",), ("helpdesk.OpenTicket", "mail.SendMail")),
    "follow_up": Life("first", ("@mia",), ("crm.SendFollowUp",)),
    "hiring_summary": Life("support-stoves", ("@nadia",), ("hiring.ShareSummary",)),
    "invoice_intake": Life("as-ordered", ("@farah",), ("billing.RecordInvoice",)),
    "issue_summary": Life("labels", ("@jonas",), ("tasks.AddComment",)),
    "lead_intake": Life("rental", ("@mia",), ("crm.CreateLead", "crm.SendFirstResponse")),
    "quiet_deal": Life("big", ("@mia",), ("crm.LogNote", "chat.PostMessage")),
    "refund_recommendation": Life("never-arrived", ("@farah", "@tom"), ("billing.RefundPayment",)),
    "staff_requests": Life("tool", ("@priya",), ("accounts.GrantTool",)),
    "stage_sync": Life("won", ("@mia",), ("crm.LogNote", "tasks.OpenIssue", "chat.PostMessage")),
    "stalled_deals": Life("monday", (), ()),
    "support_triage": Life("how-to", ("@leo",), ("helpdesk.SendReply",)),
    "weekly_report": Life("week-09", ("@tom",), ("reports.AppendRow", "chat.PostMessage")),
}

FURTHER: tuple[tuple[str, Life], ...] = (
    ("email_routing", Life("complaint", ("@olga",), ("helpdesk.OpenTicket", "chat.PostMessage", "mail.SendMail"))),
    ("quiet_deal", Life("french", ("@mia",), ("crm.LogNote", "crm.SendFollowUp"))),
    ("quiet_deal", Life("hopeless", ("@mia",), ("crm.LogNote", "crm.UpdateDeal"))),
    ("staff_requests", Life("leave", ("@nadia",), ("accounts.PassOn",))),
    ("stage_sync", Life("lost", ("@mia",), ("crm.LogNote",))),
)
"""Samples on other branches, which change what the first sample of their workflow does not."""

EVERY = (*LIVES.items(), *FURTHER)
LABELS = tuple(f"{workflow}-{life.sample}" for workflow, life in EVERY)
"""What tests that live every one are called by."""
