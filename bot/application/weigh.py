"""What the confidence of an answer is worth, by what people decided about answers like it."""

from bot.application.parts import Parts
from bot.domain.calibration import MOST_CASES, Calibration, Worth, calibrate
from bot.ports.judgements import Asked
from bot.ports.model import Answer, NoAnswer, Question


async def weigh(parts: Parts, question: Question, answer: Answer | NoAnswer) -> Worth | None:
    """What it is worth; None where that is not known. Of rules, which only rehearse a model, nothing is learned."""
    if isinstance(answer, NoAnswer) or answer.rehearsed or answer.confidence is None or not answer.attempts:
        return None
    asked = Asked(question.workflow, question.step, question.prompt, answer.attempts[-1].model)
    return (await _known(parts, asked)).worth(answer.confidence)


async def _known(parts: Parts, asked: Asked) -> Calibration:
    now = parts.clock.now()
    known = parts.maps.of(asked, now)
    if known is None:
        known = calibrate(await parts.store.queries.cases(asked, limit=MOST_CASES))
        parts.maps.keep(asked, known, now)
    return known
