"""The command line, one file a command. Only the command that was typed is imported.

Exit status: 0 done, 1 refused or something was found, 2 not typed right, 130 interrupted.
"""

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from io import StringIO, TextIOWrapper
from typing import Any, Protocol

GROUPS: Mapping[str, Mapping[str, str]] = {
    "see it": {
        "run": "the whole product here: a Slack workspace, and the bot in it",
        "try": "run the sample tickets here, see the card, take the decision",
        "workspace": "a Slack workspace on this machine, for any app",
        "doctor": "what is configured, what is missing, what to do",
    },
    "runs": {
        "start": "start a workflow",
        "runs": "list runs",
        "alerts": "what nobody has seen to yet",
        "show": "one run: what happened, why, at what cost",
        "decide": "approve, edit, reject, escalate, reassign, … what waits",
        "observe": "say what you did yourself, for comparison",
        "cancel": "end a run",
        "pause": "hold a run, a workflow or everything",
        "resume": "let it go on",
        "undo": "take back what a run did",
        "incident": "say that something went wrong with a run",
        "finding": "add an auditor's remark to a step",
    },
    "workflows": {
        "new": "a workflow of your own, made from one that ships",
        "brief": "show, change or roll back what an owner says about a workflow",
        "prompt": "show, compare or try what a model is told in a step",
        "eval": "how often the model's answers are right, by golden cases",
        "case": "keep what people made of a run as a golden case",
        "report": "what a workflow has come to, in figures",
        "check": "everything that is wrong with the workflows",
        "draw": "a workflow, or the path a run took, as a picture",
    },
    "the bot": {
        "serve": "keep running: carry out what is due",
        "hook": "the ways in for machines; a signed line to try one",
        "form": "a link to a form, for somebody outside",
        "systems": "how each system is reached; accept what one changed in its answers",
        "audit": "verify, export, erase, prune the record",
        "manifest": "the Slack app, as Slack takes it: rights, commands, events",
        "backup": "a consistent copy while running",
        "restore": "put a copy back; nothing is executed twice",
    },
}

COMMANDS: Mapping[str, str] = {name: text for group in GROUPS.values() for name, text in group.items()}
"""Each command's module has `add_arguments(parser)` and `run(arguments) -> int`."""

HELP = ("-h", "--help", "help")
MISTYPED = 2


class Command(Protocol):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


def dispatch(words: Sequence[str]) -> int:
    """Run the command that was typed; its exit status."""
    sys.stdout, sys.stderr = sys.stdout or StringIO(), sys.stderr or StringIO()  # where somebody has closed them
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows few letters shows question marks
    match [*words]:
        case [] | ["-h" | "--help" | "help"]:
            print(_overview())
            return 0
        case ["--version"]:
            from importlib.metadata import version

            print(f"countersign {version('countersign')}")
            return 0
        case ["-h" | "--help" | "help", name, *_] if name in COMMANDS:
            return _run(name, ["--help"])
        case [name, *rest] if name in COMMANDS:
            return _run(name, rest)
        case [word, *_]:
            return _refuse(next((one for one in words if one not in HELP), word))
        case _:
            return MISTYPED


def _run(name: str, words: list[str]) -> int:
    from bot.commands.shell.failure import guarded

    text = COMMANDS[name]
    parser = argparse.ArgumentParser(prog=f"countersign {name}", description=text[0].upper() + text[1:] + ".")
    command = _load(name)
    command.add_arguments(parser)
    try:
        arguments = _parse(parser, words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else MISTYPED
    return guarded(command.run, arguments)


def _parse(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace:
    """Options may stand anywhere between the words, unless the command has commands of its own."""
    try:
        return parser.parse_intermixed_args(words)
    except TypeError:
        return parser.parse_args(words)


def _load(name: str) -> Command:
    # `try` is a word that Python keeps for itself.
    module: Any = importlib.import_module(f"bot.commands.{name}_" if name == "try" else f"bot.commands.{name}")
    command: Command = module
    return command


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = ["usage: countersign COMMAND …", "", "AI prepares, a person countersigns, the record proves it."]
    for title, group in GROUPS.items():
        lines += ["", f"{title}:", *(f"  {name:<{width}}  {text}" for name, text in group.items())]
    lines += ["", "`countersign help COMMAND` says more about one. New here? Begin with `countersign try`."]
    return "\n".join(lines)


def _refuse(name: str) -> int:
    from bot.domain.text import nearest, one_line

    if name.startswith("-"):
        said = f"“{one_line(name, 40)}” is no command. A command comes first, such as: countersign runs --json"
    else:
        meant = nearest(name, COMMANDS)
        hint = f" Did you mean “{meant}”?" if meant else ""
        said = f"There is no command “{one_line(name, 40)}”.{hint} See: countersign --help"
    print(said, file=sys.stderr)
    return MISTYPED
