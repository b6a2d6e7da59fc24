"""The invariants notice: of a world in which all is well, each is broken on purpose, in every way it can be."""

import json
import logging
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.run import GateStatus, Run
from bot.workspace.log import Line, Way
from bot.workspace.payload import Json
from bot.workspace.state.person import Kind
from tests.scenarios.slack import invariants
from tests.scenarios.slack.oracle import KINDS
from tests.scenarios.slack.play import bring, press, scene
from tests.scenarios.slack.stage import SECRET, staged
from tests.scenarios.slack.world import Entry, World, look

STRANGER = "T1/UNOBODY001"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def well(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world with an open gate, one that was approved, and somebody who was sent away."""
    async with staged(tmp_path_factory.mktemp("well")) as stage:
        await scene(stage, "decided")
        open_one = await scene(stage, "live")
        away = stage.press_of(stage.user("kenji"), open_one.place, "approve", open_one.block, team="TOTHER0000")
        assert not (await bring(stage, away)).taken
        assert (await press(open_one, KINDS["outsider"], "approve")).told
        return look(stage)


def entry(world: World, kind: str, **notes: Any) -> Entry:
    """The first entry of a kind with these notes."""
    return next(
        one
        for one in world.entries
        if one.kind == kind and all(one.notes.get(name) == value for name, value in notes.items())
    )


def also(world: World, *more: Entry) -> World:
    return replace(world, entries=(*world.entries, *more))


def noted(one: Entry, **notes: Any) -> Entry:
    return replace(one, notes={**one.notes, **notes})


def decided_by(world: World, who: str) -> World:
    """The same, had somebody else approved."""
    approved = entry(world, "gate.decided", outcome="approve")
    others = tuple(one for one in world.entries if one is not approved)
    return replace(world, entries=(*others, noted(approved, reviewer=who)))


def author(world: World) -> World:
    return decided_by(world, str(entry(world, "gate.decided", outcome="edit").notes["reviewer"]))


def requester(world: World) -> World:
    return decided_by(world, world.runs[0].origin.requester)


def stranger(world: World) -> World:
    return decided_by(world, STRANGER)


def left_out(world: World) -> World:
    """The same, were whoever approved a guest."""
    who = str(entry(world, "gate.decided", outcome="approve").notes["reviewer"])
    person = deepcopy(world.people[who])
    person.kind = Kind.GUEST
    return replace(world, people={**world.people, who: person})


def twice(world: World) -> World:
    return also(world, noted(entry(world, "gate.decided", outcome="approve"), reviewer=STRANGER))


def denied_too_late(world: World) -> World:
    approved = entry(world, "gate.decided", outcome="approve")
    return also(world, noted(approved, outcome="reject", standing="rejected"))


def another_action(world: World) -> World:
    return also(world, noted(entry(world, "action.intended"), digest="f" * 64))


def another_text(world: World) -> World:
    """The same, did a card show another fingerprint."""
    messages = [deepcopy(one) for one in world.messages]
    for one in messages:
        one["blocks"] = fingerprinted(one["blocks"])
    return replace(world, messages=tuple(messages))


def fingerprinted(blocks: Any) -> Any:
    """The same blocks with another fingerprint."""
    return json.loads(invariants.FINGERPRINT.sub("Fingerprint 0badc0de, version 9", json.dumps(blocks)))


def record(text: str, **more: Any) -> logging.LogRecord:
    made = logging.LogRecord("bot", logging.WARNING, "", 0, text, (), None)
    made.__dict__ |= more
    return made


def not_noted(world: World) -> World:
    return replace(world, heard=tuple(one for one in world.heard if getattr(one, "action", "") != "slack.refused"))


def quoted(world: World) -> World:
    text = f"A request was refused: {entry_words(world)}"
    return replace(not_noted(world), heard=(*not_noted(world).heard, record(text, action="slack.refused")))


def entry_words(world: World) -> str:
    """A word of somebody's that was delivered."""
    return next(word for line in world.lines if line.way is Way.DELIVERY for word in invariants.words(line.request))


def fell_over(world: World) -> World:
    return with_line(world, delivered({"type": "block_actions"}, status="500"))


def delivered(request: Json, *, status: str = "ok") -> Line:
    return Line(
        n=9_999, at=0.0, way=Way.DELIVERY, app="A", name="block_actions", request=request, status=status, response="500"
    )


def with_line(world: World, line: Line) -> World:
    return replace(world, lines=(*world.lines, line))


def done_twice(world: World) -> World:
    return replace(world, effects=world.effects * 2)


def voted_twice(world: World) -> World:
    return also(world, entry(world, "gate.decided", outcome="approve"))


def started_twice(world: World) -> World:
    return replace(world, runs=(*world.runs, world.runs[0]))


def lost(world: World) -> World:
    return replace(world, inbox={})


def forgotten(world: World) -> World:
    return replace(world, inbox=dict.fromkeys(world.inbox, False))


def posted_twice(world: World) -> World:
    return replace(world, messages=world.messages * 2)


def never_posted(world: World) -> World:
    return replace(world, messages=())


def not_brought_up_to_date(world: World) -> World:
    """The same, had nobody changed the card of what was approved."""
    (open_card,) = [one for one in world.messages if '"approve"' in str(one).replace("'", '"')]
    done = next(run for run in world.runs if run.ended).gates["approved"]
    blocks = [
        {**block, "block_id": f"decide:{done.id}:{done.version}"} if block["type"] == "actions" else block
        for block in open_card["blocks"]
    ]
    return replace(world, messages=(*world.messages, {**open_card, "blocks": blocks}))


def old_buttons(world: World) -> World:
    def older(run: Run) -> Run:
        gates = {name: replace(gate, version=gate.version + 1) for name, gate in run.gates.items()}
        return replace(run, gates=gates)

    return replace(world, runs=tuple(map(older, world.runs)))


def shown(world: World, block: Json, text: str = "") -> World:
    return replace(world, messages=(*world.messages, {"channel": "C", "ts": "9.9", "text": text, "blocks": [block]}))


def mentioned(world: World) -> World:
    return shown(world, {"type": "rich_text", "elements": [{"type": "user", "user_id": "UEVERYBODY"}]})


def everybody_told(world: World) -> World:
    return shown(world, {"type": "rich_text", "elements": [{"type": "broadcast", "range": "channel"}]})


def linked(world: World) -> World:
    return shown(world, {"type": "rich_text", "elements": [{"type": "link", "url": "https://evil.example"}]})


def formatted(world: World) -> World:
    return shown(world, {"type": "section", "text": {"type": "mrkdwn", "text": "*click*"}})


def shouted(world: World) -> World:
    return shown(world, {"type": "divider"}, "Look, <!channel>")


def unfurled(world: World) -> World:
    asked = {"channel": "C", "text": "https://evil.example"}
    line = Line(n=9_998, at=0.0, way=Way.CALL, app="A", name="chat.postMessage", request=asked, status="ok")
    return with_line(world, line)


def stored(world: World) -> World:
    return replace(world, stored=world.stored + SECRET.encode())


def logged(world: World) -> World:
    return replace(world, heard=(*world.heard, record(f"The token is {world.keys[0]}")))


def told(world: World) -> World:
    return shown(world, {"type": "divider"}, f"The secret is {SECRET}")


def personal(world: World) -> World:
    return replace(world, heard=(*world.heard, record(f"Nobody could reach {world.address}")))


def personal_for_ever(world: World) -> World:
    return also(world, noted(world.entries[0], outcome=world.address))


BREAKS: dict[invariants.Invariant, tuple[Callable[[World], World], ...]] = {
    invariants.i5_authority: (requester, author, left_out, stranger),
    invariants.i7_decided_once: (twice, denied_too_late),
    invariants.i8_what_is_seen_is_what_runs: (another_action, another_text),
    invariants.i10_nobody_is_let_in_unseen: (not_noted, quoted, fell_over),
    invariants.i11_once_each: (done_twice, voted_twice, started_twice),
    invariants.i12_nothing_is_lost: (lost, forgotten),
    invariants.i13_cards_are_a_view: (posted_twice, never_posted, not_brought_up_to_date, old_buttons),
    invariants.i14_nothing_written_reaches_out: (mentioned, everybody_told, linked, formatted, shouted, unfurled),
    invariants.i15_secrets_stay: (stored, logged, told, personal, personal_for_ever),
}
WAYS = [pytest.param(one, how, id=f"{one.__name__}-{how.__name__}") for one, every in BREAKS.items() for how in every]


@pytest.mark.asyncio(loop_scope="module")
async def test_where_all_is_well_nothing_is_found(well: World) -> None:
    assert invariants.broken(well) == []
    assert {gate.status for run in well.runs for gate in run.gates.values()} == {GateStatus.OPEN, GateStatus.APPROVED}


def test_each_invariant_is_broken_here() -> None:
    assert set(BREAKS) == set(invariants.ALL)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("holds", "breaks"), WAYS)
async def test_what_is_broken_is_noticed(
    well: World, holds: invariants.Invariant, breaks: Callable[[World], World]
) -> None:
    assert [*holds(breaks(well))] != []
