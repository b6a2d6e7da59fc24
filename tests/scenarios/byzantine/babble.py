"""Anything a model might say, and anything an outsider might write, from a seed: the same again for the same one."""

import json
import random
from typing import Any

from bot.adapters.model.engine.form import SURENESS
from bot.adapters.model.wire import Reply
from bot.domain.outcome import Outcome
from tests.adapters.model.wired import envelope, said
from tests.naughty import SHORT_TEXTS
from tests.scenarios.byzantine.stage import Slots
from tests.scenarios.byzantine.traitor import LINES, SAYINGS

HOSTILE = (*SAYINGS, *SHORT_TEXTS.values())
SIGNS = "<@!#|>&*_~`:/.-\\\"'{}[]()= \n\thtps.UC1aé\u202e\u200b\u2066\u00ad\U000e0061\x00\x1b\U0001f389漢"


class Babble:
    """Random answers; most of them fit their form, so that their words get as far as words can."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def text(self) -> str:
        """What a record or a reply can hold."""
        pick = self.dice.random()
        if pick < 0.3:
            text = "".join(self.dice.choices(SIGNS, k=self.dice.randrange(1, 60)))
        else:
            text = " ".join(self.dice.choices(HOSTILE, k=self.dice.randrange(1, 4)))
        return text.encode(errors="replace").decode()

    def slots(self) -> Slots:
        lines = "\n".join(self.dice.choices(LINES, k=self.dice.randrange(5))).encode(errors="replace").decode()
        recent = tuple(self.text() for _ in range(self.dice.randrange(3)))
        return Slots(self.text(), lines + self.text(), self.text(), self.text(), self.text(), recent)

    def reply(self, asked: str) -> Reply:
        """One output, to the question for a fact of this name."""
        pick = self.dice.random()
        if pick < 0.75:
            return said(self._fitting(asked))
        if pick < 0.82:
            whole = self._fitting(asked)
            return said(whole[: self.dice.randrange(len(whole))])
        if pick < 0.9:
            return said(json.dumps(self._anything(3)))
        if pick < 0.95:
            return said(self.text())
        outcome = self.dice.choice([*Outcome])
        return Reply(outcome, self.text(), self.text(), self.text(), reported=self.text(), request_id=self.text())

    def _fitting(self, asked: str) -> str:
        sure = self.dice.choice([*SURENESS, "certain", "certain", "1000 %"])
        quotes, doubts = ([self.text() for _ in range(self.dice.randrange(3))] for _ in range(2))
        return envelope(self._answer(asked), confidence=sure, evidence=quotes, doubts=doubts)

    def _answer(self, asked: str) -> dict[str, Any]:
        """An answer to what was asked, and now and then to something else."""
        text, short = self.text()[: self.dice.choice([190, 1_000])] or "x", self.text()[:79] or "x"
        answers: dict[str, dict[str, Any]] = {
            "Triage": {
                "category": self.dice.choice(["billing", "bug", "how-to", "spam"]),
                "urgent": True,
                "summary": text,
            },
            "Draft": {"body": text * self.dice.choice([1, 1, 1, 20])},
            "Idea": {"cents": self.dice.choice([-1, 0, 1, 50_00, 500_00, 500_01, 10**9]), "note": text},
            "Application": {
                "kind": self.dice.choice(["reseller", "referral", "none"]),
                "company": short,
                "summary": text,
            },
            "Note": {"note": text},
        }
        answer = answers[asked if self.dice.random() < 0.8 else self.dice.choice([*answers])]
        if self.dice.random() < 0.1:
            answer[self.dice.choice(["ticket_id", "customer_id", "approved", "to", "channel"])] = self._anything(1)
        return answer

    def _anything(self, depth: int) -> object:
        pick = self.dice.randrange(6 if depth else 4)
        match pick:
            case 0:
                return self.dice.choice([None, True, False, 0, -1, 10**30, 0.5])
            case 4:
                return [self._anything(depth - 1) for _ in range(self.dice.randrange(4))]
            case 5:
                return {self.text()[:20]: self._anything(depth - 1) for _ in range(self.dice.randrange(4))}
            case _:
                return self.text()
