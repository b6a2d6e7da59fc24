"""`countersign start WORKFLOW`: from fields, a file or a pipe; or a dry run that changes and stores nothing."""

import argparse

from bot.commands.shell.option import FIELDS_HELP, add_common, add_wait


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow", metavar="WORKFLOW", help="which one; `countersign check` lists them")
    parser.add_argument("fields", metavar="FIELD=VALUE", nargs="*", default=[], help=FIELDS_HELP)
    parser.add_argument("--input", metavar="FILE", help="the fields as a JSON object; - reads the standard input")
    parser.add_argument("--dry-run", action="store_true", help="read and think, print what would change, store nothing")
    parser.add_argument("--key", metavar="TEXT", default="", help="what makes this request one; else its content does")
    parser.add_argument("--record", metavar="LINK", default="", help="where the request came from, for the record")
    add_wait(parser)
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.start import start_run

    return start_run(arguments)
