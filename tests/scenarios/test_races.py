"""Races: four processes decide on the same gates while a fifth carries out what was approved.

Whoever comes first decides, and a denial wins over an approval until something has begun; every other one reads a
sentence that says so. Nothing is carried out twice, nothing that was not approved or was rejected since is carried out
at all, and nothing is left undecided.
"""

import asyncio
import json
import os
import random
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.record import reading
from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.audit.semantics import senseless
from bot.domain.audit.verify import verify_chain
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import ActionStatus, GateStatus, Run, RunId, RunState
from bot.runtimes.embedded import Embedded
from tests.scenarios.crash.verdict import lines
from tests.scenarios.race.house import DATABASE, KEY, LEDGER, PEOPLE, TEAM, WORKFLOW, Share, executed, opened

ROOT = Path(__file__).parents[2]
DECIDERS = 4

PAIRS = {
    "approve and approve": (("approve", "mia"), ("approve", "leo")),
    "approve and reject": (("approve", "mia"), ("reject", "leo")),
    "approve and edit": (("approve", "mia"), ("edit", "leo")),
    "approve and cancel": (("approve", "mia"), ("cancel", "sam")),
    "approve and expire": (("approve", "mia"), ("expire", "olga")),
    "reassign and approve": (("reassign", "mia"), ("approve", "leo")),
    "approve and pause everything": (("approve", "mia"), ("pause", "olga")),
    "approve and resume everything": (("approve", "mia"), ("resume", "olga")),
}
"""The same moment, two people: one of them decides."""

BOTH_MAY = {"approve and reject", "approve and cancel", "approve and expire", "reassign and approve"}
"""Where the second may still be right: what was approved can be rejected and called off until it is begun, and was
reassigned before; a timer that is too late changes nothing and says nothing."""

