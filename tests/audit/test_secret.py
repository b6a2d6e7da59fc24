"""Secrets that were planted everywhere are in no file: not the database, its log, the anchors, an export, a copy."""

import base64
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.adapters.model.scripted import Script
from bot.adapters.store.record import reading
from bot.adapters.store.sqlite import backup
from bot.application.audit_erase import Erasure, erase
from bot.application.audit_export import Export, lines, permit
from bot.application.decide import Wish
from bot.application.finding import Finding, add_finding
from bot.application.seal import seal
from bot.application.steer import Move, Order, steer
from bot.application.switch import Flip, switch
from bot.commands.work.trace import traces
from bot.domain.errors import Refused
from bot.domain.event import Verdict as Say
from bot.domain.person import Door
from bot.wiring import DATABASE
from tests.audit.house import FARAH, MIA, NADIA, OLGA, SECRET, TOM, opened

CARD = "4111 1111 1111 1111"
TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
PLANTED = (SECRET, base64.b64encode(SECRET.encode()).decode(), quote(f"{SECRET}/x")[:-4], TOKEN, CARD)
SAYS = f"The key is {SECRET}, the token {TOKEN}, the card {CARD}."
ANSWERS: Mapping[str, Script] = {
    "triage": {"category": "billing", "urgent": False, "summary": f"It has the key {SECRET}."},
    "draft": {"body": f"You wrote: {SAYS}"},
}


def left_in(folder: Path) -> dict[str, list[str]]:
    return {secret: found for secret in PLANTED if (found := [path.name for path in traces(folder, secret)])}


async def test_planted_secrets_are_in_no_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with opened(data, answers=ANSWERS) as house:
        run = await house.start(subject=f"My key {SECRET}", body=f"{SAYS} {PLANTED[1]} {quote(SECRET)}")
        said = Wish(run, Say.EDIT, FARAH, Door.TERMINAL, values={"body": f"We have your {SECRET}."}, text=SAYS)
        await house.decide(said)
        await house.decide(Wish(run, Say.COMMENT, MIA, Door.TERMINAL, text=SAYS))
        with pytest.raises(Refused):
            await house.decide(Wish(run, Say.REJECT, MIA, Door.TERMINAL, reason="other", text=SAYS))
        await add_finding(house.parts, Finding(run, SAYS, NADIA, Door.TERMINAL))
        await steer(house.parts, Order(run, Move.PAUSE, OLGA, Door.TERMINAL, SAYS))
        await steer(house.parts, Order(run, Move.RESUME, OLGA, Door.TERMINAL, SAYS))
        await switch(house.parts, Flip("support_triage", True, OLGA, Door.TERMINAL, SAYS))
        await switch(house.parts, Flip("support_triage", False, OLGA, Door.TERMINAL, SAYS))
        await house.approve(run, TOM)
        backup(data / DATABASE, tmp_path / "copy.sqlite3")
        permitted = await permit(house.parts, Export(NADIA, Door.TERMINAL))
        with reading(data / DATABASE) as record:
            (tmp_path / "export.ndjson").write_text("".join(lines(record, permitted)))
        await erase(house.parts, Erasure("ana@example.com", SAYS, NADIA, Door.TERMINAL))
        await seal(house.parts)
        assert left_in(tmp_path) == {}, "while the bot is open"
    assert left_in(tmp_path) == {}


async def test_a_secret_that_was_let_through_would_be_found(tmp_path: Path) -> None:
    """The search itself works: in the database, and in its log."""
    async with opened(tmp_path) as house:
        await house.start(subject="quetzalcoatl")
        names = {path.name for path in traces(tmp_path, "quetzalcoatl")}
    assert names & {DATABASE, f"{DATABASE}-wal"}
