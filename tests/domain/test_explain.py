"""Why a run stands where it stands, in a few sentences that leave no question open."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain.effect import AskModel, Read, Wake
from bot.domain.event import Verdict
from bot.domain.explain import Sentence, explain, to_do
from tests.made import FARAH, LEO, MIA, OLGA, Watched, asking, credit_run, terms_of


def said(played: Watched, **more: Any) -> list[str]:
    return [words(one) for one in explain(played.run, played.terms.brief, **more)]


def words(sentence: Sentence) -> str:
    return "".join(f"{one:%d %b %H:%M}" if isinstance(one, datetime) else one for one in sentence)


TIMES = {"remind_after": "1h", "escalate_after": "2h", "escalate_to": "leads", "expires_after": "1d"}
CLOCKS = {"reviewers": {"support": {"needed": 2, **TIMES}}}


def test_a_gate_says_of_whom_since_when_why_and_what_comes_next() -> None:
    assert said(credit_run(brief=CLOCKS)) == [
        "“approved” waits for 2 approvals by support (@mia, @leo, @ines), since 02 Mar 09:00.",
        "Why a person: At stage “approved” a person decides.",
        "They are reminded at 02 Mar 10:00.",
        "It goes to leads as well at 02 Mar 11:00.",
        "It runs out at 03 Mar 09:00; that never approves it.",
        "Once approved, exactly this is carried out, once.",
    ]


def test_a_threshold_is_the_reason_where_it_was_one() -> None:
    threshold = {"intent": "helpdesk.GrantCredit", "field": "cents", "above": "40 EUR", "reviewers": "finance"}
    lines = said(credit_run(brief={"thresholds": [threshold]}))
    assert lines[0].startswith("“approved” waits for 1 approval by finance (@farah, @tom, @lena)")
    assert lines[1] == "Why a person: helpdesk.GrantCredit has a cents above 40.00 EUR: finance decides."
    assert "40" not in "".join(said(credit_run(brief={"thresholds": [threshold]}), inside=False))


def test_whoever_it_was_handed_to_and_who_was_brought_in_are_named() -> None:
    played = credit_run(brief=CLOCKS)
    played.approve(MIA)
    played.decide(Verdict.ESCALATE, MIA, text="May we?")
    played.decide(Verdict.REASSIGN, MIA, to=LEO)
    lines = said(played)
    assert lines[0].startswith(f"“approved” waits for 1 approval by {LEO.id}, to whom it was handed")
    assert "Brought in: leads." in lines


def test_what_people_do_themselves_is_not_carried_out() -> None:
    assert said(credit_run(brief={"stage": "assisted"}))[-1] == "Once approved, nothing is carried out."


def test_a_question_says_whom_it_asks_and_what() -> None:
    lines = said(Watched(terms_of(asking("support")), reads={}))
    assert lines[0].startswith("“wish” waits for an answer of support, since 02 Mar 09:00: ")
    assert lines[1].startswith("It runs out at ")
    assert "of @olga," in said(Watched(terms_of(asking("owner")), reads={}))[0]


def test_what_is_held_or_parked_says_who_lets_it_go_on() -> None:
    played = credit_run()
    assert said(played, held="The prices are wrong.")[0] == f"{played.run.workflow} is held: The prices are wrong."
    parked = credit_run(brief={"reviewers": {"support": {"on_rejection": "park"}}}).reject(MIA, "wrong facts", "No.")
    lines = said(parked)
    assert lines[0].startswith("It is parked and needs a person: Rejected by")
    assert lines[1] == "The owner @olga or the maintainer @jonas resumes or cancels it."


def test_what_has_ended_says_how_and_when() -> None:
    assert said(credit_run().cancel(OLGA)) == ["It has ended: stopped at 02 Mar 09:00.", "Cancelled by Olga."]


def test_what_the_bot_does_next_is_told_and_the_clocks_of_people_are_not() -> None:
    played = credit_run()
    at = played.now + timedelta(minutes=5)
    pending = [(Wake(at, "approved"), at, 1), (Wake(at, "pause"), at, 1), (AskModel("idea"), at, 3)]
    lines = said(played, pending=pending)
    assert lines[-2:] == [
        "Next: look again “pause”, at 02 Mar 09:05.",
        "Next: ask the model “idea” (try 3), at 02 Mar 09:05.",
    ]
    assert to_do(Read("account", "helpdesk.account_of", {})) == "read “account”"
    assert FARAH.id not in " ".join(lines)
