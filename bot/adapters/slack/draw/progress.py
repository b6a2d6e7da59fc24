"""How far a run has come, as Slack shows it: a plan whose tasks say what is done, and who is waited for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.adapters.slack.draw.card import Drawn
from bot.adapters.slack.draw.safe import (
    NOTHING,
    Block,
    Blocks,
    Mention,
    fallback,
    inline,
    moment,
    named,
    people,
    pieces,
    place,
    plain,
    rich,
    section,
)
from bot.domain.plain import Plain
from bot.domain.progress import Doing, Progress, Task, lasted
from bot.domain.quantity import dollars
from bot.domain.text import one_line

MOST_TASKS = 50
LONGEST_TITLE = 150
LONGEST_STATE = 300
_STATUS = {
    Doing.AHEAD: "pending",
    Doing.UNDER_WAY: "in_progress",
    Doing.DONE: "complete",
    Doing.FAILED: "error",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the card of a task stands."""

    channel: str
    address: str = ""
    """The link to it that Slack itself gave."""


Spots = Mapping[str, Spot]
"""By step."""


def drawn_progress(progress: Progress, spots: Spots, *, mention: Mention = named) -> Drawn:
    """The progress of a run as blocks; what it says fits in any message."""
    shown: Blocks = [_task(task, spots.get(task.step), mention) for task in _fitting(progress.tasks)]
    plan: Block = {"type": "plan", "title": _titled(progress.title), "tasks": shown}
    says = rich([section(inline(one_line(progress.standing, 1_500), "bold"))])
    head: Blocks = [plan] if shown else [rich([section(inline(_titled(progress.title), "bold"))])]
    small: Block = {"type": "context", "elements": [plain("  ·  ".join(_small_print(progress)), 300)]}
    text = f"{one_line(progress.title, 120)}: {_told(progress)}"
    return Drawn([*head, says, small], fallback(text))


def _titled(text: str) -> str:
    return one_line(text, LONGEST_TITLE) or NOTHING


def _fitting(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """As many as a plan holds; of those that are too many, the last is one that says so."""
    if len(tasks) <= MOST_TASKS:
        return tasks
    left = len(tasks) - MOST_TASKS + 1
    more = Task("more", f"And {left} more steps", Doing.AHEAD, "/ops show has all of them.")
    return (*tasks[: MOST_TASKS - 1], more)


def _task(task: Task, spot: Spot | None, mention: Mention) -> Block:
    details = [*_details(task, spot, mention)]
    block: Block = {"task_id": task.step, "title": _titled(task.title), "status": _STATUS[task.doing]}
    return {**block, "details": rich([section(details)])} if details else block


def _details(task: Task, spot: Spot | None, mention: Mention) -> Iterator[Plain]:
    yield from inline(one_line(task.says, LONGEST_STATE))
    if task.people:
        yield from [*pieces(" " if task.says else ""), *people(task.people[:12], mention)]
    if task.until is not None:
        yield from [*pieces(" "), moment(task.until)]
    if task.asked and spot is not None:
        said = task.says or task.people
        ends = task.says.endswith((".", "?", "!")) and not task.people
        before = "" if not said else " " if ends else ". "
        yield from [*pieces(f"{before}Its card stands in "), *place(spot.channel, spot.address), *pieces(".")]


def _small_print(progress: Progress) -> Iterator[str]:
    yield f"Run {progress.run[-7:]}"
    if progress.took is not None:
        yield f"It took {lasted(progress.took)}"
    if progress.cost_micros:
        yield f"The model cost {dollars(progress.cost_micros)}"
    elif progress.ended:
        yield "No cost for the model"


def _told(progress: Progress) -> str:
    """The state in a notification: the whole, and whom it waits for."""
    under_way = next((task.title for task in progress.tasks if task.doing is Doing.UNDER_WAY), "")
    if under_way and not progress.ended:
        return under_way
    took = f" It took {lasted(progress.took)}." if progress.took is not None else ""
    return f"{progress.standing}{took}"
