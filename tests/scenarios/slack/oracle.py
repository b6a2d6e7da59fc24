"""Who may do what on which card, written by hand: what the product is held against, and made of none of its code."""

from dataclasses import dataclass
from enum import StrEnum

from bot.workspace.payload import Json


class Met(StrEnum):
    """What somebody meets who presses something."""

    DONE = "it is done"
    OPENS = "a form opens, which is refused"
    AT_THE_DOOR = "sent away at the door"
    NOT_KNOWN = "I do not know you here."
    DEACTIVATED = "This account is deactivated."
    A_BOT = "A bot cannot decide; a person has to."
    A_GUEST = "Guests cannot do this here."
    FOREIGN = "People from other organisations cannot do this here."
    NOT_ASKED = "deciders (deciders) decide this."
    NOT_RESPONSIBLE = "You may not undo here. Ask the owner @olga."
    OWN_REQUEST = "You asked for this yourself, so somebody else has to approve it."
    OWN_EDIT = "You changed this yourself, so somebody else has to approve it."
    NO_SPECIALIST = "Only a specialist may approve this kind of document."
    OLD_VERSION = "You saw version 1; version 2 is the current one."
    A_COPY = "This is a copy of a card, or an old one."
    APPROVED = "This is approved already"
    REJECTED = "This is rejected already"
    EXPIRED = "This is expired already"
    ENDED = "This run has ended"
    CARRIED_OUT = "Something was carried out already"
    NOTHING_WAITS = "Nothing waits for a decision here"
    NOTHING_DONE = "There is nothing here that can be taken back"
    BY_THE_BOT = "The bot carries this out itself."
    NOTHING_TO_FILL_IN = "gives nothing that could be filled in."
    GIVEN_BACK = "given back, with what was typed"


@dataclass(frozen=True)
class Kind:
    """A kind of person, and what keeps them from each kind of verb on a card that waits."""

    who: str
    votes: Met
    """Approve; say that it was done by hand."""
    decides: Met
    """Edit, reject, hand on, ask for another draft: whatever changes what is decided, or by whom."""
    says: Met
    """Comment, ask for more."""
    undoes: Met
    team: str | None = ""
    """The team that Slack names beside them; None where it names none."""

    def meets(self, verb: str) -> Met:
        return {
            "approve": self.votes,
            "done-by-me": self.votes,
            "comment": self.says,
            "more": self.says,
            "undo": self.undoes,
        }.get(verb, self.decides)


def nobody(who: str, met: Met, team: str | None = "") -> Kind:
    """Somebody who may nothing."""
    return Kind(who, met, met, met, met, team)


DO, ASK, RESP = Met.DONE, Met.NOT_ASKED, Met.NOT_RESPONSIBLE
KINDS: dict[str, Kind] = {
    #                                votes              decides says undoes
    "reviewer": Kind("leo", DO, DO, DO, DO),
    "reviewer, no specialist": Kind("ines", Met.NO_SPECIALIST, DO, DO, DO),
    "requester": Kind("mia", Met.OWN_REQUEST, DO, DO, DO),
    "editor": Kind("tom", Met.OWN_EDIT, DO, DO, DO),
    "owner": Kind("olga", ASK, ASK, DO, DO),
    "maintainer": Kind("jonas", ASK, ASK, DO, DO),
    "outsider": Kind("kenji", ASK, ASK, DO, RESP),
    "next in the chain, not invited": Kind("nadia", ASK, ASK, DO, RESP),
    "guest": nobody("gus", Met.A_GUEST),
    "bot": nobody("opsbot", Met.A_BOT),
    "deactivated": nobody("vera", Met.DEACTIVATED),
    "of another organisation": nobody("pat", Met.AT_THE_DOOR, "TOTHER0000"),
    "of another organisation, unsaid": nobody("pat", Met.FOREIGN, None),
    "of another team": nobody("kenji", Met.AT_THE_DOOR, "TANOTHER00"),
    "unknown": nobody("nobody", Met.NOT_KNOWN),
}

AT_ONCE = ("approve", "reassign")
FORMS: dict[str, dict[str, Json]] = {
    "edit": {"tag": {"type": "plain_text_input", "value": "another"}},
    "reject": {
        "reason": {"type": "static_select", "selected_option": {"value": "wrong facts"}},
        "text": {"type": "plain_text_input", "value": "Not this."},
    },
    "escalate": {
        "category": {"type": "static_select", "selected_option": {"value": "unclear policy"}},
        "text": {"type": "plain_text_input", "value": "May we?"},
    },
    "take-over": {"text": {"type": "plain_text_input", "value": "I do it."}},
    "redraft": {"text": {"type": "plain_text_input", "value": "Shorter."}},
    "correct": {"tag": {"type": "plain_text_input", "value": "corrected"}},
    "comment": {"text": {"type": "plain_text_input", "value": "I see."}},
    "more": {"text": {"type": "plain_text_input", "value": "Which one?"}},
    "answer": {"tag": {"type": "plain_text_input", "value": "answered"}},
    "done-by-me": {
        "minutes": {"type": "number_input", "value": "7"},
        "link": {"type": "url_text_input", "value": "https://example.com/1"},
    },
    "undo": {},
}
VERBS = (*AT_ONCE, *FORMS)
SAYING = frozenset({"comment", "more"})

STATES: dict[str, dict[str, Met]] = {
    # What stands before anybody who is known at all, whoever they are; `*` for every verb that is not named.
    "live": {"undo": Met.NOTHING_DONE},
    "stale": {"*": Met.OLD_VERSION, "undo": Met.NOTHING_DONE},
    "decided": {"*": Met.APPROVED, "correct": Met.CARRIED_OUT, "undo": Met.DONE},
    "rejected": {"*": Met.REJECTED, "correct": Met.ENDED, "undo": Met.NOTHING_DONE},
    "expired": {"*": Met.EXPIRED, "correct": Met.NOTHING_WAITS, "undo": Met.NOTHING_DONE},
    "copied": {"*": Met.A_COPY, "comment": Met.A_COPY, "more": Met.A_COPY, "undo": Met.A_COPY},
}
NEVER = {"answer": Met.NOTHING_TO_FILL_IN, "done-by-me": Met.OPENS}
"""What does not fit such a gate at all, by whoever may. No button offers it; who makes one up is refused."""


def verdict(kind: Kind, verb: str, state: str) -> Met:
    """What comes of it when somebody of this kind uses this verb on such a card."""
    own, stands = kind.meets(verb), STATES[state]
    if own is Met.AT_THE_DOOR:
        return own
    if state == "copied":
        return Met.A_COPY
    if own is Met.NOT_KNOWN or verb in SAYING or (verb == "undo" and own is not Met.DONE):
        return own
    met = stands.get(verb, stands.get("*", Met.DONE))
    if met is not Met.DONE or own is not Met.DONE:
        return met if met is not Met.DONE else own
    return NEVER.get(verb, own)
