"""Mail by SMTP: one mail to one address, which nobody can ask about afterwards."""

from bot.adapters.systems.smtp.letter import Letterhead
from bot.adapters.systems.smtp.server import Security, Server
from bot.adapters.systems.smtp.system import Smtp, bindings

__all__ = ["Letterhead", "Security", "Server", "Smtp", "bindings"]
