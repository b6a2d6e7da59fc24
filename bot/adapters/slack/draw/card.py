"""A card as Slack shows it: the action and its target first, then whether it may be done, then the buttons."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from bot.adapters.slack.draw.basis import folded, key_facts, said, sureness
from bot.adapters.slack.draw.buttons import buttons
from bot.adapters.slack.draw.matter import Part, matter
from bot.adapters.slack.draw.room import Further, Left, further
from bot.adapters.slack.draw.safe import (
    Block,
    Blocks,
    Mention,
    fallback,
    inline,
    label,
    moment,
    named,
    people,
    pieces,
    plain,
    quote,
    rich,
    section,
)
from bot.adapters.slack.draw.standing import asked_of, standing
from bot.domain.content import Around, Card
from bot.domain.field import titled
from bot.domain.run import GateStatus, Mode
from bot.domain.text import one_line, visible

LONGEST_TITLE = 150
LONGEST_QUESTION = 1_500
LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card, ready to be posted."""

    blocks: Blocks
    text: str
    """For notifications and screen readers: what it is about and what is needed."""
    overflow: tuple[Further, ...] = ()
    """What goes into its thread, because it is too long for the card."""


def drawn(
    card: Card, *, mention: Mention = named, hosts: Collection[str] = frozenset(), called: Callable[[str], str] = str
) -> Drawn:
    """The card as blocks. Links lead to `hosts` only; nothing is left out that is not in `overflow`.

    `called` gives people their names where a text has no room for a mention.
    """
    title, doing, sure, evidence = _title(card), matter(card), sureness(card), folded(card)
    talk = said(card.around.voices if card.around else (), mention)
    row = buttons(card)
    blocks: Blocks = [
        *title.blocks,
        *_banner(card),
        standing(card, mention, hosts),
        *doing.blocks,
        *key_facts(card),
        *sure.blocks,
        *evidence.blocks,
        *talk.blocks,
        *_next(card, mention),
        *([row] if row else []),
        _small_print(card),
    ]
    left = [one for part in (title, doing, sure, evidence, talk) for one in part.left]
    return Drawn(
        blocks, fallback(_told(card, called)), further(left, name=_file(card), title=f"The rest of: {_about(card)}")
    )


def _title(card: Card) -> Part:
    """The action and its target; struck out where it will not happen. One that is too long stands below in full."""
    about = _about(card)
    if card.around and card.around.declined:
        first: Block = rich([section(inline(one_line(about, LONGEST_LINE), "bold", "strike"))])
    else:
        first = {"type": "header", "text": label(about, LONGEST_TITLE)}
    whole = visible(card.title)
    if len(card.deeds) > 1 or one_line(whole, LONGEST_TITLE) == whole:
        return Part([first])
    if len(whole) <= LONGEST_QUESTION:
        return Part([first, rich([quote(pieces(whole))])])
    return Part([first, rich([section(pieces("The whole stands in the thread below.", "italic"))])], (_whole(whole),))


def _whole(title: str) -> Left:
    return Left("What it is about, in full", title)


def _about(card: Card) -> str:
    """What a card is about on one line."""
    if len(card.deeds) > 1 and not (card.around and card.around.ask):
        first = card.deeds[0]
        return f"{len(card.deeds)} actions, the first: {first.title} → {first.record}"
    return card.title


def _told(card: Card, called: Callable[[str], str]) -> str:
    """What a notification says: what is needed or what was decided, and about what."""
    about = one_line(_about(card), 180).rstrip(".?! ")
    around, status = card.around, card.around.status if card.around else None
    match status:
        case GateStatus.OPEN:
            holder = around.holder if around else ""
            waits = card.standing.replace(holder, called(holder)) if holder else card.standing
            return f"Your decision is needed: {about}. {waits}"
        case None:
            waits = f"Waits for {asked_of(around)}." if around else card.standing
            return f"An answer is needed: {about}. {waits}" if card.verbs else f"{about}. {waits}"
        case _:
            return f"{status.value.capitalize()}: {about}."


def _file(card: Card) -> str:
    return f"card-{card.fingerprint or 'question'}-{card.version}"


def _banner(card: Card) -> Blocks:
    return [{"type": "context", "elements": [plain(card.banner, 300)]}] if card.banner else []


def _brought_in(around: Around | None, mention: Mention) -> Blocks:
    """Who brought more people in, first of all for those people."""
    last = [voice.person for voice in around.voices if voice.did == "escalate"][-1:] if around is not None else []
    return [*people(last, mention), *pieces(" brought more people in. ")] if last and "/" in last[0] else []


def _next(card: Card, mention: Mention) -> Blocks:
    """Why somebody is asked, what happens then, and until when."""
    parts: Blocks = []
    around = card.around
    if card.why and (around is None or around.status is GateStatus.OPEN):
        who = _brought_in(around, mention)
        parts.append(section(pieces("Why you are asked  ", "bold"), who, inline(one_line(card.why, LONGEST_LINE))))
    if card.then:
        parts.append(section(pieces("What happens next  ", "bold"), inline(card.then)))
    times = list(_times(around)) if around is not None else []
    if times:
        parts.append(section(*times))
    return [rich(parts)] if parts else []


def _times(around: Around) -> Iterator[Blocks]:
    if around.escalates_at is not None:
        yield [*pieces("Goes to others  ", "bold"), moment(around.escalates_at), *pieces(", if undecided.  ")]
    if around.expires_at is not None:
        never = " Time never approves anything." if around.ask is None else ""
        yield [*pieces("Runs out  ", "bold"), moment(around.expires_at), *pieces(f".{never}")]
    if around.undoable and around.undo_until is not None:
        yield [*pieces("Can be taken back until  ", "bold"), moment(around.undo_until), *pieces(".")]


def _small_print(card: Card) -> Block:
    around = card.around
    lines = [note for note in card.notes if not note.startswith("Undecided")]
    if around is not None:
        systems = dict.fromkeys(deed.kind.partition(".")[0] for deed in card.deeds if deed.kind)
        acts = around.mode is Mode.EXECUTE and around.status in (GateStatus.OPEN, GateStatus.APPROVED)
        lines = [titled(around.workflow), *lines, *around.budget]
        lines += [f"Carried out by this bot in {', '.join(systems)}"] if acts and systems else []
    if card.fingerprint:
        lines.append(f"Fingerprint {card.fingerprint}, version {card.version}")
    return {"type": "context", "elements": [plain(one_line("  ·  ".join(filter(None, lines)), 2_000), 2_000)]}
