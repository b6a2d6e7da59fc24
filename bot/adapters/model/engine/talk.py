"""What is said to a model for one answer: the question, and where it has to be, what was wrong with what it said."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import lru_cache

from bot.adapters.model.engine.form import form_of
from bot.adapters.model.wire import PLAIN, Parameters, Request, Turn
from bot.domain.intent import Fact
from bot.domain.outcome import Outcome
from bot.domain.plain import canonical
from bot.domain.prompting import render, without_fence
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
        room = question.max_output_tokens
        read = [without_fence(fence, text) for text in (rendered.system, rendered.user)]
        said = _hash([question.prompt, *read, room, _form(question.fact, question.confidence)])
        return cls(question, rendered.system, (Turn("user", rendered.user),), fence, room, said)

    @property
    def size(self) -> int:
        """The bytes of all that is sent: both sides' words, and the form."""
        question = self.question
        words = (self.system, *(turn.text for turn in self.turns), _form(question.fact, question.confidence))
        return sum(len(text.encode()) for text in words)

    def again(self, outcome: Outcome, text: str, problems: Sequence[str]) -> "Talk":
        """The same question once more, with what was wrong with the answer. Only the last answer is shown again."""
        if outcome not in (Outcome.CUT, Outcome.INVALID):
            return self
        own = clean_for_model(self._told(text), LONGEST_OF_ITS_OWN)
        listed = "\n".join(f"- {self._told(problem)}" for problem in problems)
        first, room = self.turns[0], self.room
        if outcome is Outcome.CUT:
            room = min(room * 2, self.question.max_output_tokens * MOST_ROOM)
            # One turn: some servers refuse two of the same side in a row.
            text = first.text if first.text.endswith(_SHORTER) else f"{first.text}\n\n{_SHORTER}"
            turns: tuple[Turn, ...] = (Turn("user", text),)
        else:
            turns = (first, Turn("assistant", own or _NOTHING), Turn("user", _AGAIN.format(problems=listed)))
        said = _hash([self.said, outcome.value, own, listed])
        return replace(self, turns=turns, room=room, said=said)

    def _told(self, text: str) -> str:
        """A text of which nobody knows what stands in it: nothing hidden, and no fence."""
        return without_fence(self.fence, clean_for_model(text, len(text)))

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
            fingerprint=_hash([model, _other(parameters), self.said]),
            parameters=parameters,
        )


@lru_cache(maxsize=512)
def _form(fact: type[Fact], how_sure: str) -> str:
    """The form as text, its fields in order: in another order they are answered otherwise."""
    return json.dumps(form_of(fact, how_sure))


def _other(parameters: Parameters) -> str:
    """What is told besides the words, where it is anything."""
    return "" if parameters == PLAIN else json.dumps(asdict(parameters), sort_keys=True, default=str)


def _hash(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
