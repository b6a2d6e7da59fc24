"""Which model answers is said in a few lines; each slip of them is told with its line, and no key with it."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from bot.adapters.model.wire import Dialect as OfWires
from bot.domain.errors import Misdeclared
from bot.domain.quantity import Money
from bot.settings import Settings, read_settings
from bot.settings.model import Dialect, key_variable, ref_of
from bot.wiring import redactor_of
from tests.naughty import every_short_text

WHOLE = """\
[people.sam]
name = "Sam"
handle = "@sam"
[model]
use = "openai"
cost_per_day = "20 USD"
[model.roles]
fast = ["main/gpt-6-luna", "spare/llama3.1:8b"]
careful = ["main/gpt-6"]
[model.endpoints.main]
url = "https://api.openai.com/v1/"
api = "chat"
per_minute = 500
[model.endpoints.spare]
url = "http://127.0.0.1:11434/v1"
[model.parameters."main/gpt-6"]
effort = "low"
temperature = 0.2
extra = { top_k = 20 }
[model.prices."spare/llama3.1:8b"]
input = "0 USD"
output = "0.075 USD"
"""
KEY = "sk-0123456789abcdef"

Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads settings with one text put in the place of another, and variables without their prefix."""

    def read(old: str = "", new: str = "", **env: str) -> Settings:
        assert old in WHOLE, old
        file = tmp_path / "countersign.toml"
        file.write_text(WHOLE.replace(old, new, 1), "utf-8")
        told = {f"COUNTERSIGN_{name}": value for name, value in env.items()}
        return read_settings({"COUNTERSIGN_FILE": str(file), **told}, account="sam")

    return read


def refused(read: Read, *text: str, **env: str) -> str:
    with pytest.raises(Misdeclared) as caught:
        read(*text, **env)
    assert KEY not in caught.value.message
    return caught.value.message


def test_everything_is_read(read: Read) -> None:
    model = read().file.model
    assert (model.use, model.cost_per_day) == ("openai", Money(Decimal(20), "USD"))
    assert model.models() == ("main/gpt-6-luna", "spare/llama3.1:8b", "main/gpt-6")
    main = model.endpoints["main"]
    assert (main.url, main.host, main.at_once, main.per_minute) == (
        "https://api.openai.com/v1",
        "api.openai.com",
        8,
        500,
    )
    told = model.parameters["main/gpt-6"]
    assert (told.effort, told.temperature, told.extra) == ("low", 0.2, {"top_k": 20})
    price = model.prices["spare/llama3.1:8b"]
    assert (price.input, price.output, price.cached_input) == (Decimal(0), Decimal("0.075"), None)


def test_nothing_has_to_be_said_for_the_rehearsal_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = read_settings({}, account="sam").file.model
    assert (model.use, model.roles, model.cost_per_day) == ("rehearsal", {}, None)


def test_swapping_the_model_is_one_line(read: Read) -> None:
    openai, rehearsal = read(), read('use = "openai"', 'use = "rehearsal"')
    assert (openai.file.model.use, rehearsal.file.model.use) == ("openai", "rehearsal")
    assert rehearsal.file.model.roles == openai.file.model.roles


def test_a_model_may_have_slashes_of_its_own() -> None:
    assert ref_of("router/openai/gpt-6") == ("router", "openai/gpt-6")
    assert str(ref_of("router/openai/gpt-6")) == "router/openai/gpt-6"


def test_the_dialects_are_those_that_wires_speak() -> None:
    assert get_args(Dialect) == ("auto", *OfWires)


# --- what does not fit -----------------------------------------------------------------------------------------------

ROLE, URL, PRICE = 'careful = ["main/gpt-6"]', "https://api.openai.com/v1/", 'input = "0 USD"'
API = 'api = "chat"'

