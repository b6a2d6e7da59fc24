"""`countersign doctor`: what is configured, what is missing, what to do. Exit status 1 where something has to be."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="only what needs somebody")
    asked = "ask each model of the settings one small question, which may cost something"
    parser.add_argument("--ask-the-model", action="store_true", help=asked)
    add_common(parser, person=False, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.doctor import examine

    return examine(arguments)
