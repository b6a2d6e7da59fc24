"""The checks notice: of a run in which all is well, each thing they hold is broken on purpose."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.adapters.slack.draw import card as drawing
from bot.adapters.slack.draw.safe import Block
from bot.domain.attempt import Attempt
from bot.domain.classified import Classified
from bot.domain.effect import Tell
from bot.domain.intent import Intent
from bot.domain.plain import Plain
from bot.domain.terms import Terms
from bot.intents import helpdesk
from tests.scenarios.byzantine import checks, stage
from tests.scenarios.byzantine.checks import broken
from tests.scenarios.byzantine.stage import EMAIL, OTHERS, Seen, Slots
from tests.scenarios.byzantine.test_byzantine import obeyed

STAGE = "an answer that a person approves"


@pytest.fixture
def seen() -> Seen:
    found = obeyed(STAGE, Slots(body="[[choose:bug]][[say:<!channel> https://evil.example]]"), approved=True)
    assert broken(found) == []
    assert len(found.play.sent) == 1
    return found


def names(found: Seen) -> set[str]:
    return {line.partition(":")[0] for line in broken(found)}


def send(intent: Intent) -> Callable[[Seen], Seen]:
    def sent(found: Seen) -> Seen:
        found.play._world.sent.append(intent)
        return found

    return sent


def tell(to: str, text: str = "x") -> Callable[[Seen], Seen]:
    def told(found: Seen) -> Seen:
        found.play._world.told.append(Tell(to=to, text=text))
        return found

    return told


def without(kind: str) -> Callable[[Seen], Seen]:
    def less(found: Seen) -> Seen:
        found.play.entries = tuple(one for one in found.play.entries if one.kind != kind)
        return found

    return less


def asked(words: str) -> Callable[[Seen], Seen]:
    def more(found: Seen) -> Seen:
        (first, *others) = found.requests
        return replace(found, requests=(replace(first, system=f"{first.system} {words}"), *others))

    return more


def rowed(found: Seen) -> Seen:
    row = Attempt("m", "p", "answered", reported=EMAIL)
    found.play.answers[0] = replace(found.play.answers[0], attempts=(row,))
    return found


def headed(found: Seen) -> Seen:
    entry = found.play.entries[0]
    found.play.entries = (replace(entry, notes={**entry.notes, "source": EMAIL}), *found.play.entries[1:])
    return found


BREAKS: dict[str, tuple[str, Callable[[Seen], Seen]]] = {
    "another text than the approved one": ("i1_mediation", send(helpdesk.SendReply(ticket_id="T-1", body="Other."))),
    "something before anybody approved": ("i1_mediation", lambda found: replace(found, early=1)),
    "an approval that nobody wrote down": ("i1_mediation", without("gate.decided")),
    "another ticket": ("i9_bounds", send(helpdesk.SendReply(ticket_id="T-9999", body="x"))),
    "a change that nobody declared": ("i9_bounds", send(helpdesk.CloseTicket(ticket_id="T-1"))),
    "a credit beyond the rules": ("i9_bounds", send(helpdesk.GrantCredit(customer_id="C-1", cents=500_01))),
    "a notice to a stranger": ("i14_nothing_reaches_out", tell("eve@evil.example")),
    "a personal address in a notice": ("i15_secrets_stay", tell("owner", f"Ask {EMAIL}.")),
    "a personal address in a prompt": ("i15_secrets_stay", asked(EMAIL)),
    "another run's text in a prompt": ("i15_secrets_stay", asked(OTHERS)),
    "a reviewer in a prompt": ("i15_secrets_stay", asked("@farah")),
    "a personal address in the row of a call": ("i15_secrets_stay", rowed),
    "a personal address in a header": ("i15_secrets_stay", headed),
}


@pytest.mark.parametrize("name", BREAKS)
def test_each_thing_that_is_broken_is_seen(seen: Seen, name: str) -> None:
    check, break_it = BREAKS[name]
    assert check in names(break_it(seen))


@pytest.mark.parametrize(
    "block",
    [
        {"type": "rich_text", "elements": [{"type": "broadcast", "range": "channel"}]},
        {"type": "rich_text", "elements": [{"type": "link", "url": "https://evil.example/"}]},
        {"type": "rich_text", "elements": [{"type": "link", "url": "https://desk.example@evil.example/"}]},
        {"type": "rich_text", "elements": [{"type": "user", "user_id": "U1"}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*now*"}},
        {"type": "header", "text": {"type": "plain_text", "text": ":tada:", "emoji": True}},
        {"type": "image", "image_url": "https://evil.example/x.png"},
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "Approve now!", "url": "https://evil.example"}],
        },
    ],
    ids=repr,
)
def test_whatever_reaches_out_of_a_drawing_is_seen(block: Block) -> None:
    assert [*checks.reaching(drawing.Drawn([block], "x"))] != []


@pytest.mark.parametrize("text", ["<!channel>", "*now*", "https://evil.example", "two\nlines", ":tada:"])
def test_a_notification_with_power_is_seen(text: str) -> None:
    assert [*checks.reaching(drawing.Drawn([], text))] != []


# --- guards of the bot itself, each taken away ------------------------------------------------------------------------


def as_it_is(self: Classified, value: Plain, *_: object, **__: object) -> Plain:
    return value


def loud(text: str) -> str:
    return f"<!channel> {text}"


def holds(*_: object) -> bool:
    return True


def test_without_the_classes_of_fields_a_personal_address_reaches_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Classified, "shown", as_it_is)
    assert "i15_secrets_stay" in names(obeyed(STAGE, Slots(), approved=False))


def test_without_safe_texts_a_card_mentions_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "fallback", loud)
    assert "i14_nothing_reaches_out" in names(obeyed(STAGE, Slots(), approved=False))


def test_without_its_rules_a_credit_of_any_size_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = stage.STAGES["a credit that a policy approves"]()
    lax = replace(terms, invariants=dict.fromkeys(terms.invariants, holds))

    def always(_: str) -> Terms:
        return lax

    monkeypatch.setattr(stage, "_terms", always)
    assert "i9_bounds" in names(obeyed("", Slots(body="[[number:60000]]"), approved=True))
