"""Where the bot's own remarks go: a file beside the data, or lines on the standard output for whoever collects them."""

import json
import logging
import os
import sys
from asyncio import CancelledError
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from bot.commands.shell.failure import LOG
from bot.domain.redaction import FieldClass, Redactor
from bot.domain.text import one_line, visible

_EXTRAS = ("action", "run", "step", "to", "effect")
"""What a remark may carry besides its words."""
_LONGEST = 2_000
_CHATTY = {
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "apscheduler.scheduler": logging.ERROR,  # a look that is skipped because the last one still lasts is no loss
    "asyncio": logging.WARNING,
}


class Lines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `action`, `text`, and what else the remark carries."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {"at": _moment(record), "level": record.levelname.lower()}
        said |= {name: vars(record)[name] for name in _EXTRAS if name in vars(record)}
        said["text"] = self._redactor.clean(record.getMessage()[:_LONGEST], treat_as=FieldClass.PERSONAL)
        if record.exc_info:
            said["error"] = self._redactor.clean(self.formatException(record.exc_info), treat_as=FieldClass.PERSONAL)
        return json.dumps(said, ensure_ascii=False, default=str)


class Words(logging.Formatter):
    """For people: the time, what happened, and nothing that could move the cursor."""

    def __init__(self, redactor: Redactor, *, traces: bool) -> None:
        super().__init__()
        self._redactor = redactor
        self._traces = traces

    def format(self, record: logging.LogRecord) -> str:
        loud = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
        text = f"{_moment(record)[:19]}Z {loud}{one_line(record.getMessage(), _LONGEST)}"
        if record.exc_info and self._traces:
            text += "\n" + visible(self.formatException(record.exc_info))
        return self._redactor.clean(text, treat_as=FieldClass.PERSONAL)


@contextmanager
def log_to_file(data: Path, redactor: Redactor, *, made: bool = False) -> Generator[None]:
    """Remarks worth somebody's time go to a file; a command's own words stay the only ones on the terminal.

    Whoever names the file has it `made` at once, so that it can be followed before anything stands in it.
    """
    if made:
        _make(data / LOG)
    with _heard(_aside(data, redactor), level=logging.WARNING):
        yield


@contextmanager
def log_to_stream(redactor: Redactor, *, data: Path, as_words: bool) -> Generator[None]:
    """Everything worth knowing, a line each, on the standard output; stack traces of `as_words` go to the file."""
    shown = logging.StreamHandler(sys.stdout)
    shown.setFormatter(Words(redactor, traces=False) if as_words else Lines(redactor))
    asides = [_aside(data, redactor)] if as_words else []
    with _heard(shown, *asides, level=logging.INFO):
        yield


def _make(log: Path) -> None:
    with suppress(OSError):  # a full disk keeps nobody from working
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(_open_for_me(log))


def _open_for_me(log: str | Path) -> int:
    return os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _aside(data: Path, redactor: Redactor) -> logging.Handler:
    aside = _Aside(data / LOG)
    aside.setFormatter(Words(redactor, traces=True))
    aside.setLevel(logging.WARNING)
    return aside


class _Aside(logging.FileHandler):
    """A file that its owner alone may read, made with the first remark."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True, errors="replace")

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):  # a full disk keeps nobody from working
            super().emit(record)

    def _open(self) -> TextIOWrapper:
        return open(_open_for_me(self.baseFilename), "a", encoding=self.encoding, errors=self.errors)


@contextmanager
def _heard(*handlers: logging.Handler, level: int) -> Generator[None]:
    """Let these hear every remark from a level on. The log belongs to the whole process: it is left as it was found."""
    root, raises = logging.getLogger(), logging.raiseExceptions
    wanted = {root: level} | {logging.getLogger(name): least for name, least in _CHATTY.items()}
    found = {logger: logger.level for logger in wanted}
    logging.raiseExceptions = False  # a pipe that nobody reads keeps no bot from working
    _set_levels(wanted)
    for handler in handlers:
        handler.addFilter(_is_no_end)
        root.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()
        _set_levels(found)
        logging.raiseExceptions = raises


def _is_no_end(record: logging.LogRecord) -> bool:
    """A job that is cut off because the bot stops has not failed."""
    return not (record.exc_info and isinstance(record.exc_info[1], CancelledError))


def _set_levels(levels: Mapping[logging.Logger, int]) -> None:
    for logger, level in levels.items():
        logger.setLevel(level)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
