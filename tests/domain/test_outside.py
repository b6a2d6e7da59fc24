"""Somebody outside is asked: when they are written to, what a mail that fails does, and what their answer can be."""

from dataclasses import replace

import pytest

from bot.authoring import Fact, Field, Receipt, Workflow, ask, inquire, trigger
from bot.domain.asking import FIRST, REMINDER
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Write
from bot.domain.errors import AlreadyDecided, Broken, OutOfDate, Transient, Uncertain
from bot.domain.event import Decided, Failed, FilledIn, Problem, Verdict
from bot.domain.outside import address_of, shown_outside
from bot.domain.person import ENGINE, PersonId, outsider_actor
from bot.domain.run import RunState, Source
from bot.domain.terms import Terms
from bot.domain.value import Wrong
from bot.domain.wanted import is_wanted
from bot.intents import helpdesk
from tests.made import MIA, OLGA, TICKET, Watched, Wish, actor_of, asking, terms_of

CUSTOMERS: dict[str, object] = {"mail": "ticket.email", "expires_after": "3d", "remind_after": "1d"}
MAY_WRITE: dict[str, object] = {"mail": ["SendMail"]}


class Guess(Fact):
    """What a model makes of it."""

    email: str = Field(max_length=100)


class Guessing(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    guess = ask(Guess, about=ticket)
    wish = inquire(Wish, of="customers", about=(ticket, guess))


def outside(**changed: object) -> Terms:
    return terms_of(asking("customers"), **{"outsiders": {"customers": CUSTOMERS}, "changes": MAY_WRITE, **changed})


def played() -> Watched:
    return Watched(outside(), reads={})


def mails(play: Watched) -> list[tuple[object, object]]:
    return [(one.notes["n"], one.notes["outcome"]) for one in play.entries if one.kind is EntryKind.QUESTION_MAILED]


def test_they_are_written_to_once_and_reminded_once() -> None:
    play = played()
    assert mails(play) == [(FIRST, "sent")]
    play.pass_time("2d")
    assert mails(play) == [(FIRST, "sent"), (REMINDER, "sent")]
    assert play.pass_time("2d").run.state is RunState.PARKED
    assert len(mails(play)) == 2


def test_their_answer_is_taken_and_named_by_a_pseudonym() -> None:
    play = played().fill_in(colour="blue", amount=2)
    assert play.run.value("wish") == {"colour": "blue", "amount": 2}
    (entry,) = [one for one in play.entries if one.kind is EntryKind.QUESTION_ANSWERED]
    assert (entry.actor, entry.notes["reviewer"]) == ("form:play", "form:play")
    with pytest.raises(AlreadyDecided, match="answered already"):
        play.happen(FilledIn(play.now, outsider_actor("play"), "wish", {"colour": "red"}, play.now, play.now))


def test_what_comes_too_late_or_by_an_older_link_changes_nothing() -> None:
    play = played()
    until = play.question.expires_at
    assert until is not None
    late = FilledIn(play.now, outsider_actor("play"), "wish", {"colour": "red"}, until, until)
    with pytest.raises(OutOfDate, match="run out"):
        play.happen(late)
    play.pass_time("4d").resume(OLGA)
    with pytest.raises(OutOfDate, match="run out"):
        play.happen(replace(late, kept_at=until - (until - play.question.opened_at) / 2))
    assert play.fill_in(colour="red").run.value("wish") == {"colour": "red", "amount": 1}


@pytest.mark.parametrize("of", ["requester", "support", "owner"])
def test_a_question_to_people_here_is_never_answered_from_outside(of: str) -> None:
    play = Watched(terms_of(asking(of), outsiders={"customers": CUSTOMERS}), reads={})
    with pytest.raises(AlreadyDecided):
        play.fill_in(colour="red")


def test_nobody_but_the_owner_answers_in_their_place() -> None:
    play = played()
    with pytest.raises(Exception, match="This question is for customers"):
        play.answer(MIA, colour="red")
    assert play.answer(OLGA, colour="red").run.value("wish") == {"colour": "red", "amount": 1}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Broken("No such address."), "could not be sent"),
        (Transient("Away."), "could not be sent"),
        (Uncertain("Cut off."), "It is not known whether the mail left"),
    ],
)
def test_a_mail_that_did_not_surely_leave_parks_the_run_and_resuming_writes_again(
    error: Broken | Transient | Uncertain, said: str
) -> None:
    play = Watched(outside(), reads={}, outcomes={"mail wish": [error, Receipt(id="2")]})
    assert play.run.state is RunState.PARKED
    assert said in play.run.reason
    assert play.pass_time("1h").resume(OLGA).run.state is RunState.WAITING
    assert not play.question.unsent
    assert [outcome for _, outcome in mails(play)][1:] == ["sent"]


