"""The embedded back office: a help desk in a file of its own, so that everything can be tried without a service.

It plays an external system and shares nothing with the bot's store. `Sandbox` is the system; `Backstage` is what
tests, the command line and the page do behind its back: count effects, set faults, look, start afresh.
"""

from bot.adapters.systems.sandbox.backstage import Backstage
from bot.adapters.systems.sandbox.binding import BINDINGS
from bot.adapters.systems.sandbox.company import sample_tickets
from bot.adapters.systems.sandbox.fault import Fault
from bot.adapters.systems.sandbox.ledger import Call, Operation, Outcome
from bot.adapters.systems.sandbox.system import Sandbox

__all__ = ["BINDINGS", "Backstage", "Call", "Fault", "Operation", "Outcome", "Sandbox", "sample_tickets"]
