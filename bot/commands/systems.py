"""`countersign systems …`: how each system is reached, and what is accepted of what it changed in its answers."""

import argparse

from bot.commands.shell.option import add_common, add_why

ACTIONS = {
    "accept": "take in what a system changed: a new word that may stand in an answer, or another place",
    "rollback": "go back to version N of a description, as a new version",
    "history": "every version of a description: who, when, why, what",
    "diff": "what changed in a description: from its file to now, or from version N to now",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_common(parser, person=False, json=True)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions (without one: list them all)")
    for name, text in ACTIONS.items():
        one = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        one.add_argument("system", metavar="SYSTEM", help="which one, such as helpdesk")
        _add_words(one, name)
        changes = name in ("accept", "rollback")
        if changes:
            add_why(one, required=True)
            one.add_argument("--try", dest="only_try", action="store_true", help="say what would change, save nothing")
            said = "resume the runs that are parked because of the change"
            one.add_argument("--resume", action="store_true", help=said)
        add_common(one, person=changes, json=name == "history")


def _add_words(parser: argparse.ArgumentParser, action: str) -> None:
    match action:
        case "accept":
            said = "where it stands: as the parked run says (status), or as in the description; may be repeated"
            parser.add_argument("--field", metavar="PATH", action="append", default=[], help=said)
            news = parser.add_mutually_exclusive_group(required=True)
            said = "a word that may stand there from now on, and what it is called here: archived=closed"
            news.add_argument("--value", metavar="NEW[=OURS]", help=said)
            said = "another place in the answer: status=state"
            news.add_argument("--renamed", metavar="OLD=NEW", help=said)
        case "rollback":
            parser.add_argument("version", metavar="N", type=int, help="the version to go back to")
        case "diff":
            parser.add_argument("version", metavar="N", type=int, nargs="?", help="since that version; else the file")
        case _:
            pass


def run(arguments: argparse.Namespace) -> int:
    if arguments.action in ("accept", "rollback"):
        from bot.commands.work.accepting import accept_change

        return accept_change(arguments)
    from bot.commands.work.systems import read_systems

    return read_systems(arguments)
