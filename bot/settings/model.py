"""Which model answers: `[model]`, with the servers there are, the roles that prompts name, and what tokens cost."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from bot.domain.declared.place import Where
from bot.domain.declared.word import odd
from bot.domain.errors import Misdeclared
from bot.domain.plain import is_object
from bot.domain.quantity import MoneyText
from bot.domain.redaction import names_a_secret
from bot.domain.role import is_role
from bot.domain.text import hint, nearest, one_line
from bot.settings.host import is_here, web_address
from bot.settings.secret import IN_FILE, PREFIX, told
from bot.settings.section import Problem, Section

KEY = "MODEL_KEY_"
"""With the prefix in front and the name of an endpoint behind, in capitals: the variable of its key."""
NEEDED = ("fast", "careful")
"""Roles that the bot's own prompts name, and those of the workflows that come with it."""
EXAMPLE = "https://api.openai.com/v1"

_NAME = re.compile(r"[a-z][a-z0-9]{0,29}", re.ASCII)
_KEY = re.compile(r"[!-~]{6,4096}", re.ASCII)
_DOLLARS = re.compile(r"(?P<amount>(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,6})?) USD", re.ASCII)
_OURS = frozenset(
    "model messages input instructions response_format text tools tool_choice parallel_tool_calls functions max_tokens"
    " max_completion_tokens max_output_tokens stream stream_options n store temperature reasoning reasoning_effort"
    " logprobs top_logprobs".split()
)
"""What the bot writes into a request itself."""


class Ref(NamedTuple):
    """A model on a server, as it is written: `main/gpt-6`."""

    endpoint: str
    model: str

    def __str__(self) -> str:
        return f"{self.endpoint}/{self.model}"


def ref_of(text: str) -> Ref:
    """The server stands before the first slash; a model's own name may have more of them."""
    endpoint, _, model = text.partition("/")
    return Ref(endpoint, model)


def _model(text: str) -> str:
    endpoint, model = ref_of(text)
    if not endpoint or not model or len(text) > 200 or any(letter.isspace() for letter in text):
        said = f"is “{one_line(text, 60)}”, which names no model of an endpoint."
        raise odd(f"{said} Write the endpoint, a slash and the model, such as main/gpt-6.")
    return text


def _url(url: str) -> str:
    parts = web_address(url)
    if parts is None:
        raise odd(f"is no address of a server. Write it like {EXAMPLE}")
    if parts.username is not None or parts.password is not None:
        raise odd(f"has a user or a password in it. Take that out, and set {PREFIX}{KEY}… in the environment.")
    if "?" in url or "#" in url:
        raise odd(f"has something behind the path. Write it only as far as the version: {EXAMPLE}")
    return url.rstrip("/")


def _dollars(value: object) -> object:
    found = _DOLLARS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        given = f"“{one_line(str(value), 40)}”"
        raise odd(f"is {given}, which is no price. Write dollars for a million tokens: “0.25 USD”.")
    return Decimal(found["amount"])


def _extra(fields: Mapping[str, object]) -> Mapping[str, object]:
    for name in fields:
        if name in _OURS:
            raise odd(f"has “{name}”, which the bot says itself. Take it out.")
        if names_a_secret(name):
            raise odd(f"has “{one_line(name, 40)}”, and no key stands in this file. Take it out.")
    return fields


Model = Annotated[str, AfterValidator(_model)]
PerMillion = Annotated[Decimal, BeforeValidator(_dollars)]
"""US dollars for a million tokens: as many millionths of a dollar for each."""
Dialect = Literal["auto", "strict schema", "schema", "tool", "json object", "text"]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]


class EndpointUse(Section):
    """`[model.endpoints.NAME]`: a server."""

    url: Annotated[str, AfterValidator(_url)] = Field(
        description="where the server is", examples=['"https://api.openai.com/v1"']
    )
    api: Literal["chat", "responses"] = Field(default="chat", examples=['"responses"'])
    at_once: int = Field(default=8, ge=1, le=1_000, examples=["4"])
    per_minute: int | None = Field(default=None, ge=1, le=1_000_000, examples=["500"])
    dialect: Dialect = Field(default="auto", examples=['"tool"'])
    """How the form of an answer is asked for; `auto` begins with the strictest and goes down as far as it has to."""
    insecure: bool = Field(default=False, examples=["true"])
    """Whether it may be spoken to without TLS beyond this machine, in a network that is trusted."""

    @model_validator(mode="before")
    @classmethod
    def _no_key(cls, given: object) -> object:
        keys = [name for name in given if name in ("key", "api_key", "token")] if is_object(given) else []
        if keys:
            raise odd(f"has “{keys[0]}”, and no key stands in this file. Set {PREFIX}{KEY}… in the environment.")
        return given

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def in_the_open(self) -> bool:
        """Whether others on the way can read what is said, and the key."""
        return self.url.startswith("http:") and not is_here(self.host)


class ParametersUse(Section):
    """`[model.parameters."ENDPOINT/MODEL"]`: what a model is told besides the words."""

    temperature: float | None = Field(default=None, ge=0, le=2, examples=["0.2"])
    effort: Effort | None = Field(default=None, examples=['"low"'])
    logprobs: bool = Field(default=False, examples=["true"])
    extra: Annotated[Mapping[str, object], AfterValidator(_extra)] = Field(default={}, examples=["{ top_k = 20 }"])


class PriceUse(Section):
    """`[model.prices."ENDPOINT/MODEL"]`: dollars for a million tokens, which go before the list of prices."""

    input: PerMillion = Field(description="dollars for a million tokens read", examples=['"0.25 USD"'])
    output: PerMillion = Field(description="dollars for a million tokens written", examples=['"2 USD"'])
    cached_input: PerMillion | None = Field(default=None, examples=['"0.025 USD"'])
    """For what the server had read before; left out, it costs as much as what is read for the first time."""


