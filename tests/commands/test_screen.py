"""What is shown is readable on a terminal and in a pipe; what is typed is read strictly; what is logged is whole."""

import json
import logging
import re
import sys
from asyncio import CancelledError
from contextlib import suppress
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.commands.shell.failure import Mistyped
from bot.commands.shell.form import describe, options_of
from bot.commands.shell.log import Lines, Words, log_to_file, log_to_stream
from bot.commands.shell.screen import Screen, Style
from bot.commands.shell.typed import keep_input, parse_object, parse_text, plain_of, read_fields
from bot.domain.card import Card, Deed, Line
from bot.domain.errors import Unfit
from bot.domain.redaction import Redactor
from bot.intents.helpdesk import Ticket, TicketState
from tests.conftest import log_set_up
from tests.domain import sample
from tests.naughty import TEXTS, every_bytes, every_json, every_short_text

SECRET = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"
CARD = Card(
    title="Send an answer → helpdesk:T-1",
    standing="Waits for 1 approval by support.",
    verbs=("approve",),
    deeds=(Deed("Send an answer", "helpdesk:T-1", (Line("body", "word " * 60),), "It cannot be undone."),),
    doubts=("it may be two things",),
    banner="Rehearsal model: rules, no AI.",
)


# --- the screen ----------------------------------------------------------------------------------------------------


def test_a_pipe_gets_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(rich=False)
    screen.say("hello", "good")
    screen.card(CARD)
    screen.table(("a", "b"), [("1", "two"), ("three", "")])
    shown = capsys.readouterr().out
    assert shown.startswith("hello\n[Rehearsal model: rules, no AI.]\nSend an answer")
    assert shown.endswith("a      b\n1      two\nthree\n")
    assert not set(shown) & set("\x1b│╭")


