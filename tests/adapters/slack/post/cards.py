"""A messenger with real parts: a store on a file, the local workspace, and a plain way to draw."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.adapters.slack.draw.room import Further, Reply, Snippet
from bot.adapters.slack.draw.trouble import drawn_trouble
from bot.adapters.slack.post.caller import Caller
from bot.adapters.slack.post.messenger import SlackMessenger
from bot.adapters.slack.post.overflow import uploading
from bot.adapters.slack.post.places import Places
from bot.adapters.slack.post.standing import Find, Standing
from bot.adapters.store.store import SqliteStore
from bot.domain.content import Used
from bot.domain.person import Person, PersonId
from bot.domain.plain import Plain
from bot.domain.run import Ask, GateStatus, Question, Run
from bot.domain.terms import Terms
from bot.ports.cards import Placed
from bot.ports.store import Store
from bot.workspace.state.message import Message
from tests.adapters.slack.post.place import Stand, Virtual
from tests.adapters.store.made import NOON, create, gate, moved, opened, save
from tests.made import terms_of

STEP = "approved"


@dataclass(frozen=True)
class Plainly:
    """A card, drawn with as little as there can be."""

    blocks: Sequence[Plain]
    text: str
    overflow: tuple[Further, ...] = ()


@dataclass
class Draw:
    """Draws gates and questions; `overflow` is what finds no room."""

    overflow: tuple[str | Snippet, ...] = ()
    blocks: list[Plain] = field(default_factory=list[Plain])
    nothing: bool = False

    def __call__(self, run: Run, terms: Terms, step: str, used: Used | None) -> Plainly | None:
        del used
        one = run.gates.get(step)
        question = run.questions.get(step)
        if self.nothing or (one is None and question is None):
            return None
        standing = f"{one.status} v{one.version}" if one is not None else "asked"
        words = f"{run.id[-4:]} {step}: {standing}"
        drawn: list[Plain] = [_plain(words)]
        if one is None or one.status is GateStatus.OPEN:
            button: Plain = {
                "type": "button",
                "action_id": "approve",
                "text": {"type": "plain_text", "text": "Approve"},
            }
            drawn.append({"type": "actions", "elements": [button]})
        rest = tuple(one if isinstance(one, Snippet) else Reply([_plain(one)], "The rest") for one in self.overflow)
        return Plainly([*drawn, *self.blocks], words, rest)


def _plain(text: str) -> Plain:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


@dataclass(frozen=True)
class Now:
    """The time of a workspace, as the bot reads it."""

    passing: Virtual

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.passing.now(), UTC)


@dataclass
class Cards:
    """One bot at work in Slack."""

    slack: Stand
    store: SqliteStore
    draw: Draw
    terms: Terms
    messenger: SlackMessenger
    caller: Caller

    async def show(self, run: Run, step: str = STEP, terms: Terms | None = None) -> str:
        return await self.messenger.show(run, terms or self.terms, step)

    async def of(self, run: Run, step: str = STEP) -> Placed | None:
        return next(iter(await self.everywhere(run, step)), None)

    async def everywhere(self, run: Run, step: str = STEP) -> tuple[Placed, ...]:
        return await self.store.run(lambda tx: tx.cards.of(run.id, step))

    async def at_gate(self, n: int = 1, *, group: str = "support") -> Run:
        """A run that waits for a decision."""
        run = await create(self.store, n)
        waits = replace(gate(group), id=f"{n:0>32}")
        return await save(self.store, moved(run, gates={STEP: waits}))

    async def change(self, run: Run, **other: Any) -> Run:
        """The run after something about its gate changed."""
        changed = replace(run.gates[STEP], **other)
        return await save(self.store, moved(run, gates={STEP: changed}))

    async def asked(self, group: str = "requester", *, by: str = "sam") -> Run:
        """A run that waits for an answer."""
        question = Question(STEP, Ask.INQUIRE, group, "How many?", NOON)
        run = await create(self.store, 5)
        origin = replace(run.origin, requester=f"{self.slack.team}/{self.slack.user(by)}" if by else "schedule:x")
        return replace(await save(self.store, moved(run, questions={STEP: question})), origin=origin)

    def card(self, run: Run, channel: str = "support") -> list[Message]:
        """The messages of a run in a channel that are no replies."""
        return [one for one in self.slack.written(channel) if run.id[-4:] in one.text and not one.is_reply]

    def replies(self, channel: str = "support") -> list[str]:
        return [one.blocks[0]["text"]["text"] for one in self.slack.written(channel) if one.is_reply and one.blocks]

    def restarted(self) -> "Cards":
        """The same bot after its process ended: it remembers what it stored, and nothing else."""
        return replace(self, **_parts(self.slack, self.slack.another_caller(), self.store, self.draw))


def finding(slack: Stand) -> Callable[[str], Awaitable[Person | None]]:
    """Who is who, by id or handle."""

    async def find(who: str) -> Person | None:
        for one in slack.desk.workspace.people.values():
            person = Person(
                PersonId(f"{one.team}/{one.id}"), one.real_name, f"@{one.name}", active=not one.deleted, bot=one.is_bot
            )
            if who in (person.id, person.handle):
                return person
        return None

    return find


def _parts(slack: Stand, caller: Caller, store: SqliteStore, draw: Draw) -> dict[str, Any]:
    return {"messenger": messenger_of(slack, caller, store, draw, find=finding(slack)), "caller": caller}


def messenger_of(slack: Stand, caller: Caller, store: Store, draw: Draw, *, find: Find) -> SlackMessenger:
    """A messenger as the product joins it."""
    places, clock = Places(caller, slack.passing), Now(slack.passing)
    cards = Standing(
        caller=caller,
        places=places,
        store=store,
        find=find,
        draw=draw,
        clock=clock,
        upload=uploading(slack.session),
    )
    return SlackMessenger(
        caller=caller, places=places, store=store, find=find, cards=cards, draw_trouble=drawn_trouble, clock=clock
    )


@asynccontextmanager
async def opened_cards(slack: Stand, path: Path) -> AsyncGenerator[Cards]:
    async with opened(path) as store:
        draw = Draw()
        terms = terms_of(reviewers={"leads": {"channel": "#care-leads"}, "nowhere": NOWHERE})
        yield Cards(slack=slack, store=store, draw=draw, terms=terms, **_parts(slack, slack.caller, store, draw))


NOWHERE = {"channel": "#random", "members": ["@kenji"], "evidence": ["ticket"]}
"""A channel that the bot is not in."""
