"""Everything there is after a play, read without the product's queries: database, workspace, back office, log."""

import json
import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from bot.adapters.store.codec import Codec
from bot.adapters.systems.sandbox import Backstage, Call
from bot.domain.run import Run
from bot.wiring import BACK_OFFICE, DATABASE
from bot.workspace.log import Line, Way
from bot.workspace.payload import Json
from bot.workspace.state.person import Kind, Person
from tests.scenarios.slack.stage import GROUPS, SECRET, Stage

_DOCUMENT = Codec(Run)
_GUESTS = frozenset({Kind.GUEST, Kind.SINGLE_CHANNEL_GUEST})


@dataclass(frozen=True)
class Entry:
    """A line of the record."""

    run: str
    kind: str
    step: str | None
    actor: str
    notes: Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """Where the product believes that a card stands."""

    run: str
    step: str
    card: str
    channel: str
    ts: str
    gone: bool


@dataclass(frozen=True)
class World:
    """As it stands when all is quiet."""

    runs: tuple[Run, ...]
    entries: tuple[Entry, ...]
    inbox: Mapping[str, bool]
    """Whether each delivery is through."""
    cards: tuple[Card, ...]
    messages: tuple[Json, ...]
    """What the app has posted, wherever it stands."""
    views: tuple[Json, ...]
    people: Mapping[str, Person]
    """Everybody, as the workspace knows them, by `team/user`."""
    deciders: frozenset[str]
    """Who may approve in these workflows, were they who they should be; by `team/user`."""
    effects: tuple[Call, ...]
    lines: tuple[Line, ...]
    """What went over the wire."""
    heard: tuple[logging.LogRecord, ...]
    stored: bytes
    """All that lies on the disk."""
    keys: tuple[str, ...]
    """Tokens and secrets of the app, and one that somebody may have written."""
    address: str
    """The personal address that is in every ticket."""

    def entries_of(self, run: str, *kinds: str) -> list[Entry]:
        return [one for one in self.entries if one.run == run and one.kind in kinds]

    def is_one_of_us(self, person: str) -> bool:
        """Whether this is a person of the workspace who may do anything at all."""
        found = self.people.get(person)
        return found is not None and not (found.deleted or found.is_bot or found.kind in (*_GUESTS, Kind.STRANGER))


def look(stage: Stage, *, disk: bool = True) -> World:
    """Everything, now. Without `disk` what lies there is not read as a whole."""
    desk = stage.both.running.desk
    workspace, team = desk.workspace, stage.both.connection.team
    app = next(iter(workspace.apps.values()))
    posted = [one for channel in workspace.channels.values() for one in channel.messages.values() if one.app]
    with closing(sqlite3.connect(stage.settings.data / DATABASE)) as db:
        documents = db.execute("SELECT document FROM run ORDER BY n").fetchall()
        headers = db.execute("SELECT run, header FROM entry WHERE run IS NOT NULL ORDER BY id").fetchall()
        inbox = dict(db.execute("SELECT id, finished_at IS NOT NULL FROM inbox").fetchall())
        cards = db.execute("SELECT run, step, card, channel, ts, gone FROM card").fetchall()
    return World(
        runs=tuple(_DOCUMENT.decode(row[0]) for row in documents),
        entries=tuple(_entry(run, json.loads(header)) for run, header in headers),
        inbox={id: bool(through) for id, through in inbox.items()},
        cards=tuple(Card(run, step, card, place, ts, bool(gone)) for run, step, card, place, ts, gone in cards),
        messages=tuple(
            {"channel": one.channel, "ts": one.ts, "text": one.text, "blocks": one.blocks or []} for one in posted
        ),
        views=tuple(view.content for view in workspace.views()),
        people={f"{one.team}/{one.id}": one for one in workspace.people.values()},
        deciders=frozenset(f"{team}/{stage.user_of(name)}" for name in GROUPS["specialists"]),
        effects=Backstage(stage.settings.data / BACK_OFFICE).effects(),
        lines=tuple(line for line in desk.log.lines if line.way is not Way.NOTE),
        heard=tuple(stage.heard.lines),
        stored=b"".join(path.read_bytes() for path in sorted(stage.settings.data.rglob("*.sqlite3*")) if disk),
        keys=(app.bot_token, app.app_token, app.signing_secret, SECRET),
        address="ana@example.com",
    )


def _entry(run: str, told: dict[str, Any]) -> Entry:
    return Entry(run, str(told["kind"]), told.get("step"), str(told.get("actor") or ""), told)
