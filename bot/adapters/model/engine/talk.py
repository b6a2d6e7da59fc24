"""What is said to a model for one answer: the question, and where it has to be, what was wrong with what it said."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.adapters.model.engine.form import form_of
from bot.adapters.model.envelope import input_hash, schema_hash
from bot.adapters.model.wire import Parameters, Request, Turn
from bot.domain.outcome import Outcome
from bot.domain.plain import canonical
from bot.domain.prompting import render
from bot.domain.text import clean_for_model
from bot.ports.model import Question

LONGEST_OF_ITS_OWN = 4_000
"""How much of its own answer a model is shown again."""
MOST_ROOM = 4
"""An answer that was cut may become this much longer than the first was allowed to be."""

_AGAIN = """\
Your answer cannot be used:

{problems}

Answer the same question once more, with the whole form and nothing else."""
_SHORTER = (
    "An earlier answer to this was longer than there is room for, and was cut off. Answer whole, and much shorter."
)
_NOTHING = "(no text)"


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation about one question with one model."""

    question: Question
    system: str
    turns: tuple[Turn, ...]
    fence: str
    room: int
    said: str
    """What was asked so far, whatever the fence was called."""

    @classmethod
    def about(cls, question: Question, fence: str) -> "Talk":
        """The beginning."""
        untrusted = question.material.keys() if question.untrusted is None else question.untrusted
        rendered = render(
            question.instructions,
            question.material,
            untrusted=untrusted,
            fence=fence,
            remark=question.remark,
            previous=question.previous,
            examples=question.examples,
        )
        said = f"{input_hash(question)}/{schema_hash(question.fact)}"
        turns = (Turn("user", rendered.user),)
        return cls(question, rendered.system, turns, fence, question.max_output_tokens, said)

    def again(self, outcome: Outcome, text: str, problems: Sequence[str]) -> "Talk":
        """The same question once more, with what was wrong with the answer. Only the last answer is shown again."""
        own = clean_for_model(text, LONGEST_OF_ITS_OWN).replace(self.fence, "")
        match outcome:
            case Outcome.CUT:
                room = min(self.room * 2, self.question.max_output_tokens * MOST_ROOM)
                # One turn: some servers refuse two of the same side in a row.
                talk = replace(self, room=room, turns=(Turn("user", f"{self.turns[0].text}\n\n{_SHORTER}"),))
            case Outcome.INVALID:
                listed = "\n".join(f"- {clean_for_model(problem, 300).replace(self.fence, '')}" for problem in problems)
                told = Turn("user", _AGAIN.format(problems=listed))
                talk = replace(self, turns=(self.turns[0], Turn("assistant", own or _NOTHING), told))
            case _:
                talk = self
        return replace(talk, said=hashlib.sha256(canonical([self.said, outcome.value, own])).hexdigest())

    def request(self, model: str, parameters: Parameters, *, key: str, within: timedelta) -> Request:
        """The next call."""
        return Request(
            model=model,
            system=self.system,
            turns=self.turns,
            form_name=self.question.fact.__name__,
            form=form_of(self.question.fact, self.question.confidence),
            max_output_tokens=self.room,
            key=key,
            within=within,
            fingerprint=hashlib.sha256(canonical([model, self.said])).hexdigest(),
            parameters=parameters,
        )
