"""`countersign hook` and `countersign form`: what somebody copies works as it stands, and shows no secret."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from bot.adapters.web.forms import KEY
from bot.adapters.web.keys import read_keys
from bot.adapters.web.link import read_link
from bot.adapters.web.signature import verify
from bot.domain.brief.hook import Signed
from bot.wiring import Wall
from bot.wiring.web import ADDRESS
from tests.commands.line import WORKFLOWS, Line

OPEN = "http://127.0.0.1:4711"


@pytest.fixture
def doors(line: Line, tmp_path: Path) -> Line:
    """Support triage, open to a form and to two hooks, beside a bot whose doors are open."""
    flows = tmp_path / "workflows"
    shutil.copytree(
        WORKFLOWS / "support_triage", flows / "support_triage", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(WORKFLOWS / "house.toml", flows)
    brief = flows / "support_triage" / "brief.toml"
    named = 'hooks = { desk = {}, shop = { signed = "github", only = { "header:X-Kind" = ["new"] } } }'
    said = brief.read_text("utf-8").replace('"webhook"]', f'"webhook", "form"]\n{named}')
    brief.write_text(said, "utf-8")
    line.data.mkdir(exist_ok=True)
    (line.data / ADDRESS).write_text(f"{OPEN}\n")
    return Line(line.data, flows)


def sent(text: str) -> tuple[str, dict[str, str], bytes]:
    """What a line for a shell would send: where to, with which headers, what."""
    words = shlex.split(text)
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    return words[2], headers, words[words.index("--data-binary") + 1].encode()


@pytest.mark.parametrize(("name", "scheme"), [("desk", Signed.STANDARD), ("shop", Signed.GITHUB)])
def test_the_line_that_is_printed_is_signed_as_the_hook_wants_it(doors: Line, name: str, scheme: Signed) -> None:
    url, headers, body = sent(doors.well("hook", name).out)
    assert url == f"{OPEN}/hooks/{name}"
    keys = read_keys(doors.data, {})
    lowered = {one.lower(): value for one, value in headers.items()}
    verify(scheme, lowered, body, secrets=keys.of_hook(name, scheme), now=Wall().now())
    assert ("X-Kind" in headers) is (name == "shop")
    assert keys.shown(name, scheme) not in str(headers)


def test_what_is_sent_can_be_chosen(doors: Line, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text('{"it\'s": "mine"}')
    assert sent(doors.well("hook", "desk", "--input", str(file)).out)[2] == b'{"it\'s": "mine"}'
    file.write_bytes(b"\xff")
    assert "no UTF-8" in doors("hook", "desk", "--input", str(file)).err


def test_every_hook_is_listed_and_a_secret_is_shown_only_to_whoever_asks(doors: Line) -> None:
    listed = doors.well("hook").out
    assert [line.partition(":")[0] for line in listed.splitlines()] == ["desk", "shop"]
    secret = doors.well("hook", "desk", "--secret").out.strip()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert secret not in listed
    assert (doors.data / "web.key").stat().st_mode & 0o077 == 0


def test_a_hook_that_there_is_not_is_said_with_the_one_that_was_meant(doors: Line) -> None:
    answer = doors("hook", "desc")
    assert (answer.status, answer.err) == (1, "There is no hook “desc”. Did you mean desk?\n")


def test_where_no_door_is_open_it_is_said_how_to_open_one(doors: Line) -> None:
    (doors.data / ADDRESS).unlink()
    answer = doors("hook", "desk")
    assert answer.status == 1
    assert answer.err.startswith("No door is open here now. `countersign run` opens one;")


def test_a_link_to_a_form_is_good_for_as_long_as_was_said(doors: Line) -> None:
    said = doors.well("form", "support_triage", "customer_id=C-105", "--for", "2").out.strip()
    address, _, text = said.partition("?k=")
    assert address == f"{OPEN}/forms/support_triage"
    link = read_link(read_keys(doors.data, {}).derived(KEY), "support_triage", text, now=Wall().now())
    assert link is not None
    assert link.given == {"customer_id": "C-105"}
    assert 1 <= (link.until - Wall().now()).days <= 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["colour=red"], "Ticket has no field “colour”."),
        (["--for", "0"], "A link is good for 1 to 3660 days."),
        ([f"body={'x' * 5000}"], "So much does not fit into a link."),
    ],
)
def test_a_link_that_could_not_work_is_not_made(doors: Line, words: list[str], said: str) -> None:
    answer = doors("form", "support_triage", *words)
    assert (answer.status, answer.out) == (1, "")
    assert said in answer.err


def test_a_workflow_without_the_door_has_no_form(line: Line) -> None:
    assert 'support_triage has no form: add "form" to triggers.doors' in line("form", "support_triage").err
