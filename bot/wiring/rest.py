"""Systems behind HTTP, put together from their sections and descriptions."""

from bot.adapters.systems.rest.bound import Bound
from bot.adapters.systems.rest.described import RestDescription
from bot.adapters.systems.rest.description import read_filed
from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.system import Rest
from bot.adapters.systems.rest.wire import Changing, Host, credential_headers
from bot.domain.errors import Misdeclared
from bot.ports.clock import Clock
from bot.settings.host import is_here
from bot.settings.systems import RestUse, host_of, pace_of


def described(name: str, use: RestUse) -> RestDescription:
    """The description that a section names, as that system. Raises Misdeclared where the two do not fit."""
    one = RestDescription(name, read_filed(use.description), use.values)
    _refuse_address(name, use, one.bound)
    return one


def rest_of(use: RestUse, description: RestDescription, credential: str, clock: Clock) -> Rest:
    """A system, ready to be called; it goes by its description as that changes."""
    bound = description.bound
    said = bound.description
    entrance = credential_headers(said.auth.by, header=said.auth.header, prefix=said.auth.prefix, credential=credential)
    host = Host(
        name=said.name, url=use.url or said.url.rstrip("/"), headers={**said.headers, **entrance}, private=use.private
    )
    line = Changing(host, Pace(pace_of(use.rate or said.rate)))
    rest = Rest(bound, line, clock=clock, per_day=use.per_day)
    description.drive(rest)
    return rest


def _refuse_address(name: str, use: RestUse, bound: Bound) -> None:
    """Raise Misdeclared where the address is none, or not among the hosts that are allowed."""
    url = use.url or bound.description.url
    host = host_of(url)
    if not host:
        said = f"Nothing says where {bound.description.name} is."
        raise Misdeclared(said, mend=f'Write under [systems.{name}]: url = "https://…"')
    if not url.startswith("https:") and not (is_here(host) and use.private):
        said = f"{bound.description.name} is at an address without https, where everybody can read what is sent."
        raise Misdeclared(said, mend="Write https:// in front.")
    if use.hosts and host not in use.hosts:
        said = f"{bound.description.name} is on {host}, which is not among the hosts of [systems.{name}]."
        raise Misdeclared(said, mend=f"Add “{host}” to hosts, or mend the address.")
