"""`countersign doctor`: what is configured, what is missing, what to do. Exit status 1 where something has to be."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="only what needs somebody")
    add_common(parser, person=False, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.doctor import examine

    return examine(arguments)
