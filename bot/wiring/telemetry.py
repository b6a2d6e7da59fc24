"""A bot that is watched, as its settings say: counted on a page, traced to a collector. Others pay nothing for it."""

import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.settings.telemetry import Telemetry
from bot.wiring import Bot

if TYPE_CHECKING:
    from bot.adapters.telemetry.watched import Watcher

logger = logging.getLogger(__name__)


@asynccontextmanager
async def watched(bot: Bot) -> AsyncGenerator[Bot]:
    """The bot to go on with. Misdeclared where what it takes is not installed, Unfit where a port is taken."""
    said = bot.settings.file.telemetry
    if said.otlp is None and said.metrics_port is None:
        yield bot
        return
    from bot.adapters.telemetry.watched import Watched

    watchers = list["Watcher"]()
    async with AsyncExitStack() as stack:
        if said.metrics_port is not None:
            watchers.append(await _counted(bot, said.metrics_host, said.metrics_port, stack))
        if said.otlp is not None:
            from bot.adapters.telemetry.traces import Traces

            traces = Traces(said.otlp, instance=bot.instance, clean=bot.parts.redactor.clean)
            stack.push_async_callback(traces.close)
            watchers.append(traces)
        _say(said)
        yield replace(bot, parts=replace(bot.parts, model=Watched(bot.parts.model, watchers)))


def _say(said: Telemetry) -> None:
    host = f"[{said.metrics_host}]" if ":" in said.metrics_host else said.metrics_host
    figures = f"Figures are at http://{host}:{said.metrics_port}/metrics." if said.metrics_port is not None else ""
    traces = f"Traces go to {said.otlp}." if said.otlp is not None else ""
    logger.info("%s", f"{figures} {traces}".strip(), extra={"action": "telemetry.on"})


async def _counted(bot: Bot, host: str, port: int, stack: AsyncExitStack) -> "Watcher":
    from bot.adapters.telemetry.counters import Counters
    from bot.adapters.telemetry.page import Page, bound, shown

    counters = Counters()
    listening = stack.enter_context(bound(host, port))
    await stack.enter_async_context(shown(Page(counters, bot.store, bot.parts.clock, bot.parts.turned_away), listening))
    return counters