WRONG = [
    ('"openai"', '"openia"', "5: `model.use` must be one of “rehearsal”, “openai”, “replay”", "Did you mean “openai”?"),
    ('"openai"', '"replay"', '5: `model.use` is "replay", and nothing says where', 'folder = "recorded"'),
    ('"20 USD"', '"20 EUR"', "6: `model.cost_per_day` is in EUR", "Write it like 20 USD."),
    ('"20 USD"', '"$20"', "6: `model.cost_per_day` cannot be read: ", '"20 USD"'),
    ("[model.roles]", "[model.rules]", "7: `model.rules` is not known here.", "Did you mean `roles`?"),
    (ROLE, "", '7: `model.use` is "openai", and no model has the role careful.', 'careful = ["main/gpt-6"]'),
    (ROLE, "careful = []", "9: No model has the role careful.", 'careful = ["main/gpt-6"]'),
    (ROLE, 'careful = "main/gpt-6"', "9: `model.roles.careful` must be a list in brackets", ""),
    (
        ROLE,
        'careful = ["gpt-6"]',
        "9: `model.roles.careful[1]` is “gpt-6”, which names no model",
        "such as main/gpt-6.",
    ),
    (ROLE, 'careful = ["mian/gpt-6"]', "9: “mian/gpt-6” is on “mian”, which is no endpoint", "Did you mean main?"),
    (ROLE, 'careful = ["main/a", "main/a"]', "9: “main/a” stands here a second time.", "Keep one of them."),
    (ROLE, f'{ROLE}\n"Best one" = ["main/a"]', "10: “Best one” is no name of a role.", "such as fast."),
    (
        "[model.endpoints.spare]",
        "[model.endpoints.my-spare]",
        "14: “my-spare” is no name of an endpoint.",
        "such as main",
    ),
    (URL, "http://api.openai.com/v1", "11: `model.endpoints.main.url` sends what it says", "insecure = true"),
    (URL, "api.openai.com", "11: `model.endpoints.main.url` is no address of a server.", "https://api.openai.com/v1"),
    (URL, "https://api.openai.com:99999/", "11: `model.endpoints.main.url` is no address of a server.", ""),
    (URL, f"https://bot:{KEY}@api.openai.com/", "11: `model.endpoints.main.url` has a user", "in the environment."),
    (URL, f"{URL}?key={KEY}", "11: `model.endpoints.main.url` has something behind the path.", ""),
    (
        API,
        f'key = "{KEY}"',
        "10: `model.endpoints.main` has “key”, and no key stands in this file.",
        "COUNTERSIGN_MODEL_KEY_",
    ),
    (API, 'api = "chats"', "12: `model.endpoints.main.api` must be one of", "Did you mean “chat”?"),
    (API, 'dialect = "json"', "12: `model.endpoints.main.dialect` must be one of “auto”, “strict schema”", ""),
    (API, "at_once = 0", "12: `model.endpoints.main.at_once` must be at least 1, not 0.", "at_once = 4"),
    (
        "per_minute = 500",
        "per_minute = 0",
        "13: `model.endpoints.main.per_minute` must be at least 1",
        "per_minute = 500",
    ),
    ('effort = "low"', 'effort = "lo"', '17: `model.parameters."main/gpt-6".effort` must be', "Did you mean “low”?"),
    ("= 0.2", "= 3", '18: `model.parameters."main/gpt-6".temperature` must be at most 2, not 3.', ""),
    ("top_k = 20", "messages = 1", '19: `model.parameters."main/gpt-6".extra` has “messages”', "Take it out."),
    ("top_k = 20", f'api_key = "{KEY}"', '19: `model.parameters."main/gpt-6".extra` has “api_key”', "Take it out."),
    (
        PRICE,
        'input = "0 EUR"',
        '21: `model.prices."spare/llama3.1:8b".input` is “0 EUR”, which is no price.',
        "0.25 USD",
    ),
    (PRICE, "input = 0", '21: `model.prices."spare/llama3.1:8b".input` is “0”, which is no price.', "0.25 USD"),
    (PRICE, "", '20: `model.prices."spare/llama3.1:8b".input` is missing', "0.25 USD"),
    (
        'prices."spare/',
        'prices."spar/',
        "20: “spar/llama3.1:8b” is on “spar”, which is no endpoint",
        "Did you mean spare?",
    ),
    ('prices."spare/llama3.1:8b"', "prices.spare", "20: “spare” names no model of an endpoint.", "such as main/gpt-6."),
]


