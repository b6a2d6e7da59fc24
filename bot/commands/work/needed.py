"""What a parked or failed run needs, for the terminal: what is known, what is needed and from whom, what to type."""

from collections.abc import Mapping

from bot.commands.shell.asked import in_names
from bot.commands.shell.session import Session
from bot.commands.shell.words import moment, plural, short
from bot.domain.run import Run
from bot.domain.text import one_line
from bot.domain.trouble import Remedy, Trouble, wants_id

_WIDE = 400
_COMMANDS: Mapping[Remedy, str] = {
    Remedy.GO_ON: "countersign resume {run}",
    Remedy.LOOK: "countersign decide {run} look-up",
    Remedy.HAPPENED: "countersign decide {run} done",
    Remedy.DID_NOT_HAPPEN: "countersign decide {run} not-done",
    Remedy.CANCEL: "countersign cancel {run}",
}


def tell_needed(session: Session, run: Run, trouble: Trouble) -> None:
    """Everything there is to it, with the commands that whoever types may use."""
    screen = session.screen
    screen.say()
    screen.say("What it needs", "bold")
    if trouble.past.tries:
        last = f", at last {moment(trouble.past.last_try)}" if trouble.past.last_try else ""
        screen.say(f"  Tried {plural(trouble.past.tries, 'time')} more{last}.", "faint")
    for line in trouble.known:
        screen.say(f"  {line.name}: {one_line(line.value, _WIDE)}")
    screen.say(f"  {in_names(trouble.needed, session.called)}", "warn")
    width = max((len(said) for _, said in trouble.remedies), default=0)
    for remedy, said in trouble.remedies:
        screen.say(f"  {said:<{width}}  {_command(remedy, run)}")


def _command(remedy: Remedy, run: Run) -> str:
    id = " --receipt ID" if remedy is Remedy.HAPPENED and wants_id(run) else ""
    return f"{_COMMANDS[remedy].format(run=short(run.id))}{id}"
