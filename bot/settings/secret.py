"""What is secret stands in the environment, or in a file that the environment names; never in countersign.toml."""

from collections.abc import Mapping
from pathlib import Path

from bot.domain.errors import Misdeclared

PREFIX = "COUNTERSIGN_"
IN_FILE = "_FILE"
"""Behind the name of a secret: the file that has it as its only line."""
LONGEST_SECRET = 4_096


def told(name: str, env: Mapping[str, str]) -> str:
    """The secret of this name, without the prefix; empty where nobody tells one. Misdeclared where it is told twice."""
    own, file = env.get(PREFIX + name, ""), env.get(PREFIX + name + IN_FILE, "")
    if own and file:
        said = f"{PREFIX}{name} and {PREFIX}{name}{IN_FILE} are both set."
        raise Misdeclared(said, mend="Take one of them away.")
    return own or (_from_file(name, Path(file)) if file else "")


def _from_file(name: str, file: Path) -> str:
    variable = f"{PREFIX}{name}{IN_FILE}"
    try:
        with file.open("rb") as opened:
            secret = opened.read(LONGEST_SECRET).decode("ascii").strip()
    except OSError as error:
        why = f"This file cannot be read: {error.strerror}."
        raise Misdeclared(why, file=str(file), mend=f"Mend {variable}, or the rights of the file.") from None
    except ValueError:
        secret = ""
    if not secret:
        raise Misdeclared("This file holds no secret.", file=str(file), mend=f"Mend {variable}.")
    return secret
