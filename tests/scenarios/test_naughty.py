"""Bad input wherever a person or a file enters: taken as it is or refused in a sentence, never a trace, never a break.

What is kept is kept to the letter, but for secrets, which are kept nowhere; and whatever came in, the record verifies.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.record import reading
from bot.application.change import Change, change
from bot.application.decide import Wish
from bot.application.finding import Finding, add_finding
from bot.application.start import Request, start
from bot.commands import dispatch
from bot.domain.audit.semantics import senseless
from bot.domain.audit.verify import verify_chain, verify_content
from bot.domain.errors import BotError, Misdeclared, Refused
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import RunId
from bot.ports.version import VersionKind
from bot.settings import read_settings
from bot.wiring import DATABASE
from tests.audit.house import FARAH, NADIA, OLGA, ROOT, SAM, SECRET, TEAM, House, opened, ticket
from tests.gathered import TRIAGE_ALONE
from tests.naughty import BYTES, JSON, MEGABYTE, SHORT_TEXTS, TEXTS
from tests.scenarios.crash.verdict import lines


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A bot whose record is verified when the test is through."""
    async with opened(tmp_path / "data") as house:
        yield house
    assert list(broken(tmp_path / "data")) == []


def broken(data: Path) -> Iterator[str]:
    """Whatever is not whole in the record."""
    with reading(data / DATABASE) as record:
        (key,) = KeyFile(data / "audit.key").read().signing
        yield from (problem.sentence for problem in verify_chain(record.rows(), keys=lambda _: key))
        for stored in record.entries():
            yield from (problem.sentence for problem in verify_content(stored.content))
        runs = [head.run for head in record.heads(runs=True) if head.run is not None]
    with closing(sqlite3.connect(data / DATABASE)) as db:
        for run in runs:
            yield from senseless(lines(db, run), run)


async def taken(work: Awaitable[object]) -> bool:
    """Whether it was accepted; a refusal is a sentence."""
    refused: BotError | None = None
    try:
        await work
    except (Refused, Misdeclared) as error:
        refused = error
    assert refused is None or is_a_sentence(refused), refused
    return refused is None


def is_a_sentence(error: BotError) -> bool:
    text = error.message
    text.encode()  # what cannot be written down cannot be read
    ends = isinstance(error, Misdeclared) or text.rstrip()[-1] in ".?:)”"
    return 10 < len(text) < 5000 and ends and "Traceback" not in text


def kept(house: House, text: str) -> object:
    return house.parts.redactor.redact(text).value


# --- people, through the use cases -----------------------------------------------------------------------------------


async def test_any_text_in_a_request_is_kept_to_the_letter_or_refused(house: House) -> None:
    accepted = 0
    for n, text in enumerate(TEXTS.values()):
        asked = Request(
            "support_triage", {**ticket(), "body": text}, Door.TERMINAL, TEAM, SAM, SAM.id, key=f"{n}", record=text[:99]
        )
        if await taken(start(house.parts, asked)):
            accepted += 1
            run = await house.store.queries.run(await the_last(house))
            value = run.value("ticket")
            assert isinstance(value, dict)
            assert value["body"] == kept(house, text)
    assert accepted > len(SHORT_TEXTS) // 2


async def the_last(house: House) -> RunId:
    with closing(sqlite3.connect(house.store._path)) as db:
        return RunId(db.execute("SELECT id FROM run ORDER BY rowid DESC").fetchone()[0])


@pytest.mark.parametrize("field", ["id", "customer_id", "email", "subject", "key", "record"])
async def test_any_text_in_any_field_of_a_request_is_taken_or_refused(house: House, field: str) -> None:
    for n, text in enumerate(SHORT_TEXTS.values()):
        value = {**ticket(), "body": f"{n}"}
        value |= {} if field in ("key", "record") else {field: text}
        key, record = (text if field == name else "" for name in ("key", "record"))
        asked = Request("support_triage", value, Door.TERMINAL, TEAM, SAM, SAM.id, key, record)
        await taken(start(house.parts, asked))


async def test_any_word_of_a_decision_is_kept_to_the_letter_or_refused(house: House) -> None:
    run, accepted = await house.start(), 0
    for text in SHORT_TEXTS.values():
        before = await house.store.queries.run(run)
        wish = Wish(run, Verdict.COMMENT, FARAH, Door.TERMINAL, text=text)
        if await taken(house.decide(wish)):
            accepted += 1
            (gate,) = (await house.store.queries.run(run)).gates.values()
            assert gate.remarks[-1].text == kept(house, text)
        else:
            assert (await house.store.queries.run(run)).gates == before.gates
        for other in (
            Wish(run, Verdict.REJECT, FARAH, Door.TERMINAL, reason=text),
            Wish(run, Verdict.APPROVE, FARAH, Door.TERMINAL, step=text or "nothing"),
            Wish(run, Verdict.APPROVE, FARAH, Door.TERMINAL, digest=text),
            Wish(run, Verdict.EDIT, FARAH, Door.TERMINAL, values={text: "x"}),
            Wish(run, Verdict.CORRECT, FARAH, Door.TERMINAL, step="triage", values={"category": text}),
        ):
            assert not await taken(house.decide(other))
    assert accepted > len(SHORT_TEXTS) // 2
    assert house.desk.backstage.effects() == ()


async def test_any_text_in_an_edit_is_what_is_sent_or_refused(house: House) -> None:
    run = await house.start()
    for text in TEXTS.values():
        if await taken(house.decide(Wish(run, Verdict.EDIT, FARAH, Door.TERMINAL, values={"body": text}))):
            (gate,) = (await house.store.queries.run(run)).gates.values()
            assert gate.proposals[0].data["body"] == kept(house, text)


