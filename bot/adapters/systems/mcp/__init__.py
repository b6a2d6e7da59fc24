"""Systems behind servers of the Model Context Protocol: of what one offers, only what the settings name exists."""

from bot.adapters.systems.mcp.declaration import Declared, Tools, bind
from bot.adapters.systems.mcp.line import Door, Line, at_address, is_installed, program
from bot.adapters.systems.mcp.system import Mcp, bindings

__all__ = ["Declared", "Door", "Line", "Mcp", "Tools", "at_address", "bind", "bindings", "is_installed", "program"]
