"""What every use case is given: the ports, in one frozen bundle."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.application.maps import Maps
from bot.domain.brief import Brief
from bot.domain.brief.remnant import remnant
from bot.domain.errors import Broken, Misdeclared, Unknown
from bot.domain.intent import Intent
from bot.domain.person import Door
from bot.domain.quantity import Money
from bot.domain.redaction import Redactor
from bot.domain.run import Run, RunId
from bot.domain.slip import Slip
from bot.domain.terms import Terms, orphaned
from bot.ports.anchor import Anchor
from bot.ports.clock import Clock
from bot.ports.directory import Directory
from bot.ports.library import Library
from bot.ports.messenger import Messenger
from bot.ports.model import Model
from bot.ports.store import Store
from bot.ports.system import Systems


def no_link(slip: Slip) -> str:
    """Where no door is open. Raises Broken with what to do."""
    del slip
    raise Broken("Nobody outside can be asked, for no door is open to them: set `port` and `url` under [web].")


@dataclass(frozen=True, slots=True, repr=False)
class Parts:
    """A bot, taken apart."""

    store: Store
    library: Library
    directory: Directory
    systems: Systems
    model: Model
    messenger: Messenger
    clock: Clock
    redactor: Redactor
    new_run_id: Callable[[], RunId]
    """Unguessable, and sortable by time."""
    pseudonym: Callable[[str], str]
    """A keyed pseudonym of a person's identifier, so that erasure can find what the record may not name."""
    anchors: tuple[Anchor, ...] = ()
    """Where checkpoints of the record are kept besides the database."""
    cost_per_day: Money | None = None
    """What all questions to models together may cost a day, whichever workflow asks."""
    maps: Maps = field(default_factory=Maps)
    """What is known of what a model's confidence is worth."""
    link_to: Callable[[Slip], str] = no_link
    """Where somebody outside answers a question. Raises Broken where no door is open."""
    restored_at: datetime | None = None
    """When an older copy of the database was put in place: runs from before then may have done more than it knows."""

    turned_away: Counter[Door] = field(default_factory=Counter[Door])
    """How many were asked to come again later since this process began, by the door they came to."""

    def terms(self, run: Run) -> Terms:
        """What a run goes by; where its workflow does not load, no more than it takes to park, tell of and end it."""
        try:
            return self.library.pinned(run)
        except (Misdeclared, Unknown):
            return orphaned(run, self._responsible(run.workflow).data)

    def record(self, terms: Terms, intent: Intent, step: str) -> str:
        """The external record of an intent, as it is locked and counted: under a pseudonym where it is a person."""
        record = intent.record()
        return self.pseudonym(record) if terms.fields.record(intent, step) != record else record

    def briefs(self, workflows: Iterable[str] | None = None) -> tuple[Brief, ...]:
        """Who is responsible for some workflows, or for all of them; nobody is for one that is gone, or for none."""
        named = self.library.every() if workflows is None else workflows
        return tuple(map(self._responsible, named)) or (remnant(),)

    def _responsible(self, workflow: str) -> Brief:
        try:
            return self.library.responsible(workflow)
        except Unknown:
            return remnant()