async def test_any_observation_and_any_finding_is_taken_or_refused(house: House) -> None:
    run = await house.start()
    for text in SHORT_TEXTS.values():
        await taken(house.decide(Wish(run, Verdict.OBSERVE, SAM, Door.TERMINAL, text=text, link=text)))
        await taken(add_finding(house.parts, Finding(run, text, NADIA, Door.TERMINAL)))
        await taken(add_finding(house.parts, Finding(run, "Look.", NADIA, Door.TERMINAL, step=text)))


async def test_a_secret_goes_into_no_file_whichever_way_it_comes(house: House, tmp_path: Path) -> None:
    value = {**ticket(), "body": f"It is {SECRET}.", "subject": SECRET}
    for asked in range(2):  # the second is a duplicate, which is noted too
        link = f"https://example.com/{SECRET}"
        request = Request("support_triage", value, Door.TERMINAL, TEAM, SAM, SAM.id, key=SECRET, record=link)
        assert (await start(house.parts, request)).fresh is (asked == 0)
    await house.runtime.settle()
    run = await the_last(house)
    for wish in (
        Wish(run, Verdict.COMMENT, FARAH, Door.TERMINAL, text=SECRET),
        Wish(run, Verdict.EDIT, FARAH, Door.TERMINAL, values={"body": f"Yours: {SECRET}"}),
        Wish(run, Verdict.REJECT, FARAH, Door.TERMINAL, reason=SECRET, text=SECRET),
        Wish(run, Verdict.ESCALATE, FARAH, Door.TERMINAL, text=SECRET),
        Wish(run, Verdict.OBSERVE, SAM, Door.TERMINAL, text=SECRET, link=f"https://example.com/{SECRET}"),
        Wish(run, Verdict.CORRECT, FARAH, Door.TERMINAL, step="triage", values={"summary": SECRET}),
    ):
        await taken(house.decide(wish))
    await taken(add_finding(house.parts, Finding(run, SECRET, NADIA, Door.TERMINAL)))
    text = (ROOT / "workflows" / "support_triage" / "brief.toml").read_text()
    await taken(
        change(
            house.parts,
            Change(VersionKind.BRIEF, "support_triage", f"# {SECRET}\n{text}", OLGA, Door.TERMINAL, SECRET, None, ""),
        )
    )
    assert list(holding(SECRET, tmp_path / "data")) == []


def holding(secret: str, folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and secret.encode() in file.read_bytes())


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"), [(VersionKind.BRIEF, "support_triage"), (VersionKind.PROMPT, "support_triage/draft")]
)
async def test_any_text_as_a_brief_or_a_prompt_is_refused_or_loads(house: House, kind: VersionKind, name: str) -> None:
    for text in TEXTS.values():
        await taken(change(house.parts, Change(kind, name, text, OLGA, Door.TERMINAL, "Why not?", None, "")))
    assert house.parts.library.current("support_triage").brief.owner == "@olga"


def test_any_bytes_as_settings_are_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "countersign.toml"
    for raw in [*BYTES.values(), *JSON.values(), *(text.encode(errors="surrogatepass") for text in TEXTS.values())]:
        file.write_bytes(raw)
        with pytest.raises(Misdeclared) as caught:
            read_settings({"COUNTERSIGN_FILE": str(file)})
        caught.value.message.encode()
        assert "Traceback" not in caught.value.message


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERSIGN_WORKFLOWS", str(TRIAGE_ALONE))
    fields = [f"{name}={value}" for name, value in ticket().items()]
    assert dispatch(["start", "support_triage", *fields]) == 0
    return tmp_path


def lines_for(text: str, run: str) -> Iterator[list[str]]:
    """The same text wherever a word can stand."""
    yield [text]
    yield ["show", text]
    yield ["start", text]
    yield ["start", "support_triage", text]
    yield ["decide", run, text]
    yield ["decide", run, "reject", "--reason", text]
    yield ["decide", run, "comment", "--text", text, "--as", "@farah"]
    yield ["decide", run, "edit", f"body={text}", "--as", text]
    yield ["brief", "set", "support_triage", text, text, "--why", text]
    yield ["runs", f"--workflow={text}"]


def test_any_word_on_the_command_line_ends_in_a_status_and_a_sentence(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(home / ".countersign" / DATABASE)) as db:
        (run,) = db.execute("SELECT id FROM run").fetchone()
    for n, text in enumerate(SHORT_TEXTS.values()):
        words = list(lines_for(text, run))
        status = dispatch(words[n % len(words)])
        said = capsys.readouterr()
        assert status in (0, 1, 2), words[n % len(words)]
        assert "Traceback" not in said.err + said.out
        assert "Something in the bot itself failed" not in said.err, (words[n % len(words)], said.err)
        assert said.out + said.err
    assert list(broken(home / ".countersign")) == []


@pytest.mark.certify
def test_every_word_at_every_place_on_the_command_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(home / ".countersign" / DATABASE)) as db:
        (run,) = db.execute("SELECT id FROM run").fetchone()
    for text in SHORT_TEXTS.values():
        for words in lines_for(text, run):
            assert dispatch(words) in (0, 1, 2)
            said = capsys.readouterr()
            assert "Traceback" not in said.err + said.out
            assert "Something in the bot itself failed" not in said.err, (words, said.err)
    assert list(broken(home / ".countersign")) == []


def test_any_bytes_as_input_of_a_start_are_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home / "input.json"
    for raw in [*BYTES.values(), *JSON.values(), json.dumps({"id": "x" * MEGABYTE}).encode()]:
        file.write_bytes(raw)
        assert dispatch(["start", "support_triage", "--input", str(file)]) in (1, 2)
        said = capsys.readouterr().err
        assert said
        assert "Something in the bot itself failed" not in said, (raw[:40], said)
        assert "Traceback" not in said
