"""Settings are read once and strictly; whoever sits at the machine is who the operating system says."""

import os
import pwd
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.domain.errors import Misdeclared, NotAllowed
from bot.settings import SAMPLE, Settings, read_settings
from tests.naughty import every_bytes, every_short_text

WHOLE = """\
team = "acme"

[people.mia]
name = "Mia Lindqvist"
handle = "@mia"
groups = ["support"]
account = "mia.l"
time_zone = "Europe/Stockholm"
title = "Support lead"

[people.leo]
name = "Leo Marchetti"
handle = "@leo"
away = true
delegate = "mia"

[people.gus]
name = "Gus Albright"
handle = "@gus"
guest = true
active = false
foreign = true

[groups]
finance = ["leo", "mia"]

[model]
use = "rehearsal"

[systems.helpdesk]
use = "sandbox"

[audit]
anchor_file = "/srv/anchors/countersign.log"

[secrets]
redact = ["correct horse battery staple"]
"""

Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads settings from a text, as the account `mia.l`, from a folder of its own."""

    def read(text: str | bytes = WHOLE, **env: str) -> Settings:
        file = tmp_path / "countersign.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return read_settings({"COUNTERSIGN_FILE": str(file), **env}, account="mia.l")

    return read


def refusal(read: Read, text: str | bytes, tmp_path: Path) -> str:
    with pytest.raises(Misdeclared) as caught:
        read(text)
    return caught.value.message.replace(str(tmp_path), "HOME")


def swapped(old: str, new: str) -> str:
    assert old in WHOLE, old
    return WHOLE.replace(old, new, 1)


def test_everything_is_read(read: Read) -> None:
    settings = read()
    people = {person.handle: person for person in settings.people()}
    assert settings.team == "acme"
    assert people["@mia"].id == "acme/mia"
    assert people["@mia"].groups == {"support", "finance"}
    assert people["@leo"].groups == {"finance"}
    assert (people["@leo"].away, people["@leo"].delegate) == (True, "acme/mia")
    assert (people["@gus"].guest, people["@gus"].active, people["@gus"].foreign) == (True, False, True)
    assert people["@mia"].active
    assert settings.file.people["mia"].time_zone == "Europe/Stockholm"
    assert settings.file.audit.anchor_file == "/srv/anchors/countersign.log"
    assert not settings.is_sample


def test_a_secret_is_shown_nowhere(read: Read) -> None:
    settings = read()
    assert "horse" not in repr(settings) + str(settings) + settings.file.model_dump_json()
    assert settings.file.secrets.redact[0].get_secret_value() == "correct horse battery staple"


@pytest.mark.parametrize("wrong", ['"correct horse"', "['correct horse', 7]", "{ horse = 1 }"])
def test_a_secret_is_not_repeated_where_it_stands_wrongly(read: Read, tmp_path: Path, wrong: str) -> None:
    said = refusal(read, swapped('["correct horse battery staple"]', wrong), tmp_path)
    assert "horse" not in said
    assert "does not fit; what stands there is not shown." in said


HANDLE = "which is no handle. A handle begins with @ and has no spaces, such as @mia."


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (WHOLE, "", "1: `people` is missing: who is who; add a section such as [people.mia] for each."),
        (WHOLE, "[people]", "1: `people` has nothing in it."),
        (WHOLE, "people = 1", "1: `people` must be a section with settings of its own, not a number (1)."),
        (
            'name = "Mia Lindqvist"\n',
            "",
            '3: `people.mia.name` is missing: the name people know them by. For example: name = "Mia Lindqvist"',
        ),
        (
            'handle = "@mia"\n',
            "",
            '3: `people.mia.handle` is missing: how briefs name them. For example: handle = "@mia"',
        ),
        ('"@mia"', '"mia"', f"5: `people.mia.handle` is “mia”, {HANDLE}"),
        ('"@mia"', '"@"', f"5: `people.mia.handle` is “@”, {HANDLE}"),
        ('"@mia"', '"@m ia"', f"5: `people.mia.handle` is “@m ia”, {HANDLE}"),
        (
            '"@mia"',
            "7",
            '5: `people.mia.handle` must be text in quotes, not a number (7). For example: handle = "@mia"',
        ),
        (
            '"Mia Lindqvist"',
            '" "',
            "4: `people.mia.name` must be one line of at most 120 letters, and not empty.",
        ),
        (
            '["support"]',
            '"support"',
            '6: `people.mia.groups` must be a list in brackets, such as ["one", "two"], not text (“support”). '
            'For example: groups = ["support"]',
        ),
        (
            "guest = true",
            'guest = "yes"',
            "20: `people.gus.guest` must be true or false, without quotes, not text (“yes”).",
        ),
        ("account =", "acount =", "7: `people.mia.acount` is not known here. Did you mean `account`?"),
        (
            "Europe/Stockholm",
            "Europe/Stokholm",
            "8: `people.mia.time_zone` is “Europe/Stokholm”, which is no time zone. Write it like Europe/Berlin.",
        ),
        (
            "Europe/Stockholm",
            "../../etc/passwd",
            "8: `people.mia.time_zone` is “../../etc/passwd”, which is no time zone. Write it like Europe/Berlin.",
        ),
        (
            'delegate = "mia"',
            'delegate = "mja"',
            "15: `people.leo.delegate` is “mja”, who is nobody here. Did you mean mia?",
        ),
        ('delegate = "mia"', 'delegate = "leo"', "15: Leo Marchetti would stand in for themselves."),
        ('["leo", "mia"]', '["lea"]', "25: `groups.finance` has “lea”, who is nobody here. Did you mean leo?"),
        ('"@leo"', '"@MIA"', "13: Leo Marchetti and Mia Lindqvist have the same handle. Give each their own."),
        (
            "away = true",
            'account = "mia.l"',
            "14: Leo Marchetti and Mia Lindqvist have the same account. Give each their own.",
        ),
        ('"acme"', '"a/b"', "1: `team` must be one word of letters, digits, - and _, such as acme."),
        ('"acme"', '""', "1: `team` must be one word of letters, digits, - and _, such as acme."),
        ('"rehearsal"', '"gpt"', "28: `model.use` must be one of “rehearsal”, “openai”, “replay”, not text (“gpt”)."),
        ('"sandbox"', '"live"', "30: `systems.helpdesk` must be a section whose `use` is “sandbox”, “rest”,"),
        ("[audit]", "[adit]", "33: `adit` is not known here. Did you mean `audit`?"),
        (
            '"/srv/anchors/countersign.log"',
            '".countersign/anchors.log"',
            "34: `audit.anchor_file` lies in the data folder, where it proves nothing. "
            "Put it on another disk, or on another machine.",
        ),
        ("[people.leo]", "[people.mia]", "11: “[people.mia]” stands here a second time. Keep one of them."),
        ('"@leo"', '"@le\u200bo"', "13: `people.leo.handle` holds a character that nobody can see (U+200B)."),
        ("away = true", "away = yes", "14: This value cannot be read."),
    ],
)
def test_a_mistake_is_said_with_its_line(read: Read, tmp_path: Path, old: str, new: str, sentence: str) -> None:
    said = refusal(read, swapped(old, new), tmp_path)
    assert said.startswith(f"HOME/countersign.toml:{sentence}")


def test_every_mistake_is_said_at_once(read: Read, tmp_path: Path) -> None:
    text = swapped('"@mia"', "1").replace('"rehearsal"', "2")
    assert refusal(read, text, tmp_path).count("HOME/countersign.toml:") == 2


@every_bytes
def test_no_bytes_are_settings(read: Read, raw: bytes) -> None:
    with pytest.raises(Misdeclared):
        read(raw)


@every_short_text
def test_any_text_in_a_setting_is_read_or_refused(read: Read, text: str) -> None:
    for old in ("@mia", "Europe/Stockholm", "acme", "Mia Lindqvist"):
        with suppress(Misdeclared):
            read(WHOLE.replace(f'"{old}"', f'"{text}"', 1))


# --- the environment ----------------------------------------------------------------------------------------


def test_the_environment_says_where_things_are(read: Read) -> None:
    settings = read(COUNTERSIGN_DATA="/srv/data", COUNTERSIGN_WORKFLOWS="/srv/flows", HOME="/h", PATH="x")
    assert (settings.data, settings.workflows) == (Path("/srv/data"), Path("/srv/flows"))


def test_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    env = {"COUNTERSIGN_DATA": "/srv/data", "COUNTERSIGN_WORKFLOWS": "/srv/flows"}
    settings = read_settings(env, data="d", workflows="w", account="x")
    assert (settings.data, settings.workflows) == (Path("d"), Path("w"))


def test_data_lies_here_unless_somebody_says_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({}, account="x")
    assert settings.data == Path(".countersign")
    assert settings.workflows.is_dir()
    (tmp_path / "workflows").mkdir()
    assert read_settings({}, account="x").workflows == Path("workflows")


PLACES = "COUNTERSIGN_DATA, COUNTERSIGN_FILE, COUNTERSIGN_WORKFLOWS"


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("COUNTERSIGN_DATTA", "Did you mean COUNTERSIGN_DATA?"),
        ("COUNTERSIGN_Q", f"Known: {PLACES}, and those of Slack, models, systems, hooks and events."),
    ],
)
def test_a_variable_that_means_nothing_is_refused(name: str, mend: str) -> None:
    with pytest.raises(Misdeclared) as caught:
        read_settings({name: "x"}, account="x")
    assert caught.value.message == f"The environment has {name}, which means nothing here. {mend}"


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(Misdeclared, match=r"There is no such file\. Mend COUNTERSIGN_FILE, or take it away\."):
        read_settings({"COUNTERSIGN_FILE": str(tmp_path / "nowhere.toml")}, account="x")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_a_file_that_cannot_be_read_is_refused(read: Read, tmp_path: Path) -> None:
    read()
    (tmp_path / "countersign.toml").chmod(0)
    with pytest.raises(Misdeclared, match="This file cannot be read: Permission denied"):
        read_settings({"COUNTERSIGN_FILE": str(tmp_path / "countersign.toml")}, account="x")


def test_a_file_here_is_found_without_being_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "countersign.toml").write_text(WHOLE)
    assert read_settings({}, account="x").team == "acme"


# --- who sits here ------------------------------------------------------------------------------------------


def test_an_account_stands_for_the_person_who_has_it(read: Read) -> None:
    assert read().me().handle == "@mia"


def test_an_account_nobody_has_is_told_what_to_write(read: Read, tmp_path: Path) -> None:
    read()
    stranger = read_settings({"COUNTERSIGN_FILE": str(tmp_path / "countersign.toml")}, account="eve")
    with pytest.raises(NotAllowed) as caught:
        stranger.me()
    assert caught.value.reason == "no-such-account"
    assert caught.value.message.replace(str(tmp_path), "HOME") == (
        "The account “eve” is nobody in HOME/countersign.toml. Add to it:\n\n"
        '  [people.eve]\n  name = "Your Name"\n  handle = "@eve"\n  account = "eve"'
    )


def test_no_account_is_not_the_account_of_those_who_have_none(read: Read, tmp_path: Path) -> None:
    read()
    with pytest.raises(NotAllowed):
        read_settings({"COUNTERSIGN_FILE": str(tmp_path / "countersign.toml")}, account="").me()


def test_the_kernel_says_who_sits_here_and_the_environment_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "olga")
    assert read_settings({}).account == pwd.getpwuid(os.getuid()).pw_name


def test_a_process_without_an_account_goes_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    assert read_settings({}).account == "uid-4000000000"


# --- the sample company -------------------------------------------------------------------------------------


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return read_settings({}, account="whoever")


def test_without_settings_there_is_a_sample_company(sample: Settings) -> None:
    people = sample.people()
    assert sample.is_sample
    assert sample.source == SAMPLE
    assert len(people) >= 12
    assert any(person.guest for person in people)
    assert any(not person.active for person in people)
    assert any(person.foreign for person in people)
    assert any(person.away and person.delegate for person in people)
    groups = {group for person in people for group in person.groups}
    assert {"support", "finance", "leads", "auditors", "engineers"} <= groups


def test_whoever_tries_it_is_the_first_of_the_sample_people(sample: Settings) -> None:
    assert sample.me() == sample.people()[0]
    assert sample.me().active
    assert not sample.me().guest


def test_it_is_said_plainly_that_the_company_is_a_sample(sample: Settings) -> None:
    where, who, places = sample.origin()
    assert (
        "There is no countersign.toml here, so the built-in sample company is used: 15 people who do not exist."
        in where
    )
    assert who == "Your account “whoever” stands for Sam Okafor (@sam)."
    assert places.startswith("Data is kept in .countersign, workflows are read from ")


def test_it_is_said_where_real_settings_come_from(read: Read, tmp_path: Path) -> None:
    where, who, _ = read().origin()
    assert where == f"The settings are those of {tmp_path / 'countersign.toml'}."
    assert who == "Your account “mia.l” stands for Mia Lindqvist (@mia)."
    stranger = read_settings({"COUNTERSIGN_FILE": str(tmp_path / "countersign.toml")}, account="eve")
    assert "The account “eve” is nobody" in stranger.origin()[1]
