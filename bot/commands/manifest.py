"""`countersign manifest`: the app for Slack's “From a manifest”, with what the code and the briefs use and no more."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    said = "where Slack reaches the bot over HTTP, such as https://bot.example.com; else it is for Socket Mode"
    parser.add_argument("--url", metavar="URL", help=said)
    add_common(parser, person=False)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.manifest import print_manifest

    return print_manifest(arguments)
