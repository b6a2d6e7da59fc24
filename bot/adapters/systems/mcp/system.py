"""A system behind a server of the Model Context Protocol, as the settings declare its tools."""

from collections.abc import Mapping

from bot.adapters.systems.mcp.declaration import Changed, Declared, Tools, fact_of, misfit, receipt_of
from bot.adapters.systems.mcp.line import Answer, Line, Said
from bot.domain.binding import Binding, Retry
from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.intent import Fact, Intent, Promised, Receipt
from bot.ports.system import Preview, ReadOnly

MEND = "Its owner looks at the tool and at its section in the settings; after that, resume this."


def bindings(tools: Tools, per_day: Mapping[str, int] | None = None) -> dict[str, Binding]:
    """How the declared intents are bound. What may not be called twice under one key is a person's to approve."""
    limits = per_day or {}
    return {
        kind: Binding(
            kind=kind,
            retry=tool.retry,
            remembers=tool.remembers,
            per_day=limits.get(kind.partition(".")[2]),
            shown=False,
            supervised=tool.retry is Retry.BLIND,
        )
        for kind, tool in tools.changes.items()
    }


class Looking:
    """A way to a server on which only tools are called that are declared to look things up, and say so themselves."""

    def __init__(self, line: Line, tools: Mapping[str, Declared]) -> None:
        self._line, self._tools = line, tools

    @property
    def name(self) -> str:
        return self._line.name

    def declared(self, lookup: str) -> Declared:
        tool = self._tools.get(lookup)
        if tool is None:
            raise Broken(f"The settings name no tool of {self.name} that answers {lookup}.")
        return tool

    async def look(self, tool: Declared, values: Mapping[str, object]) -> object:
        """What the tool found. Transient where it did not answer: nothing was changed by that."""
        sent = tool.sent(values)
        visit = await self._line.visit()
        if wrong := misfit(tool, visit.offered.get(tool.tool), sent, intent=None):
            raise Broken(f"{self.name}: {wrong} {MEND}")
        answer = await visit.call(tool.tool, sent)
        match answer.said:
            case Said.DONE:
                return answer.data
            case Said.NOTHING:
                raise Transient(f"{self.name} did not answer.")
            case Said.ERROR:
                raise Broken(f"{self.name}: {tool.tool} says that it failed.")
            case Said.STRANGE:
                raise Broken(f"{self.name}: what {tool.tool} answered is no answer. {MEND}")


class McpReader:
    """A system as far as it can be looked at."""

    def __init__(self, tools: Tools, looking: Looking) -> None:
        self._tools, self._looking = tools, looking

    async def read(self, lookup: str, about: Fact) -> Fact:
        """One record. Broken where there is none, or where it has another form than the settings say."""
        tool = self._looking.declared(lookup)
        data = await self._looking.look(tool, about.model_dump(mode="json"))
        try:
            return fact_of(tool, self._tools.lookups[lookup].gives, data)
        except Changed as changed:
            raise Broken(f"{self._looking.name} has changed: {changed} of {tool.tool}. {MEND}") from None

    async def preview(self, intent: Intent) -> Preview:
        """The call that would be made. Nobody is asked for that."""
        tool = self._change(intent)
        promised = {name: value for name, value in intent if isinstance(value, Promised)}
        sent = tool.sent({**intent.model_dump(mode="json"), **promised})
        title = (type(intent).__doc__ or "").partition("\n")[0]
        return Preview(f"{title} ({tool.tool})", {}, {name: _shown(value) for name, value in sent.items()})

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        """None where the same key again does no harm; Uncertain where nobody can tell."""
        del key
        if self._change(intent).retry is Retry.IDEMPOTENT:
            return None
        raise Uncertain(f"{self._looking.name} cannot be asked whether it happened.")

    def _change(self, intent: Intent) -> Declared:
        tool = self._tools.changes.get(intent.kind())
        if tool is None:
            raise Broken(f"The settings name no tool of {self._looking.name} that carries out {intent.kind()}.")
        return tool


def _shown(value: object) -> str:
    return f"(the id that “{value.step}” brings)" if isinstance(value, Promised) else str(value)


class Mcp(McpReader):
    """The system itself."""

    def __init__(self, tools: Tools, line: Line, *, per_day: Mapping[str, int] | None = None) -> None:
        super().__init__(tools, Looking(line, tools.reads))
        self._line = line
        self.name: str = tools.system
        self.lookups: frozenset[str] = frozenset(tools.reads)
        self.bindings: Mapping[str, Binding] = bindings(tools, per_day)

    def read_only(self) -> ReadOnly:
        """The same system over a way that knows no tool but those that look things up."""
        return McpReader(self._tools, self._looking)

    async def execute(self, intent: Intent, key: str) -> Receipt:
        """Carry it out. Transient: surely nothing happened. Uncertain: it may have. Broken: it never will."""
        tool = self._change(intent)
        sent = tool.sent(intent.model_dump(mode="json"), key)
        visit = await self._line.visit()
        if wrong := misfit(tool, visit.offered.get(tool.tool), sent, intent=intent):
            raise Broken(f"{self._looking.name}: {wrong} Nothing was sent. {MEND}")
        answer = await visit.call(tool.tool, sent)
        if answer.said is not Said.DONE:
            raise self._failed(tool, answer)
        try:
            return receipt_of(tool, answer.data, key)
        except Changed as changed:
            raise Uncertain(
                f"{self._looking.name} says that {tool.tool} is done, so it may well have happened;"
                f" but it has changed: {changed}."
            ) from None

    async def close(self) -> None:
        """Let go of the server; a program that was started is ended."""
        await self._line.close()

    def _failed(self, tool: Declared, answer: Answer) -> BotError:
        name = self._looking.name
        if answer.said is Said.NOTHING:
            return Uncertain(f"{name} did not answer when {tool.tool} was called.")
        if answer.said is Said.STRANGE:
            return Uncertain(f"{name}: what {tool.tool} answered is no answer.")
        known = next((words for words in tool.surely_not if words.casefold() in answer.words.casefold()), "")
        if known:
            return Broken(f"{name}: {tool.tool} says “{known}”, so nothing was done.")
        return Uncertain(f"{name}: {tool.tool} says that it failed, and not what it had done by then.")
