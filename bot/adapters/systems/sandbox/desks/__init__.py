"""The desks of the back office, by the name of their system: one module each. A new desk is a line here."""

from collections.abc import Mapping

from bot.adapters.systems.sandbox.desk import Desk
from bot.adapters.systems.sandbox.desks import (
    accounts,
    billing,
    calendar,
    chat,
    crm,
    helpdesk,
    hiring,
    mail,
    reports,
    tasks,
)

_ALL = (helpdesk, crm, mail, billing, accounts, hiring, calendar, tasks, chat, reports)

DESKS: Mapping[str, Desk] = {one.DESK.name: one.DESK for one in _ALL}
