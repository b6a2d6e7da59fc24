"""What a model said once is said again to the same question, and to no other."""

import json
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.model.engine.talk import Talk
from bot.adapters.model.replay import MOST_BYTES, SAID, Recording, Replay, file_of
from bot.adapters.model.wire import PLAIN, UNCOUNTED, Dialect, Likely, Reply, Request, Usage, Wire
from bot.domain.outcome import Outcome
from bot.domain.prompting import Example
from bot.ports.model import Answer, NoAnswer, Question
from tests.adapters.model.asking import Triage, question, ticket
from tests.adapters.model.wired import FENCES, Flat, Spoken, candidate, engine, envelope, failed, said
from tests.naughty import BYTES, JSON, SHORT_TEXTS

ASKED = question(Triage, {"ticket": ticket("I was charged twice.")})
FACT = {"category": "billing", "urgent": False, "summary": "Charged twice."}
GOOD = said(envelope(FACT, evidence=["charged twice"], doubts=["Or a bug?"]))
BAD = said(envelope({**FACT, "category": "weather"}))
KEY = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"


def request(asked: Question = ASKED) -> Request:
    return Talk.about(asked, FENCES[0]).request("small", PLAIN, key=KEY, within=timedelta(seconds=9))


async def recorded(folder: Path, reply: Reply) -> Path:
    await Recording(Spoken([reply]), folder).send(request(), Dialect.TOOL)
    return file_of(folder, request())


async def replayed(folder: Path, asked: Question = ASKED) -> Reply:
    return await Replay(folder).send(request(asked), Dialect.TEXT)


async def sentence(folder: Path) -> str:
    """What is said of a file that cannot be used."""
    reply = await replayed(folder)
    assert (reply.outcome, reply.text) == (Outcome.NOT_FOUND, "")
    assert reply.words == reply.detail
    assert str(file_of(folder, request())) in reply.words
    assert reply.words.endswith(".")
    assert "\n" not in reply.words
    return reply.words


WHOLE = Reply(
    Outcome.ANSWERED,
    "  an answer\n\twith “signs” \U0001f600\u202e\x00\n",
    finish="stop",
    usage=Usage(10, 2, 5, 1),
    reported="small-2",
    likely=(Likely("a", -12), Likely("n", 0)),
)


@pytest.mark.parametrize("outcome", sorted(SAID))
async def test_what_was_said_comes_back_to_the_letter(tmp_path: Path, outcome: Outcome) -> None:
    reply = replace(WHOLE, outcome=outcome)
    await recorded(tmp_path / "new" / "folder", reply)
    assert await replayed(tmp_path / "new" / "folder") == reply


async def test_what_nobody_counted_stays_unknown(tmp_path: Path) -> None:
    await recorded(tmp_path, replace(WHOLE, usage=UNCOUNTED))
    assert (await replayed(tmp_path)).usage == UNCOUNTED


async def test_any_text_comes_back_or_was_not_recorded(tmp_path: Path) -> None:
    for n, text in enumerate(SHORT_TEXTS.values()):
        file = await recorded(tmp_path / str(n), replace(WHOLE, text=text, reported=text))
        if file.exists():
            assert (await replayed(tmp_path / str(n))).text == text
        else:
            assert not text.isascii(), "only what is not text can be in no file"


@pytest.mark.parametrize("outcome", sorted({*Outcome} - SAID))
async def test_what_only_says_something_of_a_server_is_not_recorded(tmp_path: Path, outcome: Outcome) -> None:
    reply = failed(outcome, f"Incorrect API key provided: {KEY}")
    wire: Wire = Recording(Spoken([reply]), tmp_path)
    assert await wire.send(request(), Dialect.TEXT) == reply
    assert os.listdir(tmp_path) == []


