"""Files that people bring."""

import base64

import pytest

from bot.workspace.acts.uploading import LARGEST
from tests.workspace.acts.room import Room, made_room
from tests.workspace.made import MIA


@pytest.fixture
def room() -> Room:
    return made_room()


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("a.txt", "text/plain"),
        ("photo.png", "image/png"),
        ("no ending", "application/octet-stream"),
        ("é.pdf", "application/pdf"),
    ],
)
async def test_a_file_is_taken_in_and_stands_nowhere_yet(room: Room, name: str, mimetype: str) -> None:
    outcome = await room.act("upload", name=name, content=packed(b"\x00data"), title="A title")
    file = room.workspace.files[outcome["file"]]
    assert (file.name, file.title, file.mimetype, file.data, file.size) == (name, "A title", mimetype, b"\x00data", 5)
    assert (file.user, file.complete, file.channels) == (MIA, True, [])


async def test_an_empty_file_is_a_file(room: Room) -> None:
    outcome = await room.act("upload", name="empty", content="")
    assert room.workspace.files[outcome["file"]].data == b""


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "a\0b", "a\r\nb"])
async def test_a_name_that_would_lead_elsewhere_is_refused(room: Room, name: str) -> None:
    assert "Give it another name" in await room.refused("upload", name=name, content="")
    assert room.workspace.files == {}


@pytest.mark.parametrize("content", ["no base64!", "YQ", "é", "YQ==\n\n!"])
async def test_a_file_that_did_not_come_through_whole_is_refused(room: Room, content: str) -> None:
    assert "did not come through whole" in await room.refused("upload", name="a.txt", content=content)


async def test_a_file_that_is_too_large_is_refused(room: Room) -> None:
    assert "larger than 10 MB" in await room.refused("upload", name="a.bin", content=packed(bytes(LARGEST + 1)))
    assert (await room.act("upload", name="a.bin", content=packed(bytes(LARGEST))))["ok"]
