"""The first key is made once, for its owner alone; others join it, and none is ever replaced in silence."""

import os
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import TITLE, KeyFile, keys_in, text_of
from bot.domain.audit.checkpoint import origin_of
from bot.domain.audit.keys import KEY_BYTES, first_keys, mark_of
from bot.domain.errors import StoreFailed

FIRST = b"1" * KEY_BYTES


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    (tmp_path / "audit.key").write_bytes(FIRST)
    return KeyFile(tmp_path / "audit.key")


# --- the first one ----------------------------------------------------------------------------------------------------


def test_a_key_is_made_once(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "audit.key").begin()
    assert [len(key) for key in keys.signing] == [KEY_BYTES]
    assert KeyFile(tmp_path / "audit.key").begin() == KeyFile(tmp_path / "audit.key").read() == keys
    assert [file.name for file in tmp_path.iterdir()] == ["audit.key"]


def test_no_two_keys_are_the_same(tmp_path: Path) -> None:
    assert KeyFile(tmp_path / "one").begin() != KeyFile(tmp_path / "other").begin()


def test_only_its_owner_can_read_a_key(file: KeyFile, tmp_path: Path) -> None:
    KeyFile(tmp_path / "another").begin()
    file.add(mark_of(FIRST))
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "another", file.path)} == {0o600}


def test_reading_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match=r"cannot be read: No such file .* cannot go on without it\. Put it back"):
        KeyFile(tmp_path / "audit.key").read()
    assert [*tmp_path.iterdir()] == []


def test_a_key_that_cannot_be_kept_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="cannot be made"):
        KeyFile(tmp_path / "nowhere" / "audit.key").begin()


def test_processes_that_begin_at_once_have_one_key(tmp_path: Path) -> None:
    ready, go = os.pipe()
    heard, tell = os.pipe()
    children: list[int] = []
    for _ in range(6):
        child = os.fork()
        if child == 0:
            try:
                os.read(ready, 1)
                os.write(tell, KeyFile(tmp_path / "audit.key").begin().signing[0])
            finally:
                os._exit(0)
        children.append(child)
    os.write(go, b"go!go!")
    for child in children:
        os.waitpid(child, 0)
    os.close(tell)
    with os.fdopen(heard, "rb") as keys:
        said = keys.read()
    assert said == KeyFile(tmp_path / "audit.key").read().signing[0] * 6
    assert [file.name for file in tmp_path.iterdir()] == ["audit.key"]


# --- several ----------------------------------------------------------------------------------------------------------


def test_a_key_that_is_added_is_the_newest_and_the_others_stay(file: KeyFile) -> None:
    second = file.add(mark_of(FIRST))
    third = file.add(second)
    assert [*map(mark_of, file.read().signing)] == [mark_of(FIRST), second, third]
    assert file.read().get(second) == file.read().signing[1]
    assert [path.name for path in file.path.parent.iterdir()] == ["audit.key"]


def test_what_the_record_and_its_people_are_called_stays_when_the_key_changes(file: KeyFile) -> None:
    before = file.read()
    file.add(mark_of(FIRST))
    assert (file.read().record, file.read().names) == (before.record, before.names) == (origin_of(FIRST), before.names)
    file.drop_before(mark_of(file.read().signing[-1]))
    assert (file.read().record, file.read().names) == (before.record, before.names)


def test_a_key_that_was_never_taken_up_is_set_aside_by_the_next(file: KeyFile) -> None:
    """It signs nothing here; a copy of the database may go by it, so it is not thrown away."""
    lost = file.add(mark_of(FIRST))
    new = file.add(mark_of(FIRST))
    keys = file.read()
    assert [*map(mark_of, keys.signing)] == [mark_of(FIRST), new]
    assert [*map(mark_of, keys.aside)] == [lost]
    assert keys.get(lost) is not None
    assert keys.after(mark_of(FIRST)) == keys.signing[1:]


def test_keys_are_let_go_from_the_oldest_on(file: KeyFile) -> None:
    second = file.add(mark_of(FIRST))
    third = file.add(second)
    assert file.drop_before(mark_of(FIRST)) == 0
    assert file.drop_before("unheard of") == 0
    assert file.drop_before(third) == 2
    assert [*map(mark_of, file.read().signing)] == [third]
    assert file.drop_before(third) == 0


def test_keys_that_cannot_be_written_leave_the_file_as_it_was(file: KeyFile) -> None:
    before = file.path.read_bytes()
    (file.path.parent / f".audit.key.{os.getpid()}").mkdir()
    with pytest.raises(StoreFailed, match=r"cannot be written to .*: Is a directory\. Nothing was changed"):
        file.add(mark_of(FIRST))
    assert file.path.read_bytes() == before


def test_a_secret_is_not_in_what_a_log_shows(file: KeyFile) -> None:
    file.add(mark_of(FIRST))
    keys = file.read()
    assert not [key for key in (*keys.signing, keys.names) if repr(key) in repr(keys) or key.hex() in repr(keys)]


# --- what a file may hold ---------------------------------------------------------------------------------------------

WHOLE = text_of(first_keys(FIRST))
NO_KEYS = {
    "nothing": b"",
    "something short": b"short",
    "a byte too many": bytes(33),
    "another title": WHOLE.replace("countersign", "something").encode(),
    "no title": WHOLE.removeprefix(TITLE + "\n").encode(),
    "no record": WHOLE.replace("record countersign", "key countersign").encode(),
    "two names of the record": (WHOLE + "record countersign/0123456789abcdef\n").encode(),
    "no key": "".join(line for line in WHOLE.splitlines(keepends=True) if not line.startswith("key")).encode(),
    "no pseudonyms": "".join(line for line in WHOLE.splitlines(keepends=True) if "pseudo" not in line).encode(),
    "a key cut short": WHOLE[:-3].encode(),
    "a key that is no number": WHOLE.replace("key 31", "key zz").encode(),
    "a word nobody knows": (WHOLE + "lock 00\n").encode(),
    "other letters": WHOLE.replace("key", "këy").encode(),
}


@pytest.mark.parametrize("content", NO_KEYS.values(), ids=NO_KEYS)
def test_a_file_that_is_no_key_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "audit.key").write_bytes(content)
    for reads in (KeyFile(tmp_path / "audit.key").read, KeyFile(tmp_path / "audit.key").begin):
        with pytest.raises(StoreFailed, match=r"not the key of a record: .*\. Put it back"):
            reads()
    with pytest.raises(StoreFailed, match="not the key of a record"):
        KeyFile(tmp_path / "audit.key").add("whichever")
    assert (tmp_path / "audit.key").read_bytes() == content


def test_one_key_is_read_from_both_forms() -> None:
    assert keys_in(WHOLE.encode()) == keys_in(FIRST) == first_keys(FIRST)
