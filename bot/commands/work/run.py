"""Start a workspace and the bot in it, in one process, and stay until a signal."""

import argparse
import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.commands.shell.failure import Mistyped, data_folder
from bot.domain.person import Person, PersonId
from bot.settings import Settings, read_settings
from bot.wiring.slack import Workspace, in_slack
from bot.workspace.launch import Connection, Launch
from bot.workspace.launch import run as run_workspace
from bot.workspace.refusal import CannotStart


def run_both(arguments: argparse.Namespace) -> int:
    """Everything that keeps them from starting is said in a sentence."""
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    launch = Launch(
        socket=arguments.socket,
        port=arguments.port,
        data=data_folder(arguments),
        fresh=arguments.fresh,
        ready_file=Path(arguments.ready_file) if arguments.ready_file else None,
    )
    try:
        asyncio.run(run_workspace(launch, _say, lambda connection: _running(settings, connection)))
    except CannotStart as error:
        raise Mistyped(str(error)) from None
    return 0


@asynccontextmanager
async def _running(settings: Settings, connection: Connection) -> AsyncGenerator[None]:
    workspace = Workspace(
        api=connection.api,
        bot_token=connection.bot_token,
        app_token=connection.app_token,
        signing_secrets=(connection.signing_secret,),
        listening=connection.listening,
    )
    async with in_slack(settings, workspace, listed=tuple(people_there(settings.people(), connection))):
        yield


def people_there(people: Iterable[Person], connection: Connection) -> Iterator[Person]:
    """The people of the settings under the ids they have in this workspace: its sample company is the same as ours."""

    def there(id: PersonId) -> PersonId:
        return PersonId(f"{connection.team}/{connection.people.get(id.partition('/')[2], '')}")

    for person in people:
        if person.id.partition("/")[2] in connection.people:
            yield replace(person, id=there(person.id), delegate=there(person.delegate) if person.delegate else None)


def _say(text: str) -> None:
    print(text, flush=True)
