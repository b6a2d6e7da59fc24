"""`countersign run`: the whole product on this machine: a Slack workspace, and the bot in it. No account, no key."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", metavar="N", type=int, default=3000, help="of the page; the bot has the next one")
    parser.add_argument("--socket", action="store_true", help="let the bot listen by Socket Mode, not over HTTP")
    parser.add_argument("--data", metavar="DIR", help="where it is kept (else COUNTERSIGN_DATA, else ./.countersign)")
    parser.add_argument("--workflows", metavar="DIR", help="where the workflows are (else ./workflows)")
    parser.add_argument("--fresh", action="store_true", help="begin the workspace anew; the bot's record stays")
    parser.add_argument("--empty", action="store_true", help="begin without the runs of a sample day")
    parser.add_argument("--ready-file", metavar="FILE", help="made once both answer, with addresses and tokens as JSON")


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.run import run_both

    return run_both(arguments)