async def test_a_file_can_be_read_by_people_and_holds_no_key_and_nothing_of_what_was_asked(tmp_path: Path) -> None:
    file = await recorded(tmp_path, replace(GOOD, request_id="req-77", detail=KEY))
    text = file.read_text("utf-8")
    told = json.loads(text)
    assert (told["model"], told["form"], told["outcome"], told["dialect"]) == ("small", "Triage", "answered", "tool")
    assert text.count("\n") > 10
    assert all(word not in text for word in (KEY, "Sort it", "I was charged", FENCES[0]))
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == [file.name]


async def test_the_newest_of_two_replies_counts(tmp_path: Path) -> None:
    await recorded(tmp_path, BAD)
    await recorded(tmp_path, GOOD)
    assert (await replayed(tmp_path)).text == GOOD.text


async def test_a_folder_that_cannot_be_written_costs_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("x")
    with caplog.at_level(logging.WARNING):
        assert await Recording(Spoken([GOOD]), tmp_path / "file").send(request(), Dialect.TEXT) == GOOD
    assert "was not recorded" in caplog.text


async def test_a_recording_is_spoken_to_as_its_wire_is(tmp_path: Path) -> None:
    spoken = Spoken([GOOD], dialects=(Dialect.TOOL, Dialect.TEXT), server="elsewhere/v1")
    wire = Recording(spoken, tmp_path)
    assert (wire.server, wire.dialects) == ("elsewhere/v1", (Dialect.TOOL, Dialect.TEXT))
    await wire.close()
    await Replay(tmp_path).close()
    assert spoken.closed == 1


# --- files that are not what they were --------------------------------------------------------------------------------


ODD = {**BYTES, **JSON, "an object": b"{}", "a list": b"[]", "null": b"null", "of another format": b'{"format": 2}'}


async def test_what_was_not_recorded_says_which_file_is_missing_and_how_to_come_by_it(tmp_path: Path) -> None:
    told = await sentence(tmp_path)
    assert "Nothing is recorded for this question" in told
    assert 'use = "openai"' in told


async def test_any_bytes_in_the_place_of_a_reply_are_a_sentence(tmp_path: Path) -> None:
    for name, raw in ODD.items():
        file_of(tmp_path, request()).write_bytes(raw)
        assert "is no recorded reply" in await sentence(tmp_path), name


async def test_a_file_that_is_cut_anywhere_is_a_sentence(tmp_path: Path) -> None:
    file = await recorded(tmp_path, GOOD)
    whole = file.read_bytes()
    for end in range(0, len(whole) - 2, 7):
        file.write_bytes(whole[:end])
        assert "is no recorded reply" in await sentence(tmp_path)


CHANGES: dict[str, object] = {
    "text": "another answer",
    "outcome": "refused",
    "model": "large",
    "input_tokens": 1,
    "output_tokens": None,
    "likely": [["a", -1]],
    "fingerprint": "0" * 64,
    "sha256": "0" * 64,
}


@pytest.mark.parametrize("name", CHANGES)
async def test_a_reply_that_somebody_changed_is_not_used(tmp_path: Path, name: str) -> None:
    file = await recorded(tmp_path, GOOD)
    told = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**told, name: CHANGES[name]}), "utf-8")
    assert "somebody has changed it" in await sentence(tmp_path)


async def test_how_a_file_is_laid_out_may_change(tmp_path: Path) -> None:
    file = await recorded(tmp_path, GOOD)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")), indent=8, sort_keys=True), "utf-8")
    assert (await replayed(tmp_path)).text == GOOD.text


@pytest.mark.parametrize(
    "name", ["model", "text", "usage", "outcome", "sha256"], ids=lambda name: f"with another {name}"
)
async def test_a_field_too_many_or_of_another_type_is_a_sentence(tmp_path: Path, name: str) -> None:
    file = await recorded(tmp_path, GOOD)
    told = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**told, name: {"odd": 1}}), "utf-8")
    assert f"“{name}" in await sentence(tmp_path)


