"""What must hold after every play, whoever did what: over the database, the workspace, the back office and the log.

The names are those of the list of invariants. Each says in its sentence what it holds; what it finds is a line each.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

from bot.adapters.slack.intake.envelope import Kind, Strange, enveloped
from bot.domain.run import GateStatus, Run
from bot.workspace.log import Line, Way
from bot.workspace.payload import Json, as_object
from tests.scenarios.slack.world import Entry, World

Invariant = Callable[[World], Iterator[str]]
_BUTTONS = re.compile(r"decide:([0-9a-f]{32}):([0-9]+)")
FINGERPRINT = re.compile(r"Fingerprint ([0-9a-f]+), version ([0-9]+)")
_DECISIVE = frozenset({"approved", "rejected", "expired"})
_OF_PEOPLE = ("gate.decided", "gate.escalated", "gate.reassigned", "gate.remarked", "step.corrected")
_REACH_OUT = frozenset({"mrkdwn", "markdown", "broadcast", "usergroup", "link", "image"})
_KEPT_KINDS = frozenset({Kind.COMMAND, Kind.CLICK, Kind.SUBMITTED, Kind.CLOSED})


def i5_authority(world: World) -> Iterator[str]:
    """Whoever decided anything was one of us then; whoever approved was asked, and neither wanted nor wrote it."""
    for run in world.runs:
        authors: dict[str, set[str]] = {}
        for one in world.entries_of(run.id, *_OF_PEOPLE):
            by = str(one.notes.get("reviewer") or "")
            if one.kind == "step.corrected":
                authors.setdefault("approved", set()).add(by)
            if "/" in by and not world.is_one_of_us(by):
                yield f"{by} is none of us, and stands in {one.kind} of {run.id}"
            elif one.notes.get("outcome") == "edit":
                authors.setdefault(str(one.step), set()).add(by)
            elif one.notes.get("outcome") == "redraft":
                authors.pop(str(one.step), None)
            elif one.notes.get("outcome") == "approve":
                yield from _approved(world, run, by, authors.get(str(one.step), set()))


def _approved(world: World, run: Run, by: str, authors: set[str]) -> Iterator[str]:
    if by not in world.deciders:
        yield f"{by} approved {run.id}, and is not among those who may"
    if by == run.origin.requester:
        yield f"{by} approved {run.id}, and asked for it"
    if by in authors:
        yield f"{by} approved {run.id}, and wrote it"


def i7_decided_once(world: World) -> Iterator[str]:
    """A version is decided once, but for a denial before anything has begun; after that nothing is added to it."""
    for run in world.runs:
        ends: dict[tuple[object, object], list[str]] = {}
        begun = False
        for one in world.entries_of(run.id, "gate.decided", "gate.expired", "action.intended"):
            begun = begun or one.kind == "action.intended"
            standing = str(one.notes.get("standing"))
            if one.kind == "action.intended" or standing not in _DECISIVE:
                continue
            said = ends.setdefault((one.step, one.notes.get("version")), [])
            if said and (standing != "rejected" or begun or said != ["approved"]):
                yield f"{run.id}: version {one.notes.get('version')} was {said[-1]}, and then {standing}"
            said.append(standing)


def i8_what_is_seen_is_what_runs(world: World) -> Iterator[str]:
    """What was put to people, what was approved, what the card shows and what was carried out have one digest."""
    for run in world.runs:
        approved: dict[object, object] = {}
        for one in world.entries_of(run.id, "gate.decided", "action.intended"):
            if one.kind == "gate.decided" and one.notes.get("standing") == "approved":
                approved[one.notes.get("gate")] = one.notes.get("digest")
            elif one.kind == "action.intended" and one.notes.get("digest") not in approved.values():
                yield f"{run.id}: what was carried out is not what was approved"
        for gate in run.gates.values():
            for message in _showing(world, gate.id):
                seen = FINGERPRINT.search(str(message["blocks"]))
                if seen is None or not gate.digest.startswith(seen[1]) or int(seen[2]) != gate.version:
                    yield f"{run.id}: its card shows {seen and seen[0]}, and its gate is {gate.digest[:8]}"


def i10_nobody_is_let_in_unseen(world: World) -> Iterator[str]:
    """Whoever is sent away at the door gets 401 or 400, and stands in the log once, without a word of theirs."""
    away = [line for line in world.lines if line.way is Way.DELIVERY and _status(line) in ("401", "400")]
    noted = [one for one in world.heard if getattr(one, "action", "") == "slack.refused"]
    over_http = [line for line in away if line.transport == "http"]
    if over_http and len(noted) != len(over_http):
        yield f"{len(over_http)} were sent away, and {len(noted)} stand in the log"
    said = {word for line in world.lines if line.way is Way.DELIVERY for word in words(line.request)}
    for record in noted:
        yield from (f"the log quotes “{word}”" for word in said if word in record.getMessage())
    for line in world.lines:
        if line.way is Way.DELIVERY and _status(line).startswith("5"):
            yield f"{line.name} was answered with {_status(line)}"


def i11_once_each(world: World) -> Iterator[str]:
    """What was delivered, however often, was done once: one effect for a key, one vote of a person on a version."""
    for key, count in Counter(call.key for call in world.effects).items():
        if count > 1:
            yield f"{count} effects have the key {key[:8]}"
    votes = Counter(_vote(one) for one in world.entries if one.kind == "gate.decided" and _is_vote(one))
    yield from (f"{vote} was taken {count} times" for vote, count in votes.items() if count > 1)
    requests = Counter((run.workflow, run.origin.key) for run in world.runs)
    yield from (f"{key} started {count} runs" for key, count in requests.items() if count > 1)


def i12_nothing_is_lost(world: World) -> Iterator[str]:
    """What was acknowledged and not given back is in the inbox, and once all is quiet it is through.

    Over a socket, who is sent away is acknowledged as well, or Slack would bring it again; the log says so.
    """
    away = sum(getattr(one, "action", "") == "slack.refused" for one in world.heard)
    for line in world.lines:
        if line.way is Way.DELIVERY and line.status == "ok" and not _given_back(line):
            identity = _identity(line.request)
            if not identity or identity in world.inbox:
                continue
            away -= line.transport == "socket"
            if line.transport != "socket" or away < 0:
                yield f"{line.name} was acknowledged, and is not kept"
    yield from (f"{id} is kept, and nobody saw to it" for id, through in world.inbox.items() if not through)


def i13_cards_are_a_view(world: World) -> Iterator[str]:
    """Each gate has one card of its version that can be used, and one with each who was brought in."""
    for run in world.runs:
        for gate in run.gates.values():
            usable = [found for found in _usable(world) if found[0] == gate.id]
            waits = gate.status is GateStatus.OPEN and not run.ended
            if any(version != gate.version for _, version, _ in usable):
                yield f"{run.id}: a card of an old version can still be used"
            places = [
                one for one in world.cards if (one.run, one.step, one.gone) == (run.id, gate.step, False) and one.ts
            ]
            if len(usable) > max(len(places), 1) or (waits and not usable):
                yield f"{run.id}: its gate is {gate.status}, and {len(usable)} cards of it can be used"
            if not waits and any("approve" in verbs for _, _, verbs in usable):
                yield f"{run.id}: its gate is {gate.status}, and a card offers to approve it"
    for card in world.cards:
        if card.ts and not card.gone and not _stands(world, card.channel, card.ts):
            yield f"{card.run}: its card is believed where nothing stands"


def i14_nothing_written_reaches_out(world: World) -> Iterator[str]:
    """No text makes a mention, a link, formatting or a preview; who is mentioned is somebody of the workspace."""
    users = {one.rpartition("/")[2] for one in world.people}
    for shown in (*world.messages, *world.views):
        if re.search(r"<[@!#h]", str(shown.get("text", ""))):
            yield f"a text for notifications reaches out: {str(shown.get('text'))[:80]}"
        for element in _objects(shown):
            if element.get("type") in _REACH_OUT and not _leads_to_us(world, element):
                yield f"something shown has a {element['type']}: {str(element)[:80]}"
            if element.get("type") == "user" and element.get("user_id") not in users:
                yield f"somebody is mentioned whom nobody knows: {element.get('user_id')}"
    for asked in _posted(world):
        if asked.get("unfurl_links") is not False or asked.get("unfurl_media") is not False:
            yield f"a message lets Slack unfurl links: {str(asked.get('text'))[:60]}"


def i15_secrets_stay(world: World) -> Iterator[str]:
    """Tokens and registered secrets stand nowhere; what is personal stands in no log and in no part that stays."""
    logged = "\n".join(f"{one.getMessage()} {one.exc_text or ''}" for one in world.heard)
    posted = f"{world.messages} {world.views}"
    for key in world.keys:
        places = {"the disk": world.stored.decode("latin-1"), "the log": logged, "what was posted": posted}
        yield from (f"a secret stands in {place}" for place, text in places.items() if key in text)
    if world.address in logged:
        yield "a personal address stands in the log"
    if any(world.address in str(one.notes) for one in world.entries):
        yield "a personal address stands in a header of the record, which stays"


ALL: tuple[Invariant, ...] = (
    i5_authority,
    i7_decided_once,
    i8_what_is_seen_is_what_runs,
    i10_nobody_is_let_in_unseen,
    i11_once_each,
    i12_nothing_is_lost,
    i13_cards_are_a_view,
    i14_nothing_written_reaches_out,
    i15_secrets_stay,
)


def broken(world: World) -> list[str]:
    """Everything that does not hold, with the name of what it breaks."""
    return [f"{holds.__name__}: {said}" for holds in ALL for said in holds(world)]


def _leads_to_us(world: World, element: Json) -> bool:
    """Whether this is a link to a message that the bot itself has posted."""
    found = re.fullmatch(r"https?://[^/]+/archives/([A-Z0-9]+)/p([0-9]{10})([0-9]{6})", str(element.get("url")))
    place = (found[1], f"{found[2]}.{found[3]}") if found else None
    return place in {(one["channel"], one["ts"]) for one in world.messages}


# --- reading ---------------------------------------------------------------------------------------------------------


def _objects(value: object) -> Iterator[Json]:
    found = as_object(value)
    if found is not None:
        yield found
    for inner in (
        found.values() if found is not None else cast("list[object]", value if isinstance(value, list) else [])
    ):
        yield from _objects(inner)


def _posted(world: World) -> Iterator[Json]:
    """What each call said that posts a message."""
    calls = (line for line in world.lines if line.way is Way.CALL and line.name == "chat.postMessage")
    return (asked for line in calls if (asked := as_object(line.request)) is not None)


def _usable(world: World) -> Iterator[tuple[str, int, list[str]]]:
    """Every row of buttons of a card, wherever it stands: of which gate, of which version, which verbs."""
    for message in world.messages:
        for block in message["blocks"]:
            found = _BUTTONS.fullmatch(str(block.get("block_id")))
            if found and block.get("type") == "actions":
                yield found[1], int(found[2]), [str(one.get("action_id")) for one in block["elements"]]


def _showing(world: World, card: str) -> Iterator[Json]:
    """The messages in which a card stands now."""
    places = {(one.channel.partition("/")[2], one.ts) for one in world.cards if one.card == card and not one.gone}
    return (one for one in world.messages if (one["channel"], one["ts"]) in places)


def _stands(world: World, channel: str, ts: str) -> bool:
    return any((one["channel"], one["ts"]) == (channel.partition("/")[2], ts) for one in world.messages)


def _is_vote(one: Entry) -> bool:
    return one.notes.get("outcome") in ("approve", "reject")


def _vote(one: Entry) -> tuple[object, ...]:
    notes = one.notes
    return one.run, one.step, notes.get("version"), notes.get("reviewer"), notes.get("outcome")


def _status(line: Line) -> str:
    """The number with which the app answered; empty where it was none of the errors of HTTP."""
    found = re.search(r"\b([45][0-9]{2})\b", f"{line.status} {line.response}")
    return found[1] if found and line.status != "ok" else ""


def _given_back(line: Line) -> bool:
    return "response_action" in (as_object(line.response) or {})


def _identity(payload: Any) -> str:
    """Under which name a delivery is kept; empty for what is not."""
    try:
        envelope = enveloped(payload)
    except Strange:
        return ""
    return envelope.id if envelope.kind in _KEPT_KINDS else ""


def words(value: Any) -> Iterator[str]:
    """What a person wrote, or what names them, in a payload."""
    for one in _objects(value):
        for name in ("text", "value", "private_metadata", "username"):
            said = one.get(name)
            if isinstance(said, str) and len(said) > 3:
                yield said
