"""How long a workflow's owner wants things to be tried."""

from bot.domain.brief import Brief
from bot.domain.retrying import Patience


def patience_of(brief: Brief) -> Patience:
    recovery = brief.failure.when_unavailable
    return Patience(recovery.retries, recovery.within)
