"""`POST /hooks/NAME`: known, read strictly, kept before it is answered, done once."""

import asyncio
import json
import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.web import hooks as hooks_door
from bot.adapters.web import kept
from bot.adapters.web.answer import body_of
from bot.adapters.web.event import MOST_BYTES
from bot.adapters.web.signature import secret_of, sign
from bot.application.switch import Flip, switch
from bot.application.take_in import take_in
from bot.domain.brief.hook import Signed
from bot.domain.errors import StoreBusy
from bot.domain.person import Door
from tests.adapters.web.street import JSON, Street, opened_to_the_street
from tests.application.office import opened, ticket
from tests.application.test_arrive import PATIENT
from tests.made import OLGA

SHOP: Mapping[str, Any] = {
    "signed": "bearer",
    "fields": {name: f"data.{name}" for name in ticket()},
    "only": {"type": ["ticket.created"]},
    "event_id": "event.id",
}


def shop(id: str = "e-1", **other: object) -> dict[str, object]:
    return {"type": "ticket.created", "event": {"id": id}, "data": ticket(), **other}


def hooks(**named: Mapping[str, Any]) -> dict[str, Any]:
    return {"triggers": {"hooks": named}}


# --- from the sender to the run ---------------------------------------------------------------------------------------


async def test_what_is_sent_is_kept_and_starts_a_run(street: Street) -> None:
    answer = await street.call("one_act", ticket())
    assert answer.status == 202
    assert [one.id for one in street.woken] == [one.id for one in await street.kept()] == [answer.json["id"]]
    (run,) = await street.handle()
    found = await street.office.run(run)
    assert found.value("ticket") == {**ticket(), "language": "en"}
    assert (found.origin.door, found.origin.requester, found.team) == (Door.WEBHOOK, "webhook:one_act", OLGA.team)


async def test_the_same_event_again_has_the_same_answer_and_starts_nothing(street: Street) -> None:
    first = await street.call("one_act", ticket())
    again = await street.call("one_act", ticket())
    await street.handle()
    late = await street.call("one_act", ticket())
    assert first.json == again.json == late.json
    assert {one.status for one in (first, again, late)} == {202}
    assert len(await street.handle()) == 1
    assert len(street.woken) == 1


async def test_another_event_starts_another_run_even_if_it_says_the_same(street: Street) -> None:
    for n in range(2):
        await street.call("one_act", ticket(), id=f"msg_{n}")
    assert len(await street.handle()) == 2


async def test_with_an_identity_the_same_thing_through_two_doors_starts_one_run(tmp_path: Path) -> None:
    identity = {"triggers": {"identity": ["id"]}}
    async with opened(tmp_path, brief=identity) as office, opened_to_the_street(office) as street:
        run = await office.start()
        await street.call("one_act", ticket(body="The same ticket, in other words."))
        assert await street.handle() == [run]
        (again,) = await office.entries(run, "run.duplicate")
        assert again.notes["door"] == "webhook"


async def test_an_event_is_taken_apart_as_the_brief_says(tmp_path: Path) -> None:
    async with opened(tmp_path, brief=hooks(shop=SHOP)) as office, opened_to_the_street(office) as street:
        other = await street.call("shop", shop(type="ticket.closed"), scheme=Signed.BEARER)
        assert (other.status, other.text, await street.kept()) == (204, "", ())
        answers = [await street.call("shop", shop(id), scheme=Signed.BEARER) for id in ("e-1", "e-1", "e-2")]
        assert [one.status for one in answers] == [202] * 3
        assert answers[0].json == answers[1].json != answers[2].json
        assert len(await street.handle()) == 2
        assert (await street.call("one_act", ticket())).status == 404


