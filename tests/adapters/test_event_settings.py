"""Who is sent events, as the settings say it; and what they are signed with, which stands in no such file."""

from pathlib import Path

import pytest

from bot.domain.audit.entry import EntryKind
from bot.domain.cloud_event import DEFAULT
from bot.domain.errors import Misdeclared
from bot.settings import Settings, read_settings
from bot.settings.events import EventsUse
from bot.wiring import redactor_of
from bot.wiring.events import not_connected, subscriber_of

PEOPLE = 'team = "acme"\n[people.mia]\nname = "Mia"\nhandle = "@mia"\n'
URL = "https://events.example.com/countersign"
LONG, OLD = "a-long-enough-secret", "the-one-that-was-before"


def read(folder: Path, said: str = "", *, name: str = "warehouse", web: str = "", **env: str) -> Settings:
    file = folder / "countersign.toml"
    url = "" if "url" in said else f'url = "{URL}"\n'
    file.write_text(f"{PEOPLE}{web}\n[events.{name}]\n{url}{said}\n", encoding="utf-8")
    own = {f"COUNTERSIGN_{key}": value for key, value in env.items()}
    return read_settings({"COUNTERSIGN_FILE": str(file), **own}, account="mia")


def refusal(folder: Path, said: str = "", **env: str) -> str:
    with pytest.raises(Misdeclared) as caught:
        read(folder, said, **env)
    return caught.value.message


def test_an_address_is_enough(tmp_path: Path) -> None:
    use = read(tmp_path).file.events["warehouse"]
    assert use == EventsUse(url=URL, of=DEFAULT, workflows=(), signed=True, private=False)


def test_what_is_chosen_is_what_they_are_told_of(tmp_path: Path) -> None:
    settings = read(tmp_path, 'of = ["run.done", "gate.decided", "run.done"]\nworkflows = ["one_act"]')
    who = subscriber_of(settings, "warehouse")
    assert (who.of, who.workflows) == ((EntryKind.RUN_DONE, EntryKind.GATE_DECIDED), ("one_act",))


def test_the_source_is_where_the_bot_is_or_its_team(tmp_path: Path) -> None:
    assert subscriber_of(read(tmp_path), "warehouse").source == "/countersign/acme"
    web = '[web]\nurl = "https://bot.example.com"'
    assert subscriber_of(read(tmp_path, web=web), "warehouse").source == "https://bot.example.com"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('url = "events.example.com"', "no address"),
        ('url = "http://events.example.com"', "can be read by everybody on the way"),
        ('url = "https://me:secret-4711@events.example.com"', "has a password in it"),
        ('url = "http://127.0.0.1:9/"', "private = true"),
        ("of = []", "is an empty list"),
        ('of = ["run.finished"]', "of which nobody is told"),
        ('of = ["run.don"]', "Did you mean run.done?"),
        ('of = ["config.changed"]', "of which nobody is told"),
        ('off = ["run.done"]', "off"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, said: str, why: str) -> None:
    message = refusal(tmp_path, said)
    assert why in message
    assert "secret-4711" not in message


def test_an_address_of_this_machine_is_taken_where_it_is_meant(tmp_path: Path) -> None:
    assert read(tmp_path, 'url = "http://127.0.0.1:9/"\nprivate = true').file.events["warehouse"].private


def test_a_name_is_one_word_for_a_variable_is_called_after_it(tmp_path: Path) -> None:
    with pytest.raises(Misdeclared, match="no name for whoever gets events"):
        read(tmp_path, name="Ware_House")


def test_the_secret_comes_from_the_environment_and_is_shown_nowhere(tmp_path: Path) -> None:
    found = read(tmp_path, EVENTS_WAREHOUSE_SECRET=LONG, EVENTS_WAREHOUSE_SECRET_OLD=OLD)
    assert [one.get_secret_value() for one in found.event_secrets["warehouse"]] == [LONG, OLD]
    assert LONG not in repr(found)
    assert LONG not in redactor_of(found).clean(f"It said {LONG} and {OLD}.")
    (tmp_path / "secret").write_text(f"{LONG}\n")
    from_file = read(tmp_path, EVENTS_WAREHOUSE_SECRET_FILE=str(tmp_path / "secret"))
    assert not_connected(from_file, "warehouse") == ""


def test_without_a_secret_nothing_is_sent_unless_the_section_says_so(tmp_path: Path) -> None:
    assert "set COUNTERSIGN_EVENTS_WAREHOUSE_SECRET" in not_connected(read(tmp_path), "warehouse")
    assert not_connected(read(tmp_path, "signed = false"), "warehouse") == ""


def test_a_secret_of_nobody_and_one_that_is_none_are_refused(tmp_path: Path) -> None:
    assert "COUNTERSIGN_EVENTS_WAREHOUSE_SECRET" in refusal(tmp_path, EVENTS_WAREHOUS_SECRET=LONG)
    assert "too short" in refusal(tmp_path, EVENTS_WAREHOUSE_SECRET="short")
