"""Does the bot know everybody a brief names? Asked when a workflow loads, and by `check`."""

from collections.abc import Iterator

from bot.domain.brief import Brief
from bot.domain.brief.rule import Problem, mentions
from bot.domain.declared.place import shown
from bot.ports.directory import Directory


def strangers(brief: Brief, directory: Directory) -> Iterator[Problem]:
    """Everybody the brief names whom the directory does not know, or who has left: where, what, how to mend it."""
    for where, who in mentions(brief):
        person = directory.named(who)
        if person is None and not directory.members(who):
            mend = "Mend the name, or add them to the directory."
            yield where, f"`{shown(where)}` names {who.removeprefix('group:')}, whom nobody here knows.", mend
        elif person is not None and not person.active:
            yield where, f"`{shown(where)}` names {person.name}, whose account is deactivated.", "Name somebody else."