@pytest.mark.parametrize("scheme", [Signed.GITHUB, Signed.SLACK, Signed.BEARER])
async def test_where_no_id_is_proven_every_byte_says_which_event_it_is(tmp_path: Path, scheme: Signed) -> None:
    """GitHub signs no id: whoever replays a request under another one starts nothing."""
    named = hooks(shop={"signed": scheme.value})
    async with opened(tmp_path, brief=named) as office, opened_to_the_street(office) as street:
        answers = [await street.call("shop", ticket(), id=f"delivery-{n}", scheme=scheme) for n in range(2)]
        answers.append(await street.call("shop", ticket(subject="Another"), scheme=scheme))
        assert answers[0].json == answers[1].json != answers[2].json
        assert len(await street.handle()) == 2


async def test_github_asks_whether_somebody_is_there(tmp_path: Path) -> None:
    named = hooks(shop={"signed": "github"})
    async with opened(tmp_path, brief=named) as office, opened_to_the_street(office) as street:
        ping = {"X-GitHub-Event": "ping"}
        answer = await street.call("shop", {"zen": "Keep it simple."}, scheme=Signed.GITHUB, headers=ping)
        assert (answer.status, await street.kept()) == (204, ())


async def test_a_cloud_event_is_the_same_in_both_modes(tmp_path: Path) -> None:
    named = hooks(shop={"signed": "bearer"})
    async with opened(tmp_path, brief=named) as office, opened_to_the_street(office) as street:
        about = {"specversion": "1.0", "id": "e-1", "source": "/shop", "type": "ticket.created"}
        envelope = {**about, "data": ticket()}
        structured = await street.call("shop", envelope, scheme=Signed.BEARER, kind="application/cloudevents+json")
        said = {f"ce-{name}": value.replace("/", "%2F") for name, value in about.items()}
        binary = await street.call("shop", ticket(), scheme=Signed.BEARER, headers=said)
        assert (structured.status, structured.json) == (binary.status, binary.json)
        (run,) = await street.handle()
        assert (await office.run(run)).value("ticket") == {**ticket(), "language": "en"}


async def test_an_event_that_ends_a_wait_starts_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as office:
        office.deploy("one_act", lambda _: PATIENT)
        run = await office.start()
        office.rewrite(**hooks(answers={"ends": "answered", "fields": {"id": "ticket", "text": "said"}}))
        async with opened_to_the_street(office) as street:
            assert (await street.call("answers", {"said": "Thanks."})).status == 400
            answers = [await street.call("answers", {"ticket": "T-1001", "said": "Thanks."}) for _ in range(2)]
            assert await street.handle() == [run]
            assert (await office.run(run)).value("answered") == {"ended_by_event": True}
            (entry,) = [one for one in await office.entries(run, "step.done") if one.step == "answered"]
            assert [entry.notes["source"]] * 2 == [one.json["id"] for one in answers]


# --- refused ----------------------------------------------------------------------------------------------------------


