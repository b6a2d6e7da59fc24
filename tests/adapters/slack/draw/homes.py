"""Home tabs whose drawings are approved, in `drawn/`. `python -m tests.adapters.slack.draw.homes` writes them anew."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters.slack.draw.home.owning import (
    asked_of,
    change_view,
    pause_view,
    preview,
    resume_view,
    rollback_view,
)
from bot.adapters.slack.draw.home.page import closed_page, home, workflow_page
from bot.adapters.slack.draw.home.place import Place
from bot.adapters.slack.draw.modal.frame import Meta
from bot.adapters.slack.draw.safe import Block
from bot.domain.brief import Brief, Limits
from bot.domain.brief.reading import read_brief
from bot.domain.brief.setting import NEW, area_of, values_of
from bot.domain.overview import Decided, Ended, Flow, Inside, Logged, Overview, Page, Running, Waiting
from bot.domain.report import Cost, Ratio, Report, Spread
from bot.domain.run import RunId, RunState, Stage
from bot.ports.queries import Leaving, UnderWay
from bot.workspace.payload import Json, as_object
from tests.adapters.slack.draw.cards import DRAWN, blocks_of, mention
from tests.adapters.slack.draw.views import outline
from tests.domain.brief.whole import WHOLE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORKSPACE = "https://hubwheel.example.com/"
LONG = "So long that nobody reads it to its end. " * 200
BRIEF = read_brief(WHOLE, file="brief.toml")
META = Meta("stage", "support_triage", 2)


def run(n: int) -> RunId:
    return RunId(f"0h2m4k6p8r{n:07}")


def waiting(n: int, title: str = "Send an answer to the customer → helpdesk:T-1001") -> Waiting:
    since = NOON - timedelta(hours=n, minutes=5)
    return Waiting(run(n), "support_triage", title, since, "play/sam", None, "play/C1", f"1700000{n:03}.000100")


def flow(n: int = 1, **other: Any) -> Flow:
    base = Flow("support_triage" if n == 1 else f"workflow_{n}", Stage.APPROVED, may_inspect=True)
    return replace(base, **other)


def empty() -> Overview:
    return Overview(NOON)


def typical() -> Overview:
    soon = replace(waiting(3), expires_at=NOON + timedelta(hours=5))
    return Overview(
        NOON,
        waiting=(soon, waiting(1, "3 actions, the first: Put a tag on a ticket → helpdesk:T-7"), waiting(0)),
        waiting_page=Page(0, 3),
        running=(
            Running(run(4), "support_triage", RunState.WAITING, "finance", "", NOON - timedelta(days=2)),
            Running(run(5), "support_triage", RunState.PARKED, "", "The account is locked.", NOON, paused=True),
            Running(run(6), "support_triage", RunState.RUNNING, "", "", NOON),
        ),
        running_page=Page(0, 3),
        decided=(Decided(run(7), "support_triage", "Close the ticket → helpdesk:T-2", "reject", NOON),),
        ended=(Ended(run(8), "support_triage", RunState.STOPPED, "Spam: nothing to answer.", NOON),),
        flows=(
            flow(1, runs=9, asking=4, parked=2, failed=1),
            flow(2, held="The help desk is moved", held_since=NOON, runs=1),
            flow(3, trouble="brief.toml:4: stage is missing.", may_inspect=False),
        ),
        flows_page=Page(0, 3),
        may_hold_all=True,
    )


def extreme() -> Overview:
    many = tuple(waiting(n, LONG) for n in range(10))
    running = Running(run(1), LONG, RunState.PARKED, "", LONG, NOON)
    return Overview(
        NOON,
        waiting=many,
        waiting_page=Page(50, 200, more_than=True),
        running=(running,) * 10,
        running_page=Page(0, 1_000, more_than=True),
        decided=(Decided(run(7), LONG, LONG, "take-over", NOON),) * 5,
        ended=(Ended(run(8), LONG, RunState.FAILED, LONG, NOON),) * 5,
        flows=tuple(replace(flow(n), held=LONG, trouble=LONG if n % 2 else "", runs=10**6) for n in range(1, 11)),
        flows_page=Page(20, 60),
        may_hold_all=True,
        all_held=LONG,
    )


def within(brief: Brief = BRIEF, **other: Any) -> Inside:
    logged = Logged(
        "brief", "support_triage", 2, NOON, "play/olga", "300 went out.", "stage: “approved” → “limited”", True
    )
    base = Inside(
        NOON,
        flow(1, runs=4, asking=3),
        brief,
        may_change=True,
        may_hold=True,
        prompts={"triage": 1_519, "draft": 704},
        routes=True,
        numbers=REPORT,
        log=(logged, replace(logged, n=1, current=False, by="file", why="The file is the seed.", diff="")),
        log_page=Page(0, 2),
    )
    return replace(base, **other)


REPORT = Report(
    "support_triage",
    NOON - timedelta(days=30),
    NOON,
    started=42,
    runs={"done": Ratio(30, 42), "stopped": Ratio(12, 42)},
    acceptance=Ratio(20, 25),
    corrections={"reply.body": Ratio(5, 25), "reply.tone": Ratio(0, 25)},
    rejections={"wrong tone": Ratio(3, 5), "other": Ratio(2, 5)},
    escalated=Ratio(2, 25),
    cycle=Spread(timedelta(hours=1), timedelta(days=2), 42),
    response=Spread(timedelta(minutes=12), timedelta(hours=3), 25),
    cost=Cost(1_230_000, 40),
)


def crowded() -> Inside:
    """As much as a brief can say, and more than a page has room for."""
    group = BRIEF.reviewers["support"].model_copy(update={"members": tuple(f"@{LONG[:200]}{n}" for n in range(50))})
    groups = {f"group-{n}": group for n in range(60)}
    brief = BRIEF.model_copy(update={"reviewers": groups, "process": LONG[:3_900], "limits": Limits()})
    logged = Logged("prompt", "support_triage/draft", 9, NOON, LONG, LONG, f"{LONG}\n" * 50, False)
    flow_now = flow(1, trouble=LONG)
    return within(
        brief, flow=flow_now, log=(logged,) * 5, log_page=Page(5, 200), prompts={f"ask_{n}": n for n in range(30)}
    )


def asked(key: str = "stage") -> Block:
    area = area_of(BRIEF, key, ["triage"])
    return change_view(asked_of(area, values_of(BRIEF, area)), META)


def looked_at() -> Block:
    area = area_of(BRIEF, "limits", ())
    state = {"field:limits.actions_per_day": {"value": {"type": "number_input", "value": "120"}}}
    return preview(asked_of(area, values_of(BRIEF, area)), state, "limits.actions_per_day: 200 → 120", META)


def name(who: str) -> str:
    return {"play/olga": "Olga Petrova", "file": "its file"}.get(who, who)


def shown(content: Overview, place: Place | None = None, note: str = "") -> Block:
    return home(content, place or Place(), workspace=WORKSPACE, mention=mention, note=note)


def shown_inside(content: Inside, note: str = "") -> Block:
    return workflow_page(content, Place("support_triage"), mention=mention, name=name, note=note)


HOMES: Mapping[str, Callable[[], Block]] = {
    "empty": lambda: shown(empty()),
    "typical": lambda: shown(typical(), note="Everything goes on."),
    "extreme": lambda: shown(extreme(), Place("", 50, 20, 0), note=LONG),
    "closed": lambda: closed_page("Guests cannot do this here.", ("play/olga", "@nora"), mention=mention),
    "inside": lambda: shown_inside(within(), "Saved: version 2 of the brief of Support triage."),
    "inside, of a reviewer": lambda: shown_inside(within(may_change=False, may_hold=False, numbers=None)),
    "inside, crowded": lambda: shown_inside(crowded(), LONG),
}
FORMS: Mapping[str, Callable[[], Block]] = {
    **{key: partial(asked, key) for key in ("stage", "levels", "thresholds.0", NEW, "confidence", "limits")},
    **{key: partial(asked, key) for key in ("reviewers.support", "times.support", "answers.support")},
    "preview": looked_at,
    "rollback": lambda: rollback_view("the brief", 1, f"{LONG}\n" * 60, META),
    "pause": lambda: pause_view("*", UnderWay("*", running=2, asking=3, parked=1), Leaving(2, 1), META),
    "pause, nothing": lambda: pause_view("support_triage", UnderWay("support_triage"), Leaving(), META),
    "resume": lambda: resume_view("support_triage", LONG, UnderWay("x", asking=1), Leaving(1), META),
}


def file_of(named: str) -> Path:
    return DRAWN / f"home-{named.replace(' ', '-').replace(',', '').replace('.', '-')}.txt"


def drawing(view: Json) -> str:
    """A view as text: a line for each block, and what stands beside it."""
    if view["type"] == "modal":
        return outline(view)
    lines = [f"carries {view['private_metadata']}", ""]
    for block in view["blocks"]:
        lines += [line[:600] for line in blocks_of([block])]
        if beside := as_object(block.get("accessory")):
            said = as_object(beside.get("text")) or {}
            options = [f"“{one['text']['text']}” {one['value']}" for one in beside.get("options", ())]
            what = " ".join(options) or f"“{said['text']}” {beside['value']}"
            lines.append(f"  {beside['action_id']} {what}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DRAWN.mkdir(exist_ok=True)
    for named, make in {**HOMES, **FORMS}.items():
        file_of(named).write_text(drawing(make()), encoding="utf-8")
