"""An entry says what happened in words of closed lists, and refuses the rest where it is made."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest

from bot.domain.audit.entry import (
    NOTE_NAMES,
    NUMBER_NOTES,
    TEXT_NOTES,
    Entry,
    EntryKind,
    Field,
    FieldKind,
    Note,
)
from bot.domain.person import ActorKind

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def entry(*fields: Field, notes: Mapping[str, Note] | None = None, at: datetime = NOON) -> Entry:
    return Entry(EntryKind.RUN_STARTED, at, ActorKind.USER, "U1", notes=notes or {}, fields=fields)


class State(StrEnum):
    DONE = "done"


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_reads_as_a_thing_and_what_happened_to_it(kind: EntryKind) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z_]+)?", kind.value)
    assert kind.name.lower() == kind.value.replace(".", "_")


@pytest.mark.parametrize("name", sorted(TEXT_NOTES))
def test_a_text_column_takes_text_or_nothing(name: str) -> None:
    assert entry(notes={name: "x"}).notes == {name: "x"}
    assert entry(notes={name: State.DONE}).notes == {name: "done"}
    assert entry(notes={name: None}).notes == {name: None}
    with pytest.raises(ValueError, match=f"'{name}' holds str, not int"):
        entry(notes={name: 1})


@pytest.mark.parametrize("name", sorted(NUMBER_NOTES))
def test_a_number_column_takes_a_whole_number_or_nothing(name: str) -> None:
    assert entry(notes={name: 7}).notes == {name: 7}
    assert entry(notes={name: None}).notes == {name: None}
    for wrong, kind in (("7", "str"), (True, "bool")):
        with pytest.raises(ValueError, match=f"'{name}' holds int, not {kind}"):
            entry(notes={name: wrong})


def test_a_column_is_text_or_a_number_and_never_one_of_the_common_ones() -> None:
    assert not TEXT_NOTES & NUMBER_NOTES
    assert not NOTE_NAMES & {"chain", "seq", "kind", "at", "actor", "actor_kind", "run", "step", "attempt"}
    assert not NOTE_NAMES & {"fields", "writer"}


def test_an_unknown_column_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"'sent' is not a column of the audit\. Choose one of NOTE_NAMES"):
        entry(notes={"sent": "x"})


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=5, minutes=45))])
def test_a_time_that_is_not_utc_is_refused(zone: timezone | None) -> None:
    with pytest.raises(ValueError, match="The time of an entry is in UTC"):
        entry(at=datetime(2026, 1, 31, 12, tzinfo=zone))


def test_two_fields_of_one_name_are_refused() -> None:
    assert len(entry(Field("answer", 1), Field("question", 2)).fields) == 2
    with pytest.raises(ValueError, match="same name"):
        entry(Field("answer", 1), Field("answer", 2, FieldKind.PII))
