"""The right command is found, quickly; whatever goes wrong is a sentence and an exit status, never a stack trace."""

import argparse
import errno
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from bot import commands
from bot.commands import COMMANDS, dispatch
from bot.commands.shell.failure import Mistyped, guarded
from bot.domain.errors import BotError, NotAllowed, StoreBusy
from tests.commands.line import ROOT, WORKFLOWS, Line, environment, process
from tests.naughty import every_injection, every_short_text

WATCHING = ("opentelemetry", "prometheus_client")
"""What only a bot that is watched needs."""
HEAVY = ("aiosqlite", "alembic", "apscheduler", "openai", "pydantic", "rich", "slack_bolt", "sqlalchemy", *WATCHING)


def loaded_by(words: list[str]) -> list[str]:
    """The heavy packages that a command has loaded when it ends."""
    script = f"""
import sys
from bot.commands import dispatch
dispatch({words!r})
print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=50
    )
    return done.stderr.split()


def test_help_is_there_before_anything_heavy_is_loaded() -> None:
    assert loaded_by(["--help"]) == []


def test_the_help_of_every_command_needs_nothing_heavy() -> None:
    script = f"""
import sys
from bot.commands import COMMANDS, dispatch
for name in COMMANDS:
    assert dispatch([name, "--help"]) == 0, name
print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr.split()) == (0, [])


def test_heavy_is_what_a_command_at_work_loads() -> None:
    loaded = loaded_by(["check", "--workflows", str(WORKFLOWS)])
    assert "pydantic" in loaded
    assert not {*loaded} & {*WATCHING}


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_every_command_is_in_the_overview(words: list[str], line: Line) -> None:
    answer = line.well(*words)
    assert all(f"  {name} " in answer.out and text in answer.out for name, text in COMMANDS.items())
    assert answer.err == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_module_of_its_own(name: str) -> None:
    assert importlib.util.find_spec(f"bot.commands.{name}_" if name == "try" else f"bot.commands.{name}") is not None


@pytest.mark.parametrize("words", [["start", "--help"], ["help", "start"], ["start", "-h"]])
def test_help_says_more_about_one_command(words: list[str], line: Line) -> None:
    answer = line.well(*words)
    assert "usage: countersign start" in answer.out
    assert "--dry-run" in answer.out


def test_the_version_is_that_of_the_package(line: Line) -> None:
    assert line.well("--version").out.startswith("countersign ")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["strat"], "Did you mean “start”?"),
        (["decied", "abc"], "Did you mean “decide”?"),
        (["xyzzy"], "There is no command “xyzzy”. See: countersign --help"),
        (["--data", "x", "runs"], "“--data” is no command. A command comes first, such as: countersign runs --json"),
        (["-v"], "“-v” is no command. A command comes first"),
        (["help", "xyzzy"], "There is no command “xyzzy”"),
    ],
)
def test_a_command_that_does_not_exist_is_mistyped(typed: list[str], said: str, line: Line) -> None:
    answer = line(*typed)
    assert answer.status == 2
    assert said in answer.err
    assert answer.out == ""


@every_short_text
def test_no_word_at_all_makes_a_command_of_itself(text: str, line: Line) -> None:
    answer = line(text)
    assert answer.status == 2
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    "words", [["start"], ["show"], ["runs", "--state", "odd"], ["runs", "--limit", "x"], ["brief"]]
)
def test_what_is_typed_wrong_ends_with_two(words: list[str], line: Line) -> None:
    answer = line(*words)
    assert answer.status == 2
    assert answer.err.startswith("usage: countersign ")
    assert not line.data.exists()


def test_only_what_is_missing_is_asked_for(line: Line) -> None:
    assert line("decide").err.endswith("the following arguments are required: RUN\n")


# --- what goes wrong -----------------------------------------------------------------------------------------------


