"""`countersign restore FILE`: put a copy in place of the database. What it replaces is kept, and nothing runs twice."""

import argparse

from bot.commands.shell.option import add_common, add_why


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a copy that `countersign backup` has made")
    parser.add_argument("--key", metavar="FILE", help="the audit key, where the data folder has none")
    parser.add_argument("--yes", action="store_true", help="do not ask first")
    add_why(parser, required=True)
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.copies import restore

    return restore(arguments)
