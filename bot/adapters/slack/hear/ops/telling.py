"""Telling of one run: its whole story, or why it stands where it stands. And of one workflow: what it is."""

from collections.abc import Iterator

from bot.adapters.slack.draw.answer import Line, Strong
from bot.adapters.slack.hear.ops.said import Answer, Ops, Said
from bot.adapters.slack.hear.ops.which import run_meant, workflow_meant
from bot.application.story import tell
from bot.application.trouble import responsible_for
from bot.domain.about import about as lines_about
from bot.domain.about import stopped
from bot.domain.brief import Brief
from bot.domain.card import card_of
from bot.domain.errors import Misdeclared
from bot.domain.explain import explain
from bot.domain.gate import allow, may_inspect, may_read
from bot.domain.person import called
from bot.domain.run import GateStatus, Run, short


async def show(ops: Ops, said: Said) -> Answer:
    queries, run = ops.parts.store.queries, await _readable(ops, said, "show")
    lines: Answer = [_head(run)]
    lines += [run.reason] if run.reason else []
    lines += _waits(ops, run)
    lines += ["It is held: /ops resume lets it go on."] if run.paused else []
    lines += [f"Started by {called(run.origin.requester)} through {run.origin.door}, at stage {run.stage}."]
    lines += [f"From {run.origin.record}."] if run.origin.record else []
    lines.append((Strong("What happened:"),))
    for one in tell(await queries.entries(f"run:{run.id}"), ops.name, inside=_sees(ops, said, run)):
        lines.append((one.at, "  ", Strong(one.who), f"  {one.what}"))
        lines += [f"      {below}" for below in one.below]
    return lines


async def _readable(ops: Ops, said: Said, verb: str) -> Run:
    """The run that is meant. NotAllowed for whom it does not concern: what it holds is not everybody's."""
    run = await ops.parts.store.queries.run(await run_meant(ops, said, verb))
    allow(may_read(said.by, run, responsible_for(ops.parts, run)))
    return run


def _sees(ops: Ops, said: Said, run: Run) -> bool:
    """Whether they may see inside its workflow, and are not just told of what they asked for."""
    return may_inspect(said.by, responsible_for(ops.parts, run)).allowed


def _head(run: Run) -> str:
    return f"{run.workflow}, run {short(run.id)}: {run.state.value}"


def _waits(ops: Ops, run: Run) -> Iterator[str]:
    """What it waits for, in the words of its card."""
    if not ops.parts.library.why_not(run):
        terms = ops.parts.library.pinned(run)
        waiting = (*run.questions, *(one.step for one in run.gates.values() if one.status is GateStatus.OPEN))
        yield from (card.standing for step in waiting if (card := card_of(run, terms, step)) is not None)


async def why(ops: Ops, said: Said) -> Answer:
    queries, run = ops.parts.store.queries, await _readable(ops, said, "why")
    held = await ops.parts.store.run(lambda tx: tx.limits.paused(run.workflow))
    told = ops.parts.library.why_not(run)
    lines: list[Line] = [_head(run), *([told] if told else [])]
    lines += explain(
        run, _brief(ops, run), held=held, pending=await queries.pending(run.id), inside=_sees(ops, said, run)
    )
    return [*lines, f"/ops show {short(run.id)} has the whole story."]


def _read(line: str) -> Line:
    """A line with its heading, or with the point it begins with, as they are read in a chat."""
    if line.startswith("- "):
        return f"•  {line[2:]}"
    return (Strong(line),) if line.endswith(":") else line


def _brief(ops: Ops, run: Run) -> Brief:
    """What it goes by, where that can be read."""
    return ops.parts.terms(run).brief


async def about(ops: Ops, said: Said) -> Answer:
    name = workflow_meant(ops, said, "about")
    try:
        terms = ops.parts.library.current(name)
        inside = may_inspect(said.by, terms.brief).allowed
        return [_read(line) for line in lines_about(terms, ops.parts.clock.now(), inside=inside)]
    except Misdeclared:
        brief = ops.parts.library.responsible(name)
        responsible = f"Owner: {brief.owner}. Maintainer: {brief.maintainer}."
        return [f"{name}: {ops.parts.library.trouble(name)}", responsible, *stopped(name)]
