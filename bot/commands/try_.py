"""`countersign try`: a guided session with the sample tickets. Nothing real is touched, no service, no key."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow", metavar="WORKFLOW", nargs="?", default="support_triage", help="else support_triage")
    parser.add_argument("--ticket", metavar="N | NAME", help="take this sample; else you are asked")
    parser.add_argument("--fresh", action="store_true", help="let the sample help desk forget what was tried before")
    decision = parser.add_mutually_exclusive_group()
    decision.add_argument("--approve", action="store_true", help="approve what is asked, and end")
    decision.add_argument("--reject", metavar="REASON", help="reject it, and end")
    said = "edit it, let somebody else approve it, and end"
    decision.add_argument("--edit", metavar="FIELD=VALUE", action="append", default=[], help=said)
    add_common(parser, person=False)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.tour import try_out

    return try_out(arguments)
