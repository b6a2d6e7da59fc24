"""What follows a run, whose drawings are approved, in `drawn/`.

    python -m tests.adapters.slack.draw.follows

writes the files anew; read what changed before you keep it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.adapters.slack.draw.card import Drawn
from bot.adapters.slack.draw.progress import Spot, drawn_progress
from bot.adapters.slack.draw.trouble import drawn_trouble
from bot.domain.content import Line
from bot.domain.errors import Broken, Transient, Uncertain
from bot.domain.event import Paused, Reconciled
from bot.domain.person import Door, person_actor
from bot.domain.progress import Doing, Progress, Task, progress_of
from bot.domain.trouble import Past, Remedy, Settled, Trouble, trouble_of
from bot.testing.play import Play
from tests.adapters.slack.draw.cards import DRAWN, LONG, mention, outline
from tests.adapters.terminal.plays import PLAYS
from tests.made import MIA, OLGA, credit_run, triage_run

SPOTS = {"approved": Spot("C_SUPPORT", "https://acme.slack.example/archives/C_SUPPORT/p1")}


def paused() -> Play:
    played = credit_run()
    return played.happen(Paused(played.now, person_actor(OLGA.id, Door.SLACK), OLGA))


def extreme() -> Progress:
    """As much as a run can bring."""
    task = Task("read", LONG[:2_000], Doing.DONE, LONG[:2_000], ("play/mia",) * 40, asked=True)
    tasks = tuple(replace(task, step=f"step_{n}") for n in range(80))
    one = progress_of(PLAYS["approved"]().run, PLAYS["approved"]().terms)
    return replace(one, title=LONG[:900], standing=LONG[:5_000], tasks=tasks)


RUNS: Mapping[str, Callable[[], Play]] = {
    "waiting": credit_run,
    "waiting, with a draft": triage_run,
    "done": lambda: credit_run().approve(MIA),
    "rejected": lambda: PLAYS["rejected"](),
    "ran out of time": lambda: PLAYS["expired"](),
    "held": paused,
    "cancelled": lambda: credit_run().cancel(OLGA),
    "undone": lambda: credit_run().approve(MIA).undo(OLGA),
    "in doubt": lambda: credit_run(outcomes={"given": Uncertain("The line broke.")}).approve(MIA),
    "failed": lambda: triage_run(
        answers={"triage": Transient("Away.")}, brief={"failure": {"when_unavailable": {"do": "stop"}}}
    ),
    "asked to fill in": lambda: PLAYS["filled in"](),
    "plan": lambda: PLAYS["plan of three, approved"](),
    "by policy": lambda: PLAYS["policy"](),
}


def _progress(make: Callable[[], Play]) -> Drawn:
    played = make()
    return drawn_progress(progress_of(played.run, played.terms), SPOTS, mention=mention)


PARKS: Mapping[str, object] = {"failure": {"when_unavailable": {"do": "park"}}}
TROUBLES: Mapping[str, Callable[[], Play]] = {
    "ran out of time": lambda: PLAYS["expired"](),
    "in doubt": RUNS["in doubt"],
    "failed": RUNS["failed"],
    "refused by its system": lambda: credit_run(
        outcomes={"given": Broken("The desk refuses this.")}, brief={"failure": {"when_wrong": {"do": "park"}}}
    ).approve(MIA),
    "does not answer": lambda: credit_run(Transient("Away. It was tried 5 times."), brief=PARKS),
}
PAST = Past(2, datetime(2026, 3, 2, 9, tzinfo=UTC))


def _trouble(make: Callable[[], Play], *, settled: bool = False) -> Drawn:
    played, past = make(), PAST
    n = played.run.troubles
    if settled:
        how = Settled("play/mia", datetime(2026, 3, 2, 10, tzinfo=UTC), "said that it had happened", "I saw it.")
        played, past = played.happen(reconciled(played)), replace(PAST, settled=how)
    return drawn_trouble(trouble_of(played.run, played.terms, n, past, allowed=[*Remedy]), "0" * 32, mention=mention)


def reconciled(played: Play) -> Reconciled:
    return Reconciled(played.now, person_actor(OLGA.id, Door.SLACK), OLGA, "given", 0, happened=True)


def extreme_trouble() -> Trouble:
    """As much as a run can bring."""
    lines = tuple(Line(LONG[:300], LONG[:2_000]) for _ in range(30))
    words = tuple((one, LONG[:200]) for one in Remedy)
    return Trouble(1, "play-1", LONG[:900], LONG[:4_000], lines, PAST, words, LONG[:900])


FOLLOWS: Mapping[str, Callable[[], Drawn]] = {
    **{f"progress {name}": partial(_progress, make) for name, make in RUNS.items()},
    **{f"trouble {name}": partial(_trouble, make) for name, make in TROUBLES.items()},
    "trouble settled": lambda: _trouble(TROUBLES["in doubt"], settled=True),
    "trouble extreme": lambda: drawn_trouble(extreme_trouble(), "0" * 32, mention=mention),
    "progress extreme": lambda: drawn_progress(extreme(), {}, mention=mention),
}


def file_of(name: str) -> Path:
    """Where its approved drawing is kept."""
    return DRAWN / f"{name.replace(' ', '-').replace(',', '')}.txt"


if __name__ == "__main__":
    DRAWN.mkdir(exist_ok=True)
    for name, make in FOLLOWS.items():
        file_of(name).write_text(outline(make()), encoding="utf-8")
