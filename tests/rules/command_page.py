"""The page that lists the commands, made from their parsers: `python -m tests.rules.command_page` writes it anew."""

import argparse
import importlib
from collections.abc import Iterator
from typing import cast

from bot.commands import COMMANDS, GROUPS
from tests.rules.source import ROOT

PAGE = ROOT / "docs" / "reference" / "commands.md"
MARK = "<!-- from here on: python -m tests.rules.command_page -->\n"
COMMON = "common options"
"""The title of the group that most commands share; the head of the page explains them once."""


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of a command, as it is built when the command is typed."""
    parser = argparse.ArgumentParser(prog=f"countersign {name}", description="", add_help=False)
    importlib.import_module(f"bot.commands.{name}_" if name == "try" else f"bot.commands.{name}").add_arguments(parser)
    return parser


def listing() -> str:
    """Every command, group by group."""
    parts: list[str] = []
    for title, group in GROUPS.items():
        parts.append(f"## {title[0].upper()}{title[1:]}\n")
        for name in group:
            parts += [f"### {name}\n", *_command(parser_of(name), COMMANDS[name])]
    return "\n".join(parts).strip() + "\n"


def _command(parser: argparse.ArgumentParser, says: str) -> Iterator[str]:
    yield f"{says[0].upper()}{says[1:]}.\n"
    for name, sub in _below(parser).items():
        yield f"#### {parser.prog.removeprefix('countersign ')} {name}\n"
        yield from _command(sub, (sub.description or name).partition("\n")[0].rstrip("."))
    if _below(parser):
        return
    yield f"```text\n{_usage(parser)}\n```\n"
    details = (parser.description or "").partition("\n\n")[2].strip()
    if details:
        yield f"```text\n{details}\n```\n"
    own = [one for group in parser._action_groups if group.title != COMMON for one in group._group_actions]
    rows = [_row(one) for one in own if not isinstance(one, argparse._HelpAction)]
    if rows:
        yield "\n".join(["| argument | what it says |", "|---|---|", *rows]) + "\n"
    common = [one for group in parser._action_groups if group.title == COMMON for one in group._group_actions]
    if common:
        yield f"Also: {', '.join(f'`{one.option_strings[-1]}`' for one in common)}.\n"


def _below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a command."""
    found = next((one.choices for one in parser._actions if one.nargs == argparse.PARSER), None)
    return cast("dict[str, argparse.ArgumentParser]", found or {})


def _usage(parser: argparse.ArgumentParser) -> str:
    """The words in their order; options last, those of everybody left out."""
    words = [_written(one) for one in parser._actions if not one.option_strings]
    options = any(one.option_strings for one in parser._actions)
    return " ".join([parser.prog, *words, *(["[options]"] if options else [])])


def _written(action: argparse.Action) -> str:
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    match action.nargs:
        case "?":
            return f"[{name}]"
        case "*":
            return f"[{name} …]"
        case "+":
            return f"{name} …"
        case _:
            return name


def _row(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings) or _written(action)
    value = f" {_written(action)}" if action.option_strings and action.nargs != 0 else ""
    said = (action.help or "").replace("|", "\\|")
    chosen = f" One of: {', '.join(f'`{one}`' for one in action.choices)}." if action.choices else ""
    return f"| `{(names + value).replace('|', chr(92) + '|')}` | {said[:1].upper()}{said[1:]}.{chosen} |".replace(
        "..", "."
    )


def main() -> None:
    head = PAGE.read_text("utf-8").partition(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n{listing()}", encoding="utf-8")


if __name__ == "__main__":
    main()
