"""The command line, one file a command. Only the command that was typed is imported."""

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

COMMANDS: Mapping[str, str] = {
    "try": "run the sample tickets here, see the card, take the decision",
    "start": "start a workflow",
    "runs": "list runs",
    "show": "one run: what happened, why, at what cost",
    "decide": "approve, edit, reject, escalate, reassign, … what waits",
    "observe": "say what you did yourself, for comparison",
    "cancel": "end a run",
    "pause": "hold a run, a workflow or everything",
    "resume": "let it go on",
    "undo": "take back what a run did",
    "finding": "add an auditor's remark to a step",
    "brief": "show, change or roll back what an owner says about a workflow",
    "check": "everything that is wrong with the workflows",
    "draw": "a workflow, or the path a run took, as a picture",
    "serve": "keep running: carry out what is due",
    "audit": "verify, export, erase, prune the record",
    "backup": "a consistent copy while running",
    "restore": "put a copy back; nothing is executed twice",
    "doctor": "what is configured, what is missing, what to do",
}
"""Each command's module has `add_arguments(parser)` and `run(arguments) -> int`."""


class Command(Protocol):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def dispatch(words: Sequence[str]) -> int:
    """Run the command; 0 done, 1 it found something wrong or was refused, 2 it was not typed right."""
    name = next((word for word in words if not word.startswith("-")), None)
    parser = argparse.ArgumentParser(
        prog="countersign",
        description="AI prepares, a person countersigns, the record proves it.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for known, text in COMMANDS.items():
        sub = commands.add_parser(known, help=text, description=text[0].upper() + text[1:] + ".")
        if known == name:
            load(known).add_arguments(sub)
    if name is not None and name not in COMMANDS:
        return _refuse(name)
    arguments = parser.parse_args(list(words))
    if arguments.command is None:
        parser.print_help()
        return 0
    return load(arguments.command).run(arguments)


def load(name: str) -> Command:
    """The module of a command. `try_.py` has the one name Python keeps for itself."""
    module = importlib.import_module(f"bot.commands.{name}_" if name == "try" else f"bot.commands.{name}")
    return cast("Command", module)


def _refuse(name: str) -> int:
    from bot.domain.text import nearest

    meant = nearest(name, COMMANDS)
    hint = f" Did you mean “{meant}”?" if meant else ""
    print(f"There is no command “{name}”.{hint} See: countersign --help", file=sys.stderr)
    return 2
