"""Messages: who wrote them, what they say, what follows them."""

import pytest

from bot.workspace.changes.posting import pin, post, react
from bot.workspace.page.render.message import LINES, message_html, message_id
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.state.file import File
from bot.workspace.state.message import Message, Stream
from tests.workspace.blocks.made import button, element, mrkdwn, option
from tests.workspace.made import ADDRESS, APP, APP_BOT, BOT, DARIO, GRETA, MIA, OLGA, PIA, SAM, SUPPORT
from tests.workspace.page.render.sample import ATTACHED
from tests.workspace.page.render.tree import Node, ids_are_whole, looking, read


def said(viewer: Viewer, user: str = SAM, text: str = "Hello", **more: object) -> Message:
    message = Message(channel=SUPPORT, user=user, text=text)
    for name, value in more.items():
        setattr(message, name, value)
    viewer.workspace.clock.advance(60)
    return post(viewer.workspace, message)


def shown(viewer: Viewer, message: Message, *, grouped: bool = False, in_thread: bool = False) -> Node:
    tree = read(message_html(viewer, message, grouped=grouped, in_thread=in_thread))
    ids_are_whole(tree)
    return tree.one("article")


def of(user: str = SAM, text: str = "Hello", **more: object) -> Node:
    viewer = looking()
    return shown(viewer, said(viewer, user, text, **more))


# --- what it is ---------------------------------------------------------------------------------------------------


def test_a_message_has_its_place_for_the_scripts() -> None:
    viewer = looking()
    message = said(viewer)
    node = shown(viewer, message)
    assert node["id"] == f"m-{SUPPORT}-{message.ts.replace('.', '-')}" == message_id(message)
    assert (node["data-channel"], node["data-ts"], node["tabindex"]) == (SUPPORT, message.ts, "-1")
    assert not {"data-ephemeral", "data-mine", "data-thread"} & node.given.keys()
    assert node["aria-label"] == "Sam Okafor, 9:01 AM"
    assert shown(viewer, message, in_thread=True)["id"] == f"t-{SUPPORT}-{message.ts.replace('.', '-')}"


def test_ones_own_message_is_ones_own() -> None:
    assert "data-mine" in of(MIA).given
    assert "data-mine" not in of(BOT, bot=APP_BOT).given


def test_what_one_alone_sees_says_so() -> None:
    node = of(BOT, only_for=MIA)
    assert "data-ephemeral" in node.given
    assert "ephemeral" in node.kinds
    assert node.one(kind="eyes").text == "Only visible to you"


def test_text_is_marked_up_and_nothing_else_is() -> None:
    node = of(text="*a* <b>b</b> &lt;script&gt;")
    assert node.one(kind="words").text == "a bb/b <script>"
    assert (node.one(kind="words")["dir"], node.has("b"), node.has("script")) == ("auto", False, False)


def test_blocks_stand_in_the_place_of_text() -> None:
    node = of(BOT, "fallback", bot=APP_BOT, blocks=[{"type": "section", "block_id": "b", "text": mrkdwn("*a*")}])
    assert node.one(kind="content").text == "a"


def test_what_a_person_has_chosen_in_a_message_stays_chosen() -> None:
    viewer = looking()
    choices = element("radio_buttons", action_id="r", options=[option("a"), option("b")])
    blocks = [{"type": "actions", "block_id": "b", "elements": [choices]}]
    values = {"b": {"r": {"type": "radio_buttons", "selected_option": option("b")}}}
    message = said(viewer, BOT, blocks=blocks, chosen={MIA: values})
    boxes = shown(viewer, message).all("input")
    assert ["checked" in box.given for box in boxes] == [False, True]
    olga = Viewer(viewer.workspace, viewer.workspace.people[OLGA])
    assert not any("checked" in box.given for box in shown(olga, message).all("input"))


# --- who wrote it -------------------------------------------------------------------------------------------------


def badges(node: Node) -> list[str]:
    return [badge.text for badge in node.one("header").all(kind="badge")]


def test_the_author_is_named_with_a_photo_and_a_time() -> None:
    node = of()
    author = node.one("button", "author")
    assert (author.text, author["data-person"], author.has("bdi")) == ("Sam Okafor", SAM, True)
    photo = node.one("img", "photo")
    assert (photo["src"], photo["alt"], photo["width"], photo["height"]) == (f"/photos/{SAM}-48.svg", "", "36", "36")
    assert node.one("time").text == "9:01 AM"
    assert node.one("time")["title"] == "Friday, January 15, 2027 at 9:01:00 AM CET"


def test_it_is_said_who_is_an_app_a_guest_gone_or_from_elsewhere() -> None:
    found = {user: badges(of(user)) for user in (SAM, GRETA, DARIO, PIA)}
    assert found == {SAM: [], GRETA: ["Guest"], DARIO: ["Deactivated"], PIA: ["From Sample Cycle Supply"]}
    assert badges(of(BOT, bot=APP_BOT, app=APP)) == ["App"]
    viewer = looking()
    viewer.workspace.team.partners.clear()
    assert badges(shown(viewer, said(viewer, PIA))) == ["From another organisation"]


