"""Show what waits, take the verdict, and carry out what follows from it."""

import argparse

from bot.application.decide import Wish, decide
from bot.application.steer import Move, Order, steer
from bot.commands.shell.asked import Asked, with_names
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.session import Session, run_with
from bot.commands.shell.standing import report, standing_shape, tell_asked
from bot.commands.shell.typed import STDIN, keep_input, parse_text, read_bytes, read_fields
from bot.domain.errors import Refused, Unfit
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId
from bot.domain.text import one_line

_VERDICTS = {
    "approve": Verdict.APPROVE,
    "edit": Verdict.EDIT,
    "reject": Verdict.REJECT,
    "redraft": Verdict.REDRAFT,
    "correct": Verdict.CORRECT,
    "answer": Verdict.ANSWER,
    "escalate": Verdict.ESCALATE,
    "reassign": Verdict.REASSIGN,
    "take-over": Verdict.TAKE_OVER,
    "done-by-me": Verdict.DONE_BY_ME,
    "comment": Verdict.COMMENT,
}
_DOUBTS = {"done": Move.HAPPENED, "not-done": Move.DID_NOT_HAPPEN, "look-up": Move.LOOK}
_WITH_FIELDS = ("edit", "correct", "answer")
"""Verdicts that give values to fields."""


def decide_run(arguments: argparse.Namespace) -> int:
    return run_with(arguments, lambda session: _decide(session, arguments))


async def _decide(session: Session, arguments: argparse.Namespace) -> int:
    id = await session.find(arguments.run)
    if arguments.verdict is None:
        return await _show(session, id, json=arguments.json)
    if arguments.words and arguments.verdict not in _WITH_FIELDS:
        raise Mistyped(f"{arguments.verdict} takes no fields. Did you mean: edit {one_line(arguments.words[0], 40)}?")
    if arguments.verdict in _DOUBTS:
        carried = await _reconcile(session, arguments, id)
    else:
        carried = await _say(session, arguments, id)
    await report(session, id, carried=carried, json=arguments.json, wait=arguments.wait)
    return 0


async def _show(session: Session, id: RunId, *, json: bool) -> int:
    """The cards that wait, and the commands that decide them."""
    run = await session.bot.store.queries.run(id)
    if json:
        session.screen.json(standing_shape(session, run))
        return 0
    await session.learn_names()
    waits = session.asked(run) or session.rejectable(run)
    if not waits:
        await report(session, id, carried=True)
    for one in waits:
        session.screen.card(with_names(one.card, session.called))
        session.screen.say()
        tell_asked(session.screen, run, one)
    return 0


async def _reconcile(session: Session, arguments: argparse.Namespace, id: RunId) -> bool:
    typist = session.typist()
    receipt: dict[str, Plain] = {"id": arguments.receipt} if arguments.receipt else {}
    if arguments.link:
        receipt["link"] = arguments.link
    order = Order(
        run=id,
        move=_DOUBTS[arguments.verdict],
        by=typist.person,
        door=Door.TERMINAL,
        text=arguments.text,
        receipt=receipt,
        on_behalf_of=typist.on_behalf_of,
    )
    _, carried = await session.carry_out(lambda: steer(session.bot.parts, order))
    return carried


async def _say(session: Session, arguments: argparse.Namespace, id: RunId) -> bool:
    raw = _read_file(arguments)
    try:
        wish = _wish(session, arguments, await session.bot.store.queries.run(id), raw)
        _, carried = await session.carry_out(lambda: decide(session.bot.parts, wish))
    except Refused as refused:
        if raw and arguments.file and _path(arguments.file) == STDIN:
            terms = session.terms_of(await session.bot.store.queries.run(id))
            data, redactor = session.settings.data, session.bot.parts.redactor
            kept = keep_input(data, raw, redactor, name=f"{id}.txt", terms=terms)
            refused.message = f"{refused.message} {kept}".strip()
        raise
    return carried


def _wish(session: Session, arguments: argparse.Namespace, run: Run, raw: bytes) -> Wish:
    typist = session.typist()
    verdict = _VERDICTS[arguments.verdict]
    step, words = _step_and_words(arguments)
    values = read_fields(words)
    waits = (*session.asked(run), *session.rejectable(run))
    one = next((one for one in waits if step in ("", one.step)), None)
    text = arguments.text
    if raw and verdict.value in _WITH_FIELDS:
        values |= _field_from_file(session, arguments, run, one, raw)
    elif raw:
        text = parse_text(raw, source=arguments.file)
    return Wish(
        run=run.id,
        verdict=verdict,
        by=typist.person,
        door=Door.TERMINAL,
        step=step,
        version=arguments.version,
        digest=arguments.digest,
        reason=_reason(session, run, one, arguments.reason),
        text=text,
        values=values,
        proposal=arguments.proposal - 1,
        to=session.person(arguments.to) if arguments.to else None,
        minutes=arguments.minutes,
        link=arguments.link,
        on_behalf_of=typist.on_behalf_of,
    )


def _step_and_words(arguments: argparse.Namespace) -> tuple[str, list[str]]:
    """After `correct` the step comes first: `correct triage category=bug`."""
    words: list[str] = arguments.words
    if arguments.verdict == "correct" and not arguments.step:
        if not words or "=" in words[0]:
            raise Mistyped("Say which step to correct, then its fields, such as: correct triage category=bug")
        return words[0], words[1:]
    return arguments.step, words


def _read_file(arguments: argparse.Namespace) -> bytes:
    return read_bytes(_path(arguments.file)) if arguments.file else b""


def _path(file: str) -> str:
    """`body=answer.txt` names the field as well; a file of that very name is a file."""
    name, sign, path = file.partition("=")
    return path if sign and name.isidentifier() else file


def _field_from_file(
    session: Session, arguments: argparse.Namespace, run: Run, one: Asked | None, raw: bytes
) -> dict[str, Plain]:
    """The field whose value is in a file: the one that was named, or the only one there is."""
    name, sign, path = arguments.file.partition("=")
    if not (sign and name.isidentifier()):
        names = _open_fields(session, run, one, arguments.proposal - 1)
        if len(names) != 1:
            there = ", ".join(names) or "none"
            raise Unfit(f"Say which field the file is for, such as --file FIELD={arguments.file}. There is: {there}.")
        name, path = names[0], arguments.file
    return {name: parse_text(raw, source=path)}


def _open_fields(session: Session, run: Run, one: Asked | None, n: int) -> list[str]:
    """The fields that may be typed: those of the proposal that are no identifiers, or those of the question."""
    if one is None or one.gate is None:
        return [line.name for line in one.card.fields] if one else []
    if not 0 <= n < len(one.gate.proposals):
        return []
    kind = session.terms_of(run).intents[one.gate.proposals[n].kind]
    return [name for name in kind.model_fields if name not in kind.identifiers]


def _reason(session: Session, run: Run, one: Asked | None, typed: str) -> str:
    """The reason as the brief writes it: `wrong-facts` stands for “wrong facts”."""
    group = session.terms_of(run).brief.reviewers.get(one.group) if one else None
    plain = typed.casefold().replace("-", " ").replace("_", " ")
    return next((one for one in group.reasons if one.casefold() == plain), typed) if group else typed
