"""Every statement is Core, so Postgres can run it too; for SQLite it is compiled once."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateIndex, CreateTable

import bot.adapters.store
from bot.adapters.store.statement import Statement, Upsert, insert_of
from bot.adapters.store.tables import ATTEMPT, COUNTER, EFFECT, METADATA, SWITCH

POSTGRES = registry.load("postgresql")()
SQLITE_ONLY = re.compile(r"\b(PRAGMA|json_extract|sqlite_master|ROWID|OR REPLACE|OR IGNORE|SAVEPOINT|IMMEDIATE)\b")


def statements() -> Iterator[tuple[str, Statement]]:
    for module in pkgutil.iter_modules(bot.adapters.store.__path__):
        if not module.ispkg:
            held = vars(importlib.import_module(f"bot.adapters.store.{module.name}"))
            yield from ((f"{module.name}.{name}", one) for name, one in held.items() if isinstance(one, Statement))


@pytest.mark.parametrize(("name", "statement"), [pytest.param(*each, id=each[0]) for each in statements()])
def test_a_statement_can_be_run_by_postgres(name: str, statement: Statement) -> None:
    on_sqlite, _ = statement.sqlite
    on_postgres = str(statement.core("postgresql").compile(dialect=POSTGRES))
    assert not SQLITE_ONLY.search(on_sqlite)
    assert on_postgres.split()[0] == on_sqlite.split()[0]


def test_there_are_statements_to_look_at() -> None:
    assert len(list(statements())) > 30


def test_the_tables_can_be_made_in_postgres() -> None:
    dialect = POSTGRES
    for table in METADATA.sorted_tables:
        made = str(CreateTable(table).compile(dialect=dialect))
        assert f"CREATE TABLE {dialect.identifier_preparer.format_table(table)}" in made
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect))


def test_parameters_come_in_the_order_of_the_text() -> None:
    sql, pick = Statement(insert_of(SWITCH)).sqlite
    assert sql == "INSERT INTO switch (scope, why, at) VALUES (?, ?, ?)"
    assert list(pick({"at": "3", "scope": "1", "why": "2"})) == ["1", "2", "3"]


def test_a_single_parameter_is_a_list_of_one() -> None:
    _, pick = Statement(select(SWITCH.c.why).where(SWITCH.c.scope == bindparam("scope"))).sqlite
    assert list(pick({"scope": "*"})) == ["*"]


def test_a_value_that_stands_in_the_statement_need_not_be_given() -> None:
    _, pick = Statement(select(SWITCH.c.why).where(SWITCH.c.scope == bindparam("scope"), SWITCH.c.why != "")).sqlite
    assert list(pick({"scope": "*"})) == ["*", ""]


def test_a_null_that_stands_in_the_statement_need_not_be_given() -> None:
    _, pick = Statement(EFFECT.update().values(lease_owner=None).where(EFFECT.c.n == bindparam("n_"))).sqlite
    assert list(pick({"n_": 7})) == [None, 7]


def test_a_parameter_that_is_missing_is_an_error() -> None:
    _, pick = Statement(insert_of(SWITCH)).sqlite
    with pytest.raises(KeyError):
        pick({"scope": "*", "why": "x"})


def test_a_generated_key_is_not_asked_for() -> None:
    assert "id" not in Statement(insert_of(ATTEMPT)).sqlite[0].partition("VALUES")[0].split("(")[1].split(", ")


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_an_upsert_says_the_same_on_both(dialect: str) -> None:
    text = str(Upsert(COUNTER, keys=("scope", "day"), add=("n",), returning=("n",)).spelled_for(dialect))
    assert "ON CONFLICT (scope, day) DO UPDATE SET n = (counter.n + excluded.n) RETURNING" in text
    text = str(Upsert(SWITCH, keys=("scope",), replace=("why",)).spelled_for(dialect))
    assert "ON CONFLICT (scope) DO UPDATE SET why = excluded.why" in text
    text = str(Upsert(SWITCH, keys=("scope",)).spelled_for(dialect))
    assert "ON CONFLICT (scope) DO NOTHING" in text
