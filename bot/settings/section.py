"""A part of countersign.toml."""

from pydantic import BaseModel, ConfigDict

from bot.domain.declared.place import Where

Problem = tuple[Where, str, str]
"""Where two settings do not go together, what is wrong, and what to write instead."""


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
