"""Systems behind HTTP, each described by a file: what is sent, what comes back, and what each answer means."""

from bot.adapters.systems.rest.bound import Bound, bind
from bot.adapters.systems.rest.description import Description, load

__all__ = ["Bound", "Description", "bind", "load"]
