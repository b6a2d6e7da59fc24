"""A workflow of one's own from one that ships: asked for on a terminal, given by a script, whole or not at all."""

import io
from pathlib import Path

import pytest

from bot.commands.shell.screen import Screen
from bot.domain.declared.toml import read_toml
from tests.commands.line import SHIPPED as WORKFLOWS
from tests.commands.line import Answer, Line

SOME = ("support_triage", "lead_intake", "stalled_deals")
"""One without tables, one with, one that starts another; `tests/adapters/library/test_copying.py` takes all."""
FLOWS = Path(__file__).parents[1] / "application" / "flows"


@pytest.fixture
def line(line: Line) -> Line:
    """A command line with everything that ships."""
    line.workflows = WORKFLOWS
    return line


def brief(folder: Path) -> dict[str, object]:
    return dict(read_toml((folder / "brief.toml").read_bytes(), file="brief.toml").data)


def new(line: Line, *words: str) -> Answer:
    return line("new", "mail_triage", "--from", "support_triage", "--in", "mine", *words)


def there() -> list[str]:
    """What there is besides the data, also what is hidden."""
    return sorted(one.name for one in Path().iterdir() if one.name != "data")


def test_without_words_it_lists_what_there_is_with_a_line_each(line: Line) -> None:
    answer = line.well("new")
    assert "support_triage  " in answer.out
    assert "Answer a support ticket: sort it, draft an answer" in answer.out
    assert len(answer.out.splitlines()) == len([*WORKFLOWS.glob("*/brief.toml")])
    assert "countersign new NAME --from WORKFLOW" in answer.err


@pytest.mark.parametrize("template", SOME)
def test_what_ships_becomes_another_that_passes_every_check(template: str, line: Line) -> None:
    answer = line("new", "my_own", "--from", template, "--in", "mine")
    if answer.status:  # it starts runs of another one, and says what to type before
        assert there() == []
        line.well(*answer.err.strip().rpartition("countersign ")[2].split())
        answer = line.well("new", "my_own", "--from", template, "--in", "mine")
    said = answer.out
    assert "mine/my_own is there, and passes every check." in said
    line.workflows = Path("mine")
    checked = line.well("check", "my_own")
    assert "refuse" not in checked.out
    kept = {file.relative_to(WORKFLOWS / template) for file in (WORKFLOWS / template).rglob("*.*")}
    made = {file.relative_to("mine/my_own") for file in Path("mine/my_own").rglob("*.*")}
    assert {path for path in kept if "__pycache__" not in path.parts} == {
        p for p in made if "__pycache__" not in p.parts
    }
    assert brief(Path("mine/my_own"))["stage"] == "shadow"
    assert there() == ["mine"]


