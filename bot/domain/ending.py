"""How it went, for whoever asked for it: what happened, what stands, and what they can do next."""

from collections.abc import Iterable

from bot.domain.person import Door
from bot.domain.run import ActionStatus, GateStatus, Run, Vote
from bot.domain.terms import Terms
from bot.domain.text import one_line, visible
from bot.domain.value import intended, said_of, title_of

_STANDS = frozenset({ActionStatus.DONE, ActionStatus.STUCK})
_NEVER_LEFT = frozenset({ActionStatus.PLANNED, ActionStatus.FAILED, ActionStatus.UNDONE})
_START = {Door.SLACK: "/ops start", Door.TERMINAL: "countersign start"}
_LONGEST = 1_000
"""Of somebody's own words; the whole stands on the card."""


def subject(run: Run, terms: Terms) -> str:
    """What a run is about, on one line: its workflow, and the record as far as its trigger says so."""
    name = terms.definition.trigger.name if terms.definition.steps else ""
    value = run.value(name)
    id = value.get("id") if isinstance(value, dict) else None
    shown = isinstance(id, (str, int)) and not terms.fields.is_personal(f"{name}.id", id)
    return f"{run.workflow.replace('_', ' ').capitalize()}{f', {visible(str(id))}' if shown else ''}"


# --- what was done ---------------------------------------------------------------------------------------------------


def done(run: Run, terms: Terms) -> str:
    """What was done, with what the systems brought back, who approved it, and which approval that was."""
    told = list[str]()
    for action in (one for one in run.actions if one.status is ActionStatus.DONE):
        receipt, intent = action.receipt or {}, intended(run, action, terms)
        record = terms.fields.record(intent, action.proposal.step)
        brought = receipt.get("link") or receipt.get("id")  # who can follow a link has no use for an id
        told.append(f"{said_of(type(intent))} → {record}{f' ({brought})' if brought else ''}.")
    gates = [gate for gate in run.gates.values() if gate.status is GateStatus.APPROVED]
    people = dict.fromkeys(vote.person for gate in gates for vote in gate.approvals)
    told.append(f"Approved by {', '.join(people) or 'the policy of the brief'}.")
    told.append(f"Fingerprint {', '.join(gate.digest[:8] for gate in gates)}.")
    return " ".join(["Done.", *told])


def nothing_done(run: Run, terms: Terms) -> str:
    return f"{_yours(run, terms)} is finished; nothing was changed."


def done_by(run: Run, terms: Terms, who: str, link: str) -> str:
    """Somebody has done by hand what was proposed."""
    where = f" See {visible(link)}" if link else ""
    return f"{who} has done what {_yours(run, terms, first=False)} asks for.{where}"


def taken_over(run: Run, terms: Terms, who: str, words: str) -> str:
    said = f"{who} has taken over {_yours(run, terms, first=False)}, and sees to it by hand."
    return _joined(said, _quoted(words), "You need not do anything.")


# --- what was not done -----------------------------------------------------------------------------------------------


def rejected(run: Run, terms: Terms, denials: Iterable[Vote]) -> str:
    """Each who rejected it, with their reason and words."""
    votes = [*denials]
    people = " and ".join(dict.fromkeys(vote.person for vote in votes))
    whys = (_joined(f"The reason: {vote.reason}.", _quoted(vote.text)) for vote in votes)
    again = _again(run, "Once that is put right, start it again:")
    return _joined(f"{_yours(run, terms)} was rejected by {people}.", *whys, _left(run, terms), again)


def ran_out(run: Run, terms: Terms) -> str:
    said = f"Nobody decided on {_yours(run, terms, first=False)} in time."
    return _joined(said, _left(run, terms), _again(run, "To ask once more, start it again:"))


def cancelled(run: Run, terms: Terms, who: str, words: str) -> str:
    return _joined(f"{_yours(run, terms)} was cancelled by {who}.", _quoted(words), _left(run, terms), _needed(run))


def stopped(run: Run, terms: Terms, why: str) -> str:
    """It came to its end before anything was proposed, by a rule of the workflow."""
    wrong = f"If you think that is wrong, ask {terms.brief.owner}."
    return _joined(f"{_yours(run, terms)} was closed. {_sentence(why)}", _left(run, terms), wrong)


def undone(run: Run, terms: Terms, why: str) -> str:
    said = f"What was done for {_yours(run, terms, first=False)} does not stand any more. {_sentence(why)}"
    return _joined(said, _needed(run))


def failed(run: Run, terms: Terms, why: str) -> str:
    left, back = _left(run, terms), any(action.status is ActionStatus.UNDONE for action in run.actions)
    came = "What had been done was taken back." if back and left == _NOTHING else left
    told = "Whoever looks after it has been told."
    again = _again(run, "Once it is mended, start it again:")
    return _joined(f"{_yours(run, terms)} could not be completed. {_sentence(why)}", came, told, again)


def held_up(run: Run, terms: Terms, why: str) -> str:
    """It waits for whoever looks after it; what they are to do is theirs to read."""
    said = f"{_yours(run, terms)} is held up. {_sentence(why.partition('. ')[0])}"
    return f"{said} Whoever looks after it has been told, and sees to it; you need not do anything."


# --- how it is said --------------------------------------------------------------------------------------------------

_NOTHING = "Nothing was carried out."


def _yours(run: Run, terms: Terms, *, first: bool = True) -> str:
    return f"{'Your' if first else 'your'} request “{subject(run, terms)}”"


def _left(run: Run, terms: Terms) -> str:
    """What still stands of it; silent where something is on its way, for nobody knows yet."""
    stands = [title_of(action.proposal, terms) for action in run.actions if action.status in _STANDS]
    if stands:
        return f"What had been carried out before still stands: {'; '.join(stands)}."
    return _NOTHING if all(action.status in _NEVER_LEFT for action in run.actions) else ""


def _needed(run: Run) -> str:
    return _again(run, "If it is still needed, start it again:")


def _again(run: Run, lead: str) -> str:
    """How to ask for it once more, by the door it came in through; nothing where that is not theirs to use."""
    command = _START.get(run.origin.door)
    return f"{lead} {command} {run.workflow}" if command else ""


def _quoted(words: str) -> str:
    return f"“{one_line(words, _LONGEST)}”" if words.strip() else ""


def _sentence(text: str) -> str:
    said = visible(text).strip()
    return said if said.endswith((".", "?", "!", "”")) else f"{said}."


def _joined(*sentences: str) -> str:
    return " ".join(one for one in sentences if one)