def test_a_status_stands_beside_the_name() -> None:
    viewer = looking()
    viewer.workspace.people[SAM].status_emoji = ":palm_tree:"
    viewer.workspace.people[SAM].status_text = "Back on Monday"
    status = shown(viewer, said(viewer)).one(kind="status")
    assert (status.text, status["title"]) == ("🌴", "Back on Monday")


def test_a_bot_may_take_another_name_and_another_face() -> None:
    node = of(BOT, bot=APP_BOT, username="Reporter", icon=":tada:")
    assert node.one(kind="author").text == "Reporter"
    assert node.one(kind="photo").text == "🎉"
    assert badges(node) == ["App"]
    assert of(BOT, icon=":no_such:").one(kind="photo").text == "🤖"
    assert of(BOT, username="reporter", icon="https://elsewhere.example/x.png").one(kind="photo").text == "R"
    here = of(BOT, icon=f"{ADDRESS}/photos/{SAM}-48.svg").one(kind="photo")
    assert here["src"] == f"/photos/{SAM}-48.svg"


def test_somebody_unknown_is_called_by_id() -> None:
    assert of("U404").one(kind="author").text == "U404"


def test_a_name_cannot_hide_or_turn_anything_around() -> None:
    node = of(BOT, username="Olga\u202e \u200b\u2066Nowak\u0000")
    assert node.one(kind="author").text == "Olga Nowak"
    assert node["aria-label"] == "Olga Nowak, 9:01 AM"
    assert of(BOT, username="\u200b\u202e").one(kind="author").text == "opsbot"


def test_a_grouped_message_says_so() -> None:
    viewer = looking()
    assert "grouped" in shown(viewer, said(viewer), grouped=True).kinds


# --- what became of it --------------------------------------------------------------------------------------------


def test_an_edited_message_says_when() -> None:
    assert of(edited_ts="1800000000.000100").one(kind="edited")["title"] == "Friday, January 15, 2027 at 9:00:00 AM CET"
    assert not of().has(kind="edited")


def test_a_pinned_message_says_by_whom() -> None:
    viewer = looking()
    message = said(viewer)
    pin(viewer.workspace, message, OLGA)
    assert shown(viewer, message).one(kind="pin").text == "Pinned by Olga Nowak"


def test_a_message_that_is_being_written_has_a_caret() -> None:
    node = of(BOT, stream=Stream(until=1), blocks=[{"type": "markdown", "block_id": "b", "text": "a"}])
    assert "writing" in node.one(kind="content").kinds
    assert node.one(kind="caret")["aria-label"] == "still writing"
    assert not of().has(kind="caret")


def test_what_somebody_does_stands_in_italics() -> None:
    assert "me" in of(subtype="me_message").one(kind="content").kinds


@pytest.mark.parametrize("subtype", sorted(LINES))
def test_a_line_about_the_channel_does_not_name_its_author_twice(subtype: str) -> None:
    node = of(SAM, f"<@{SAM}> did something", subtype=subtype)
    assert "line" in node.kinds
    assert node.one(kind="content").text == "did something"


def test_a_deleted_message_leaves_a_word() -> None:
    node = of(SAM, "secret", subtype="tombstone")
    assert node.one(kind="content").text == "This message was deleted."
    assert "line" in node.kinds


# --- what follows it ----------------------------------------------------------------------------------------------


def test_reactions_say_who_and_whether_oneself() -> None:
    viewer = looking()
    message = said(viewer)
    for person in (MIA, OLGA):
        react(viewer.workspace, message, person, "white_check_mark")
    react(viewer.workspace, message, SAM, "no_such")
    mine, other = shown(viewer, message).all("button", "reaction")
    assert (mine["data-reaction"], mine["aria-pressed"], mine.text) == ("white_check_mark", "true", "✅ 2")
    assert mine["aria-label"] == "white check mark: 2, you, Olga Nowak"
    assert (other["aria-pressed"], other.text) == ("false", ":no_such: 1")


def test_of_many_who_reacted_some_are_named() -> None:
    node = of(reactions={"tada": [f"U{n}" for n in range(25)]}).one(kind="reaction")
    assert (node["title"] or "").endswith("U19, 5 more reacted with :tada:")


def threaded(count: int) -> tuple[Viewer, Message]:
    viewer = looking()
    root = said(viewer)
    for n in range(count):
        said(viewer, (SAM, OLGA)[n % 2], thread_ts=root.ts)
    viewer.workspace.clock.advance(7_200)
    return viewer, root


def test_replies_are_counted_and_lead_to_their_thread() -> None:
    viewer, root = threaded(3)
    replies = shown(viewer, root).one("button", "replies")
    assert (replies["data-open-thread"], replies.text) == (root.ts, "3 replies Last reply 2 hours ago")
    assert [face["src"] for face in replies.all("img")] == [f"/photos/{SAM}-24.svg", f"/photos/{OLGA}-24.svg"]
    assert shown(*threaded(1)).one(kind="replies").text.startswith("1 reply ")
    assert not of().has(kind="replies")


