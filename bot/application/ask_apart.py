"""Ask what a workflow would ask, for somebody who tries a prompt: no run, no card, and the cost in the record."""

from bot.application.ask_model import answer_within
from bot.application.ask_outside import Occasion, ask_outside
from bot.application.budget import purses_of
from bot.application.parts import Parts
from bot.domain.person import Door
from bot.ports.model import Answer, NoAnswer, Question

TRIALS = "trials"
"""The chain of what trying has cost."""


async def ask_apart(parts: Parts, question: Question, about: str) -> Answer | NoAnswer:
    """What the model says. `about` is what it is tried with, for the record: `case billing-angry`."""
    if parts.model.rehearsal:
        return await answer_within(parts, question)  # rules cost nothing, so there is nothing to account for
    purses = purses_of(parts)
    source = f"{question.workflow}/{question.step}, {about}"
    occasion = Occasion(TRIALS, source, Door.TERMINAL, purses, "For all workflows together, the day's")
    return await ask_outside(parts, question, occasion)
