"""What a call wants a message to say: text, Markdown, blocks, attachments and metadata, checked and put in form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bot.workspace.api.call import Arguments, Call, SlackError
from bot.workspace.blocks.checking import error_of, flaws_in_message
from bot.workspace.blocks.flaw import Flaws
from bot.workspace.blocks.naming import named
from bot.workspace.changes.posting import Wording
from bot.workspace.changes.wording import escaped, numbered
from bot.workspace.payload import Json
from bot.workspace.state.workspace import Workspace

LONGEST, LONGEST_EDIT, LONGEST_MARKDOWN = 40_000, 4_000, 12_000

_NAMED = re.compile(r"(?<![\w<|/])([@#])([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Said:
    """What a message is to say, and what Slack remarks on it."""

    wording: Wording
    warnings: Sequence[str] = ()

    def remarks(self) -> Json:
        """The part of the answer that holds the warnings."""
        if not self.warnings:
            return {}
        return {"warning": ",".join(self.warnings), "response_metadata": {"warnings": [*self.warnings]}}


def said(call: Call, *, longest: int = LONGEST, cut: bool = False) -> Said:
    """What a new message is to say; `cut` shortens a text that is too long instead of refusing it."""
    arguments = call.arguments
    markdown, text, blocks = arguments.text("markdown_text"), arguments.text("text"), blocks_in(arguments)
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN or (len(text) > longest and not cut):
        raise SlackError("msg_too_long")
    if markdown:
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    attachments, metadata = attachments_in(arguments), metadata_in(arguments)
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    refuse_flaws(flaws_in_message(blocks or None, attachments or None, None, metadata))
    ids = call.desk.workspace.ids
    wording = Wording(
        text=_linked(call, escaped(text[:longest])),
        blocks=named(blocks, ids) if blocks else None,
        attachments=numbered(attachments, ids) if attachments else None,
        metadata=metadata,
    )
    return Said(wording, ("message_truncated",) if len(text) > longest else ())


def refuse_flaws(flaws: Flaws) -> None:
    """Refuse a message with all that is wrong with it."""
    if flaws:
        code = error_of(flaws)
        raise refused(flaws, "invalid_metadata_schema" if code == "invalid_metadata_format" else code)


def refused(flaws: Flaws, code: str) -> SlackError:
    """A refusal that says where each flaw is."""
    lines = [flaw.line() for flaw in flaws]
    return SlackError(code, errors=[flaw.said() for flaw in flaws], response_metadata={"messages": lines})


# --- parts -------------------------------------------------------------------------------------------------------


def blocks_in(arguments: Arguments, name: str = "blocks") -> list[Json] | None:
    """The blocks of a call as they were given; None where they were left out."""
    given = arguments.structure(name, "invalid_blocks_format")
    if given is None:
        return None
    if not isinstance(given, list):
        raise SlackError("invalid_blocks_format")
    return cast("list[Json]", given)


def attachments_in(arguments: Arguments, name: str = "attachments") -> list[Json] | None:
    given = arguments.structure(name, "invalid_attachments")
    if given is None:
        return None
    if not isinstance(given, list):
        raise SlackError("invalid_attachments")
    return cast("list[Json]", given)


def metadata_in(arguments: Arguments) -> Json | None:
    """What only apps see of a message; None where nothing was given, or nothing is to be there."""
    given = arguments.structure("metadata", "invalid_metadata_format")
    if given is None or given == {}:
        return None
    if not isinstance(given, dict):
        raise SlackError("invalid_metadata_format")
    return cast("Json", given)


# --- text --------------------------------------------------------------------------------------------------------


def _linked(call: Call, text: str) -> str:
    """A text with names made into mentions, where the call asks for that."""
    if call.arguments.text("parse") != "full" and not call.arguments.flag("link_names"):
        return text
    return _NAMED.sub(lambda found: _mention(call.desk.workspace, found[1], found[2]) or found[0], text)


def _mention(workspace: Workspace, sign: str, name: str) -> str:
    if sign == "#":
        channel = workspace.channel_named(name)
        return f"<#{channel.id}|{channel.name}>" if channel else ""
    if name in ("here", "channel", "everyone"):
        return f"<!{name}>"
    person = workspace.person_named(name)
    group = next((one for one in workspace.groups.values() if one.handle == name), None)
    return f"<@{person.id}>" if person else f"<!subteam^{group.id}|@{name}>" if group else ""
