"""The brief: what an owner says about a workflow, in TOML. People, limits, stage, thresholds, what to do when it fails.

The description of a field completes the sentence that says it is missing.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.brief.field import Bound, Given, Is, Line, Reason, Who, WhoIfAny, Words, Zone
from bot.domain.brief.form import Form
from bot.domain.brief.hook import Hook
from bot.domain.brief.outsider import Outsiders
from bot.domain.quantity import Day, Duration, MoneyText, Share
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


class Missed(StrEnum):
    """What becomes of times at which nobody looked."""

    LATEST = "latest"
    """The last one is caught up."""
    ALL = "all"
    """Each is caught up, the oldest first."""
    SKIP = "skip"
    """None is that passed more than ten minutes ago."""


class Overlap(StrEnum):
    """What becomes of a time at which a run that the clock started is still under way."""

    START = "start"
    SKIP = "skip"
    WAIT = "wait"


class Triggers(Part):
    who: tuple[Who, ...] = Field(
        min_length=1, description="who may start it", examples=['["everyone"]', '["@mia", "support"]']
    )
    """Groups, handles, or `everyone`."""
    doors: tuple[Literal["terminal", "slack", "webhook", "form", "mail", "schedule"], ...] = ("terminal", "slack")
    identity: tuple[Line, ...] = Field(default=(), examples=['["id"]'])
    """The fields that say whether two requests are the same, whichever door each comes through; all, if none."""
    commands: tuple[Line, ...] = ()
    channels: tuple[Line, ...] = ()
    """Each new message there starts it."""
    reactions: Mapping[str, tuple[Line, ...]] = Field(default={}, examples=['{ ticket = ["#support"] }'])
    """By the name of an emoji, the channels in which it offers to start this from a message."""
    schedule: str = Field(default="", examples=['"0 9 * * 1-5"'])
    moment: str = Field(default="", examples=['"day"'])
    """The field that takes the time at which the schedule was due."""
    time_zone: Zone = Field(default="UTC", examples=['"Europe/Berlin"'])
    """By whose clock the schedule is meant."""
    missed: Missed = Field(default=Missed.LATEST, examples=['"all"'])
    overlap: Overlap = Field(default=Overlap.START, examples=['"skip"'])
    values: Mapping[str, Given] = Field(default={}, examples=["{ quiet_days = 14 }"])
    """What the clock fills in besides."""
    hooks: Mapping[str, Hook] = Field(default={}, examples=['{ tickets = { signed = "bearer" } }'])
    """By name, the ways in for machines; one under the workflow's own name where the door is open and none is named."""
    form: Form = Field(default=Form(), examples=['{ title = "Ask us" }'])
    """What people outside read above its form, and what is filled in for them."""


class DoneWhen(Part):
    """A run is done only when this, read again from the system, holds: a value, or another one than before."""

    read: Line = Field(description="what is read at the end", examples=['"helpdesk.state_of"'])
    of: Line = Field(description="the step it is read for", examples=['"ticket"'])
    """The step whose value the lookup is about."""
    field: Line = Field(description="the field that shows it", examples=['"status"'])
    is_: Is | None = Field(default=None, alias="is", examples=['"answered"'])
    changed: bool = Field(default=False, examples=["true"])
    """The field must be another one than when the run read it before."""


class OnRejection(StrEnum):
    STOP = "stop"
    REDRAFT = "redraft"
    PARK = "park"


