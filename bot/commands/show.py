"""`countersign show RUN`: what happened and why, who decided, what it cost, what comes next."""

import argparse

from bot.commands.shell.option import add_common, add_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--record", action="store_true", help="every line of its record, with all fields")
    parser.add_argument("--svg", metavar="FILE", help="write the path it took as a picture; - is the standard output")
    add_common(parser, person=False, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.history import show_run

    return show_run(arguments)
