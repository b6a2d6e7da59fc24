"""The doctor's look at the models: servers, roles, keys, prices; and, on request, a small question to each."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence

from bot.adapters.library.shelf import Shelf
from bot.adapters.model.engine import Candidate, Engine
from bot.adapters.model.prices import per_million
from bot.authoring import Fact, Field
from bot.commands.shell.finding import Finding, Sign
from bot.commands.shell.words import plural
from bot.commands.work.check import limited_models
from bot.domain.text import one_line
from bot.ports.model import Answer, NoAnswer, Question
from bot.settings import Settings
from bot.settings.host import is_here
from bot.settings.model import ModelUse, key_variable
from bot.wiring.model import candidates_of

REHEARSAL = "The rehearsal model: rules, no AI; what it prepares may change sandbox systems only."


class Sky(Fact):
    """What the small question is about."""

    colour: str = Field(min_length=1, max_length=40)


def examined(settings: Settings, shelf: Shelf | None, *, ask: bool) -> list[Finding]:
    """Everything that is to be said about the models. None is asked anything unless `ask` says so."""
    use = settings.file.model
    if use.use == "rehearsal":
        return [Finding(Sign.OK, "model", REHEARSAL)]
    candidates = candidates_of(settings)
    found = [*_model(use, ask=ask), *_roles(use), *_endpoints(settings), *_prices(use, shelf, candidates)]
    return [*found, *(asyncio.run(_answers(candidates)) if ask else ())]


def _model(use: ModelUse, *, ask: bool) -> Iterator[Finding]:
    if use.use == "replay":
        yield Finding(Sign.NOTE, "model", f"What was recorded in {use.folder} is said again; no server is asked.")
        return
    more = "" if ask else " To ask each a small question: countersign doctor --ask-the-model"
    yield Finding(Sign.OK, "model", f"{plural(len(use.models()), 'model')}, as their roles say.{more}")
    if use.folder:
        said = f"What they say is recorded in {use.folder}, and stays there. To stop that, take `folder` away."
        yield Finding(Sign.NOTE, "recording", said)
    for section, named in (("parameters", use.parameters), ("prices", use.prices)):
        for model in sorted(named.keys() - {*use.models()}):
            yield Finding(Sign.NOTE, section, f"{model} stands under [model.{section}], and no role names it.")


def _roles(use: ModelUse) -> Iterator[Finding]:
    for role, (first, *others) in use.roles.items():
        otherwise = f"; where that does not answer, {', then '.join(others)}" if others else ""
        yield Finding(Sign.OK, "role", f"{role} asks {first}{otherwise}.")


# --- servers and keys ------------------------------------------------------------------------------------------------


def _endpoints(settings: Settings) -> Iterator[Finding]:
    use = settings.file.model
    for name, endpoint in use.endpoints.items() if use.use == "openai" else ():
        key = "with a key" if name in settings.model_keys else "without a key"
        said, sign = f"{name} is {endpoint.url}, {key}.", Sign.OK
        if name not in settings.model_keys and not is_here(endpoint.host):
            said, sign = f"{said} If it asks for one, set {key_variable(name)}.", Sign.NOTE
        if endpoint.in_the_open:
            mend = "Better: https:// in front of its address."
            said, sign = f"{said} Whoever is on the way can read what is said, and the key. {mend}", Sign.NOTE
        yield Finding(sign, "endpoint", said)


# --- prices ----------------------------------------------------------------------------------------------------------


def _prices(use: ModelUse, shelf: Shelf | None, candidates: Mapping[str, Candidate]) -> Iterator[Finding]:
    if use.cost_per_day is not None:
        yield Finding(Sign.OK, "budget", f"All workflows together may spend {use.cost_per_day} on models in a day.")
    for model, candidate in candidates.items() if use.use == "openai" else ():
        price = per_million(candidate.prices, candidate.model)
        if price is not None:
            read, written = price
            said = f"{model}: {read:f} USD for a million tokens read, {written:f} USD written"
            yield Finding(Sign.OK, "price", f"{said} ({candidate.prices.version}).")
        else:
            yield _unknown_price(use, model, shelf)


def _unknown_price(use: ModelUse, model: str, shelf: Shelf | None) -> Finding:
    parked = (
        [name for name in shelf.names() if model in limited_models(shelf.current(name), use)]
        if shelf is not None
        else []
    )
    said, mend = f"Nobody knows what {model} costs.", f'Write it under [model.prices."{model}"].'
    if use.cost_per_day is not None:
        said += " With a budget for the day, every run that would ask it is parked."
    elif parked:
        said += f" Their briefs limit what it may cost, so runs of {', '.join(parked)} are parked instead of asking it."
    else:
        return Finding(Sign.NOTE, "price", f"{said} No brief limits that. {mend}")
    return Finding(Sign.MEND, "price", f"{said} {mend}")


# --- a small question ------------------------------------------------------------------------------------------------


async def _answers(candidates: Mapping[str, Candidate]) -> Sequence[Finding]:
    """Each model asked once, all at the same time."""
    engine = Engine({name: [candidate] for name, candidate in candidates.items()})
    try:
        return await asyncio.gather(*(_answer(engine, name) for name in candidates))
    finally:
        await engine.close()


async def _answer(engine: Engine, model: str) -> Finding:
    question = Question(
        workflow="doctor",
        step="sky",
        fact=Sky,
        instructions="Say in one word which colour the sky has today.",
        material={"note": "Today the sky is blue."},
        prompt="sky@doctor",
        hints={},
        key=secrets.token_hex(20),
        role=model,
    )
    told = await engine.answer(question)
    sign = Sign.OK if isinstance(told, Answer) else Sign.MEND
    return Finding(sign, "answer", f"{model}: {_said(told)}{_spent(told)}")


def _said(told: Answer | NoAnswer) -> str:
    last = told.attempts[-1] if told.attempts else None
    if isinstance(told, Answer):
        return f"it answered in {last.latency_ms} ms, asked by {last.dialect}." if last is not None else "it answered."
    why = one_line(last.error, 300) if last is not None else ""
    return told.text if why in told.text else f"{told.text} {why}"


def _spent(told: Answer | NoAnswer) -> str:
    """How many calls it took, where more than one, and what they cost."""
    calls = f" It took {len(told.attempts)} calls." if len(told.attempts) > 1 else ""
    known = [attempt.cost_micros for attempt in told.attempts if attempt.cost_micros is not None]
    if len(known) < len(told.attempts):
        return f"{calls} What that cost is not known." if isinstance(told, Answer) else calls
    return f"{calls} That cost {sum(known) / 1_000_000:f} USD."
