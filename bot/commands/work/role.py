"""Which of the models somebody means."""

from bot.commands.shell.session import Session
from bot.domain.errors import Unknown
from bot.domain.text import hint, one_line
from bot.settings.model import NEEDED


def refuse_unknown_role(session: Session, role: str) -> None:
    """Raise Unknown where no model has this role: it would quietly be another one that is asked."""
    known = session.settings.file.model.roles or NEEDED
    if role and role not in known and not session.bot.parts.model.rehearsal:
        mend = hint(role, known, f"There is: {', '.join(known)}.")
        raise Unknown(f"No model has the role “{one_line(role, 40)}”. {mend}")
