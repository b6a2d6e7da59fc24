"""`countersign observe RUN`: what a person did themselves, for comparison with what the bot would have done."""

import argparse

from bot.commands.shell.option import add_common, add_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--outcome", metavar="TEXT", default="", help="what you did, in a few words")
    parser.add_argument("--minutes", metavar="N", type=int, help="how long it took you")
    parser.add_argument("--link", metavar="URL", default="", help="where it can be seen")
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.steer import observe_run

    return observe_run(arguments)