def test_in_its_thread_a_message_only_counts_its_replies() -> None:
    viewer, root = threaded(2)
    node = shown(viewer, root, in_thread=True)
    assert node.one(kind="reply-count").text == "2 replies"
    assert not node.has(kind="replies")


def test_a_reply_that_stands_in_the_channel_says_so() -> None:
    viewer, root = threaded(1)
    reply = said(viewer, thread_ts=root.ts, broadcast=True)
    assert shown(viewer, reply).one(kind="note").text == "replied to a thread"
    viewer.workspace.channels[SUPPORT].drop(root)
    assert shown(viewer, reply).one(kind="note").text == "replied to a message that was deleted"


# --- attachments --------------------------------------------------------------------------------------------------


def attached(**one: object) -> Node:
    return of(BOT, "", bot=APP_BOT, attachments=[one])


def test_an_attachment_has_all_its_parts() -> None:
    first, second = (node := of(BOT, "", attachments=ATTACHED)).all(kind="attachment")
    assert first.one("svg", "bar").one("rect")["fill"] == "#2eb67d"
    assert second.one("svg", "bar").one("rect")["fill"] == "#d6293e"
    assert first.one(kind="from").text == "Builder"
    assert first.one(kind="title").one("a")["href"] == "https://a.example/1.4"
    assert [part.text for part in first.one(kind="fields").all("strong")] == ["Host", "Took"]
    assert first.one(kind="fields").all("div", "long")[0].text == "Took9 s"
    assert first.one(kind="soft").text == "ci · Jan 15, 2027"
    assert second.one(kind="section").text == "Blocks in an attachment"
    assert "A deployment" in node.text


def test_an_attachment_of_nothing_but_a_fallback_says_that() -> None:
    assert attached(fallback="In short").one(kind="attachment").text == "In short"


def test_pictures_of_an_attachment_are_named_where_they_come_from_elsewhere() -> None:
    tree = attached(title="A map", image_url="https://e.example/a.png", thumb_url="https://e.example/t.png")
    assert [one["aria-label"] for one in tree.all(role="img")] == ["A map", "A map"]
    assert [one.get("class") for one in tree.all(kind="elsewhere")] == ["picture elsewhere", "thumbnail elsewhere"]


def test_the_oldest_buttons_are_shown_and_do_nothing() -> None:
    old = attached(text="Sure?", actions=[{"name": "go", "text": "Go", "type": "button"}])
    assert "disabled" in old.one(kind="attachment").one("button").given


@pytest.mark.parametrize("ts", ["nan", "inf", "x", None, True, [], 10**400, "1799990000.5", -1e20])
def test_an_attachment_of_any_time_is_shown(ts: object) -> None:
    assert attached(footer="ci", ts=ts).one(kind="soft").text.startswith("ci")


@pytest.mark.parametrize("colour", ["red", "", "url(#x)", '"><b>', "#12"])
def test_a_colour_that_is_none_is_no_colour(colour: str) -> None:
    assert not attached(text="a", color=colour).has("svg")


def test_a_link_of_an_attachment_does_not_lead_astray() -> None:
    assert not attached(title="a", title_link="javascript:x", author_name="b", author_link="data:x").has("a")


# --- files --------------------------------------------------------------------------------------------------------


def with_file(**more: object) -> Node:
    viewer = looking()
    file = File(id="F1", name="a b#.txt", title="", mimetype="text/plain", user=SAM, created=1, key="k", size=12_345)
    for name, value in more.items():
        setattr(file, name, value)
    viewer.workspace.files["F1"] = file
    return shown(viewer, said(viewer, files=["F1", "F404"])).one(kind="files")


def test_a_file_has_its_name_its_size_and_the_way_to_it() -> None:
    node = with_file(mimetype="application/zip", title="The <b>archive\u202e")
    assert (node.one("a").text, node.one(kind="soft").text) == ("The <b>archive", " 12.3 kB")
    assert node.one("a")["href"] == "/files/F1/k/a%20b%23.txt"


def test_a_text_file_is_begun() -> None:
    node = with_file(data=b"<b>" + b"x" * 9_000 + b"\xff")
    assert len(node.one("details").one("code").text) == 2_000
    assert node.one("code").text.startswith("<b>x")


def test_a_picture_is_shown_as_large_as_it_will_be() -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (1000).to_bytes(4, "big") + (500).to_bytes(4, "big")
    node = with_file(mimetype="image/png", data=png, name="map.png")
    picture = node.one("img")
    assert (picture["src"], picture["alt"]) == ("/files/F1/k/map.png", "map.png")
    assert (picture["width"], picture["height"]) == ("360", "180")


def test_a_drawing_that_could_act_is_only_named() -> None:
    assert not with_file(mimetype="image/svg+xml", data=b"<svg/>").has("img")


def test_buttons_of_a_message_stand_in_it() -> None:
    node = of(BOT, blocks=[{"type": "actions", "block_id": "b", "elements": [button(value="1")]}])
    assert node.one(data_action="go")["data-value"] == "1"
