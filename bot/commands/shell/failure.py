"""What somebody reads when a command does not work: one sentence, never a stack trace."""

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import BotError

REFUSED = 1
MISTYPED = 2
INTERRUPTED = 130

UNUSABLE = 3
"""The exit status of `audit verify` where there is nothing it could verify."""

LOG = "countersign.log"

_MENDS = {
    errno.EACCES: "Look at its rights, or choose another folder with --data.",
    errno.EROFS: "The disk is mounted read-only: look why, or choose another folder with --data.",
    errno.ENOSPC: "Make some room, then try again.",
    errno.EIO: "Look at the disk and at the system log.",
}


class Mistyped(Exception):
    """This command was not typed right."""


def guarded(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """Run a command; whatever goes wrong is said in a sentence and shows in the exit status."""
    try:
        _refuse_odd_bytes(arguments)
        _refuse_no_folder()
        status = run(arguments)
        sys.stdout.flush()
        return status
    except Mistyped as error:
        return _say(str(error), MISTYPED)
    except BotError as error:
        return _say(error.message, REFUSED)
    except KeyboardInterrupt:
        return _say("Interrupted. What was committed stays; nothing is done by halves.", INTERRUPTED)
    except BrokenPipeError:
        # Whoever was reading has seen enough; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _say(_of_the_machine(error) or _put_aside(error, arguments), REFUSED)


def data_folder(arguments: argparse.Namespace) -> Path:
    """Where the data is, as far as one can tell without reading the settings."""
    return Path(getattr(arguments, "data", None) or os.environ.get("COUNTERSIGN_DATA") or ".countersign")


def _of_the_machine(error: Exception) -> str | None:
    """What the machine does not let us do, and what can be done about it; None where it is a mistake of ours."""
    mend = _MENDS.get(error.errno or 0) if isinstance(error, OSError) else None
    if not isinstance(error, OSError) or mend is None:
        return None
    return f"{error.filename or 'The output'}: {error.strerror}. {mend}"


def _refuse_no_folder() -> None:
    try:
        os.getcwd()
    except FileNotFoundError:
        raise BotError("The folder you are in is gone. Change into one that is there.") from None


def _texts(value: object) -> tuple[object, ...]:
    from bot.domain.declared.fault import is_list

    return tuple(value) if is_list(value) else (value,)


def _refuse_odd_bytes(arguments: argparse.Namespace) -> None:
    for value in vars(arguments).values():
        for text in _texts(value):
            if isinstance(text, str) and not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
                raise Mistyped("What was typed is not UTF-8. Set the terminal to UTF-8, then type it again.")
            if isinstance(text, str) and "\x00" in text:
                raise Mistyped("What was typed has a null byte in it, which is no text.")


def _say(sentence: str, status: int) -> int:
    from bot.domain.text import visible

    print(visible(sentence), file=sys.stderr)
    return status


def _put_aside(error: Exception, arguments: argparse.Namespace) -> str:
    """Write down what happened, for whoever maintains the bot; the sentence that says where."""
    from bot.domain.redaction import FieldClass, Redactor

    log = data_folder(arguments) / LOG
    what = f"Something in the bot itself failed ({type(error).__name__})."
    text = f"{datetime.now(UTC).isoformat(timespec='seconds')} {''.join(traceback.format_exception(error))}\n"
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(log, "a", encoding="utf-8", errors="replace", opener=_for_me_alone) as file:
            file.write(Redactor().clean(text, treat_as=FieldClass.PERSONAL))
    except OSError as full:
        return f"{what} It could not be written down in {log} either: {full.strerror}."
    return f"{what} {log} says where; send it to whoever maintains this bot."


def _for_me_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
