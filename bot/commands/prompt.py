"""`countersign prompt …`: what a model is told in a step, how that changed, and what it answers."""

import argparse

from bot.commands.shell.option import add_common

ACTIONS = {
    "show": "what counts now, its version, who changed it when",
    "diff": "what changed, word by word: from the last version to now, or between any two",
    "test": "ask the configured model once, and see everything that comes back",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    for name, text in ACTIONS.items():
        one = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        one.add_argument("workflow", metavar="WORKFLOW", help="which one")
        one.add_argument("step", metavar="STEP", help="which `ask` of it")
        _add_words(one, name)
        add_common(one, person=False, json=True)


def _add_words(parser: argparse.ArgumentParser, action: str) -> None:
    match action:
        case "show":
            said = "the two turns exactly as a model gets them, made from this sample or case"
            parser.add_argument("--rendered", metavar="NAME", default="", help=said)
        case "diff":
            said = "a version's number, `file`, or `now`; else the version before now, or the file"
            parser.add_argument("old", metavar="OLD", nargs="?", default="", help=said)
            parser.add_argument("new", metavar="NEW", nargs="?", default="now", help="the same; else `now`")
        case _:
            given = parser.add_mutually_exclusive_group()
            given.add_argument("--sample", metavar="NAME", default="", help="with this sample, and what is read for it")
            given.add_argument(
                "--case", metavar="NAME", default="", help="with this case; else with the first there is"
            )
            parser.add_argument(
                "--model", metavar="ROLE", default="", help="ask the model of this role, not the prompt's"
            )
            said = "with this text in place of the prompt; it need not be the current one"
            parser.add_argument("--prompt", metavar="FILE", default="", help=said)


def run(arguments: argparse.Namespace) -> int:
    if arguments.action == "test" or getattr(arguments, "rendered", ""):
        from bot.commands.work.trial import try_prompt

        return try_prompt(arguments)
    from bot.commands.work.prompt import read_prompts

    return read_prompts(arguments)
