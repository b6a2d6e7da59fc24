"""Slack's own manifest of an app, in YAML or JSON: its commands, shortcuts, scopes and events.

Its addresses are passed over: they lead to where the app really runs, and nothing here leaves this machine.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError

from bot.workspace.company.fitting import misfits
from bot.workspace.company.form import Company, Installed, MenuEntry, SlashCommand
from bot.workspace.company.reading import read_text, worded
from bot.workspace.refusal import CannotStart

T = TypeVar("T", bound=BaseModel)


class Part(BaseModel):
    """Part of a manifest. What the workspace has no use for is passed over, as Slack adds to manifests."""


class Display(Part):
    name: Annotated[str, Field(min_length=1, max_length=35)]
    description: str = ""
    background_color: Annotated[str, Field(pattern=r"^#?[0-9a-fA-F]{6}$")] = "#4a154b"


class BotUser(Part):
    display_name: Annotated[str, Field(min_length=1, max_length=80)]


class Home(Part):
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = False


class Slash(Part):
    command: Annotated[str, Field(pattern=r"^/[^\s/A-Z]{1,31}$")]
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class Menu(Part):
    name: Annotated[str, Field(min_length=1, max_length=24)]
    type: Literal["global", "message"]
    callback_id: Annotated[str, Field(min_length=1, max_length=255)]
    description: str = ""


class Features(Part):
    bot_user: BotUser | None = None
    app_home: Home = Home()
    slash_commands: list[Slash] = []
    shortcuts: list[Menu] = []


class Scopes(Part):
    bot: list[str] = []


class OAuth(Part):
    scopes: Scopes = Scopes()


class Events(Part):
    bot_events: list[str] = []


class Settings(Part):
    event_subscriptions: Events = Events()
    socket_mode_enabled: bool = False


class Manifest(Part):
    display_information: Display
    features: Features = Features()
    oauth_config: OAuth = OAuth()
    settings: Settings = Settings()


def with_manifest(company: Company, path: Path) -> Company:
    """The company with the app that a manifest describes. Raises CannotStart with what is wrong in the file."""
    return with_manifest_text(company, read_text(path), path=path)


def with_manifest_text(company: Company, text: str, *, path: Path) -> Company:
    """The same for a manifest that need not lie in a file; `path` is what refusals call it."""
    try:
        manifest = Manifest.model_validate(_parsed(path, text), strict=True)
    except ValidationError as error:
        place, says = worded(error.errors(include_url=False)[0])
        where = ".".join(str(part) for part in place)
        raise CannotStart(f"{path}: “{where}” {says}." if where else f"{path} {says}.") from None
    found = company.model_copy(update={"app": _installed(manifest, formerly=company.app.name)})
    for _, says in misfits(found):
        raise CannotStart(f"{path}: the name of the bot {says}.")
    return found


def _parsed(path: Path, text: str) -> object:
    try:
        found: object = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except json.JSONDecodeError as error:
        raise CannotStart(f"{path}, line {error.lineno}: this is not JSON: {error.msg}. Mend that line.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CannotStart(f"{path}, line {line}: this is not YAML: {error.problem}. Mend that line.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise CannotStart(f"{path} is neither YAML nor JSON. Name a manifest such as Slack exports it.") from None
    return found


def _installed(manifest: Manifest, *, formerly: str) -> Installed:
    shown, features, settings = manifest.display_information, manifest.features, manifest.settings
    name = features.bot_user.display_name if features.bot_user else shown.name
    return Installed(
        name=re.sub(r"[^a-z0-9_-]", "", name.lower())[:21].lstrip("_-") or "app",
        formerly=formerly,
        description=shown.description,
        colour=shown.background_color.removeprefix("#").lower(),
        scopes=manifest.oauth_config.scopes.bot,
        events=settings.event_subscriptions.bot_events,
        commands=[_command(one) for one in features.slash_commands],
        shortcuts=[
            MenuEntry(name=one.name, callback_id=one.callback_id, place=one.type, description=one.description)
            for one in features.shortcuts
        ],
        home=features.app_home.home_tab_enabled,
        messages=features.app_home.messages_tab_enabled,
        socket=settings.socket_mode_enabled,
    )


def _command(one: Slash) -> SlashCommand:
    return SlashCommand(name=one.command, **one.model_dump(exclude={"command"}))
