"""`countersign audit`: verify, export, erase or prune the record, or seal it now."""

import argparse

from bot.commands.shell.option import add_common, add_why

VERBS = {
    "verify": "is the record whole? exit status 0 whole, 1 tampered with, 2 something is missing",
    "export": "hand it out, verifiable without this database",
    "erase": "take out everything about one person; the record still verifies",
    "prune": "take away what is past its retention and sealed",
    "seal": "seal what has happened until now, and keep the checkpoint elsewhere",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    made = {verb: verbs.add_parser(verb, help=text, description=text) for verb, text in VERBS.items()}
    made["verify"].add_argument(
        "--anchor", action="append", default=[], metavar="FILE", help="checkpoints kept elsewhere"
    )
    made["verify"].add_argument("--quick", action="store_true", help="chains, signatures and the tree only")
    made["export"].add_argument("file", metavar="FILE", help="where to; its verifier is put beside it")
    made["export"].add_argument("--run", metavar="RUN", help="one run only")
    made["export"].add_argument("--workflow", metavar="NAME", help="the runs of one workflow only")
    made["export"].add_argument("--no-content", action="store_true", help="without the fields, only that it happened")
    made["erase"].add_argument("--subject", required=True, metavar="TEXT", help="the person, as the trigger names them")
    made["prune"].add_argument("--before", required=True, metavar="DATE", help="what is older than this, as 2026-01-31")
    for verb in ("erase", "prune"):
        add_why(made[verb], required=True)
    for verb, sub in made.items():
        add_common(sub, person=verb != "verify", json=verb == "verify")


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.record import work

    return work(arguments)
