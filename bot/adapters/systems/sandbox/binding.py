"""How the back office carries out each intent, as plain data: taken from its desks."""

from collections.abc import Mapping

from bot.adapters.systems.sandbox.desks import DESKS
from bot.ports.system import Binding

BINDINGS: Mapping[str, Binding] = {kind: way.binding for desk in DESKS.values() for kind, way in desk.ways.items()}

LOOKUPS = frozenset(lookup for desk in DESKS.values() for lookup in desk.answers)
