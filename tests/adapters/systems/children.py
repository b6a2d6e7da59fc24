"""Child processes of the sandbox's tests, forked from one that imported everything once.

children.py kill FOLDER      a child per statement, killed just before it
children.py race FILE N      N children at once, each with the same twenty keys
children.py prepare FILE N   N children at once, all of which find no file
"""

import asyncio
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from bot.adapters.systems.sandbox import Backstage, Sandbox
from tests.adapters.systems.desk import REPLY, HandClock

KEYS = [f"key-{n}" for n in range(20)]


def fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def status_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_before(path: Path, n: int) -> None:
    """Carry one reply out; the process is gone just before its n-th statement."""
    sandbox = Sandbox(path, clock=HandClock())
    seen = count(1)

    def kill(statement: str) -> None:
        if next(seen) == n:
            os.kill(os.getpid(), signal.SIGKILL)

    sandbox._line._db.set_trace_callback(kill)
    asyncio.run(sandbox.execute(REPLY, "k"))


def kill_everywhere(folder: Path) -> None:
    for n in count(1):
        path = folder / f"{n}.sqlite3"
        shutil.copy(folder / "filled.sqlite3", path)
        status = status_of(fork(partial(killed_before, path, n)))
        if status != -signal.SIGKILL:
            path.unlink()
            sys.exit(status)


def race(path: Path) -> None:
    async def call_all() -> None:
        sandbox = Sandbox(path, clock=HandClock())
        for key in KEYS:
            await sandbox.execute(REPLY, key)
        await sandbox.close()

    asyncio.run(call_all())


def all_at_once(work: Callable[[], None], n: int) -> None:
    start, go = os.pipe()

    def wait_then_work() -> None:
        os.close(go)
        os.read(start, 1)
        work()

    children = [fork(wait_then_work) for _ in range(n)]
    os.close(go)
    sys.exit(max(status_of(child) for child in children))


def main(what: str, path: Path, n: int = 1) -> None:
    match what:
        case "kill":
            kill_everywhere(path)
        case "race":
            all_at_once(lambda: race(path), n)
        case "prepare":
            all_at_once(Backstage(path, clock=HandClock()).prepare, n)
        case _:
            sys.exit(f"{what}?")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
