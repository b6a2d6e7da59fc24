"""A system behind HTTP: what is sent, what is read back, and what each fault of the way there comes to."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.system import Rest
from bot.adapters.systems.rest.wire import Call, Looking
from bot.domain.binding import Retry
from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.intent import Promised, Receipt
from bot.intents.helpdesk import OpenTicket, ReopenTicket, TicketState, TicketStatus
from bot.ports.system import System
from tests.adapters.systems.rest.remote import (
    CLOSE,
    CREDENTIAL,
    CREDIT,
    KEY,
    NOTICE,
    OPEN,
    TICKET,
    Answering,
    Remote,
    desk,
    half,
    hangs_up,
    says,
    serving,
)

STATE = {"status": "solved", "count": 3, "last_reply": 77, "updated": "2026-03-01T10:00:00Z", "more": [1.5]}
MADE = {"ticket": {"id": 17, "url": "https://desk.example.com/17", "version": 2}}


async def error_of(call: Awaitable[object]) -> BotError:
    with pytest.raises(BotError) as caught:
        await call
    assert CREDENTIAL not in caught.value.message
    assert KEY not in caught.value.message
    return caught.value


# --- what is sent -----------------------------------------------------------------------------------------------------


async def test_an_intent_fills_its_template_and_brings_a_receipt(remote: Remote, rest: Rest) -> None:
    remote.script = [says(MADE, 201)]
    receipt = await rest.execute(OPEN, KEY)
    assert receipt == Receipt(id="17", link="https://desk.example.com/17", undo={"version": "2"})
    (heard,) = remote.heard
    assert (heard.method, heard.path) == ("POST", "/tickets")
    assert json.loads(heard.body) == {"subject": "Hello", "customer": "C-1", "text": f"Help\n[{KEY}]", "urgent": True}
    assert heard.headers["Authorization"] == f"Bearer {CREDENTIAL}"
    assert heard.headers["X-Version"] == "7"


async def test_a_form_carries_the_key_in_its_header(remote: Remote, rest: Rest) -> None:
    remote.script = [says({"id": "cr_1"})]
    assert (await rest.execute(CREDIT, KEY)).id == "cr_1"
    (heard,) = remote.heard
    assert parse_qs(heard.body) == {"customer": ["C-1"], "amount": ["1250"], "metadata[why]": ["Ünfair & late"]}
    assert heard.headers["Idempotency-Key"] == KEY


async def test_no_value_leaves_its_part_of_the_path(remote: Remote, rest: Rest) -> None:
    remote.script = [says({}, 200)]
    await rest.execute(CLOSE.model_copy(update={"ticket_id": "../credits?a=1#é"}), KEY)
    assert remote.heard[0].path == "/tickets/..%2Fcredits%3Fa%3D1%23%C3%A9"


@pytest.mark.parametrize("climbing", ["..", ".", ""])
async def test_a_value_that_would_climb_is_not_sent(remote: Remote, rest: Rest, climbing: str) -> None:
    error = await error_of(rest.execute(CLOSE.model_copy(update={"ticket_id": climbing}), KEY))
    assert isinstance(error, Broken)
    assert remote.heard == []


def test_it_is_a_system_that_says_how_each_intent_is_bound(rest: Rest) -> None:
    system: System = rest
    assert system.name == "helpdesk"
    assert system.lookups == {"helpdesk.state_of", "helpdesk.account_of"}
    credit = system.bindings["helpdesk.GrantCredit"]
    assert (credit.retry, credit.remembers, credit.per_day) == (Retry.IDEMPOTENT, timedelta(hours=24), 5)
    assert not any(binding.sandbox for binding in system.bindings.values())


# --- what is read -----------------------------------------------------------------------------------------------------


async def test_a_record_is_read_into_its_fact(remote: Remote, rest: Rest) -> None:
    remote.script = [says(STATE)]
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    state = TicketState(ticket_id="T-1", status=TicketStatus.ANSWERED, messages=3, last_reply_id="77", updated_at=at)
    assert await rest.read("helpdesk.state_of", TICKET) == state
    assert remote.heard[0].method == "GET"


RENAMED = {name: value for name, value in STATE.items() if name != "count"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (RENAMED, "its answer has no “count”"),
        ({**STATE, "status": "archived"}, "“status” says “archived”, and known there are: new, open, solved, closed"),
        ({**STATE, "status": "mia@example.com"}, "“status” says a word, and known there are"),
        ({**STATE, "count": "3"}, "“count” is no longer a whole number"),
        ({**STATE, "updated": "2026-03-01T10:00:00"}, "“updated” is no longer a time with its zone"),
        ({**STATE, "last_reply": {"id": 1}}, "“last_reply” is no longer an id"),
        ({k: v for k, v in STATE.items() if k != "last_reply"}, "its answer has no “last_reply”"),
        ([STATE], "its answer has no “status”"),
    ],
)
async def test_another_form_than_the_one_relied_on_is_refused_by_name(
    remote: Remote, rest: Rest, answer: object, said: str
) -> None:
    remote.script = [says(answer)]
    error = await error_of(rest.read("helpdesk.state_of", TICKET))
    assert isinstance(error, Broken)
    assert error.message.startswith(f"Desk has changed: {said}")
    assert "has to be looked at by the team that owns it" in error.message


async def test_what_may_be_empty_has_to_be_there_and_is_left_out(remote: Remote, rest: Rest) -> None:
    remote.script = [says({**STATE, "last_reply": None})]
    state = await rest.read("helpdesk.state_of", TICKET)
    assert isinstance(state, TicketState)
    assert state.last_reply_id is None


async def test_a_preview_shows_what_stands_there_now(remote: Remote, rest: Rest) -> None:
    remote.script = [says({"credit": 300})]
    preview = await rest.read_only().preview(CREDIT)
    assert preview.sentence == "Put 1250 EUR on the account of C-1."
    assert (preview.before, preview.after) == ({"credit": "300"}, {"credit": "1250 more"})


async def test_a_preview_of_what_nothing_shows_asks_nobody(remote: Remote, rest: Rest) -> None:
    preview = await rest.preview(NOTICE.model_copy(update={"ticket_id": Promised(step="opened")}))
    assert preview.after == {"text": "Look at it."}
    assert remote.heard == []


async def test_whoever_may_only_look_has_no_verb_to_change_anything(remote: Remote, rest: Rest) -> None:
    remote.script = [says(STATE)]
    eyes = rest.read_only()
    await eyes.read("helpdesk.state_of", TICKET)
    await eyes.preview(NOTICE)
    assert not hasattr(eyes, "execute")
    looking = Looking(rest._line.host, Pace(0))
    assert not hasattr(looking, "change")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert isinstance(await error_of(looking.look(Call(method, "/tickets"))), Broken)
    assert [heard.method for heard in remote.heard] == ["GET"]


ADA = {"id": 9, "name": None, "plan": "P2", "since": "2020", "open": 0, "standing": "good", "tickets": [1, "T-2"]}


async def test_of_a_list_the_first_record_counts(remote: Remote, rest: Rest) -> None:
    remote.script = [says({"accounts": [ADA, {}]}), says({"accounts": []})]
    account = await rest.read("helpdesk.account_of", TICKET)
    assert account.model_dump(include={"customer_id", "name", "plan", "recent_tickets"}) == {
        "customer_id": "9",
        "name": "",
        "plan": "pro",
        "recent_tickets": ("1", "T-2"),
    }
    assert remote.heard[0].query == {"customer": "C-1"}
    assert (await error_of(rest.read("helpdesk.account_of", TICKET))).message == "Desk has no such record."


async def test_what_the_description_does_not_have_is_broken(rest: Rest) -> None:
    said = (await error_of(rest.read("helpdesk.ticket_of", TICKET))).message
    assert "does not say how helpdesk.ticket_of is read" in said
    said = (await error_of(rest.execute(ReopenTicket(ticket_id="T-1"), KEY))).message
    assert "does not say how helpdesk.ReopenTicket is carried out" in said


# --- what an answer means ---------------------------------------------------------------------------------------------


def text(body: str, kind: str) -> Answering:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type=kind)

    return answer


ANSWERS = [
    (says({}, 400), Broken, "Desk answered 400."),
    (says({}, 401), Broken, "It does not accept our credential."),
    (says({}, 404), Broken, "There is no such record"),
    (says({"error": {"code": "card_lost"}}, 402), Broken, "Desk answered 402 (card_lost)."),
    (says({"error": {"code": "mia@example.com"}}, 402), Broken, "Desk answered 402."),
    (says({}, 409), Broken, "Desk answered 409."),
    (says({}, 423), Transient, "Desk answered 423."),
    (says({}, 408), Uncertain, "Desk answered 408."),
    (says({}, 500), Uncertain, "Desk answered 500."),
    (says({}, 503, Retry_After="3"), Uncertain, "Desk answered 503."),
    (says({"id": "1"}, 202), Uncertain, "Desk answered 202."),
    (says({}, 301, Location="http://127.0.0.2:1/"), Broken, "Desk answered 301."),
    (says({}, 303, Location="http://127.0.0.2:1/"), Uncertain, "Desk answered 303."),
    (
        says({"uid": "1"}),
        Uncertain,
        "Desk answered 200, so it may well have happened. Desk has changed: its answer has no “id”",
    ),
    (text("<h1>Maintenance</h1>", "text/html"), Uncertain, "with something that is no JSON."),
    (text('{"id": ', "application/json"), Uncertain, "with something that is no JSON."),
    (hangs_up, Uncertain, "The line to Desk broke before it had answered."),
    (half, Uncertain, "The line to Desk broke before it had answered."),
    (text("x" * 5_000, "application/json"), Uncertain, "is longer than 4,000 bytes."),
]


@pytest.mark.parametrize(("answer", "kind", "said"), ANSWERS, ids=range(len(ANSWERS)))
async def test_each_answer_to_a_change_has_one_meaning(
    remote: Remote, rest: Rest, answer: Answering, kind: type[BotError], said: str
) -> None:
    remote.script = [answer]
    rest._line.host = replace(rest._line.host, largest=4_000)
    error = await error_of(rest.execute(CREDIT, KEY))
    assert type(error) is kind, error.message
    assert said in error.message
    assert len(remote.heard) == 1  # the tries are the engine's


LOOKS: list[tuple[Answering, type[BotError]]] = [
    (answer, Broken if kind is Broken else Transient) for answer, kind, _ in ANSWERS if kind is not Uncertain
]
UNKNOWN: list[tuple[Answering, type[BotError]]] = [
    (answer, Transient) for answer in (says({}, 500), says({}, 202), hangs_up, half, text("<h1>", "text/html"))
]


@pytest.mark.parametrize(("answer", "kind"), LOOKS + UNKNOWN, ids=range(len(LOOKS + UNKNOWN)))
async def test_a_look_that_came_to_nothing_has_changed_nothing(
    remote: Remote, rest: Rest, answer: Answering, kind: type[BotError]
) -> None:
    remote.script = [answer]
    assert type(await error_of(rest.read("helpdesk.state_of", TICKET))) is kind


async def test_whoever_asks_us_to_wait_is_not_called_before(remote: Remote, rest: Rest) -> None:
    remote.script = [says({}, 429, Retry_After="90")]
    first, second = await error_of(rest.execute(CREDIT, KEY)), await error_of(rest.execute(CREDIT, KEY))
    assert isinstance(first, Transient)
    assert first.retry_after == timedelta(seconds=90)
    assert isinstance(second, Transient)
    assert second.retry_after is not None
    assert timedelta(seconds=80) < second.retry_after <= timedelta(seconds=90)
    assert len(remote.heard) == 1


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("Tue, 03 Mar 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Tue, 03 Mar 2026 11:00:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
        ("99999999", timedelta(days=1)),
    ],
)
async def test_a_time_to_wait_is_read_however_it_is_written(
    remote: Remote, rest: Rest, header: str, asked: timedelta | None
) -> None:
    remote.script = [says({}, 429, Retry_After=header)]
    error = await error_of(rest.execute(CREDIT, KEY))
    assert isinstance(error, Transient)
    assert error.retry_after == asked


async def test_what_never_answers_is_uncertain_once_its_time_is_over(remote: Remote, rest: Rest) -> None:
    rest._line.host = replace(rest._line.host, seconds=0.05)

    async def never(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        while not request.transport.is_closing():
            await rest._line.pace._pause(0.01)
        return web.Response()

    remote.script = [never]
    error = await error_of(rest.execute(OPEN, KEY))
    assert isinstance(error, Uncertain)
    assert error.message == "Desk did not answer in time."


async def test_where_nobody_listens_nothing_was_sent() -> None:
    system = desk(f"http://127.0.0.1:{unused_port()}")
    error = await error_of(system.execute(OPEN, KEY))
    assert isinstance(error, Transient)
    assert error.message.startswith("Desk could not be reached")
    assert error.message.endswith("Nothing was sent.")
    await system.close()


async def test_a_server_whose_certificate_nobody_knows_gets_nothing(remote: Remote) -> None:
    """This one has none at all; whatever it is, the credential does not leave."""
    async with serving(remote) as server:
        system = desk(f"https://127.0.0.1:{server.make_url('').port}")
        assert isinstance(await error_of(system.execute(OPEN, KEY)), Transient)
        await system.close()
    assert remote.heard == []


# --- whether it happened ----------------------------------------------------------------------------------------------


def tickets(*texts: str | None) -> Answering:
    return says({"tickets": [{"id": n, "text": text} for n, text in enumerate(texts, 1)]})


async def test_what_has_our_mark_is_found(remote: Remote, rest: Rest) -> None:
    remote.script = [tickets("Another", f"Help\n[{KEY}]", None)]
    assert await rest.find(OPEN, KEY) == Receipt(id="2")
    assert (remote.heard[0].path, remote.heard[0].query) == ("/customers/C-1/tickets", {"newest": "first"})


Script = Callable[[], Answering]


async def test_what_has_it_not_did_not_happen(remote: Remote, rest: Rest) -> None:
    remote.script = [tickets("Another"), says({}, 404)]
    assert await rest.find(OPEN, KEY) is None
    assert await rest.find(OPEN, KEY) is None


async def test_a_record_in_the_wanted_state_is_as_good_as_ours(remote: Remote, rest: Rest) -> None:
    remote.script = [says({"status": "closed"}), says({"status": "open"})]
    assert await rest.find(CLOSE, KEY) == Receipt(id="T-1")
    assert await rest.find(CLOSE, KEY) is None


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (tickets(f"[{KEY}]", f"[{KEY}]"), Uncertain, "shows 2 records where there should be one"),
        (tickets("a", "b", "c"), Uncertain, "more records than can be looked through"),
        (says({"tickets": [{"id": 1, "body": "x"}]}), Broken, "Desk has changed: a record has no “text” any more"),
        (says({"items": []}), Broken, "has no list “tickets” any more"),
        (says({}, 500), Transient, "Desk answered 500."),
    ],
)
async def test_where_it_cannot_be_told_nobody_says_that_it_did_not_happen(
    remote: Remote, rest: Rest, answer: Answering, kind: type[BotError], said: str
) -> None:
    remote.script = [answer]
    error = await error_of(rest.find(OPEN, KEY))
    assert type(error) is kind or issubclass(type(error), kind)
    assert said in error.message


async def test_what_nothing_shows_is_repeated_under_its_key_or_never(rest: Rest) -> None:
    assert await rest.find(CREDIT, KEY) is None
    assert isinstance(await error_of(rest.find(NOTICE, KEY)), Uncertain)


USED = says({"error": {"code": "key_used"}}, 409)


async def test_a_duplicate_is_looked_up(remote: Remote, rest: Rest) -> None:
    remote.script = [USED, tickets(f"[{KEY}]")]
    assert await rest.execute(OPEN, KEY) == Receipt(id="1")


@pytest.mark.parametrize("then", [tickets("Another"), says({}, 500)], ids=["not there", "no answer"])
async def test_a_duplicate_that_is_not_shown_is_uncertain(remote: Remote, rest: Rest, then: Answering) -> None:
    remote.script = [USED, then]
    error = await error_of(rest.execute(OPEN, KEY))
    assert isinstance(error, Uncertain)
    assert "Our key was used before." in error.message


async def test_a_proxy_that_repeats_silently_is_covered_by_the_key(remote: Remote, rest: Rest) -> None:
    """The server remembers keys; what comes a second time makes no second credit."""
    made = dict[str, int]()

    async def grant(request: web.Request) -> web.StreamResponse:
        key = request.headers["Idempotency-Key"]
        made.setdefault(key, len(made) + 1)
        return web.json_response({"id": made[key]})

    remote.script = [grant]
    first, again = await rest.execute(CREDIT, KEY), await rest.execute(CREDIT, KEY)
    assert first == again
    assert len(made) == 1


async def test_what_is_left_out_is_not_sent_as_nothing(remote: Remote, rest: Rest) -> None:
    remote.script = [says(MADE, 201)]
    await rest.execute(OpenTicket(customer_id="C-1", subject="S"), KEY)
    assert json.loads(remote.heard[0].body)["text"] == f"\n[{KEY}]"
