"""`countersign incident RUN WORDS …`: say that something went wrong; the owner and the maintainer hear of it."""

import argparse

from bot.commands.shell.option import add_common, add_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("words", metavar="WORDS", nargs="+", help="what went wrong; nothing is stopped by saying it")
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.steer import declare_incident

    return declare_incident(arguments)