async def test_whoever_is_not_known_reads_the_same_whatever_is_wrong(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    body, right = (
        json.dumps(ticket()).encode(),
        {"webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,x"},
    )
    wrong: list[Mapping[str, str]] = [
        {},
        right,
        {**right, "webhook-timestamp": "1614265330.5"},
        {**right, "webhook-timestamp": "9" * 400},
        {**right, "webhook-signature": "v1,\udcff"},
        {**right, "webhook-id": "é"},
    ]
    answers = [await street.send("/hooks/one_act", body, headers=one) for one in wrong]
    assert {(one.status, one.text) for one in answers} == {
        (401, '{"error": "The signature is missing, wrong or too old."}')
    }
    assert await street.kept() == ()
    assert {getattr(one, "action", "") for one in caplog.records} == {"door.refused"}
    assert "T-1001" not in caplog.text


async def test_a_request_that_was_signed_too_long_ago_is_not_known(street: Street) -> None:
    now = street.office.clock.now()
    street.office.clock.at = now.replace(hour=now.hour - 1)
    # signed by the clock of then, heard by that of now
    body = json.dumps(ticket()).encode()
    secret = secret_of(street.keys.shown("one_act", Signed.STANDARD), Signed.STANDARD)
    old = sign(Signed.STANDARD, body, secret=secret, id="m", now=street.office.clock.now())
    street.office.clock.at = now
    assert (await street.send("/hooks/one_act", body, headers=old)).status == 401


async def test_two_secrets_are_good_while_one_replaces_the_other(tmp_path: Path) -> None:
    both = ("the-new-secret-of-it", "the-old-secret-of-it")
    async with opened(tmp_path) as office, opened_to_the_street(office, one_act=both) as street:
        for n, secret in enumerate((*both, "a-third-one-of-nobody")):
            body = json.dumps(ticket()).encode()
            signed = sign(Signed.STANDARD, body, secret=secret.encode(), id=f"m-{n}", now=office.clock.now())
            answer = await street.send("/hooks/one_act", body, headers={"Content-Type": JSON, **signed})
            assert answer.status == (401 if n == 2 else 202)


ODD_JSON = [
    b"",
    b"{",
    b"[1, 2",
    b'{"id": "a", "id": "b"}',
    b'{"id": NaN}',
    b'{"id": Infinity}',
    b'{"id": 1e999}',
    b'{"id": ' + b"9" * 60 + b"}",
    b'{"id": "\\ud800"}',
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b"[" * 200 + b"]" * 200,
    b'"text"',
    b"7",
    b"[]",
    b"{}",
    b'{"id": "T-1", "more": true}',
]


async def test_what_is_not_the_json_that_is_expected_is_refused_in_a_sentence(street: Street) -> None:
    for body in ODD_JSON:
        answer = await street.call("one_act", body)
        assert (answer.status, answer.json["error"][-1:]) == (400, "."), body
    assert await street.kept() == ()


ODD_KINDS = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/cloudevents-batch+json",
    "application/json; charset=latin-1",
    "application/json; charset*=utf-8''x",
    "nonsense",
]


async def test_json_is_known_under_each_of_its_names_and_nothing_else_is_read(street: Street) -> None:
    for kind in ODD_KINDS:
        assert (await street.call("one_act", ticket(), kind=kind)).status == 415, kind
    for kind in ("application/json; charset=UTF-8", "application/vnd.shop+json", "Application/JSON"):
        assert (await street.call("one_act", ticket(), kind=kind)).status == 202, kind


ODD_EVENTS: list[object] = [
    [],
    {},
    {"specversion": "0.3", "id": "1", "source": "x", "type": "y"},
    {"specversion": "1.0", "id": "", "source": "x", "type": "y"},
    {"specversion": "1.0", "id": 7, "source": "x", "type": "y"},
    {"specversion": "1.0", "id": "1", "type": "y"},
    {"specversion": "1.0", "id": "1", "source": "x", "type": "y", "data_base64": "e30="},
    {"specversion": "1.0", "id": "1", "source": "x", "type": "y"},
]


async def test_what_is_no_cloud_event_is_refused(street: Street) -> None:
    for envelope in ODD_EVENTS:
        answer = await street.call("one_act", envelope, kind="application/cloudevents+json")
        assert answer.status == 400, envelope


async def test_what_is_too_large_is_refused_before_it_is_known_whose_it_is(street: Street) -> None:
    async def pieces() -> Any:
        for _ in range(MOST_BYTES // 8192 + 2):
            yield b" " * 8192

    assert (await street.send("/hooks/one_act", b" " * (MOST_BYTES + 1))).status == 413
    assert (await street.send("/hooks/one_act", pieces())).status == 413


async def test_a_body_that_does_not_come_is_not_waited_for(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks_door, "body_of", partial(body_of, within=0.01))
    host, _, port = street.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /hooks/one_act HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this")
    assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
    writer.close()
    await writer.wait_closed()


async def test_what_is_no_http_is_refused_and_not_quoted(street: Street, caplog: pytest.LogCaptureFixture) -> None:
    host, _, port = street.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"a canary, not HTTP\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.0 400 ")
    writer.close()
    await writer.wait_closed()
    assert "canary" not in caplog.text
    assert [one for one in caplog.records if one.exc_info] == []


async def test_another_method_or_another_place_is_refused(street: Street) -> None:
    for method in ("GET", "PUT", "OPTIONS"):
        answer = await street.send("/hooks/one_act", method=method)
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    for path in ("two_acts", "One-Act", "", "%ff", "one_act/more"):
        assert (await street.send(f"/hooks/{path}")).status == 404


