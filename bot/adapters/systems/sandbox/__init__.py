"""The embedded back office: ten systems in one file of its own, so that everything can be tried without a service.

It plays external systems and shares nothing with the bot's store. `Office` is where the desks stand; each is a system.
`Sandbox` is the help desk alone. `Backstage` is what tests, the command line and the page do behind their back: count
effects, set faults, look, start afresh. `Window` is what the page shows of it.
"""

from bot.adapters.systems.sandbox.backstage import Backstage
from bot.adapters.systems.sandbox.binding import BINDINGS
from bot.adapters.systems.sandbox.company import sample_tickets
from bot.adapters.systems.sandbox.fault import Fault
from bot.adapters.systems.sandbox.ledger import Call, Operation, Outcome
from bot.adapters.systems.sandbox.office import Office, Sandbox
from bot.adapters.systems.sandbox.window import Window

__all__ = [
    "BINDINGS",
    "Backstage",
    "Call",
    "Fault",
    "Office",
    "Operation",
    "Outcome",
    "Sandbox",
    "Window",
    "sample_tickets",
]
