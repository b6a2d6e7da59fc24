"""`countersign serve`: the bot, in Slack where there are tokens, until it is told to stop.

It finishes what is under way; told twice, it ends there.
"""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ready-file", metavar="FILE", help="made once it works, gone when it stops")
    parser.add_argument("--log", choices=("words", "json"), help="how it logs: words on a terminal, else JSON lines")
    add_common(parser, person=False)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.serve import serve

    return serve(arguments)
