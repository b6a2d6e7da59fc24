"""`countersign alerts`: what nobody has seen to yet, since when, and what to do."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser, person=False, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.alerts import list_alerts

    return list_alerts(arguments)
