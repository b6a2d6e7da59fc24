"""What a decision rests on: key facts, rules and doubts in view, the rest of the evidence folded."""

from collections.abc import Iterator, Sequence

from bot.adapters.slack.draw.matter import Part, lines_of
from bot.adapters.slack.draw.room import Left, fit
from bot.adapters.slack.draw.safe import (
    Block,
    Blocks,
    Mention,
    bullets,
    inline,
    label,
    moment,
    pieces,
    quote,
    rich,
    section,
)
from bot.domain.content import Card, Evidence, Line, Voice
from bot.domain.field import titled
from bot.domain.text import one_line, visible

ROOM_FOR_EVIDENCE = 4_000
ROOM_FOR_DOUBTS = 1_200
ROOM_FOR_VOICES = 1_500
MOST_EVIDENCE = 8
MOST_VOICES = 8
MOST_RULES = 6
_DID = {
    "comment": "commented",
    "question": "asked for more",
    "answer": "answered",
    "escalate": "escalated this",
    "reassign": "handed this on",
    "redraft": "asked for another draft",
}
_FROM = {"trigger": "the request", "system": "a system", "model": "the model", "rehearsal": "the rehearsal model"}


def key_facts(card: Card) -> Blocks:
    """The few facts to look at first, on as few lines as they take."""
    around = card.around
    if around is None or not around.key:
        return []
    runs: Blocks = []
    for line in around.key:
        runs += [*pieces("   ·   " if runs else ""), *inline(f"{titled(line.name)} ", "bold"), *_short(line.value)]
    return [rich([section(pieces("Key facts", "bold")), section(runs)])]


def _short(value: str) -> Blocks:
    return inline(one_line(value, 80))


def sureness(card: Card) -> Part:
    """How sure the model is, what it doubts, and which rules hold."""
    parts: Blocks = []
    if card.confidence:
        parts.append(section(pieces("Confidence  ", "bold"), inline(one_line(card.confidence, 500))))
    fitted = fit([Line("", doubt) for doubt in card.doubts], ROOM_FOR_DOUBTS)
    if card.doubts:
        parts.append(section(pieces("Doubts", "bold")))
        parts.append(bullets(inline(one.text + ("…" if one.more else "")) for one in fitted.shown))
    if fitted.left:
        parts.append(section(pieces("All doubts in full stand in the thread below.", "italic")))
    parts += _rules(card)
    left = (Left("Doubts", "\n".join(map(visible, card.doubts))),) if fitted.left else ()
    return Part([rich(parts)] if parts else [], left)


def _rules(card: Card) -> Iterator[Block]:
    rules = card.around.rules if card.around else ()
    broken = [rule for rule, holds in rules if not holds]
    if broken:
        yield section(pieces("Rules that do not hold", "bold"))
        yield bullets(inline(one_line(rule, 300)) for rule in broken[:MOST_RULES])
    kept = len(rules) - len(broken)
    if kept:
        yield section(pieces("Rules  ", "bold"), pieces(f"{_kept(kept, of=len(rules))}."))


def _kept(kept: int, *, of: int) -> str:
    match (kept, of):
        case (1, 1):
            return "The one rule of the brief holds"
        case (2, 2):
            return "Both rules of the brief hold"
        case _ if kept == of:
            return f"All {kept} rules of the brief hold"
        case _:
            return f"{kept} other rules of the brief hold" if kept > 1 else "One other rule of the brief holds"


def folded(card: Card) -> Part:
    """Every step that the brief wants seen, in one container that opens."""
    children: Blocks = []
    left: list[Left] = []
    shown = card.evidence[:MOST_EVIDENCE]
    for evidence in shown:
        fitted = fit(evidence.lines, ROOM_FOR_EVIDENCE // len(shown))
        children.append(rich([section(inline(_title(evidence), "bold")), *lines_of(fitted)]))
        left += (Left(f"{titled(one.line.name)}: {_title(evidence)}", one.text) for one in fitted.left)
    rest = card.evidence[MOST_EVIDENCE:]
    for evidence in rest:
        left += (Left(f"{titled(one.name)}: {_title(evidence)}", visible(one.value)) for one in evidence.lines)
    if rest:
        more = [inline(one_line(_title(evidence), 80)) for evidence in rest[:20]]
        children.append(rich([section(pieces("More evidence stands in the thread below:", "italic")), bullets(more)]))
    if not children:
        return Part([])
    names = ", ".join(titled(evidence.title).lower() for evidence in card.evidence)
    return Part([_container(f"Evidence: {names}", children)], tuple(left))


def _title(evidence: Evidence) -> str:
    return f"{titled(evidence.title)}, from {_FROM.get(evidence.source, evidence.source)}"


def _container(title: str, children: Blocks) -> Block:
    return {
        "type": "container",
        "title": label(title, 150),
        "child_blocks": children,
        "is_collapsible": True,
        "default_collapsed": True,
    }


def said(voices: Sequence[Voice], mention: Mention) -> Part:
    """What people said about it lately, each with their name and the time."""
    if not voices:
        return Part([])
    parts: Blocks = [section(pieces("Said so far", "bold"))]
    last = voices[-MOST_VOICES:]
    fitted = fit([Line("", voice.text) for voice in last], ROOM_FOR_VOICES)
    for voice, one in zip(last, fitted.shown, strict=False):
        did = _DID.get(voice.did, voice.did)
        parts.append(section([mention(voice.person)], inline(f" {did}, "), [moment(voice.at)]))
        if one.text:
            parts.append(quote(pieces(one.text + ("…" if one.more else ""))))
    if not fitted.left and len(last) == len(voices):
        return Part([rich(parts)])
    parts.append(section(pieces("All of it stands in the thread below.", "italic")))
    whole = "\n\n".join(f"{visible(voice.person)} ({voice.did}):\n{visible(voice.text)}" for voice in voices)
    return Part([rich(parts)], (Left("Said so far", whole),))
