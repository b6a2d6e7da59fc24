"""Slack's own clients, as they are, call every method they have a function for."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, SectionBlock
from slack_sdk.models.messages.chunk import MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View

from bot.workspace.payload import Json
from tests.workspace.api.cases import CASES
from tests.workspace.api.desk import MODAL, STREAMED, Caller, Sdk, plain, served
from tests.workspace.api.shape import differs
from tests.workspace.made import APP, APP_TOKEN, BOT_TOKEN, MIA, SECRET, SUPPORT

FUNCTIONS = {method: method.replace(".", "_") for method in CASES}
BEARER = {"Authorization": f"Bearer {BOT_TOKEN}"}


@pytest_asyncio.fixture
async def sdk(call: Caller) -> AsyncGenerator[Sdk]:
    async with served(call) as address:
        yield Sdk(address)


def arguments_of(call: Caller, method: str) -> Json:
    arguments = CASES[method].arguments(call)
    return arguments | ({"app_token": APP_TOKEN} if method == "apps.connections.open" else {})


def test_the_clients_have_a_function_for_every_method() -> None:
    assert [name for name in FUNCTIONS.values() if not hasattr(WebClient, name)] == []


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
@pytest.mark.parametrize("method", FUNCTIONS)
async def test_the_async_client_calls_it(call: Caller, sdk: Sdk, method: str) -> None:
    answer = await sdk(FUNCTIONS[method], **arguments_of(call, method))
    assert differs(answer, CASES[method].shape) == []


@pytest.mark.parametrize("method", FUNCTIONS)
async def test_the_blocking_client_calls_it(call: Caller, sdk: Sdk, method: str) -> None:
    answer = await sdk.blocking(FUNCTIONS[method], **arguments_of(call, method))
    assert differs(answer, CASES[method].shape) == []


# --- what the clients do besides ---------------------------------------------------------------------------------


async def test_blocks_and_metadata_of_the_clients_models_are_taken(sdk: Sdk) -> None:
    blocks = [
        SectionBlock(text="A *refund* waits"),
        ActionsBlock(elements=[ButtonElement(text="Approve", action_id="approve", value="1")]),
    ]
    metadata = Metadata(event_type="refund", event_payload={"id": 1003})
    posted = await sdk("chat_postMessage", channel="#support", text="A refund", blocks=blocks, metadata=metadata)
    section, actions = posted["message"]["blocks"]
    assert section["text"] == {"type": "mrkdwn", "text": "A *refund* waits", "verbatim": False}
    assert actions["elements"][0]["text"]["emoji"] is True
    assert section["block_id"] != actions["block_id"]
    assert posted["message"]["metadata"] == {"event_type": "refund", "event_payload": {"id": 1003}}


async def test_a_refusal_is_an_error_that_says_where(sdk: Sdk) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}]
    with pytest.raises(SlackApiError) as refused:
        await sdk("chat_postMessage", channel=SUPPORT, text="x", blocks=blocks)
    answer = plain(vars(refused.value)["response"])
    assert answer["error"] == "invalid_blocks"
    assert "must be less than 3001 characters [json-pointer:/blocks/0/text/text]" in answer["errors"]
    assert f"[ERROR] {answer['errors'][0]}" in answer["response_metadata"]["messages"]


async def test_lists_are_followed_to_their_end(call: Caller, sdk: Sdk) -> None:
    people = [one["id"] async for page in sdk.pages("users_list", limit=2) for one in page["members"]]
    assert people == [*call.workspace.people]
    kinds = "public_channel,private_channel,mpim,im"
    pages = sdk.pages("conversations_list", limit=1, types=kinds)
    channels = [one["id"] async for page in pages for one in page["channels"]]
    assert channels == [id for id in call.workspace.channels if id != SECRET]
    pages = sdk.pages("conversations_members", channel=SUPPORT, limit=3)
    assert [one async for page in pages for one in page["members"]] == [*call.workspace.channels[SUPPORT].people]


async def test_a_file_is_uploaded_and_fetched_again(call: Caller, sdk: Sdk) -> None:
    content = bytes(range(256)) * 40
    wanted: Json = {"content": content, "channel": SUPPORT, "initial_comment": "The export"}
    one = await sdk("files_upload_v2", filename="a.bin", **wanted)
    two = await sdk.blocking("files_upload_v2", filename="b.bin", **wanted)
    async with aiohttp.ClientSession(headers=BEARER) as session:
        for answer in (one, two):
            async with session.get(answer["files"][0]["url_private_download"]) as fetched:
                assert await fetched.read() == content
    first, second = (call.workspace.channels[SUPPORT].messages[ts] for ts in call.workspace.channels[SUPPORT].times)
    assert (first.text, first.subtype, len(first.files)) == ("The export", "file_share", 1)
    assert second.files != first.files


async def test_a_stream_is_written_with_the_clients_own_helper(call: Caller, sdk: Sdk) -> None:
    thread = call.of_mia("Why?")
    streamer = await sdk.streamer(
        channel=SUPPORT, thread_ts=thread, task_display_mode="plan", buffer_size=4, **STREAMED
    )
    await streamer.append(markdown_text="**Let** me see")
    asking = TaskUpdateChunk(id="1", title="Ask", status="in_progress", details="the shop")
    await streamer.append(chunks=[PlanUpdateChunk(title="Looking"), asking, MarkdownTextChunk(text=" what there is")])
    await streamer.append(chunks=[TaskUpdateChunk(id="1", title="Asked", status="complete", details=" twice")])
    message = plain(await streamer.stop(markdown_text=".", blocks=[SectionBlock(text="Done")]))["message"]
    assert message["text"] == "**Let** me see what there is."
    words, plan, more, section = message["blocks"]
    assert (words["text"], more["text"], section["type"]) == ("**Let** me see", " what there is.", "section")
    (task,) = plan["tasks"]
    assert (plan["title"], task["title"], task["status"]) == ("Looking", "Asked", "complete")
    assert task["details"]["elements"][0]["elements"][0]["text"] == "the shop twice"


async def test_views_of_the_clients_models_are_taken(call: Caller, sdk: Sdk) -> None:
    shown = await sdk("views_open", trigger_id=call.trigger(), view=View(**MODAL))
    assert shown["view"]["id"] == call.workspace.modals[APP, MIA][0].id