class Reviewers(Part):
    """One reviewer group: who may decide, what they must see, and how long they have."""

    channel: Line = Field(description="where they are asked", examples=['"#support"'])
    members: tuple[Who, ...] = Field(default=(), examples=['["@mia", "@leo"]'])
    usergroup: WhoIfAny = Field(default="", examples=['"support"'])
    evidence: tuple[Line, ...] = Field(
        min_length=1, description="the steps they must see before they decide", examples=['["ticket", "account"]']
    )
    """Steps the card must show."""
    needed: int = Field(default=1, ge=1, le=10, examples=["2"])
    deny: int = Field(default=1, ge=1, le=10, examples=["1"])
    not_: tuple[Literal["requester", "editor"], ...] = Field(default=("requester", "editor"), alias="not")
    specialist: bool = Field(default=False, examples=["true"])
    remind_after: Duration | None = Field(default=None, examples=['"4h"'])
    escalate_after: Duration | None = Field(default=None, examples=['"1d"'])
    escalate_to: str = Field(default="", examples=['"leads"'])
    expires_after: Duration = Field(default=timedelta(days=7), examples=['"7d"'])
    on_rejection: OnRejection = OnRejection.STOP
    on_expiry: Literal["escalate", "reject"] = "escalate"
    recheck_at_execution: bool = Field(default=False, examples=["true"])
    allow_guests: bool = Field(default=False, examples=["true"])
    reasons: tuple[Line, ...] = Field(
        default=("wrong facts", "wrong tone", "wrong action", "not needed", "other"), min_length=1
    )
    redrafts: int = Field(default=2, ge=0, le=5, examples=["2"])


class Recovery(Part):
    """What to do first, by itself or with a person, before the owner is asked."""

    do: Literal["ask a person", "undo", "park", "stop"] = Field(
        description="what happens first", examples=['"ask a person"']
    )
    group: Line = Field(default="owner", examples=['"support"'])
    """Who is asked to fill in the fact."""
    retries: int = Field(default=4, ge=0, le=10, examples=["4"])
    within: Duration = Field(default=timedelta(hours=1), examples=['"1h"'])
    then: Literal["escalate"] = "escalate"


class Failure(Part):
    when_wrong: Recovery = Field(description="what happens when an answer is wrong")
    when_unavailable: Recovery = Field(description="what happens when a system or the model does not answer")


class Metric(Part):
    name: Line = Field(description="what is measured", examples=['"Minutes to the first answer"'])
    target: Line = Field(description="how good it should get", examples=['"under 30"'])
    baseline_minutes: float = Field(
        gt=0, allow_inf_nan=False, description="how long it takes by hand today, in minutes", examples=["25"]
    )


class Invariant(Part):
    """A sentence, and the pure function beside the steps that says whether it holds."""

    rule: Words = Field(description="the rule as a sentence", examples=['"The reply goes to the ticket it is for."'])
    holds: Line = Field(description="the function that checks it", examples=['"goes_to_its_ticket"'])


class Map(Part):
    """The workflow map, for people: what stands around the process."""

    current_owner: str = ""
    decision_points: tuple[Line, ...] = ()
    tools: tuple[Line, ...] = ()
    quality_checks: tuple[Line, ...] = ()
    cost_of_a_mistake: str = ""


class Threshold(Part):
    """Above or below a value somebody else, or more people, must decide. Overrides levels."""

    intent: Line = Field(description="the change it is about", examples=['"helpdesk.GrantCredit"'])
    field: Line = Field(description="the field it goes by", examples=['"cents"'])
    above: Bound | None = Field(default=None, examples=['"100 EUR"'])
    below: Bound | None = Field(default=None, examples=['"100 EUR"'])
    reviewers: Line = Field(description="the group that then decides", examples=['"finance"'])
    needed: int | None = Field(default=None, ge=1, le=10, examples=["2"])


class Override(Part):
    """The recorded decision that an *avoid early* intent may run automatically."""

    intent: Line = Field(description="the change it is about", examples=['"helpdesk.SendReply"'])
    evidence: Reason = Field(description="what shows that it is safe", examples=['"300 replies, none edited"'])
    undo: Reason = Field(description="how a mistake is taken back", examples=['"A second reply corrects it"'])
    author: Who = Field(description="who asked for it", examples=['"@olga"'])
    approved_by: Who = Field(description="who approved it", examples=['"@farah"'])
    on: Day = Field(description="the day it was approved", examples=["2026-03-31"])


