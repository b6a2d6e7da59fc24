"""What a workflow does, what people do, how it is overseen, limited and stopped: for whoever asks, in one reading."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.brief import Brief, Reviewers, Threshold
from bot.domain.cron_words import due_words
from bot.domain.dial import dial_lines
from bot.domain.gate import OWNER
from bot.domain.proof import lines_of
from bot.domain.quantity import write_duration, write_share
from bot.domain.reporting import many
from bot.domain.terms import Terms
from bot.domain.workflow import Act, AnyStep, Ask, Choose, Each, Inquire, LookUp, Review


def about(terms: Terms, now: datetime, *, inside: bool) -> Iterator[str]:
    """The lines, a heading before each part. Amounts are for those who may see inside: one that is known can be kept
    just below."""
    brief, steps = terms.brief, terms.definition.steps
    yield f"{terms.definition.name}: {brief.process}"
    yield f"From: {brief.inputs}"
    yield f"Comes out: {brief.output}"
    yield f"Started by {', '.join(brief.triggers.who)}, through {', '.join(brief.triggers.doors)}."
    if due := due_words(brief.triggers, now):
        yield f"Started by the clock {due}."
    yield f"Done only when {' and '.join(lines_of(brief.done_when))}."
    yield "The bot:"
    yield from (f"- {line}" for step in steps for line in _by_bot(step, terms, inside=inside))
    yield "People:"
    yield from (f"- {line}" for step in steps for line in _by_people(step, terms.brief))
    yield "- take over, stop or comment at any time"
    yield "Oversight:"
    yield from (f"- {line}" for line in _oversight(brief, inside=inside))
    yield "The dial:"
    yield from (f"- {line}" for line in dial_lines(terms))
    yield "Limits:"
    yield from (f"- {line}" for line in _limits(brief))
    yield f"Owner: {brief.owner}. Maintainer: {brief.maintainer}. Technical failures go to {brief.pager}."
    yield from stopped(terms.definition.name)


def stopped(name: str) -> Iterator[str]:
    """How it is stopped, by whom."""
    yield f"Stopped by its owner or maintainer: /ops pause {name} holds all of it, /ops resume {name} lets it go on."
    yield "One run: /ops pause RUN, /ops cancel RUN, or Reject on its card. What can be taken back: /ops undo RUN."


def _by_bot(step: AnyStep, terms: Terms, *, inside: bool) -> Iterator[str]:
    match step.node:
        case LookUp() as node:
            yield f"reads {node.lookup.kind} ({step.name})"
        case Ask() as node:
            least = terms.brief.confidence.get(step.name) if inside else None
            sure = f", taken from {write_share(least)} confidence on" if least is not None else ""
            yield f"asks the model for {step.name}{sure}"
        case Act():
            yield f"carries out what was approved ({step.name})"
        case Each() as node:
            yield f"starts {node.start}, at most {node.cap} runs ({step.name})"
        case _:
            return


def _by_people(step: AnyStep, brief: Brief) -> Iterator[str]:
    match step.node:
        case Review(by=Choose() as by):
            groups = dict.fromkeys((*by.table.values(), by.otherwise))
            yield f"decide at “{step.name}”: {' or '.join(groups)}, by {by.choice.name}"
        case Review(by=str() as by):
            yield f"decide at “{step.name}”: {by}"
        case Inquire() as node:
            outside = ", outside, by mail" if node.of in brief.outsiders else ""
            yield f"answer “{step.name}”: {node.of}{outside}"
        case _:
            return


def _oversight(brief: Brief, *, inside: bool) -> Iterator[str]:
    yield from (_group(name, group) for name, group in brief.reviewers.items())
    yield from (_threshold(one, inside=inside) for one in brief.thresholds)
    yield f"what is wrong or unclear goes to the owner {brief.owner}"


def _group(name: str, group: Reviewers) -> str:
    people = ", ".join(group.members) or f"group {group.usergroup}"
    parts = [f"{group.needed} must approve, {group.deny} can reject"]
    if group.remind_after:
        parts.append(f"reminded after {write_duration(group.remind_after)}")
    if group.escalate_after:
        to = group.escalate_to or OWNER
        parts.append(f"{to} brought in after {write_duration(group.escalate_after)}")
    parts.append(f"runs out after {write_duration(group.expires_after)}, which never approves")
    return f"{name} in {group.channel} ({people}): {'; '.join(parts)}"


def _threshold(one: Threshold, *, inside: bool) -> str:
    if not inside:
        return f"{one.intent} by its {one.field}: {one.reviewers} may decide"
    bounds = [f"{side} {value}" for side, value in (("above", one.above), ("below", one.below)) if value is not None]
    more = f", {one.needed} of them" if one.needed else ""
    return f"{one.intent} with a {one.field} {' or '.join(bounds)}: {one.reviewers} decides{more}"


def _limits(brief: Brief) -> Iterator[str]:
    limits = brief.limits
    yield f"at most {many(limits.actions_per_run, 'action')} a run, {limits.actions_per_day} a day"
    yield f"at most {many(limits.actions_per_target_per_day, 'action')} a day on one record"
    yield f"at most {many(limits.runs_per_user_per_hour, 'run')} an hour for one person"
    for cap, of in ((limits.cost_per_run, "run"), (limits.cost_per_day, "day")):
        if cap is not None:
            yield f"the model costs at most {cap} a {of}"
