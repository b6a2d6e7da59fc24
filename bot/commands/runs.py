"""`countersign runs`: which runs there are, newest first, page by page."""

import argparse

from bot.commands.shell.option import add_common

STATES = ("running", "waiting", "parked", "done", "stopped", "failed", "undone")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workflow", metavar="NAME", help="of one workflow")
    said = "in this state; may be given more than once"
    parser.add_argument("--state", metavar="STATE", choices=STATES, action="append", default=[], help=said)
    parser.add_argument("--open", action="store_true", help="not ended: running, waiting or parked")
    parser.add_argument("--mine", action="store_true", help="that I started")
    parser.add_argument("--waiting-for-me", action="store_true", help="that I may decide now")
    parser.add_argument("--limit", metavar="N", type=int, default=25, help="at most this many (1 to 500; else 25)")
    parser.add_argument("--before", metavar="RUN", default="", help="the next page: runs that were started before this")
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.listing import list_runs

    return list_runs(arguments)
