"""The manifest of the Slack app: what the code uses, and the commands that briefs name."""

import argparse
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.adapters.library.shelf import Shelf
from bot.adapters.slack.intake.serving import PATH
from bot.adapters.slack.manifest import Slash, manifest
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.screen import Screen
from bot.domain.errors import Misdeclared
from bot.domain.text import one_line
from bot.settings import read_settings
from bot.wiring import shelf_of

_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_LONGEST = 120


def print_manifest(arguments: argparse.Namespace) -> int:
    shelf = shelf_of(read_settings(data=arguments.data, workflows=arguments.workflows))
    screen = Screen()
    for line in manifest_of(shelf, url=_url(arguments.url)).splitlines():
        screen.say(line)
    return 0


def manifest_of(shelf: Shelf, *, url: str = "") -> str:
    """The manifest for these workflows. Raises Misdeclared where a brief names a command that Slack does not take."""
    return manifest(tuple(_commands(shelf)), url=url)


def _commands(shelf: Shelf) -> Iterator[Slash]:
    for name in shelf.names():
        brief = shelf.current(name).brief
        for command in brief.triggers.commands:
            if not _COMMAND.fullmatch(command):
                said = f"The brief of {name} names the command “{one_line(command, 40)}”, which Slack does not take."
                mend = "Write a slash and small letters in `triggers.commands`, such as /refund."
                raise Misdeclared(said, mend=mend)
            yield Slash(command, one_line(brief.process, _LONGEST))


def _url(typed: str | None) -> str:
    """Where Slack's requests go."""
    if not typed:
        return ""
    try:
        parts = urlsplit(typed)
        sound = parts.scheme == "https" and bool(parts.hostname) and typed.isprintable() and " " not in typed
        _ = parts.port
    except ValueError:
        sound = False
    if not sound:
        raise Mistyped(
            f"“{one_line(typed, 80)}” is no address that Slack reaches. Write it like https://bot.example.com"
        )
    bare = typed.rstrip("/")
    return bare if bare.endswith(PATH) else bare + PATH
