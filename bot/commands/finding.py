"""`countersign finding add RUN [STEP] TEXT`: an auditor's remark; `show` shows it, and it stays."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="add", required=True)
    add = actions.add_parser("add", help="add one", description="Add an auditor's remark to a run.")
    add.add_argument("run", metavar="RUN", help="a run: its id, or any beginning or end of it that is unique")
    add.add_argument("step", metavar="STEP", nargs="?", default="", help="the step it is about; else the whole run")
    add.add_argument("text", metavar="TEXT", help="what you found; - reads the standard input")
    add_common(add)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.steer import add_a_finding

    return add_a_finding(arguments)
