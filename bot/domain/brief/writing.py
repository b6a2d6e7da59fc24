"""Briefs as text: one setting changed by an owner, or a whole brief written out."""

from bot.domain.brief import Brief
from bot.domain.declared.editing import change, parse_path, write_toml
from bot.domain.declared.place import Where

_OPEN = (("levels",), ("data", "classes"))
"""Sections whose names have points in them: `levels.helpdesk.AddTag` is about `helpdesk.AddTag`."""


def change_brief(text: str, where: str, value: object, *, file: str = "brief.toml") -> str:
    """The text with one setting changed (None takes it out), its comments and order kept; not yet looked at.

    Raises Unfit where the text cannot be changed safely.
    """
    return change(text, _meant(parse_path(where)), value, file=file)


def _meant(path: Where) -> Where:
    for section in _OPEN:
        if path[: len(section)] == section and len(path) > len(section):
            return (*section, ".".join(map(str, path[len(section) :])))
    return path


def write_brief(brief: Brief) -> str:
    """The whole brief as a file: what is set, nothing else."""
    return write_toml(brief.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True))