def test_an_answer_that_comes_while_a_mail_is_in_doubt_counts_and_the_owner_hears_of_it() -> None:
    play = Watched(outside(), reads={}, outcomes={"mail wish": Uncertain("Cut off.")}).fill_in(colour="red")
    assert "was answered by mail" in play.told_to("owner")
    assert play.resume(OLGA).run.state is not RunState.PARKED


def test_a_reminder_that_fails_parks_nothing() -> None:
    outcomes = {"mail wish": [Receipt(id="1"), Uncertain("Cut off.")]}
    play = Watched(outside(), reads={}, outcomes=outcomes).pass_time("2d")
    assert (play.run.state, play.question.unsent) == (RunState.WAITING, False)


def test_what_fails_about_the_clock_of_a_question_is_no_failing_mail() -> None:
    play = played().happen(Failed(played().now, ENGINE, "wish", Problem.UNAVAILABLE, "A bug of ours."))
    assert (play.run.state, play.question.unsent) == (RunState.PARKED, False)
    assert mails(play) == [(FIRST, "sent")]


def test_a_mail_of_before_is_not_wanted_once_the_question_is_asked_anew() -> None:
    play = played()
    until = play.question.expires_at
    assert until is not None
    before = Write("wish", FIRST, until)
    assert is_wanted(play.run, before)
    assert not is_wanted(play.pass_time("4d").resume(OLGA).run, before)


def test_in_shadow_nobody_is_asked_and_in_assisted_the_owner_is() -> None:
    assert "wish" not in Watched(outside(stage="shadow"), reads={}).run.questions
    assisted = Watched(outside(stage="assisted"), reads={})
    assert (assisted.question.group, mails(assisted)) == ("owner", [])


def test_without_leave_to_send_mail_the_run_parks() -> None:
    play = Watched(terms_of(asking("customers"), outsiders={"customers": CUSTOMERS}), reads={})
    assert play.run.state is RunState.PARKED
    assert "The brief does not allow mail.SendMail" in play.run.reason


def test_no_address_is_taken_from_a_model_whatever_the_brief_says() -> None:
    terms = terms_of(Guessing, outsiders={"customers": {**CUSTOMERS, "mail": "guess.email"}}, changes=MAY_WRITE)
    play = Watched(terms, reads={}, answers={"guess": Guess(email="mallory@example.com")})
    assert play.run.steps["guess"].source is Source.MODEL
    with pytest.raises(Wrong, match="holds no address here"):
        address_of(play.run, terms, "customers")


def test_they_see_public_fields_of_records_and_no_word_of_a_model() -> None:
    classes = {"ticket.subject": "public", "guess.email": "public", "ticket.email": "personal"}
    terms = terms_of(Guessing, outsiders={"customers": CUSTOMERS}, changes=MAY_WRITE, data={"classes": classes})
    play = Watched(terms, reads={}, answers={"guess": Guess(email="mallory@example.com")})
    assert [*shown_outside(play.run, terms, "wish")] == [("subject", TICKET.subject)]


def test_no_verdict_of_the_gate_is_open_to_them() -> None:
    play = played()
    nobody = replace(MIA, id=PersonId(outsider_actor("play").ref), handle="", groups=frozenset())
    for verdict in Verdict:
        with pytest.raises(Exception, match=r"\w"):
            play.happen(Decided(play.now, actor_of(nobody), nobody, verdict, "wish", values={"colour": "red"}))
    assert "wish" in play.run.questions
