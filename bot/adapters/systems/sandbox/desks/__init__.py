"""The desks of the back office, by the name of their system: one module each. A new desk is a line here."""

from collections.abc import Mapping

from bot.adapters.systems.sandbox.desk import Desk
from bot.adapters.systems.sandbox.desks import helpdesk

DESKS: Mapping[str, Desk] = {desk.name: desk for desk in (helpdesk.DESK,)}
