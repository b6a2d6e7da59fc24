"""One process: a bot in a local workspace, joined as `countersign run` joins them, until it is told to stop.

Its model answers at once what is marked as quick; all else it asks of a server, which may never answer.
"""

import argparse
import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot import wiring
from bot.adapters.model.rehearsal import Rehearsal
from bot.commands.work.manifest import manifest_of
from bot.commands.work.run import running
from bot.ports.model import Answer, NoAnswer, Question
from bot.settings import read_settings
from bot.workspace.launch import Connection, Launch, run

ROOT = Path(__file__).parent.parent
QUICK = "quick"


class Asked(Rehearsal):
    """The rules of the rehearsal for what is quick; for the rest, a server as a model's would be."""

    server = ""

    async def answer(self, question: Question) -> Answer | NoAnswer:
        if QUICK in str(question.material):
            return await super().answer(question)
        body = {"model": "any", "messages": [{"role": "user", "content": str(question.material)}]}
        async with aiohttp.ClientSession() as session, session.post(self.server, json=body) as response:
            await response.read()
        return NoAnswer(wrong=False, text="The server gave no answer.", attempts=(), transient=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--model", required=True)
    asked = parser.parse_args()
    Asked.server = asked.model
    wiring.__dict__["Rehearsal"] = Asked
    settings = read_settings({}, data=str(asked.data), workflows=str(ROOT / "workflows"))
    manifest = manifest_of(wiring.shelf_of(settings))
    options = Launch(port=0, data=asked.data, ready_file=asked.ready_file, manifest_text=manifest)

    @asynccontextmanager
    async def beside(connection: Connection) -> AsyncGenerator[None]:
        async with running(settings, connection):
            yield

    asyncio.run(run(options, print, beside))


if __name__ == "__main__":
    main()
