"""What `countersign doctor` says of the systems: played, connected, or closed and why; and of their descriptions."""

from collections.abc import Iterator

from bot.adapters.library.shelf import Shelf
from bot.commands.shell.finding import Finding, Sign
from bot.commands.work.systems import kept_in
from bot.ports.version import Version
from bot.settings import Settings
from bot.settings.systems import SandboxUse
from bot.wiring import peeking
from bot.wiring.systems import entrances, used_systems


def systems_of(settings: Settings, shelf: Shelf) -> Iterator[Finding]:
    """Every system that the settings name or a workflow uses. Credentials are read as the bot reads them."""
    used = used_systems(shelf)
    closed = entrances(settings, shelf).closed
    for name in sorted({*settings.file.systems, *used}):
        use = settings.use_of(name)
        if name in closed:
            yield Finding(Sign.MEND if name in used else Sign.NOTE, "system", closed[name])
        elif use is None or isinstance(use, SandboxUse):
            yield Finding(Sign.OK, "system", f"{name} is played by the embedded sandbox: nothing real is changed.")
        else:
            yield Finding(Sign.OK, "system", f"{name} is connected ({use.use}); nobody was asked whether it answers.")


async def descriptions_of(settings: Settings) -> list[Finding]:
    """Every description that is gone by in another form than its file has it."""
    async with peeking(settings) as queries:
        kept = await kept_in(settings, queries)
    differing = ((name, kept.version(name)) for name in kept.systems if not kept.is_filed(name))
    return [_differs(name, version) for name, version in differing if version is not None]


def _differs(name: str, version: Version) -> Finding:
    said = f"{name} goes by version {version.n} of its description, which differs from its file: {version.why}"
    return Finding(Sign.NOTE, "system", f"{said}\nSee: countersign systems diff {name}")