def test_what_a_script_answers_stands_in_the_brief(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(
        'owner = "@mia"\nbaseline = 12.5\nreview-date = 2027-03-31\n'
        '[reviewers.support]\nmembers = ["@leo", "@ines"]\nchannel = "#mail"\n'
    )
    new(line, "--answers", str(file), "--stage", "assisted", "--answer", "owner=@tom", "--answer", "pager=#on-call")
    made = brief(Path("mine/mail_triage"))
    assert (made["owner"], made["pager"], made["stage"]) == ("@tom", "#on-call", "assisted")
    assert (made["metric"], str(made["review_date"])) == (
        {
            "name": "Minutes until the first answer",
            "target": "under 30 minutes for 9 of 10 tickets",
            "baseline_minutes": 12.5,
        },
        "2027-03-31",
    )
    reviewers = made["reviewers"]
    assert isinstance(reviewers, dict)
    assert (reviewers["support"]["members"], reviewers["support"]["channel"]) == (["@leo", "@ines"], "#mail")


REFUSED = (
    (("--owner", "@nobody"), "owner: Nobody here is called “@nobody”."),
    (("--stage", "automatic"), "stage: A new workflow starts at shadow or assisted, not at “automatic”."),
    (("--baseline", "soon"), "baseline: “soon” is no number of minutes."),
    (("--baseline", "0"), "baseline: “0” is no number of minutes."),
    (("--review-date", "tomorrow"), "review-date: “tomorrow” is no day."),
    (("--answer", "reviewers.support.channel=support"), "“support” is no channel."),
    (("--answer", "reviewers.support.members= "), "Name at least one person"),
    (("--answer", "reviewers.suport.members=@mia"), "Did you mean reviewers.support.members?"),
    (("--answer", "owner"), "is no answer: write NAME=TEXT"),
    (("--answers", "nowhere.toml"), "cannot be read"),
)


@pytest.mark.parametrize(("words", "says"), REFUSED, ids=[words[-1] for words, _ in REFUSED])
def test_an_answer_that_is_none_is_refused_and_nothing_is_written(
    words: tuple[str, ...], says: str, line: Line
) -> None:
    answer = new(line, *words)
    assert answer.status in (1, 2)
    assert says in answer.err
    assert there() == []


def test_what_would_not_pass_the_checks_is_not_written_and_its_own_place_is_named(line: Line) -> None:
    line.workflows = FLOWS
    answer = line("new", "chase_mail", "--from", "chase_ticket", "--in", "mine", "--answer", "colleagues=@ghost")
    assert (answer.status, there()) == (1, [])
    Path("mine").mkdir()
    Path("mine/house.toml").write_text("[reviewers.support]\nneeded = 9\n")
    answer = new(line := Line(line.data), "--answer", "reviewers.support.members=@mia")
    assert answer.status == 1
    assert "It would not pass the checks, so nothing was written:" in answer.err
    assert "mine/mail_triage/brief.toml:" in answer.err
    assert sorted(Path("mine").iterdir()) == [Path("mine/house.toml")]


@pytest.mark.parametrize("name", ["Mail", "class", "house", "../up"])
def test_a_name_that_cannot_be_is_refused(name: str, line: Line) -> None:
    answer = line("new", name, "--from", "support_triage")
    assert answer.status == 1
    assert "name" in answer.err
    assert there() == []


def test_what_is_there_is_never_written_over(line: Line) -> None:
    Path("mine/mail_triage").mkdir(parents=True)
    answer = new(line)
    assert (answer.status, [*Path("mine/mail_triage").iterdir()]) == (1, [])
    assert "is there already" in answer.err
    assert line("new", "support_triage", "--from", "support_triage").status == 1
    assert "cannot be made one" in line("new", "a", "--from", "support_triage", "--in", "not/there").err
    assert line("new", "mail_triage").status == 2
    assert "Did you mean support_triage?" in line("new", "mail_triage", "--from", "suport_triage").err


def test_a_workflow_that_starts_itself_and_routes_becomes_one_that_does_so_too(line: Line) -> None:
    line.workflows = FLOWS
    line.well("new", "chase_mail", "--from", "chase_ticket", "--in", "mine", "--answer", "colleagues=@leo, @tom")
    steps = Path("mine/chase_mail/__init__.py").read_text()
    assert 'again = each(following, "chase_mail")' in steps
    tables = Path("mine/chase_mail/routes.toml").read_text()
    assert ('to = "@leo"' in tables, 'to = ["@leo", "@tom"]' in tables, "@mia" in tables) == (True, True, False)


# --- at a terminal --------------------------------------------------------------------------------------------------


class Typing(io.StringIO):
    def isatty(self) -> bool:
        return True


class Terminal(Screen):
    """A screen that somebody sits at."""

    def __init__(self) -> None:
        super().__init__(rich=True)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody types at a terminal, line by line."""
    lines: list[str] = []

    def terminal(*_: object, **__: object) -> Typing:
        return Typing("".join(f"{one}\n" for one in lines))

    monkeypatch.setattr("bot.commands.work.new.Screen", Terminal)
    monkeypatch.setattr("tests.commands.line.TextIOWrapper", terminal)
    return lines


def test_at_a_terminal_each_question_is_asked_until_it_is_answered_and_return_takes_what_is_offered(
    line: Line, typed: list[str]
) -> None:
    typed += ["@nobody", "@mia", "", "#ops", "@leo", "#mail", *[""] * 4, "approved", "assisted", "", ""]
    answer = new(line)
    assert answer.status == 0, answer.err
    assert answer.out.count("Who owns it, and gets its exceptions? [@olga]") == 2
    assert "A new workflow starts at shadow or assisted" in answer.out
    made = brief(Path("mine/mail_triage"))
    assert [made[name] for name in ("owner", "maintainer", "pager", "stage")] == ["@mia", "@jonas", "#ops", "assisted"]


def test_whoever_leaves_before_the_last_question_leaves_nothing_behind(line: Line, typed: list[str]) -> None:
    typed += ["@mia"]
    answer = new(line)
    assert (answer.status, there()) == (1, [])
    assert "nothing was written" in answer.err
