"""A link to a form, made for somebody outside: good for so many days, with some of it filled in for good."""

import argparse
from collections.abc import Collection, Mapping
from datetime import timedelta

from bot.adapters.web.forms import KEY
from bot.adapters.web.keys import read_keys
from bot.adapters.web.link import LONGEST, Link, write_link
from bot.application.start import trigger_of
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.typed import read_fields
from bot.commands.work.hook import address_of
from bot.domain.errors import NotAllowed, Unfit
from bot.domain.field import fields_of, unfillable
from bot.domain.intent import Fact
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.text import hint
from bot.wiring.web import told_secrets

MOST_DAYS = 3_660


def show_link(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _show(session, arguments), begins=True)


async def _show(session: Session, arguments: argparse.Namespace) -> int:
    workflow, days = arguments.workflow, arguments.days
    terms = session.bot.library.current(workflow)
    if Door.FORM.value not in terms.brief.triggers.doors:
        raise NotAllowed(f'{workflow} has no form: add "form" to triggers.doors in its brief.')
    if not 1 <= days <= MOST_DAYS:
        raise Unfit(f"A link is good for 1 to {MOST_DAYS} days.")
    given = read_fields(arguments.fields)
    _refuse_unfit(trigger_of(terms), given, terms.brief.triggers.form.hidden)
    until = session.bot.parts.clock.now() + timedelta(days=days)
    key = read_keys(session.settings.data, told_secrets(session.settings)).derived(KEY)
    written = write_link(key, Link(workflow, until, given))
    if len(written) > LONGEST:
        raise Unfit("So much does not fit into a link. Fill in less of it.")
    session.screen.say(f"{address_of(session.settings)}/forms/{workflow}?k={written}")
    return 0


def _refuse_unfit(fact: type[Fact], given: Mapping[str, Plain], unasked: Collection[str]) -> None:
    for name in given:
        if name not in fact.model_fields:
            known = hint(name, fact.model_fields, f"It has: {', '.join(fact.model_fields)}.")
            raise Unfit(f"{fact.__name__} has no field “{name}”. {known}")
    missing = unfillable([one for one in fields_of(fact) if one.name not in {*given, *unasked}])
    if missing:
        raise Unfit(f"No form can ask for {', '.join(missing)}. Fill it in here, as FIELD:=JSON.")
