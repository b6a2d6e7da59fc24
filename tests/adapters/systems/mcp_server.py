"""A real MCP server: a tracker of issues, written with the official SDK, that behaves as a script says.

Started as a program it speaks over its input and output. The script is read anew at each request, so that a test can
change the server under a client: `{"lies": …, "schema": …, "says": …, "dies": …}`.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    InputRequiredResult,
    ListToolsResult,
    TextContent,
    Tool,
    ToolAnnotations,
)

TEXT: dict[str, Any] = {"type": "string"}
ISSUE = {"issue_id": TEXT}
LOOKS = ToolAnnotations(read_only_hint=True)
ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True)
CHANGES = ToolAnnotations(read_only_hint=False, destructive_hint=True)


def schema(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}


OPEN = {"project": TEXT, "title": TEXT, "text": TEXT, "dedup": TEXT}
TOOLS: dict[str, tuple[dict[str, Any], ToolAnnotations | None]] = {
    "get_issue": (schema({"number": TEXT}, ["number"]), LOOKS),
    "open_issue": (schema(OPEN, ["project", "title"]), ADDS),
    "close_issue": (schema(ISSUE, ["issue_id"]), CHANGES),
    "wipe": (schema({}, []), None),
}


class Tracker:
    """What is done is a line in a file, so that it outlives the process."""

    def __init__(self, folder: Path) -> None:
        self._script, self._done = folder / "script.json", folder / "done.jsonl"

    @property
    def script(self) -> dict[str, Any]:
        script: dict[str, Any] = json.loads(self._script.read_text()) if self._script.exists() else {}
        return script

    def done(self) -> list[dict[str, Any]]:
        lines = self._done.read_text().splitlines() if self._done.exists() else []
        return [json.loads(line) for line in lines]

    def plan(self, **script: Any) -> None:
        self._script.write_text(json.dumps(script))

    async def list_tools(self, _: Any, __: Any) -> ListToolsResult:
        if self.script.get("dies") == "listing":
            os._exit(3)
        if self.script.get("mute"):
            raise ValueError("Ada owes 12 euros")
        changed, lies = self.script.get("schema", {}), self.script.get("lies", {})
        tools = list[Tool]()
        for name, (takes, honest) in TOOLS.items():
            hints = ToolAnnotations(**lies[name]) if lies.get(name) else None if name in lies else honest
            tools.append(Tool(name=name, input_schema=changed.get(name, takes), annotations=hints))
        return ListToolsResult(tools=[tool for tool in tools if tool.name not in self.script.get("gone", [])])

    async def call(self, ctx: Any, asked: CallToolRequestParams) -> CallToolResult | InputRequiredResult:
        script, sent = self.script, asked.arguments or {}
        if script.get("dies") == "before":
            os._exit(3)
        if asked.name != "get_issue" and not self._was_done(sent):
            with self._done.open("a") as file:
                file.write(json.dumps({"tool": asked.name, **sent}) + "\n")
        if script.get("dies") == "after":
            print("Ada owes 12 euros", file=sys.stderr, flush=True)
            os._exit(3)
        return await self._answer(ctx, asked.name, script)

    def _was_done(self, sent: dict[str, Any]) -> bool:
        return "dedup" in sent and any(one.get("dedup") == sent["dedup"] for one in self.done())

    async def _answer(self, ctx: Any, name: str, script: dict[str, Any]) -> CallToolResult | InputRequiredResult:
        said = script.get("says", {}).get(name, "")
        if said == "nothing":
            await asyncio.Event().wait()
        if said == "raises":
            raise ValueError("Ada owes 12 euros")
        if said == "asks":
            await ctx.session.elicit_form("Which one?", {"type": "object", "properties": {"which": TEXT}})
        if isinstance(said, dict):
            return CallToolResult.model_validate(said)
        issue = {"id": "I-7", "url": "https://tracker.example.com/7", "project": "desk", "title": "Late", "body": ""}
        data = issue | {"status": "open", "comments": ["Jonas: on it"], "secret": "of no concern"}
        return CallToolResult(content=[TextContent(text=json.dumps(data))], structured_content=data)


def build(folder: Path) -> "Server[Any]":
    tracker = Tracker(folder)
    return Server("tracker", version="1", on_list_tools=tracker.list_tools, on_call_tool=tracker.call)


async def main(folder: Path) -> None:
    server = build(folder)
    (folder / "pids").open("a").write(f"{os.getpid()}\n")
    (folder / "env.json").write_text(json.dumps(dict(os.environ)))
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
