"""`/office`: what a person sees of the back office, who sees it at all, and that nothing in a record is markup."""

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Window
from bot.adapters.web.office.pages import OfficePages
from bot.domain.errors import Broken
from bot.intents import helpdesk
from bot.ports.queries import RunLine
from tests.adapters.web.street import Answer, Street, opened_to_the_street
from tests.application.office import Office, opened


@dataclass
class Visit:
    """Somebody who looks in."""

    street: Street

    @property
    def office(self) -> Office:
        return self.street.office

    async def see(self, path: str = "", **options: object) -> Answer:
        return await self.street.send(f"/office{path}", None, method="GET", **options)

    async def text(self, path: str = "") -> str:
        """What can be read there."""
        answer = await self.see(path)
        assert answer.status == 200
        return words(answer)


def words(answer: Answer) -> str:
    body = re.sub(r"<head.*?</head>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def marked(answer: Answer) -> list[str]:
    """The text of whatever is marked as new."""
    pieces = re.findall(r'<(tr|li|article) class="(?:\w+ )*new">(.*?)</\1>', answer.text, flags=re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", inside)).split()) for _, inside in pieces]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as office:
        yield office


@pytest.fixture
async def visit(office: Office) -> AsyncIterator[Visit]:
    pages = OfficePages(Window(office.desk.backstage.path), office.store.queries.of_actions, to_everybody=False)
    async with opened_to_the_street(office, pages.mount) as street:
        yield Visit(street)


async def tagged(visit: Visit, ticket: str = "T-1002", tag: str = "bug") -> None:
    """Somebody else than the bot changes something."""
    await visit.office.desk.execute(helpdesk.AddTag(ticket_id=ticket, tag=tag), f"{ticket} {tag}")


# --- what is seen -----------------------------------------------------------------------------------------------------


async def test_the_first_page_says_whose_it_is_and_what_every_desk_holds(visit: Visit) -> None:
    seen = await visit.text()
    assert "The back office of Hubwheel" in seen
    assert "Nothing has changed yet. Approve what the bot asks, and see it here." in seen
    assert "Help desk 40 tickets · 12 customers" in seen
    for desk in ("CRM", "Mailbox", "Billing system", "Tracker"):
        assert desk in seen


async def test_what_an_approved_run_did_is_on_every_page_with_the_run(visit: Visit) -> None:
    run = await visit.office.start()
    await visit.office.decide(run)
    for path in ("", "/helpdesk/T-1001"):
        assert f"One act, run {run[-7:]}" in await visit.text(path)
    assert "Tags 1" in await visit.text("/helpdesk/T-1001")
    assert (await visit.text("/helpdesk")).index("T-1001") < (await visit.text("/helpdesk")).index("T-1010")


async def test_a_change_that_no_run_made_is_not_said_to_be_one_s(visit: Visit) -> None:
    await tagged(visit)
    assert "not by a run of this bot" in await visit.text("/helpdesk/T-1002")


async def test_a_record_shows_what_it_says_and_what_hangs_on_it(visit: Visit) -> None:
    seen = await visit.text("/helpdesk/C-101")
    assert seen.startswith("Back office / Help desk")
    assert "Radhaus Ahorn C-101" in seen
    assert "The bot has not changed it." in seen
    assert re.search(r"Invoices 2 Number I-\d+ Amount 49\.00 EUR Due \d+ \w+ 2026 Paid (yes|no)", seen)


async def test_a_search_finds_in_one_desk_and_in_all(visit: Visit) -> None:
    assert "T-1009" in await visit.text("/helpdesk?q=mistral+invoice")
    everywhere = await visit.see("/search?q=mistral")
    assert {"/office/helpdesk", "/office/crm", "/office/billing"} <= set(
        re.findall(r'href="([^"?]+)"', everywhere.text)
    )
    nothing = await visit.see("/search?q=zebra")
    assert "Nothing here has “zebra” in it. Try fewer words." in words(nothing)
    assert 'value="zebra"' in nothing.text
    assert "Type what to find." in await visit.text("/search")


async def test_a_record_whose_name_is_no_word_is_reached_by_its_link(visit: Visit) -> None:
    for desk in ("chat", "mail"):
        page = await visit.see(f"/{desk}")
        (link, *_) = re.findall(rf'href="/office(/{desk}/[^"]+)"', page.text)
        assert "%" in link
        assert (await visit.see(link)).status == 200


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/helpdsk", "There is no desk helpdsk."),
        ("/helpdesk/T-9", "The help desk holds nothing called T-9."),
        ("/helpdesk/..%2F..%2Fetc", "holds nothing called ../../etc."),
        ("/helpdesk/%3Cb%3E", "holds nothing called <b>."),
    ],
)
async def test_what_is_not_there_is_said_in_a_sentence(visit: Visit, path: str, said: str) -> None:
    answer = await visit.see(path)
    assert answer.status == 404
    assert said in words(answer)
    assert "<b>" not in answer.text


# --- keeping up -------------------------------------------------------------------------------------------------------


