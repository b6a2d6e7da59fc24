"""Is everybody a brief names somebody here, and named as whoever decides is compared with the brief?"""

from collections.abc import Iterator

from bot.domain.brief.rule import mentions
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import People, Subject
from bot.domain.declared.place import Where, shown
from bot.domain.person import Person
from bot.domain.text import hint, one_line

ALONE = frozenset({("owner",), ("maintainer",), ("pager",)})
"""Who stands alone for something: once they have left, nobody would hear of it."""


def check_people(subject: Subject) -> Iterator[Finding]:
    """Whom nobody here knows, who has left, and who is named twice; nothing where it is not known who there is."""
    people = subject.people
    if people is None:
        return
    for where, who in mentions(subject.brief):
        if where == ("pager",) and who.startswith("#"):
            continue  # a channel; whether the bot is in it, doctor says
        person = people.named(who)
        is_exact = person is not None and person.is_(who)
        if not is_exact and people.members(who):
            continue
        if person is None:
            said = f"`{shown(where)}` names {_short(who)}, whom nobody here knows."
            yield subject.in_brief(where, Code.UNKNOWN_PERSON, said, _mend(people, who))
        elif not is_exact:
            name = person.handle or person.id
            said = f"`{shown(where)}` writes “{_short(who)}”, and {person.name} is called {name} in a brief."
            yield subject.in_brief(where, Code.UNKNOWN_PERSON, said, f"Write {name}.")
        elif not person.active:
            code = Code.UNKNOWN_PERSON if where in ALONE else Code.HAS_LEFT
            said = f"`{shown(where)}` names {person.name}, whose account is deactivated."
            yield subject.in_brief(where, code, said, "Name somebody else.")
    yield from _members_twice(subject, people)
    yield from _approved_alone(subject, people)


def _short(who: str) -> str:
    return one_line(who.removeprefix("group:"), 60)


def _mend(people: People, who: str) -> str:
    return hint(who.removeprefix("group:"), people.names(), "Mend the name, or add them to the directory.")


def _members_twice(subject: Subject, people: People) -> Iterator[Finding]:
    """One person under two names would be counted as two who can approve."""
    for name, group in subject.brief.reviewers.items():
        met: set[str] = set()
        for n, who in enumerate(group.members):
            person = people.named(who)
            if person is not None and person.id in met:
                where: Where = ("reviewers", name, "members", n)
                said = f"`{shown(where)}` names {person.name}, who stands in this list already."
                yield subject.in_brief(where, Code.SAME_PERSON, said, "Take it out.")
            met |= {person.id} if person is not None else set()


def _approved_alone(subject: Subject, people: People) -> Iterator[Finding]:
    for n, override in enumerate(subject.brief.overrides):
        author, approver = people.named(override.author), people.named(override.approved_by)
        if _is_one(author, approver) and override.author != override.approved_by:
            where: Where = ("overrides", n, "approved_by")
            said = f"`{shown(where)}` names {override.approved_by}, who is the author, {override.author}."
            yield subject.in_brief(where, Code.SAME_PERSON, said, "Somebody else has to approve it.")


def _is_one(one: Person | None, other: Person | None) -> bool:
    return one is not None and other is not None and one.id == other.id
