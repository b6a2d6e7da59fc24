"""Ask the model what somebody means. An answer is only ever shown to that person: it starts and decides nothing.

Each call is written down: in the chain `chat`, and, where it is about a run, as a row beside the calls of that run.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.application.ask_outside import Occasion, ask_outside
from bot.application.budget import purses_of
from bot.application.parts import Parts
from bot.domain.attempt import Attempt
from bot.domain.brief import Brief
from bot.domain.intent import Fact
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.quantity import Money
from bot.domain.run import RunId
from bot.ports.model import Answer, NoAnswer, Question
from bot.ports.store import Transaction

CHAT = "chat"
"""The chain of what is said to the bot outside of runs, and the budget of it."""
LONGEST = timedelta(seconds=20)
"""Somebody sits there and waits."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What asking may cost a day, and how long it may take."""

    scope: str
    cap: Money | None
    within: timedelta = LONGEST

    @classmethod
    def of_workflow(cls, name: str, brief: Brief) -> "Budget":
        """The one a workflow has for its own questions."""
        return cls(f"cost:{name}", brief.limits.cost_per_day, min(brief.limits.answer_within, LONGEST))

    @classmethod
    def of_chat(cls, briefs: Mapping[str, Brief]) -> "Budget":
        """One for what nobody can assign yet: as small as that of the most careful of the workflows it may be about."""
        caps = [cap for brief in briefs.values() if (cap := brief.limits.cost_per_day) is not None]
        within = min((brief.limits.answer_within for brief in briefs.values()), default=LONGEST)
        return cls(f"cost:{CHAT}", min(caps, default=None), min(within, LONGEST))


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, and what it is to become."""

    prompt: str
    """Which of the bot's own prompts."""
    fact: type[Fact]
    material: Mapping[str, Plain]
    budget: Budget
    source: str
    """The delivery that brought it."""
    hints: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    """What helps the rehearsal model besides what the prompt says."""
    run: RunId | None = None
    step: str = ""


async def interpret(parts: Parts, words: Words) -> Answer | NoAnswer:
    """What the model makes of it; a NoAnswer, with a sentence, also where the day's budget is used up."""
    purses = purses_of(parts, words.budget.scope, words.budget.cap)
    occasion = Occasion(CHAT, words.source, Door.SLACK, purses, "For plain words, the day's")

    def also(tx: Transaction, tried: tuple[Attempt, ...]) -> None:
        if words.run is not None:
            tx.records.attempts(words.run, words.step, tried)

    return await ask_outside(parts, _question(parts, words), occasion, also=also)


def _question(parts: Parts, words: Words) -> Question:
    prompt = parts.library.own_prompt(words.prompt)
    return Question(
        workflow=CHAT,
        step=words.prompt,
        fact=words.fact,
        instructions=parts.library.instructions(prompt, words.material),
        material=words.material,
        prompt=prompt.version,
        hints={**prompt.rehearsal, **words.hints},
        key=hashlib.sha256(f"{words.source}/{words.prompt}".encode()).hexdigest()[:40],
        run=words.run or "",
        untrusted=prompt.untrusted,
        role=prompt.role,
        confidence=prompt.confidence,
        within=words.budget.within,
    )
