"""Files that a person brings: for a message, or for a field of a form."""

import base64
import binascii

from bot.workspace.acts.outcome import Outcome, Refused
from bot.workspace.changes.filing import ask_for_room, complete, fill
from bot.workspace.desk import Desk
from bot.workspace.state.person import Person

LARGEST = 10 * 1024 * 1024


def upload(desk: Desk, person: Person, name: str, content: str, *, title: str = "") -> Outcome:
    """Take a file in, its content in base64. It stands nowhere yet: a message or a form brings it there."""
    if not name or name in (".", "..") or any(sign in name for sign in "/\\\0\r\n"):
        raise Refused(f"A file cannot be called “{name[:80]}”. Give it another name.")
    data = _decoded(content)
    if len(data) > LARGEST:
        raise Refused(f"{name[:80]} is larger than {LARGEST // 1024 // 1024} MB. Choose a smaller file.")
    file = ask_for_room(desk.workspace, name, user=person.id, size=len(data))
    fill(file, data)
    complete(file, title)
    return Outcome(facts={"file": file.id})


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("The file did not come through whole. Add it again.") from None
