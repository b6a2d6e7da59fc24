"""Systems behind HTTP, put together from their sections and descriptions."""

from dataclasses import replace

from bot.adapters.systems.rest.answer import is_sure
from bot.adapters.systems.rest.bound import Bound
from bot.adapters.systems.rest.described import RestDescription
from bot.adapters.systems.rest.description import read_filed
from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.system import Rest
from bot.adapters.systems.rest.template import fill_path
from bot.adapters.systems.rest.token import Token
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


def refuse_incomplete(name: str, use: RestUse, credential: str, *, variable: str) -> None:
    """Raise Misdeclared where a system is entered as an application, and this is the credential of none."""
    if described(name, use).bound.description.auth.by == "token" and not all(_application(credential)):
        said = f"{variable} is not the credential of an application."
        raise Misdeclared(
            said, mend="Set it as CLIENT_ID:SECRET, with a colon between the two, and start the bot again."
        )


def secret_of(description: RestDescription, credential: str) -> str:
    """What of an application's credential is its secret; empty where it is entered in another way."""
    return _application(credential)[1] if description.bound.description.auth.by == "token" else ""


def _application(credential: str) -> tuple[str, str]:
    """The id of an application, and its secret."""
    client, _, secret = credential.partition(":")
    return client, secret


def rest_of(use: RestUse, description: RestDescription, credential: str, clock: Clock) -> Rest:
    """A system, ready to be called, that goes by its description."""
    bound = description.bound
    host = _host_of(use, bound, credential)
    line = Changing(host, Pace(pace_of(use.rate or bound.description.rate)))
    rest = Rest(bound, line, clock=clock, per_day=use.per_day)
    description.drive(rest)
    return rest


def _host_of(use: RestUse, bound: Bound, credential: str) -> Host:
    said, auth = bound.description, bound.description.auth
    host = Host(name=said.name, url=use.url or said.url.rstrip("/"), headers=said.headers, private=use.private)
    if auth.by == "token":
        return replace(host, entrance=_token(host, bound, credential), sure=is_sure(said))
    entrance = credential_headers(auth.by, header=auth.header, prefix=auth.prefix, credential=credential)
    return replace(host, headers={**said.headers, **entrance})


def _token(host: Host, bound: Bound, credential: str) -> Token:
    auth, (client, secret) = bound.description.auth, _application(credential)
    at = Host(name=f"The sign-in of {host.name}", url=_token_url(bound), private=host.private, seconds=host.seconds)
    return Token(at, client=client, secret=secret, scope=auth.scope, ask_by=auth.ask_by)


def _token_url(bound: Bound) -> str:
    scheme, _, rest = bound.description.auth.token_url.partition("//")
    return f"{scheme}//{fill_path(rest, bound.values)}"


def _refuse_address(name: str, use: RestUse, bound: Bound) -> None:
    """Raise Misdeclared where an address is none, or not among the hosts that are allowed."""
    called = bound.description.name
    _refuse(name, use, called, use.url or bound.description.url)
    if bound.description.auth.token_url:
        _refuse(name, use, f"The sign-in of {called}", _token_url(bound))


def _refuse(name: str, use: RestUse, called: str, url: str) -> None:
    host = host_of(url)
    if not host:
        raise Misdeclared(f"Nothing says where {called} is.", mend=f'Write under [systems.{name}]: url = "https://…"')
    if not url.startswith("https:") and not (is_here(host) and use.private):
        said = f"{called} is at an address without https, where everybody can read what is sent."
        raise Misdeclared(said, mend="Write https:// in front.")
    if use.hosts and host not in use.hosts:
        said = f"{called} is on {host}, which is not among the hosts of [systems.{name}]."
        raise Misdeclared(said, mend=f"Add “{host}” to hosts, or mend the address.")