@pytest.mark.parametrize("rich", [False, True])
def test_columns_line_up_whatever_stands_in_them(
    rich: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    names = ["Ana", "山田花子", "Zoe\u0301", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "שלום", "한국어"]
    Screen(rich=rich).table(("who", "what"), [(name, "waits") for name in names])
    _, *rows = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == len(names)
    assert len({cell_len(row[: row.index("waits")]) for row in rows}) == 1


@pytest.mark.parametrize("columns", ["10", "30", "44", "80"])
def test_nothing_of_a_table_is_cut_off_on_a_narrow_terminal(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    cells = ["1m8fy0e0raekqbsexk9g71et", "support_triage", "waits for somebody of finance", "Sam"]
    Screen(rich=True).table(("run", "workflow", "state", "by"), [cells])
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert "…" not in shown
    assert sorted("".join(shown.split())) == sorted(
        "".join(["run", "workflow", "state", "by", *cells]).replace(" ", "")
    )


@pytest.mark.parametrize("columns", ["0", "1", "7", "24", "300"])
def test_a_card_is_drawn_on_a_terminal_of_any_width(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    Screen(rich=True).card(CARD)
    shown = capsys.readouterr().out
    assert "word" in shown
    assert ("╭" in shown) == (columns not in ("1", "7")), "0 says nothing"


def test_a_terminal_gets_colours_and_a_frame(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Screen(rich=True)
    screen.say("hello", "good")
    screen.card(CARD)
    screen.table(("a", "b"), [("1", "two")])
    shown = capsys.readouterr().out
    assert "\x1b[32mhello\x1b[0m" in shown
    assert "╭" in shown
    assert "two" in shown


@pytest.mark.parametrize("rich", [True, False])
@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if len(text) < 1_000])
def test_no_text_moves_the_cursor(
    name: str, rich: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen(rich=rich)
    screen.say(TEXTS[name])
    screen.table(("text",), [(TEXTS[name],)])
    shown = capsys.readouterr().out
    own = shown.replace("\x1b[2m", "").replace("\x1b[0m", "") if rich else shown
    assert not [letter for letter in own if letter in "\x00\x07\x08\x1b\x9b\u202e\u2066"]


def test_pieces_of_a_line_have_their_own_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    pieces: list[tuple[str, Style]] = [("same ", ""), ("out", "bad"), ("in\u202e", "good")]
    Screen(rich=False).spans(pieces)
    assert capsys.readouterr().out == "same outin⟨U+202E⟩\n"
    Screen(rich=True).spans(pieces)
    assert capsys.readouterr().out == "same \x1b[31mout\x1b[0m\x1b[32min⟨U+202E⟩\x1b[0m\n"


def test_markup_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(rich=True).say("[bold red]not red[/] :smile:")
    assert "[bold red]not red[/] :smile:" in capsys.readouterr().out


def test_json_is_one_value_with_its_letters(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().json({"name": "Inês", "n": 1})
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"name": "Inês", "n": 1}
    assert "Inês" in shown


def test_an_aside_stays_out_of_the_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().aside("by the way")
    assert capsys.readouterr() == ("", "by the way\n")


def test_long_work_may_be_quiet_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with Screen(rich=False).progress("Asked", 10, quiet=True) as tell:
        tell(10)
    assert capsys.readouterr() == ("", "")


def test_long_work_is_told_in_tenths(capsys: pytest.CaptureFixture[str]) -> None:
    with Screen(rich=False).progress("Reading", 1_000) as done:
        for n in range(0, 1_001, 7):
            done(n)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 9
    assert lines[0] == "Reading: 105 of 1,000"


def test_work_of_no_length_is_told_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    with Screen(rich=False).progress("Reading", 0) as done:
        done(0)
    assert capsys.readouterr().err == "Reading: 0 of 0\n"


@pytest.mark.parametrize(
    ("typed", "heard"), [(b"yes\n", "yes"), (b"no end", "no end"), (b"", None), (b"\n", ""), (b"caf\xff\n", "")]
)
def test_a_line_is_heard_as_it_was_typed(
    typed: bytes, heard: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(typed), encoding="utf-8"))
    assert Screen().ask("well? ") == heard
    assert capsys.readouterr().out.startswith("well? ")


# --- what is typed -------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.from_regex(r"[a-z_.]{1,12}", fullmatch=True), st.text(), max_size=4))
def test_fields_are_read_as_they_were_typed(fields: dict[str, str]) -> None:
    assert read_fields(f"{name}={value}" for name, value in fields.items()) == fields


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("n:=5", 5),
        ("n:=true", True),
        ('n:=["a",1,null]', ["a", 1, None]),
        ('n:={"a":{"b":[]}}', {"a": {"b": []}}),
        ("n:=1.50", "1.50"),
        ("n=5", "5"),
        ("n==", "="),
        ("n=:=", ":="),
    ],
)
def test_a_colon_makes_it_json(word: str, value: object) -> None:
    assert read_fields([word]) == {"n": value}


@pytest.mark.parametrize("word", ["n:=", "n:=[", "n:=NaN", 'n:={"a":1,"a":2}', "n:='x'"])
def test_json_that_is_not_strict_is_mistyped(word: str) -> None:
    with pytest.raises(Mistyped, match="n: this is no JSON we accept"):
        read_fields([word])


@every_short_text
def test_any_word_is_a_field_or_mistyped(text: str) -> None:
    with suppress(Mistyped):
        assert len(read_fields([text])) == 1


@every_json
def test_an_object_is_read_strictly(raw: bytes) -> None:
    with pytest.raises(Unfit, match=r"here\.json is no JSON"):
        parse_object(raw, source="here.json")


@every_bytes
def test_bytes_are_text_or_unfit(raw: bytes) -> None:
    with suppress(Unfit):
        assert parse_text(raw, source="-").encode() == raw


