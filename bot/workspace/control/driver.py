"""Drives a workspace from a script: acts as its people, moves its clock, breaks things, and waits for what comes of it.

    async with Driver(address, token) as driver:
        mia = driver.as_("mia")
        await mia.command("#support", "/ops start")
        card = await driver.until_message("#support", having="Approve")
        await mia.click(card, "Approve")

Nothing here sleeps: the workspace answers as soon as something has happened.
"""

from bot.workspace.control.hand import Hand, NotDone, NotSeen, Wanted, Where, Words, seen_in, ts_of
from bot.workspace.control.seen import Seen
from bot.workspace.control.somebody import Somebody
from bot.workspace.payload import Json, as_objects

__all__ = ["Driver", "NotDone", "NotSeen", "Seen", "Somebody"]


class Driver(Hand):
    """A hand on the controls of a workspace, with a word for everything. Enter it before use."""

    def as_(self, person: str) -> Somebody:
        """One of the people, by handle or id."""
        return Somebody(self, person)

    # --- steering ------------------------------------------------------------------------------------------------

    async def now(self) -> float:
        return float((await self.ask("clock"))["now"])

    async def stop_clock(self, at: float) -> None:
        """Let the clock stand at a moment."""
        await self.ask("clock", set=at)

    async def advance(self, seconds: float) -> None:
        """Let time pass at once; the clock stands afterwards."""
        await self.ask("clock", advance=seconds)

    async def release_clock(self) -> None:
        """Let the clock follow the machine's again."""
        await self.ask("clock", release=True)

    async def fault(self, name: str, /, **what: object) -> None:
        """Something is to go wrong with the calls of this name, or the deliveries with `delivery=True`."""
        await self.ask("faults", add=[{"name": name, **what}])

    async def mend(self) -> None:
        """Nothing goes wrong any more."""
        await self.ask("faults", clear=True)

    async def limits(self, factor: float | str) -> None:
        """`real`, `off`, or how many times as often as on Slack the app may call."""
        await self.ask("limits", factor=factor)

    async def settle(self) -> None:
        """Wait until no delivery is under way."""
        await self.ask("settle")

    async def reset(self) -> None:
        """Make everything as it was at the beginning."""
        await self.ask("reset")

    async def disconnect(self, reason: str = "refresh_requested") -> int:
        """Tell the app's sockets to go; how many there were."""
        return int((await self.ask("sockets", reason=reason))["sockets"])

    # --- looking -------------------------------------------------------------------------------------------------

    async def messages(self, channel: str, *, thread: str = "") -> list[Seen]:
        """The last messages of a channel, threads among them, or those of one thread; oldest first."""
        return seen_in((await self.state("messages", channel=channel, thread=thread))["messages"])

    async def channel(self, name: str) -> Json:
        (found,) = (await self.state("channels", channel=name))["channels"]
        return dict(found)

    async def log(self, name: str = "*", **about: object) -> list[Json]:
        """The lines of the log whose name fits: `chat.*`."""
        return as_objects((await self.ask("log", name=name, **about))["lines"])

    # --- waiting -------------------------------------------------------------------------------------------------

    async def until_message(
        self,
        channel: str,
        *,
        having: Words = (),
        by: str = "",
        after: Seen | str = "",
        thread: Seen | str = "",
        where: Where | None = None,
    ) -> Seen:
        """The newest message in a channel that fits, as soon as there is one."""
        author = str((await self.person(by))["id"]) if by else ""
        wanted = Wanted(having=having, by=author, after=ts_of(after), where=where)
        return await self.until("messages", wanted, channel=channel, thread=ts_of(thread))

    async def until_calls(self, name: str, count: int = 1, **about: object) -> list[Json]:
        """The lines of the log whose name fits, as soon as there are as many."""
        lines = await self.log(name, count=count, wait=self.within, **about)
        if len(lines) < count:
            raise NotSeen(f"There were {len(lines)} lines with the name {name} in {self.within:g} s, not {count}.")
        return lines
