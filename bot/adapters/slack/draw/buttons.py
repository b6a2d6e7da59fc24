"""What can be done with a card: specific words, one main button, everything rarer in a menu."""

from bot.adapters.slack.draw.naming import block_id, button_of, reply_id
from bot.adapters.slack.draw.safe import Block, Blocks, label, plain
from bot.domain.content import Card
from bot.domain.run import Ask, GateStatus
from bot.domain.text import one_line

MOST_IN_MENU = 5
_MENU = (
    ("more", "Ask for More Information"),
    ("escalate", "Escalate"),
    ("take-over", "Take Over"),
    ("redraft", "Ask for Another Draft"),
    ("correct", "Correct a Fact"),
    ("comment", "Comment"),
)
"""In the order of their use. A comment can be left as a reply in the thread as well, so it gives way."""
_GUESSES = frozenset({"redraft", "correct"})
_OF_QUESTIONS = {
    Ask.FILL_IN: "Fill In",
    Ask.INQUIRE: "Answer",
    Ask.CONFIRM: "End the Run Here",
    Ask.DONE_BY_ME: "Done by Me",
    Ask.OBSERVE: "Say What You Did",
}


def buttons(card: Card) -> Block | None:
    """The row of buttons; None where nothing can be done."""
    if card.around is None:
        return None
    if card.around.ask is not None:
        elements = _of_question(card, card.around.ask)
    elif card.around.status is GateStatus.OPEN:
        elements = _of_gate(card)
    else:
        elements = _afterwards(card)
    return {"type": "actions", "block_id": block_id(card), "elements": elements} if elements else None


def _of_question(card: Card, ask: Ask) -> Blocks:
    first = card.verbs[0] if card.verbs else "answer"
    elements: Blocks = [_button(card, first, _OF_QUESTIONS[ask], style="primary")]
    if "correct" in card.verbs:
        elements.append(_button(card, "correct", "Correct the Fact"))
    if "reject" in card.verbs:
        elements.append(_button(card, "reject", "Reject"))
    return elements


def _of_gate(card: Card) -> Blocks:
    """What a person can decide. Where the bot carries nothing out, doing it comes before approving it."""
    by_hand = "done-by-me" in card.verbs
    row: dict[str, Block] = {
        "done-by-me": _button(card, "done-by-me", "Done by Me", style="primary"),
        "approve": _button(card, "approve", button_of(card)) if by_hand else _approve(card),
        "edit": _button(card, "edit", "Edit"),
        "reject": _button(card, "reject", "Reject"),
        "reassign": {
            "type": "users_select",
            "action_id": "reassign",
            "placeholder": label("Hand to someone else", 150),
        },
    }
    return [*(element for verb, element in row.items() if verb in card.verbs), *_menu(card)]


def _approve(card: Card) -> Block:
    """Red, and asked about once more, only where a slip of the finger would destroy something."""
    if not any(deed.grave for deed in card.deeds):
        return _button(card, "approve", button_of(card), style="primary")
    confirm: Block = {
        "title": label(f"{button_of(card)}?", 100),
        "text": plain(one_line(_stake(card), 300), 300),
        "confirm": label("Yes, Approve", 30),
        "deny": label("Go Back", 30),
        "style": "danger",
    }
    return {**_button(card, "approve", button_of(card), style="danger"), "confirm": confirm}


def _stake(card: Card) -> str:
    grave = [deed for deed in card.deeds if deed.grave]
    first = grave[0]
    return f"{one_line(first.title, 120)} → {one_line(first.record, 80)}. {one_line(first.undo, 80)}"


def _menu(card: Card) -> Blocks:
    """The rarer verbs; none where there are none."""
    is_guessed = bool(card.around and card.around.guessed)
    offered = [
        (verb, said)
        for verb, said in _MENU
        if (verb in card.verbs or (verb == "more" and "comment" in card.verbs)) and (is_guessed or verb not in _GUESSES)
    ]
    options: Blocks = [{"text": label(said), "value": verb} for verb, said in offered[:MOST_IN_MENU]]
    menu: Block = {"type": "overflow", "action_id": "menu", "options": options}
    return [menu] if options else []


def answer_button(card: str, version: int) -> Block:
    """Under a question about a card, for whoever is asked."""
    button: Block = {"type": "button", "action_id": "reply", "text": label("Answer"), "value": card, "style": "primary"}
    return {"type": "actions", "block_id": reply_id(card, version), "elements": [button]}


def _afterwards(card: Card) -> Blocks:
    """What is approved can be rejected until it is carried out, and taken back after that."""
    elements: Blocks = []
    if "reject" in card.verbs:
        elements.append(_button(card, "reject", "Reject After All"))
    if card.around and card.around.undoable:
        elements.append(_button(card, "undo", "Undo"))
    return elements


def _button(card: Card, verb: str, said: str, *, style: str = "") -> Block:
    button: Block = {
        "type": "button",
        "action_id": verb,
        "text": label(said),
        "value": card.around.id if card.around else "",
        "accessibility_label": one_line(f"{said}: {card.title}", 75),
    }
    return {**button, "style": style} if style else button
