"""The ways in for machines: which there are, what each is signed with, and a line that sends something to one."""

import argparse
import json
import secrets
import shlex
from collections.abc import Iterator, Mapping

from bot.adapters.web.keys import Keys, read_keys
from bot.adapters.web.mails import KIND
from bot.adapters.web.signature import secret_of, sign
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.typed import read_bytes
from bot.commands.work.sample import samples_of
from bot.domain.brief.hook import HEADER, Hook, Signed
from bot.domain.errors import Unfit, Unknown
from bot.domain.from_event import event_for, hooks_of
from bot.domain.person import Door
from bot.domain.text import hint
from bot.settings import Settings
from bot.settings.secret import PREFIX
from bot.settings.web import HOOK
from bot.wiring.web import ADDRESS, told_secrets

CLOSED = (
    "No door is open here now. `countersign run` opens one; for `countersign serve`, name a port in"
    " countersign.toml: [web] port = 8080"
)


def show_hooks(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _show(session, arguments), begins=True)


MAIL = "mail/"
"""Before the name of a workflow that takes mail in."""


async def _show(session: Session, arguments: argparse.Namespace) -> int:
    hooks = {name: (workflow, hook) for workflow, name, hook in _every(session)}
    keys = read_keys(session.settings.data, told_secrets(session.settings))
    if arguments.name is None:
        for name, (workflow, hook) in hooks.items():
            session.screen.say(f"{name}: {workflow}, signed {hook.signed}, {_secret_of(keys, name)}")
        if not hooks:
            session.screen.say("No workflow is open to webhooks: none has the door webhook in its brief.")
        return 0
    if arguments.name not in hooks:
        known = hint(arguments.name, hooks, f"There is: {', '.join(hooks) or 'none'}.")
        raise Unknown(f"There is no hook “{arguments.name[:40]}”. {known}")
    workflow, hook = hooks[arguments.name]
    if arguments.secret:
        session.screen.say(keys.shown(_own(arguments.name), hook.signed))
        return 0
    if arguments.name.startswith(MAIL) and not arguments.input:
        raise Unfit("Say which mail is to be sent, with --input FILE.")
    body = read_bytes(arguments.input) if arguments.input else _sample(session, workflow, hook)
    session.screen.say(_line(session, keys, arguments.name, hook, body))
    return 0


def _every(session: Session) -> Iterator[tuple[str, str, Hook]]:
    library = session.bot.library
    for workflow in library.names():
        brief = library.current(workflow).brief
        yield from ((workflow, name, hook) for name, hook in hooks_of(workflow, brief).items())
        if Door.MAIL.value in brief.triggers.doors:
            yield workflow, f"{MAIL}{workflow}", Hook(signed=Signed.BEARER)


def _secret_of(keys: Keys, name: str) -> str:
    if keys.is_own(_own(name)):
        return f"with the secret in {PREFIX}{HOOK}{_own(name).upper()}"
    return f"with a secret made here (countersign hook {name} --secret shows it)"


def _own(name: str) -> str:
    """Under what the secret is set."""
    return name.removeprefix(MAIL)


def _place(name: str) -> str:
    return name if name.startswith(MAIL) else f"hooks/{name}"


def _sample(session: Session, workflow: str, hook: Hook) -> bytes:
    if hook.ends:
        raise Unfit(f"This hook ends “{hook.ends}” of a run that waits: say what happened, with --input FILE.")
    value = samples_of(session.bot.library.book(workflow).folder)[0].value
    return json.dumps(event_for(hook, value, id=f"evt_{secrets.token_hex(8)}")).encode()


def _line(session: Session, keys: Keys, name: str, hook: Hook, body: bytes) -> str:
    """For a shell, good for five minutes where the signature names the time."""
    secret = secret_of(keys.shown(_own(name), hook.signed), hook.signed)
    now, id = session.bot.parts.clock.now(), f"msg_{secrets.token_hex(8)}"
    headers = {"Content-Type": KIND if name.startswith(MAIL) else "application/json", **_named(hook, id)}
    headers |= sign(hook.signed, body, secret=secret, id=id, now=now)
    words = ["curl", "-sS", f"{address_of(session.settings)}/{_place(name)}"]
    lines = [" ".join(map(shlex.quote, words))]
    lines += [f"-H {shlex.quote(f'{header}: {value}')}" for header, value in headers.items()]
    try:
        lines.append(f"--data-binary {shlex.quote(body.decode())}")
    except UnicodeDecodeError:
        raise Unfit("What is to be sent is no UTF-8, so it would be refused.") from None
    return " \\\n  ".join(lines)


def _named(hook: Hook, id: str) -> Mapping[str, str]:
    """The headers that the brief goes by."""
    only = {place.removeprefix(HEADER): v[0] for place, v in hook.only.items() if place.startswith(HEADER)}
    own = {hook.event_id.removeprefix(HEADER): id} if hook.event_id.startswith(HEADER) else {}
    return {**only, **own}


def address_of(settings: Settings) -> str:
    """Where the doors are now; else where the settings will open them. Raises Unfit where that is nowhere."""
    use = settings.file.web
    try:
        return (settings.data / ADDRESS).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        if use.url is not None:
            return use.url
        if use.port is None:
            raise Unfit(CLOSED) from None
        return f"http://{use.host}:{use.port}"
