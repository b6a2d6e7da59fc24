"""Every mistake in a brief is said with its line, in words of somebody who fills in a form, and all at once.

`sentences.txt` has what is said of each field when it is left out or holds something else. When a sentence is made
better, write it there: `python -m tests.domain.brief.test_brief` prints the file anew.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.brief import Brief, Level, OnRejection
from bot.domain.brief.reading import read_brief
from bot.domain.brief.writing import write_brief
from bot.domain.declared import form
from bot.domain.declared.editing import write_toml
from bot.domain.declared.place import Where
from bot.domain.declared.toml import read_toml
from bot.domain.declared.word import WORDS, sentence
from bot.domain.errors import Misdeclared
from bot.domain.quantity import parse_money
from bot.domain.run import Stage
from tests.domain.brief.whole import WHOLE, line_of, with_line
from tests.naughty import every_bytes, every_text

SENTENCES = Path(__file__).with_name("sentences.txt")
OTHERS = ("7", '"x"', "[]", "[7]", '""', "true", "{}")
MISSING = "(left out)"


def refusal(text: bytes | str) -> Misdeclared:
    with pytest.raises(Misdeclared) as caught:
        read_brief(text, file="brief.toml")
    return caught.value


def variations() -> Iterator[tuple[str, str]]:
    """Every setting of the brief, left out and with every other kind of value."""
    lines = WHOLE.split("\n")
    section = ""
    for n, line in enumerate(lines):
        if line.startswith("["):
            section = line
        elif line:
            name = line.partition(" = ")[0]
            for value in (MISSING, *OTHERS):
                now = [] if value is MISSING else [f"{name} = {value}"]
                title = f"{section} {name} {value}".strip()
                yield title, "\n".join([*lines[:n], *now, *lines[n + 1 :]])


def said_of(text: str) -> tuple[str, ...]:
    try:
        read_brief(text, file="brief.toml")
    except Misdeclared as refused:
        return tuple(one.message.removeprefix("brief.toml:") for one in refused.problems)
    return ("fine",)


def approved() -> dict[str, tuple[str, ...]]:
    blocks = SENTENCES.read_text(encoding="utf-8").strip("\n").split("\n\n")
    return {title: tuple(said) for title, *said in (block.split("\n    ") for block in blocks)}


VARIATIONS = dict(variations())
APPROVED = approved() if SENTENCES.is_file() else {}


def test_the_whole_brief_is_read() -> None:
    brief = read_brief(WHOLE, file="brief.toml")
    support = brief.reviewers["support"]
    assert (brief.stage, brief.review_date) == (Stage.LIMITED, date(2027, 3, 31))
    assert (support.needed, support.not_, support.on_rejection) == (2, ("requester",), OnRejection.REDRAFT)
    assert (support.remind_after, support.expires_after) == (timedelta(hours=4), timedelta(days=2, hours=12))
    assert brief.thresholds[0].above == parse_money("100 EUR")
    assert brief.confidence == {"triage": 0.9}
    assert brief.cadence is not None
    assert brief.cadence.intervals == (timedelta(days=2), timedelta(days=5))
    assert brief.level(step="approved", kind="helpdesk.SendReply") is Level.RECOMMEND
    assert brief.level(step="other", kind="helpdesk.SendReply") is Level.AUTOMATICALLY
    assert brief.level(step="other", kind="helpdesk.AddTag") is Level.WITH_APPROVAL
    assert brief.may_read("helpdesk.state_of")
    assert not brief.may_change("helpdesk.CloseTicket")


def test_the_whole_brief_says_everything_a_brief_can_say() -> None:
    unsaid = set(type(read_brief(WHOLE, file="x")).model_fields) - {line_name(line) for line in WHOLE.split("\n")}
    assert unsaid == set()


def line_name(line: str) -> str:
    return re.split(r"[ .\]=]", line.lstrip("["))[0]


def test_what_is_said_of_each_field_is_what_was_approved() -> None:
    assert {title: said_of(text) for title, text in VARIATIONS.items()} == APPROVED


def slips() -> list[tuple[str, str, str]]:
    """What stands in the brief, what somebody wrote in its place, and what is said to that."""
    blocks = Path(__file__).with_name("slips.txt").read_text(encoding="utf-8").strip().split("\n\n")
    rows = [block.split("\n") for block in blocks]
    return [(old, new.removeprefix("-> ").replace("\\n", "\n"), said) for old, new, said in rows]


@pytest.mark.parametrize(("old", "new", "said"), slips())
def test_a_slip_is_understood(old: str, new: str, said: str) -> None:
    assert refusal(with_line(old, new)).message == f"brief.toml:{said}"


@pytest.mark.parametrize(
    ("section", "what", "mend"),
    [
        ("triggers", "who may start it", "Add a section [triggers] with who."),
        ("done_when", "what proves that it is done", "Add a section [done_when] with read, of, field."),
        (
            "failure.when_wrong",
            "what happens when an answer is wrong",
            "Add a section [failure.when_wrong] with do.",
        ),
        ("metric", "what it is measured by", "Add a section [metric] with name, target, baseline_minutes."),
        ("reads", "the systems it may read", 'For example: reads = { helpdesk = ["account_of"] }'),
        ("changes", "the systems it may change", 'For example: changes = { helpdesk = ["SendReply"] }'),
    ],
)
def test_a_missing_section_is_asked_for(section: str, what: str, mend: str) -> None:
    without = re.sub(rf"\[{re.escape(section)}(?:\.reactions)?\]\n(?:.+\n)+", "", WHOLE)
    said = [(one.sentence, one.mend) for one in refusal(without).problems]
    assert (f"`{section}` is missing: {what}.", mend) in said


def test_failures_are_asked_for_one_by_one() -> None:
    without = re.sub(r"\[failure\.[a-z_]+\]\n(?:.+\n)+", "", WHOLE)
    assert refusal(without).mend == "Add [failure.when_wrong] and [failure.when_unavailable]."


def test_every_problem_is_said_at_once_in_the_order_of_the_file() -> None:
    text = with_line("needed = 2", "needed = 0", text=with_line('owner = "@olga"', "owner = 1"))
    text = with_line("[metric]", "[metrik]", text=text)
    refused = refusal(text)
    assert [one.line for one in refused.problems] == [2, 34, 64]
    assert refused.message.count("\n") == 2
    assert (refused.file, refused.line) == ("brief.toml", 2)


def test_a_misspelt_name_is_not_also_called_missing() -> None:
    assert len(refusal(with_line("[metric]", "[metrik]")).problems) == 1


def test_nobody_has_to_read_hundreds_of_problems() -> None:
    refused = refusal("\n".join(f"x{n} = {n}" for n in range(500)))
    assert len(refused.problems) == form.MOST_PROBLEMS + 1
    assert "There are 476 more problems like these. Mend these first." in refused.message


def test_an_empty_file_is_asked_for_everything() -> None:
    missing = [one.sentence.split("`")[1] for one in refusal("").problems]
    assert missing == [name for name, field in Brief.model_fields.items() if field.is_required()]


def test_a_long_or_broken_line_is_refused() -> None:
    assert (
        refusal(with_line('"@olga"', f'"{"x" * 301}"')).sentence == "`owner` must be one line of at most 300 letters."
    )
    assert refusal(with_line('"@olga"', r'"a\nb"')).sentence == "`owner` must be one line of at most 300 letters."
    assert refusal(with_line('"A new ticket."', f'"{"x" * 5000}"')).sentence == (
        "`inputs` has 5,000 letters; at most 4,000 are read."
    )


@every_text
def test_no_text_makes_a_brief_but_a_brief(text: str) -> None:
    for whole in (text, with_line('"@olga"', f'"{text}"'), with_line("needed = 2", f"needed = {text}")):
        with suppress(Misdeclared):
            read_brief(whole, file="brief.toml")


@every_bytes
def test_no_bytes_make_a_brief(raw: bytes) -> None:
    assert refusal(raw).file == "brief.toml"


SCALARS = st.sampled_from(["", " ", "x", "4h", "@mia", "40 EUR", "95 %", "2027-01-01", 0, 1, -1, 2.5, 10**18, True])
SECTIONS = st.dictionaries(st.sampled_from(["do", "who", "x", ""]), SCALARS, max_size=2)
ANYTHING = SCALARS | SECTIONS | st.lists(SCALARS, max_size=2) | st.lists(SECTIONS, min_size=1, max_size=2)


@settings(max_examples=100)
@given(st.data())
def test_whatever_is_wrong_there_are_words_for_it(data: st.DataObject) -> None:
    whole = dict(read_toml(WHOLE, file="x").data)
    here: dict[str, Any] = whole
    key = data.draw(st.sampled_from(sorted(here)))
    while isinstance(here[key], dict) and here[key] and data.draw(st.booleans()):
        here[key] = here = here[key].copy()
        key = data.draw(st.sampled_from(sorted(here)))
    if isinstance(here[key], list) and isinstance(here[key][0], dict):
        here[key] = [here[key][0].copy()]
        here = here[key][0]
        key = data.draw(st.sampled_from(sorted(here)))
    here[key] = data.draw(ANYTHING)
    with suppress(Misdeclared):
        read_brief(write_toml(whole), file="brief.toml")
        return
    said = " ".join(said_of(write_toml(whole)))
    assert "does not fit (" not in said
    assert "Input should" not in said


def test_every_line_of_the_table_of_words_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()

    def note(kind: str, path: Where, context: Mapping[str, object], given: object) -> str:
        used.add(kind)
        return sentence(kind, path, context, given)

    monkeypatch.setattr(form, "sentence", note)
    for text in [*VARIATIONS.values(), *(with_line(old, new) for old, new, _ in slips())]:
        said_of(text)
    assert used == WORDS.keys()


def test_a_brief_that_is_written_out_is_the_same_brief() -> None:
    brief = read_brief(WHOLE, file="brief.toml")
    assert read_brief(write_brief(brief), file="brief.toml") == brief


def test_the_line_numbers_of_this_file_are_right() -> None:
    assert line_of("[metric]") == 64


if __name__ == "__main__":
    for name, changed in VARIATIONS.items():
        sys.stdout.write("\n    ".join((name, *said_of(changed))) + "\n\n")
