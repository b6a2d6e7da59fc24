"""The key is made once, for its owner alone, and never replaced in silence."""

import os
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import KEY_BYTES, audit_key
from bot.domain.errors import StoreFailed


def test_a_key_is_made_once(tmp_path: Path) -> None:
    key = audit_key(tmp_path / "audit.key")
    assert len(key) == KEY_BYTES
    assert audit_key(tmp_path / "audit.key") == key
    assert [file.name for file in tmp_path.iterdir()] == ["audit.key"]


def test_no_two_keys_are_the_same(tmp_path: Path) -> None:
    assert audit_key(tmp_path / "one") != audit_key(tmp_path / "other")


def test_only_its_owner_can_read_a_key(tmp_path: Path) -> None:
    audit_key(tmp_path / "audit.key")
    assert (tmp_path / "audit.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_file_that_is_no_key_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "audit.key").write_bytes(content)
    with pytest.raises(StoreFailed, match="not the key of a record"):
        audit_key(tmp_path / "audit.key")
    assert (tmp_path / "audit.key").read_bytes() == content


def test_a_key_that_cannot_be_kept_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="cannot be made"):
        audit_key(tmp_path / "nowhere" / "audit.key")


def test_processes_that_begin_at_once_have_one_key(tmp_path: Path) -> None:
    ready, go = os.pipe()
    heard, tell = os.pipe()
    children: list[int] = []
    for _ in range(6):
        child = os.fork()
        if child == 0:
            try:
                os.read(ready, 1)
                os.write(tell, audit_key(tmp_path / "audit.key"))
            finally:
                os._exit(0)
        children.append(child)
    os.write(go, b"go!go!")
    for child in children:
        os.waitpid(child, 0)
    os.close(tell)
    with os.fdopen(heard, "rb") as keys:
        said = keys.read()
    assert said == audit_key(tmp_path / "audit.key") * 6
    assert [file.name for file in tmp_path.iterdir()] == ["audit.key"]
