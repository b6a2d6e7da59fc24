"""Files: asked for, uploaded, shared, fetched; and photos."""

from collections.abc import AsyncGenerator
from xml.etree import ElementTree

import aiohttp
import pytest
import pytest_asyncio

from bot.workspace.api.photo import drawn, initials_of, photo
from bot.workspace.state.change import Change, FileShared, Posted
from bot.workspace.state.file import File
from tests.workspace.api.desk import Caller, served
from tests.workspace.made import ALONE, APP, BOT, BOT_TOKEN, MIA, OLGA, SUPPORT, TEAM

NO_FILES: list[object] = [[5], [None], ["F1"], [[]]]
BEARER = {"Authorization": f"Bearer {BOT_TOKEN}"}


@pytest_asyncio.fixture
async def address(call: Caller) -> AsyncGenerator[str]:
    async with served(call) as address:
        yield address


@pytest_asyncio.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def shared(call: Caller, name: str = "a.txt", content: bytes = b"abc") -> File:
    file = call.file(name, content, done=False)
    call.ok("files.completeUploadExternal", files=[{"id": file.id}], channel_id=SUPPORT)
    return file


# --- uploaded ----------------------------------------------------------------------------------------------------


async def test_bytes_come_to_the_address_that_was_asked_for(
    call: Caller, address: str, session: aiohttp.ClientSession
) -> None:
    asked = call.ok("files.getUploadURLExternal", filename="order.csv", length=5)
    assert asked["upload_url"].startswith(f"{address}/upload/v1/")
    async with session.post(asked["upload_url"], data=b"a,b,c") as response:
        assert (response.status, await response.text()) == (200, "OK - 5")
        assert response.content_type == "text/plain"
    file = call.workspace.files[asked["file_id"]]
    assert (file.name, file.mimetype, file.size, file.data) == ("order.csv", "text/csv", 5, b"a,b,c")
    assert call.error("files.info", file=file.id) == "file_not_found", "nobody sees it before it is complete"


async def test_a_form_brings_a_file_too(call: Caller, address: str, session: aiohttp.ClientSession) -> None:
    asked = call.ok("files.getUploadURLExternal", filename="a.bin", length=3)
    form = aiohttp.FormData()
    form.add_field("filename", b"\x00\xff\r\n--", filename="a.bin", content_type="application/octet-stream")
    async with session.post(asked["upload_url"], data=form) as response:
        assert await response.text() == "OK - 6"
    assert call.workspace.files[asked["file_id"]].data == b"\x00\xff\r\n--"


async def test_an_upload_nobody_asked_for_is_refused(
    call: Caller, address: str, session: aiohttp.ClientSession
) -> None:
    file = shared(call)
    for key in ("nothing", file.key):
        async with session.post(f"{address}/upload/v1/{key}", data=b"new") as response:
            assert response.status == 404
    assert file.data == b"abc"


async def test_an_upload_without_bytes_is_refused(call: Caller, address: str, session: aiohttp.ClientSession) -> None:
    asked = call.ok("files.getUploadURLExternal", filename="a.txt", length=3)
    async with session.post(asked["upload_url"]) as response:
        assert response.status == 400
    assert call.error("files.completeUploadExternal", files=[{"id": asked["file_id"]}]) == "file_not_found"


# --- shared ------------------------------------------------------------------------------------------------------


def test_files_are_shared_with_a_comment_in_a_thread(call: Caller) -> None:
    heard: list[Change] = []
    call.workspace.listen(heard.append)
    root = call.said()
    one, two = call.file("a.txt", done=False), call.file("b.png", done=False)
    files = [{"id": one.id, "title": "First"}, {"id": two.id}]
    answer = call.ok(
        "files.completeUploadExternal", files=files, channel_id=SUPPORT, thread_ts=root, initial_comment="Two & more"
    )
    titles = [(file["title"], file["channels"]) for file in answer["files"]]
    assert titles == [("First", [SUPPORT]), ("b.png", [SUPPORT])]
    message = [*call.workspace.channels[SUPPORT].messages.values()][-1]
    assert (message.text, message.subtype, message.thread_ts) == ("Two &amp; more", "file_share", root)
    assert message.files == [one.id, two.id]
    assert [type(change) for change in heard if isinstance(change, (Posted, FileShared))] == [
        Posted,
        Posted,
        FileShared,
        FileShared,
    ]