class Limits(Part):
    actions_per_run: int = Field(default=5, ge=1, le=50, examples=["5"])
    actions_per_day: int = Field(default=200, ge=1, examples=["200"])
    actions_per_target_per_day: int = Field(default=3, ge=1, examples=["3"])
    cost_per_run: MoneyText | None = Field(default=None, examples=['"0.50 USD"'])
    cost_per_day: MoneyText | None = Field(default=None, examples=['"20 USD"'])
    runs_per_user_per_hour: int = Field(default=60, ge=1, examples=["60"])
    open_cards_per_reviewer_group: int = Field(default=200, ge=1, examples=["200"])
    alert_after: Duration = Field(default=timedelta(days=2), examples=['"2d"'])
    """How long something may wait for people before the owner is told of it."""
    observe_within: Duration = Field(default=timedelta(days=7), examples=['"7d"'])
    answer_within: Duration = Field(default=timedelta(seconds=60), examples=['"60s"'])


class Scope(Part):
    """The slice in which a run may do more than shadow: the values a field of the trigger may have."""

    field: Line = Field(description="the field of the trigger it goes by", examples=['"ticket.language"'])
    values: tuple[str, ...] = Field(min_length=1, description="the values inside it", examples=['["en", "de"]'])


class Cadence(Part):
    intervals: tuple[Duration, ...] = Field(
        min_length=1, description="the times between two touches", examples=['["2d", "5d"]']
    )
    stop_when: Line = Field(description="when it ends before that", examples=['"the customer has answered"'])


class Data(Part):
    """Which class each field of a fact has, and how long content is kept."""

    classes: Mapping[str, FieldClass] = {}
    """`ticket.email = "personal"`"""
    subject: str = Field(default="", examples=['"ticket.email"'])
    """The field that names the person the data is about, `ticket.email`."""
    keep_content: Duration = Field(default=timedelta(days=90), examples=['"90d"'])
    keep_entries: Duration = Field(default=timedelta(days=400), examples=['"400d"'])


class Brief(Part):
    """Everything an owner says about one workflow."""

    process: Words = Field(
        description="what this workflow does, in a sentence", examples=['"A new ticket gets its first answer."']
    )
    owner: Who = Field(description="who gets its exceptions", examples=['"@olga"'])
    maintainer: Who = Field(description="who looks after its code", examples=['"@jonas"'])
    pager: Who = Field(description="who alone is called when it fails technically", examples=['"@priya"'])
    triggers: Triggers = Field(description="who may start it")
    inputs: Words = Field(description="what it starts from", examples=['"A new ticket."'])
    output: Words = Field(description="what comes out of it", examples=['"A reply the customer has received."'])
    done_when: DoneWhen = Field(description="what proves that it is done")
    reads: Mapping[str, tuple[Line, ...]] = Field(
        description="the systems it may read", examples=['{ helpdesk = ["account_of"] }']
    )
    changes: Mapping[str, tuple[Line, ...]] = Field(
        description="the systems it may change", examples=['{ helpdesk = ["SendReply"] }']
    )
    reviewers: Mapping[str, Reviewers] = Field(description="who decides; add a section such as [reviewers.support]")
    failure: Failure = Field(description="what happens when it fails")
    metric: Metric = Field(description="what it is measured by")
    invariants: tuple[Invariant, ...] = Field(
        description="the rules that always hold",
        examples=['[{ rule = "The reply goes to its ticket.", holds = "goes_to_its_ticket" }]'],
    )
    compliance: Words = Field(description="the rules of law it falls under", examples=['"none"'])
    stage: Stage = Field(description="how far the bot may go", examples=['"shadow"'])
    outsiders: Mapping[str, Outsiders] = {}
    map: Map | None = None
    levels: Mapping[str, Level] = {}
    thresholds: tuple[Threshold, ...] = ()
    overrides: tuple[Override, ...] = ()
    confidence: Mapping[str, Share] = {}
    limits: Limits = Limits()
    scope: tuple[Scope, ...] = ()
    cadence: Cadence | None = None
    data: Data = Data()
    review_date: Day | None = Field(default=None, examples=["2027-03-31"])

    def may_read(self, kind: str) -> bool:
        system, _, name = kind.partition(".")
        return name in self.reads.get(system, ())

    def may_change(self, kind: str) -> bool:
        system, _, name = kind.partition(".")
        return name in self.changes.get(system, ())

    def level(self, *, step: str, kind: str) -> Level:
        """The level of an intent: by its step, by its kind, or the cautious default."""
        return self.levels.get(step) or self.levels.get(kind) or Level.WITH_APPROVAL
