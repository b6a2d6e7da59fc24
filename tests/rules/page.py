"""A page of the documentation, as its reader could try it: what it shows, what it links to, what it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
EXIT = re.compile(r"\s+# exits with (?P<status>\d+)$")
REST_OF_LINE = "…"
REST_OF_OUTPUT = "..."


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block. `fragment` after the language says that it does not stand alone and is not run."""

    language: str
    fragment: bool
    line: int
    """Where its first line of code stands on the page."""
    code: str


@dataclass(frozen=True, slots=True)
class Command:
    """One `$ ...` line of a console block, and what the page says it prints and exits with."""

    line: int
    text: str
    shown: str
    status: int

    @classmethod
    def read(cls, line: int, text: str, shown: list[str]) -> Self:
        ending = EXIT.search(text)
        command = text[: ending.start()] if ending else text
        return cls(line, command, "\n".join(shown).strip("\n"), int(ending["status"]) if ending else 0)

    def prints(self, output: str) -> bool:
        """Whether the output is what the page shows: `…` stands for the rest of a line, `...` for lines."""
        pattern = re.escape(self.shown)
        pattern = pattern.replace(re.escape(REST_OF_OUTPUT), r"[\s\S]*").replace(re.escape(REST_OF_LINE), ".*")
        printed = "\n".join(line.rstrip() for line in output.strip("\n").splitlines())
        return not self.shown or re.fullmatch(pattern, printed) is not None


def blocks(text: str) -> Iterator[Block]:
    for fence in FENCE.finditer(text):
        language, *words = fence["info"].split() or [""]
        code = re.sub(rf"^{fence['indent']}", "", fence["body"], flags=re.MULTILINE)
        yield Block(language, "fragment" in words, text.count("\n", 0, fence.start("body")) + 1, code)


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block. A line that ends in a backslash goes on in the next one."""
    line, text, shown = 0, "", list[str]()
    for number, written in enumerate(block.code.splitlines(), start=block.line):
        if text.endswith("\\"):
            text = text.removesuffix("\\") + written.strip()
        elif written.startswith("$ "):
            if text:
                yield Command.read(line, text, shown)
            line, text, shown = number, written.removeprefix("$ "), []
        else:
            shown.append(written)
    if text:
        yield Command.read(line, text, shown)


def as_one_file(python: list[Block]) -> str:
    """All Python of a page in one file, each line where it stands on the page."""
    lines = list[str]()
    for block in python:
        lines += [""] * (block.line - 1 - len(lines)) + block.code.splitlines()
    return "\n".join(lines) + "\n"


def broken_links(page: Path, text: str) -> Iterator[str]:
    """Links to files that are not there. What lies elsewhere is not looked at."""
    for link in LINK.finditer(FENCE.sub("", text)):
        target = link["target"].partition("#")[0]
        if target and "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
            yield link["target"]
