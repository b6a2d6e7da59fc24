"""How a run stands, for whoever just did something to it: what happened, what waits for whom, what to type next."""

import shlex

from bot.commands.shell.asked import Asked, in_names, with_names
from bot.commands.shell.screen import Screen, Style
from bot.commands.shell.session import Session
from bot.commands.shell.shape import Shape, record_of, run_shape
from bot.commands.shell.words import moment, short
from bot.domain.effect import Show, Tell
from bot.domain.run import Action, ActionStatus, Ask, GateStatus, Run, RunId, RunState
from bot.domain.terms import Terms

ELSEWHERE = "The running bot carries it out."

_STYLES: dict[RunState, Style] = {
    RunState.RUNNING: "",
    RunState.WAITING: "bold",
    RunState.PARKED: "warn",
    RunState.DONE: "good",
    RunState.STOPPED: "",
    RunState.FAILED: "bad",
    RunState.UNDONE: "",
}
_DEEDS: dict[ActionStatus, Style] = {
    ActionStatus.DONE: "good",
    ActionStatus.FAILED: "bad",
    ActionStatus.IN_DOUBT: "warn",
    ActionStatus.STUCK: "warn",
}


async def report(session: Session, id: RunId, *, carried: bool, wait: bool = False, json: bool = False) -> Run:
    """Say how a run stands now, and what can be done next."""
    await session.learn_names()
    run = await settled(session, id, carried=carried, wait=wait)
    if json:
        session.screen.json({**standing_shape(session, run), "carried_out": carried})
        return run
    if not carried and not wait:
        session.screen.say(ELSEWHERE, "faint")
    tell_notices(session, id)
    await tell_standing(session, run)
    return run


async def settled(session: Session, id: RunId, *, carried: bool, wait: bool) -> Run:
    """The run as it is; where another process is at it, after a while if that was asked for."""
    if wait and not carried:
        try:
            return await session.wait_for(id)
        except TimeoutError:
            session.screen.aside("The running bot has not finished this yet; it goes on with it.")
    return await session.bot.store.queries.run(id)


def standing_shape(session: Session, run: Run) -> Shape:
    return run_shape(run, session.terms_of(run), session.asked(run))


def tell_notices(session: Session, id: RunId) -> None:
    """What the bot told people meanwhile: without a chat, this is where it can be read."""
    for notice in session.listener.notices:
        if notice.run == id:
            session.screen.say(f"→ {session.called(notice.to)}: {in_names(notice.text, session.called)}", "faint")
    session.listener.notices.clear()


async def tell_standing(session: Session, run: Run) -> None:
    """State, what was carried out, and the next command to type."""
    screen = session.screen
    terms = session.terms_of(run)
    for action in run.actions:
        screen.say(deed(action, terms), _DEEDS.get(action.status, ""))
    screen.say(state_line(run), _STYLES[run.state])
    why_not, waits = session.why_not(run), session.asked(run)
    if why_not and why_not not in run.reason:
        screen.say(f"{why_not} It stands still until that is mended.", "warn")
    for one in waits:
        screen.say()
        screen.card(with_names(one.card, session.called))
        screen.say()
        tell_asked(screen, run, one)
    for one in session.rejectable(run):
        tell_asked(screen, run, one)
    for line in _ways_on(run, is_asked=bool(waits)):
        screen.say(line)
    if run.state in (RunState.WAITING, RunState.RUNNING) and not (waits or why_not or run.paused):
        await _tell_time(session, run)


def state_line(run: Run) -> str:
    paused = ", paused" if run.paused else ""
    why = f": {run.reason}" if run.reason else "."
    return f"Run {short(run.id)} of {run.workflow} is {run.state}{paused}{why}"


def deed(action: Action, terms: Terms | None) -> str:
    """One change, in a line."""
    record = record_of(action, terms)
    receipt = f", {action.receipt['id']}" if action.receipt and action.receipt.get("id") else ""
    error = f": {action.error}" if action.error else ""
    where = f" on {record}" if record else ""
    return f"{action.proposal.kind}{where}: {action.status}{receipt}{error}"


def tell_asked(screen: Screen, run: Run, one: Asked) -> None:
    """Who may decide, and the commands that do."""
    people = ", ".join(person.name for person in one.people) or f"nobody in {one.group} who may"
    late = one.gate is not None and one.gate.status is GateStatus.APPROVED
    screen.say(f"“{one.step}” can still be rejected, by: {people}." if late else f"Asked: {people}.")
    for command in commands_for(run, one):
        screen.say(f"  {command}")


def commands_for(run: Run, one: Asked) -> list[str]:
    """The likely next commands, ready to be typed. An approval names the fingerprint of what was shown."""
    decide = f"countersign decide {short(run.id)}"
    rejects = f'{decide} reject --reason "…"'
    if one.gate is not None and one.gate.status is GateStatus.APPROVED:
        return [f"{rejects} --step {one.step}"]
    if one.gate is not None:
        main = "done-by-me" if "done-by-me" in one.card.verbs else f"approve --digest {one.card.fingerprint}"
        return [f"{decide} {main}", f"{decide} edit FIELD=VALUE", rejects, f"{decide} --help"]
    match one.question.kind if one.question else None:
        case Ask.CONFIRM:
            return [f"{decide} approve", f"{decide} correct {_guess(one)} FIELD=VALUE"]
        case Ask.DONE_BY_ME:
            return [f"{decide} done-by-me --link URL --minutes N", rejects]
        case Ask.OBSERVE:
            return [f"countersign observe {short(run.id)} --minutes N --outcome TEXT"]
        case _:
            fields = " ".join(f"{shlex.quote(line.name)}=…" for line in one.card.fields)
            return [f"{decide} answer {fields}".rstrip()]


def _guess(one: Asked) -> str:
    """The step a stop rests on, which the question carries."""
    return str(one.question.draft) if one.question and isinstance(one.question.draft, str) else "STEP"


def _ways_on(run: Run, *, is_asked: bool) -> list[str]:
    """What can be done with a run that waits for its owner."""
    name = short(run.id)
    if run.paused:
        return [f"  countersign resume {name}"]
    if any(action.status is ActionStatus.IN_DOUBT for action in run.actions):
        return [f"  countersign decide {name} done", f"  countersign decide {name} not-done"]
    if run.state is RunState.PARKED and not is_asked:
        return [f"  countersign resume {name}", f"  countersign cancel {name}"]
    return []


async def _tell_time(session: Session, run: Run) -> None:
    pending = await session.bot.store.queries.pending(run.id)
    now = session.bot.parts.clock.now()
    times = [due for effect, due, _ in pending if due > now and not isinstance(effect, Show | Tell)]
    if times:
        session.screen.say(f"It goes on at {moment(min(times))}, where a bot is running then: countersign serve")
