"""Our side of `durable_run`: the same four steps through the whole bot, every commit durable, audit on."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from benchmarks.desk import open_bot
from benchmarks.measure import Job, Play, main


@asynccontextmanager
async def opened(job: Job) -> AsyncGenerator[Play]:
    async with open_bot(job.data) as bot:

        async def play(number: int) -> None:
            before = bot.desk.sent
            run = await bot.ask(f"order {number}")
            await bot.until_shown(run)
            await bot.approve(run)
            await bot.until_ended(run)
            if bot.desk.sent <= before:
                raise RuntimeError("The run ended without having acted.")

        yield play


if __name__ == "__main__":
    main("countersign", opened)
