"""What a database that was put back may not know: runs from before then may have done more than it says."""

from bot.application.parts import Parts
from bot.domain.run import Action, Run


def is_from_before(parts: Parts, run: Run) -> bool:
    """Whether an older copy of the database was put in place since the run started."""
    return parts.restored_at is not None and run.started_at < parts.restored_at


def may_have_happened(parts: Parts, run: Run, action: Action) -> bool:
    """Whether an action that is only planned may have happened, in the time that was lost.

    Once it has begun since then, the system or a person has said how it stands.
    """
    begun = action.begun_at
    return is_from_before(parts, run) and (begun is None or parts.restored_at is None or begun < parts.restored_at)
