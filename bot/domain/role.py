"""A role: the kind of model that a prompt asks for. The settings say which models have it."""

import re

from bot.domain.declared.word import odd
from bot.domain.text import one_line

_ROLE = re.compile(r"[a-z][a-z0-9_-]{0,29}", re.ASCII)


def is_role(text: str) -> bool:
    """Whether a role may be called so."""
    return bool(_ROLE.fullmatch(text))


def role_name(text: str) -> str:
    """The name of a role, in a declared file. Raises what is wrong with it, to stand behind the field's name."""
    if not is_role(text):
        raise odd(f"is “{one_line(text, 40)}”, which is no name of a role. Write one word, such as fast or careful.")
    return text
