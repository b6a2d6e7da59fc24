"""Systems behind servers of the Model Context Protocol, put together from their sections."""

from collections.abc import Mapping

from bot.adapters.systems.mcp import Declared, Line, Mcp, Tools, at_address, bind, bindings, is_installed, program
from bot.domain.binding import Binding
from bot.domain.errors import Misdeclared
from bot.domain.text import hint
from bot.settings.systems import McpUse


def tool_bindings(name: str, use: McpUse) -> Mapping[str, Binding]:
    """How the declared intents are bound. Raises Misdeclared where the section does not fit the system."""
    tools = _tools(name, use)
    intents = [kind.partition(".")[2] for kind in tools.changes]
    for intent in use.per_day:
        if intent not in intents:
            said = f"`systems.{name}.per_day` limits {intent}, which no tool carries out."
            raise Misdeclared(said, mend=hint(intent, intents, f"There is: {', '.join(intents) or 'none'}."))
    return bindings(tools, use.per_day)


def refuse_incomplete(name: str, use: McpUse, *, has_credential: bool) -> None:
    """Raise Misdeclared where nothing here speaks the protocol, or nobody says what to do with the credential."""
    if not is_installed():
        said = f"[systems.{name}] asks for the Model Context Protocol, and what speaks it is not installed here."
        raise Misdeclared(said, mend="Run pip install 'countersign[mcp]', and start the bot again.")
    if has_credential and use.command and not use.credential_as:
        said = f"There is a credential, and [systems.{name}] does not say where {use.command} looks for it."
        raise Misdeclared(said, mend='Name the variable, such as: credential_as = "CRM_TOKEN"')


def mcp_of(name: str, use: McpUse, credential: str) -> Mcp:
    """A system, ready to be called. Nothing is started before it is."""
    env = {use.credential_as: credential} if credential else {}
    somewhere = at_address(use.url, credential, private=use.private) if use.url is not None else None
    door = somewhere or program(use.command, use.args, env)
    return Mcp(_tools(name, use), Line(door, name=name), per_day=use.per_day)


def _tools(name: str, use: McpUse) -> Tools:
    return bind(name, {intent: Declared(**dict(tool)) for intent, tool in use.tools.items()})