async def test_the_reply_to_another_question_is_not_used_under_a_new_name(tmp_path: Path) -> None:
    file = await recorded(tmp_path, GOOD)
    other = replace(ASKED, instructions="Sort it well.")
    file.rename(file_of(tmp_path, request(other)))
    assert "another question" in (await replayed(tmp_path, other)).words


def a_folder(file: Path) -> None:
    file.mkdir()


def a_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(file.name)


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def a_dangling_link(file: Path) -> None:
    file.symlink_to("nowhere")


def too_large(file: Path) -> None:
    file.write_bytes(b" " * (MOST_BYTES + 1))


@pytest.mark.parametrize("make", [a_folder, a_socket, a_pipe, a_dangling_link, too_large])
async def test_whatever_lies_in_its_place_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    make(file_of(tmp_path, request()))
    await sentence(tmp_path)


# --- with the engine --------------------------------------------------------------------------------------------------


async def both(folder: Path, *lines: Reply) -> tuple[Answer | NoAnswer, Answer | NoAnswer]:
    """What comes of it with a server that is recorded, and then from the record alone, with other fences."""
    first = engine(candidate(Recording(Spoken(lines), folder), prices=Flat()))
    second = engine(candidate(Replay(folder), prices=Flat()), fences=FENCES[::-1])
    return await first.answer(ASKED), await second.answer(replace(ASKED, key="another run"))


LINES: dict[str, tuple[Reply, ...]] = {
    "at once": (GOOD,),
    "after a repair": (BAD, GOOD),
    "after two": (BAD, replace(GOOD, text="I would rather not."), GOOD),
    "after it was cut": (Reply(Outcome.CUT, '{"evidence": ["ch', finish="length"), GOOD),
    "after garbage": (failed(Outcome.GARBAGE), GOOD),
    "in a plainer dialect": (failed(Outcome.UNSUPPORTED), failed(Outcome.UNSUPPORTED), GOOD),
    "never": (BAD,),
    "refused": (Reply(Outcome.REFUSED, "I cannot."),),
}


@pytest.mark.parametrize("name", LINES)
async def test_a_conversation_comes_to_the_same_end_from_the_record(tmp_path: Path, name: str) -> None:
    first, second = await both(tmp_path, *LINES[name])
    if isinstance(first, Answer) and isinstance(second, Answer):
        assert (second.fact, second.confidence, second.doubts) == (first.fact, first.confidence, first.doubts)
        assert second.attempts[-1].output_hash == first.attempts[-1].output_hash
    else:
        assert isinstance(second, NoAnswer)
        assert isinstance(first, NoAnswer)
        assert (second.wrong, second.text) == (first.wrong, first.text)
    assert second.attempts[-1].input_hash == first.attempts[-1].input_hash


EXAMPLE = Example({"ticket": "x"}, {"category": "bug"}, "the prompt")


@pytest.mark.parametrize(
    "changed",
    [
        replace(ASKED, instructions="Sort it otherwise."),
        replace(ASKED, prompt="triage@fffffff"),
        replace(ASKED, confidence="How sure are you?"),
        replace(ASKED, examples=(EXAMPLE,)),
        replace(ASKED, material={"ticket": ticket("I was charged thrice.")}),
        replace(ASKED, untrusted=frozenset()),
    ],
    ids=["instructions", "version", "confidence", "examples", "material", "trust"],
)
async def test_a_question_that_changed_is_not_answered_by_an_old_record(tmp_path: Path, changed: Question) -> None:
    await both(tmp_path, GOOD)
    answer = await engine(candidate(Replay(tmp_path))).answer(changed)
    assert isinstance(answer, NoAnswer)
    assert (answer.wrong, answer.transient, len(answer.attempts)) == (False, False, 1)
    assert answer.attempts[0].outcome == "not found"
    assert "Nothing is recorded for this question" in answer.text, "which the one who is told can act upon"
