"""A fork server that is traced as a whole, so that its lives need no tracer, and no imports, of their own.

`strace … -e inject=CALL:HOW:when=LIMIT python -m tests.scenarios.crash.watched CALL STORY`

strace strikes every thread at its call number LIMIT. So that a life is struck at its n-th call, each of its threads
makes LIMIT - n calls in vain before it does anything else. Reads `{"data": "…", "n": 7}` as lines of JSON, and answers
with what became of the process: its exit status, or minus the signal that has killed it.
"""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.scenarios.crash.alone import Struck
from tests.scenarios.crash.story import STORIES

LIMIT = 500
"""More calls than any thread of a life makes."""
IN_VAIN: dict[str, Callable[[int], object]] = {"pwrite64": lambda fd: os.pwrite(fd, b"-", 0), "fdatasync": os.fdatasync}


def one_life(story: str, data: Path, call: str, n: int) -> int:
    """One life, struck at the n-th call of whichever thread comes to it first."""
    child = os.fork()
    if child == 0:
        status = 1
        with suppress(BaseException):
            waste(call, LIMIT - n)
            asyncio.run(Struck(STORIES[story], data).live())
            status = 0
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def waste(call: str, count: int) -> None:
    """Make so many calls, in this thread and in every one that is still to come, before anything else."""
    nowhere = os.open(os.devnull, os.O_WRONLY)

    def in_vain() -> None:
        for _ in range(count):
            with suppress(OSError):
                IN_VAIN[call](nowhere)

    thread: Any = threading.Thread
    begin = thread._bootstrap_inner

    def bootstrap(self: threading.Thread) -> None:
        in_vain()
        begin(self)

    thread._bootstrap_inner = bootstrap
    in_vain()


def serve(call: str, story: str) -> None:
    for line in sys.stdin:
        case = json.loads(line)
        print(json.dumps({"status": one_life(story, Path(case["data"]), call, case["n"])}), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2])
