"""The options that commands share, each under the same name with the same meaning."""

import argparse

FIELDS_HELP = "FIELD=TEXT, or FIELD:=JSON for a list, a number or true and false"


def add_common(parser: argparse.ArgumentParser, *, person: bool = True, json: bool = False) -> None:
    """`--data` and `--workflows`; `--as` where it matters who asks; `--json` where a script may read the answer."""
    group = parser.add_argument_group("common options")
    group.add_argument("--data", metavar="DIR", help="where the data is (else COUNTERSIGN_DATA, else ./.countersign)")
    group.add_argument("--workflows", metavar="DIR", help="where the workflows are (else ./workflows)")
    if person:
        said = "speak for somebody else, while only sandbox systems are connected; the record says who really typed"
        group.add_argument("--as", dest="as_person", metavar="PERSON", help=said)
    if json:
        group.add_argument("--json", action="store_true", help="as JSON, for scripts")


def add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run: its id, or any beginning or end of it that is unique")


def add_why(parser: argparse.ArgumentParser, *, required: bool = False, text: str = "why, for the record") -> None:
    parser.add_argument("--why", metavar="TEXT", default="", required=required, help=text)


def add_wait(parser: argparse.ArgumentParser) -> None:
    said = "while another process runs the bot: wait until it has carried this out"
    parser.add_argument("--wait", action="store_true", help=said)
