"""A command line for tests: what is typed, what comes back."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from bot.commands import dispatch
from tests.gathered import TRIAGE_ALONE

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "workflows"
WORKFLOWS = TRIAGE_ALONE
OWN = Path(__file__).parent / "workflows"
"""Two workflows for what support triage has not: a change that nobody can look up, and a plan that can be undone."""
SAMPLES = WORKFLOWS / "support_triage" / "samples"


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Line:
    """Types commands in this process, on data of its own."""

    data: Path
    workflows: Path = WORKFLOWS

    def __call__(self, *words: str, stdin: str | bytes | None = None) -> Answer:
        """Run one command to its end."""
        raw = stdin.encode() if isinstance(stdin, str) else stdin or b""
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
            patched.setenv("COUNTERSIGN_DATA", str(self.data))
            patched.setenv("COUNTERSIGN_WORKFLOWS", str(self.workflows))
            patched.setattr(sys, "stdin", TextIOWrapper(BytesIO(raw), encoding="utf-8"))
            status = dispatch(words)
        return Answer(status, out.getvalue(), err.getvalue())

    def well(self, *words: str, stdin: str | bytes | None = None) -> Answer:
        """The same, for commands that have to work."""
        answer = self(*words, stdin=stdin)
        assert answer.status == 0, f"{words}: {answer.err or answer.out}"
        return answer

    def start(self, sample: str = "billing", *more: str) -> str:
        """Start a sample; the run's id."""
        where = str(SAMPLES / f"{sample}.json")
        return str(self.well("start", "support_triage", "--input", where, "--json", *more).json["id"])

    def start_ticket(self, workflow: str) -> str:
        """Start another workflow with the same ticket."""
        where = str(SAMPLES / "billing.json")
        return str(self.well("start", workflow, "--input", where, "--json").json["id"])

    def show(self, run: str) -> Any:
        return self.well("show", run, "--json").json

    def events(self, run: str) -> list[str]:
        """The record of a run, as kinds of entries."""
        return [entry["event"] for entry in self.show(run)["timeline"]]

    def entry(self, run: str, event: str) -> Any:
        """The last entry of a kind."""
        return [entry for entry in self.show(run)["timeline"] if entry["event"] == event][-1]


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a process of its own is told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
    own = {"COUNTERSIGN_DATA": str(data), "COUNTERSIGN_WORKFLOWS": str(WORKFLOWS), "PYTHONPATH": str(ROOT)}
    return {**kept, **own, **more}


def process(
    words: Sequence[str | bytes], data: Path, *, stdin: bytes = b"", cwd: Path | None = None, **more: str
) -> "subprocess.CompletedProcess[bytes]":
    """A command as somebody runs it: a process of its own."""
    command: list[str | bytes] = [sys.executable, "-m", "bot", *words]
    env: Mapping[str, str] = environment(data, **more)
    return subprocess.run(command, input=stdin, capture_output=True, env=env, cwd=cwd or data.parent, timeout=50)
