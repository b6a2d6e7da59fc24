"""The tracker: issues, what was said on them, and what is to be done."""

from enum import StrEnum

from pydantic import Field

from bot.domain.intent import Fact, Intent, Promised, Receipt, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Id, Line

SYSTEM = "tasks"


class IssueStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class IssueRef(Fact):
    """One issue, by its number."""

    issue_id: Id


class Issue(Fact):
    """An issue with everything that was said on it, oldest first."""

    issue_id: str
    project: str
    title: str
    body: str
    status: IssueStatus
    comments: tuple[str, ...] = ()
    """`Jonas: …`, one each."""
    summaries: int = 0
    """How many of them are ours."""


issue_of = Lookup(SYSTEM, "issue_of", takes=IssueRef, gives=Issue, witnessed=("status", "comments"))


class OpenIssue(Intent, system=SYSTEM, target="project", risk=Risk.ROUTINE):
    """Open an issue."""

    project: Id
    title: Line
    body: str = Field(default="", max_length=20_000)

    def undone_by(self, receipt: Receipt) -> "CloseIssue":
        return CloseIssue(issue_id=receipt.id)


class CloseIssue(Intent, system=SYSTEM, target="issue_id", risk=Risk.ROUTINE):
    """Close an issue."""

    issue_id: str | Promised

    def undone_by(self, receipt: Receipt) -> "ReopenIssue":
        del receipt
        return ReopenIssue(issue_id=self.issue_id)


class ReopenIssue(Intent, system=SYSTEM, target="issue_id", risk=Risk.ROUTINE):
    """Open a closed issue again."""

    issue_id: str | Promised

    def undone_by(self, receipt: Receipt) -> CloseIssue:
        del receipt
        return CloseIssue(issue_id=self.issue_id)


class AddComment(Intent, system=SYSTEM, target="issue_id", risk=Risk.ROUTINE):
    """Write a comment on an issue."""

    issue_id: str | Promised
    body: str = Field(min_length=1, max_length=20_000)

    def undone_by(self, receipt: Receipt) -> "DeleteComment":
        return DeleteComment(issue_id=self.issue_id, comment_id=receipt.id, body=self.body)


class DeleteComment(Intent, system=SYSTEM, target="issue_id", risk=Risk.ROUTINE, identifiers=("comment_id",)):
    """Take a comment off an issue."""

    issue_id: str | Promised
    comment_id: str
    body: str = Field(default="", max_length=20_000)

    def undone_by(self, receipt: Receipt) -> AddComment:
        del receipt
        return AddComment(issue_id=self.issue_id, body=self.body or "(restored)")
