"""The gates and questions whose cards are approved, word for word, in `cards/`.

    python -m tests.adapters.terminal.plays

writes the files anew; read what changed before you keep it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.adapters.terminal.text import lines_of
from bot.domain.card import Card, card_of
from bot.domain.effect import Execute
from bot.domain.errors import Transient
from bot.domain.event import Verdict
from bot.testing.play import Play
from bot.testing.world import Unsure
from tests.made import EVE, INES, LEO, MIA, Idea, Watched, asking, credit_run, terms_of, three_run, triage_run

CARDS = Path(__file__).parent / "cards"

AUTOMATIC: Mapping[str, object] = {
    "stage": "automatic",
    "levels": {"helpdesk.GrantCredit": "execute automatically"},
    "confidence": {"idea": "50 %"},
    "overrides": [
        {
            "intent": "helpdesk.GrantCredit",
            "evidence": "Three hundred of them, and nobody changed one.",
            "undo": "The credit is withdrawn again within the day.",
            "author": "@olga",
            "approved_by": "@lena",
            "on": "2026-03-01",
        }
    ],
}
UNSURE = Unsure(Idea(cents=50_00, note="One month."), 62, ("The invoice is not in the ticket.",))


def filled_in() -> Watched:
    return triage_run(answers={"triage": Transient("The model's server does not answer.")})


def remarked() -> Watched:
    played = credit_run(UNSURE).decide(Verdict.COMMENT, EVE, text="They called, too.")
    return played.decide(Verdict.ESCALATE, MIA, text="Above my head.")


PLAYS: Mapping[str, Callable[[], Play]] = {
    "open": credit_run,
    "unsure": lambda: credit_run(UNSURE),
    "remarked": remarked,
    "edited": lambda: credit_run().edit(MIA, cents=30_00, reason="Half a month."),
    "redrafted": lambda: credit_run([Idea(cents=50_00), Idea(cents=20_00, note="Less.")]).redraft(MIA, "Less, please."),
    "quorum": lambda: credit_run(brief={"reviewers": {"support": {"needed": 2}}}).approve(MIA),
    "approved": lambda: credit_run().approve(MIA),
    "approved, not begun": lambda: credit_run(hold=[Execute]).approve(MIA),
    "approved by two": lambda: credit_run(brief={"reviewers": {"support": {"needed": 2}}}).approve(MIA).approve(LEO),
    "rejected": lambda: credit_run().reject(INES, "wrong facts", "It was paid back in May."),
    "expired": lambda: credit_run().pass_time("30d"),
    "assisted": lambda: credit_run(brief={"stage": "assisted"}),
    "done by me": lambda: credit_run(brief={"stage": "assisted"}).approve(MIA),
    "shadow": lambda: credit_run(brief={"stage": "shadow"}),
    "policy": lambda: credit_run(brief=AUTOMATIC),
    "plan of three": three_run,
    "plan of three, approved": lambda: three_run().approve(MIA),
    "inquired": lambda: Watched(terms_of(asking("support")), reads={}),
    "filled in": filled_in,
    "confirm stop": lambda: triage_run("spam"),
}


def card(played: Play) -> Card:
    """The card of what waits, or else of the last gate."""
    step = next(iter(played.run.questions), "") or played.gate.step
    found = card_of(played.run, played.terms, step)
    assert found is not None
    return found


def file_of(name: str) -> Path:
    """Where its approved text is kept."""
    return CARDS / f"{name.replace(' ', '-').replace(',', '')}.txt"


def drawn(name: str) -> str:
    return "\n".join(lines_of(card(PLAYS[name]()))) + "\n"


if __name__ == "__main__":
    for name in PLAYS:
        file_of(name).write_text(drawn(name), encoding="utf-8")
