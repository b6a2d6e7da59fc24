"""`countersign form NAME`: a signed link to a form, for somebody outside Slack."""

import argparse

from bot.commands.shell.option import FIELDS_HELP, add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow", metavar="WORKFLOW", help="which one; it has the door form in its brief")
    parser.add_argument(
        "fields", metavar="FIELD=VALUE", nargs="*", default=[], help=f"filled in for good: {FIELDS_HELP}"
    )
    parser.add_argument(
        "--for", dest="days", metavar="DAYS", type=int, default=30, help="how long it is good (else 30)"
    )
    add_common(parser, person=False)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.form import show_link

    return show_link(arguments)
