"""Somebody outside is asked by mail: a real mail server, a real page, and one answer that counts once."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.systems.connected import Connected
from bot.adapters.web.inquiries import DONE, KEY, NO_LINK, TWICE
from bot.adapters.web.keys import Keys
from bot.adapters.web.link import read_slip, write_slip
from bot.application.parts import no_link
from bot.application.steer import Move
from bot.domain.errors import AlreadyDecided, StoreBusy
from bot.domain.event import Verdict
from bot.domain.outside import NOT_ASKED, RAN_OUT
from bot.domain.run import ActionStatus, RunId, RunState
from bot.domain.slip import Slip
from bot.intents.mail import SendMail
from tests.adapters.systems.smtp.postoffice import DROPS, PostOffice, open_for_mail, smtp, text_of
from tests.adapters.web.street import MASTER, Answer, Street, opened_to_the_street
from tests.application.office import Office, opened
from tests.made import MIA, OLGA

FLOW = Path(__file__).parent / "flows" / "ask_customer"
PLACE = "https://bot.example.com"
SLIPS = Keys(MASTER, {}).derived(KEY)


@dataclass
class Asked:
    """An office, the street before it, and the mail that leaves it."""

    office: Office
    street: Street
    mail: PostOffice

    def link(self, n: int = -1) -> str:
        """The path in the last mail that left."""
        taken = replace(self.mail, taken=[self.mail.taken[n]]).read()
        return str(re.findall(rf"{PLACE}(/inquiries/\S+)", text_of(taken))[0])

    async def show(self, path: str) -> Answer:
        return await self.street.send(path, method="GET")

    async def send(self, path: str, **typed: str) -> Answer:
        found = re.findall(r'name="token" value="([^"]+)"', (await self.show(path)).text)
        return await self.street.send(path, {"token": found[0] if found else "", **typed})

    async def handle(self) -> None:
        await self.street.handle()

    async def mails(self, run: RunId) -> list[object]:
        return [entry.notes["outcome"] for entry in await self.office.entries(run, "question.mailed")]


def link_to(slip: Slip) -> str:
    return f"{PLACE}/inquiries/{write_slip(SLIPS, slip)}"


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    mail = PostOffice()
    async with opened(tmp_path, copied=[FLOW]) as office, open_for_mail(mail) as server:
        systems = Connected([office.wire, smtp(server)])
        office.parts = replace(office.parts, systems=systems, link_to=link_to)
        async with opened_to_the_street(office) as street:
            yield Asked(office, street, mail)


async def begin(asked: Asked, **value: Any) -> RunId:
    return await asked.office.start("ask_customer", value=value)


async def test_a_customer_is_asked_by_mail_and_their_answer_goes_on_to_the_gate(asked: Asked) -> None:
    run = await begin(asked)
    taken = asked.mail.read()
    assert (taken["To"], taken["Subject"]) == ("ana@example.com", "How shall we settle your order?")
    assert await asked.mails(run) == ["sent"]
    (mailed,) = await asked.office.entries(run, "question.mailed")
    key = str(mailed.notes["key"])
    assert (await asked.office.store.queries.of_actions({key}))[key].id == run
    page = await asked.show(asked.link())
    assert page.status == 200
    assert "How shall we settle your order?" in page.text
    assert "Charged twice" in page.text  # the brief calls it public
    assert "I was charged twice for one order." not in page.text
    assert "ana@example.com" not in page.text
    answer = await asked.send(asked.link(), way="money back", words="Thank you")
    assert (answer.status, DONE in answer.text) == (202, True)
    assert "choice" in (await asked.office.run(run)).questions  # kept first; nothing is done in the answer itself
    await asked.handle()
    (entry,) = await asked.office.entries(run, "question.answered")
    who = asked.office.parts.pseudonym("ana@example.com")
    assert (entry.actor_kind, entry.actor, entry.notes["door"]) == ("user", f"form:{who}", "form")
    assert entry.notes["reviewer"] == f"form:{who}"
    done = await asked.office.decide(run, by=MIA)
    assert done.actions[0].status is ActionStatus.DONE
    assert done.actions[0].proposal.data["tag"] == "refund"


async def test_the_link_and_the_record_name_nobody(asked: Asked) -> None:
    run = await begin(asked)
    slip = read_slip(SLIPS, asked.link().rpartition("/")[2])
    assert slip is not None
    assert (slip.run, slip.step) == (run, "choice")
    assert "ana" not in repr(slip)
    assert all("ana@" not in repr(entry.notes) for entry in await asked.office.entries(run))


async def test_an_answer_counts_once_however_often_it_is_sent(asked: Asked) -> None:
    run = await begin(asked)
    link = asked.link()
    first, second = await asked.send(link, way="money back"), await asked.send(link, way="send it again")
    assert (first.status, second.status, TWICE in second.text) == (202, 410, True)
    await asked.handle()
    value = (await asked.office.run(run)).value("choice")
    assert isinstance(value, dict)
    assert value["way"] == "money back"
    for answer in (await asked.show(link), await asked.send(link, way="send it again")):
        assert (answer.status, unescape(answer.text).count(NOT_ASKED)) == (410, 1)
    assert not await asked.street.kept()


async def test_looking_at_the_page_uses_nothing_up_and_what_is_wrong_is_said_beside_it(asked: Asked) -> None:
    run = await begin(asked)
    link = asked.link()
    for _ in range(3):
        assert (await asked.show(link)).status == 200
    wrong = await asked.send(link, way="", words="Please hurry")
    assert wrong.status == 422
    assert "Please hurry" in wrong.text
    forged = await asked.street.send(link, {"token": "made.up", "way": "money back"})
    assert (forged.status, "send it once more" in forged.text) == (403, True)
    assert not await asked.street.kept()
    assert "choice" in (await asked.office.run(run)).questions


async def test_a_forged_link_opens_nothing(asked: Asked) -> None:
    await begin(asked)
    link = asked.link()
    slip = read_slip(SLIPS, link.rpartition("/")[2])
    assert slip is not None
    forged = (
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        link[:-9],
        f"/inquiries/{write_slip(b'other', slip)}",
        "/inquiries/bm90aGluZw.abcdefghijklmnopqrstuv",
    )
    for path in forged:
        for answer in (await asked.show(path), await asked.send(path, way="money back")):
            assert (answer.status, NO_LINK in answer.text) == (403, True)
    assert not await asked.street.kept()


async def test_a_link_is_for_one_question_one_address_and_one_time(asked: Asked) -> None:
    run = await begin(asked)
    slip = read_slip(SLIPS, asked.link().rpartition("/")[2])
    assert slip is not None
    for other in (
        replace(slip, run=RunId("run-9")),
        replace(slip, step="deed"),
        replace(slip, who="p-1"),
        replace(slip, until=slip.until + timedelta(days=1)),
    ):
        answer = await asked.send(f"/inquiries/{write_slip(SLIPS, other)}", way="money back")
        assert answer.status == 410
    assert not await asked.street.kept()
    assert "choice" in (await asked.office.run(run)).questions


async def test_they_are_reminded_once_by_the_same_link_and_then_it_runs_out(asked: Asked) -> None:
    run = await begin(asked)
    await asked.office.pass_time(days=6)
    assert [asked.link(0)] == [asked.link(1)]
    assert len(asked.mail.taken) == 2
    assert await asked.mails(run) == ["sent", "sent"]
    link = asked.link()
    await asked.office.pass_time(days=2)
    parked = await asked.office.run(run)
    assert parked.state is RunState.PARKED
    for answer in (await asked.show(link), await asked.send(link, way="money back")):
        assert (answer.status, RAN_OUT in answer.text) == (410, True)
    await asked.office.steer(run, Move.RESUME, OLGA)
    assert len(asked.mail.taken) == 3
    assert asked.link() != link
    assert (await asked.show(link)).status == 410
    assert (await asked.send(asked.link(), way="money back")).status == 202
    await asked.handle()
    assert "approved" in (await asked.office.run(run)).gates


async def test_an_answer_that_was_kept_in_time_counts_however_late_it_is_seen_to(asked: Asked) -> None:
    run = await begin(asked)
    assert (await asked.send(asked.link(), way="money back")).status == 202
    await asked.office.pass_time(days=8)
    assert (await asked.office.run(run)).state is RunState.PARKED
    await asked.handle()
    assert (await asked.office.run(run)).value("choice") == {"way": "money back", "words": ""}


async def test_an_answer_to_what_was_asked_anew_meanwhile_is_told_to_the_owner(asked: Asked) -> None:
    run = await begin(asked)
    assert (await asked.send(asked.link(), way="money back")).status == 202
    await asked.office.pass_time(days=8)
    await asked.office.steer(run, Move.RESUME, OLGA)
    await asked.handle()
    assert "choice" in (await asked.office.run(run)).questions
    assert "could not be taken: that is not asked any more" in asked.office.chat.told_to(OLGA.id)
    (entry,) = await asked.office.entries(run, "gate.refused")
    assert entry.notes["reason"] == "out-of-date"


async def test_a_run_that_was_cancelled_asks_nobody_any_more(asked: Asked) -> None:
    run = await begin(asked)
    link = asked.link()
    await asked.office.steer(run, Move.CANCEL, OLGA)
    assert (await asked.send(link, way="money back")).status == 410
    await asked.office.pass_time(days=5)
    assert len(asked.mail.taken) == 1


async def test_the_owner_may_answer_in_their_place_and_the_link_is_over_then(asked: Asked) -> None:
    run = await begin(asked)
    with_words = {"way": "money back", "words": "By telephone"}
    await asked.office.decide(run, Verdict.ANSWER, OLGA, step="choice", values=with_words)
    assert "approved" in (await asked.office.run(run)).gates
    assert (await asked.show(asked.link())).status == 410


async def test_whoever_has_a_link_can_do_nothing_but_answer(asked: Asked) -> None:
    run = await begin(asked)
    link = asked.link()
    await asked.send(link, way="money back", run="run-0002", step="approved", verdict="approve")
    await asked.handle()
    after = await asked.office.run(run)
    assert after.gates["approved"].status == "open"
    assert not after.gates["approved"].approvals


# --- the mail ---------------------------------------------------------------------------------------------------------


async def test_a_mail_server_that_is_away_is_asked_again_and_one_mail_leaves(asked: Asked) -> None:
    asked.mail.script["mail"] = "451 Not now"
    run = await begin(asked)
    assert asked.mail.taken == []
    del asked.mail.script["mail"]
    await asked.office.pass_time(minutes=30)
    assert len(asked.mail.taken) == 1
    assert (await asked.office.run(run)).state is RunState.WAITING


async def test_a_mail_that_may_have_left_is_not_sent_again_and_an_answer_still_counts(asked: Asked) -> None:
    asked.mail.script["body"] = DROPS
    run = await begin(asked)
    parked = await asked.office.run(run)
    assert parked.state is RunState.PARKED
    assert "It is not known whether the mail left" in parked.reason
    assert "ana@" not in parked.reason
    await asked.office.pass_time(days=1)
    assert asked.mail.connections == 1
    assert len(asked.mail.taken) == 1  # it had, after all
    assert (await asked.send(asked.link(), way="money back")).status == 202
    await asked.handle()
    assert "was answered by mail" in asked.office.chat.told_to(OLGA.id)
    await asked.office.steer(run, Move.RESUME, OLGA)
    assert "approved" in (await asked.office.run(run)).gates
    assert len(asked.mail.taken) == 1


async def test_a_person_may_have_a_mail_in_doubt_written_once_more(asked: Asked) -> None:
    asked.mail.script["body"] = DROPS
    run = await begin(asked)
    asked.mail.script.clear()
    asked.office.clock.at += timedelta(minutes=1)
    await asked.office.steer(run, Move.RESUME, OLGA)
    assert len(asked.mail.taken) == 2
    assert await asked.mails(run) == ["in doubt", "sent"]
    assert (await asked.send(asked.link(), way="money back")).status == 202


async def test_a_bot_that_died_while_it_sent_the_mail_does_not_send_it_again(asked: Asked) -> None:
    await asked.office.open("ask_customer")
    while not (leases := [one for one in await asked.office.lease(10) if one.effect.type == "write"]):
        pass
    assert len(leases) == 1  # the process ends here, and whether the call left nobody knows
    await asked.office.restart()
    assert asked.mail.connections == 0
    assert (await asked.office.run(leases[0].run)).state is RunState.PARKED


async def test_a_refused_address_parks_the_run_for_a_person(asked: Asked) -> None:
    asked.mail.script["rcpt"] = "550 No such person <ana@example.com>"
    run = await begin(asked)
    parked = await asked.office.run(run)
    assert parked.state is RunState.PARKED
    assert "could not be sent" in parked.reason
    assert "ana@" not in parked.reason


async def test_without_a_door_or_an_address_nobody_is_written_to(asked: Asked) -> None:
    strange = await asked.office.run(await begin(asked, email="ana@ex_ample"))
    assert (strange.state, "could not be sent" in strange.reason) == (RunState.PARKED, True)
    asked.office.parts = replace(asked.office.parts, link_to=no_link)
    closed = await asked.office.run(await begin(asked, id="T-1002"))
    assert (closed.state, "no door is open to them" in closed.reason) == (RunState.PARKED, True)
    assert asked.mail.connections == 0


async def test_at_stage_assisted_the_owner_asks_them(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[FLOW], brief={"stage": "assisted"}) as office:
        run = await office.run(await office.start("ask_customer"))
        assert run.questions["choice"].group == "owner"
        assert "write" not in await office.pending(run.id)


async def test_what_cannot_be_kept_now_is_still_on_the_page(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    await begin(asked)

    async def busy(*_: object) -> bool:
        raise StoreBusy

    monkeypatch.setattr("bot.adapters.web.kept.take_in", busy)
    answer = await asked.send(asked.link(), way="money back", words="Please hurry")
    assert (answer.status, "Please hurry" in answer.text) == (503, True)


async def test_a_group_that_the_owner_takes_out_of_the_brief_can_answer_no_more(asked: Asked) -> None:
    run = await begin(asked)
    link = asked.link()
    file = asked.office.folder / "ask_customer" / "brief.toml"
    file.write_text(file.read_text("utf-8").replace("[outsiders.customers]", "[outsiders.others]"), "utf-8")
    asked.office.rewrite("ask_customer")
    async with opened_to_the_street(asked.office) as asked.street:
        assert (await asked.show(link)).status == 503
    assert (await asked.office.run(run)).state is RunState.WAITING


def test_the_letter_is_the_one_that_mail_systems_send() -> None:
    from bot.domain.outside import LETTER

    assert SendMail.kind() == LETTER
    assert AlreadyDecided(NOT_ASKED).message == NOT_ASKED
