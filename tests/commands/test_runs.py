"""People find the runs they look for, and those that wait for them, a page at a time."""

import pytest

from tests.commands.line import OWN, Line


def found(line: Line, *words: str) -> list[str]:
    return [run["id"] for run in line.well("runs", "--json", *words).json["runs"]]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Line, dict[str, str]]:
    """Four runs: one waits for finance, one is done, one waits for support to fill in, one waits to be confirmed."""
    line = Line(tmp_path_factory.mktemp("many") / "data")
    runs = {name: line.start(name) for name in ("billing", "outage", "ambiguous", "spam")}
    line.well("decide", runs["outage"], "approve", "--as", "@mia")
    return line, runs


Many = tuple[Line, dict[str, str]]


def test_runs_are_listed_newest_first(many: Many) -> None:
    line, runs = many
    assert found(line) == [*reversed(runs.values())]


def test_a_line_says_what_a_person_wants_to_know(many: Many) -> None:
    line, runs = many
    head, *rows = line.well("runs").out.splitlines()
    assert head.split() == "run workflow state waits for started by started cost".split()
    row = next(row for row in rows if row.startswith(runs["billing"][-7:]))
    assert "support_triage  waiting  approved: finance  Sam Okafor" in row


def test_a_pipe_gets_no_colours_and_no_frames(many: Many) -> None:
    line, _ = many
    assert not set(line.well("runs").out) & set("\x1b│─┌╭━")


def test_the_shape_for_scripts_is_kept(many: Many) -> None:
    line, _ = many
    answer = line.well("runs", "--json").json
    assert answer.keys() == {"runs", "before"}
    assert answer["runs"][0].keys() == {
        *("id", "workflow", "state", "paused", "stage", "requester", "owner", "reason", "waiting_for"),
        *("started_at", "changed_at", "ended_at", "spent_micros"),
    }
    assert answer["runs"][0]["started_at"].endswith("Z")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--state", "done"], ["outage"]),
        (["--state", "done", "--state", "waiting"], ["spam", "ambiguous", "outage", "billing"]),
        (["--open"], ["spam", "ambiguous", "billing"]),
        (["--open", "--state", "done"], []),
        (["--mine"], ["spam", "ambiguous", "outage", "billing"]),
        (["--mine", "--as", "@mia"], []),
        (["--workflow", "support_triage", "--state", "parked"], []),
        (["--limit", "1"], ["spam"]),
    ],
)
def test_runs_are_found_by_what_one_remembers(words: list[str], names: list[str], many: Many) -> None:
    line, runs = many
    assert found(line, *words) == [runs[name] for name in names]


@pytest.mark.parametrize(
    ("person", "names"),
    [
        ("@farah", ["billing"]),
        ("@mia", ["spam", "ambiguous"]),
        ("@leo", ["spam", "ambiguous"]),
        ("@sam", []),
        ("@gus", []),
        ("@vera", []),
    ],
)
def test_what_waits_for_somebody_is_what_they_may_decide(person: str, names: list[str], many: Many) -> None:
    line, runs = many
    assert found(line, "--waiting-for-me", "--as", person) == [runs[name] for name in names]


def test_nothing_waits_for_most_people(many: Many) -> None:
    line, _ = many
    assert line.well("runs", "--waiting-for-me").out == "Nothing waits for you.\n"


def test_whoever_was_invited_is_waited_for(line: Line, waiting: str) -> None:
    assert found(line, "--waiting-for-me", "--as", "@olga") == []
    line.well("decide", waiting, "escalate", "--text", "too much money", "--as", "@farah")
    assert found(line, "--waiting-for-me", "--as", "@olga") == [waiting]


def test_whoever_edited_is_no_longer_waited_for(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "edit", "body=Mine.", "--as", "@farah")
    assert found(line, "--waiting-for-me", "--as", "@farah") == []
    assert found(line, "--waiting-for-me", "--as", "@tom") == [waiting]


def test_a_question_to_the_requester_waits_for_them(line: Line) -> None:
    line.workflows = OWN
    run = line.start_ticket("labelling")
    assert found(line, "--waiting-for-me") == [run]
    assert found(line, "--waiting-for-me", "--as", "@leo") == []


def test_the_next_page_begins_where_this_one_ends(many: Many) -> None:
    line, runs = many
    pages: list[str] = []
    before = None
    for _ in range(4):
        answer = line.well("runs", "--limit", "1", "--json", *(["--before", before] if before else [])).json
        pages += [run["id"] for run in answer["runs"]]
        before = answer["before"]
    assert pages == [*reversed(runs.values())]


def test_people_are_told_how_to_see_more(many: Many) -> None:
    line, runs = many
    assert line.well("runs", "--limit", "2").err == f"There may be more: add --before {runs['ambiguous'][-7:]}\n"
    assert line.well("runs", "--limit", "100").err == ""


def test_whoever_wonders_why_nothing_moves_finds_out(line: Line, waiting: str) -> None:
    line.well("pause", "support_triage", "--why", "look first", "--as", "@olga")
    assert line.well("runs").err == "support_triage is paused: look first\n"
    assert line.well("runs", "--json").err == ""


@pytest.mark.parametrize("limit", ["0", "-1", "501", "99999999999999999999"])
def test_a_page_has_a_sensible_size(limit: str, line: Line) -> None:
    answer = line("runs", f"--limit={limit}")
    assert (answer.status, answer.err) == (2, "--limit is a number from 1 to 500.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--workflow", "support_triag"], "Did you mean support_triage?"),
        (["--before", "zzzz"], "No run begins or ends with “zzzz”."),
        (["--mine", "--as", "nobody"], "Nobody here is called “nobody”."),
    ],
)
def test_what_is_not_there_is_said(words: list[str], said: str, many: Many) -> None:
    line, _ = many
    answer = line("runs", *words)
    assert answer.status == 1
    assert said in answer.err


def test_a_search_that_finds_nothing_says_so(many: Many) -> None:
    line, _ = many
    assert line.well("runs", "--state", "failed").out == "There is no such run.\n"


@pytest.mark.parametrize("words", [["runs"], ["show", "x"], ["decide", "x"], ["cancel", "x"], ["undo", "x"]])
def test_looking_where_nothing_is_leaves_nothing_behind(words: list[str], line: Line) -> None:
    answer = line(*words)
    assert answer.status == 1
    assert f"There is no data in {line.data} yet" in answer.err
    assert "countersign try" in answer.err
    assert not line.data.exists()