def test_a_file_goes_to_several_channels_or_to_none(call: Caller) -> None:
    alone = call.file(done=False)
    assert call.ok("files.completeUploadExternal", files=[{"id": alone.id}])["files"][0]["channels"] == []
    many = call.file(done=False)
    call.ok("files.completeUploadExternal", files=[{"id": many.id}], channels=f"{SUPPORT},{MIA}")
    assert (len(many.channels), many.channels[0]) == (2, SUPPORT)


def test_a_file_is_completed_once_and_by_its_app(call: Caller) -> None:
    file, foreign = shared(call), call.file(app="", done=False)
    for id in (file.id, foreign.id, "F0NOTHING0", "", 5, None):
        assert call.error("files.completeUploadExternal", files=[{"id": id}]) == "file_not_found"
    no_list: tuple[object, ...] = ([], "[]", "{", "5", {"id": file.id})
    for files in no_list:
        assert call.error("files.completeUploadExternal", files=files) == "invalid_arguments"
    for files in NO_FILES:
        assert call.error("files.completeUploadExternal", files=files) == "file_not_found"


def test_nothing_is_complete_where_the_channel_is_wrong(call: Caller) -> None:
    file = call.file(done=False)
    named = [{"id": file.id}]
    assert call.error("files.completeUploadExternal", files=named, channel_id="C0NOWHERE0") == "channel_not_found"
    assert call.error("files.completeUploadExternal", files=named, channel_id=SUPPORT, thread_ts="0") == (
        "invalid_thread_ts"
    )
    assert file.complete is False


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b", "x" * 400, "ünï.txt", "a\r\nb.txt"])
async def test_a_name_is_no_path(call: Caller, address: str, session: aiohttp.ClientSession, name: str) -> None:
    file = call.file(name)
    asked = call.ok("files.getUploadURLExternal", filename=name, length=1)
    kept = call.workspace.files[asked["file_id"]].name
    assert not {"/", "\\"} & set(kept)
    assert len(kept) <= 255
    async with session.get(f"{address}/files/{file.id}/{file.key}/x", headers=BEARER) as response:
        assert response.status == 200


# --- listed, deleted ---------------------------------------------------------------------------------------------


def test_an_app_sees_its_own_files_and_those_where_it_is(call: Caller) -> None:
    own, here, elsewhere = call.file(), call.file(app=""), call.file(app="")
    here.channels.append(SUPPORT)
    elsewhere.channels.append(ALONE)
    assert {one["id"] for one in call.ok("files.list")["files"]} == {own.id, here.id}
    assert call.error("files.info", file=elsewhere.id) == "file_not_found"


def test_files_are_listed_by_person_channel_kind_and_time(call: Caller) -> None:
    text = shared(call)
    call.workspace.clock.advance(100)
    image = shared(call, "b.png")
    theirs = call.file(app="")
    theirs.channels.append(SUPPORT)

    def ids(**more: object) -> list[str]:
        return [one["id"] for one in call.ok("files.list", **more)["files"]]

    assert ids(user=BOT) == [image.id, text.id]
    assert ids(user=OLGA) == [theirs.id]
    assert ids(channel=ALONE) == []
    assert ids(types="images") == [image.id]
    assert ids(types="images,pdfs,all", user=BOT) == [image.id, text.id]
    assert ids(ts_to=text.created + 1) == [text.id]
    assert set(ids(ts_from=text.created + 1)) == {image.id, theirs.id}
    page = call.ok("files.list", user=BOT, count=1, page=2)
    assert (page["files"][0]["id"], page["paging"]) == (text.id, {"count": 1, "total": 2, "page": 2, "pages": 2})


async def test_a_deleted_file_is_out_of_its_message_and_cannot_be_fetched(
    call: Caller, address: str, session: aiohttp.ClientSession
) -> None:
    file = shared(call)
    call.ok("files.delete", file=file.id)
    (message,) = call.ok("conversations.history", channel=SUPPORT)["messages"]
    assert "files" not in message
    async with session.get(f"{address}/files/{file.id}/{file.key}/a.txt", headers=BEARER) as response:
        assert response.status == 404


# --- fetched -----------------------------------------------------------------------------------------------------


