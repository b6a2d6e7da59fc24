"""One run, told: how it stands, what each step gave and why, who decided, what it cost, what comes next."""

import argparse

from bot.adapters.terminal.cells import cells, padded
from bot.application.story import tell
from bot.commands.shell.screen import Screen, Style
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.shape import plain_fields
from bot.commands.shell.standing import deed, state_line, tell_asked
from bot.commands.shell.words import clock, moment, money, per_cent
from bot.commands.work.account import Account, account_of, account_shape
from bot.commands.work.needed import tell_needed
from bot.commands.work.picture import write_picture
from bot.domain.drawing import svg
from bot.domain.effect import Effect, Wake
from bot.domain.errors import Unknown
from bot.domain.explain import to_do
from bot.domain.plain import Plain
from bot.domain.run import Source, StepState, StepStatus
from bot.domain.terms import Terms
from bot.domain.text import one_line
from bot.domain.workflow import AnyStep, Ask, named_inputs, verb_of

_WIDE = 400
_COLUMN = 11


def show_run(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _show(session, arguments))


async def _show(session: Session, arguments: argparse.Namespace) -> int:
    await session.learn_names()
    account = await account_of(session, await session.find(arguments.run))
    if arguments.svg:
        if account.terms is None:
            raise Unknown(f"The path cannot be drawn: {account.why_not}")
        where = write_picture(svg(account.terms.definition, account.terms.brief, account.run), arguments.svg)
        session.screen.aside(where) if where else None
        return 0
    if arguments.json:
        session.screen.json(account_shape(account))
    elif arguments.record:
        tell_record(session.screen, account)
    else:
        tell_run(session, account)
    return 0


def tell_run(session: Session, account: Account) -> None:
    """Everything a person wants to know of a run, the most important first."""
    _tell_head(session, account)
    if account.trouble is not None:
        tell_needed(session, account.run, account.trouble)
    if account.terms is not None:
        _tell_waiting(session, account)
        for one in session.rejectable(account.run):
            session.screen.say()
            tell_asked(session.screen, account.run, one)
        _tell_steps(session.screen, account, account.terms)
    _tell_actions(session, account)
    _tell_attempts(session.screen, account)
    tell_timeline(session, account)
    _tell_pending(session.screen, account)


def _title(screen: Screen, text: str) -> None:
    screen.say()
    screen.say(text, "bold")


def _tell_head(session: Session, account: Account) -> None:
    screen, run = session.screen, account.run
    screen.say(state_line(run), "bold")
    ended = f", ended {moment(run.ended_at)}" if run.ended_at else ""
    lines = {
        "run": run.id,
        "started by": f"{session.called(run.origin.requester)}, {run.origin.door}, {moment(run.started_at)}{ended}",
        "from": run.origin.record,
        "stage": run.stage.value,
        "owner": session.called(run.owner),
        "model": run.pins.model,
        "cost": money(run.spent_micros),
        "versions": f"workflow {run.pins.workflow[:8]}, brief {run.pins.brief[:8]}",
        "no more": account.why_not,
    }
    for name, text in lines.items():
        if text:
            screen.say(f"  {name:<{_COLUMN}} {text}", "warn" if name == "no more" else "")
    if account.changed:
        screen.say(f"  {'brief now':<{_COLUMN}} Resume goes on by the brief as it is now, which has changed:", "warn")
        for line in account.changed:
            screen.say(f"  {'':<{_COLUMN}} {line}")


def _tell_waiting(session: Session, account: Account) -> None:
    for one in account.waiting:
        _title(session.screen, f"Waits at “{one.step}” for {one.group}: {one.card.title}")
        tell_asked(session.screen, account.run, one)


# --- what it was thinking ------------------------------------------------------------------------------------------


def _tell_steps(screen: Screen, account: Account, terms: Terms) -> None:
    _title(screen, "Steps")
    for step in terms.definition.steps:
        state = account.run.steps.get(step.name)
        if state is not None:
            _tell_step(screen, step, state, terms)


def _tell_step(screen: Screen, step: AnyStep, state: StepState, terms: Terms) -> None:
    standing = "" if state.status is StepStatus.DONE else f", {state.status}"
    screen.say(f"{step.name} ({verb_of(step.node)}{standing})", _style(state))
    thoughts, values = _thoughts(step, state, terms), _value_lines(state.value)
    width = max(_COLUMN, *map(cells, [*thoughts, *values, ""]))
    for name, text in thoughts.items():
        screen.say(f"    {name:<{width}} {text}", "faint")
    for doubt in state.doubts:
        screen.say(f"    {'doubt':<{width}} {one_line(doubt, _WIDE)}", "warn")
    for quote in state.evidence:
        screen.say(f"    {'rests on':<{width}} “{one_line(quote, _WIDE)}”", "faint")
    for name, text in values.items():
        screen.say(f"    {padded(name, width)} {text}")


