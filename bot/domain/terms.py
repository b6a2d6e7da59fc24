"""What a run goes by: its workflow, brief and prompts at the versions it pinned."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.brief import Brief, Data
from bot.domain.brief.remnant import remnant
from bot.domain.classified import Classified
from bot.domain.intent import Intent
from bot.domain.plain import Plain
from bot.domain.prompting import Example
from bot.domain.routing.table import Table
from bot.domain.run import Pins, Run
from bot.domain.workflow import AnyLookup, Definition


class History(StrEnum):
    """What a prompt may be shown of earlier runs of its workflow."""

    DECISIONS = "decisions"
    """What people decided about the same record."""
    CORRECTIONS = "corrections"
    """What people made of answers to the same question."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file: front matter and body, at one version."""

    name: str
    digest: str
    body: str
    inputs: tuple[str, ...]
    """The steps whose values it may see."""
    role: str = "fast"
    rehearsal: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    untrusted: frozenset[str] = frozenset()
    """Of the inputs, those that reach the model behind a fence only and never stand in the text."""
    confidence: str = ""
    """What the model is asked about how sure it is."""
    examples: tuple[Example, ...] = ()
    """Questions with their right answers, as its owner wrote them."""
    history: frozenset[History] = frozenset()
    """What of earlier runs it is shown."""
    personal: frozenset[str] = frozenset()
    """Fields of the inputs that it may see although they are personal: `ticket.email`."""

    @property
    def version(self) -> str:
        """What people read: `triage@a1b2c3d`."""
        return f"{self.name}@{self.digest[:7]}"


@dataclass(frozen=True, slots=True)
class Terms:
    """A workflow with its brief and prompts; nothing here changes while a run goes on."""

    definition: Definition
    brief: Brief
    pins: Pins
    prompts: Mapping[str, Prompt] = field(default_factory=dict[str, Prompt])
    intents: Mapping[str, type[Intent]] = field(default_factory=dict[str, type[Intent]])
    """Every intent the workflow can build or undo with, by kind."""
    lookups: Mapping[str, AnyLookup] = field(default_factory=dict[str, AnyLookup])
    invariants: Mapping[str, Callable[..., bool]] = field(default_factory=dict[str, Callable[..., bool]])
    """By the name the brief uses."""
    routes: Mapping[str, Table] = field(default_factory=dict[str, Table])
    """The routing tables, by name."""
    now: Brief | None = None
    """The brief as it stands now, for whoever steers a run: they are responsible, whatever the run began with."""

    @property
    def fields(self) -> Classified:
        """What may be stored and shown of each field."""
        return Classified(self.brief.data.classes)


def orphaned(run: Run, data: Data | None = None) -> Terms:
    """What is left to go by where a workflow does not load: nothing goes on, and its owner may end it."""
    return Terms(Definition(run.workflow, 0, run.workflow, ()), remnant(owner=run.owner, data=data), run.pins)