def test_a_text_loses_the_newline_that_its_file_ends_with() -> None:
    assert parse_text(b"one\ntwo\n", source="x") == "one\ntwo"
    assert parse_text(b"one\r\n", source="x") == "one"
    assert parse_text(b"one\n\n", source="x") == "one\n"


def test_fractions_stay_exact() -> None:
    assert plain_of([0.1, {"a": 2.5}, "x", None, True]) == ["0.1", {"a": "2.5"}, "x", None, True]


def kept(folder: Path, raw: bytes, *, at: str = "ticket", **classes: str) -> str:
    """What is kept of an input that was refused, by a brief that gives its fields these classes."""
    terms = sample.terms(data={"classes": {name.replace("__", "."): one for name, one in classes.items()}})
    said = keep_input(folder, raw, Redactor(["hunter-of-seven"]), name="a", terms=terms, at=at)
    if not said:
        return ""
    assert said == f"What you sent is kept in {folder / 'refused-a'}."
    return (folder / "refused-a").read_text("utf-8")


def test_what_cannot_be_kept_is_not_promised(tmp_path: Path) -> None:
    assert kept(tmp_path / "nowhere", b"x") == ""
    assert kept(tmp_path, b"caf\xff", at="") == "caf\ufffd"


def test_what_was_refused_is_kept_as_it_was_typed(tmp_path: Path) -> None:
    typed = '{"email": "no address",\n "subject": "x"}'
    assert kept(tmp_path, typed.encode(), ticket__email="personal") == typed


def test_a_field_that_is_a_secret_is_not_kept_when_it_is_refused(tmp_path: Path) -> None:
    typed = b'{"email": "no address", "subject": "the heron flies at seven"}'
    text = kept(tmp_path, typed, ticket__subject="secret")
    assert "heron" not in text
    assert json.loads(text) == {"email": "no address", "subject": "[secret removed]"}


@pytest.mark.parametrize("raw", [b"subject: the heron flies at seven", b'{"subject": "the heron', b"\xff"])
def test_what_has_no_fields_is_not_kept_where_one_would_be_a_secret(raw: bytes, tmp_path: Path) -> None:
    assert kept(tmp_path, raw, ticket__subject="secret") == ""
    assert [*tmp_path.iterdir()] == []


def test_a_known_secret_is_not_kept_either(tmp_path: Path) -> None:
    assert kept(tmp_path, b"the hunter-of-seven", at="") == "the [secret removed]"


def test_a_fact_is_described_field_by_field() -> None:
    assert "  language     text, may be left out (then en)" in describe(Ticket).splitlines()
    assert "  status         one of open, answered, closed" in describe(TicketState).splitlines()
    assert "  last_reply_id  text, may be left out" in describe(TicketState).splitlines()
    assert options_of(TicketState, "status") == ("open", "answered", "closed")
    assert options_of(TicketState, "messages") == ()


# --- the log -------------------------------------------------------------------------------------------------------


def record(text: str, level: int = logging.INFO, **more: object) -> logging.LogRecord:
    one = logging.LogRecord("countersign", level, "file.py", 1, text, (), None)
    vars(one).update(more)
    return one


def test_a_remark_is_one_line_of_json() -> None:
    line = Lines(Redactor()).format(record("two\nlines", action="x.y", run="abc", step="s", to="p", odd="no"))
    assert "\n" not in line
    said = json.loads(line)
    assert said.pop("at").endswith("Z")
    assert said == {"level": "info", "action": "x.y", "run": "abc", "step": "s", "to": "p", "text": "two\nlines"}


@every_short_text
def test_any_remark_is_one_line(text: str) -> None:
    for formatter in (Lines(Redactor()), Words(Redactor(), traces=False)):
        line = formatter.format(record(text.replace("%", "%%"))).encode("utf-8", "replace").decode()
        assert len(line.splitlines()) <= 1 or "\u2028" in line or "\x85" in line or "\u2029" in line
        assert "\n" not in line
        assert "\x1b" not in line


