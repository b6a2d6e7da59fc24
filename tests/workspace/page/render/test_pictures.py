"""Pictures: one's own are shown and keep their place, others are named."""

import pytest

from bot.workspace.page.render.blocks import block
from bot.workspace.page.render.files import readable
from bot.workspace.page.render.pictures import picture, shown_size, size_of
from bot.workspace.page.render.place import Place
from bot.workspace.payload import Json
from bot.workspace.state.file import File
from tests.workspace.blocks.made import plain
from tests.workspace.made import ADDRESS, SAM
from tests.workspace.page.render.tree import Node, looking, read

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big")
GIF = b"GIF89a" + (40).to_bytes(2, "little") + (30).to_bytes(2, "little")
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x1e\x00\x28\x03"
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\x00" * 8 + (39).to_bytes(3, "little") + (29).to_bytes(3, "little")


@pytest.mark.parametrize("data", [PNG, GIF, JPEG, WEBP], ids=["png", "gif", "jpeg", "webp"])
def test_the_size_of_a_picture_is_read_from_its_first_bytes(data: bytes) -> None:
    assert size_of(data) == (40, 30)


@pytest.mark.parametrize("data", [PNG, GIF, JPEG, WEBP], ids=["png", "gif", "jpeg", "webp"])
def test_a_picture_that_breaks_off_has_no_size(data: bytes) -> None:
    for length in range(len(data) - 3):
        assert size_of(data[:length]) in ((0, 0), (40, 30))


@pytest.mark.parametrize(
    "data", [b"", b"x", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x00" * 9, b"\xff\xd8" + b"\xff" * 50, b"RIFFxxxxWEBP"]
)
def test_what_is_no_picture_has_no_size(data: bytes) -> None:
    assert size_of(data) == (0, 0)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((40, 30), (40, 30)),
        ((1000, 500), (360, 180)),
        ((100, 3200), (10, 320)),
        ((9000, 1), (360, 1)),
        ((0, 5), (0, 0)),
    ],
)
def test_a_picture_is_shrunk_and_keeps_its_form(size: tuple[int, int], shown: tuple[int, int]) -> None:
    data = PNG[:16] + size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    assert shown_size(data) == shown


def of_file(one: Json, *, mimetype: str = "image/png") -> Node:
    viewer = looking()
    viewer.workspace.files["F1"] = File(
        id="F1", name="x.png", title="", mimetype=mimetype, user=SAM, created=1, key="k", data=PNG
    )
    return read(block(Place(viewer, "m-x"), {"type": "image", "block_id": "b", "alt_text": "A map", **one}))


@pytest.mark.parametrize(
    "one",
    [
        {"slack_file": {"id": "F1"}},
        {"slack_file": {"url": f"{ADDRESS}/files/F1/k/x.png"}},
        {"image_url": f"{ADDRESS}/files/F1/k/x.png"},
    ],
)
def test_a_picture_of_this_workspace_is_shown(one: Json) -> None:
    shown = of_file(one).one("img")
    assert (shown["src"], shown["alt"], shown["width"], shown["height"]) == ("/files/F1/k/x.png", "A map", "40", "30")


@pytest.mark.parametrize(
    "one",
    [
        {"slack_file": {"id": "F404"}},
        {"image_url": "https://elsewhere.example/x.png"},
        {"image_url": f"{ADDRESS}/api/auth.revoke"},
        {"image_url": f"{ADDRESS}.evil.example/files/x"},
        {"image_url": "//elsewhere.example/files/x"},
        {"image_url": 3},
        {},
    ],
)
def test_any_other_picture_is_named(one: Json) -> None:
    tree = of_file(one)
    assert not tree.has("img")
    assert tree.one(kind="elsewhere").one(role="img")["aria-label"] == "A map"


def test_a_file_that_is_no_picture_is_named_and_can_be_opened() -> None:
    tree = of_file({"slack_file": {"id": "F1"}}, mimetype="image/svg+xml")
    assert not tree.has("img")
    assert tree.one("a")["href"] == "/files/F1/k/x.png"


def test_a_picture_has_a_title() -> None:
    assert of_file({"title": plain("The :bike:")}).one("figcaption").text == "The 🚲"


def test_a_picture_without_words_is_a_picture() -> None:
    assert read(picture(looking(), "https://e.example/x", "")).one(role="img")["aria-label"] == "A picture"
    assert not read(picture(looking(), "javascript:x", "a")).has("a")


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (12_345, "12.3 kB"),
        (5_000_000, "5 MB"),
        (7 * 10**9, "7 GB"),
    ],
)
def test_sizes_are_said_in_short(size: int, said: str) -> None:
    assert readable(size) == said
