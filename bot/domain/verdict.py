"""What a person can say to a gate or a question."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a person can do with a gate or a question."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    TAKE_OVER = "take over"
    REDRAFT = "redraft"
    CORRECT = "correct"
    """Correct the fact a branch rests on: the run goes on again from there."""
    ANSWER = "answer"
    """Give the facts a question asks for, or confirm a stop."""
    DONE_BY_ME = "done by me"
    OBSERVE = "observe"
    COMMENT = "comment"
