"""The bot's own prompts, which ship with it: for what people say in plain words. Versioned by hash like all others."""

from functools import cache
from pathlib import Path

from bot.adapters.library.digest import digest_of_data
from bot.adapters.library.file import read_text
from bot.adapters.library.prompt import Front, halves, rehearsed
from bot.domain.declared.form import fill_in
from bot.domain.terms import Prompt

FOLDER = Path(__file__).parent


@cache
def own_prompt(name: str) -> Prompt:
    """One of the files beside this one. Raises Misdeclared where it is not one."""
    file = FOLDER / f"{name}.md"
    _, toml, body, _ = halves(read_text(file), str(file))
    front = fill_in(Front, toml)
    return Prompt(
        name=name,
        digest=digest_of_data([front.model_dump(mode="json", exclude_defaults=True), body]),
        body=body,
        inputs=front.inputs,
        role=front.role,
        rehearsal=rehearsed(front),
        untrusted=frozenset(front.untrusted),
        confidence=front.confidence,
    )