@pytest.mark.parametrize("formatter", [Lines(Redactor([SECRET])), Words(Redactor([SECRET]), traces=True)])
def test_no_secret_reaches_the_log(formatter: logging.Formatter) -> None:
    try:
        raise RuntimeError(f"the key {SECRET}")
    except RuntimeError:
        one = record(f"refused: {SECRET}", logging.ERROR)
        one.exc_info = sys.exc_info()
    assert SECRET not in formatter.format(one)
    assert "RuntimeError" in formatter.format(one)


def test_only_what_is_worth_it_goes_to_the_file(tmp_path: Path) -> None:
    written = tmp_path / "countersign.log"
    with log_to_file(tmp_path, Redactor()):
        logging.getLogger("countersign").info("nothing much")
        assert not written.exists()
        logging.getLogger("countersign").warning("the disk is slow")
    assert "warning: the disk is slow" in written.read_text("utf-8")
    assert written.stat().st_mode & 0o077 == 0


def test_whoever_is_told_of_the_file_finds_it(tmp_path: Path) -> None:
    written = tmp_path / "data" / "countersign.log"
    with log_to_file(tmp_path / "data", Redactor(), made=True):
        assert written.read_text("utf-8") == ""
        assert [one.stat().st_mode & 0o077 for one in (written, written.parent)] == [0, 0]
        logging.getLogger("countersign").warning("the disk is slow")
    assert "warning: the disk is slow" in written.read_text("utf-8")


def test_a_full_disk_keeps_nobody_from_working(capsys: pytest.CaptureFixture[str]) -> None:
    with log_to_file(Path("/dev/null/nowhere"), Redactor(), made=True):
        logging.getLogger("countersign").warning("lost")
    assert capsys.readouterr() == ("", "")


def test_a_person_at_the_log_reads_no_stack_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    with log_to_stream(Redactor(), data=tmp_path, as_words=True):
        try:
            raise RuntimeError("inside")
        except RuntimeError:
            logging.getLogger("countersign").exception("It failed")
    assert stream.getvalue().rstrip().endswith("error: It failed")
    assert "RuntimeError: inside" in (tmp_path / "countersign.log").read_text("utf-8")


def test_what_ends_with_the_bot_is_no_failure_to_log(tmp_path: Path) -> None:
    with log_to_file(tmp_path, Redactor()):
        for error in (CancelledError(), ValueError("a real one")):
            try:
                raise error
            except BaseException:
                logging.getLogger("apscheduler.executors.default").exception("A job raised an exception")
        logging.getLogger("apscheduler.scheduler").warning("skipped: maximum number of running instances reached")
    written = (tmp_path / "countersign.log").read_text("utf-8")
    assert (written.count("A job raised"), "ValueError: a real one" in written) == (1, True)
    assert "skipped" not in written


@pytest.mark.parametrize("as_words", [True, False])
def test_the_log_is_left_as_it_was_found(tmp_path: Path, as_words: bool) -> None:
    """Whatever happens meanwhile: what a process has set up for itself is there again, and hears what comes then."""
    found, quiet = log_set_up(), logging.getLogger("apscheduler")
    with suppress(ZeroDivisionError), log_to_stream(Redactor(), data=tmp_path, as_words=as_words):
        assert log_set_up() != found
        assert quiet.level == logging.WARNING
        raise ZeroDivisionError
    with log_to_file(tmp_path, Redactor()):
        assert log_set_up() != found
    assert log_set_up() == found
    logging.getLogger("countersign").warning("too late")
    assert not (tmp_path / "countersign.log").exists()


def test_one_log_within_another_is_one_more_listener(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    with log_to_file(tmp_path, Redactor()), log_to_file(tmp_path / "inner", Redactor()):
        logging.getLogger("countersign").warning("heard")
    for folder in (tmp_path, tmp_path / "inner"):
        assert (folder / "countersign.log").read_text("utf-8").count("heard") == 1
