"""Whether what a company file says fits together: everybody who is named is there, guests are where guests may be."""

from collections.abc import Iterable, Iterator

from bot.workspace.company.form import Company, Listed, Reply, Said, length_of
from bot.workspace.company.place import Place
from bot.workspace.refusal import meant

EVERYONE = "everyone"
Misfit = tuple[Place, str]


def misfits(company: Company) -> Iterator[Misfit]:
    """Everything that does not fit, and where it stands."""
    yield from _names(company)
    yield from _people(company)
    for handle, group in company.groups.items():
        yield from _strays(company, group.people, ("groups", handle, "people"))
    for name, room in company.channels.items():
        at: Place = ("channels", name)
        yield from _strays(company, room.people, (*at, "people"), plus=(EVERYONE, *_apps(company)))
        yield from _gone(company, room.people, (*at, "people"))
        yield from _outsiders(company, name)
        yield from _history(company, room.history, (*at, "history"))
    for n, direct in enumerate(company.direct):
        yield from _strays(company, direct.people, ("direct", n, "people"), plus=_apps(company))
        yield from _history(company, direct.history, ("direct", n, "history"))


def _names(company: Company) -> Iterator[Misfit]:
    if company.app.name in company.people:
        yield ("app", "name"), f"is “{company.app.name}”, as is one of the people. Take another name for the app"
    for handle in company.groups:
        if handle in (*company.people, company.app.name):
            yield ("groups", handle), "is named like somebody. Take another handle for the group"
    general = [name for name, room in company.channels.items() if room.general]
    if len(general) > 1:
        yield ("channels", general[1], "general"), f"is true for {general[0]} already. Only one channel is general"
    if not any(_is_staff(person) for person in company.people.values()):
        yield ("people",), "has nobody who is a member and not deactivated. Add somebody"


def _people(company: Company) -> Iterator[Misfit]:
    for handle, person in company.people.items():
        at: Place = ("people", handle)
        if person.partner and person.partner not in company.partners:
            yield (*at, "partner"), f"names “{person.partner}”.{_there(person.partner, company.partners)}"
        if person.partner and person.kind != "member":
            yield (*at, "kind"), "is for people of this team. Leave it out for somebody of another organisation"
        if person.kind == "single-channel guest" and not person.deactivated:
            rooms = [name for name, room in company.channels.items() if handle in room.people]
            if len(rooms) != 1:
                yield (*at, "kind"), f"is single-channel guest, but they are in {len(rooms)} channels. Name them in one"


def _strays(company: Company, named: Iterable[str], at: Place, *, plus: tuple[str, ...] = ()) -> Iterator[Misfit]:
    """Whoever is named and not there."""
    for n, one in enumerate(named):
        if one not in company.people and one not in plus:
            yield (*at, n), f"names “{one[:40]}”.{_there(one, (*company.people, *plus))}"


def _gone(company: Company, named: Iterable[str], at: Place) -> Iterator[Misfit]:
    for n, one in enumerate(named):
        if one in company.people and company.people[one].deactivated:
            yield (*at, n), f"names {one}, who is deactivated and so in no channel. Leave them out"


def _outsiders(company: Company, name: str) -> Iterator[Misfit]:
    """People of another organisation are only where a channel is shared with it."""
    room = company.channels[name]
    at: Place = ("channels", name)
    if room.shared_with and room.shared_with not in company.partners:
        yield (*at, "shared_with"), f"names “{room.shared_with}”.{_there(room.shared_with, company.partners)}"
    for n, handle in enumerate(room.people):
        person = company.people.get(handle)
        if person and person.partner and person.partner != room.shared_with:
            yield (*at, "people", n), f'names {handle} of {person.partner}. Write shared_with = "{person.partner}"'


def _history(company: Company, history: Iterable[Said], at: Place) -> Iterator[Misfit]:
    for n, said in enumerate(history):
        yield from _said(company, said, (*at, n))
        for m, reply in enumerate(said.replies):
            yield from _said(company, reply, (*at, n, "replies", m))
            if length_of(reply.ago) > length_of(said.ago):
                yield (*at, n, "replies", m, "ago"), "is before the message that it answers. Make it shorter"


def _said(company: Company, said: Reply, at: Place) -> Iterator[Misfit]:
    for where, by in [("by", said.by), *(("reactions", one) for who in said.reactions.values() for one in who)]:
        for _, sentence in _strays(company, (by,), at, plus=_apps(company)):
            yield (*at, where), sentence


def _apps(company: Company) -> tuple[str, ...]:
    """How the file may call the app."""
    return (company.app.formerly or company.app.name,)


def _there(name: str, known: Iterable[str]) -> str:
    known = [*known]
    listed = f" There is: {', '.join(known[:20])}." if known else " There is none."
    return meant(name, known) or listed


def _is_staff(person: Listed) -> bool:
    return not (person.deactivated or person.partner) and "guest" not in person.kind
