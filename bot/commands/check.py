"""`countersign check [WORKFLOW]`: one finding a line; exit status 1 where a workflow would not be run."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow", metavar="WORKFLOW", nargs="?", help="one of them; else all")
    add_common(parser, person=False, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.check import check_workflows

    return check_workflows(arguments)
