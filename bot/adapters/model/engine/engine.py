"""The model step over real servers: one code path, whoever answers and however it is spoken to.

question ─ talk ─▶ endpoint ─▶ reply ─ judge ─▶ taken, asked again, asked more plainly, the next model, given up
                                 └─ one attempt written down for each call
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.adapters.model.engine.candidate import Candidate
from bot.adapters.model.engine.endpoint import Busy
from bot.adapters.model.engine.judging import Judged, judge
from bot.adapters.model.engine.talk import LONGEST_OF_ITS_OWN, MOST_ROOM, Talk
from bot.adapters.model.envelope import attempt, output_hash
from bot.adapters.model.wire import Dialect, Reply, Request, Usage
from bot.domain.attempt import Attempt, call_key
from bot.domain.outcome import MOST_REPAIRS, Outcome, Then, after, in_words, is_wrong, may_pass
from bot.domain.prompting import SHORTEST_FENCE
from bot.domain.text import one_line
from bot.ports.model import Answer, NoAnswer, Question

LONGEST_ERROR = 500
MOST_LESSONS = 4
"""How often one model is asked again at once, because the wire has learned what it does not take."""
BYTES_A_TOKEN = 3
"""A cautious guess in any script, for what has to be set aside before anybody has counted."""
MEND_TOKENS = 1_000
"""What telling a model what was wrong takes, besides its own answer."""
_A_TOKEN = Usage(1, output=1)
_SHARE = 2 / 3
"""Of the time that is left, what one call may take while there is another model to ask."""


@dataclass(slots=True)
class _Course:
    """One question on its way: what was tried, and until when there is time."""

    question: Question
    until: float
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    repairs: int = 0
    """With all models together."""
    again_in: timedelta | None = None

    def wait_for(self, asked: timedelta | None) -> None:
        """Remember the shortest of the times somebody asked us to wait."""
        if asked is not None:
            self.again_in = asked if self.again_in is None else min(self.again_in, asked)


@dataclass(frozen=True, slots=True)
class _End:
    """With one model it came to nothing."""

    outcome: Outcome
    text: str


class Engine:
    """A model, made of servers. `routes` names, for each role, who is asked, the first first."""

    rehearsal = False

    def __init__(
        self,
        routes: Mapping[str, Sequence[Candidate]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        new_fence: Callable[[], str] = lambda: secrets.token_hex(SHORTEST_FENCE // 2 + 2),
    ) -> None:
        if not routes or not all(routes.values()):
            raise ValueError("Every role needs a model.")
        self._routes = routes
        self._monotonic = monotonic
        self._new_fence = new_fence
        self.name = self._of(next(iter(routes)))[0].name

    def _of(self, role: str) -> Sequence[Candidate]:
        return self._routes.get(role) or next(iter(self._routes.values()))

    async def answer(self, question: Question) -> Answer | NoAnswer:
        """Ask one model after the other until one gives a valid answer."""
        course = _Course(question, self._monotonic() + question.within.total_seconds())
        candidates = self._of(question.role)
        ends: list[_End] = []
        for n, candidate in enumerate(candidates):
            ended = await self._ask(candidate, course, more=n + 1 < len(candidates))
            if isinstance(ended, Judged):
                return _answer(ended, course, instead_of=candidates[0] if n else None, by=candidate)
            ends.append(ended)
            if after(ended.outcome, repairs=course.repairs) is Then.GIVE_UP:
                break
        return _no_answer(ends, course)

    async def _ask(self, candidate: Candidate, course: _Course, *, more: bool) -> Judged | _End:
        """Ask one model, and ask it again, as long as that may help."""
        talk = Talk.about(course.question, self._new_fence())
        endpoint, lessons = candidate.endpoint, 0
        while True:
            now = self._monotonic()
            left = (course.until - now) * (_SHARE if more else 1)
            if left <= 0:
                return _End(Outcome.TIMEOUT, in_words(Outcome.TIMEOUT))
            dialect = endpoint.dialect(candidate.model)
            request = self._request(talk, candidate, course, left)
            reply = await endpoint.send(request, dialect, until=now + left)
            if isinstance(reply, Busy):
                course.wait_for(reply.again_in)
                return _End(Outcome.OVERLOADED, reply.text)
            judged = judge(reply, course.question.fact, course.question.material)
            course.attempts.append(self._attempt(candidate, course, request, dialect, reply, judged, since=now))
            course.wait_for(reply.retry_after)
            then = after(judged.outcome, repairs=course.repairs)
            if then is Then.TAKE:
                return judged
            if reply.learned and lessons < MOST_LESSONS:
                lessons += 1
                continue
            if then is Then.STEP_DOWN and endpoint.step_down(candidate.model, dialect):
                continue
            if then is not Then.ASK_AGAIN:
                return _End(judged.outcome, reply.words or in_words(judged.outcome))
            course.repairs += 1
            talk = talk.again(judged.outcome, reply.text, judged.problems)

    def _request(self, talk: Talk, candidate: Candidate, course: _Course, left: float) -> Request:
        return talk.request(
            candidate.model,
            candidate.parameters,
            key=call_key(course.question.key, len(course.attempts) + 1),
            within=timedelta(seconds=left),
        )

    def _attempt(
        self,
        candidate: Candidate,
        course: _Course,
        request: Request,
        dialect: Dialect,
        reply: Reply,
        judged: Judged,
        *,
        since: float,
    ) -> Attempt:
        error = "" if judged.outcome is Outcome.ANSWERED else " ".join(judged.problems)
        return replace(
            attempt(course.question, model=candidate.name, outcome=judged.outcome.value),
            n=len(course.attempts) + 1,
            reported=one_line(reply.reported, 100),
            server=candidate.endpoint.wire.server,
            dialect=dialect.value,
            output_hash=output_hash(judged.fact) if judged.fact is not None else "",
            finish=one_line(reply.finish, 40),
            input_tokens=reply.usage.input,
            cached_tokens=reply.usage.cached,
            output_tokens=reply.usage.output,
            reasoning_tokens=reply.usage.reasoning,
            cost_micros=candidate.prices.micros(candidate.model, reply.usage),
            prices=candidate.prices.version,
            latency_ms=round((self._monotonic() - since) * 1000),
            request_id=one_line(reply.request_id, 100),
            key=request.key,
            error=one_line(error, LONGEST_ERROR),
        )

    def estimate_micros(self, question: Question) -> int | None:
        """What all calls for this may cost: each model is asked once, and the dearest of them again and again."""
        candidates = self._of(question.role)
        if any(one.prices.micros(one.model, _A_TOKEN) is None for one in candidates):
            return None
        asked = Talk.about(question, "0" * SHORTEST_FENCE).size // BYTES_A_TOKEN + 1
        longest = question.max_output_tokens * MOST_ROOM
        shown = min(longest, LONGEST_OF_ITS_OWN * 4 // BYTES_A_TOKEN) + MEND_TOKENS
        once, again = Usage(asked, output=question.max_output_tokens), Usage(asked + shown, output=longest)
        firsts = [one.prices.micros(one.model, once) or 0 for one in candidates]
        repeats = [one.prices.micros(one.model, again) or 0 for one in candidates]
        return sum(firsts) + MOST_REPAIRS * max(repeats)

    async def close(self) -> None:
        """Close the connections to every server."""
        wires = {id(one.endpoint.wire): one.endpoint.wire for route in self._routes.values() for one in route}
        for wire in wires.values():
            await wire.close()


def _answer(judged: Judged, course: _Course, *, instead_of: Candidate | None, by: Candidate) -> Answer:
    if judged.fact is None:
        raise TypeError("an answer that was taken has a fact")
    doubts = judged.doubts
    if instead_of is not None:  # a doubt, because nobody has seen yet how well this one does here
        doubts = (*doubts, f"{by.name} answered, because {instead_of.name} did not.")
    return Answer(judged.fact, judged.confidence, doubts, judged.evidence, tuple(course.attempts))


def _no_answer(ends: Sequence[_End], course: _Course) -> NoAnswer:
    """It may pass where it may with one of them; it was answered badly where the last one that could be reached did."""
    passing = [end for end in ends if may_pass(end.outcome)]
    wrong = [end for end in ends if is_wrong(end.outcome)]
    told = wrong[-1] if wrong else (passing or ends)[-1]
    return NoAnswer(
        wrong=bool(wrong),
        text=told.text,
        attempts=tuple(course.attempts),
        transient=not wrong and bool(passing),
        retry_after=course.again_in if not wrong else None,
    )
