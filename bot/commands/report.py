"""`countersign report WORKFLOW`: what it has come to, in figures folded from the record."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow", metavar="WORKFLOW", help="which one")
    said = "of the runs that started since then, such as 7d or 12h (else 30d)"
    parser.add_argument("--since", metavar="TIME", default="30d", help=said)
    add_common(parser, person=False, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.figures import report_figures

    return report_figures(arguments)
