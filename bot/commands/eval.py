"""`countersign eval WORKFLOW`: how often the model's answers are those that people settled on, case by case."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workflow", metavar="WORKFLOW", help="which one; its cases are in its folder, under cases")
    parser.add_argument("--step", metavar="STEP", default="", help="this `ask` only")
    parser.add_argument("--model", metavar="ROLE", default="", help="ask the model of this role, not the prompts' own")
    said = "compare with what the prompt would be with this text"
    parser.add_argument("--prompt", metavar="FILE", default="", help=said)
    said = "compare with this version of the prompt: a number, or `file`"
    parser.add_argument("--against", metavar="VERSION", default="", help=said)
    said = "where two versions are compared: fail as soon as one answer that was exact is wrong"
    parser.add_argument("--strict", action="store_true", help=said)
    parser.add_argument("--yes", action="store_true", help="do not ask before it costs more than 1 USD")
    add_common(parser, person=False, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.evaluation import evaluate_cases

    return evaluate_cases(arguments)
