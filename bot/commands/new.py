"""`countersign new [NAME --from WORKFLOW]`: a folder made from a workflow that ships; without words, what there is."""

import argparse

from bot.commands.shell.option import add_common

ANSWERS = {
    "owner": "who owns it and gets its exceptions, such as @olga",
    "maintainer": "who looks after its code",
    "pager": "who alone is called when it fails technically: a person or a #channel",
    "stage": "shadow, where nobody is asked, or assisted, where people are shown what it would do",
    "baseline": "how many minutes it takes by hand today",
    "review-date": "when somebody looks whether it is worth it, such as 2027-03-31",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="what it is called: small letters, digits and _")
    parser.add_argument("--from", dest="template", metavar="WORKFLOW", help="the workflow it is made from")
    parser.add_argument("--in", dest="folder", metavar="FOLDER", help="where it goes; else beside the others")
    answers = parser.add_argument_group(
        "answers", "What is not answered is asked on a terminal, else as in the template."
    )
    for name, text in ANSWERS.items():
        answers.add_argument(f"--{name}", metavar="TEXT", help=text)
    said = "any answer, such as reviewers.support.members=@mia,@leo; may be given several times"
    answers.add_argument("--answer", metavar="NAME=TEXT", action="append", default=[], help=said)
    answers.add_argument("--answers", metavar="FILE", help="a TOML file with answers by the same names")
    add_common(parser, person=False)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.new import new_workflow

    return new_workflow(arguments)
