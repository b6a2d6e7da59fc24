"""The bot runs in one process while people type in others; each hears of the other, and no signal loses anything."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store.lock import file_lock, lock_holder
from bot.adapters.systems.sandbox import Backstage, Fault
from bot.wiring import BACK_OFFICE, DATABASE
from tests.commands.line import Line, environment, process

PATIENCE = 40


class Served:
    """A bot in a process of its own, and what it says."""

    def __init__(self, started: "subprocess.Popen[str]") -> None:
        self.process = started
        self.seen: list[dict[str, Any]] = []
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for said in self.process.stdout:
            self._lines.put(said)
        self._lines.put("")

    def until(self, action: str, **more: str) -> dict[str, Any]:
        """The next line about this."""
        while True:
            said = self._lines.get(timeout=PATIENCE)
            assert said, f"It ended before it said {action}: {self.seen}"
            self.seen.append(json.loads(said))
            if self.seen[-1].items() >= {"action": action, **more}.items():
                return self.seen[-1]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def serving(data: Path, *words: str) -> Generator[Served]:
    command = [sys.executable, "-m", "bot", "serve", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(data), cwd=data.parent, text=True
    ) as started:
        try:
            yield Served(started)
        finally:
            started.kill()


@pytest.fixture
def served(line: Line, waiting: str) -> Iterator[Served]:
    """A running bot on data in which one run waits for finance."""
    with serving(line.data) as bot:
        bot.until("serve.ready")
        yield bot


# --- two processes -------------------------------------------------------------------------------------------------


def test_the_running_bot_carries_out_what_was_decided_elsewhere(line: Line, waiting: str, served: Served) -> None:
    answer = line.well("decide", waiting, "approve", "--as", "@farah")
    assert "The running bot carries it out." in answer.out
    told = served.until("person.told", run=waiting, to="sample/sam")
    assert told["text"].startswith("To sample/sam: Done. Send an answer to the customer → helpdesk:T-")
    assert line.show(waiting)["state"] == "done"


def test_a_run_started_elsewhere_is_noticed(line: Line, served: Served) -> None:
    run = line.start("outage")
    shown = served.until("card.shown", run=run)
    assert shown["step"] == "approved"
    assert shown["text"].endswith("Waits for 1 approval by support.")


def test_one_may_wait_until_it_is_carried_out(line: Line, waiting: str, served: Served) -> None:
    answer = line.well("decide", waiting, "approve", "--as", "@farah", "--wait", "--json").json
    assert (answer["state"], answer["carried_out"]) == ("done", False)
    assert len(Backstage(line.data / BACK_OFFICE).effects()) == 1


def test_a_session_goes_on_beside_the_bot(line: Line, served: Served) -> None:
    answer = line.well("try", "--ticket", "how-to", "--approve")
    assert "The running bot carries it out." in answer.out
    assert "is done." in answer.out


def test_a_brief_that_was_changed_elsewhere_counts_in_the_bot(line: Line, waiting: str, served: Served) -> None:
    line.well("brief", "set", "support_triage", "reviewers.finance.members", '["@tom"]', "--why", "x", "--as", "@olga")
    line.well("decide", waiting, "comment", "--text", "look", "--as", "@tom")
    served.until("card.shown", run=waiting)
    assert line("decide", waiting, "approve", "--as", "@farah").status == 1


def test_what_waits_when_it_stops_is_done_when_it_starts_again(line: Line, waiting: str, served: Served) -> None:
    Backstage(line.data / BACK_OFFICE).fault("helpdesk.SendReply", Fault.LOST_ANSWER)
    line.well("decide", waiting, "approve", "--as", "@farah")
    assert served.stop() == 0
    with serving(line.data) as again:
        told = again.until("person.told", run=waiting, to="sample/sam")
    assert told["text"].startswith("To sample/sam: Done. Send an answer to the customer → helpdesk:T-")
    assert len(Backstage(line.data / BACK_OFFICE).effects()) == 1


# --- one bot -------------------------------------------------------------------------------------------------------


def test_a_second_bot_is_told_of_the_first(line: Line, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.work.serve.PATIENCE", 0.0)
    answer = line("serve")
    assert answer.status == 1
    assert f"A bot is running on this data already (process {served.process.pid}," in answer.err


def test_the_doctor_knows_that_it_runs(line: Line, served: Served) -> None:
    assert lock_holder(line.data / DATABASE) == str(served.process.pid)
    assert f"It runs, as process {served.process.pid}." in line.well("doctor").out


def test_a_bot_waits_a_moment_for_a_command_to_end(line: Line, waiting: str) -> None:
    with ExitStack() as stack:
        with file_lock(line.data / DATABASE):
            bot = stack.enter_context(serving(line.data))
        bot.until("serve.ready")


# --- its life ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_when_its_work_is_done(one: signal.Signals, line: Line, waiting: str) -> None:
    with serving(line.data) as bot:
        bot.until("serve.ready")
        bot.process.send_signal(one)
        bot.until("serve.stopping")
        bot.until("serve.stopped")
        assert bot.process.wait(timeout=PATIENCE) == 0
        assert bot.process.stderr is not None
        assert bot.process.stderr.read() == ""


def test_a_second_signal_ends_it_where_it_stands(line: Line, waiting: str, served: Served) -> None:
    desk = Backstage(line.data / BACK_OFFICE)
    desk.fault("helpdesk.account_of", Fault.HANG, times=None)
    line.well("decide", waiting, "approve", "--as", "@farah")
    served.process.send_signal(signal.SIGTERM)
    served.until("serve.stopping")
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=PATIENCE) == 130
    desk.clear()
    line.start("outage")
    assert line.show(waiting)["state"] == "done"


def test_where_it_cannot_say_that_it_is_ready_it_does_not_begin(line: Line, waiting: str, tmp_path: Path) -> None:
    done = process(["serve", "--ready-file", str(tmp_path / "nowhere" / "ready")], line.data)
    assert done.returncode == 1
    assert done.stderr.decode().endswith("nowhere/ready cannot be written: No such file or directory.\n")


def test_it_says_when_it_is_ready(line: Line, waiting: str, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    with serving(line.data, "--ready-file", str(ready)) as bot:
        bot.until("serve.ready")
        assert ready.read_text() == f"{bot.process.pid}\n"
        assert bot.stop() == 0
    assert not ready.exists()


def test_a_ready_file_that_cannot_be_written_is_said(line: Line, waiting: str) -> None:
    answer = line("serve", "--ready-file", "no/such/folder/ready")
    assert answer.status == 1
    assert "cannot be written" in answer.err


# --- what it says --------------------------------------------------------------------------------------------------


def test_every_line_is_an_object_with_its_time(line: Line, served: Served) -> None:
    line.start("outage")
    served.until("card.shown")
    assert served.stop() == 0
    served.until("serve.stopped")
    for said in served.seen:
        assert said.keys() >= {"at", "level", "action", "text"}
        assert said["at"].endswith("Z")


def test_a_secret_does_not_reach_the_log(line: Line, waiting: str, served: Served) -> None:
    secret = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"
    line.well("decide", waiting, "reject", "--reason", "other", "--text", f"they wrote {secret}", "--as", "@tom")
    told = served.until("person.told", run=waiting)
    assert "they wrote" in told["text"]
    assert secret not in str(served.seen)


def test_people_get_words(line: Line, waiting: str) -> None:
    command = [sys.executable, "-m", "bot", "serve", "--log", "words"]
    env = environment(line.data)
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=line.data.parent, text=True) as bot:
        assert bot.stdout is not None
        first = bot.stdout.readline()
        bot.send_signal(signal.SIGTERM)
        rest = bot.stdout.read()
        assert bot.wait(timeout=PATIENCE) == 0
    assert "Running support_triage on" in first
    assert "{" not in first
    assert rest.rstrip().endswith("Stopped. What is due is kept, and carried out at the next start.")


def test_a_workflow_that_does_not_load_is_said_and_the_others_run(line: Line, tmp_path: Path) -> None:
    folder = tmp_path / "workflows"
    (folder / "broken").mkdir(parents=True)
    (folder / "broken" / "__init__.py").write_text("nonsense(")
    env = environment(line.data, COUNTERSIGN_WORKFLOWS=str(folder))
    command = [sys.executable, "-m", "bot", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=tmp_path, text=True) as started:
        bot = Served(started)
        warned = bot.until("workflow.unloaded")
        assert bot.stop() == 0
    assert warned["level"] == "warning"
    assert "broken does not load" in warned["text"]


def test_the_log_of_a_reader_that_went_away_stops_nobody(line: Line, waiting: str) -> None:
    read, write = os.pipe()
    command = [sys.executable, "-m", "bot", "serve", "--ready-file", "ready"]
    env = environment(line.data)
    with subprocess.Popen(command, stdout=write, stderr=subprocess.DEVNULL, env=env, cwd=line.data.parent) as bot:
        os.close(write)
        os.close(read)
        answer = line.well("decide", waiting, "approve", "--as", "@farah", "--wait")
        bot.send_signal(signal.SIGTERM)
        bot.wait(timeout=PATIENCE)
    assert answer.status == 0
    assert line.show(waiting)["state"] == "done"
