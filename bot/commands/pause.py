"""`countersign pause RUN | WORKFLOW | --all`: nothing leaves until it is resumed."""

import argparse

from bot.commands.shell.option import add_common, add_why


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="RUN | WORKFLOW", nargs="?", help="one run, or every run of a workflow")
    parser.add_argument("--all", action="store_true", help="everything")
    add_why(parser)
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.steer import pause

    return pause(arguments)
