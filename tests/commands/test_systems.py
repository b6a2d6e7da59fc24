"""What a system changed parks runs until a maintainer accepts it; then they go on, and the record says who and why."""

import asyncio
import json
import os
import pwd
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.ports.queries import Recorded
from bot.settings import SAMPLE, read_settings
from bot.wiring import peeking
from tests.adapters.systems.rest.remote import DESK
from tests.commands.line import Line

ACCOUNT: dict[str, object] = {
    "id": "C-1",
    "name": "Ada",
    "plan": "P2",
    "since": "2024",
    "open": 0,
    "standing": "good",
    "tickets": [],
}
WHY = ("--why", "P3 is the new name of pro")


@dataclass
class Desk:
    """A help desk on this machine that answers with one account."""

    account: dict[str, object] = field(default_factory=lambda: dict(ACCOUNT))
    url: str = ""


@pytest.fixture
def remote() -> Iterator[Desk]:
    desk = Desk()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            raw = json.dumps({"accounts": [desk.account]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        desk.url = f"http://127.0.0.1:{server.server_port}"
        yield desk
        server.shutdown()
        thread.join()


@pytest.fixture
def description(tmp_path: Path) -> Path:
    file = tmp_path / "desk.toml"
    file.write_text(DESK.read_text("utf-8"), "utf-8")
    return file


@pytest.fixture
def real(line: Line, remote: Desk, description: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    """A command line whose help desk is that one, typed on by the maintainer."""
    section = f'[systems.helpdesk]\nuse = "rest"\ndescription = "{description}"\nurl = "{remote.url}"\nprivate = true\n'
    (tmp_path / "section.toml").write_text(section, "utf-8")
    sits_here(tmp_path, "jonas")
    monkeypatch.setenv("COUNTERSIGN_FILE", str(tmp_path / "countersign.toml"))
    monkeypatch.setenv("COUNTERSIGN_SYSTEM_HELPDESK", "credential-0123456789")
    return line


def sits_here(folder: Path, who: str) -> None:
    """Let the account that runs the tests be one of the sample people."""
    people = SAMPLE.read_text("utf-8").partition("[systems")[0]
    account = f'[people.{who}]\naccount = "{pwd.getpwuid(os.getuid()).pw_name}"'
    text = people.replace(f"[people.{who}]", account) + (folder / "section.toml").read_text("utf-8")
    (folder / "countersign.toml").write_text(text, "utf-8")


@pytest.fixture
def parked(real: Line, remote: Desk) -> str:
    remote.account["plan"] = "P3"
    run = real.start()
    assert "“plan” says “P3”" in real.show(run)["reason"]
    return run


def config(line: Line) -> list[Any]:
    found: list[Any] = line.well("systems", "history", "helpdesk", "--json").json["versions"]
    return found


def record(line: Line, chain: str) -> Sequence[Recorded]:
    async def look() -> Sequence[Recorded]:
        async with peeking(read_settings(data=str(line.data), workflows=str(line.workflows))) as queries:
            return await queries.entries(chain) if queries is not None else ()

    return asyncio.run(look())


def test_a_new_word_is_accepted_and_the_run_that_was_parked_for_it_goes_on(real: Line, parked: str) -> None:
    answer = real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", "--resume", *WHY)
    assert "The description of helpdesk is now at version 2" in answer.out
    assert 'P3 = "pro"' in answer.out
    assert "was resumed, and is waiting" in answer.out
    assert real.show(parked)["state"] == "waiting"


def test_without_being_asked_it_resumes_nothing_and_says_how(real: Line, parked: str) -> None:
    answer = real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", *WHY)
    assert "1 run parked because of it can be resumed now:" in answer.out
    (command,) = [row.split() for row in answer.out.splitlines() if "countersign resume" in row]
    assert real.show(parked)["state"] == "parked"
    real.well(*command[1:])
    assert real.show(parked)["state"] == "waiting"


def test_a_renamed_field_is_accepted_in_the_same_way(real: Line, remote: Desk) -> None:
    remote.account["label"] = remote.account.pop("standing")
    run = real.start()
    assert "its answer has no “standing”" in real.show(run)["reason"]
    real.well("systems", "accept", "helpdesk", "--renamed", "standing=label", "--resume", *WHY)
    assert real.show(run)["state"] == "waiting"


def test_every_version_says_who_when_why_and_what_and_so_does_the_record(real: Line, parked: str) -> None:
    real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", *WHY)
    second, first = config(real)
    assert (first["by"], first["why"]) == ("file", "The file is the seed.")
    assert (second["n"], second["by"], second["why"]) == (2, "sample/jonas", WHY[1])
    assert any('+plan = { at = "plan"' in row and 'P3 = "pro"' in row for row in second["diff"])
    shown = real.well("systems", "history", "helpdesk").out
    assert f"Jonas Weber: {WHY[1]}" in shown
    (entry,) = record(real, "config")
    said = {one.name: one.value for one in entry.fields}
    assert (entry.kind, entry.actor, said["what"], said["why"]) == (
        "config.changed",
        "sample/jonas",
        "system helpdesk",
        WHY[1],
    )
    assert 'P3 = "pro"' in str(said["diff"])
    assert entry.notes["version"] == 2
    real.well("audit", "verify")


@pytest.mark.parametrize("who", ["mia", "olga"])
def test_nobody_but_a_maintainer_accepts_and_the_refusal_is_on_the_record(real: Line, tmp_path: Path, who: str) -> None:
    sits_here(tmp_path, who)
    refused = real("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", *WHY)
    assert refused.status == 1
    assert "You may not accept what a system changed here. Ask the maintainer @jonas." in refused.err
    assert len(config(real)) == 1
    (entry,) = record(real, "auth")
    assert (entry.kind, entry.actor, entry.notes["reason"]) == ("auth.refused", f"sample/{who}", "not-responsible")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("helpdesk", "--field", "status", "--value", "archived=gone"), "which status does not know"),
        (("helpdesk", "--field", "plan", "--value", "P1=basic"), "known at “plan” already"),
        (("helpdesk", "--value", "P3=pro"), "Say where the word stands"),
        (("desk", "--field", "plan", "--value", "P3"), "No system “desk” here has a description."),
        (("helpdesk", "--renamed", "plan"), "Say --renamed OLD=NEW"),
        (("helpdesk", "--renamed", "standing=credential-0123456789"), "There is a secret in this text"),
    ],
)
def test_what_would_not_load_is_not_stored(real: Line, words: tuple[str, ...], said: str) -> None:
    refused = real("systems", "accept", *words, *WHY)
    assert refused.status != 0
    assert said in refused.err
    assert len(config(real)) <= 1


