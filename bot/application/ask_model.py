"""Ask the model for one fact, within its budget, and record every attempt."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.application.conclude import Mishap, conclude, try_again_or_fail
from bot.application.parts import Parts
from bot.application.patience import patience_of
from bot.application.waiting import answered
from bot.domain.attempt import Attempt
from bot.domain.effect import AskModel
from bot.domain.errors import Transient
from bot.domain.event import Answered, Doubted, Problem
from bot.domain.mend import by_brief
from bot.domain.person import Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.run import Run, Source
from bot.domain.terms import Terms
from bot.domain.value import plain_of, skipped
from bot.domain.workflow import Ask, named_inputs
from bot.ports.model import Answer, NoAnswer, Question
from bot.ports.store import Lease, Transaction


async def ask_model(parts: Parts, lease: Lease, run: Run, effect: AskModel) -> None:
    """Ask, and record the answer with what it cost."""
    terms = parts.library.pinned(run)
    question = question_of(parts, run, terms, effect)
    day = parts.clock.now().date()
    reserved = parts.model.estimate_micros(question)
    over = await _reserve(parts, run, terms, day, reserved)
    if over:
        model = Actor(ActorKind.MODEL, parts.model.name)
        doubted = Doubted(parts.clock.now(), model, effect.step, Problem.OVER_BUDGET, over)
        await conclude(parts, lease, doubted)
        return
    answer = await answer_within(parts, question, terms.brief.limits.answer_within)

    def settle(tx: Transaction, _run: Run) -> None:
        used = spent(answer.attempts, reserved)
        if used != reserved and terms.brief.limits.cost_per_day is not None:
            tx.limits.add(f"cost:{run.workflow}", day, used - reserved)

    if isinstance(answer, Answer):
        event = heard(parts, effect.step, answer)
        await conclude(parts, lease, event, attempts=answer.attempts, also=settle)
    else:
        await _no_answer(parts, lease, effect, answer, terms, settle)


async def answer_within(parts: Parts, question: Question, within: timedelta) -> Answer | NoAnswer:
    """What the model answers, within the time it is given."""
    try:
        return await answered(
            parts.model.answer(question), Transient("The model did not answer in time."), within=within
        )
    except Transient as silent:
        tried = Attempt(parts.model.name, question.prompt, "timeout", error=silent.message)
        return NoAnswer(wrong=False, text=silent.message, attempts=(tried,), transient=True)


def spent(attempts: Sequence[Attempt], reserved: int) -> int:
    """What it cost; where the other side does not say, no less than was set aside for it."""
    known = sum(attempt.cost_micros or 0 for attempt in attempts)
    return max(known, reserved) if any(attempt.cost_micros is None for attempt in attempts) else known


def heard(parts: Parts, step: str, answer: Answer | NoAnswer) -> Answered | Doubted:
    """What a model said, or that it said nothing usable."""
    by = Actor(ActorKind.MODEL, parts.model.name)
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
            attempts=answer.attempts,
            otherwise=doubted,
            also=settle,
        ),
    )


def question_of(parts: Parts, run: Run, terms: Terms, effect: AskModel) -> Question:
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
    previous = fields.shown(run.value(effect.step), effect.step, run, but=prompt.personal)
    key = hashlib.sha256(f"{run.id}/{effect.step}/{run.seq}".encode()).hexdigest()[:40]
    return Question(
        workflow=run.workflow,
        step=effect.step,
        fact=node.fact,
        instructions=parts.library.instructions(prompt, material),
        material=material,
        prompt=prompt.version,
        hints=prompt.rehearsal,
        key=key,
        role=prompt.role,
        remark=fields.silent(effect.remark, run, but=prompt.personal),
        previous=previous if effect.remark and isinstance(previous, dict) else None,
    )


async def _reserve(parts: Parts, run: Run, terms: Terms, day: date, micros: int) -> str:
    """Set the estimate aside before the call; a sentence where the day's budget does not reach."""
    cap = terms.brief.limits.cost_per_day
    if cap is None or micros == 0:
        return ""
    scope = f"cost:{run.workflow}"

    def work(tx: Transaction) -> str:
        if tx.limits.count(scope, day) + micros > cap.micros:
            mend = by_brief(run, "Or raise", "limits.cost_per_day")
            return f"The day's budget of {cap} for the model is used up. It is free again tomorrow. {mend}"
        tx.limits.add(scope, day, micros)
        return ""

    return await parts.store.run(work)
