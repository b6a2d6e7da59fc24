"""The reference lists what there is: every verb and act with every argument, every part of the state, every table."""

import re

import pytest
from pydantic import BaseModel

from bot.workspace.acts.registry import ACTS
from bot.workspace.company.form import Company, Installed, Listed, Room, Said
from bot.workspace.control import asking
from bot.workspace.control.looking import PARTS
from bot.workspace.control.verb import VERBS
from tests.rules.grid import marked, names, page

PAGE = page("reference/local-workspace.md")
MODELS: dict[str, type[BaseModel]] = {
    "clock": asking.Clock,
    "faults": asking.Faults,
    "limits": asking.Limits,
    "settle": asking.Nothing,
    "state": asking.State,
    "log": asking.Logged,
    "sockets": asking.Sockets,
    "app": asking.AppAsked,
    "verify": asking.Nothing,
    "person": asking.PersonAsked,
    "seed": asking.Seed,
    "reset": asking.Nothing,
}


def words(cell: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", cell)) - {"and", "or"}


@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("form.Company", Company),
        ("form.Listed", Listed),
        ("form.Room", Room),
        ("form.Said", Said),
        ("form.Installed", Installed),
        ("asking.FaultAsked", asking.FaultAsked),
    ],
)
def test_every_field_of_a_table_is_listed(table: str, model: type[BaseModel]) -> None:
    assert sorted(names(marked(PAGE, table))) == sorted(model.model_fields)


def test_every_verb_is_listed_with_its_arguments() -> None:
    said = {verb: words(given) for verb, _, given in marked(PAGE, "verb.VERBS")[1:]}
    assert said == {verb: set(MODELS[verb].model_fields) for verb in VERBS}


def test_every_part_of_the_state_is_listed() -> None:
    assert names(marked(PAGE, "looking.PARTS")) == [*PARTS]


def test_every_act_is_listed_with_its_arguments() -> None:
    said = {act: words(given) for act, given in marked(PAGE, "registry.ACTS")[1:]}
    assert said == {name: set(act.asked.model_fields) - {"person"} for name, act in ACTS.items()}
