"""`countersign undo RUN`: take back what a run did, as far as that can be taken back."""

import argparse

from bot.commands.shell.option import add_common, add_run, add_wait, add_why


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run(parser)
    add_why(parser)
    add_wait(parser)
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.steer import undo_run

    return undo_run(arguments)
