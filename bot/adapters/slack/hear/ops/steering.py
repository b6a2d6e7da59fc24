"""Steering what is under way: hold it, let it go on, end it, take it back, say something on its card."""

from bot.adapters.slack.hear.ops.said import Answer, Ops, Said
from bot.adapters.slack.hear.ops.verb import BY_NAME
from bot.adapters.slack.hear.ops.which import run_meant
from bot.application.decide import Wish, decide
from bot.application.steer import Move, Order, steer
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.errors import Unfit
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import short


async def comment(ops: Ops, said: Said) -> Answer:
    run = await run_meant(ops, said, "comment")
    if not said.more:
        raise Unfit(f"Say what you want to say: {BY_NAME['comment'].usage}")
    wish = Wish(run, Verdict.COMMENT, said.by, Door.SLACK, text=said.more, delivery=said.delivery)
    await decide(ops.parts, wish)
    return [f"Your comment stands on the card of run {short(run)}."]


async def pause(ops: Ops, said: Said) -> Answer:
    return await _hold(ops, said, pause=True)


async def resume(ops: Ops, said: Said) -> Answer:
    return await _hold(ops, said, pause=False)


async def _hold(ops: Ops, said: Said, *, pause: bool) -> Answer:
    verb = "pause" if pause else "resume"
    what = said.need("all, a workflow or a run", f"{BY_NAME[verb].for_example}\n/ops runs lists what is under way.")
    if what != "all" and what not in ops.parts.library.every():
        return await _steer(ops, said, Move.PAUSE if pause else Move.RESUME)
    scope = EVERYTHING if what == "all" else what
    switched = await switch(ops.parts, Flip(scope, pause, said.by, Door.SLACK, said.more, delivery=said.delivery))
    named = "Everything" if what == "all" else what
    if pause:
        return [f"{named} is held. Nothing leaves until /ops resume {what}."]
    if switched.still:
        return [f"{named} is no longer held itself, but everything is: {switched.still} /ops resume all lets it go on."]
    return [f"{named} goes on."]


async def cancel(ops: Ops, said: Said) -> Answer:
    return await _steer(ops, said, Move.CANCEL)


async def undo(ops: Ops, said: Said) -> Answer:
    return await _steer(ops, said, Move.UNDO)


async def incident(ops: Ops, said: Said) -> Answer:
    run_id = await run_meant(ops, said, "incident")
    if not said.more:
        raise Unfit(f"Say what went wrong: {BY_NAME['incident'].for_example}")
    order = Order(run_id, Move.INCIDENT, said.by, Door.SLACK, said.more, delivery=said.delivery)
    run = await steer(ops.parts, order)
    brief = ops.parts.library.responsible(run.workflow)
    return [
        f"The incident on run {short(run.id)} of {run.workflow} stands in the record. "
        f"The owner {brief.owner} and the maintainer {brief.maintainer} hear of it now.",
        f"Nothing is stopped by that. To hold it: /ops pause {short(run.id)}, or all of it: /ops pause {run.workflow}",
    ]


async def _steer(ops: Ops, said: Said, move: Move) -> Answer:
    run_id = await run_meant(ops, said, move.value)
    order = Order(run_id, move, said.by, Door.SLACK, said.more, delivery=said.delivery)
    run = await steer(ops.parts, order)
    held = ", held" if run.paused else ""
    return [f"Run {short(run.id)} of {run.workflow}: {run.state.value}{held}."]
