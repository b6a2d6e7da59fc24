"""Start a local workspace as it was typed, and stay until a signal."""

import argparse
import asyncio
import math
from pathlib import Path

from bot.commands.shell.failure import Mistyped, data_folder
from bot.workspace.launch import SOCKET, Launch
from bot.workspace.launch import run as run_workspace
from bot.workspace.refusal import CannotStart


def open_workspace(arguments: argparse.Namespace) -> int:
    """Everything that keeps it from starting is said in a sentence, with exit status 2."""
    try:
        asyncio.run(run_workspace(_launch(arguments), _say))
    except CannotStart as error:
        raise Mistyped(str(error)) from None
    return 0


def _launch(arguments: argparse.Namespace) -> Launch:
    if arguments.socket and arguments.app != SOCKET:
        raise Mistyped(f"--socket and --app {arguments.app} say two things. Leave one of them away.")
    return Launch(
        app=arguments.app,
        port=port_of(arguments),
        host=arguments.host,
        company=_path(arguments.company),
        manifest=_path(arguments.manifest),
        data=data_folder(arguments),
        fresh=arguments.fresh,
        limits=_factor(arguments.limits),
        ready_file=_path(arguments.ready_file),
    )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def port_of(arguments: argparse.Namespace) -> int:
    """The port that was typed. Raises Mistyped where it is none."""
    port: int = arguments.port
    if not 0 <= port <= 65_535:
        raise Mistyped(f"{port} is no port. Choose one from 1024 to 65535, or 0 for any that is free.")
    return port


def _factor(text: str) -> float:
    """`real` is 1, `off` is 0, a number is itself."""
    named = {"off": 0.0, "real": 1.0}
    try:
        factor = named[text] if text in named else float(text)
    except ValueError:
        factor = -1.0
    if not (math.isfinite(factor) and factor >= 0):
        raise Mistyped(
            f"--limits {text[:40]} is no limit. Write real, off or a number: 10 lets ten times as many through."
        )
    return factor


def _say(text: str) -> None:
    print(text, flush=True)
