"""A form for people outside: shown behind a signed link, looked through, kept once, and nothing typed is lost."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from html import unescape
from pathlib import Path

import pytest

from bot.adapters.web import kept
from bot.adapters.web.filling import Filled, filled
from bot.adapters.web.forms import KEY
from bot.adapters.web.link import Link, write_link
from bot.adapters.web.page import form
from bot.authoring import Fact, Field
from bot.domain.errors import StoreBusy, Unknown
from bot.domain.field import fields_of
from bot.domain.person import Door
from bot.domain.plain import Plain
from tests.adapters.web.street import Answer, Street, opened_to_the_street
from tests.application.office import opened, ticket

REFUNDS = Path(__file__).parents[3] / "workflows" / "refund_recommendation"
OPEN = {"triggers": {"doors": ["terminal", "form"]}}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Wish(Fact):
    """A wish."""

    code: str = Field(min_length=2, max_length=10, pattern="^T-", title="Your code", description="It begins with T-.")
    colour: Colour
    amount: int = Field(ge=1, le=9)
    day: date | None = None
    names: tuple[str, ...] = ()
    quick: bool = False
    why: str = Field(default="", max_length=2000)


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with opened(tmp_path, brief=OPEN) as office, opened_to_the_street(office) as street:
        yield street


def link(street: Street, workflow: str = "one_act", /, **given: Plain) -> str:
    until = street.office.clock.now() + timedelta(days=30)
    return f"/forms/{workflow}?k={write_link(street.keys.derived(KEY), Link(workflow, until, given))}"


def inputs(answer: Answer) -> dict[str, str]:
    """What stands in each input of a form, as a browser would send it."""
    found = {
        name: unescape(value)
        for value, name in re.findall(r'<input[^>]*?value="([^"]*)"[^>]*? name="(\w+)"', answer.text)
    }
    found |= {
        name: unescape(text)
        for name, text in re.findall(r'<textarea[^>]*? name="(\w+)"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
    }
    return {**found, "token": re.findall(r'name="token" value="([^"]+)"', answer.text)[0]}


async def shown(street: Street, path: str) -> dict[str, str]:
    answer = await street.send(path, method="GET")
    assert answer.status == 200
    return inputs(answer)


async def sent(street: Street, path: str, **typed: str) -> Answer:
    return await street.send(path, {**await shown(street, path), **typed})


def wrong(answer: Answer) -> dict[str, str]:
    """What is said beside each field."""
    return {name: unescape(said) for name, said in re.findall(r'class="wrong" id="(\w+)-wrong">(.*?)</p>', answer.text)}


TYPED: Mapping[str, str] = {name: str(value) for name, value in ticket().items()}


async def test_a_form_that_is_sent_starts_a_run_and_says_what_comes_next(street: Street) -> None:
    answer = await sent(street, link(street), **TYPED)
    assert (answer.status, "Thank you: it has arrived" in answer.text) == (202, True)
    (delivery,) = await street.kept()
    assert delivery.id[-8:].upper() in answer.text
    (run,) = await street.handle()
    found = await street.office.run(run)
    assert found.value("ticket") == {**ticket(), "language": "en"}
    assert (found.origin.door, found.origin.requester) == ("form", "form:one_act")
    for internal in ("one_act", run, "support", "Traceback"):
        assert internal not in answer.text


async def test_the_same_form_sent_twice_starts_one_run_and_another_form_another(street: Street) -> None:
    path = link(street)
    once = {**await shown(street, path), **TYPED}
    answers = [await street.send(path, once) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert len(await street.handle()) == 1
    await sent(street, path, **TYPED)
    assert len(await street.handle()) == 2


def reference(answer: Answer) -> str:
    """What somebody outside is told to name."""
    found = re.search(r"name this reference: ([0-9A-F]{8})\.", answer.text)
    assert found is not None
    return found[1]


async def test_a_run_is_found_by_the_reference_that_the_sender_was_told(street: Street) -> None:
    told = [reference(await sent(street, link(street), **TYPED)) for _ in range(2)]
    await street.handle()
    queries = street.office.store.queries
    runs = [await queries.find_run(one.lower()) for one in told]
    assert len({*runs}) == 2
    assert [[line.id for line in await queries.called(one, limit=9)] for one in told] == [[run] for run in runs]
    for other in (told[0][:7], f"{told[0]}0", "%%%%%%%%", "0" * 8):
        with pytest.raises(Unknown, match="No run begins or ends with"):
            await queries.find_run(other)


async def test_whoever_sends_what_came_before_is_found_by_the_run_that_stands_for_both(tmp_path: Path) -> None:
    brief = {"triggers": {**OPEN["triggers"], "identity": ["id"]}}
    async with opened(tmp_path, brief=brief) as office, opened_to_the_street(office) as street:
        told = [reference(await sent(street, link(street), **TYPED)) for _ in range(2)]
        (run,) = await street.handle()
        assert [await office.store.queries.find_run(one) for one in told] == [run, run]


async def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(street: Street) -> None:
    path = link(street)
    before = await shown(street, path)
    answer = await street.send(path, {**before, **TYPED, "email": "nobody", "id": "", "body": "<b>\n\nLong & wide</b>"})
    assert answer.status == 422
    assert wrong(answer) == {"id": "Fill this in."}
    typed = inputs(answer)
    assert (typed["email"], typed["body"]) == ("nobody", "<b>\n\nLong & wide</b>")
    assert typed["token"] == before["token"]
    again = await street.send(path, {**typed, "id": "T-1001"})
    assert wrong(again) == {"email": "This is not in the form it has to have."}
    assert await street.kept() == ()


def test_each_kind_of_field_is_asked_for_in_its_own_way() -> None:
    text = form(fields_of(Wish), says="", token="", typed={"colour": "red", "quick": "yes"}, given={}, errors={})
    for part in (
        '<label for="code">Your code</label>',
        '<p class="hint" id="code-hint">It begins with T-.</p>',
        'aria-describedby="code-hint" required maxlength="10" minlength="2"',
        '<option value="red" selected>red</option>',
        'inputmode="numeric"',
        'type="date"',
        'type="checkbox" value="yes" id="quick" name="quick" checked',
        '<label for="day">Day (optional)</label>',
        '<textarea id="names"',
    ):
        assert part in text, part


WISH: Mapping[str, str] = {"code": "T-1", "colour": "red", "amount": "3", "names": "Ana\r\n\r\n Bo ", "quick": "yes"}


def test_what_was_typed_becomes_the_fact() -> None:
    whole = {"code": "T-1", "colour": "red", "amount": 3, "day": "2026-03-31", "names": ["Ana", "Bo"]}
    assert read(**{**WISH, "day": "2026-03-31"}).value == {**whole, "quick": True, "why": ""}


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"amount": "3.5", "colour": "green", "day": "soon"}, {"amount", "colour"}),
        ({"amount": "10", "day": "soon"}, {"amount", "day"}),
        ({"code": "X-1"}, {"code"}),
        ({"code": "T" * 11}, {"code"}),
        ({"code": " "}, {"code"}),
        ({"amount": "9" * 31}, {"amount"}),
    ],
)
def test_what_does_not_fit_is_said_where_it_stands(typed: Mapping[str, str], where: set[str]) -> None:
    errors = read(**{**WISH, **typed}).errors
    assert {*errors} == where
    assert all(said.endswith((".", "?")) for said in errors.values())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"why": "hi\x00\x07"}, {"why": "It has a character that nobody can see (U+0000). Take it out."}),
        ({"names": "Ana\r\nBo\x1c"}, {"names": "It has a character that nobody can see (U+001C). Take it out."}),
        ({"code": "\u202e\u200b"}, {"code": "There is nothing to read in it."}),
        ({"why": "one\ttwo\r\nthree"}, {}),
    ],
)
def test_what_nobody_can_read_is_said_where_it_stands(typed: Mapping[str, str], said: Mapping[str, str]) -> None:
    assert read(**{**WISH, **typed}).errors == said


def read(**typed: str) -> Filled:
    return filled(Wish, fields_of(Wish), typed, {})


async def test_what_the_link_fills_in_cannot_be_changed_in_the_form(street: Street) -> None:
    path = link(street, customer_id="C-105", subject="<script>alert(1)</script>")
    text = (await street.send(path, method="GET")).text
    assert 'name="customer_id"' not in text
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    answer = await sent(street, path, **{**TYPED, "customer_id": "C-101"})
    assert answer.status == 202
    (run,) = await street.handle()
    value = (await street.office.run(run)).value("ticket")
    assert isinstance(value, dict)
    assert value["customer_id"] == "C-105"


async def test_a_stranger_reads_what_the_brief_says_and_sees_nothing_of_what_it_fills_in(tmp_path: Path) -> None:
    said = {"title": "Ask our desk", "says": "A person answers you.", "given": {"id": "T-7", "customer_id": "C-7"}}
    brief = {"triggers": {"doors": ["terminal", "form"], "form": said}}
    async with opened(tmp_path, brief=brief) as office, opened_to_the_street(office) as street:
        page = await street.send(link(street), method="GET")
        assert page.text.count("Ask our desk") == 2
        assert "<p>A person answers you.</p>" in page.text
        for internal in ("one_act", "One act", "T-7", "C-7", "Customer id"):
            assert internal not in page.text
        await sent(street, link(street, customer_id="C-101"), **{**TYPED, "id": "T-1"})
        (run,) = await street.handle()
        ours = {"id": "T-7", "customer_id": "C-101", "language": "en"}
        assert (await office.run(run)).value("ticket") == {**ticket(), **ours}
        assert "C-101" in (await street.send(link(street, customer_id="C-101"), method="GET")).text


async def test_the_page_lets_nothing_in_from_elsewhere(street: Street) -> None:
    for path in (link(street), "/forms/one_act"):
        answer = await street.send(path, method="GET")
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" in policy
        assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
        assert "<script" not in answer.text
        assert not re.search(r"https?://|src=", answer.text)


async def test_without_a_link_that_is_good_nothing_is_shown_or_kept(street: Street) -> None:
    path = link(street)
    typed = {**await shown(street, path), **TYPED}
    for bad in ("/forms/one_act", "/forms/one_act?k=x.y", f"{path}x", path.replace("k=", "k=x")):
        for method in ("GET", "POST"):
            assert (await street.send(bad, typed, method=method)).status == 403
    street.office.clock.forward(days=31)
    assert (await street.send(path, typed)).status == 403
    assert (await street.send("/forms/two_acts?k=x", method="GET")).status == 404
    assert await street.kept() == ()


async def test_a_form_that_was_not_shown_is_shown_again_with_what_was_typed(street: Street) -> None:
    path = link(street)
    other = (await shown(street, link(street, subject="x")))["token"]
    answers = [await street.send(path, {**TYPED, "token": token}) for token in ("", "made.up", other)]
    for answer in answers:
        assert (answer.status, "could not be recognised" in answer.text) == (403, True)
        assert inputs(answer)["email"] == TYPED["email"]
    assert await street.kept() == ()
    assert (await street.send(path, inputs(answers[0]))).status == 202


async def test_what_no_form_of_ours_sends_is_refused(street: Street) -> None:
    path = link(street)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    many = "&".join(f"a{n}=1" for n in range(200)).encode()
    for body in (b"a=1&a=2", b"\xff", b"no form", many, b"token=%FF"):
        assert (await street.send(path, body, headers=form)).status == 400, body
    assert (await street.send(path, b"{}", headers={"Content-Type": "application/json"})).status == 415
    assert (await street.send(path, b"a=" + b"x" * 300_000, headers=form)).status == 413


async def test_what_a_form_does_not_ask_for_stays_as_it_is_whatever_a_stranger_sends(tmp_path: Path) -> None:
    brief = {"triggers": {"doors": ["terminal", "form"], "form": {"unasked": ["language"]}}}
    async with opened(tmp_path, brief=brief) as office, opened_to_the_street(office) as street:
        path = link(street)
        assert 'name="language"' not in (await street.send(path, method="GET")).text
        forged = {**TYPED, "language": "de"}
        refused = await sent(street, path, **{**forged, "id": ""})
        assert (refused.status, 'name="language"' in refused.text) == (422, False)
        assert (await sent(street, path, **forged)).status == 202
        (run,) = await street.handle()
        value = (await office.run(run)).value("ticket")
        assert isinstance(value, dict)
        assert value["language"] == "en"


async def test_two_who_fill_in_the_same_form_are_two_runs_and_one_who_sends_it_twice_is_one(tmp_path: Path) -> None:
    said = {"doors": ["terminal", "form"], "identity": ["id"], "form": {"made": ["id"]}}
    async with opened(tmp_path, brief={"triggers": said}) as office, opened_to_the_street(office) as street:
        path = link(street)
        page = await street.send(path, method="GET")
        assert 'name="id"' not in page.text
        first = {**inputs(page), **TYPED, "id": "1"}
        for _ in range(2):
            assert (await street.send(path, first)).status == 202
        assert (await sent(street, path, **{**TYPED, "id": "1"})).status == 202
        runs = await street.handle()
        values = [(await office.run(run)).value("ticket") for run in runs]
        assert len({str(one["id"]) for one in values if isinstance(one, dict)} - {"1"}) == len(runs) == 2


@pytest.mark.parametrize("workflow", ["invoice_intake", "staff_requests"])
async def test_no_stranger_is_asked_for_the_id_of_a_record(tmp_path: Path, workflow: str) -> None:
    async with opened(tmp_path, copied=[REFUNDS.parent / workflow]) as office, opened_to_the_street(office) as street:
        page = await street.send(link(street, workflow), method="GET")
        assert (page.status, 'name="id"' in page.text) == (200, False)


async def test_nobody_outside_dates_their_refund_request(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[REFUNDS]) as office, opened_to_the_street(office) as street:
        path = link(street, "refund_recommendation")
        assert "asked_on" not in (await street.send(path, method="GET")).text
        forged = {"order_id": "O-1", "reason": "It never came", "asked_on": "2026-01-02"}
        assert (await sent(street, path, **forged)).status == 202
        (kept_one,) = await street.kept()
        assert "2026-01-02" not in repr(kept_one)


async def test_whoever_sends_too_often_is_asked_to_wait_and_loses_nothing(street: Street) -> None:
    path = link(street)
    typed = {**await shown(street, path), **TYPED}
    answers = [await street.send(path, typed) for _ in range(12)]
    assert [one.status for one in answers][-1] == 429
    assert street.office.parts.turned_away[Door.FORM] == [one.status for one in answers].count(429)
    assert inputs(answers[-1])["body"] == TYPED["body"]
    assert len(await street.handle()) == 1


async def test_what_cannot_be_kept_now_is_given_back_as_it_was_typed(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object, **__: object) -> bool:
        raise StoreBusy

    with monkeypatch.context() as patch:
        patch.setattr(kept, "take_in", busy)
        answer = await sent(street, link(street), **TYPED)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "What you wrote is still here" in answer.text
    assert (await street.send(link(street), inputs(answer))).status in (202, 403)


async def test_a_workflow_without_the_door_or_that_does_not_load_has_no_form(street: Street) -> None:
    path, office = link(street), street.office
    office.deploy("one_act", lambda text: text.replace("class OneAct", "class OneAct(("))
    async with opened_to_the_street(office) as later:
        assert (await later.send(path, method="GET")).status == 503
    office.deploy("one_act", lambda text: text.replace("class OneAct((", "class OneAct"))
    office.rewrite(triggers={"doors": ["terminal"]})
    async with opened_to_the_street(office) as closed:
        assert (await closed.send(path, method="GET")).status == 404
