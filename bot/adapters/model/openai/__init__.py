"""The wire to every server that speaks OpenAI's protocols, over the official client."""

from bot.adapters.model.openai.wire import OpenAIWire

__all__ = ["OpenAIWire"]
