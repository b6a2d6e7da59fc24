"""`countersign resume RUN | WORKFLOW | --all`: let go on what was paused, and try again what is parked."""

import argparse

from bot.commands.shell.option import add_common, add_wait, add_why


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="RUN | WORKFLOW", nargs="?", help="one run, or every run of a workflow")
    parser.add_argument("--all", action="store_true", help="everything")
    said = "a parked run keeps the brief it began with; else it goes on by that of now"
    parser.add_argument("--as-begun", action="store_true", help=said)
    add_why(parser)
    add_wait(parser)
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.steer import resume

    return resume(arguments)
