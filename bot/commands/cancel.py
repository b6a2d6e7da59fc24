"""`countersign cancel RUN`: end a run; what was carried out stays."""

import argparse

from bot.commands.shell.option import add_common, add_run, add_why


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run(parser)
    add_why(parser)
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.steer import cancel_run

    return cancel_run(arguments)
