"""What a check finds: one sentence, where it stands, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """Whether a workflow may run all the same."""

    REFUSE = "refuse"
    WARN = "warn"


class Code(StrEnum):
    """Everything that can be wrong with a workflow and its brief."""

    # --- the steps ---------------------------------------------------------------------------------------
    NO_TRIGGER = "no-trigger"
    SECOND_TRIGGER = "second-trigger"
    TWO_NAMES = "two-names"
    WITHOUT_NAME = "without-name"
    OUT_OF_PLACE = "out-of-place"
    WRONG_GUARD = "wrong-guard"
    WRONG_INPUT = "wrong-input"
    NOT_A_FACT = "not-a-fact"
    INEXACT = "inexact"
    SCHEMA = "schema"
    OPEN_CHOICE = "open-choice"
    IMPURE = "impure"
    UNDECLARED_INTENT = "undeclared-intent"
    PLAN_SIZE = "plan-size"
    PLAN_ORDER = "plan-order"
    NO_RECORDS = "no-records"
    UNKNOWN_WORKFLOW = "unknown-workflow"
    WAIT = "wait"
    NO_PROMPT = "no-prompt"
    PROMPT_INPUT = "prompt-input"
    UNUSED_STEP = "unused-step"
    # --- the paths ---------------------------------------------------------------------------------------
    TOO_MANY_PATHS = "too-many-paths"
    UNREACHABLE = "unreachable"
    NO_GATE = "no-gate"
    TWICE = "twice"
    TOO_MANY_ACTIONS = "too-many-actions"
    SEVERAL_GATES = "several-gates"
    SEVERAL_OUTCOMES = "several-outcomes"
    NO_WAY_BACK = "no-way-back"
    # --- the intents and their bindings ------------------------------------------------------------------
    NO_SYSTEM = "no-system"
    NO_TARGET = "no-target"
    NO_RISK = "no-risk"
    NO_COMPENSATION = "no-compensation"
    UNKNOWN_IDENTIFIER = "unknown-identifier"
    NO_BINDING = "no-binding"
    NO_RETRY_CLASS = "no-retry-class"
    NO_MEMORY = "no-memory"
    # --- the brief ---------------------------------------------------------------------------------------
    CONTRADICTION = "contradiction"
    DOUBTFUL = "doubtful"
    UNDECLARED_READ = "undeclared-read"
    UNDECLARED_CHANGE = "undeclared-change"
    UNUSED_SYSTEM = "unused-system"
    UNKNOWN_REVIEWERS = "unknown-reviewers"
    UNKNOWN_EVIDENCE = "unknown-evidence"
    NO_SPECIALIST = "no-specialist"
    AVOID_EARLY = "avoid-early"
    HUMAN_ONLY = "human-only"
    SUPERVISED = "supervised"
    WRONG_OVERRIDE = "wrong-override"
    UNKNOWN_LEVEL = "unknown-level"
    WRONG_THRESHOLD = "wrong-threshold"
    UNKNOWN_CONFIDENCE = "unknown-confidence"
    NO_CONFIDENCE = "no-confidence"
    NOTHING_TO_FILL_IN = "nothing-to-fill-in"
    UNKNOWN_INVARIANT = "unknown-invariant"
    WRONG_INVARIANT = "wrong-invariant"
    WRONG_PROOF = "wrong-proof"
    UNPROVEN = "unproven"
    WRONG_SCOPE = "wrong-scope"
    WRONG_TRIGGER = "wrong-trigger"
    WRONG_ROUTE = "wrong-route"
    WRONG_OUTSIDERS = "wrong-outsiders"
    WRONG_CADENCE = "wrong-cadence"
    UNKNOWN_DATA = "unknown-data"
    WRONG_CLASS = "wrong-class"
    UNSENDABLE = "unsendable"
    SEVERAL_OWNERS = "several-owners"
    MAP_GAPS = "map-gaps"
    HIDDEN_COMPLIANCE = "hidden-compliance"
    UNKNOWN_PERSON = "unknown-person"
    SAME_PERSON = "same-person"
    HAS_LEFT = "has-left"


WARNINGS = frozenset(
    {
        Code.UNUSED_STEP,
        Code.UNUSED_SYSTEM,
        Code.SEVERAL_GATES,
        Code.SEVERAL_OUTCOMES,
        Code.SEVERAL_OWNERS,
        Code.NO_WAY_BACK,
        Code.NO_CONFIDENCE,
        Code.NOTHING_TO_FILL_IN,
        Code.UNPROVEN,
        Code.MAP_GAPS,
        Code.DOUBTFUL,
        Code.HIDDEN_COMPLIANCE,
        Code.HAS_LEFT,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that somebody should think about."""

    code: Code
    workflow: str
    file: str
    line: int
    sentence: str
    mend: str

    @property
    def level(self) -> Weight:
        return Weight.WARN if self.code in WARNINGS else Weight.REFUSE

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level} [{self.code}] {self.sentence} {self.mend}"
