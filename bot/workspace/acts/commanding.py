"""A slash command: the app is told what was typed, and its answer is shown where it was typed."""

from bot.workspace.acts.finding import refuse_strangers, writable_channel
from bot.workspace.acts.outcome import Outcome, Refused, unanswered
from bot.workspace.acts.spelling import linked
from bot.workspace.acts.telling import channel_name, trouble
from bot.workspace.changes.granting import grant_response_url, grant_trigger
from bot.workspace.delivery.answering import respond, response_address
from bot.workspace.delivery.courier import Delivery, DeliveryKind
from bot.workspace.desk import Desk
from bot.workspace.payload import Json
from bot.workspace.refusal import meant
from bot.workspace.state.app import App, Command
from bot.workspace.state.channel import Channel
from bot.workspace.state.grant import ResponseUrl
from bot.workspace.state.person import Person
from bot.workspace.state.workspace import Workspace

_SAYING = ("text", "blocks", "attachments")
_ABOUT_ANOTHER = ("replace_original", "delete_original")
"""An answer to a command has no message that it could take the place of."""


async def run_command(desk: Desk, person: Person, channel: str, typed: str, *, thread_ts: str = "") -> Outcome:
    """Run `/name and its text` where it was typed."""
    name, *rest = typed.split(maxsplit=1) or [""]
    name, text = name.lower(), rest[0].rstrip() if rest else ""
    refuse_strangers(person, "commands")
    app, command = _find(desk.workspace, name)
    where = writable_channel(desk, person, channel)
    if thread_ts:
        # As in Slack, where an app's commands do not work in threads.
        raise Refused(f"{name} does not work in a thread. Run it in the channel.")
    said = linked(desk.workspace, text) if command.should_escape else text
    grant = grant_response_url(desk.workspace, app.id, person.id, where.id)
    payload = _payload(desk, app, person, where) | {"command": name, "text": said}
    payload["response_url"] = response_address(desk.address, grant)
    delivery = Delivery(app=app, kind=DeliveryKind.COMMAND, name=name, payload=payload, person=person.id)
    answer = await desk.courier.deliver(delivery)
    wrong = _show(desk.workspace, grant, answer.body) if answer.ok else unanswered(app, name, answer)
    if not wrong:
        return Outcome(facts={"channel": where.id})
    return Outcome(ok=False, text=trouble(desk.workspace, person, wrong, where=(where.id, "")))


def _find(workspace: Workspace, name: str) -> tuple[App, Command]:
    """The app that has the command; one that takes any comes last."""
    apps = [app for app in workspace.apps.values() if not app.revoked]
    if len(name) > 1 and name.startswith("/"):
        for app in sorted(apps, key=lambda one: one.commands is None):
            command = app.command(name)
            if command is not None:
                return app, command
    known = sorted({one for app in apps for one in app.commands or ()})
    there = f" There is: {', '.join(known[:20])}." if known else ""
    raise Refused(f"{name[:80] or '/'} is no command here.{meant(name, known) or there}")


def _payload(desk: Desk, app: App, person: Person, channel: Channel) -> Json:
    team = desk.workspace.team
    return {
        "token": app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": "",
        "text": "",
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": "",
        "trigger_id": grant_trigger(desk.workspace, app.id, person.id).id,
    }


def _show(workspace: Workspace, grant: ResponseUrl, body: Json) -> str:
    """Show an answer that says something; what is wrong with it, as a sentence, else nothing."""
    if not any(body.get(part) for part in _SAYING):
        return ""
    error = respond(workspace, grant, {name: value for name, value in body.items() if name not in _ABOUT_ANOTHER})
    app = workspace.apps[grant.app]
    return f"{app.name} answered with what cannot be shown: {error}. The inspector shows what it sent." if error else ""