def _style(state: StepState) -> Style:
    return "bad" if state.status is StepStatus.FAILED else "faint" if state.status is StepStatus.SKIPPED else ""


def _thoughts(step: AnyStep, state: StepState, terms: Terms) -> dict[str, str]:
    """Of a step that a model gave: what it saw, what it was told, how sure it was."""
    if not isinstance(step.node, Ask) or step.name not in terms.prompts:
        return {}
    prompt = terms.prompts[step.name]
    seen = [one.name for one in named_inputs(step) if one.name in prompt.inputs]
    by = {Source.PERSON: "a person", Source.REHEARSAL: "the rehearsal model: rules, no AI"}
    return {
        "saw": ", ".join(seen),
        "prompt": prompt.version,
        "given by": by.get(state.source, state.source.value),
        "sure": per_cent(state.confidence),
    }


def _value_lines(value: Plain) -> dict[str, str]:
    fields = plain_fields(value)
    if not fields:
        return {"value": one_line(str(value), _WIDE)} if value not in (None, {}, []) else {}
    return {name: one_line(_shown(part), _WIDE) for name, part in fields.items() if part not in (None, "", [], {})}


def _shown(value: Plain) -> str:
    if isinstance(value, list):
        return "; ".join(_shown(one) for one in value)
    return "–" if value in (None, "") else str(value)


# --- what it did, what it cost, what comes next --------------------------------------------------------------------


def _tell_actions(session: Session, account: Account) -> None:
    if account.run.actions:
        _title(session.screen, "Carried out")
        for action in account.run.actions:
            session.screen.say(f"  {deed(action, account.terms)}")


def _tell_attempts(screen: Screen, account: Account) -> None:
    if not account.attempts:
        return
    _title(screen, "Calls to the model")
    heads = ("step", "model", "prompt", "outcome", "tokens in", "out", "cost", "took", "error")
    rows = [
        (
            line.step,
            line.attempt.model,
            line.attempt.prompt,
            line.attempt.outcome,
            _number(line.attempt.input_tokens),
            _number(line.attempt.output_tokens),
            "not known" if line.attempt.cost_micros is None else money(line.attempt.cost_micros),
            f"{_number(line.attempt.latency_ms)} ms",
            line.attempt.error,
        )
        for line in account.attempts
    ]
    screen.table(heads, rows)


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def tell_timeline(session: Session, account: Account) -> None:
    """The record as a story."""
    _title(session.screen, "What happened (UTC)")
    lines = [*tell(account.entries, session.called)]
    width = max((cells(one.who) for one in lines), default=0)
    for one in lines:
        at = clock(one.at)
        session.screen.say(f"  {at}  {padded(one.who, width)}  {one.what}", one.style)
        for below in one.below:
            session.screen.say(f"  {'':<{len(at)}}  {'':<{width}}    {below}", "faint")


def _tell_pending(screen: Screen, account: Account) -> None:
    if not account.pending or account.run.ended:
        return
    _title(screen, "Comes next")
    for effect, due, attempt in account.pending:
        tries = f" (try {attempt})" if attempt > 1 else ""
        screen.say(f"  {moment(due)}  {_to_do(effect)}{tries}")


def _to_do(effect: Effect) -> str:
    where = f" “{effect.step}”" if effect.step else ""
    return f"remind, escalate or let it run out{where}" if isinstance(effect, Wake) else to_do(effect)


def tell_record(screen: Screen, account: Account) -> None:
    """Every entry with all its columns and fields, as it stands in the record."""
    for entry in account.entries:
        step = f" {entry.step}" if entry.step else ""
        screen.say(f"{entry.seq:>4}  {clock(entry.at)}  {entry.kind}{step}  by {entry.actor}", "bold")
        notes = "  ".join(f"{name}={value}" for name, value in entry.notes.items())
        screen.say(f"      {notes}", "faint")
        for field in entry.fields:
            value = "(erased)" if field.erased else one_line(_shown(field.value), _WIDE)
            screen.say(f"      {field.name}: {value}")
