"""A life whose model is elsewhere: what it is asked stands in a journal of its own, and the bot may die on asking.

`python -m tests.scenarios.crash.asking DATA [N]` lives, and dies at the N-th question after the server has heard it.
"""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from bot.adapters.model.scripted import Scripted
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.sandbox import Sandbox
from bot.application.parts import Parts
from bot.domain.attempt import call_key
from bot.ports.model import Answer, NoAnswer, Question
from tests.scenarios.crash.life import HandClock, Life
from tests.scenarios.crash.story import TRIAGE

JOURNAL = "journal"


@dataclass
class Heard(Scripted):
    """A scripted model that writes down who asks, as the server at the other end would."""

    journal: Path = Path(JOURNAL)
    die_at: int = 0

    async def answer(self, question: Question) -> Answer | NoAnswer:
        key = call_key(question.key, 1)
        with self.journal.open("a") as file:
            file.write(f"{question.step}\t{key}\n")
        if len(self.questions) + 1 == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = await Scripted.answer(self, question)
        return replace(answer, attempts=tuple(replace(one, key=key) for one in answer.attempts))


@dataclass(slots=True)
class Asking(Life):
    """A life that counts questions."""

    die_at: int = 0

    async def _parts(self, inner: SqliteStore, desk: Sandbox, keys: KeyFile, clock: HandClock) -> Parts:
        parts = await Life._parts(self, inner, desk, keys, clock)
        assert isinstance(parts.model, Scripted)
        model = Heard(parts.model.script, journal=self.data / JOURNAL, die_at=self.die_at)
        return replace(parts, model=model)


if __name__ == "__main__":
    asyncio.run(Asking(TRIAGE, Path(sys.argv[1]), die_at=int(sys.argv[2]) if len(sys.argv) > 2 else 0).live())
