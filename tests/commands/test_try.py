"""Somebody who has just cloned the project sees the whole of it within a minute, and never meets a dead end."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage
from bot.commands.work.sample import pick, samples_of
from bot.domain.errors import Unknown
from bot.wiring import BACK_OFFICE, Bot
from tests.commands.line import OWN, SAMPLES, WORKFLOWS, Answer, Line, environment
from tests.naughty import every_injection, every_short_text

NAMES = sorted(file.stem for file in SAMPLES.glob("*.json"))


def typed(line: Line, *lines: str, words: tuple[str, ...] = ()) -> Answer:
    """A session in which these lines are typed, and then no more."""
    return line.well("try", *words, stdin="".join(f"{one}\n" for one in lines))


def sent(line: Line) -> list[str]:
    return [call.record for call in Backstage(line.data / BACK_OFFICE).effects()]


# --- the way through -----------------------------------------------------------------------------------------------


def test_the_ten_samples_are_offered(line: Line) -> None:
    shown = typed(line).out
    assert len(NAMES) == 10
    assert all(f"  {name}" in shown for name in NAMES)
    assert "the model is rules, no AI" in shown


def test_a_ticket_is_answered_once_it_is_approved(line: Line) -> None:
    shown = typed(line, "billing", "approve", "q").out
    assert "Sam Okafor starts support_triage: Charged twice in February" in shown
    assert "Farah Haddad is asked (finance)" in shown
    assert "helpdesk.SendReply on helpdesk:T-1001: done, R-" in shown
    assert "The help desk has changed:" in shown
    assert "Farah Haddad         approved: approve (typed by Sam Okafor)" in shown
    assert sent(line) == ["helpdesk:T-1001"]


def test_the_beginning_of_a_word_is_enough(line: Line) -> None:
    typed(line, "bil", "app", "q")
    assert sent(line) == ["helpdesk:T-1001"]


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_comes_to_an_end(name: str, line: Line) -> None:
    shown = line.well("try", "--ticket", name, "--approve").out
    assert "is done." in shown or "is stopped: Spam: nothing to answer." in shown


@pytest.mark.parametrize("number", range(1, 11))
def test_a_number_is_a_name_as_well(number: int) -> None:
    samples = samples_of(WORKFLOWS / "support_triage")
    assert pick(samples, str(number)) == pick(samples, NAMES[number - 1])


def test_an_edited_answer_is_approved_by_somebody_else(line: Line) -> None:
    shown = typed(line, "how-to", "edit", "We will call you.", ".", "approve", "q").out
    assert "Mia Lindqvist is asked" in shown
    assert "Leo Marchetti is asked" in shown
    assert "→ We will call you." in shown
    assert sent(line) == ["helpdesk:T-1003"]


def test_a_form_that_is_left_half_way_is_noted_and_decides_nothing(line: Line) -> None:
    typed(line, "billing", "edit")
    (run,) = line.well("runs", "--json").json["runs"]
    entry = line.entry(run["id"], "gate.abandoned")
    assert (entry["actor"], entry["step"], entry["notes"]["outcome"]) == ("sample/farah", "approved", "edit")
    assert run["state"] == "waiting"
    assert "closed the form without deciding: edit" in line.well("show", run["id"]).out
    typed(line, "outage", "quit", "q")
    kept = [one["id"] for one in line.well("runs", "--json").json["runs"] if one["id"] != run["id"]]
    assert all("gate.abandoned" not in line.events(id) for id in kept), "Who says nothing yet has closed no form."


def test_a_rejection_asks_for_its_reason(line: Line) -> None:
    shown = typed(line, "billing", "reject", "2", "too stiff", "q").out
    assert "is stopped: Rejected by Farah Haddad: wrong tone. too stiff" in shown
    assert sent(line) == []


def test_what_the_model_doubts_is_filled_in(line: Line) -> None:
    shown = typed(line, "ambiguous", "answer", "bug", "", "", "approve", "q").out
    assert "category (billing, bug, how-to, spam); Enter keeps" in shown
    assert "is done." in shown


def test_a_wrong_guess_is_corrected(line: Line) -> None:
    shown = typed(line, "billing", "correct", "triage", "bug", "", "", "approve", "q").out
    assert "Mia Lindqvist is asked (support)" in shown
    assert "is done." in shown


def test_a_redraft_a_comment_and_an_escalation_go_on_with_the_same_card(line: Line) -> None:
    shown = typed(line, "billing", "redraft", "shorter", "comment", "hm", "escalate", "too much", "approve", "q").out
    assert "Farah Haddad (comment): hm" in shown
    assert "is done." in shown


def test_one_may_speak_for_somebody_else_and_be_refused(line: Line) -> None:
    shown = typed(line, "billing", "as", "sam", "approve", "as", "nobody", "as", "tom", "approve", "q").out
    assert "Sam Okafor is asked" in shown
    assert "finance (@farah, @tom) decide this." in shown
    assert "Nobody here is called “nobody”." in shown
    assert "Tom Whitfield is asked (finance)" in shown
    assert sent(line) == ["helpdesk:T-1001"]


def test_the_words_explain_themselves(line: Line) -> None:
    shown = typed(line, "billing", "?", "xyzzy", "re", "show", "quit").out
    assert "approve     carry out exactly this" in shown
    assert "Type one of the words above." in shown
    assert "That could be reject or redraft or reassign." in shown
    assert shown.count("Fingerprint") == 2


def test_what_is_left_undecided_can_be_decided_later(line: Line) -> None:
    shown = typed(line, "billing", "quit", "q").out
    command = next(row for row in shown.splitlines() if "Decide it later" in row).partition(": ")[2]
    line.well(*command.split()[1:], "approve", "--as", "@farah")
    assert sent(line) == ["helpdesk:T-1001"]


def test_the_same_ticket_can_be_tried_again(line: Line) -> None:
    typed(line, "billing", "approve", "billing", "approve", "q")
    assert sent(line) == ["helpdesk:T-1001", "helpdesk:T-1001"]


def test_the_help_desk_can_forget(line: Line) -> None:
    line.well("try", "--ticket", "billing", "--approve")
    line.well("try", "--ticket", "spam", "--approve", "--fresh")
    assert sent(line) == []


# --- ends ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("billing",),
        ("billing", "edit"),
        ("billing", "edit", "one line"),
        ("billing", "reject"),
        ("billing", "reject", "1"),
        ("billing", "as"),
        ("billing", "correct", "triage"),
        ("ambiguous", "answer"),
        ("billing", "approve"),
    ],
)
def test_the_end_of_the_input_ends_it_with_a_sentence(lines: tuple[str, ...], line: Line) -> None:
    answer = typed(line, *lines)
    assert answer.out.endswith(f"Goodbye. Everything is kept in {line.data}: countersign runs\n")
    assert answer.err == ""


@every_injection
def test_no_line_that_is_typed_breaks_the_session(text: str, line: Line) -> None:
    answer = line("try", "--ticket", "billing", stdin="\n".join([text, "comment", text, "edit", text, ".", "q"]))
    assert answer.status == 0
    assert "Goodbye." in answer.out
    assert not {"\x1b", "\u202e"} & set(answer.out)


def test_bytes_that_are_no_text_are_asked_for_again(line: Line) -> None:
    answer = line("try", stdin=b"caf\xe9\nq\n")
    assert answer.status == 0
    assert "Goodbye." in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ticket", "11"], "Type a number from 1 to 10, or a name."),
        (["--ticket", "biling"], "Did you mean billing?"),
        (["suport_triage"], "Did you mean support_triage?"),
        (["--ticket", "billing", "--reject", "rong tone"], "Did you mean “wrong tone”?"),
        (["--ticket", "billing", "--edit", "ticket_id=T-2"], "says which record this is about"),
    ],
)
def test_what_does_not_fit_is_said(words: list[str], said: str, line: Line) -> None:
    answer = line("try", *words)
    assert answer.status == 1
    assert said in answer.err


def test_a_workflow_without_samples_says_where_they_go(line: Line) -> None:
    line.workflows = OWN
    answer = line("try", "notice")
    assert f"notice has no samples to try. Put some into {OWN / 'notice' / 'samples'}" in answer.err


@every_short_text
def test_a_sample_is_picked_or_the_right_words_are_said(text: str) -> None:
    samples = samples_of(WORKFLOWS / "support_triage")
    with suppress(Unknown):
        assert pick(samples, text) in samples


def something_real(bot: Bot) -> bool:
    return False


def test_it_is_for_playing_only(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.wiring.Bot.all_sandbox", something_real)
    answer = line("try", "--ticket", "billing", "--approve")
    assert answer.status == 1
    assert "Real systems are connected here" in answer.err


# --- a terminal ----------------------------------------------------------------------------------------------------


def read_until(master: int, what: str) -> str:
    """What a terminal shows, until it shows this."""
    seen = b""
    while what.encode() not in seen:
        ready, _, _ = select.select([master], [], [], 40)
        assert ready, seen.decode()
        seen += os.read(master, 65_536)
    return seen.decode(errors="replace")


def press_until(master: int, started: "subprocess.Popen[bytes]", what: str) -> None:
    """Press Control-C as people do: once more where nothing comes, for the prompt shows just before anybody listens."""
    seen = b""
    while what.encode() not in seen:
        started.send_signal(signal.SIGINT)
        while what.encode() not in seen and select.select([master], [], [], 5)[0]:
            seen += os.read(master, 65_536)


@contextmanager
def at_a_terminal(tmp_path: Path, **more: str) -> Generator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A session that believes somebody sits there; the other end of its terminal."""
    master, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "try"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment(tmp_path / "data", TERM="xterm", COLUMNS="80", **more),
        cwd=tmp_path,
        start_new_session=True,
    ) as started:
        os.close(terminal)
        try:
            yield master, started
        finally:
            started.kill()
            os.close(master)


COLOUR = re.compile("\x1b\\[[0-9;]*m")


def test_a_terminal_gets_a_frame_as_wide_as_it_is_and_control_c_ends_it(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path) as (master, started):
        read_until(master, "ends. ")
        os.write(master, b"billing\n")
        shown = read_until(master, "> ")
        assert COLOUR.search(shown)
        rows = [row for row in COLOUR.sub("", shown).splitlines() if row[:1] in set("╭│╰")]
        assert len(rows) > 20
        assert max(map(len, rows)) <= 80
        press_until(master, started, "Goodbye.")
        assert started.wait(timeout=40) == 0


def test_whoever_wants_no_colour_gets_none(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, NO_COLOR="1") as (master, started):
        read_until(master, "ends. ")
        os.write(master, b"billing\n")
        shown = read_until(master, "> ")
        assert not any(f"\x1b[{code}m" in shown for code in range(30, 48))
        os.write(master, b"\x04")
        read_until(master, "Goodbye.")
        assert started.wait(timeout=40) == 0
