"""Play: one run of a workflow, taken from wait to wait by what people do and by the time that passes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self

from bot.domain.audit.entry import Entry
from bot.domain.effect import Effect, Execute, Tell
from bot.domain.event import Begun, Cancelled, Decided, Event, FilledIn, Resumed, Started, Undone, Verdict, Woken
from bot.domain.intent import Fact, Intent
from bot.domain.machine import advance
from bot.domain.person import ENGINE, Actor, Door, Person, PersonId, TeamId, outsider_actor, person_actor
from bot.domain.plain import Plain
from bot.domain.quantity import parse_duration
from bot.domain.run import Gate, GateStatus, Origin, Question, Run, RunId
from bot.domain.terms import Terms
from bot.domain.wanted import is_held_up, is_wanted
from bot.domain.workflow import AnyLookup, Trigger
from bot.testing.world import Found, Outcome, Said, Script, World

TEAM = TeamId("play")
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def person(handle: str, *groups: str) -> Person:
    """Somebody a brief may name: `@mia` is Mia, and may be in groups."""
    name = handle.removeprefix("@")
    return Person(PersonId(f"{TEAM}/{name}"), name.title(), handle, frozenset(groups))


class Play:
    """One run, from its trigger to wherever it waits, is parked or ends. Whatever happens takes it to the next wait."""

    def __init__(
        self,
        terms: Terms,
        trigger: Fact,
        *,
        answers: Mapping[str, Said | list[Said]] | None = None,
        reads: Mapping[AnyLookup, Found | list[Found]] | None = None,
        outcomes: Mapping[str, Outcome | list[Outcome]] | None = None,
        requester: str = "@requester",
    ) -> None:
        """`answers` and `outcomes` go by step; an error among them is an answer that did not come, or not as hoped."""
        self.terms, self.now = terms, MORNING
        self.run = _fresh(terms, person(requester))
        self.entries: tuple[Entry, ...] = ()
        self._effects: list[Effect] = []
        self._held_up: list[Effect] = []
        said = {lookup.kind: line for lookup, line in (reads or {}).items()}
        self._world = World(
            Script("answers", answers or {}),
            Script("reads", _unchanged(terms, trigger) | said),
            Script("outcomes", outcomes or {}),
        )
        _, actor = _who(requester)
        self.happen(Started(self.now, actor, trigger.model_dump(mode="json")))

    # --- where it stands ---------------------------------------------------------------------------------------

    @property
    def gate(self) -> Gate:
        """The gate that is open, or else the last one that was."""
        return max(self.run.gates.values(), key=lambda gate: (gate.status is GateStatus.OPEN, gate.opened_at))

    @property
    def question(self) -> Question:
        """The question that waits for an answer."""
        return next(iter(self.run.questions.values()))

    @property
    def sent(self) -> tuple[Intent, ...]:
        """The intents carried out, in order."""
        return tuple(self._world.sent)

    @property
    def tried(self) -> tuple[Intent, ...]:
        """What a dry run would have carried out."""
        return tuple(self._world.tried)

    @property
    def taken_back(self) -> tuple[Intent, ...]:
        """The intents that undid others, in order."""
        return tuple(self._world.taken_back)

    @property
    def started(self) -> tuple[tuple[str, Mapping[str, Plain]], ...]:
        """The workflow and the record of each run that was started."""
        return tuple(self._world.started)

    @property
    def mailed(self) -> tuple[tuple[str, str], ...]:
        """To whom a mail with a question left, and for which step, in order; a reminder is one, too."""
        return tuple(self._world.mailed)

    @property
    def told(self) -> tuple[Tell, ...]:
        return tuple(self._world.told)

    def told_to(self, whom: str) -> str:
        """Everything a person, a role or a group was told, line by line."""
        return "\n".join(tell.text for tell in self.told if tell.to == whom)

    # --- what people do: each raises Refused where it may not be done --------------------------------------------

    def approve(self, by: str | Person) -> Self:
        """Approve what waits, or confirm a stop."""
        return self.decide(Verdict.APPROVE, by)

    def edit(self, by: str | Person, **values: Plain) -> Self:
        """Change what is proposed; in a plan the first of it."""
        return self.decide(Verdict.EDIT, by, values=values)

    def edit_of(self, step: str, by: str | Person, /, **values: Plain) -> Self:
        """Change what one step of a plan has proposed."""
        steps = [proposal.step for proposal in self.gate.proposals]
        return self.decide(Verdict.EDIT, by, values=values, proposal=steps.index(step))

    def reject(self, by: str | Person, reason: str, text: str = "") -> Self:
        return self.decide(Verdict.REJECT, by, reason=reason, text=text)

    def redraft(self, by: str | Person, remark: str) -> Self:
        return self.decide(Verdict.REDRAFT, by, text=remark)

    def answer(self, by: str | Person, **values: Plain) -> Self:
        """Give the facts a question asks for."""
        return self.decide(Verdict.ANSWER, by, values=values)

    def fill_in(self, **values: Plain) -> Self:
        """Somebody outside sends the form of the one question that waits."""
        question, who = self.question, outsider_actor("play")
        until = question.expires_at or self.now
        return self.happen(FilledIn(self.now, who, question.step, values, until, self.now))

    def correct(self, by: str | Person, step: str, **values: Plain) -> Self:
        """Correct a fact that a branch rests on."""
        return self.decide(Verdict.CORRECT, by, step=step, values=values)

    def decide(
        self,
        verdict: Verdict,
        by: str | Person,
        *,
        step: str = "",
        reason: str = "",
        text: str = "",
        values: Mapping[str, Plain] | None = None,
        to: Person | None = None,
        proposal: int = 0,
    ) -> Self:
        """Any verdict, by default on what waits."""
        who, actor = _who(by)
        at, step = self.now, step or self._waiting()
        said = Decided(at, actor, who, verdict, step, reason=reason, text=text, values=values or {}, to=to)
        return self.happen(replace(said, proposal=proposal))

    def cancel(self, by: str | Person) -> Self:
        who, actor = _who(by)
        return self.happen(Cancelled(self.now, actor, who))

    def resume(self, by: str | Person) -> Self:
        """Go on after a pause, or try again what is parked."""
        who, actor = _who(by)
        return self.happen(Resumed(self.now, actor, who))

    def undo(self, by: str | Person) -> Self:
        who, actor = _who(by)
        return self.happen(Undone(self.now, actor, who))

    def _waiting(self) -> str:
        return next(iter(self.run.questions), "") or (self.gate.step if self.run.gates else "")

    # --- what happens --------------------------------------------------------------------------------------------

    def pass_time(self, time: timedelta | str) -> Self:
        """Let time pass; every timer on the way goes off when it is due."""
        until = self.now + (parse_duration(time) if isinstance(time, str) else time)
        wakes = self._world.wakes
        while due := [wake for wake in wakes if wake.at <= until]:
            first = min(due, key=lambda wake: wake.at)
            wakes.remove(first)
            self.now = max(self.now, first.at)
            self.happen(Woken(self.now, ENGINE, first.step))
        self.now = until
        return self

    def arrive(self, step: str) -> Self:
        """The event a `wait` was also waiting for comes in."""
        return self.happen(Woken(self.now, ENGINE, step, by_event=True))

    def happen(self, event: Event) -> Self:
        """Let anything at all happen, and go on to the next wait."""
        self._take(event)
        return self.until_waiting()

    def until_waiting(self) -> Self:
        """Perform whatever is due. There is no need to call this: whatever happens does."""
        self._effects, self._held_up = [*self._held_up, *self._effects], []
        while self._effects:
            effect = self._effects.pop(0)
            if is_held_up(self.run, effect, paused=self.run.paused):
                self._held_up.append(effect)
            elif is_wanted(self.run, effect):
                self._perform(effect)
        return self

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, Execute) and not effect.dry:
            self._take(Begun(self.now, ENGINE, effect.step, effect.n))
        event = self._world.answer(effect, self.run, self.terms, self.now)
        if event is not None:
            self._take(event)

    def _take(self, event: Event) -> None:
        moved = advance(self.run, event, self.terms)
        self.run = replace(moved.run, seq=self.run.seq + len(moved.entries))
        self.entries += moved.entries
        self._effects += moved.effects


def _who(by: str | Person) -> tuple[Person, Actor]:
    who = person(by) if isinstance(by, str) else by
    return who, person_actor(who.id, Door.TERMINAL)


def _unchanged(terms: Terms, trigger: Fact) -> dict[str, Found | list[Found]]:
    """The record a run began with reads the same later, unless the script says otherwise."""
    node = terms.definition.trigger.node
    return {node.again.kind: trigger} if isinstance(node, Trigger) and node.again is not None else {}


def _fresh(terms: Terms, requester: Person) -> Run:
    return Run(
        id=RunId("play-1"),
        team=TEAM,
        workflow=terms.definition.name,
        pins=terms.pins,
        origin=Origin(Door.TERMINAL, "play", requester.id),
        stage=terms.brief.stage,
        owner=person(terms.brief.owner).id,
        started_at=MORNING,
    )
