"""Stalled deals.

Looks each working day for deals on which nothing has happened for two weeks, and starts a run for each of them.
"""

from bot.authoring import Workflow, each, look_up, trigger
from bot.intents import crm


class StalledDeals(Workflow, version=1):
    sweep = trigger(crm.Sweep)
    found = look_up(crm.quiet_deals, sweep)
    started = each(found, "quiet_deal", cap=40)
