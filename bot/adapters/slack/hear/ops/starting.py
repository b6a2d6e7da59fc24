"""Starting something: by a form, or with what is typed."""

from bot.adapters.slack.hear.choosing import choice, offers, start_form
from bot.adapters.slack.hear.ops.said import Answer, Ops, Said
from bot.adapters.slack.hear.started import tell_started
from bot.adapters.slack.hear.typed import fields_in
from bot.application.start import Request
from bot.application.start import start as start_run
from bot.domain.errors import Unfit, Unknown
from bot.domain.person import Door
from bot.domain.text import hint, one_line


async def start(ops: Ops, said: Said) -> Answer:
    offered, name = offers(ops.parts, said.by), said.first
    if not name:
        await ops.surface.open(said.trigger, choice(ops.parts, said.by, ops.samples))
        return []
    if name not in [one.name for one in offered]:
        mend = hint(name, [one.name for one in offered], "Type /ops to see what you may start.")
        raise Unknown(f"“{one_line(name, 60)}” is nothing that you may start. {mend}")
    if not said.more:
        await ops.surface.open(said.trigger, start_form(ops.parts, name))
        return []
    fields = fields_in(said.more)
    try:
        request = Request(name, fields, Door.SLACK, said.by.team, said.by, said.by.id, delivery=said.delivery)
        opened = await start_run(ops.parts, request)
    except Unfit as unfit:
        await ops.surface.open(said.trigger, start_form(ops.parts, name, fields))
        return [f"{unfit.message} What you typed stands in the form: fill in the rest there."]
    await tell_started(ops.parts, ops.surface, said.channel, said.by.id, workflow=name, opened=opened)
    return []
