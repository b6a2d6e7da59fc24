"""The log holds the last lines, and whoever listens hears each when it begins and when it ends."""

from bot.workspace.log import KEPT, Line, Log, Way


def write(log: Log, name: str = "auth.test") -> Line:
    return log.write(at=1.0, way=Way.CALL, app="A1", name=name, request={})


def test_lines_are_numbered_and_oldest_first() -> None:
    log = Log()
    for name in ("a", "b", "c"):
        write(log, name)
    assert [(line.n, line.name) for line in log.lines] == [(1, "a"), (2, "b"), (3, "c")]


def test_a_listener_hears_a_line_twice() -> None:
    log, heard = Log(), list[str]()
    log.listeners.append(lambda line: heard.append(line.status))
    line = write(log)
    line.status = "ok"
    log.tell(line)
    assert heard == ["", "ok"]


def test_a_listener_may_go_while_it_hears() -> None:
    log, heard = Log(), list[int]()

    def once(line: Line) -> None:
        heard.append(line.n)
        log.listeners.remove(once)

    def always(line: Line) -> None:
        heard.append(-line.n)

    log.listeners.append(once)
    log.listeners.append(always)
    write(log)
    write(log)
    assert heard == [1, -1, -2]


def test_only_the_last_lines_are_kept() -> None:
    log = Log()
    for _ in range(KEPT + 10):
        write(log)
    assert (len(log.lines), log.lines[0].n) == (KEPT, 11)


def test_numbers_go_on_after_the_log_was_cleared() -> None:
    log = Log()
    write(log)
    log.clear()
    assert write(log).n == 2


def test_what_is_known_from_the_start_is_written_with_the_line() -> None:
    line = Log().write(at=1.0, way=Way.NOTE, app="", name="x", request={}, status="ok", attempt=2)
    assert (line.status, line.attempt) == ("ok", 2)
