"""Our side of `durable_run`: the same four steps through the whole bot, every commit durable, audit on."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from benchmarks.measure import Job, Play, leave_out, main


def open_bot(data: Path) -> AbstractAsyncContextManager[object]:
    """A bot as `wiring` makes it, on an empty folder: scripted model, embedded back office, no channel."""
    raise NotImplementedError(f"the engine is not wired to open a bot in {data.name}.")


async def play(bot: object, n: int) -> None:
    """Take run n from its trigger to done, with a person's approval in between."""
    raise NotImplementedError(f"the engine is not wired to play run {n} with {bot}.")


@asynccontextmanager
async def opened(job: Job) -> AsyncGenerator[Play]:
    async with open_bot(job.data) as bot:

        async def play_one(number: int) -> None:
            await play(bot, number)

        yield play_one


if __name__ == "__main__":
    try:
        main("countersign", opened)
    except (ImportError, NotImplementedError) as missing:
        leave_out(str(missing))
