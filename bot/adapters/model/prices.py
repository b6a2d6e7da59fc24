"""What tokens cost: as the settings say, or by the list of prices that comes with the bot; it asks nobody.

A price that is not known is None and never nothing. Costs are whole millionths of a dollar, rounded up.
"""

import time
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Literal

from bot.adapters.model.engine.candidate import Prices
from bot.adapters.model.wire import Usage

MOST_TOKENS = 10**9
"""No call has more; a server that says so is not believed."""
MILLION = 1_000_000
SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens, which is as many millionths of a dollar for each."""

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """The price that the operator wrote down."""

    price: Price
    version: str = SETTINGS

    def micros(self, model: str, usage: Usage) -> int | None:
        del model
        counted = _counted(usage)
        if counted is None:
            return None
        fresh, cached, output = counted
        price = self.price
        again = price.input if price.cached_input is None else price.cached_input
        return _whole(fresh * price.input + cached * again + output * price.output)


@dataclass(frozen=True, slots=True)
class PriceList:
    """The list that comes with the bot, for the server at one address."""

    url: str

    @property
    def version(self) -> str:
        return _version()

    def micros(self, model: str, usage: Usage) -> int | None:
        counted = _counted(usage)
        return _by_list(self.url, model, *counted) if counted is not None else None


def prices_of(url: str, own: Price | None) -> Prices:
    """What goes for a model: its own price, where somebody wrote one down, or else the list."""
    return Fixed(own) if own is not None else PriceList(url)


def per_million(prices: Prices, model: str) -> tuple[Decimal, Decimal] | None:
    """Dollars for a million tokens read and written, to be shown; None where no price is known."""
    some = MILLION // 100  # little enough for the price that short questions have
    read, written = prices.micros(model, Usage(some, 0, 0, 0)), prices.micros(model, Usage(0, 0, some, 0))
    if read is None or written is None:
        return None
    return Decimal(read) / some, Decimal(written) / some


def _counted(usage: Usage) -> tuple[int, int, int] | None:
    """Tokens read for the first time, read before, and written; None where they are not known, or cannot be."""
    read, written = usage.input, usage.output
    if read is None or written is None or not (0 <= read <= MOST_TOKENS and 0 <= written <= MOST_TOKENS):
        return None
    cached = min(max(usage.cached or 0, 0), read)
    return read - cached, cached, written


def _by_list(url: str, model: str, fresh: int, cached: int, output: int) -> int | None:
    hour = int(time.time() // 3600)  # some servers are cheaper at night
    price = _listed(url, model, hour)
    if price is None or isinstance(price, Price):
        return Fixed(price).micros(model, Usage(fresh + cached, cached, output)) if price is not None else None
    return _calculated(url, model, fresh, cached, output)


@lru_cache(maxsize=256)
def _listed(url: str, model: str, hour: int) -> "Price | Literal['by size'] | None":
    """The price of this hour; or that it depends on how much is read at once; None where the list has none."""
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    del hour
    try:
        found = calc_price(Counted(input_tokens=1, output_tokens=1), model, provider_api_url=url).model_price
    except (LookupError, ValueError):
        return None
    read, written, again = found.input_mtok, found.output_mtok, found.cache_read_mtok
    if read is None or written is None:  # counted in minutes, or in pictures
        return None
    by_request: object = getattr(found, "requests_kcount", None)
    if by_request is not None:
        return "by size"
    if isinstance(read, Decimal) and isinstance(written, Decimal) and isinstance(again, Decimal | None):
        return Price(read, written, again)
    return "by size"


def _calculated(url: str, model: str, fresh: int, cached: int, output: int) -> int | None:
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    usage = Counted(input_tokens=fresh + cached, cache_read_tokens=cached, output_tokens=output)
    try:
        return _whole(calc_price(usage, model, provider_api_url=url).total_price * MILLION)
    except (LookupError, ValueError):
        return None


@lru_cache(maxsize=1)
def _version() -> str:
    from importlib.metadata import version

    return f"genai-prices {version('genai-prices')}"


def _whole(micros: Decimal) -> int:
    return int(micros.to_integral_value(rounding=ROUND_CEILING))
