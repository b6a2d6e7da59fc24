"""A company file is read strictly; what is wrong in it is told with the file, the line and the mend."""

from pathlib import Path

import pytest

from bot.workspace.company.form import length_of
from bot.workspace.company.place import line_of, shown
from bot.workspace.company.reading import MOST_BYTES, SAMPLE, read_company
from bot.workspace.refusal import CannotStart, meant

SMALL = """
[team]
name = "Acme"
domain = "acme"

[partners.north]
name = "North"

[people.mia]
name = "Mia Lindqvist"

[people.sam]
name = "Sam Okafor"
kind = "guest"

[people.pat]
name = "Pat Nguyen"
partner = "north"

[people.gone]
name = "Vera"
deactivated = true

[groups.leads]
name = "Leads"
people = ["mia"]

[channels.ops]
people = ["mia", "opsbot"]

[[channels.ops.history]]
by = "mia"
ago = "2h"
says = "Hello"
replies = [
    { by = "opsbot", ago = "1h", says = "Yes?" },
]
"""


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "company.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refused(folder: Path, text: str | bytes) -> str:
    with pytest.raises(CannotStart) as error:
        read_company(written(folder, text))
    return str(error.value).replace(str(folder), "")


# --- the sample --------------------------------------------------------------------------------------------------


def test_the_sample_is_a_firm_with_people_of_every_kind() -> None:
    company = read_company(None)
    kinds = {person.kind for person in company.people.values()}
    assert kinds == {"owner", "admin", "member", "guest", "single-channel guest"}
    assert sum(person.deactivated for person in company.people.values()) == 1
    assert sum(bool(person.partner) for person in company.people.values()) == 1
    assert 12 <= len(company.people) <= 20
    assert len({person.time_zone for person in company.people.values()}) >= 8
    assert sum(bool(person.status) for person in company.people.values()) >= 3


def test_the_sample_has_channels_of_every_kind_and_a_little_history() -> None:
    rooms = read_company(None).channels
    assert sum(room.private for room in rooms.values()) >= 2
    assert sum(room.archived for room in rooms.values()) == 1
    assert sum(bool(room.shared_with) for room in rooms.values()) == 1
    assert [name for name, room in rooms.items() if room.general] == ["general"]
    said = [one for room in rooms.values() for one in room.history]
    assert any(one.replies for one in said)
    assert any(one.reactions for one in said)
    assert any(one.pinned for one in said)


def test_a_file_that_says_everything_right_is_read(tmp_path: Path) -> None:
    company = read_company(written(tmp_path, SMALL))
    assert company.channels["ops"].history[0].replies[0].says == "Yes?"
    assert company.people["mia"].email == ""


# --- what is wrong -----------------------------------------------------------------------------------------------

REPLACED: list[tuple[str, str, str]] = [
    ('name = "Acme"', 'nme = "Acme"', "line 2: “team” has a name “nme” in it that nothing reads. Did you mean “name”?"),
    ('name = "Acme"', "", "line 2: “team” lacks “name”. Add it."),
    ('name = "Acme"', "name = 7", "line 3: “team.name” must be text, in quotes."),
    ('name = "Acme"', 'name = ""', "line 3: “team.name” must be one line of at most 250 letters, and not empty."),
    ('domain = "acme"', 'domain = "A B"', "line 4: “team.domain” is no name. Take 1 to 21 small letters"),
    ("[people.mia]", "[people.Mia]", "line 9: “people.Mia.[key]” is no name."),
    ('kind = "guest"', 'kind = "boss"', "line 14: “people.sam.kind” must be 'owner', 'admin', 'member'"),
    ('kind = "guest"', "away = 1", "line 14: “people.sam.away” must be true or false."),
    ('kind = "guest"', 'time_zone = "Berlin"', "line 14: “people.sam.time_zone” is no time zone. Write it like"),
    ('kind = "guest"', 'status = "ill"', "line 14: “people.sam.status” is no status. Write an emoji and words"),
    ('kind = "guest"', 'colour = "red"', "line 14: “people.sam.colour” is no colour. Write six"),
    ('kind = "guest"', 'kind = "single-channel guest"', "line 14: “people.sam.kind” is single-channel guest, but"),
    ('partner = "north"', 'partner = "nort"', "line 18: “people.pat.partner” names “nort”. Did you mean “north”?"),
    ('partner = "north"', 'partner = "north"\nkind = "admin"', "line 19: “people.pat.kind” is for people of this"),
    ('people = ["mia"]', 'people = "mia"', "line 26: “groups.leads.people” must be a list, in square brackets."),
    ('people = ["mia"]', 'people = ["mya"]', "line 26: “groups.leads.people.1” names “mya”. Did you mean “mia”?"),
    ("[groups.leads]", "[groups.mia]", "line 24: “groups.mia” is named like somebody."),
    ("[channels.ops]", '[channels."Big Ops"]', "line 28: “channels.Big Ops.[key]” is no channel name."),
    ('["mia", "opsbot"]', '["mia", "gone"]', "line 29: “channels.ops.people.2” names gone, who is deactivated"),
    ('["mia", "opsbot"]', '["mia", "pat"]', "line 29: “channels.ops.people.2” names pat of north. Write shared_with"),
    ('["mia", "opsbot"]', '["mia"]\nshared_with = "south"', "line 30: “channels.ops.shared_with” names “south”."),
    ('["mia", "opsbot"]', '["zzz"]', "line 29: “channels.ops.people.1” names “zzz”. There is: mia, sam, pat, gone"),
    ('ago = "2h"', 'ago = "yesterday"', "line 33: “channels.ops.history.1.ago” is no length of time. Write days"),
    ('ago = "2h"', 'ago = ""', "line 33: “channels.ops.history.1.ago” is no length of time."),
    ('ago = "2h"', 'ago = "2m"', "line 35: “channels.ops.history.1.replies.1.ago” is before the message"),
    ('says = "Hello"', 'says = ""', "line 34: “channels.ops.history.1.says” is empty. Write something"),
    ('by = "mia"', 'by = "nobody"', "line 32: “channels.ops.history.1.by” names “nobody”."),
    ('by = "mia"', 'by = "mia"\nreactions = { tada = ["x"] }', "“channels.ops.history.1.reactions” names “x”."),
    ("[channels.ops]", '[app]\nname = "mia"\n[channels.ops]', "line 29: “app.name” is “mia”, as is one of the"),
    ("[channels.ops]", '[app]\ncommands = [{ name = "ops" }]\n[channels.ops]', "“app.commands.1.name” is not written"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), REPLACED, ids=[one[1] for one in REPLACED])
