"""`countersign brief …`: what an owner says about a workflow, its prompts, its routes and the house rules."""

import argparse

from bot.commands.shell.option import add_common, add_why

ACTIONS = {
    "show": "the current text, or that of one version",
    "history": "every version: who, when, why",
    "diff": "what changed: from the file to now, or from version N to now",
    "set": "change one setting, such as: brief set support_triage reviewers.support.needed 2 --why …",
    "unset": "take one setting out",
    "replace": "the whole text, from a file",
    "rollback": "go back to version N, as a new version",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    for name, text in ACTIONS.items():
        one = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        one.add_argument("workflow", metavar="WORKFLOW", help="which one; `house` is what all of them share")
        _add_words(one, name)
        if name not in ("set", "unset"):
            one.add_argument("--prompt", metavar="STEP", default="", help="the prompt of that step, not the brief")
        one.add_argument("--routes", action="store_true", help="its routing table, not the brief")
        if name in ("set", "unset", "replace", "rollback"):
            add_why(one, required=True)
            one.add_argument("--try", dest="only_try", action="store_true", help="say what would change, save nothing")
        if name in ("replace", "set", "unset"):
            said = "only if this is still the current version"
            one.add_argument("--base", metavar="N", type=int, help=said)
        changes = name in ("set", "unset", "replace", "rollback")
        add_common(one, person=changes, json=name == "history")


def _add_words(parser: argparse.ArgumentParser, action: str) -> None:
    match action:
        case "show":
            parser.add_argument("--version", metavar="N", type=int, help="that version; else the current one")
        case "diff":
            parser.add_argument("version", metavar="N", type=int, nargs="?", help="since that version; else the file")
        case "set":
            parser.add_argument("path", metavar="PATH", help="which setting: stage, reviewers.support.needed, …")
            parser.add_argument("value", metavar="VALUE", help='such as assisted, 2, true, "4h" or \'["@mia"]\'')
        case "unset":
            parser.add_argument("path", metavar="PATH", help="which setting")
        case "replace":
            parser.add_argument("file", metavar="FILE", help="the new text; - reads the standard input")
        case "rollback":
            parser.add_argument("version", metavar="N", type=int, help="the version to go back to")
        case _:
            pass


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.brief import run_brief

    return run_brief(arguments)
