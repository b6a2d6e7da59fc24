"""The model of the settings: rules, servers, or what was recorded. A first call loads what it takes."""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import assert_never

from bot.adapters.model.engine import Candidate, Endpoint, Engine
from bot.adapters.model.engine.pace import Pace
from bot.adapters.model.prices import Price, prices_of
from bot.adapters.model.rehearsal import NAME, Rehearsal
from bot.adapters.model.wire import Dialect, Parameters
from bot.ports.model import Model
from bot.settings import Settings
from bot.settings.model import ModelUse, ParametersUse, PriceUse, ref_of


@asynccontextmanager
async def model_of(settings: Settings) -> AsyncGenerator[Model]:
    """The model that answers with these settings; its connections are closed at the end."""
    use = settings.file.model
    match use.use:
        case "rehearsal":
            yield Rehearsal()
        case "openai":
            candidates = candidates_of(settings)
            engine = Engine({role: [candidates[model] for model in models] for role, models in use.roles.items()})
            try:
                yield engine
            finally:
                await engine.close()
        case "replay":
            raise NotImplementedError
        case other:
            assert_never(other)


def name_of(settings: Settings) -> str:
    """What records call the model of these settings."""
    use = settings.file.model
    return use.models()[0] if use.use == "openai" else NAME


def roles_of(settings: Settings) -> Collection[str] | None:
    """The roles that a prompt may name; None where any will do."""
    use = settings.file.model
    return tuple(use.roles) if use.use == "openai" else None


def candidates_of(settings: Settings) -> dict[str, Candidate]:
    """Every model that a role names, as it is written; those on one server share how it is asked."""
    use = settings.file.model
    endpoints = {name: _endpoint(settings, name) for name in use.endpoints}
    return {model: _candidate(use, model, endpoints[ref_of(model).endpoint]) for model in use.models()}


def _endpoint(settings: Settings, name: str) -> Endpoint:
    from bot.adapters.model.openai import OpenAIWire

    use, key = settings.file.model.endpoints[name], settings.model_keys.get(name)
    wire = OpenAIWire(
        url=use.url,
        key=key.get_secret_value() if key is not None else "",
        api=use.api,
        dialect=None if use.dialect == "auto" else Dialect(use.dialect),
    )
    return Endpoint(name, wire, Pace(use.at_once, use.per_minute))


def _candidate(use: ModelUse, model: str, endpoint: Endpoint) -> Candidate:
    own, url = use.prices.get(model), use.endpoints[endpoint.name].url
    prices = prices_of(url, _price(own) if own is not None else None)
    return Candidate(endpoint, ref_of(model).model, prices, _parameters(use.parameters.get(model, ParametersUse())))


def _price(use: PriceUse) -> Price:
    return Price(use.input, use.output, use.cached_input)


def _parameters(use: ParametersUse) -> Parameters:
    return Parameters(
        temperature="" if use.temperature is None else f"{use.temperature:g}",
        effort=use.effort or "",
        logprobs=use.logprobs,
        extra=use.extra,
    )