async def test_a_file_is_for_an_app_that_sees_it_and_for_our_own_page(
    call: Caller, address: str, session: aiohttp.ClientSession
) -> None:
    file = shared(call)
    url = f"{address}/files/{file.id}/{file.key}/a.txt"
    for headers in (BEARER, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        async with session.get(url, headers=headers) as response:
            assert (response.status, await response.read()) == (200, b"abc")
    others: tuple[dict[str, str], ...] = (
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Authorization": "Bearer xoxb-other"},
        {"Authorization": "x"},
    )
    for headers in others:
        async with session.get(url, headers=headers, allow_redirects=False) as response:
            assert (response.status, await response.read() == b"abc") == (302, False)
            assert response.headers["Location"].startswith("/?redir=")
    async with session.get(url.replace(file.key, "guess"), headers=BEARER) as response:
        assert response.status == 404


async def test_a_file_is_not_for_an_app_that_was_thrown_out(
    call: Caller, address: str, session: aiohttp.ClientSession
) -> None:
    file = call.file(app="")
    file.channels.append(SUPPORT)
    url = f"{address}/files/{file.id}/{file.key}/a.txt"
    app = call.workspace.apps[APP]
    app.scopes = frozenset({"files:read"})
    assert await status(session, url) == 200
    app.scopes = frozenset({"chat:write"})
    assert await status(session, url) == 302
    app.scopes, app.revoked = None, True
    assert await status(session, url) == 302


async def status(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url, headers=BEARER, allow_redirects=False) as response:
        return response.status


@pytest.mark.parametrize(
    ("name", "shown"), [("a.png", True), ("a.txt", True), ("a.html", False), ("a.svg", False), ("a.weird", False)]
)
async def test_a_browser_shows_only_what_cannot_act(
    call: Caller, address: str, session: aiohttp.ClientSession, name: str, shown: bool
) -> None:
    file = shared(call, name, b"<script>alert(1)</script>")
    base = f"{address}/files/{file.id}/{file.key}"
    async with session.get(f"{base}/{name}", headers=BEARER) as response:
        assert response.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    async with session.get(f"{base}/download/{name}", headers=BEARER) as response:
        assert response.headers["Content-Disposition"].startswith("attachment")


# --- photos ------------------------------------------------------------------------------------------------------


async def test_everybody_has_a_photo(call: Caller, address: str, session: aiohttp.ClientSession) -> None:
    person, team = call.ok("users.info", user=MIA)["user"], call.ok("team.info")["team"]
    for url in (person["profile"]["image_48"], team["icon"]["image_34"]):
        async with session.get(url) as response:
            assert (response.status, response.content_type) == (200, "image/svg+xml")
            assert ElementTree.fromstring(await response.text()).tag.endswith("svg")
    for path in ("U0NOBODY00-48.svg", f"{MIA}-0.svg", f"{MIA}-4000.svg", f"{MIA}-big.svg", f"{MIA}.svg"):
        async with session.get(f"{address}/photos/{path}") as response:
            assert response.status == 404


def test_a_photo_is_always_the_same_and_shows_the_initials(call: Caller) -> None:
    assert photo(call.workspace, MIA, 48) == photo(call.workspace, MIA, 48)
    assert ">ML</text>" in (photo(call.workspace, MIA, 48) or "")
    assert ">A</text>" in (photo(call.workspace, TEAM, 34) or "")
    assert f"#{call.workspace.apps[APP].colour}" in (photo(call.workspace, BOT, 48) or "")


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Mia Lindqvist", "ML"), ("Ana Maria de Souza", "AS"), ("opsbot", "O"), ("", "?"), ("<&>", "?")],
)
def test_initials_are_those_of_the_first_and_the_last_word(name: str, initials: str) -> None:
    assert initials_of(name) == initials


@pytest.mark.parametrize("name", ["<script>", "\x00", "a\ud800b", "\u202eevil", "x" * 10_000])
@pytest.mark.parametrize("colour", ["4a154b", '"/><script>', "", "zzzzzz"])
def test_no_name_and_no_colour_breaks_a_photo(name: str, colour: str) -> None:
    picture = drawn(name, colour, 48, seed=name)
    assert "script" not in picture.lower()
    assert ElementTree.fromstring(picture.encode("utf-8", "replace")) is not None
