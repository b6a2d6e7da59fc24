"""From a typed question to a typed answer, over any wire: asked, judged, asked again, or put to the next model."""

from bot.adapters.model.engine.candidate import Candidate
from bot.adapters.model.engine.endpoint import Endpoint
from bot.adapters.model.engine.engine import Engine

__all__ = ["Candidate", "Endpoint", "Engine"]