async def test_what_is_new_since_the_page_was_opened_is_marked_and_nothing_else(visit: Visit) -> None:
    await tagged(visit, "T-1001")
    since = (await visit.see("/changes?since=0")).json["last"]
    assert marked(await visit.see(f"?since={since}")) == []
    await tagged(visit, "T-1002")
    for path, most in (("", 2), ("/helpdesk", 1), ("/helpdesk/T-1002", 2)):
        new = marked(await visit.see(f"{path}?since={since}"))
        assert 1 <= len(new) <= most, path
        assert all("T-1001" not in one for one in new)
    assert marked(await visit.see()) == []


async def test_a_page_asks_what_changed_since_a_number(visit: Visit) -> None:
    assert (await visit.see("/changes?since=0")).json == {"last": 0, "sentences": []}
    await tagged(visit, "T-1001", "one")
    await tagged(visit, "T-1002", "two")
    told = (await visit.see("/changes?since=0")).json
    assert told["last"] == 2
    assert [bool(re.search(tag, said)) for tag, said in zip(("one", "two"), told["sentences"], strict=True)] == [
        True
    ] * 2
    assert (await visit.see("/changes?since=2")).json == {"last": 2, "sentences": []}
    for odd in ("99", "-1", "x", "9" * 400, ""):
        assert (await visit.see(f"/changes?since={odd}")).json == {"last": 2, "sentences": []}


async def test_an_office_that_began_afresh_is_shown_afresh(visit: Visit) -> None:
    await tagged(visit)
    visit.office.desk.backstage.fresh()
    assert (await visit.see("/changes?since=1")).json == {"last": 0, "sentences": []}
    assert (await visit.see("?since=1")).status == 200


# --- what keeps it safe -----------------------------------------------------------------------------------------------


async def test_the_link_of_a_question_can_be_followed_to_the_doors_here_and_no_other_can(visit: Visit) -> None:
    body = (
        "Answer:\nhttp://old.example:81/inquiries/ab-C_1.x9\n<b> http://evil.example/inquiries\nhttp://evil.example/x"
    )
    reply = helpdesk.SendReply(ticket_id="T-1002", body=body)
    await visit.office.desk.execute(reply, "reply")
    page = (await visit.see("/helpdesk/T-1002")).text
    assert '<a href="/inquiries/ab-C_1.x9">http://old.example:81/inquiries/ab-C_1.x9</a>' in page
    assert "&lt;b&gt; http://evil.example/inquiries\nhttp://evil.example/x" in page
    assert not re.search(r'href="[^"/]', page)


async def test_nothing_in_a_record_is_markup(visit: Visit) -> None:
    evil = "<img src=x onerror=alert(1)>\"'&\u202e"
    made = helpdesk.OpenTicket(customer_id="C-109", subject=evil, body=f"</dd><script>{evil}</script>")
    ticket = (await visit.office.desk.execute(made, "k")).id
    for path in ("", "/helpdesk", f"/helpdesk/{ticket}", "/search?q=%3Cimg+src"):
        answer = await visit.see(path)
        assert answer.status == 200
        assert "<img" not in answer.text
        assert answer.text.count("<script") == 1
        assert "\u202e" not in answer.text


async def test_a_page_loads_nothing_but_its_own_files_and_can_send_nothing_elsewhere(visit: Visit) -> None:
    answer = await visit.see()
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'")
    assert " style=" not in answer.text
    assert not re.search(r"\son\w+=", answer.text)
    for place in re.findall(r'(?:src|href)="(/office/[a-z]+\.[^"]+)"', answer.text):
        file = await visit.street.send(place, None, method="GET")
        assert file.status == 200
        assert "immutable" in file.headers["Cache-Control"]
        assert "http" not in file.text.replace("http://127", "")


@pytest.mark.parametrize(
    "host", ["bot.example.com", "127.0.0.1.example.com", "0.0.0.0:80", "192.168.1.7", "", "[::2]:1"]
)
async def test_only_this_machine_by_a_name_of_its_own_is_shown_it(visit: Visit, host: str) -> None:
    for path in ("", "/helpdesk", "/changes?since=0"):
        answer = await visit.see(path, headers={"Host": host})
        assert answer.status in (400, 403)
        assert "Hubwheel" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1", "[::1]", "[::1]:8080"])
async def test_every_name_of_this_machine_does(visit: Visit, host: str) -> None:
    assert (await visit.see(headers={"Host": host})).status == 200


async def test_whoever_is_told_to_shows_it_to_everybody(office: Office) -> None:
    pages = OfficePages(Window(office.desk.backstage.path), office.store.queries.of_actions, to_everybody=True)
    async with opened_to_the_street(office, pages.mount) as street:
        assert (await Visit(street).see(headers={"Host": "bot.example.com"})).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_changed_there(visit: Visit, method: str) -> None:
    assert (await visit.street.send("/office/helpdesk/T-1001", b"", method=method)).status == 405


async def test_a_back_office_that_cannot_be_read_says_so_calmly(office: Office) -> None:
    async def nobody(keys: Iterable[str]) -> dict[str, RunLine]:
        raise Broken(f"never {keys}")

    pages = OfficePages(Window(office.desk.backstage.path), nobody, to_everybody=False)
    await office.desk.execute(helpdesk.AddTag(ticket_id="T-1002", tag="bug"), "k")
    async with opened_to_the_street(office, pages.mount) as street:
        answer = await Visit(street).see()
    assert answer.status == 503
    assert "cannot be read just now. Reload the page in a moment." in words(answer)
