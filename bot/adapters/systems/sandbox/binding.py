"""How the sandbox carries out each intent, as plain data: one of each class, so that every recovery can be tried."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.intent import Intent
from bot.intents import helpdesk
from bot.ports.system import Binding, Retry

REMEMBERS = timedelta(hours=24)


def _bound(retry: Retry, *intents: type[Intent], remembers: timedelta | None = None) -> dict[str, Binding]:
    return {
        intent.kind(): Binding(kind=intent.kind(), retry=retry, remembers=remembers, sandbox=True) for intent in intents
    }


BINDINGS: Mapping[str, Binding] = {
    **_bound(Retry.IDEMPOTENT, helpdesk.SendReply, helpdesk.GrantCredit, helpdesk.WithdrawCredit, remembers=REMEMBERS),
    **_bound(
        Retry.SEARCHABLE,
        helpdesk.AddTag,
        helpdesk.DeleteTag,
        helpdesk.OpenTicket,
        helpdesk.CloseTicket,
        helpdesk.ReopenTicket,
    ),
    **_bound(Retry.BLIND, helpdesk.NotifyPartner),
}

LOOKUPS = frozenset({helpdesk.account_of.kind, helpdesk.state_of.kind, helpdesk.ticket_of.kind})
