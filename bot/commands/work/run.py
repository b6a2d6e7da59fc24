"""Start a workspace and the bot in it, in one process, and stay until a signal."""

import argparse
import asyncio
import socket
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.adapters.web.serving import address_of
from bot.commands.shell.failure import LOG, Mistyped, data_folder
from bot.commands.shell.log import log_to_file
from bot.commands.work.day import play_day
from bot.commands.work.manifest import manifest_of
from bot.commands.work.sample import FOLDER, samples_of
from bot.commands.work.workspace import port_of
from bot.domain.errors import Refused
from bot.domain.person import Person, PersonId
from bot.domain.plain import Plain
from bot.domain.text import visible
from bot.settings import Settings, read_settings
from bot.wiring import redactor_of, shelf_of
from bot.wiring.slack import Workspace, in_slack
from bot.wiring.web import office_at, opened_door
from bot.workspace.launch import Connection, Launch
from bot.workspace.launch import run as run_workspace
from bot.workspace.refusal import CannotStart

FIRST = """\
Open it. In #support a ticket waits for an answer: act as Mia, and approve what the bot asks. /ops starts another."""
FIRST_EMPTY = """\
Open it, type /ops in #support, and start support_triage. Then act as Mia, and approve what the bot asks."""
OFFICE = "Back office"


def run_both(arguments: argparse.Namespace) -> int:
    """Everything that keeps them from starting is said in a sentence."""
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    launch = Launch(
        socket=arguments.socket,
        port=port_of(arguments),
        data=data_folder(arguments),
        fresh=arguments.fresh,
        manifest_text=manifest_of(shelf_of(settings)),
        ready_file=Path(arguments.ready_file) if arguments.ready_file else None,
    )
    try:
        with log_to_file(settings.data, redactor_of(settings), made=True), opened_door(settings) as web:
            doors = address_of(web)
            office = office_at(settings, doors)
            there = partial(running, settings, empty=arguments.empty, web=web)
            beside = replace(launch, neighbours={OFFICE: office} if office else {})
            first = _first(settings, doors=doors, office=office, empty=arguments.empty)
            asyncio.run(run_workspace(beside, _say, there, first=first))
    except CannotStart as error:
        raise Mistyped(str(error)) from None
    return 0


def _first(settings: Settings, *, doors: str, office: str, empty: bool) -> str:
    """What to do first, and where what is."""
    said = [
        FIRST_EMPTY if empty else FIRST,
        f"Records change in the back office: {office}" if office else "",
        f"What is not Slack comes in at {doors}: see countersign hook support_triage, countersign form lead_intake",
        f"The bot's own remarks: {settings.data / LOG}",
    ]
    return "\n".join(line for line in said if line)


@asynccontextmanager
async def running(
    settings: Settings, connection: Connection, *, empty: bool = True, web: socket.socket | None = None
) -> AsyncGenerator[None]:
    """The bot in a workspace, until the end; unless it is to begin `empty`, some of a day happens there at once.

    What is not Slack comes in at `web`, if anywhere.
    """
    workspace = Workspace(
        api=connection.api,
        bot_token=connection.bot_token,
        app_token="" if connection.listening else connection.app_token,
        signing_secrets=(connection.signing_secret,),
        listening=connection.listening,
        stands_in=True,
    )
    people = tuple(people_there(settings.people(), connection))
    samples = samples_in(settings.workflows)
    async with in_slack(settings, workspace, listed=people, samples=samples, web=web) as there:
        for name, problem in there.bot.library.problems.items():
            _say(f"{name} does not load: {problem.message}")
        over = asyncio.Event()
        day = play_day(there, settings.workflows, samples, until=over) if not empty else None
        playing = asyncio.create_task(day) if day is not None else None
        try:
            yield
        finally:
            over.set()
            if playing is not None:
                await playing


def samples_in(workflows: Path) -> dict[str, Mapping[str, Plain]]:
    """The samples beside the workflows, by `workflow/name`, so that nobody has to think of a ticket to try it."""
    found: dict[str, Mapping[str, Plain]] = {}
    for folder in sorted(one for one in workflows.iterdir() if (one / FOLDER).is_dir()):
        with suppress(Refused):  # one that cannot be read is said by `countersign try`
            found |= {f"{folder.name}/{one.name}": one.value for one in samples_of(folder)}
    return found


def people_there(people: Iterable[Person], connection: Connection) -> Iterator[Person]:
    """The people of the settings under the ids they have in this workspace: its sample company is the same as ours."""

    def there(id: PersonId) -> PersonId:
        return PersonId(f"{connection.team}/{connection.people.get(id.partition('/')[2], '')}")

    for person in people:
        if person.id.partition("/")[2] in connection.people:
            yield replace(person, id=there(person.id), delegate=there(person.delegate) if person.delegate else None)


def _say(text: str) -> None:
    print(visible(text), flush=True)
