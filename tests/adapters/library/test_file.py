"""Whatever lies where a workflow's file should be is refused with its place, at once, and never waited for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.library.file import is_there, read_bytes, read_text
from bot.domain.declared.toml import MOST_BYTES
from bot.domain.errors import Misdeclared
from tests.naughty import every_bytes

MANY = 1 << 40
"""More than any machine has memory for: whoever reads all of it fails at once."""


def a_folder(file: Path) -> None:
    file.mkdir()


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def linked_to(target: str) -> Callable[[Path], None]:
    return lambda file: file.symlink_to(target)


def a_link_to_a_pipe(file: Path) -> None:
    os.mkfifo(file.with_name("pipe"))
    file.symlink_to("pipe")


def refusal(file: Path, *, most: int = MOST_BYTES) -> Misdeclared:
    with pytest.raises(Misdeclared) as caught:
        read_bytes(file, most=most)
    return caught.value


def refused_text(file: Path, raw: bytes) -> tuple[str, int]:
    file.write_bytes(raw)
    with pytest.raises(Misdeclared) as caught:
        read_text(file)
    assert caught.value.file == str(file)
    return caught.value.sentence, caught.value.line


def test_what_a_file_holds_is_read(tmp_path: Path) -> None:
    file = tmp_path / "brief.toml"
    file.write_bytes(b"owner = '@olga'\r\n\xc3\xa9")
    assert read_bytes(file) == b"owner = '@olga'\r\n\xc3\xa9"
    assert read_text(file) == "owner = '@olga'\r\né"


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text("owner = '@olga'")
    (tmp_path / "brief.toml").symlink_to("shared.toml")
    assert read_text(tmp_path / "brief.toml") == "owner = '@olga'"


def test_an_empty_file_is_an_empty_text(tmp_path: Path) -> None:
    (tmp_path / "brief.toml").touch()
    assert read_text(tmp_path / "brief.toml") == ""


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "brief.toml"
    assert refusal(file).message == f"{file}: This file is missing. Every workflow has one."
    assert refusal(tmp_path / "nowhere" / "brief.toml").sentence == "This file is missing."


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("put", "sentence"),
    [
        (a_folder, "This is not a file."),
        (a_pipe, "This is not a file."),
        (linked_to("nowhere"), "This link leads to no file."),
        (linked_to("brief.toml"), "This link leads to no file."),
        (linked_to("."), "This link leads to no file."),
        (linked_to("/dev/zero"), "This link leads to no file."),
        (a_link_to_a_pipe, "This link leads to no file."),
    ],
    ids=["folder", "pipe", "dangling", "circle", "link to a folder", "endless device", "link to a pipe"],
)
def test_what_is_no_file_is_refused_and_not_waited_for(
    tmp_path: Path, put: Callable[[Path], None], sentence: str
) -> None:
    file = tmp_path / "brief.toml"
    put(file)
    assert is_there(file)
    assert refusal(file).message == f"{file}: {sentence} Put a file in its place, or take it away."


def test_only_what_has_the_name_is_there(tmp_path: Path) -> None:
    assert not is_there(tmp_path / "brief.toml")
    (tmp_path / "brief.toml").touch()
    assert is_there(tmp_path / "brief.toml")
    assert not is_there(tmp_path / "brief.toml" / "brief.toml")


def test_a_file_inside_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "flow").touch()
    file = tmp_path / "flow" / "brief.toml"
    assert refusal(file).message == f"{file}: This file cannot be read: Not a directory. See that the bot may read it."


def test_a_file_that_the_bot_may_not_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "brief.toml"
    file.touch()
    monkeypatch.setattr(Path, "open", forbidden)
    assert (
        refusal(file).message == f"{file}: This file cannot be read: Permission denied. See that the bot may read it."
    )


def test_a_file_as_large_as_may_be_is_read_and_a_byte_more_is_not(tmp_path: Path) -> None:
    file = tmp_path / "brief.toml"
    file.write_bytes(b"12345678")
    assert read_bytes(file, most=8) == b"12345678"
    said = f"{file}:1: This file is too large; at most 7 bytes are read. Shorten it."
    assert refusal(file, most=7).message == said


def test_a_text_has_the_size_of_a_brief_at_most(tmp_path: Path) -> None:
    file = tmp_path / "brief.toml"
    file.write_bytes(b"\n" * MOST_BYTES)
    assert len(read_text(file)) == MOST_BYTES
    said, line = refused_text(file, b"\n" * (MOST_BYTES + 1))
    assert (said, line) == ("This file is too large; at most 262,144 bytes are read.", 1)


def test_of_a_huge_file_no_more_is_read_than_shows_that_it_is_huge(tmp_path: Path) -> None:
    file = tmp_path / "brief.toml"
    with file.open("wb") as opened:
        opened.truncate(MANY)  # takes no room: nothing was ever written
    assert refusal(file).sentence.startswith("This file is too large")


@pytest.mark.parametrize(
    "odd",
    [b"\xff", b"caf\xe9", b"\xc3", b"\xed\xa0\x80", b"\xed\xb3\xbf", b"\xc0\xaf", b"\xf4\x90\x80\x80"],
    ids=["no byte of any text", "Latin-1", "cut", "half a pair", "the other half", "overlong", "beyond"],
)
def test_what_is_not_utf_8_is_said_with_its_line(tmp_path: Path, odd: bytes) -> None:
    said = refused_text(tmp_path / "brief.toml", b"one\ntwo \xc3\xa9\nthree " + odd)
    assert said == ("This is not UTF-8. Save the file as UTF-8.", 3)


def test_another_encoding_altogether_is_said_at_once(tmp_path: Path) -> None:
    said = refused_text(tmp_path / "brief.toml", "owner = '@olga'".encode("utf-16"))
    assert said == ("This is not UTF-8. Save the file as UTF-8.", 1)


@every_bytes
def test_any_bytes_are_a_text_or_refused_with_their_place(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "brief.toml"
    file.write_bytes(raw)
    problem: Misdeclared | None = None
    try:
        assert read_text(file).encode() == raw
    except Misdeclared as refused:
        problem = refused
    assert problem is None or (problem.file == str(file) and problem.line >= 1)
