"""What was understood from plain words, for the one person who wrote them: a form to open, a change to apply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.adapters.slack.draw.change import differences
from bot.adapters.slack.draw.room import Reply
from bot.adapters.slack.draw.safe import Block, Blocks, bullets, fallback, inline, label, pieces, plain, rich, section
from bot.domain.around import written
from bot.domain.card import REHEARSED
from bot.domain.content import Changed
from bot.domain.field import titled
from bot.domain.plain import Plain
from bot.domain.suggestion import Filling, Rewording, Sureness
from bot.domain.text import one_line

WORDS, REWORDING = "words", "rewording"
"""How the names of the rows of buttons begin: of an answer to a message, and to a reply below a card."""
MOST_ABILITIES = 12
MOST_VALUES, LONGEST_VALUE = 30, 200
"""The whole stands in the form."""
ROOM_FOR_CHANGES = 6_000
MOST_DOUBTS = 6


@dataclass(frozen=True, slots=True)
class Ability:
    """A workflow that somebody may start, and what it does."""

    name: str
    does: str


def abilities(can: Sequence[Ability], *, why: str = "") -> Reply:
    """What the bot can do for somebody, on one screen. `why` says first why it did not understand them."""
    parts: Blocks = [section(inline(one_line(why, 500)))] if why else []
    if not can:
        said = "There is nothing here that you may start. The owner of a workflow can let you, in its brief."
        return Reply([rich([*parts, section(pieces(said))])], fallback(said))
    said = "I prepare work, ask the people who decide, and do exactly what they approved. You may start:"
    parts.append(section(pieces(said)))
    parts.append(bullets([*inline(one.name, "bold"), *inline(f"  {one_line(one.does, 150)}")] for one in _first(can)))
    more = f" {len(can) - MOST_ABILITIES} more stand in the choice." if len(can) > MOST_ABILITIES else ""
    asks = "Say what you want in your own words, or choose. Type /ops help for everything else."
    parts.append(section(pieces(f"{asks}{more}")))
    return Reply(
        [rich(parts), _row(WORDS, "", [_button("choose", "Choose What to Start", primary=True)])], fallback(said)
    )


def _first(can: Sequence[Ability]) -> Sequence[Ability]:
    return can[:MOST_ABILITIES]


def filled(id: str, filling: Filling, does: str) -> Reply:
    """The workflow that was understood, with what its form will hold."""
    said = f"Do you want to start {filling.workflow}?"
    parts: Blocks = [section(inline(said, "bold")), section(inline(one_line(does, 300)))]
    if filling.values:
        parts.append(section(pieces("The form is filled in with what you wrote:")))
        parts.append(bullets(_value(name, value) for name, value in [*filling.values.items()][:MOST_VALUES]))
    if filling.left_out:
        names = ", ".join(titled(name).lower() for name in filling.left_out)
        parts.append(section(inline(f"Left empty, for you did not write it like this: {names}.", "italic")))
    parts += _sureness(filling.sure)
    parts.append(section(pieces("Nothing starts before you send the form.")))
    row = [_button("open", "Open the Form", primary=True), _button("choose", "Choose Another")]
    return Reply([*_banner(filling.sure), rich(parts), _row(WORDS, id, row)], fallback(said))


def difference(id: str, rewording: Rewording, title: str, changed: Sequence[Changed]) -> Reply:
    """What would be different on a card. What is too long to be shown here is looked at in the form."""
    parts, hidden = differences(changed, ROOM_FOR_CHANGES)
    keep = _button("keep", "Keep as a Comment")
    if rewording.problem:
        said = f"Nothing is changed: {rewording.problem}"
        whole = [section(inline(said)), *_sureness(rewording.sure), section(pieces(_KEEP))]
        return Reply([*_banner(rewording.sure), rich(whole), _row(REWORDING, id, [keep])], fallback(said))
    said = f"Change this? {title}"
    whole = [section(inline(said, "bold")), *parts, *map(_too_long, hidden), *_sureness(rewording.sure)]
    if rewording.others:
        whole.append(
            section(pieces("Your words are about another action as well: say that again after this.", "italic"))
        )
    whole.append(section(pieces(f"It makes version {rewording.version + 1} and voids approvals so far. {_AUTHOR}")))
    go = (
        _button("form", "Open the Form", primary=True)
        if hidden
        else _button("apply", "Apply This Change", primary=True)
    )
    return Reply([*_banner(rewording.sure), rich(whole), _row(REWORDING, id, [go, keep])], fallback(said))


def _value(name: str, value: Plain) -> Blocks:
    return [*inline(f"{titled(name)}  ", "bold"), *inline(one_line(written(value), LONGEST_VALUE))]


_KEEP = "Use Edit on the card, say it in other words, or keep what you wrote as a comment."
_AUTHOR = "Nothing happens before you click; then you are one of its authors, and others may have to approve it."


def _too_long(one: Changed) -> Block:
    return section(inline(f"{titled(one.name)} is too long to be compared here: look at it in the form.", "italic"))


def _sureness(sure: Sureness) -> Blocks:
    parts: Blocks = []
    if sure.confidence is not None:
        parts.append(section(pieces("Confidence  ", "bold"), pieces(f"{sure.confidence} %")))
    if sure.doubts:
        parts.append(section(pieces("Doubts", "bold")))
        parts.append(bullets(inline(one_line(doubt, 300)) for doubt in sure.doubts[:MOST_DOUBTS]))
    return parts


def _banner(sure: Sureness) -> Blocks:
    return [{"type": "context", "elements": [plain(REHEARSED, 300)]}] if sure.rehearsed else []


def _row(kind: str, id: str, elements: Sequence[Plain]) -> Block:
    return {"type": "actions", "block_id": f"{kind}:{id}", "elements": [*elements]}


def _button(verb: str, said: str, *, primary: bool = False) -> Block:
    style: Mapping[str, Plain] = {"style": "primary"} if primary else {}
    return {"type": "button", "action_id": verb, "text": label(said), **style}