def failing(error: BaseException) -> int:
    def run(arguments: argparse.Namespace) -> int:
        raise error

    return guarded(run, argparse.Namespace(data=None))


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NotAllowed("You may not."), 1, "You may not.\n"),
        (StoreBusy(), 1, "Another process is using the database. Nothing was changed: try again in a moment.\n"),
        (BotError("Something."), 1, "Something.\n"),
        (Mistyped("Not like this."), 2, "Not like this.\n"),
        (KeyboardInterrupt(), 130, "Interrupted. What was committed stays; nothing is done by halves.\n"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(error) == status
    assert capsys.readouterr() == ("", said)


def test_nobody_reads_a_stack_trace_but_whoever_looks_into_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATA", str(tmp_path / "new"))
    assert failing(ZeroDivisionError("a secret sum")) == 1
    said = capsys.readouterr().err
    log = tmp_path / "new" / "countersign.log"
    assert said == (
        f"Something in the bot itself failed (ZeroDivisionError). {log} says where; "
        "send it to whoever maintains this bot.\n"
    )
    assert "a secret sum" in log.read_text("utf-8")
    assert "test_dispatch.py" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_a_secret_in_an_error_does_not_reach_the_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATA", str(tmp_path))
    secret = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"
    failing(RuntimeError(f"the key {secret} was refused"))
    assert secret not in (tmp_path / "countersign.log").read_text("utf-8")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "data"), "data: Permission denied. Look at its rights, or"),
        (OSError(errno.ENOSPC, "No space left on device"), "The output: No space left on device. Make some room, then"),
        (OSError(errno.EROFS, "Read-only file system", "x"), "x: Read-only file system. The disk is mounted read-only"),
        (
            OSError(errno.EIO, "Input/output error", "x"),
            "x: Input/output error. Look at the disk and at the system log",
        ),
    ],
)
def test_what_the_machine_does_not_let_us_do_is_no_mistake_of_ours(
    error: OSError, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(error) == 1
    assert capsys.readouterr().err.startswith(said)


def test_a_log_that_cannot_be_written_is_said_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COUNTERSIGN_DATA", str(tmp_path / "file"))
    assert failing(RuntimeError()) == 1
    said = capsys.readouterr().err
    assert "could not be written down" in said
    assert "Traceback" not in said


@every_injection
def test_a_message_cannot_move_the_cursor(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    failing(NotAllowed(f"\x1b[2J{text}\x1b[0m\u202e"))
    said = capsys.readouterr().err
    assert not {"\x1b", "\u202e", "\x07", "\r"} & set(said)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    done = process(["show", b"caf\xe9\xff"], tmp_path / "data")
    assert done.returncode == 2
    assert done.stderr == b"What was typed is not UTF-8. Set the terminal to UTF-8, then type it again.\n"


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "bot", "brief", "show", "support_triage"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path / "data"),
        cwd=tmp_path,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    assert writer.stderr.read() == b""
    writer.stderr.close()
    assert writer.wait(timeout=50) == 0


def shell(line: str, data: Path) -> "subprocess.CompletedProcess[str]":
    """What a shell makes of a command."""
    words = ["sh", "-c", line.replace("countersign", f"{sys.executable} -m bot")]
    return subprocess.run(words, env=environment(data), capture_output=True, text=True, check=False, cwd=data.parent)


def test_output_that_nobody_takes_is_a_sentence_or_nothing(tmp_path: Path) -> None:
    full = shell("countersign brief show support_triage > /dev/full", tmp_path / "data")
    assert (full.returncode, full.stderr) == (
        1,
        "The output: No space left on device. Make some room, then try again.\n",
    )
    for closed in (">&-", "2>&-", "<&-", ">&- 2>&- <&-"):
        done = shell(f"countersign brief show support_triage {closed}", tmp_path / "data")
        assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    done = shell("mkdir gone && cd gone && rmdir ../gone && countersign runs", tmp_path / "data")
    assert done.stderr == "The folder you are in is gone. Change into one that is there.\n"
    assert done.returncode == 1


def test_a_terminal_that_knows_few_letters_shows_question_marks(tmp_path: Path) -> None:
    done = process(["xyzzy"], tmp_path / "data", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 2
    assert b"?" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_command_is_a_module_with_two_functions() -> None:
    module = commands._load("try")
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    assert parser.parse_args(["--ticket", "1"]).ticket == "1"


def test_options_may_stand_before_between_and_after_the_words(line: Line) -> None:
    said = {line(*words).err for words in (["show", "--json", "abc"], ["show", "abc", "--json"])}
    assert len(said) == 1
    assert "no data" in said.pop()


def test_dispatch_takes_its_words_from_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(("help", "runs")) == 0
    assert "usage: countersign runs" in capsys.readouterr().out
