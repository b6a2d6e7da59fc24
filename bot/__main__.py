"""Finds the command, nothing more: `countersign --help` answers before anything heavy is imported."""

import sys

from bot.commands import dispatch


def main() -> int:
    """Run the command that was typed; its exit status."""
    return dispatch(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
