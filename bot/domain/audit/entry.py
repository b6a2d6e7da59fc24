"""What the record says happened: one entry per event, in words of a closed list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.domain.person import ActorKind
from bot.domain.plain import Plain

Note: TypeAlias = str | int | None


class EntryKind(StrEnum):
    """Everything that can stand in the record."""

    RUN_STARTED = "run.started"
    RUN_DUPLICATE = "run.duplicate"
    RUN_REFUSED = "run.refused"
    RUN_PARKED = "run.parked"
    RUN_PAUSED = "run.paused"
    RUN_RESUMED = "run.resumed"
    RUN_DONE = "run.done"
    RUN_STOPPED = "run.stopped"
    RUN_FAILED = "run.failed"
    RUN_CANCELLED = "run.cancelled"
    RUN_UNDONE = "run.undone"
    RUN_INCIDENT = "run.incident"

    STEP_BEGUN = "step.begun"
    STEP_DONE = "step.done"
    STEP_FAILED = "step.failed"
    STEP_RETRIED = "step.retried"
    STEP_SKIPPED = "step.skipped"
    STEP_CORRECTED = "step.corrected"
    STEP_WAITING = "step.waiting"
    STEP_WITNESSED = "step.witnessed"

    QUESTION_ASKED = "question.asked"
    QUESTION_MAILED = "question.mailed"
    QUESTION_ANSWERED = "question.answered"
    QUESTION_REMINDED = "question.reminded"
    QUESTION_EXPIRED = "question.expired"

    MODEL_ASKED = "model.asked"
    POLICY_RULED = "policy.ruled"

    GATE_OPENED = "gate.opened"
    GATE_SHOWN = "gate.shown"
    GATE_DECIDED = "gate.decided"
    GATE_VOIDED = "gate.voided"
    GATE_EXPIRED = "gate.expired"
    GATE_REMINDED = "gate.reminded"
    GATE_ESCALATED = "gate.escalated"
    GATE_REASSIGNED = "gate.reassigned"
    GATE_REFUSED = "gate.refused"
    GATE_ABANDONED = "gate.abandoned"
    GATE_REMARKED = "gate.remarked"

    MESSAGE_LOST = "message.lost"

    ACTION_DELAYED = "action.delayed"
    ACTION_INTENDED = "action.intended"
    ACTION_DONE = "action.done"
    ACTION_FAILED = "action.failed"
    ACTION_IN_DOUBT = "action.in_doubt"
    ACTION_SOUGHT = "action.sought"
    ACTION_RECONCILED = "action.reconciled"
    ACTION_DRY_RUN = "action.dry_run"
    ACTION_OBSERVED = "action.observed"

    COMPENSATION_BEGUN = "compensation.begun"
    COMPENSATION_DONE = "compensation.done"
    COMPENSATION_FAILED = "compensation.failed"

    BUDGET_HIT = "budget.hit"
    AUTH_REFUSED = "auth.refused"
    CONFIG_CHANGED = "config.changed"
    SWITCH_PAUSED = "switch.paused"
    SWITCH_RESUMED = "switch.resumed"
    FINDING_ADDED = "finding.added"
    CLOCK_PASSED_OVER = "clock.passed_over"
    ALERT_RAISED = "alert.raised"
    ALERT_CLEARED = "alert.cleared"

    CHECKPOINT_SEALED = "checkpoint.sealed"
    ERASE_APPLIED = "erase.applied"
    PRUNE_APPLIED = "prune.applied"
    EXPORT_MADE = "export.made"
    KEY_ROTATED = "key.rotated"
    BOOT = "boot"
    RESTORE = "restore"
    MIGRATE = "migrate"


class FieldKind(StrEnum):
    """How an erasable field is treated when it is shown, exported or kept."""

    CONTENT = "content"
    PII = "pii"
    SECRET_REF = "secret_ref"  # noqa: S105  a kind, not a secret


TEXT_NOTES: frozenset[str] = frozenset(
    "door source records workflow workflow_digest brief prompt model dialect stage level gate group owner "
    "reviewer standing state until digest key ext_ref outcome error reason".split()
)
NUMBER_NOTES: frozenset[str] = frozenset(
    "version n count size confidence minutes cost_micros input_tokens output_tokens latency_ms".split()
)
NOTE_NAMES = TEXT_NOTES | NUMBER_NOTES
"""Plain columns beside the common ones. Never personal or secret: these cannot be erased."""

_NOTE_TYPES: Mapping[str, type[str] | type[int]] = dict.fromkeys(TEXT_NOTES, str) | dict.fromkeys(NUMBER_NOTES, int)


@dataclass(frozen=True, slots=True)
class Field:
    """Content of an entry that can be erased later while the chain still verifies."""

    name: str
    value: Plain
    kind: FieldKind = FieldKind.CONTENT
    subject: str | None = None
    """Whom it is about, as a pseudonym: what `erase` looks for."""


@dataclass(frozen=True)
class Entry:
    """One line of the audit."""

    kind: EntryKind
    at: datetime
    actor_kind: ActorKind
    actor: str
    step: str | None = None
    attempt: int | None = None
    notes: Mapping[str, Note] = field(default_factory=dict[str, Note])
    fields: tuple[Field, ...] = ()

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise ValueError(f"The time of an entry is in UTC; {self.at.isoformat()} is not.")
        for name, value in self.notes.items():
            if type(value) is not _NOTE_TYPES.get(name):
                _refuse_misfit(name, value)
        if len(self.fields) > 1 and len({f.name for f in self.fields}) < len(self.fields):
            raise ValueError("Two fields of one entry have the same name.")


def _refuse_misfit(name: str, value: Note) -> None:
    kind = _NOTE_TYPES.get(name)
    if kind is None:
        raise ValueError(f"{name!r} is not a column of the audit. Choose one of NOTE_NAMES, or a Field.")
    if value is not None and (isinstance(value, bool) or not issubclass(type(value), kind)):
        raise ValueError(f"The column {name!r} holds {kind.__name__}, not {type(value).__name__}.")
