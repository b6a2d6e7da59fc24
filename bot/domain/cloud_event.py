"""An entry of the record as others hear of it: a CloudEvent 1.0 of plain columns, without a name or any content."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.audit.entry import EntryKind, Note
from bot.domain.person import ActorKind
from bot.domain.plain import Plain

CONTENT_TYPE = "application/cloudevents+json"
TYPE = "countersign."
"""What stands before the kind of an entry in the type of its event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An entry of a run, and nothing of it that could be erased."""

    position: int
    """Its number among all entries; they are stored in this order."""
    chain: str
    seq: int
    mark: str
    """The hash of the entry, which says that it is this one."""
    kind: EntryKind
    at: datetime
    by: ActorKind
    run: str
    workflow: str
    stage: str
    step: str | None = None
    attempt: int | None = None
    notes: Mapping[str, Note] = field(default_factory=dict[str, Note])


_ALWAYS = ("door", "state")
_OF_FAMILY: Mapping[str, tuple[str, ...]] = {
    "run": ("standing",),
    "step": ("standing",),
    "question": ("standing", "group", "reason", "outcome"),
    "model": ("confidence", "cost_micros", "latency_ms"),
    "gate": ("version", "group", "standing", "outcome", "reason"),
    "action": ("n", "standing", "outcome", "error", "latency_ms"),
    "compensation": ("n", "standing"),
    "budget": (),
    "message": (),
}
_APART = frozenset({EntryKind.RUN_DUPLICATE, EntryKind.RUN_REFUSED, EntryKind.GATE_REFUSED})
"""These are written where no run moves, so nobody would be told in time."""

NOTES: Mapping[EntryKind, tuple[str, ...]] = {
    kind: (*_ALWAYS, *_OF_FAMILY[family])
    for kind in EntryKind
    if (family := kind.partition(".")[0]) in _OF_FAMILY and kind not in _APART
}
"""What others may hear of, and which plain columns of it."""

DEFAULT = (
    EntryKind.RUN_STARTED,
    EntryKind.RUN_PARKED,
    EntryKind.RUN_DONE,
    EntryKind.RUN_STOPPED,
    EntryKind.RUN_FAILED,
    EntryKind.RUN_CANCELLED,
    EntryKind.RUN_UNDONE,
    EntryKind.GATE_OPENED,
    EntryKind.GATE_DECIDED,
    EntryKind.GATE_EXPIRED,
    EntryKind.ACTION_DONE,
    EntryKind.ACTION_FAILED,
    EntryKind.ACTION_IN_DOUBT,
)
"""What is sent where the settings do not say."""

_MARK = 16
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?: [a-z0-9_-]+){0,4}")
_LONGEST_CODE = 60


def event_id(happened: Happened) -> str:
    """The same whenever this entry is sent, and of no other one: also not of one that takes its place in a copy."""
    return f"{happened.chain}/{happened.seq}/{happened.mark[:_MARK]}"


def cloud_event(happened: Happened, *, source: str) -> dict[str, Plain]:
    """The event, with its envelope. `source` says which bot it is of."""
    return {
        "specversion": "1.0",
        "id": event_id(happened),
        "source": source,
        "type": f"{TYPE}{happened.kind}",
        "subject": happened.run,
        "time": happened.at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": dict(_data(happened)),
    }


def written(event: Mapping[str, Plain]) -> bytes:
    """An event as it is sent: the same bytes every time."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _data(happened: Happened) -> Iterator[tuple[str, Plain]]:
    yield "run", happened.run
    yield "workflow", happened.workflow
    yield "stage", happened.stage
    if happened.step:
        yield "step", happened.step
    if happened.attempt is not None:
        yield "attempt", happened.attempt
    yield "by", happened.by.value
    for name in NOTES[happened.kind]:
        value = happened.notes.get(name)
        if value is not None and _may_be_told(happened, name, value):
            yield name, value


def _may_be_told(happened: Happened, name: str, value: Note) -> bool:
    """Whether it is a number or a word of ours; a policy gives its reason in a sentence, which may quote an amount."""
    if name == "reason" and happened.by is ActorKind.POLICY:
        return False
    return not isinstance(value, str) or (len(value) <= _LONGEST_CODE and _CODE.fullmatch(value) is not None)
