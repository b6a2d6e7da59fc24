"""The model of the settings: rules, servers, or what was recorded. A first call loads what it takes."""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from bot.adapters.model.engine import Candidate, Endpoint, Engine
from bot.adapters.model.engine.candidate import Prices
from bot.adapters.model.engine.pace import Pace
from bot.adapters.model.prices import Fixed, Price, prices_of
from bot.adapters.model.rehearsal import NAME, Rehearsal
from bot.adapters.model.wire import Dialect, Parameters, Wire
from bot.ports.model import Model
from bot.settings import Settings
from bot.settings.model import ModelUse, ParametersUse, ref_of


@asynccontextmanager
async def model_of(settings: Settings, *, instead: Model | None = None) -> AsyncGenerator[Model]:
    """The model that answers with these settings, or `instead` of it; its connections are closed at the end."""
    use = settings.file.model
    if instead is not None or use.use == "rehearsal":
        yield instead or Rehearsal()
        return
    candidates = candidates_of(settings)
    engine = Engine({role: [candidates[model] for model in models] for role, models in use.roles.items()})
    try:
        yield engine
    finally:
        await engine.close()


def name_of(settings: Settings) -> str:
    """What records call the model of these settings."""
    use = settings.file.model
    return NAME if use.use == "rehearsal" else use.models()[0]


def roles_of(settings: Settings) -> Collection[str] | None:
    """The roles that a prompt may name; None where any will do."""
    use = settings.file.model
    return None if use.use == "rehearsal" else tuple(use.roles)


def candidates_of(settings: Settings) -> dict[str, Candidate]:
    """Every model that a role names, as it is written; those on one server share how it is asked."""
    use = settings.file.model
    endpoints = {name: _endpoint(settings, name) for name in use.endpoints}
    return {model: _candidate(use, model, endpoints[ref_of(model).endpoint]) for model in use.models()}


def _endpoint(settings: Settings, name: str) -> Endpoint:
    use = settings.file.model.endpoints[name]
    return Endpoint(name, _wire(settings, name), Pace(use.at_once, use.per_minute))


def _wire(settings: Settings, name: str) -> Wire:
    from bot.adapters.model.openai import OpenAIWire
    from bot.adapters.model.replay import Recording, Replay

    use, key, folder = settings.file.model.endpoints[name], settings.model_keys.get(name), settings.file.model.folder
    if settings.file.model.use == "replay":
        return Replay(Path(folder))
    wire = OpenAIWire(
        url=use.url,
        key=key.get_secret_value() if key is not None else "",
        api=use.api,
        dialect=None if use.dialect == "auto" else Dialect(use.dialect),
    )
    return Recording(wire, Path(folder)) if folder else wire


def _candidate(use: ModelUse, model: str, endpoint: Endpoint) -> Candidate:
    parameters = _parameters(use.parameters.get(model, ParametersUse()))
    return Candidate(endpoint, ref_of(model).model, _prices(use, model, endpoint), parameters)


def _prices(use: ModelUse, model: str, endpoint: Endpoint) -> Prices:
    if use.use == "replay":
        return Fixed(Price(Decimal(0), Decimal(0)), "replay")  # nobody is asked, and nobody is paid
    own = use.prices.get(model)
    price = Price(own.input, own.output, own.cached_input) if own is not None else None
    return prices_of(use.endpoints[endpoint.name].url, price)


def _parameters(use: ParametersUse) -> Parameters:
    return Parameters(
        temperature="" if use.temperature is None else f"{use.temperature:g}",
        effort=use.effort or "",
        logprobs=use.logprobs,
        extra=use.extra,
    )
