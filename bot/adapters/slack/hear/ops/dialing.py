"""The dial of a workflow: where it stands, what a step further would need, and its owner's change of it."""

from bot.adapters.slack.hear.ops.counting import MONTH
from bot.adapters.slack.hear.ops.said import Answer, Ops, Said
from bot.adapters.slack.hear.ops.verb import BY_NAME
from bot.adapters.slack.hear.ops.which import workflow_meant
from bot.application.begin_change import as_it_stands
from bot.application.change import Change, change
from bot.application.report import report
from bot.domain.brief.writing import change_brief
from bot.domain.dial import STAGES, dial_lines, is_further, missing_for, next_stage, settings
from bot.domain.errors import Unfit, Unknown
from bot.domain.person import Door
from bot.domain.reporting import share
from bot.domain.run import Stage
from bot.domain.terms import Terms
from bot.domain.text import hint, one_line
from bot.ports.version import VersionKind

ENOUGH = 20
"""Decisions of people; fewer say little about the next ones."""


async def dial(ops: Ops, said: Said) -> Answer:
    name = workflow_meant(ops, said, "dial")
    if said.more:
        return await _change(ops, said, name)
    terms = ops.parts.library.current(name)
    lines: Answer = [f"{name}:", *dial_lines(terms), *await _evidence(ops, name)]
    lines += _further(terms)
    return [*lines, f"Its owner {terms.brief.owner} changes it: /ops dial {name} STAGE and why"]


async def _evidence(ops: Ops, name: str) -> list[str]:
    """What the last thirty days have shown, and whether that is enough to go by."""
    shown = (await report(ops.parts, name, since=MONTH)).acceptance
    if shown is None:
        return ["In the last 30 days people decided nothing here, so nothing speaks for a step further."]
    thin = f" That is thin: wait for {ENOUGH} decisions before a step further." if shown.among < ENOUGH else ""
    return [f"In the last 30 days: {share(shown, 'proposals')} approved unchanged.{thin}"]


def _further(terms: Terms) -> list[str]:
    after = next_stage(terms.brief.stage)
    if after is None:
        return ["There is no stage further than this."]
    return [f"A step further is {after}: {STAGES[after]}.", *(f"- {one}" for one in missing_for(terms, after))]


async def _change(ops: Ops, said: Said, name: str) -> Answer:
    word, _, why = said.more.partition(" ")
    if word not in [*Stage]:
        mend = hint(word, [*Stage], f"There is: {', '.join(Stage)}.")
        raise Unknown(f"“{one_line(word, 40)}” is no stage. {mend}")
    if not why.strip():
        raise Unfit(f"Say why, for the record: {BY_NAME['dial'].for_example}")
    what = (VersionKind.BRIEF, name)
    stands = await as_it_stands(ops.parts, *what)
    before, text = stands.brief.stage, change_brief(stands.text, "stage", word)
    wish = Change(*what, text, said.by, Door.SLACK, why.strip(), stands.n or None, delivery=said.delivery)
    version = await change(ops.parts, wish)
    return [
        f"{name} is at stage {word} now, as version {version.n} of its brief: {STAGES[Stage(word)]}.",
        *(f"{one.intent} at “{one.step}”: {one.autonomy}" for one in settings(ops.parts.library.current(name))),
        *(await _evidence(ops, name) if is_further(Stage(word), before) else []),
        "Runs that have begun keep the stage they began with.",
    ]
