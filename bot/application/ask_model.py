"""Ask the model for one fact, within its budget, and record every attempt."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

from bot.application.budget import EVERYTHING, UNPRICED, Purse, purses_of, set_aside, settle, too_much
from bot.application.conclude import Mishap, conclude, try_again_or_fail
from bot.application.keep_hold import keep_hold
from bot.application.parts import Parts
from bot.application.patience import patience_of
from bot.application.remember import NOTHING, Past, remember
from bot.application.waiting import answered
from bot.application.weigh import weigh
from bot.domain.attempt import Attempt
from bot.domain.calibration import Worth
from bot.domain.effect import AskModel
from bot.domain.errors import Transient
from bot.domain.event import Answered, Doubted, Problem
from bot.domain.history import EARLIER
from bot.domain.mend import by_brief
from bot.domain.outcome import Outcome, in_words
from bot.domain.person import Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.quantity import Money, dollars
from bot.domain.run import Run, Source
from bot.domain.terms import Terms
from bot.domain.value import plain_of, skipped
from bot.domain.workflow import Ask, named_inputs
from bot.ports.model import Answer, NoAnswer, Question
from bot.ports.store import Lease, Transaction

_DAYS, _TOGETHER = "The day's", "For all workflows together, the day's"
GRACE = timedelta(seconds=5)
"""A model keeps its own time; only one that does not is cut off by us, and then what it tried is not known."""


async def ask_model(parts: Parts, lease: Lease, run: Run, effect: AskModel) -> None:
    """Ask, and record the answer with what it cost."""
    terms = parts.library.pinned(run)
    past = await remember(parts, run, terms, effect.step)
    key = question_key(lease.run, lease.id, lease.attempt)
    question = question_of(parts, run, terms, effect, past, key=key)
    if not await keep_hold(parts, lease, question.within + GRACE):
        return
    day = parts.clock.now().date()
    limits = terms.brief.limits
    purses = purses_of(parts, f"cost:{run.workflow}", limits.cost_per_day)
    reserved = parts.model.estimate_micros(question) if purses or limits.cost_per_run else 0
    over = await _reserve(parts, run, terms, purses, day, reserved)
    if over:
        model = Actor(ActorKind.MODEL, parts.model.name)
        doubted = Doubted(parts.clock.now(), model, effect.step, Problem.OVER_BUDGET, over)
        await conclude(parts, lease, doubted)
        return
    answer = await answer_within(parts, question)

    def settled(tx: Transaction, _run: Run) -> None:
        settle(tx, purses, day, reserved, answer.attempts)

    if isinstance(answer, Answer):
        worth = await weigh(parts, question, answer)
        event = heard(parts, effect.step, answer, worth, past.sources)
        await conclude(parts, lease, event, attempts=answer.attempts, also=settled)
    else:
        await _no_answer(parts, lease, effect, answer, terms, settled)


async def answer_within(parts: Parts, question: Question) -> Answer | NoAnswer:
    """What the model answers, within the time it is given."""
    try:
        return await answered(
            parts.model.answer(question),
            Transient(in_words(Outcome.TIMEOUT)),
            within=question.within + GRACE,
        )
    except Transient as silent:
        tried = Attempt(parts.model.name, question.prompt, Outcome.TIMEOUT, error=silent.message, key=question.key)
        return NoAnswer(wrong=False, text=silent.message, attempts=(tried,), transient=True)


def heard(
    parts: Parts,
    step: str,
    answer: Answer | NoAnswer,
    worth: Worth | None = None,
    recalled: tuple[str, ...] = (),
) -> Answered | Doubted:
    """What a model said, what that is worth and what of earlier runs it was shown; or that it said nothing usable."""
    by = Actor(ActorKind.MODEL, answer.attempts[-1].model if answer.attempts else parts.model.name)
    if isinstance(answer, NoAnswer):
        problem = Problem.WRONG if answer.wrong else Problem.UNAVAILABLE
        return Doubted(parts.clock.now(), by, step, problem, answer.text, answer.attempts)
    return Answered(
        at=parts.clock.now(),
        by=by,
        step=step,
        value=answer.fact.model_dump(mode="json"),
        attempts=answer.attempts,
        confidence=answer.confidence,
        doubts=answer.doubts,
        evidence=answer.evidence,
        source=Source.REHEARSAL if answer.rehearsed else Source.MODEL,
        worth=worth,
        recalled=recalled,
    )


async def _no_answer(
    parts: Parts,
    lease: Lease,
    effect: AskModel,
    answer: NoAnswer,
    terms: Terms,
    settle: Callable[[Transaction, Run], None],
) -> None:
    doubted = heard(parts, effect.step, answer)
    if not answer.transient:
        await conclude(parts, lease, doubted, attempts=answer.attempts, also=settle)
        return
    await try_again_or_fail(
        parts,
        lease,
        Mishap(
            step=effect.step,
            text=answer.text,
            patience=patience_of(terms.brief),
            asked=answer.retry_after,
            attempts=answer.attempts,
            otherwise=doubted,
            also=settle,
        ),
    )


def question_of(parts: Parts, run: Run, terms: Terms, effect: AskModel, past: Past = NOTHING, *, key: str) -> Question:
    """What the model is asked, with no more than the prompt declares."""
    step = terms.definition.step(effect.step)
    node = step.node
    if not isinstance(node, Ask):
        raise TypeError(f"{effect.step} is not an ask")
    prompt = terms.prompts[effect.step]
    fields = terms.fields
    material: dict[str, Plain] = {
        one.name: fields.shown(plain_of(run, one), one.name, run, but=prompt.personal)
        for one in named_inputs(step)
        if one.name in prompt.inputs and not skipped(run, one)
    }
    earlier: dict[str, Plain] = {EARLIER: [*past.decisions]} if past.decisions else {}
    previous = fields.shown(run.value(effect.step), effect.step, run, but=prompt.personal)
    return Question(
        workflow=run.workflow,
        step=effect.step,
        fact=node.fact,
        instructions=parts.library.instructions(prompt, material),
        material={**material, **earlier},
        prompt=prompt.version,
        hints=prompt.rehearsal,
        key=key,
        run=run.id,
        untrusted=prompt.untrusted | earlier.keys(),
        role=prompt.role,
        confidence=prompt.confidence,
        examples=(*prompt.examples, *past.corrections),
        within=terms.brief.limits.answer_within,
        remark=fields.silent(effect.remark, run, but=prompt.personal),
        previous=previous if effect.remark and isinstance(previous, dict) else None,
    )


def question_key(*which: str | int) -> str:
    """The idempotency key of one try: the same when it is asked once more because nobody heard what came of it."""
    return hashlib.sha256("/".join(map(str, which)).encode()).hexdigest()[:40]


async def _reserve(
    parts: Parts, run: Run, terms: Terms, purses: tuple[Purse, ...], day: date, micros: int | None
) -> str:
    """Set the estimate aside before the call; a sentence where a budget does not reach."""
    cap = terms.brief.limits.cost_per_run
    if cap is not None and (micros is None or run.spent_micros + micros > cap.micros):
        used = UNPRICED.format(cap=cap) if micros is None else _too_dear(cap, run.spent_micros, micros)
        return f"{used} {by_brief(run, 'Or raise', 'limits.cost_per_run')}"
    short = await set_aside(parts, purses, day, micros)
    if short is None:
        return ""
    if short.scope == EVERYTHING:
        mend = f"Raise model.cost_per_day in countersign.toml, then `countersign resume {run.id}`."
        return f"{too_much(short.cap, micros, _TOGETHER)} {mend}"
    return f"{too_much(short.cap, micros, _DAYS)} {by_brief(run, 'Or raise', 'limits.cost_per_day')}"


def _too_dear(cap: Money, spent: int, micros: int) -> str:
    of = f"used {dollars(spent)}, and the next question may cost {dollars(micros)}"
    return f"This run has a budget of {cap} for the model: it has {of}."