def test_a_problem_is_told_with_its_line_and_its_mend(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert SMALL.count(old) >= 1
    said = refused(tmp_path, SMALL.replace(old, new, 1))
    assert sentence in said
    assert said.startswith("/company.toml, line ")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "lacks “team”. Add it."),
        ("[team", "/company.toml is not TOML:"),
        ("team = 3", "“team” must be a table."),
        ("x = " + "9" * 5_000, "has a number too long"),
        ("x = " + "[" * 5_000, "brackets too deep"),
        (b"# \xff", "line 1: this is not UTF-8. Save the file as UTF-8."),
        (b"\n\n# \xff", "line 3: this is not UTF-8"),
        (b"#" * (MOST_BYTES + 1), "is larger than 4 MB. Shorten it."),
    ],
    ids=["empty", "cut", "no table", "long number", "deep", "no utf-8", "no utf-8 later", "large"],
)
def test_what_is_no_company_file_is_told_so(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    assert sentence in refused(tmp_path, text)


def test_several_problems_are_told_together_and_not_too_many(tmp_path: Path) -> None:
    many = "".join(f'\n[people.p{n}]\nname = "{n}"\naway = 1\n' for n in range(9))
    said = refused(tmp_path, SMALL + many).splitlines()
    assert len(said) == 6
    assert said[-1] == "There are 4 more problems like these."


@pytest.mark.parametrize("path", ["missing.toml", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_told_so(tmp_path: Path, path: str) -> None:
    with pytest.raises(CannotStart, match=r"Name a file that is there\."):
        read_company(tmp_path / path)


def test_a_company_needs_somebody_who_works_there(tmp_path: Path) -> None:
    said = refused(tmp_path, SMALL.replace('name = "Mia Lindqvist"', 'name = "Mia"\nkind = "guest"'))
    assert "“people” has nobody who is a member and not deactivated" in said


def test_only_one_channel_is_general(tmp_path: Path) -> None:
    more = "\n[channels.a]\ngeneral = true\n[channels.b]\ngeneral = true\n"
    assert "“channels.b.general” is true for a already." in refused(tmp_path, SMALL + more)


# --- where things stand ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("team",), 2),
        (("team", "domain"), 4),
        (("team", "missing"), 2),
        (("people", "mia", "name"), 10),
        (("channels", "ops", "history", 0), 31),
        (("channels", "ops", "history", 0, "says"), 34),
        (("channels", "ops", "history", 0, "replies", 3, "by"), 35),
        (("nothing",), 1),
        ((), 1),
    ],
)
def test_a_place_is_found_on_its_line(place: tuple[str | int, ...], line: int) -> None:
    assert line_of(SMALL, place) == line


def test_the_second_of_several_tables_is_found_where_it_stands() -> None:
    text = "[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[a.b.c]\ny = 3\n"
    assert line_of(text, ("a", "b", 1, "x")) == 4
    assert line_of(text, ("a", "b", 1, "c", "y")) == 6


def test_people_count_from_one() -> None:
    assert shown(("a", 0, "b")) == "a.1.b"


@pytest.mark.parametrize(
    ("text", "seconds"), [("45m", 2700), ("2h", 7200), ("1d", 86_400), ("2d 3h 4m", 183_840), ("2d3h", 183_600)]
)
def test_a_length_of_time_is_days_hours_and_minutes(text: str, seconds: int) -> None:
    assert length_of(text).total_seconds() == seconds


def test_what_was_meant_is_guessed_only_where_it_is_near() -> None:
    assert meant("mya", ["mia", "sam"]) == " Did you mean “mia”?"
    assert meant("xyzzy", ["mia", "sam"]) == ""


def test_the_sample_says_that_nobody_in_it_exists() -> None:
    text = SAMPLE.read_text("utf-8")
    assert "Nobody here exists" in text
    assert "@" not in [line for line in text.splitlines() if "email" in line]