# --- not now ----------------------------------------------------------------------------------------------------------


async def test_a_workflow_that_does_not_load_is_asked_for_again_later(tmp_path: Path) -> None:
    async with opened(tmp_path, brief=hooks(shop={})) as office, opened_to_the_street(office) as street:
        office.deploy("one_act", lambda text: text.replace("class OneAct", "class OneAct(("))
        street.office.parts = office.parts
        async with opened_to_the_street(office) as later:
            for name in ("shop", "one_act"):
                answer = await later.call(name, ticket())
                assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
            assert (await later.call("other", ticket())).status == 404


async def test_what_was_kept_waits_while_its_workflow_does_not_load(street: Street) -> None:
    office, file = street.office, street.office.folder / "one_act" / "__init__.py"
    whole = file.read_text("utf-8")
    await street.call("one_act", ticket())
    office.deploy("one_act", lambda text: text.replace("class OneAct", "class OneAct(("))
    with pytest.raises(Exception, match="What came in waits until that is mended"):
        await street.handle()
    assert len(await street.kept()) == 1
    office.deploy("one_act", lambda _: whole)
    assert len(await street.handle()) == 1


async def test_a_paused_workflow_takes_nothing_in(street: Street) -> None:
    await switch(street.office.parts, Flip("one_act", True, OLGA, Door.TERMINAL, why="We move."))
    answer = await street.call("one_act", ticket())
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
    assert "is paused" in answer.json["error"]
    assert await street.kept() == ()


async def test_more_than_can_wait_is_asked_for_again_later(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "take_in", partial(take_in, most=2))
    answers = [await street.call("one_act", ticket(), id=f"msg_{n}") for n in range(3)]
    assert [one.status for one in answers] == [202, 202, 429]
    assert street.office.parts.turned_away == {Door.WEBHOOK: 1}
    assert "More than 2 deliveries wait already" in answers[2].json["error"]
    assert (await street.call("one_act", ticket(), id="msg_0")).status == 202, "What is kept is kept."
    assert len(await street.handle()) == 2
    assert (await street.call("one_act", ticket(), id="msg_2")).status == 202


async def test_a_store_that_is_busy_is_said_and_nothing_was_accepted(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object, **__: object) -> bool:
        raise StoreBusy

    monkeypatch.setattr(kept, "take_in", busy)
    answer = await street.call("one_act", ticket())
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_a_mistake_of_ours_is_no_trace_for_anybody(
    street: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> bool:
        raise ZeroDivisionError("a canary in an error")

    monkeypatch.setattr(kept, "take_in", broken)
    answer = await street.call("one_act", ticket())
    assert answer.status == 503
    assert "canary" not in answer.text + caplog.text
    assert logging.ERROR in {one.levelno for one in caplog.records}


async def test_what_starts_nothing_after_all_is_in_the_record_and_said_to_the_owner(street: Street) -> None:
    await street.call("one_act", ticket())
    street.office.rewrite(triggers={"doors": ["terminal"]})
    assert await street.handle() == []
    (entry,) = await street.office.store.queries.entries("doors")
    assert (entry.kind, entry.actor, entry.notes["workflow"]) == ("run.refused", "webhook:one_act", "one_act")
    assert "is not started from here (webhook)" in street.office.chat.told_to(OLGA.id)
    assert await street.kept() == ()


async def test_what_a_limit_holds_waits_and_is_not_refused(tmp_path: Path) -> None:
    limit = {"limits": {"runs_per_user_per_hour": 1}}
    async with opened(tmp_path, brief=limit) as office, opened_to_the_street(office) as street:
        for n in range(2):
            await street.call("one_act", ticket(), id=f"msg_{n}")
        with pytest.raises(Exception, match="which is its limit"):
            await street.handle()
        assert (len(await street.runs()), len(await street.kept())) == (1, 1)
        office.clock.forward(hours=1)
        assert len(await street.handle()) == 2
