"""Ask what golden cases ask, a few at once, and compare the answers with those that people settled on."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from bot.application.ask_apart import ask_apart
from bot.application.lay_out import Item
from bot.application.parts import Parts
from bot.domain.comparing import compare
from bot.domain.errors import NotReached
from bot.domain.measuring import Measured
from bot.domain.policy import sure_enough
from bot.ports.model import Answer, NoAnswer

AT_ONCE = 4
TRIES = 3
SHORTEST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(seconds=60)


async def evaluate(parts: Parts, items: Sequence[Item], *, told: Callable[[Measured], None]) -> None:
    """Tell of each answer as it comes. Raises NotReached where the model is out of reach: that says nothing of it."""
    todo, ends = iter(items), list[NotReached]()
    tasks = [asyncio.create_task(_work(parts, todo, told, ends)) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if ends:
        raise ends[0]


async def _work(parts: Parts, todo: Iterator[Item], told: Callable[[Measured], None], ends: list[NotReached]) -> None:
    for item in todo:
        try:
            told(_measured(item, await _asked(parts, item)))
        except NotReached as end:
            ends.append(end)
        if ends:
            return  # what others are asking now is paid for, so it is waited for


async def _asked(parts: Parts, item: Item) -> Answer | NoAnswer:
    """What the model says, in the end: what may pass by itself is waited for, a few times."""
    for n in range(1, TRIES + 1):
        answer = await ask_apart(parts, item.question, f"case {item.case.name}")
        if isinstance(answer, Answer) or answer.wrong:
            return answer
        if not answer.transient or n == TRIES:
            raise NotReached(f"The model could not be reached, so nothing more was measured. {answer.text}")
        wait = min(answer.retry_after or SHORTEST_WAIT * n, LONGEST_WAIT)
        await asyncio.sleep(wait.total_seconds())
    raise NotReached


def _measured(item: Item, answer: Answer | NoAnswer) -> Measured:
    expected = item.case.expected[item.step]
    if isinstance(answer, NoAnswer):
        return Measured(
            case=item.case.name,
            step=item.step,
            side=item.side.name,
            fields=compare(expected, None, doubtful=True),
            attempts=answer.attempts,
            handed_over=True,
            text=answer.text,
        )
    least = item.side.terms.brief.confidence.get(item.step)
    unsure = least is not None and not sure_enough(answer.confidence, least)
    return Measured(
        case=item.case.name,
        step=item.step,
        side=item.side.name,
        fields=compare(expected, answer.fact, doubtful=unsure or bool(answer.doubts)),
        attempts=answer.attempts,
        confidence=answer.confidence,
        doubts=answer.doubts,
        handed_over=unsure,
        rehearsed=answer.rehearsed,
    )
