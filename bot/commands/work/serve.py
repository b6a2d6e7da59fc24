"""Run the bot until a signal: carry out what is due, notice what commands do, stop without losing anything."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from bot.commands.shell.failure import INTERRUPTED
from bot.commands.shell.log import log_to_stream
from bot.commands.shell.words import short
from bot.domain.card import card_of
from bot.domain.errors import BotRuns, Unfit
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.text import one_line
from bot.domain.trouble import Trouble
from bot.ports.messenger import About
from bot.settings import Settings, read_settings
from bot.wiring import Bot, opened, redactor_of
from bot.wiring.events import events_sent
from bot.wiring.telemetry import watched
from bot.wiring.web import outside

logger = logging.getLogger("countersign")

PATIENCE = 5.0
"""Seconds to wait for a command that is carrying something out right now."""
LOOK_AGAIN = 0.1

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Announcer:
    """The messenger of a bot without a chat: its log says what waits, and what it would tell whom."""

    def __init__(self) -> None:
        self._shown: dict[tuple[str, str], str] = {}

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        """One line for each state of a card."""
        card = card_of(run, terms, step)
        if card is not None and self._shown.get((run.id, step)) != card.standing:
            self._shown[run.id, step] = card.standing
            said = f"{run.workflow} {short(run.id)}: {card.title} – {card.standing}"
            text = terms.fields.silent(said, run)
            logger.info("%s", text, extra={"action": "card.shown", "run": run.id, "step": step})
        if run.ended:
            self._shown.pop((run.id, step), None)
        return "terminal"

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        del key, about
        logger.info("To %s: %s", to, text, extra={"action": "person.told", "run": run.id, "to": to})
        return "terminal"

    async def announce(self, to: str, text: str, *, key: str) -> str:
        del key
        logger.warning("To %s: %s", to, text, extra={"action": "person.alerted", "to": to})
        return "terminal"


def serve(arguments: argparse.Namespace) -> int:
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    words = arguments.log == "words" or (arguments.log is None and sys.stdout.isatty())
    return asyncio.run(_serve(settings, ready_file=arguments.ready_file, words=words))


async def _serve(settings: Settings, *, ready_file: str | None, words: bool) -> int:
    stop = asyncio.Event()
    with _listening(stop), log_to_stream(redactor_of(settings), data=settings.data, as_words=words):
        async with _there(settings, stop) as bot:
            if bot is not None:
                with _ready(ready_file):
                    _greet(bot)
                    await stop.wait()
            logger.info("Stopping: what is under way is finished first.", extra={"action": "serve.stopping"})
        text = "Stopped. What is due is kept, and carried out at the next start."
        logger.info(text, extra={"action": "serve.stopped"})
    return 0


@asynccontextmanager
async def _there(settings: Settings, stop: asyncio.Event) -> AsyncGenerator[Bot | None]:
    """The bot, running: in Slack where there are tokens, else with a log that says what waits. None where it was told
    to stop before it could begin."""
    if settings.slack is None:
        async with opened(settings, messenger=Announcer()) as unwatched, watched(unwatched) as bot, _running(bot):
            yield bot
        return
    from bot.commands.work.serve_slack import joined_slack, ways_in

    async with joined_slack(settings, settings.slack, stop) as there:
        if there is None:
            yield None
            return
        team = there.chat.team
        text = f"In Slack, in the workspace {team}. {ways_in(settings.slack)}"
        logger.info("%s", text, extra={"action": "serve.in_slack"})
        yield there.bot


@contextmanager
def _listening(stop: asyncio.Event) -> Generator[None]:
    """The first signal asks to stop, the second one ends the process where it stands; nothing is lost either way."""
    loop = asyncio.get_running_loop()

    def hear() -> None:
        if stop.is_set():
            os._exit(INTERRUPTED)
        stop.set()

    for one in STOPPING:
        loop.add_signal_handler(one, hear)
    try:
        yield
    finally:
        for one in STOPPING:
            loop.remove_signal_handler(one)


@asynccontextmanager
async def _running(bot: Bot) -> AsyncGenerator[None]:
    """Run the bot; where a command is at it, wait for that to end. Raises BotRuns where another bot keeps running."""
    async with AsyncExitStack() as stack:
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                await stack.enter_async_context(bot.running())
                break
            except BotRuns:
                if asyncio.get_running_loop().time() >= until:
                    raise
                await asyncio.sleep(LOOK_AGAIN)
        await stack.enter_async_context(events_sent(bot))
        await stack.enter_async_context(outside(bot))
        yield


@contextmanager
def _ready(file: str | None) -> Generator[None]:
    """Say that it works to whoever waits for a file."""
    if file is None:
        yield
        return
    path = Path(file)
    try:
        path.write_text(f"{os.getpid()}\n", encoding="utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise Unfit(f"The ready file {one_line(file, 200)} cannot be written: {why}.") from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _greet(bot: Bot) -> None:
    names = bot.library.names()
    for name, problem in bot.library.problems.items():
        logger.warning("%s does not load: %s", name, problem.message, extra={"action": "workflow.unloaded"})
    text = f"Running {', '.join(names) or 'no workflow'} on {bot.settings.data}. Ctrl-C stops it."
    logger.info("%s", text, extra={"action": "serve.ready"})
