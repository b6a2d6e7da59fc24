"""One process with the door for machines open, until it is told to stop; prints its port and secret once it is.

`--idle`: what comes in is kept and not acted on, as while a bot that has too much to do falls behind.
"""

import argparse
import asyncio
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.desk import Measured, open_bot
from bot.adapters.web.arriving import Arriving
from bot.adapters.web.kept import Keeping
from bot.adapters.web.keys import read_keys
from bot.adapters.web.mounting import mounts_of
from bot.adapters.web.serving import served
from bot.domain.brief.hook import Signed
from bot.ports.store import Delivery
from bot.runtimes.inbox import InboxWorker

HOOK = "four_steps"


async def _serve(data: Path, *, idle: bool) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    keys = read_keys(data, {})
    async with open_bot(data) as bot, _worker(bot, idle=idle) as worker:
        woken = worker.woken if worker is not None else _nobody
        mounts = mounts_of(Keeping(bot.parts, woken), keys, address="http://127.0.0.1")
        async with served(mounts, listening):
            print(listening.getsockname()[1], keys.shown(HOOK, Signed.STANDARD), flush=True)
            await stop.wait()


@asynccontextmanager
async def _worker(bot: Measured, *, idle: bool) -> AsyncGenerator[InboxWorker | None]:
    if idle:
        yield None
        return
    arriving = Arriving(bot.parts)
    worker = InboxWorker(bot.store, arriving.handle, given_up=arriving.give_up)
    await worker.start()
    yield worker
    await worker.stop()


def _nobody(delivery: Delivery) -> None:
    del delivery


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--idle", action="store_true")
    asked = parser.parse_args()
    asyncio.run(_serve(asked.data, idle=asked.idle))


if __name__ == "__main__":
    main()
