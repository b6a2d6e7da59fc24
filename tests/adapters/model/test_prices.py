"""What a call costs: as the settings say, else by the list that comes along; what is not known is not nothing."""

import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.model.prices import MOST_TOKENS, Fixed, Price, PriceList, per_million, prices_of
from bot.adapters.model.wire import Usage

OPENAI, GOOGLE = "https://api.openai.com/v1", "https://generativelanguage.googleapis.com/v1beta/openai"
OWN = Price(Decimal("0.075"), Decimal(2), Decimal("0.0075"))
LIST = PriceList(OPENAI)


def used(read: int | None, cached: int | None, written: int | None) -> Usage:
    return Usage(input=read, cached=cached, output=written, reasoning=None)


# --- prices of the settings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "micros"),
    [
        (used(1_000_000, None, 0), 75_000),
        (used(0, None, 1_000_000), 2_000_000),
        (used(1_000_000, 1_000_000, 0), 7_500),
        (used(1_000_000, 400_000, 0), 48_000),
        (used(1, None, 0), 1),  # rounded up
        (used(0, None, 0), 0),
    ],
)
def test_what_is_read_is_dearer_than_what_was_read_before(usage: Usage, micros: int) -> None:
    assert Fixed(OWN).micros("m", usage) == micros


def test_without_a_price_for_what_was_read_before_it_costs_the_same() -> None:
    assert Fixed(Price(Decimal(1), Decimal(2))).micros("m", used(10, 10, 0)) == 10


def test_a_server_of_ones_own_costs_nothing_where_its_owner_says_so() -> None:
    free = prices_of("http://127.0.0.1:11434/v1", Price(Decimal(0), Decimal(0)))
    assert (free.micros("llama3.1:8b", used(100, None, 100)), free.version) == (0, "settings")


@pytest.mark.parametrize("usage", [used(None, None, 5), used(5, None, None), used(-1, None, 5), used(5, None, 10**30)])
def test_what_was_not_counted_or_cannot_be_has_no_cost(usage: Usage) -> None:
    assert Fixed(OWN).micros("m", usage) is None
    assert LIST.micros("gpt-4o-mini", usage) is None


@given(st.integers(0, MOST_TOKENS), st.integers(-10, 2 * MOST_TOKENS), st.integers(0, MOST_TOKENS))
def test_no_count_of_a_server_costs_less_than_nothing_or_more_than_all_of_it_afresh(
    read: int, cached: int, written: int
) -> None:
    cost, afresh = (Fixed(OWN).micros("m", used(read, one, written)) for one in (cached, 0))
    assert cost is not None
    assert afresh is not None
    assert 0 <= cost <= afresh


# --- prices of the list ----------------------------------------------------------------------------------------------


def test_the_list_knows_the_models_of_a_server_by_its_address() -> None:
    assert LIST.micros("gpt-4o-mini", used(1_000_000, None, 0)) == 150_000
    assert LIST.micros("gpt-4o-mini", used(1_000_000, 1_000_000, 0)) == 75_000
    assert LIST.micros("gpt-4o-mini", used(0, None, 1_000_000)) == 600_000


def test_the_list_is_named_with_its_version() -> None:
    name, version = LIST.version.split()
    assert name == "genai-prices"
    assert version[0].isdigit()


def test_a_price_may_depend_on_how_much_is_read_at_once() -> None:
    short, long = (PriceList(GOOGLE).micros("gemini-2.5-pro", used(read, None, 0)) for read in (100_000, 300_000))
    assert short is not None
    assert long is not None
    assert long > 3 * short


@pytest.mark.parametrize(
    ("url", "model"),
    [
        (OPENAI, "no-such-model"),
        (OPENAI, ""),
        (OPENAI, "whisper-1"),  # by the minute
        (OPENAI, "text-embedding-3-small"),  # writes nothing
        ("http://127.0.0.1:11434/v1", "gpt-4o-mini"),  # the same name on another server
        ("https://elsewhere.example/v1", "gpt-4o-mini"),
    ],
)
def test_what_the_list_does_not_know_is_not_free(url: str, model: str) -> None:
    assert PriceList(url).micros(model, used(10, None, 10)) is None
    assert per_million(PriceList(url), model) is None


@given(st.text(max_size=60))
def test_no_name_of_a_model_breaks_the_list(model: str) -> None:
    cost = LIST.micros(model, used(10, None, 10))
    assert cost is None or cost >= 0


def test_what_the_settings_say_goes_before_the_list() -> None:
    assert prices_of(OPENAI, OWN).version == "settings"
    assert prices_of(OPENAI, None) == LIST


def test_a_price_is_shown_for_a_million_tokens() -> None:
    assert per_million(LIST, "gpt-4o-mini") == (Decimal("0.15"), Decimal("0.6"))


def test_whoever_asks_for_no_price_does_not_pay_for_the_list() -> None:
    code = "import bot.wiring, bot.adapters.model.prices, sys; sys.exit('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