def test_trying_says_what_would_change_and_saves_nothing(real: Line) -> None:
    answer = real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", "--try", *WHY)
    assert 'P3 = "pro"' in answer.out
    assert "Nothing was saved." in answer.out
    assert len(config(real)) == 1


def test_a_version_is_gone_back_to(real: Line, remote: Desk) -> None:
    real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", *WHY)
    answer = real.well("systems", "rollback", "helpdesk", "1", "--why", "It was a slip.")
    assert "is now at version 3" in answer.out
    assert config(real)[0]["why"] == "Back to version 1. It was a slip."
    remote.account["plan"] = "P3"
    assert real.show(real.start())["state"] == "parked"
    assert "no version 9" in real("systems", "rollback", "helpdesk", "9", *WHY).err


def test_the_list_says_how_each_system_is_reached_and_how_its_description_stands(real: Line) -> None:
    assert "reached by rest, connected, description of Desk, as its file says" in real.well("systems").out
    assert not real.data.exists()
    real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", *WHY)
    assert "connected, description of Desk, version 2, which differs from its file" in real.well("systems").out
    (one,) = real.well("systems", "--json").json["systems"]
    assert (one["system"], one["version"], one["as_in_its_file"], one["connected"]) == ("helpdesk", 2, False, True)
    assert 'P3 = "pro"' in real.well("systems", "diff", "helpdesk").out
    assert real.well("systems", "diff", "helpdesk", "2").out == ""


def test_a_system_without_its_credential_is_listed_with_what_to_do(real: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUNTERSIGN_SYSTEM_HELPDESK")
    said = real.well("systems").out
    assert "reached by rest, not connected" in said
    assert "Set COUNTERSIGN_SYSTEM_HELPDESK" in said


def test_the_sandbox_has_no_description_to_accept_anything_in(line: Line) -> None:
    assert "helpdesk  played by the sandbox, connected" in line.well("systems").out
    refused = line("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3", "--as", "@jonas", *WHY)
    assert "These have one: none." in refused.err


def test_the_doctor_shows_a_description_that_differs_from_its_file(real: Line) -> None:
    real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", *WHY)
    said = real("doctor").out
    assert f"helpdesk goes by version 2 of its description, which differs from its file: {WHY[1]}" in said
    assert "See: countersign systems diff helpdesk" in said


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_file_that_was_changed_is_the_next_version(real: Line, description: Path) -> None:
    real.start()
    description.write_text(description.read_text("utf-8").replace('P2 = "pro"', 'P2 = "pro", P3 = "pro"'), "utf-8")
    real.start("outage")
    assert [(one["n"], one["why"]) for one in config(real)] == [
        (2, "The file was changed."),
        (1, "The file is the seed."),
    ]


def test_what_was_accepted_outlives_a_restart(real: Line, remote: Desk, description: Path) -> None:
    real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", *WHY)
    description.write_text("# A remark.\n" + description.read_text("utf-8"), "utf-8")
    remote.account["plan"] = "P3"
    assert real.show(real.start())["state"] == "waiting"
    assert [one["n"] for one in config(real)] == [2, 1]


def test_a_file_that_sends_something_else_counts_and_what_was_accepted_is_asked_for_again(
    real: Line, remote: Desk, description: Path
) -> None:
    real.well("systems", "accept", "helpdesk", "--field", "plan", "--value", "P3=pro", *WHY)
    description.write_text(
        description.read_text("utf-8").replace('"/replies"', '"/answers"').replace("/replies", "/answers")
    )
    remote.account["plan"] = "P3"
    assert real.show(real.start())["state"] == "parked"
    assert (config(real)[0]["by"], config(real)[0]["n"]) == ("file", 3)
    assert "The file sends something else than before" in config(real)[0]["why"]
    refused = real("systems", "rollback", "helpdesk", "2", *WHY)
    assert "This would change what is sent to Desk, and that stands in its file alone." in refused.err
