"""One move of a run in the making: each change of the run is written down by the same call that makes it.

That is why folding a run's entries gives its state: there is no way to change one without the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.audit.entry import Entry, EntryKind, Note
from bot.domain.effect import Effect, Show, Tell, Telling
from bot.domain.ending import failed, held_up
from bot.domain.frozen import replace
from bot.domain.intent import Proposal
from bot.domain.person import ENGINE, Actor
from bot.domain.plain import Plain
from bot.domain.run import ENDED, TROUBLE, Action, ActionStatus, Gate, Question, Run, RunState, StepState, StepStatus
from bot.domain.terms import Terms


@dataclass(slots=True)
class Move:
    """A run on its way from one state to the next."""

    run: Run
    terms: Terms
    at: datetime
    by: Actor
    entries: list[Entry] = field(default_factory=list[Entry])
    effects: list[Effect] = field(default_factory=list[Effect])

    def write(
        self,
        kind: EntryKind,
        *,
        step: str | None = None,
        attempt: int | None = None,
        fields: Mapping[str, Plain] | None = None,
        by: Actor | None = None,
        notes: Mapping[str, Note] | None = None,
        **more: Note,
    ) -> None:
        """Write one entry, by whoever caused the move."""
        actor = by or self.by
        if actor.on_behalf_of:
            fields = {**(fields or {}), "at_the_keyboard": actor.on_behalf_of}
        self.entries.append(
            Entry(
                kind=kind,
                at=self.at,
                actor_kind=actor.kind,
                actor=actor.ref,
                step=step,
                attempt=attempt,
                notes={"door": actor.door.value, **(notes or {}), **more},
                fields=self.terms.fields.entered(self.run, step, fields) if fields else (),
            )
        )

    def order(self, *effects: Effect) -> None:
        """Order effects; they are stored with the run."""
        self.effects.extend(effects)

    def tell(self, to: str, text: str, *, step: str = "", how: Telling = Telling.NOTICE) -> None:
        self.order(Tell(to, self.silent(text), step, how))

    def report(self, to: str, how: str, *, step: str = "") -> None:
        """Tell somebody of the trouble this run has just come into."""
        text = self.silent(f"Run {self.run.id} of {self.run.workflow} {how}")
        self.order(Tell(to, text, step, trouble=self.run.troubles))

    def silent(self, text: str) -> str:
        """A sentence as notices and plain columns may have it."""
        return self.terms.fields.silent(text, self.run)

    # --- the run ---------------------------------------------------------------------------------------------

    def enter(
        self,
        state: RunState,
        kind: EntryKind,
        why: str = "",
        *,
        fields: Mapping[str, Plain] | None = None,
        brief: str | None = None,
    ) -> None:
        """Go to a state that the record announces; ends the run where the state is final."""
        ended, why = self.at if state in ENDED else None, self.silent(why)
        self.run = replace(self.run, state=state, reason=why, ended_at=ended)
        if state in TROUBLE:
            self.run = replace(self.run, troubles=self.run.troubles + 1)
        said = {**({"why": why} if why else {}), **(fields or {})}
        self.write(kind, fields=said, state=state.value, brief=brief)

    def stand(self, state: RunState) -> None:
        """Go to running or waiting. The entry that made it so carries the state."""
        if self.run.state is state:
            return
        self.run = replace(self.run, state=state, reason="")
        if not self.entries:
            self.write(EntryKind.RUN_RESUMED, by=ENGINE)
        last = self.entries[-1]
        self.entries[-1] = replace(last, notes={**last.notes, "state": state.value})

    def park(self, why: str, *, step: str = "", to: str = "owner") -> None:
        """Stop here until a person says how to go on. Never silent."""
        self.enter(RunState.PARKED, EntryKind.RUN_PARKED, why)
        self.report(to, f"is parked: {why}", step=step)
        self.tell_requester(held_up(self.run, self.terms, why), unless=to)
        if self.run.questions.get(step) or self.run.gates.get(step):
            self.order(Show(step))

    def fail(self, step: str, why: str, *, to: str = "owner") -> None:
        """Mark a step as failed and park the run for a person."""
        self.step(step, StepState(StepStatus.FAILED), EntryKind.STEP_FAILED, fields={"error": why}, by=ENGINE)
        self.park(why, step=step, to=to)

    def end_failed(self, step: str, why: str, *, to: str = "owner") -> None:
        """Mark a step as failed and end the run. Never silent."""
        self.step(step, StepState(StepStatus.FAILED), EntryKind.STEP_FAILED, fields={"error": why}, by=ENGINE)
        self.enter(RunState.FAILED, EntryKind.RUN_FAILED, why)
        self.report(to, f"failed: {why}", step=step)
        self.tell_requester(failed(self.run, self.terms, why), unless=to)

    def tell_requester(self, text: str, *, unless: str = "") -> None:
        """The requester hears how it went, where the requester is a person, and not of those who hear of it anyway."""
        if "/" in self.run.origin.requester:
            self.order(Tell("requester", self.silent(text), unless=unless))

    def tell_what_stands(self, how: str) -> None:
        """The owner hears what a run that people end half-way has carried out already."""
        done = [a.proposal.kind for a in self.run.actions if a.status in (ActionStatus.DONE, ActionStatus.STUCK)]
        if done:
            self.tell("owner", f"Run {self.run.id} {how} after this had been carried out: {', '.join(done)}.")

    # --- its parts -------------------------------------------------------------------------------------------

    def step(
        self,
        name: str,
        now: StepState,
        kind: EntryKind | None,
        *,
        attempt: int | None = None,
        fields: Mapping[str, Plain] | None = None,
        by: Actor | None = None,
        notes: Mapping[str, Note] | None = None,
        **more: Note,
    ) -> None:
        """Set one step's state and write it down."""
        self.run = replace(self.run, steps={**self.run.steps, name: replace(now, since=self.at)})
        if kind is not None:
            said = {"standing": now.status.value, **(notes or {}), **more}
            self.write(kind, step=name, attempt=attempt, fields=fields, by=by, notes=said)

    def skip(self, name: str, why: str) -> None:
        self.step(name, StepState(StepStatus.SKIPPED), EntryKind.STEP_SKIPPED, by=ENGINE, reason=why)

    def forget(self, names: tuple[str, ...]) -> None:
        """Take steps back to where they were before they were reached."""
        for name in names:
            self.write(EntryKind.STEP_CORRECTED, step=name, by=ENGINE, standing="cleared")
            if name in self.run.questions:
                self.order(Show(name))
        self.run = replace(
            self.run,
            steps={name: state for name, state in self.run.steps.items() if name not in names},
            questions={name: q for name, q in self.run.questions.items() if name not in names},
        )

    def gate(
        self,
        gate: Gate,
        kind: EntryKind,
        *,
        fields: Mapping[str, Plain] | None = None,
        by: Actor | None = None,
        notes: Mapping[str, Note] | None = None,
        **more: Note,
    ) -> None:
        """Set a gate and write it down."""
        self.run = replace(self.run, gates={**self.run.gates, gate.step: gate})
        said: dict[str, Note] = {
            "gate": gate.id,
            "version": gate.version,
            "digest": gate.digest,
            "group": gate.group,
            "standing": gate.status.value,
        }
        self.write(kind, step=gate.step, fields=fields, by=by, notes={**said, **(notes or {}), **more})

    def question(self, question: Question) -> None:
        """Ask a person something and write it down; the card follows."""
        self.run = replace(self.run, questions={**self.run.questions, question.step: question})
        self.step(
            question.step,
            replace(self._state(question.step), status=StepStatus.ASKED),
            EntryKind.QUESTION_ASKED,
            fields={"text": question.text},
            by=ENGINE,
            group=question.group,
            reason=question.kind.value,
        )

    def _state(self, name: str) -> StepState:
        return self.run.steps.get(name) or StepState(StepStatus.DUE)

    def close_question(self, name: str) -> None:
        self.run = replace(self.run, questions={n: q for n, q in self.run.questions.items() if n != name})

    def action(
        self,
        action: Action,
        kind: EntryKind | None,
        *,
        attempt: int | None = None,
        fields: Mapping[str, Plain] | None = None,
        by: Actor | None = None,
        notes: Mapping[str, Note] | None = None,
        **more: Note,
    ) -> None:
        """Set one action and write it down."""
        others = tuple(a for a in self.run.actions if (a.step, a.n) != (action.step, action.n))
        actions = tuple(sorted((*others, action), key=lambda a: (a.step, a.n)))
        self.run = replace(self.run, actions=actions)
        if kind is None:
            return
        said: dict[str, Note] = {"key": action.key, "n": action.n, "standing": action.status.value}
        said |= {**(notes or {}), **more}
        self.write(kind, step=action.step, attempt=attempt, fields=fields, by=by, notes=said)


def shown(proposals: tuple[Proposal, ...]) -> dict[str, Plain]:
    """Proposals as fields of an entry: `body`, or `2.body` for the second of a plan."""
    if len(proposals) == 1:
        return {**proposals[0].data}
    return {f"{n}.{name}": value for n, p in enumerate(proposals, 1) for name, value in p.data.items()}
