"""What a workflow has come to is read by people and by scripts; who declares an incident is heard and counted."""

from tests.commands.line import Line


def test_figures_are_read_with_what_they_are_a_share_of(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "approve", "--as", "@farah")
    answer = line.well("report", "support_triage").out
    assert "How they stand: done 1 of 1 (100 %)" in answer
    assert "Approved unchanged: 1 of 1 decided by people (100 %)" in answer
    assert "Reasons of rejections" not in answer
    figures = line.well("report", "support_triage", "--since", "2d", "--json").json
    assert figures["acceptance"] == {"of": 1, "among": 1}
    assert figures["runs"] == {"done": {"of": 1, "among": 1}}
    assert figures["response"]["of"] == figures["cycle"]["of"] == 1
    assert "rejections" not in figures


def test_a_workflow_or_a_time_that_is_none_is_said(line: Line, waiting: str) -> None:
    answer = line("report", "suport_triage")
    assert (answer.status, answer.err) == (
        1,
        "There is no workflow “suport_triage”. Did you mean support_triage?\n",
    )
    answer = line("report", "support_triage", "--since", "soon")
    assert answer.status == 2
    assert "--since" in answer.err


def test_an_incident_is_kept_told_and_counted_and_stops_nothing(line: Line, waiting: str) -> None:
    answer = line.well("incident", waiting, "It", "went", "to", "somebody", "else.", "--as", "@nadia")
    assert "The incident stands in the record." in answer.out
    assert "→ Olga Petrova: " in answer.out
    assert "→ Jonas Weber: " in answer.out
    entry = line.entry(waiting, "run.incident")
    assert entry["actor"] == "sample/nadia"
    assert line.show(waiting)["state"] == "waiting"
    assert line.well("report", "support_triage", "--json").json["incidents"] == {"of": 1, "among": 1}
    assert "declared an incident" in line.well("show", waiting).out


def test_an_incident_needs_words(line: Line, waiting: str) -> None:
    assert line("incident", waiting).status == 2
    answer = line("incident", waiting, "  ")
    assert (answer.status, answer.err) == (
        1,
        "Say what went wrong, in a few words: 2,000 letters at most.\n",
    )
