"""Where cards may link: `[links]`."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.domain.declared.word import odd
from bot.settings.section import Section

LONGEST = 253
_PART = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_PART}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])(?::[1-9][0-9]{{0,4}})?", re.ASCII)


def _host(text: str) -> str:
    if len(text) > LONGEST or not _HOST.fullmatch(text):
        said = f"has “{text[:60]}”, which is no name of a host."
        raise odd(f"{said} Write the name alone, in small letters, such as desk.example.com.")
    return text


class Links(Section):
    """`[links]`."""

    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = Field(default=(), examples=['["desk.example.com"]'])
    """Where records and receipts may be opened, over https. An address elsewhere stands on a card as text."""
