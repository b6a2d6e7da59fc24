"""What is known of one run, gathered once: for people to read, and for scripts."""

from dataclasses import dataclass
from datetime import datetime

from bot.application.trouble import trouble_for
from bot.commands.shell.asked import Asked
from bot.commands.shell.session import Session
from bot.commands.shell.shape import Shape, attempt_shape, effect_shape, entry_shape, run_shape, step_shape
from bot.commands.shell.words import stamp
from bot.domain.brief.difference import diff_brief
from bot.domain.effect import Effect
from bot.domain.errors import BotError, NotAllowed
from bot.domain.person import PersonId
from bot.domain.run import Run, RunId, RunState
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble, is_in_trouble
from bot.domain.workflow import verb_of
from bot.ports.queries import AttemptLine, Recorded


@dataclass(frozen=True, slots=True)
class Account:
    """One run, with everything around it."""

    run: Run
    terms: Terms | None
    """None where it cannot be read any more what it goes by."""
    why_not: str
    """Why it stands still, where its workflow does not load."""
    changed: tuple[str, ...]
    """What is different in the brief as it is now, where the run is parked and would go on by that."""
    waiting: tuple[Asked, ...]
    entries: tuple[Recorded, ...]
    attempts: tuple[AttemptLine, ...]
    pending: tuple[tuple[Effect, datetime, int], ...]
    trouble: Trouble | None = None
    """What it needs, where it is parked or has failed, as whoever types is to be told."""


async def account_of(session: Session, id: RunId) -> Account:
    """Everything about a run; its history can be read even where its workflow is gone."""
    queries = session.bot.store.queries
    run = await queries.run(id)
    terms, why_not = _terms_of(session, run)
    return Account(
        run=run,
        terms=terms,
        why_not=why_not or session.why_not(run),
        changed=_changed(session, run, terms),
        waiting=session.asked(run),
        entries=await queries.entries(f"run:{id}"),
        attempts=await queries.attempts(id),
        pending=await queries.pending(id),
        trouble=await _trouble(session, run),
    )


async def _trouble(session: Session, run: Run) -> Trouble | None:
    try:
        who = session.typist().person.id
    except NotAllowed:
        who = PersonId("")  # whoever is nobody here may read what is needed, and from whom
    return await trouble_for(session.bot.parts, run, run.troubles, who) if is_in_trouble(run, run.troubles) else None


def _terms_of(session: Session, run: Run) -> tuple[Terms | None, str]:
    try:
        return session.bot.library.pinned(run), ""
    except BotError as error:
        return None, error.message


def _changed(session: Session, run: Run, terms: Terms | None) -> tuple[str, ...]:
    try:
        now = session.bot.library.current(run.workflow)
    except BotError:
        return ()
    if run.state is not RunState.PARKED or now.pins.brief == run.pins.brief:
        return ()
    return (diff_brief(terms.brief, now.brief) if terms is not None else ()) or ("what it says is the same",)


def account_shape(account: Account) -> Shape:
    """The JSON of `show`: how it stands, its versions, steps, calls to the model, record, and what is still to do."""
    run, terms = account.run, account.terms
    verbs = {step.name: verb_of(step.node) or "" for step in terms.definition.steps} if terms else {}
    prompts = {name: prompt.version for name, prompt in terms.prompts.items()} if terms else {}
    return {
        **run_shape(run, terms, account.waiting),
        "pins": {
            "workflow": run.pins.workflow,
            "brief": run.pins.brief,
            "prompts": {**run.pins.prompts},
            "model": run.pins.model,
            "policy": run.pins.policy,
        },
        "brief_now": [*account.changed],
        "steps": [
            step_shape(name, verbs.get(name, ""), state, prompts.get(name, "")) for name, state in run.steps.items()
        ],
        "attempts": [attempt_shape(one) for one in account.attempts],
        "timeline": [entry_shape(one) for one in account.entries],
        "pending": [effect_shape(effect, stamp(due), attempt) for effect, due, attempt in account.pending],
    }
