"""`countersign workspace`: a Slack workspace on this machine, for any Bolt app. No account, no key, no network."""

import argparse

APP = "where the app takes Slack's requests, such as http://127.0.0.1:3001/slack/events; or socket: it comes by itself"
LIMITS = "how often the app may call: as on Slack, as it likes, or N times as often as on Slack (else off)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--app", metavar="URL | socket", default="socket", help=f"{APP} (else socket)")
    parser.add_argument("--socket", action="store_true", help="the same as --app socket")
    parser.add_argument("--manifest", metavar="FILE", help="the app's manifest, for its commands, shortcuts and scopes")
    parser.add_argument("--company", metavar="FILE", help="who is there, as TOML; else the sample company")
    parser.add_argument("--port", metavar="N", type=int, default=3000, help="where to listen (else 3000)")
    parser.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help="listen beyond this machine; take care")
    parser.add_argument(
        "--limits",
        metavar="real | off | N",
        default="off",
        help="how often the app may call: as on Slack, any number of times, N times as often (else off)",
    )
    parser.add_argument("--data", metavar="DIR", help="where it is kept (else COUNTERSIGN_DATA, else ./.countersign)")
    parser.add_argument("--fresh", action="store_true", help="begin anew; what was kept is forgotten")
    parser.add_argument("--ready-file", metavar="FILE", help="made once it answers, with addresses and tokens as JSON")


def run(arguments: argparse.Namespace) -> int:
    from bot.commands.work.workspace import open_workspace

    return open_workspace(arguments)
