"""One of the people of a workspace, as a script plays them."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from bot.workspace.control.hand import Hand, Wanted, Where, Words, ts_of
from bot.workspace.control.seen import Seen
from bot.workspace.payload import Json, as_objects


@dataclass(frozen=True, slots=True)
class Somebody:
    """Acts as they would on the page. Raises NotDone with what they would be told."""

    hand: Hand
    name: str

    async def _do(self, act: str, /, **arguments: object) -> Json:
        return await self.hand.act(act, person=self.name, **arguments)

    # --- saying --------------------------------------------------------------------------------------------------

    async def say(
        self, channel: str, text: str, *, thread: Seen | str = "", broadcast: bool = False, files: Sequence[str] = ()
    ) -> str:
        """Say something; the time of the message."""
        said = await self._do(
            "say", channel=channel, text=text, thread_ts=ts_of(thread), broadcast=broadcast, files=[*files]
        )
        return str(said.get("ts", ""))

    async def command(self, channel: str, text: str, *, thread: Seen | str = "") -> Json:
        """Run `/name and its text`."""
        return await self._do("command", channel=channel, text=text, thread_ts=ts_of(thread))

    async def edit(self, message: Seen, text: str) -> Json:
        return await self._do("edit", channel=message.channel, ts=message.ts, text=text)

    async def delete(self, message: Seen) -> Json:
        return await self._do("delete", channel=message.channel, ts=message.ts)

    async def react(self, message: Seen, emoji: str) -> Json:
        return await self._do("react", channel=message.channel, ts=message.ts, name=emoji)

    async def unreact(self, message: Seen, emoji: str) -> Json:
        return await self._do("unreact", channel=message.channel, ts=message.ts, name=emoji)

    async def pin(self, message: Seen) -> Json:
        return await self._do("pin", channel=message.channel, ts=message.ts)

    async def upload(self, name: str, content: bytes, *, title: str = "") -> str:
        """Bring a file; its id, to say it with: `say(…, files=[id])`."""
        said = await self._do("upload", name=name, content=b64encode(content).decode(), title=title)
        return str(said["file"])

    async def read(self, channel: str) -> Json:
        """Have read all there is in a channel."""
        return await self._do("read", channel=channel)

    # --- using what an app shows ---------------------------------------------------------------------------------

    async def click(self, seen: Seen, element: str, value: object = None, *, entered: Json | None = None) -> Json:
        """Use an element, by its action id or what is written on it; `value` is what is chosen there."""
        found = seen.element(element)
        names = {"block_id": found.block_id, "action_id": found.action_id}
        return await self._do("click", **_place(seen), **names, value=value, entered=entered or {})

    async def suggest(self, seen: Seen, element: str, typed: str) -> list[Json]:
        """The options an app offers for what was typed."""
        found = seen.element(element)
        names = {"block_id": found.block_id, "action_id": found.action_id}
        return as_objects((await self._do("suggest", **_place(seen), **names, typed=typed)).get("options"))

    async def submit(self, form: Seen, entered: Json | None = None) -> Json:
        """Submit a form with what was entered: by block and action id, or by what is written at the element."""
        return await self._do("submit", view=form.id, entered=_by_names(form, entered or {}))

    async def close(self, form: Seen, *, everything: bool = False) -> Json:
        return await self._do("close", view=form.id, everything=everything)

    async def shortcut(self, callback_id: str, message: Seen | None = None) -> Json:
        """Run a shortcut; one of a message, where one is given."""
        place = {"channel": message.channel, "ts": message.ts} if message else {}
        return await self._do("shortcut", callback_id=callback_id, **place)

    async def open_home(self, tab: str = "home") -> Json:
        return await self._do("home", tab=tab)

    # --- coming and going ----------------------------------------------------------------------------------------

    async def join(self, channel: str) -> Json:
        return await self._do("join", channel=channel)

    async def leave(self, channel: str) -> Json:
        return await self._do("leave", channel=channel)

    async def invite(self, channel: str, guest: str) -> Json:
        return await self._do("invite", channel=channel, guest=guest)

    async def create_channel(self, name: str, *, private: bool = False) -> str:
        """Make a channel; its id."""
        return str((await self._do("create_channel", name=name, private=private))["channel"])

    async def direct(self, *others: str) -> str:
        """Open the direct message with somebody; its id."""
        return str((await self._do("direct", others=[*others]))["channel"])

    # --- waiting -------------------------------------------------------------------------------------------------

    async def until_whisper(self, channel: str = "", *, having: Words = (), after: Seen | str = "") -> Seen:
        """The newest message that only they see and that fits."""
        wanted = Wanted(having=having, after=ts_of(after))
        return await self.hand.until("whispers", wanted, person=self.name, channel=channel)

    async def until_form(self, *, having: Words = (), where: Where | None = None) -> Seen:
        """The topmost form they have open, as soon as one fits."""
        return await self.hand.until("modals", Wanted(having=having, where=where), person=self.name)

    async def until_no_form(self) -> None:
        """Return once they have no form open."""
        await self.hand.until_none("modals", person=self.name)

    async def until_home(self, *, having: Words = (), where: Where | None = None) -> Seen:
        """Their home tab, as soon as it fits."""
        return await self.hand.until("homes", Wanted(having=having, where=where), person=self.name)

    async def until_notice(self, *, having: Words = ()) -> Seen:
        """What they were told outside of any channel: that an app did not answer, say."""
        me = await self.hand.person(self.name)
        wanted = Wanted(having=having, where=lambda seen: seen.raw.get("person") == me["id"])
        return await self.hand.until("notices", wanted)


def _place(seen: Seen) -> dict[str, str]:
    return {"view": seen.id} if seen.id else {"channel": seen.channel, "ts": seen.ts}


def _by_names(form: Seen, entered: Json) -> Json:
    """What was entered, by block and action id; a name alone means the element of that name."""
    named: Json = {}
    for name, value in entered.items():
        if isinstance(value, dict) and any(one.block_id == name for one in form.elements):
            named.setdefault(name, {}).update(value)
            continue
        found = form.element(name)
        named.setdefault(found.block_id, {})[found.action_id] = value
    return named
