"""What the world answers: a system that was read, a model that was asked."""

from bot.domain.asking import ask
from bot.domain.attempt import Attempt
from bot.domain.audit.entry import EntryKind
from bot.domain.brief import Recovery
from bot.domain.calibration import sureness
from bot.domain.event import Answered, Doubted, Problem, ReadBack
from bot.domain.frozen import replace
from bot.domain.move import Move
from bot.domain.person import ENGINE, Actor, ActorKind
from bot.domain.plain import Plain
from bot.domain.policy import sure_enough
from bot.domain.proof import is_proof
from bot.domain.run import ActionStatus, Ask, Question, RunState, Source, Stage, StepState, StepStatus
from bot.domain.undoing import take_back
from bot.domain.workflow import Ask as AskNode
from bot.domain.workflow import LookUp, Node


def is_due(move: Move, step: str, kind: type[Node] | None = None) -> bool:
    """Whether a step still waits for the world; what comes too late, or answers something else, changes nothing."""
    state = move.run.steps.get(step)
    at_work = not move.run.ended and move.run.undoing is None
    due = state is not None and state.status is StepStatus.DUE and at_work
    return due and (kind is None or (not is_proof(step) and isinstance(move.terms.definition.step(step).node, kind)))


def take_record(move: Move, event: ReadBack) -> None:
    """A record that was looked up."""
    if is_due(move, event.step, LookUp):
        move.step(
            event.step,
            StepState(StepStatus.DONE, dict(event.value), Source.SYSTEM),
            EntryKind.STEP_DONE,
            fields=event.value,
            records=", ".join(event.records) or None,
        )


def take_answer(move: Move, event: Answered) -> None:
    """A model's answer: taken where it is sure enough, else handed to a person to fill in."""
    if not is_due(move, event.step, AskNode):
        return
    spent = sum(a.cost_micros or 0 for a in event.attempts)
    move.run = replace(move.run, spent_micros=move.run.spent_micros + spent)
    least = move.terms.brief.confidence.get(event.step)
    counts = event.confidence if event.worth is None else event.worth.counts
    sure = least is None or sure_enough(counts, least) or move.run.stage is Stage.SHADOW
    state = StepState(
        status=StepStatus.DONE,
        value=dict(event.value),
        source=event.source,
        confidence=counts,
        doubts=event.doubts,
        evidence=event.evidence,
        worth=event.worth,
    )
    last = _last(move, event.attempts)
    move.step(
        event.step,
        state if sure else replace(state, status=StepStatus.DUE),
        EntryKind.MODEL_ASKED,
        fields={**event.value, "_doubts": [*event.doubts], "_evidence": [*event.evidence], **_learned(event)},
        by=Actor(ActorKind.MODEL, last.model),
        attempt=len(event.attempts),
        confidence=counts,
        cost_micros=spent,
        notes=_notes(last),
    )
    if not sure:
        how = sureness(counts, event.worth)
        text = f"The model is not sure enough here (confidence {how}). Please check what it wrote."
        _hand_over(move, event.step, text, dict(event.value), _first_group(move))


def _learned(event: Answered) -> dict[str, Plain]:
    """What was known from earlier runs: what the confidence is worth, and what of them the model was shown."""
    found: dict[str, Plain] = {}
    if (worth := event.worth) is not None:
        named = {"reported": worth.reported, "learned": worth.learned, "cases": worth.cases, "taken": worth.taken}
        found["_worth"] = {**named}
    if event.recalled:
        found["_recalled"] = [*event.recalled]
    return found


def _last(move: Move, attempts: tuple[Attempt, ...]) -> Attempt:
    return attempts[-1] if attempts else Attempt(model=move.run.pins.model, prompt="", outcome="failed")


