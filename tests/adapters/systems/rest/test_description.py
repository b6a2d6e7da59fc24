"""A description is read strictly, and fits its system or is refused with its line. Those that ship do."""

from pathlib import Path

import pytest

from bot.adapters.systems.rest import bind, load
from bot.adapters.systems.rest.description import SHIPPED
from bot.adapters.systems.rest.template import MISSING, at, fill, fill_path, fill_text
from bot.domain.errors import Broken, Misdeclared
from tests.adapters.systems.rest.remote import DESK

SYSTEMS = {"stripe": "billing", "github": "tasks", "zendesk": "helpdesk", "hubspot": "crm", "graph": "mail"}


def test_each_that_ships_has_its_system() -> None:
    assert {path.stem for path in SHIPPED.glob("*.toml")} == {*SYSTEMS}


@pytest.mark.parametrize("name", SYSTEMS)
def test_each_that_ships_loads_and_says_that_it_is_untried(name: str) -> None:
    description, toml = load(name)
    assert description.untried
    assert "Untried against the live service" in toml.text.partition("\n\n")[0]
    assert description.url.startswith("https://") or not description.url


@pytest.mark.parametrize("name", SYSTEMS)
def test_each_that_ships_fits_its_system_and_can_take_back_what_it_does(name: str) -> None:
    description = load(name)[0]
    bound = bind(SYSTEMS[name], name, dict.fromkeys(description.open, "x"))
    assert bound.intents
    for intent in bound.intents.values():
        undo = intent.undone_by.__annotations__.get("return", "")
        named = undo if isinstance(undo, str) else getattr(undo, "__name__", "")
        assert not intent.reversible() or named.strip("\"'") in description.changes, intent


SLIPS = [
    ('name = "Desk"', 'nmae = "Desk"', ":1: `nmae` is not known here. Did you mean `name`?"),
    ('path = "/tickets"', 'path = "tickets"', "which is no path."),
    ("[changes.NotifyPartner]", "[changes.NotifyPartners]", "There is no intent NotifyPartners. Did you mean Notify"),
    ('"{subject}"', '"{subjct}"', "{subjct} is no place here. Did you mean subject?"),
    ('key_header = "Idempotency-Key"\n', "", "An idempotent call carries a key"),
    ('remembers = "24h"\n', "", "An idempotent call carries a key"),
    ('contains = "[{key}]"\n', "", "A search says what its mark `equals`, or what it `contains`."),
    ("[reads.state_of]\n", '[reads.state_of]\nmethod = "POST"\n', "A look must not change"),
    ('messages = { at = "count", as = "whole" }\n', "", "TicketState also needs messages."),
    ("messages =", "mesages =", "TicketState has no field mesages."),
    ('take = "{id}"', 'take = "{name}"', "{name} is no place here."),
    ('retry = "blind"', 'retry = "often"', "must be one of"),
    ('method = "PUT"', 'method = "GET"', "must be one of"),
    ('code_at = "error.code"', 'open = ["owner"]', "The settings do not say “owner”."),
    ('means = "duplicate"', 'means = "maybe"', "must be one of"),
]


@pytest.mark.parametrize(("old", "new", "said"), SLIPS)
def test_a_slip_is_told_with_its_line_before_anything_is_sent(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = DESK.read_text("utf-8")
    assert old in text
    file = tmp_path / "desk.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Misdeclared) as caught:
        bind("helpdesk", str(file), {})
    assert said in caught.value.message
    assert f"{file}:" in caught.value.message


def test_a_search_that_nobody_described_is_missed(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    change = '[changes.AddTag]\npath = "/tags"\nretry = "searchable"\nreceipt = { id = "id" }\n'
    file.write_text(f'name = "Desk"\n{change}', "utf-8")
    with pytest.raises(Misdeclared, match=r"A searchable call says how it is found\. Add \[changes\.AddTag\.find\]"):
        bind("helpdesk", str(file), {})


def test_a_description_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(Misdeclared, match="Did you mean stripe"):
        load("strip")
    with pytest.raises(Misdeclared, match="These ship: github, graph, hubspot, stripe, zendesk"):
        load("nowhere.toml")


def test_a_system_of_which_nothing_is_known_is_refused() -> None:
    with pytest.raises(Misdeclared, match="No intents are known of a system weather"):
        bind("weather", str(DESK), {})


# --- templates --------------------------------------------------------------------------------------------------------

VALUES = {"n": 7, "yes": True, "none": None, "text": "Ä {n} b", "code": "EUR"}


def test_a_place_that_stands_alone_keeps_its_type_and_nothing_is_left_out() -> None:
    assert fill({"a": "{n}", "b": ["{yes}", "x{n}"], "c": "{none}", "d": 3}, VALUES) == {
        "a": 7,
        "b": [True, "x7"],
        "d": 3,
    }


def test_a_value_is_never_read_as_a_template() -> None:
    assert fill_text("{text}!", VALUES) == "Ä {n} b!"
    assert fill_text("{yes} {none} {code:lower} {{n}} {0}", VALUES) == "true  eur {7} {0}"


@pytest.mark.parametrize("value", ["..", ".", ""])
def test_a_part_of_a_path_never_climbs(value: str) -> None:
    with pytest.raises(Broken):
        fill_path("/a/{it}", {"it": value})


def test_a_part_of_a_path_stays_one() -> None:
    assert fill_path("/a/{it}.json", {"it": "x/../y?z"}) == "/a/x%2F..%2Fy%3Fz.json"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.0.b", 1),
        ("a.1", MISSING),
        ("a.x", MISSING),
        ("a.0.b.c", MISSING),
        ("n", None),
        ("", {"a": [{"b": 1}], "n": None}),
    ],
)
def test_a_place_in_an_answer_is_there_or_missing(path: str, found: object) -> None:
    assert at({"a": [{"b": 1}], "n": None}, path) == found