class ModelUse(Section):
    """`[model]`."""

    use: Literal["rehearsal", "openai", "replay"] = Field(default="rehearsal", examples=['"openai"'])
    cost_per_day: MoneyText | None = Field(default=None, examples=['"20.00 USD"'])
    """What all workflows together may spend on models in a day."""
    folder: str = Field(default="", examples=['"recorded"'])
    """Where `replay` finds what models said, and `openai` records it."""
    roles: Mapping[str, tuple[Model, ...]] = {}
    endpoints: Mapping[str, EndpointUse] = {}
    parameters: Mapping[str, ParametersUse] = {}
    prices: Mapping[str, PriceUse] = {}

    def models(self) -> tuple[str, ...]:
        """Every model that a role names, each once."""
        return tuple(dict.fromkeys(model for models in self.roles.values() for model in models))


def contradictions(use: ModelUse) -> Iterator[Problem]:
    """What does not go together in `[model]`: where, what, and what to write instead."""
    for name, endpoint in use.endpoints.items():
        yield from _endpoint(name, endpoint)
    for role, models in use.roles.items():
        yield from _role(role, models, use)
    for model in use.parameters:
        yield from _known(model, use, ("model", "parameters", model))
    for model in use.prices:
        yield from _known(model, use, ("model", "prices", model))
    yield from _use(use)


def _use(use: ModelUse) -> Iterator[Problem]:
    """What is missing for the models that are to be used."""
    for role in NEEDED:
        if use.use != "rehearsal" and role not in use.roles:
            said = f'`model.use` is "{use.use}", and no model has the role {role}.'
            yield ("model", "roles"), said, f'Write under [model.roles]: {role} = ["main/gpt-6"].'
    if use.use == "replay" and not use.folder:
        said = '`model.use` is "replay", and nothing says where the recorded answers are.'
        yield ("model", "use"), said, 'Write under [model]: folder = "recorded".'
    cap = use.cost_per_day
    if cap is not None and cap.currency != "USD":
        said = f"`model.cost_per_day` is in {cap.currency}, and what a model costs is counted in US dollars."
        yield ("model", "cost_per_day"), said, "Write it like 20 USD."


def _endpoint(name: str, endpoint: EndpointUse) -> Iterator[Problem]:
    where: Where = ("model", "endpoints", name)
    if not _NAME.fullmatch(name):
        said = f"“{one_line(name, 40)}” is no name of an endpoint."
        yield where, said, "Write small letters and digits alone, such as main: its key's variable is named after it."
    if endpoint.in_the_open and not endpoint.insecure:
        said = f"`model.endpoints.{name}.url` sends what it says, and its key, where everybody can read it."
        yield (*where, "url"), said, "Write https:// in front; or, in a network that you trust, insecure = true."


def _role(role: str, models: tuple[str, ...], use: ModelUse) -> Iterator[Problem]:
    where: Where = ("model", "roles", role)
    if not is_role(role):
        said = f"“{one_line(role, 40)}” is no name of a role."
        yield where, said, "Write one word of small letters, such as fast."
    if not models:
        yield where, f"No model has the role {role}.", f'Name one, such as {role} = ["main/gpt-6"], or take it out.'
    for n, model in enumerate(models):
        yield from _known(model, use, (*where, n))
        if model in models[:n]:
            yield (*where, n), f"“{model}” stands here a second time.", "Keep one of them."


def _known(text: str, use: ModelUse, where: Where) -> Iterator[Problem]:
    endpoint, model = ref_of(text)
    if not model:
        said = f"“{one_line(text, 60)}” names no model of an endpoint."
        yield where, said, "Write the endpoint, a slash and the model, such as main/gpt-6."
    elif endpoint not in use.endpoints:
        known = ", ".join(use.endpoints) or f'none; write [model.endpoints.{endpoint}] with url = "{EXAMPLE}"'
        said = f"“{one_line(text, 60)}” is on “{one_line(endpoint, 40)}”, which is no endpoint here."
        yield where, said, hint(endpoint, use.endpoints, f"There is: {known}.")


def key_variable(endpoint: str) -> str:
    """Where the key of an endpoint is told."""
    return f"{PREFIX}{KEY}{endpoint.upper()}"


def keys_of(use: ModelUse, env: Mapping[str, str]) -> dict[str, SecretStr]:
    """The keys that are told, by endpoint. Raises Misdeclared where one has no endpoint, or cannot be a key."""
    known = {f"{KEY}{name.upper()}": name for name in use.endpoints}
    for variable in sorted(env):
        own = variable.removeprefix(PREFIX)
        if own != variable and own.startswith(KEY) and own.removesuffix(IN_FILE) not in known:
            said = f"The environment has {variable}, and there is no such endpoint in [model.endpoints]."
            meant = nearest(own.removeprefix(KEY).removesuffix(IN_FILE), use.endpoints)
            others = ", ".join(key_variable(name) for name in use.endpoints) or "none; add it, or take this away"
            mend = f"Did you mean {key_variable(meant)}?" if meant else f"There could be: {others}."
            raise Misdeclared(said, mend=mend)
    return {name: SecretStr(_sound(variable, key)) for variable, name in known.items() if (key := told(variable, env))}


def _sound(variable: str, key: str) -> str:
    """The key, if it can be one; what is wrong with it is said without it."""
    if not _KEY.fullmatch(key):
        raise Misdeclared(f"{PREFIX}{variable} is no key.", mend="Copy it once more, whole and without spaces.")
    return key
