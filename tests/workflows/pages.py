"""The pages of the shipped workflows: `python -m tests.workflows.pages` writes their doors and draws their steps."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.domain.brief import Brief
from bot.domain.brief.hook import Hook
from bot.domain.drawing import mermaid
from bot.domain.from_event import hooks_of
from bot.domain.person import Door
from tests.workflows.lives import LIVES
from tests.workflows.shipped import FOLDER, shelf

PAGES = FOLDER.parent / "docs" / "workflows"
_DOORS = re.compile(r"<!-- doors -->\n.*?<!-- /doors -->", re.DOTALL)
_DRAWING = re.compile(r"<!-- drawing -->\n.*?<!-- /drawing -->", re.DOTALL)


def names() -> list[str]:
    """Every workflow that ships."""
    return sorted(folder.parent.name for folder in FOLDER.glob("*/brief.toml"))


def page_of(workflow: str) -> Path:
    return PAGES / f"{workflow}.md"


def drawn(workflow: str) -> str:
    """The page as it has to be: its own words, its doors as the brief has them, and its steps as they are now."""
    terms = shelf().current(workflow)
    rows = "\n".join(f"| {what} | {how} |" for what, how in doors_of(workflow, terms.brief))
    doors = f"<!-- doors -->\n\n| from | how |\n|---|---|\n{rows}\n\n<!-- /doors -->"
    drawing = mermaid(terms.definition, terms.brief)
    block = f"<!-- drawing -->\n\n```mermaid\n{drawing.strip()}\n```\n\n<!-- /drawing -->"
    page = _DOORS.sub(lambda _: doors, page_of(workflow).read_text("utf-8"))
    return _DRAWING.sub(lambda _: block, page)


def doors_of(workflow: str, brief: Brief) -> Iterator[tuple[str, str]]:
    """Each way in that the brief opens, with what somebody types for it."""
    sample = f"workflows/{workflow}/samples/{LIVES[workflow].sample}.json"
    mailed = f"`countersign hook mail/{workflow} --input letter.eml` prints a line that sends one"
    ways = {
        Door.TERMINAL: ("a shell", f"`countersign start {workflow} --input {sample}`"),
        Door.SLACK: ("Slack", f"`/ops start {workflow}` opens a form"),
        Door.FORM: ("a form", f"`countersign form {workflow}` makes a link for somebody outside"),
        Door.MAIL: ("mail", f"{mailed}: your mail server does the same"),
        Door.SCHEDULE: ("the clock", f"by itself: `{brief.triggers.schedule}`, {brief.triggers.time_zone}"),
    }
    yield from (way for door, way in ways.items() if door.value in brief.triggers.doors)
    yield from (("a machine", _by_hook(name, hook)) for name, hook in hooks_of(workflow, brief).items())


def _by_hook(name: str, hook: Hook) -> str:
    if hook.ends:
        return f"`countersign hook {name} --input event.json` prints a signed line that ends the wait `{hook.ends}`"
    return f"`countersign hook {name}` prints a signed line with a sample"


if __name__ == "__main__":
    for name in names():
        page_of(name).write_text(drawn(name), "utf-8")