@pytest.mark.parametrize(("old", "new", "says", "mend"), WRONG)
def test_a_slip_is_told_with_its_line_and_what_to_write(read: Read, old: str, new: str, says: str, mend: str) -> None:
    said = refused(read, old, new)
    assert f"countersign.toml:{says}" in said
    assert mend in said


def test_an_address_in_the_open_may_be_allowed(read: Read) -> None:
    settings = read(URL, 'http://10.0.0.7/v1"\ninsecure = true\ndialect = "tool')
    assert settings.file.model.endpoints["main"].in_the_open
    assert not settings.file.model.endpoints["spare"].in_the_open


@every_short_text
def test_any_text_in_a_setting_is_read_or_refused(read: Read, text: str) -> None:
    for old in ("main/gpt-6-luna", "https://api.openai.com/v1/", "0 USD", "chat"):
        written = text.encode("unicode_escape").decode().replace('"', "")
        with suppress(Misdeclared):
            read(f'"{old}"', f"'{written}'")


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_key_comes_from_the_environment_and_is_shown_nowhere(read: Read) -> None:
    settings = read(MODEL_KEY_MAIN=KEY)
    assert settings.model_keys["main"].get_secret_value() == KEY
    assert KEY not in repr(settings) + str(settings)
    assert KEY not in redactor_of(settings).clean(f"The server said that {KEY} is wrong.")


def test_a_key_may_lie_in_a_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n", "ascii")
    assert read(MODEL_KEY_SPARE_FILE=str(tmp_path / "key")).model_keys["spare"].get_secret_value() == KEY


def test_a_server_may_need_no_key(read: Read) -> None:
    assert read().model_keys == {}


def test_the_variable_of_a_key_is_named_after_its_endpoint() -> None:
    assert key_variable("main") == "COUNTERSIGN_MODEL_KEY_MAIN"


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"MODEL_KEY_MIAN": KEY}, "no such endpoint in [model.endpoints]. Did you mean COUNTERSIGN_MODEL_KEY_MAIN?"),
        ({"MODEL_KEY_ZZZZZZ_FILE": "x"}, "There could be: COUNTERSIGN_MODEL_KEY_MAIN, COUNTERSIGN_MODEL_KEY_SPARE."),
        ({"MODEL_KEY_MAIN": f"{KEY} {KEY}"}, "is no key. Copy it once more, whole and without spaces."),
        ({"MODEL_KEY_MAIN": f"{KEY}é"}, "is no key."),
        ({"MODEL_KEY_MAIN": KEY, "MODEL_KEY_MAIN_FILE": "x"}, "are both set. Take one of them away."),
        ({"MODEL_KEY_MAIN_FILE": "/nowhere"}, "/nowhere: This file cannot be read: No such file"),
        ({"MODEL_KEY_MAIN_FILE": "/dev/null"}, "This file holds no secret. Mend COUNTERSIGN_MODEL_KEY_MAIN_FILE."),
        ({"MODEL_KYE_MAIN": KEY}, "Did you mean COUNTERSIGN_MODEL_KEY_…, with the name of an endpoint in capitals?"),
    ],
)
def test_a_key_that_is_not_one_is_refused_and_never_quoted(read: Read, env: dict[str, str], says: str) -> None:
    assert says in refused(read, **env)


def test_a_key_without_any_endpoint_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Misdeclared, match="There could be: none"):
        read_settings({"COUNTERSIGN_MODEL_KEY_MAIN": KEY}, account="sam")
