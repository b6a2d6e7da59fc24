"""A fork server: everything is imported once, each life is a fork. Reads cases as JSON lines, answers in JSON lines.

{"story": "triage", "data": "…", "kills": [3, 7]}  →  {"lives": 3, "points": ["commit: before", …], "error": ""}
"""

import json
import os
import sys
import traceback
from pathlib import Path

import sqlalchemy.ext.asyncio  # noqa: F401  the store leaves it for its first reader, who would be in each life

from tests.scenarios.crash.life import library_of, live
from tests.scenarios.crash.shipped import SHIPPED, live_shipped
from tests.scenarios.crash.story import STORIES
from tests.workflows.shipped import shelf

LIVES = 12
"""More than these and the story does not come to rest."""


def one_life(story: str, data: Path, kill_at: int | None) -> tuple[bool, list[str], str]:
    """Whether it lived to its end, the points it passed, and what went wrong if something did."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer = json.dumps({"points": _lived(story, data, kill_at), "error": ""})
        except BaseException:
            answer = json.dumps({"points": [], "error": traceback.format_exc()})
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    if not said:
        return False, [], ""
    heard = json.loads(said)
    return True, heard["points"], heard["error"]


def _lived(story: str, data: Path, kill_at: int | None) -> list[str]:
    return live_shipped(story, data, kill_at) if story in SHIPPED else live(STORIES[story], data, kill_at)


def whole_story(story: str, data: Path, kills: list[int]) -> dict[str, object]:
    """One life after the other, killed where asked, until one comes to its end by itself."""
    for number in range(LIVES):
        kill_at = kills[number] if number < len(kills) else None
        ended, points, error = one_life(story, data, kill_at)
        if error or (ended and number >= len(kills) - 1):
            return {"lives": number + 1, "points": points, "error": error}
    return {"lives": LIVES, "points": [], "error": f"The story did not come to rest in {LIVES} lives."}


def serve() -> None:
    for line in sys.stdin:
        case = json.loads(line)
        _ = shelf() if case["story"] in SHIPPED else library_of(STORIES[case["story"]].folder)  # for all lives
        data = Path(case["data"])
        data.mkdir(parents=True, exist_ok=True)
        print(json.dumps(whole_story(case["story"], data, case["kills"])), flush=True)


if __name__ == "__main__":
    serve()
