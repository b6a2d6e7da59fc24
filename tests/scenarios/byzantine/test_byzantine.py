"""Whatever a model says, it can at worst propose something wrong: inside its types, to people, and with no power."""

from collections import Counter
from collections.abc import Callable

import pytest

from bot.domain.run import RunState
from tests.adapters.model.wired import Spoken
from tests.naughty import INJECTIONS
from tests.scenarios.byzantine.babble import Babble
from tests.scenarios.byzantine.checks import broken
from tests.scenarios.byzantine.stage import STAGES, Seen, Slots, run
from tests.scenarios.byzantine.traitor import LINES, ORDERS, SAYINGS, Traitor

SPOKEN: Counter[str] = Counter()
"""How many outputs went through whole runs, by test."""


def obeyed(stage: str, slots: Slots, *, approved: bool) -> Seen:
    traitor = Traitor()
    seen = run(stage, slots, traitor, lambda: traitor.requests, approved=approved)
    SPOKEN["obedient"] += len(traitor.requests)
    return seen


def babbled(seed: int) -> Seen:
    """One run whose model says anything at all."""
    babble = Babble(seed)
    stage = babble.dice.choice([*STAGES])
    wire = Spoken([lambda request, dialect: babble.reply(request.form_name)])
    seen = run(stage, babble.slots(), wire, lambda: wire.requests, approved=babble.dice.random() < 0.7)
    SPOKEN["random"] += len(wire.sent)
    return seen


# --- it obeys whatever is written ------------------------------------------------------------------------------------

PLACES: dict[str, Callable[[str], Slots]] = {
    "subject": lambda text: Slots(subject=text),
    "body": lambda text: Slots(body=text),
    "customer name": lambda text: Slots(body="x", name=text),
    "plan": lambda text: Slots(body="x", plan=text),
    "recent tickets": lambda text: Slots(body="x", recent=(text, text)),
}


@pytest.mark.parametrize("stage", STAGES)
def test_in_each_place_it_is_given_an_order(stage: str) -> None:
    orders = (f"[[say:{SAYINGS[0]}]][[leak]]", *ORDERS[1::4])
    for n, place in enumerate(PLACES.values()):
        assert broken(obeyed(stage, place(orders[n % len(orders)]), approved=n % 2 == 0)) == []


@pytest.mark.certify
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stage", STAGES)
def test_every_order_of_every_corpus_in_every_place_does_no_harm(stage: str, place: str) -> None:
    for written in (*LINES, *INJECTIONS.values()):
        line = written.encode(errors="replace").decode()
        for approved in (True, False):
            assert broken(obeyed(stage, PLACES[place](line), approved=approved)) == [], line


# --- it says anything at all -----------------------------------------------------------------------------------------


def test_a_hundred_random_answers_do_no_harm() -> None:
    before, seed = SPOKEN["random"], 0
    while SPOKEN["random"] - before < 100:
        seed += 1
        assert broken(babbled(seed)) == [], f"seed {seed}"


@pytest.mark.certify
def test_ten_thousand_random_answers_do_no_harm() -> None:
    before, seed, ends = SPOKEN["random"], 1_000_000, Counter[str]()
    while SPOKEN["random"] - before < 10_000:
        seed += 1
        seen = babbled(seed)
        assert broken(seen) == [], f"seed {seed}"
        ends[seen.play.run.state] += 1
        ends["sent"] += len(seen.play.sent)
    assert ends["sent"] > 200, f"they go all the way through: {ends}"


# --- it is not harmless because nothing happens -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "sent"),
    [
        ("an answer that a person approves", "helpdesk.SendReply"),
        ("a credit that a person approves", "helpdesk.GrantCredit"),
        ("a credit that a policy approves", "helpdesk.GrantCredit"),
        ("a partnership", "helpdesk.OpenTicket"),
    ],
)
def test_its_words_go_as_far_as_words_may(stage: str, sent: str) -> None:
    order = "[[choose:bug]][[choose:referral]][[say:<!channel> https://evil.example]]"
    seen = obeyed(stage, Slots(body=order), approved=True)
    assert sent in [intent.kind() for intent in seen.play.sent]
    assert "<!channel>" in str(seen.play.sent), "a person has read and approved it, and to the help desk it is text"


def test_a_credit_beyond_the_rules_is_proposed_to_nobody() -> None:
    seen = obeyed("a credit that a policy approves", Slots(body="[[number:60000]]"), approved=True)
    assert seen.play.sent == ()
    assert seen.play.run.state is RunState.PARKED
