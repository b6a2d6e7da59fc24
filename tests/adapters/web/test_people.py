"""Whoever comes with a browser reads a page, whatever happens; machines read JSON."""

from datetime import timedelta

import pytest

from bot.adapters.web.forms import Forms
from bot.adapters.web.inquiries import KEY
from bot.adapters.web.link import write_slip
from bot.domain.errors import StoreBusy, StoreFailed
from bot.domain.run import RunId
from bot.domain.slip import Slip
from tests.adapters.web.street import Answer, Street


def is_page(answer: Answer) -> bool:
    return (
        answer.headers["Content-Type"].startswith("text/html")
        and "default-src 'none'" in (answer.headers["Content-Security-Policy"])
    )


def inquiry(street: Street) -> str:
    until = street.office.clock.now() + timedelta(days=1)
    slip = Slip(run=RunId("none"), step="ask", who="", until=until)
    return f"/inquiries/{write_slip(street.keys.derived(KEY), slip)}"


@pytest.mark.parametrize("path", ["/forms", "/forms/", "/forms/a/b", "/inquiries", "/inquiries/", "/inquiries/a/b"])
async def test_a_path_that_nobody_hears_is_a_page_that_says_so(street: Street, path: str) -> None:
    answer = await street.send(path, method="GET")
    assert (answer.status, is_page(answer)) == (404, True)
    assert "This page does not exist" in answer.text


@pytest.mark.parametrize("path", ["/forms/one_act", "/inquiries/x"])
async def test_a_method_that_nobody_hears_is_answered_by_a_page_that_keeps_the_others(
    street: Street, path: str
) -> None:
    answer = await street.send(path, method="DELETE")
    assert (answer.status, is_page(answer)) == (405, True)
    assert answer.headers["Allow"] == "GET,HEAD,POST"


@pytest.mark.parametrize(("method", "said"), [("GET", "cannot be shown"), ("POST", "cannot be taken in")])
async def test_what_nobody_foresaw_is_a_calm_page_that_tells_nothing_of_it(
    street: Street, monkeypatch: pytest.MonkeyPatch, method: str, said: str
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(Forms, "_turned_away", fail)
    answer = await street.send("/forms/one_act", method=method)
    assert (answer.status, is_page(answer), answer.headers["Retry-After"]) == (503, True, "60")
    assert f"This {said} just now" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("error", [StoreBusy, StoreFailed])
async def test_a_question_that_a_busy_store_cannot_show_asks_to_come_back(
    street: Street, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    async def busy(*_: object) -> None:
        raise error

    monkeypatch.setattr(type(street.office.store.queries), "run", busy)
    answer = await street.send(inquiry(street), method="GET")
    assert (answer.status, is_page(answer), answer.headers["Retry-After"]) == (503, True, "5")
    assert "This cannot be shown just now. Try again in a few minutes." in answer.text


@pytest.mark.parametrize("path", ["/hooks", "/mail/a/b", "/formsx", "/"])
async def test_machines_still_read_json(street: Street, path: str) -> None:
    answer = await street.send(path)
    assert (answer.status, answer.json) == (404, {"error": "Not Found."})
