"""`countersign case RUN`: what people made of a run, kept as a golden case for the next `eval`."""

import argparse

from bot.commands.shell.option import add_common, add_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run(parser)
    parser.add_argument("--step", metavar="STEP", default="", help="this answer only, and those it rests on")
    parser.add_argument("--name", metavar="NAME", default="", help="of the case; else it is named after the run")
    parser.add_argument("--about", metavar="TEXT", default="", help="what it shows, in a sentence")
    parser.add_argument("--unchanged", action="store_true", help="also where nobody changed what the model wrote")
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.golden import keep_golden

    return keep_golden(arguments)