def _notes(attempt: Attempt) -> dict[str, str | int | None]:
    return {
        "model": attempt.model,
        "prompt": attempt.prompt,
        "dialect": attempt.dialect or None,
        "outcome": attempt.outcome,
        "input_tokens": attempt.input_tokens,
        "output_tokens": attempt.output_tokens,
        "latency_ms": attempt.latency_ms,
        "digest": attempt.output_hash or None,
    }


def take_doubt(move: Move, event: Doubted) -> None:
    """A model gave nothing usable: the brief says what happens first, and the owner hears of it."""
    if not is_due(move, event.step, AskNode):
        return
    spent = sum(a.cost_micros or 0 for a in event.attempts)
    move.run = replace(move.run, spent_micros=move.run.spent_micros + spent)
    if event.attempts:  # where the budget did not reach, nobody was asked
        last = event.attempts[-1]
        move.write(
            EntryKind.MODEL_ASKED,
            step=event.step,
            fields={"error": event.text},
            by=Actor(ActorKind.MODEL, last.model),
            attempt=len(event.attempts),
            cost_micros=spent,
            error=event.problem.value,
            notes=_notes(last),
        )
    recover(move, event.step, event.problem, event.text)


def recover(move: Move, step: str, problem: Problem, text: str) -> None:
    """Do what the brief says about a step that failed: a person fills it in, what was done is undone, or it parks.

    Only for the model does a person stand in. Ids come from records, and no record comes from a keyboard.
    """
    failure = move.terms.brief.failure
    recovery = failure.when_unavailable if problem is Problem.UNAVAILABLE else failure.when_wrong
    if problem is Problem.OVER_BUDGET:
        move.write(EntryKind.BUDGET_HIT, step=step, fields={"why": text})
    node = move.terms.definition.step(step).node
    if recovery.do == "ask a person" and isinstance(node, LookUp):
        text = f"{text} What a system has to say is never typed in. Resume to read it again, or cancel."
    elif recovery.do == "ask a person" and isinstance(node, AskNode) and _askable(move, problem):
        asked = f"{text} {recovery.group} is asked to fill in “{step}”."
        move.tell(whose(problem), f"Run {move.run.id} of {move.run.workflow}: {asked}", step=step)
        _hand_over(move, step, f"{text} Please fill this in.", None, _group(move, recovery))
        return
    done = any(action.status is ActionStatus.DONE for action in move.run.actions)
    if done and recovery.do in ("undo", "stop") and problem is not Problem.OVER_BUDGET:
        move.step(step, StepState(StepStatus.FAILED), EntryKind.STEP_FAILED, fields={"error": text}, by=ENGINE)
        page(move, problem, text)
        take_back(move, RunState.FAILED, text)
    elif recovery.do == "stop" and problem is not Problem.OVER_BUDGET:
        move.end_failed(step, text, to=whose(problem))
    else:
        move.fail(step, text, to=whose(problem))


def _askable(move: Move, problem: Problem) -> bool:
    return move.run.stage is not Stage.SHADOW and problem not in (Problem.FORBIDDEN, Problem.OVER_BUDGET)


def whose(problem: Problem) -> str:
    """Who hears of a failure: what is technical goes to the pager alone, all else to the owner."""
    return "pager" if problem is Problem.UNAVAILABLE else "owner"


def page(move: Move, problem: Problem, text: str) -> None:
    """What is technical reaches the pager also where its outcome is the owner's to hear, once all is taken back."""
    if (to := whose(problem)) != "owner":
        move.tell(to, f"Run {move.run.id} of {move.run.workflow} failed, and what it had done is taken back: {text}")


def _group(move: Move, recovery: Recovery) -> str:
    return recovery.group if recovery.group in move.terms.brief.reviewers else "owner"


def _first_group(move: Move) -> str:
    return _group(move, move.terms.brief.failure.when_wrong)


def _hand_over(move: Move, step: str, text: str, draft: Plain, group: str) -> None:
    ask(move, Question(step, Ask.FILL_IN, group, text, move.at, draft=draft))
