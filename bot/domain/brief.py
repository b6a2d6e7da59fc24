"""The brief: what an owner says about a workflow, in TOML. People, limits, stage, thresholds, what to do when it fails."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.quantity import Duration, MoneyText, Share
from bot.domain.redaction import FieldClass
from bot.domain.run import Stage


class Level(StrEnum):
    """How far one intent or step may go, whatever the stage allows."""

    ASSIST = "assist"
    DRAFT = "draft"
    RECOMMEND = "recommend"
    WITH_APPROVAL = "execute with approval"
    AUTOMATICALLY = "execute automatically"


class Part(BaseModel):
    """A part of a brief: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Triggers(Part):
    who: tuple[str, ...] = Field(min_length=1)
    """Groups, handles, or `everyone`."""
    doors: tuple[str, ...] = ("terminal", "slack")
    commands: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    schedule: str = ""


class DoneWhen(Part):
    """A run is done only when this, read again from the system, holds."""

    read: str
    of: str
    """The step whose value the lookup is about."""
    field: str
    is_: str | bool | int = Field(alias="is")


class OnRejection(StrEnum):
    STOP = "stop"
    REDRAFT = "redraft"
    PARK = "park"


class Reviewers(Part):
    """One reviewer group: who may decide, what they must see, and how long they have."""

    channel: str
    members: tuple[str, ...] = ()
    usergroup: str = ""
    evidence: tuple[str, ...] = Field(min_length=1)
    """Steps the card must show."""
    needed: int = Field(default=1, ge=1, le=10)
    deny: int = Field(default=1, ge=1, le=10)
    not_: tuple[Literal["requester", "editor"], ...] = Field(default=("requester", "editor"), alias="not")
    specialist: bool = False
    remind_after: Duration | None = None
    escalate_after: Duration | None = None
    escalate_to: str = ""
    expires_after: Duration = timedelta(days=7)
    on_rejection: OnRejection = OnRejection.STOP
    on_expiry: Literal["escalate", "reject"] = "escalate"
    recheck_at_execution: bool = False
    allow_guests: bool = False
    reasons: tuple[str, ...] = ("wrong facts", "wrong tone", "wrong action", "not needed", "other")
    redrafts: int = Field(default=2, ge=0, le=5)


class Recovery(Part):
    """What to do first, by itself or with a person, before the owner is asked."""

    do: Literal["ask a person", "undo", "park", "stop"]
    group: str = "owner"
    """Who is asked to fill in the fact."""
    retries: int = Field(default=4, ge=0, le=10)
    within: Duration = timedelta(hours=1)
    then: Literal["escalate"] = "escalate"


class Failure(Part):
    when_wrong: Recovery
    when_unavailable: Recovery


class Metric(Part):
    name: str = Field(min_length=1)
    target: str = Field(min_length=1)
    baseline_minutes: float = Field(gt=0, allow_inf_nan=False)


class Invariant(Part):
    """A sentence, and the pure function beside the steps that says whether it holds."""

    rule: str = Field(min_length=1)
    holds: str = Field(min_length=1)


class Map(Part):
    """The workflow map, for people: what stands around the process."""

    current_owner: str = ""
    decision_points: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    quality_checks: tuple[str, ...] = ()
    cost_of_a_mistake: str = ""


class Threshold(Part):
    """Above or below a value somebody else, or more people, must decide. Overrides levels."""

    intent: str
    field: str
    above: MoneyText | int | None = None
    below: MoneyText | int | None = None
    reviewers: str
    needed: int | None = Field(default=None, ge=1, le=10)


class Override(Part):
    """The recorded decision that an *avoid early* intent may run automatically."""

    intent: str
    evidence: str = Field(min_length=10)
    undo: str = Field(min_length=5)
    author: str
    approved_by: str
    on: date


class Limits(Part):
    actions_per_run: int = Field(default=5, ge=1, le=50)
    actions_per_day: int = Field(default=200, ge=1)
    actions_per_target_per_day: int = Field(default=3, ge=1)
    cost_per_run: MoneyText | None = None
    cost_per_day: MoneyText | None = None
    runs_per_user_per_hour: int = Field(default=60, ge=1)
    open_cards_per_reviewer_group: int = Field(default=200, ge=1)
    observe_within: Duration = timedelta(days=7)
    answer_within: Duration = timedelta(seconds=60)


class Scope(Part):
    """The slice in which a run may do more than shadow: the values a field of the trigger may have."""

    field: str
    values: tuple[str, ...] = Field(min_length=1)


class Cadence(Part):
    intervals: tuple[Duration, ...] = Field(min_length=1)
    stop_when: str


class Data(Part):
    """Which class each field of a fact has, and how long content is kept."""

    classes: Mapping[str, FieldClass] = {}
    """`ticket.email = "personal"`"""
    subject: str = ""
    """The field that names the person the data is about, `ticket.email`."""
    keep_content: Duration = timedelta(days=90)
    keep_entries: Duration = timedelta(days=400)


class Brief(Part):
    """Everything an owner says about one workflow."""

    process: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    maintainer: str = Field(min_length=1)
    pager: str = Field(min_length=1)
    triggers: Triggers
    inputs: str = Field(min_length=1)
    output: str = Field(min_length=1)
    done_when: DoneWhen
    reads: Mapping[str, tuple[str, ...]]
    changes: Mapping[str, tuple[str, ...]]
    reviewers: Mapping[str, Reviewers]
    failure: Failure
    metric: Metric
    invariants: tuple[Invariant, ...]
    compliance: str = Field(min_length=1)
    stage: Stage
    map: Map | None = None
    levels: Mapping[str, Level] = {}
    thresholds: tuple[Threshold, ...] = ()
    overrides: tuple[Override, ...] = ()
    confidence: Mapping[str, Share] = {}
    limits: Limits = Limits()
    scope: Annotated[tuple[Scope, ...], Field()] = ()
    cadence: Cadence | None = None
    data: Data = Data()
    review_date: date | None = None

    def may_read(self, kind: str) -> bool:
        system, _, name = kind.partition(".")
        return name in self.reads.get(system, ())

    def may_change(self, kind: str) -> bool:
        system, _, name = kind.partition(".")
        return name in self.changes.get(system, ())

    def level(self, *, step: str, kind: str) -> Level:
        """The level of an intent: by its step, by its kind, or the cautious default."""
        return self.levels.get(step) or self.levels.get(kind) or Level.WITH_APPROVAL
