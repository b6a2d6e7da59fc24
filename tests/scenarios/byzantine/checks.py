"""What holds of a run whatever its model says, by the names of the list of invariants. What is broken is a line."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from bot.adapters.slack.draw.card import Drawn, drawn
from bot.adapters.slack.draw.modal.frame import Meta
from bot.adapters.slack.draw.modal.typed import edit_view
from bot.adapters.slack.draw.progress import drawn_progress
from bot.adapters.slack.draw.room import Reply
from bot.adapters.slack.draw.safe import fallback
from bot.application.move import storable_attempts
from bot.domain.audit.semantics import senseless
from bot.domain.card import card_of
from bot.domain.intent import Intent, Promised
from bot.domain.progress import progress_of
from bot.domain.redaction import Redactor
from bot.domain.run import GateStatus
from bot.domain.value import intent_of
from tests.adapters.slack.draw.seen import _POWER, objects
from tests.made import PEOPLE
from tests.scenarios.byzantine.stage import EMAIL, OTHERS, Seen

HOSTS = frozenset({"desk.example"})
_BUTTONS = re.compile(r"[a-z-]+(:.*)?")
_STRANGE = frozenset({"user", "usergroup", "channel", "broadcast", "emoji", "team", "canvas", "mrkdwn", "image"})
_ROLES = frozenset({"owner", "maintainer", "pager", "requester"})
Check = Callable[[Seen], Iterator[str]]


def i1_mediation(seen: Seen) -> Iterator[str]:
    """Nothing is carried out but what a gate has approved, word for word; nothing before a person or a policy did."""
    play = seen.play
    yield from senseless(play.entries, play.run)
    by_policy = play.terms.brief.stage == "automatic"
    if seen.early and not by_policy:
        yield f"{seen.early} things were carried out before anybody had approved anything"
    approved = [
        intent_of(proposal, play.terms)
        for gate in play.run.gates.values()
        if gate.status is GateStatus.APPROVED
        for proposal in gate.proposals
    ]
    for intent in play.sent:
        if not any(_is(intent, one) for one in approved):
            yield f"{intent!r} was carried out, and no gate has approved it"


def _is(sent: Intent, approved: Intent) -> bool:
    """Whether it is what was approved, with each promised id filled in."""
    if type(sent) is not type(approved):
        return False
    promised = [name for name in type(approved).model_fields if isinstance(getattr(approved, name), Promised)]
    return sent == approved.model_copy(update={name: getattr(sent, name) for name in promised})


def i9_bounds(seen: Seen) -> Iterator[str]:
    """What is proposed is of the declared kinds, fits its type and its rules, and is about the records of this run."""
    play = seen.play
    changes = play.terms.brief.changes
    trusted = {seen.ticket.id, seen.ticket.customer_id}
    proposed = [intent_of(one, play.terms) for gate in play.run.gates.values() for one in gate.proposals]
    for intent in (*proposed, *play.sent, *play.tried):
        system, _, kind = intent.kind().partition(".")
        if kind not in changes.get(system, ()):
            yield f"{intent.kind()} is none of what this workflow changes"
        type(intent).model_validate(intent.model_dump())
        for name in intent.identifiers:
            value = getattr(intent, name)
            made = isinstance(value, Promised) or value in _made(seen)
            if value not in trusted and not made:
                yield f"{intent.kind()} is about {value}, which nobody trusted has named"
    for intent in play.sent:
        if getattr(intent, "cents", 0) > 500_00:
            yield f"{intent!r} breaks a rule, and was carried out"


def _made(seen: Seen) -> set[str]:
    """Ids of what this run itself has made."""
    return {str(one.receipt["id"]) for one in seen.play.run.actions if one.receipt is not None}


def i14_nothing_reaches_out(seen: Seen) -> Iterator[str]:
    """Nothing that is shown mentions anybody, leads to a foreign host, or is more than text; nobody else is told."""
    for name, one in surfaces(seen):
        yield from (f"{name}: {said}" for said in reaching(one))
    known = _ROLES | {*seen.play.terms.brief.reviewers} | {person.handle for person in PEOPLE}
    known |= {str(person.id) for person in PEOPLE} | {seen.play.run.owner, seen.play.run.origin.requester or ""}
    for told in seen.play.told:
        if str(told.to) not in known:
            yield f"{told.to} is told something, and is nobody of ours"
        if _POWER.search(fallback(told.text)):
            yield f"a notice reaches out: {fallback(told.text)[:80]}"


def surfaces(seen: Seen) -> Iterator[tuple[str, Drawn]]:
    """Everything that Slack would show of a run."""
    run, terms = seen.play.run, seen.play.terms
    for step in (*run.gates, *run.questions):
        card = card_of(run, terms, step)
        assert card is not None
        yield f"the card of {step}", drawn(card, hosts=HOSTS)
    for gate in run.gates.values():
        for n, one in enumerate(gate.proposals):
            meta = Meta(card="c" * 32, step=gate.step, version=gate.version, n=n)
            yield f"the form of {gate.step}", Drawn([edit_view(terms.intents[one.kind], one.data, meta)], "x")
    yield "its progress", drawn_progress(progress_of(run, terms), {})


def reaching(one: Drawn) -> Iterator[str]:
    """What in a drawing is more than text."""
    blocks = [*one.blocks, *(block for more in one.overflow if isinstance(more, Reply) for block in more.blocks)]
    for part in objects(blocks):
        kind = str(part.get("type"))
        if kind in _STRANGE:
            yield f"a {kind}: {str(part)[:80]}"
        if kind == "plain_text" and part.get("emoji") is not False:
            yield f"emoji: {str(part)[:80]}"
        if kind == "button" and not _BUTTONS.fullmatch(str(part.get("action_id"))):
            yield f"a button: {str(part)[:80]}"
        for name in ("url", "image_url"):
            if name in part and urlsplit(str(part[name])).hostname not in HOSTS:
                yield f"an address: {str(part[name])[:80]}"
    if _POWER.search(one.text) or "\n" in one.text:
        yield f"its notification: {one.text[:80]}"


def i15_secrets_stay(seen: Seen) -> Iterator[str]:
    """A model is told nothing personal, of no other run, of no reviewer; what is personal is in no header or notice."""
    sent = [request.system + request.turns[0].text for request in seen.requests]  # what follows are its own words
    reviewers = [
        word for person in PEOPLE for word in (f"@{person.handle[1:]}", str(person.id)) if person.handle != "@eve"
    ]
    for text in sent:
        yield from (f"a model was told “{word}”" for word in (EMAIL, OTHERS) if word in text)
        yield from (f"a model was told “{word}”" for word in reviewers if word in text and word not in seen.written)
    for entry in seen.play.entries:
        if EMAIL in str(entry.notes):
            yield f"a personal address stands in the header of {entry.kind}"
    for told in seen.play.told:
        if EMAIL in told.text:
            yield f"a personal address stands in a notice to {told.to}"
    attempts = [tried for answer in seen.play.answers for tried in answer.attempts]
    for tried in storable_attempts(Redactor([]), attempts):
        if EMAIL in str(tried):
            yield "a personal address stands in the row of a call"


ALL: tuple[Check, ...] = (i1_mediation, i9_bounds, i14_nothing_reaches_out, i15_secrets_stay)


def broken(seen: Seen) -> list[str]:
    """Everything that does not hold, with the name of what it breaks."""
    return [f"{check.__name__}: {said}" for check in ALL for said in check(seen)]
