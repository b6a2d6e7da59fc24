"""`countersign audit …`: verify the record, hand it out, take content or its oldest part away, seal it."""

import argparse
import sys
from typing import Any, NoReturn

from bot.commands.shell.failure import UNUSABLE
from bot.commands.shell.option import add_common, add_why

ACTIONS = {
    "verify": "find every change to the record: 0 whole, 1 changed, 2 something is missing, 3 nothing to verify",
    "export": "lines that anybody can check without this database",
    "erase": "take everything away that runs hold about one person",
    "prune": "take the oldest part away, once it has been kept long enough",
    "rotate-key": "seal what comes with a new key; what was stays under the old one",
    "checkpoint": "seal what is new, and print the checkpoint for somebody to keep",
}


class _Parser(argparse.ArgumentParser):
    """`verify` has an exit status of its own for what was not typed right: 2 says that something is missing."""

    def parse_known_args(self, args: Any = None, namespace: Any = None, **more: Any) -> Any:
        """Say of what is left over that it was not typed right here, where the exit status is known."""
        found, rest = super().parse_known_args(args, namespace, **more)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest

    def error(self, message: str) -> NoReturn:
        if not self.prog.endswith(" verify"):
            super().error(message)
        self.print_usage(sys.stderr)
        self.exit(UNUSABLE, f"{self.prog}: error: {message}\n")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, title="actions", parser_class=_Parser
    )
    for name, text in ACTIONS.items():
        one = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        _add_options(one, name)
        add_common(one, person=name in ("export", "erase", "prune", "rotate-key"), json=name != "export")


def _add_options(parser: argparse.ArgumentParser, action: str) -> None:
    match action:
        case "verify":
            parser.add_argument("--db", metavar="FILE", help="another file, such as a backup; else that of the data")
            parser.add_argument("--key", metavar="FILE", help="the audit key; else that of the data")
            parser.add_argument("--quick", action="store_true", help="hashes, links and the tree; not what they mean")
            _add_anchor(parser, "checkpoints that somebody keeps elsewhere; may be given several times")
        case "export":
            parser.add_argument("file", metavar="FILE", nargs="?", help="a new file; else the standard output")
            parser.add_argument("--run", metavar="RUN", help="one run: any beginning or end of its id")
            parser.add_argument("--workflow", metavar="WORKFLOW", help="only its runs")
            parser.add_argument("--since", metavar="DAY", help="only what started then or later, such as 2026-01-31")
            parser.add_argument("--until", metavar="DAY", help="only what started before then")
            parser.add_argument("--csv", action="store_true", help="a table for people; it cannot be checked")
            parser.add_argument("--no-content", action="store_true", help="headers only, without any field")
            _add_anchor(parser, "a checkpoint that the reader holds; the export shows that it goes on from it")
        case "erase":
            said = "who: the e-mail address or number by which the workflow's brief knows them ([data] subject)"
            parser.add_argument("--subject", metavar="TEXT", required=True, help=said)
            add_why(parser, required=True)
        case "prune":
            parser.add_argument("--before", metavar="DAY", required=True, help="nothing of this day or later goes")
            add_why(parser, required=True)
        case "rotate-key":
            add_why(parser, required=True)
        case _:
            pass


def _add_anchor(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--anchor", metavar="FILE", action="append", default=[], help=text)


def run(arguments: argparse.Namespace) -> int:
    if arguments.action == "verify":
        from bot.commands.work.verifying import verify_record

        return verify_record(arguments)
    from bot.commands.work.record import run_record

    return run_record(arguments)
