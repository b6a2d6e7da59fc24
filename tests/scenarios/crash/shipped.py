"""The workflows that ship as stories: the sample of each, in the whole back office, approved by those who may."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.adapters.directory.listed import Listed
from bot.adapters.model.rehearsal import Rehearsal
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.connected import Connected
from bot.adapters.systems.sandbox import Backstage, Office
from bot.application.change import Change, change
from bot.application.parts import Parts
from bot.application.steer import Move as Steer
from bot.application.steer import Order, steer
from bot.domain.brief.writing import change_brief
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.redaction import Redactor
from bot.domain.run import ActionStatus, Run, Stage
from bot.domain.workflow import Review
from bot.ports.version import VersionKind
from bot.wiring import pseudonyms, run_ids
from tests.scenarios.crash.life import BACK_OFFICE, HandClock, KilledMessenger, KilledStore, KilledSystem, Life
from tests.scenarios.crash.story import PEOPLE, Move, Story
from tests.workflows.lives import LIVES
from tests.workflows.shipped import FOLDER, samples_of, shelf, terms_of

SHIPPED = tuple(LIVES)


def story_of(workflow: str) -> Story:
    """How the sample of a workflow goes."""
    life = LIVES[workflow]
    moves = tuple(Move(Verdict.APPROVE, who.removeprefix("@")) for who in life.by)
    value = samples_of(workflow)[life.sample]
    gates = [step.name for step in terms_of(workflow).definition.steps if isinstance(step.node, Review)]
    return Story(
        workflow=workflow,
        folder=FOLDER,
        answers={},
        moves=dict.fromkeys(gates, moves),
        effects=Counter(life.does),
        ends=frozenset({"done"}),
        value=value,
    )


class LifeInOffice(Life):
    """A life with the offline model, and every system of the back office."""

    def _desk(self, clock: HandClock) -> Office:
        return Office(self.data / BACK_OFFICE, clock=clock)

    async def _parts(self, inner: SqliteStore, desk: Any, keys: KeyFile, clock: HandClock) -> Parts:
        library = shelf()
        await inner.run(lambda tx: library.seed(tx, clock.now()))
        played: tuple[Any, ...] = tuple(desk.systems())
        systems: list[Any] = [KilledSystem(one, self.points) for one in played]
        store: Any = inner
        parts = Parts(
            store=store,
            library=library,
            directory=Listed(PEOPLE.values()),
            systems=Connected(systems),
            model=Rehearsal(),
            messenger=KilledMessenger(self.data / "told", self.points),
            clock=clock,
            redactor=Redactor(),
            new_run_id=run_ids(clock),
            pseudonym=pseudonyms(keys.read().names),
        )
        await self._let_act(parts)
        killed: Any = KilledStore(inner, self.points)
        return replace(parts, store=killed)

    async def _go_on(self, parts: Parts, run: Run, clock: HandClock) -> bool:
        """Of what nobody can be asked about, its owner looks in the back office, and says whether it happened."""
        doubtful = next((one for one in run.actions if one.status is ActionStatus.IN_DOUBT), None)
        if doubtful is None:
            return await super()._go_on(parts, run, clock)
        made = {call.key for call in Backstage(self.data / BACK_OFFICE).effects()}
        said = Steer.HAPPENED if doubtful.key in made else Steer.DID_NOT_HAPPEN
        owner = PEOPLE[parts.library.current(run.workflow).brief.owner.removeprefix("@")]
        await steer(parts, Order(run.id, said, owner, Door.TERMINAL))
        return True

    async def _let_act(self, parts: Parts) -> None:
        """What began more carefully may carry out what people approve; no life is killed before that."""
        brief, name = parts.library.current(self.story.workflow).brief, self.story.workflow
        if brief.stage in (Stage.APPROVED, Stage.LIMITED, Stage.AUTOMATIC):
            return
        text = change_brief((FOLDER / name / "brief.toml").read_text("utf-8"), "stage", "approved")
        owner = PEOPLE[brief.owner.removeprefix("@")]
        await change(parts, Change(VersionKind.BRIEF, name, text, owner, Door.TERMINAL, why="It has shown itself."))


def live_shipped(workflow: str, data: Path, kill_at: int | None) -> list[str]:
    """One life of a shipped workflow in this process; the points it passed."""
    life = LifeInOffice(story_of(workflow), data, kill_at)
    asyncio.run(life.live())
    return life.points.passed
