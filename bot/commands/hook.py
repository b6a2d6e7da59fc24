"""`countersign hook [NAME]`: the ways in for machines, and a line for a shell that sends a signed sample to one."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="which one; without a name, all of them are listed")
    parser.add_argument("--input", metavar="FILE", help="what to send, as JSON; else a sample of the workflow")
    parser.add_argument("--secret", action="store_true", help="show the secret, for whoever sets up the sender")
    add_common(parser, person=False)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.hook import show_hooks

    return show_hooks(arguments)
