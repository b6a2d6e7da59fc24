"""Start a workflow with what was typed, or try it; what was sent through a pipe is kept where it is refused."""

import argparse

from bot.application.dry_run import dry_run
from bot.application.start import Opened, Request, start
from bot.commands.shell.form import describe
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.standing import report, settled, standing_shape
from bot.commands.shell.typed import STDIN, keep_input, parse_object, read_bytes, read_fields
from bot.commands.work.tried import tell_tried, tried_shape
from bot.domain.errors import Refused, Unfit
from bot.domain.intent import Fact
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.workflow import Trigger


def start_run(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _start(session, arguments), begins=True)


async def _start(session: Session, arguments: argparse.Namespace) -> int:
    session.bot.library.current(arguments.workflow)
    raw = read_bytes(arguments.input) if arguments.input else b""
    try:
        return await _start_with(session, arguments, raw)
    except Refused as refused:
        if arguments.input == STDIN and raw:
            refused.message = f"{refused.message} {_kept(session, arguments.workflow, raw)}".rstrip()
        raise


def _kept(session: Session, workflow: str, raw: bytes) -> str:
    terms = session.bot.library.current(workflow)
    data, redactor, at = session.settings.data, session.bot.parts.redactor, terms.definition.trigger.name
    return keep_input(data, raw, redactor, name=f"{workflow}.json", terms=terms, at=at)


async def _start_with(session: Session, arguments: argparse.Namespace, raw: bytes) -> int:
    fields: dict[str, Plain] = parse_object(raw, source=arguments.input) if arguments.input else {}
    fields |= read_fields(arguments.fields)
    if not fields:
        raise Unfit(_what_it_takes(session, arguments.workflow))
    typist = session.typist()
    request = Request(
        workflow=arguments.workflow,
        value=fields,
        door=Door.TERMINAL,
        team=session.settings.team,
        by=typist.person,
        source=typist.person.id,
        key=arguments.key,
        record=arguments.record,
        on_behalf_of=typist.on_behalf_of,
    )
    if arguments.dry_run:
        return await _try_it(session, request, json=arguments.json)
    opened, carried = await session.carry_out(lambda: start(session.bot.parts, request))
    return await _report(session, arguments, opened, carried=carried)


async def _try_it(session: Session, request: Request, *, json: bool) -> int:
    tried = await dry_run(session.bot.parts, request)
    if json:
        session.screen.json(tried_shape(tried))
    else:
        tell_tried(session.screen, tried, session.bot.parts.directory)
    return 0


async def _report(session: Session, arguments: argparse.Namespace, opened: Opened, *, carried: bool) -> int:
    if arguments.json:
        run = await settled(session, opened.run, carried=carried, wait=arguments.wait)
        session.screen.json({**standing_shape(session, run), "fresh": opened.fresh, "carried_out": carried})
        return 0
    if opened.fresh:
        session.screen.say(f"Started {arguments.workflow} as run {opened.run}.")
    else:
        session.screen.say(
            f"The same request has started run {opened.run} already. Use --key to tell two apart.", "warn"
        )
    await report(session, opened.run, carried=carried, wait=arguments.wait)
    return 0


def _what_it_takes(session: Session, workflow: str) -> str:
    book = session.bot.library.book(workflow)
    node = book.definition.trigger.node
    fact = node.fact if isinstance(node, Trigger) else Fact
    said = f"{workflow} starts from a {fact.__name__}. Give its fields as FIELD=VALUE, or as JSON with --input:"
    samples = sorted((book.folder / "samples").glob("*.json"))
    hint = f"\n\nFor example: countersign start {workflow} --input {samples[0]}" if samples else ""
    return f"{said}\n\n{describe(fact)}{hint}"