SWITCHES = {"pause", "resume"}
DECISIVE = {"approved", "rejected", "expired"}
A_SENTENCE = re.compile(r"(AlreadyDecided|OutOfDate): [A-Z].*\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one move; nothing where it was taken."""

    run: RunId
    what: str
    sentence: str


def deal(runs: list[RunId], seed: int) -> tuple[dict[RunId, str], list[list[tuple[RunId, str, str]]]]:
    """A pair for each run, its two moves to two processes, at about the same place in their lists."""
    chance = random.Random(seed)
    pairs = {run: chance.choice(list(PAIRS)) for run in runs}
    hands: list[list[tuple[RunId, str, str]]] = [[] for _ in range(DECIDERS)]
    for run, pair in pairs.items():
        moves = chance.sample(PAIRS[pair], 2)
        for hand, (what, who) in zip(chance.sample(hands, 2), moves, strict=True):
            hand.append((run, what, who))
    return pairs, hands


async def let_race(data: Path, hands: list[list[tuple[RunId, str, str]]], host: Share, runtime: Embedded) -> list[Told]:
    """Start the deciders, let them go at one word, and carry out meanwhile."""
    deciders = [await Decider.called(data, hand) for hand in hands]
    for decider in deciders:
        assert await decider.hears() == "ready"
    for decider in deciders:
        decider.tell("go")
    answers = asyncio.gather(*(decider.hears() for decider in deciders))
    while not answers.done():
        await host.store.changed_elsewhere()
        await runtime.settle()
    said = [json.loads(answer) for answer in await answers]
    for decider in deciders:
        assert await decider.process.wait() == 0
    return [
        Told(run, what, sentence)
        for hand, sentences in zip(hands, said, strict=True)
        for (run, what, _), sentence in zip(hand, sentences, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Decider:
    """One of the processes."""

    process: asyncio.subprocess.Process

    @classmethod
    async def called(cls, data: Path, hand: list[tuple[RunId, str, str]]) -> Self:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.scenarios.race.decider"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            limit=2**20,
        )
        decider = cls(process)
        decider.tell(json.dumps([str(data), hand]))
        return decider

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())

    async def hears(self) -> str:
        assert self.process.stdout
        return (await self.process.stdout.readline()).decode().strip()


async def race(data: Path, *, runs: int, seed: int) -> Iterator[str]:
    """One race from its start to its end; every violation, in words."""
    async with opened(data) as host:
        runtime = Embedded(host.parts, owner="host", changed_elsewhere=host.store.changed_elsewhere)
        await runtime.start()
        try:
            opened_runs = [await ask(host, n) for n in range(runs)]
            await runtime.settle()
            pairs, hands = deal(opened_runs, seed)
            told = await let_race(data, hands, host, runtime)
            await decide_the_rest(host, opened_runs)
            await runtime.settle()
            after = {run: await host.store.queries.run(run) for run in opened_runs}
        finally:
            await runtime.stop()
    (key,) = KeyFile(data / KEY).read().signing
    with reading(data / DATABASE) as record:
        broken = [problem.sentence for problem in verify_chain(record.rows(), keys=lambda _: key)]
    return chain(broken, losers(told, pairs), denied(told, after), carried_out(data, after), decided(data, after))


async def ask(host: Share, n: int) -> RunId:
    """A run that waits for somebody to approve."""
    ticket = {"id": f"T-{n}", "customer_id": "C-1", "email": "ana@example.com", "subject": "Twice", "body": "Please."}
    sam = PEOPLE["sam"]
    return (await start(host.parts, Request(WORKFLOW, ticket, Door.TERMINAL, TEAM, sam, sam.id))).run


async def decide_the_rest(host: Share, runs: list[RunId]) -> None:
    """Let go on what is held, and approve what was edited last."""
    if await host.store.run(lambda tx: tx.limits.paused(WORKFLOW)):
        await switch(host.parts, Flip(EVERYTHING, False, PEOPLE["olga"], Door.TERMINAL))
    for run in runs:
        gates = (await host.store.queries.run(run)).gates.values()
        if any(gate.status is GateStatus.OPEN for gate in gates) and not (await host.store.queries.run(run)).ended:
            await decide(host.parts, Wish(run, Verdict.APPROVE, PEOPLE["ines"], Door.TERMINAL))


# --- what must hold --------------------------------------------------------------------------------------------------


def losers(told: list[Told], pairs: dict[RunId, str]) -> Iterator[str]:
    """Everybody who was too late reads why; where only one may decide, only one did."""
    taken = Counter(one.run for one in told if not one.sentence and one.what not in SWITCHES)
    for one in told:
        if one.sentence and not A_SENTENCE.fullmatch(one.sentence):
            yield f"{pairs[one.run]}: whoever wanted to {one.what} was told: {one.sentence}"
    for run, pair in pairs.items():
        if pair not in BOTH_MAY and taken[run] != 1:
            yield f"{pair}: {taken[run]} were told that they decided run {run}"
        elif not taken[run]:
            yield f"{pair}: nobody was told that they decided run {run}"


def denied(told: list[Told], runs: dict[RunId, Run]) -> Iterator[str]:
    """Whoever was told that they rejected it has rejected it, whoever approved it before."""
    for one in told:
        (gate,) = runs[one.run].gates.values()
        if one.what == "reject" and not one.sentence and gate.status is not GateStatus.REJECTED:
            yield f"run {one.run} was rejected in time, and its gate is {gate.status}"


def carried_out(data: Path, runs: dict[RunId, Run]) -> Iterator[str]:
    """What the desk saw is what the runs say was done: each once, and nothing that was not approved."""
    seen = executed(data / LEDGER)
    done = {a.key for run in runs.values() for a in run.actions if a.status is ActionStatus.DONE}
    yield from (f"{key} was carried out {count} times" for key, count in seen.items() if count != 1)
    yield from (f"{key} was carried out, and no run says so" for key in seen.keys() - done)
    yield from (f"{key} is said to be done, and was not" for key in done - seen.keys())
    for run in runs.values():
        (gate,) = run.gates.values()
        if any(a.key in seen for a in run.actions) and gate.status is not GateStatus.APPROVED:
            yield f"run {run.id} was carried out, and its gate is {gate.status}"
        if gate.status is GateStatus.APPROVED and run.state not in (RunState.DONE, RunState.STOPPED):
            yield f"run {run.id} was approved, and is {run.state} ({run.reason})"
        if gate.status is GateStatus.REJECTED and run.state is not RunState.STOPPED:
            yield f"run {run.id} was rejected, and is {run.state} ({run.reason})"


def decided(data: Path, runs: dict[RunId, Run]) -> Iterator[str]:
    """Every version is decided once, but for a denial that came in time; every run by the end, as its entries say."""
    with closing(sqlite3.connect(data / DATABASE)) as db:
        for run in runs.values():
            (gate,) = run.gates.values()
            if gate.status is GateStatus.OPEN:
                yield f"run {run.id} is undecided"
            entries = list(lines(db, run))
            yield from (f"run {run.id}: {sentence}" for sentence in senseless(entries, run))
            ends: dict[object, list[object]] = {}
            for line in entries:
                if line.kind.startswith("gate.") and line.notes.get("standing") in DECISIVE:
                    ends.setdefault(line.notes["version"], []).append(line.notes["standing"])
            yield from (
                f"run {run.id}: version {n} was decided as {', '.join(map(str, said))}"
                for n, said in ends.items()
                if len(said) > 1 and said != ["approved", "rejected"]
            )


# --- the races -------------------------------------------------------------------------------------------------------


async def test_of_two_who_decide_at_the_same_moment_one_does(tmp_path: Path) -> None:
    assert list(await race(tmp_path, runs=60, seed=0)) == []


@pytest.mark.certify
@pytest.mark.parametrize("seed", range(20))
async def test_of_two_who_decide_at_the_same_moment_one_does_four_hundred_times(tmp_path: Path, seed: int) -> None:
    assert list(await race(tmp_path, runs=400, seed=seed)) == []
