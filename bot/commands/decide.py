"""`countersign decide RUN VERDICT …`: what a person says to a proposal, a question, or an action in doubt."""

import argparse

from bot.commands.shell.option import FIELDS_HELP, add_common, add_run, add_wait

VERDICTS = {
    "approve": "carry out exactly what the card shows (also: end here, where a stop is to be confirmed)",
    "edit": "FIELD=VALUE … – change the proposal; it is asked again, and whoever edits does not approve",
    "reject": "--reason CODE [--text] – nothing is carried out; until that has begun, also after an approval",
    "redraft": "--text … – the model tries again with your remark",
    "correct": "STEP FIELD=VALUE … – put a fact right; the run goes on again from there",
    "answer": "FIELD=VALUE … – fill in what is asked; what you leave out stays as proposed",
    "escalate": "[--text] – ask the next group as well",
    "reassign": "--to PERSON – hand it to somebody who may decide it",
    "take-over": "[--text] – you do it without the bot; the run ends",
    "done-by-me": "[--link] [--minutes] – you did what the card shows",
    "comment": "--text … – keep a remark with it",
    "done": "[--receipt ID] – an action in doubt has happened",
    "not-done": "an action in doubt has not happened: it is carried out now",
    "look-up": "ask the system of an action in doubt whether it has happened; nothing is carried out for that",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    width = max(map(len, VERDICTS))
    lines = "\n".join(f"  {name:<{width}}  {text}" for name, text in VERDICTS.items())
    parser.description = f"{parser.description}\n\nverdicts (without one, the card is shown):\n{lines}"
    add_run(parser)
    parser.add_argument("verdict", metavar="VERDICT", nargs="?", choices=[*VERDICTS], help="see above")
    parser.add_argument(
        "words", metavar="FIELD=VALUE", nargs="*", default=[], help=f"{FIELDS_HELP}; after `correct`, the step first"
    )
    parser.add_argument("--file", metavar="[FIELD=]FILE", help="a long value, as text; - reads the standard input")
    parser.add_argument("--step", metavar="STEP", default="", help="which, where more than one thing waits")
    parser.add_argument("--proposal", metavar="N", type=int, default=1, help="which change of a plan is edited")
    parser.add_argument("--version", metavar="N", type=int, help="only if this is still the current version")
    parser.add_argument("--digest", metavar="HEX", help="only if this is still its fingerprint")
    parser.add_argument("--reason", metavar="CODE", default="", help="why it is rejected, or escalated")
    parser.add_argument("--text", metavar="TEXT", default="", help="what you want to say")
    parser.add_argument("--to", metavar="PERSON", help="to whom it is reassigned")
    parser.add_argument("--link", metavar="URL", default="", help="where what you did can be seen")
    parser.add_argument("--minutes", metavar="N", type=int, help="how long it took you")
    parser.add_argument("--receipt", metavar="ID", default="", help="what the other system calls it")
    add_wait(parser)
    add_common(parser, json=True)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.decide import decide_run

    return decide_run(arguments)
