"""`countersign backup FILE`: a consistent copy of the database, made while the bot runs."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a new file for the copy, best on another disk")
    said = "also copy the audit key, into a new file: keep it apart from the copies, whoever has both can rewrite them"
    parser.add_argument("--key-to", metavar="FILE", help=said)
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.copies import back_up

    return back_up(arguments)
