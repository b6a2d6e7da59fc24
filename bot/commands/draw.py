"""`countersign draw WORKFLOW | RUN`: as Mermaid text for a page, and as a picture; of a run, the path it took."""

import argparse

from bot.commands.shell.option import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="WORKFLOW | RUN", help="a workflow, or one run of it")
    parser.add_argument("--svg", metavar="FILE", help="where the picture goes; - is the standard output, alone")
    parser.add_argument("--mermaid", action="store_true", help="print the Mermaid text and write no picture")
    add_common(parser, person=False)


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.draw import draw

    return draw(arguments)
