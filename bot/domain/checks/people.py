"""Is everybody a brief names somebody here?"""

from collections.abc import Iterator

from bot.domain.brief.rule import mentions
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import People, Subject
from bot.domain.declared.place import shown
from bot.domain.text import nearest, one_line

ALONE = frozenset({("owner",), ("maintainer",), ("pager",)})
"""Who stands alone for something: once they have left, nobody would hear of it."""


def check_people(subject: Subject) -> Iterator[Finding]:
    """Whom nobody here knows, and who has left; nothing where it is not known who there is."""
    people = subject.people
    if people is None:
        return
    for where, who in mentions(subject.brief):
        person = people.named(who)
        if person is not None and not person.active:
            code = Code.UNKNOWN_PERSON if where in ALONE else Code.HAS_LEFT
            said = f"`{shown(where)}` names {person.name}, whose account is deactivated."
            yield subject.in_brief(where, code, said, "Name somebody else.")
        elif person is None and not people.members(who):
            name = one_line(who.removeprefix("group:"), 60)
            said = f"`{shown(where)}` names {name}, whom nobody here knows."
            yield subject.in_brief(where, Code.UNKNOWN_PERSON, said, _mend(people, who))


def _mend(people: People, who: str) -> str:
    meant = nearest(who, people.handles())
    return f"Did you mean {meant}?" if meant else "Mend the name, or add them to the directory."
