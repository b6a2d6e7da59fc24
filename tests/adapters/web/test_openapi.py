"""The ways in are described as they are: whatever is made of the description gets an answer, never an error of ours."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator

from bot.domain.brief.hook import Signed
from tests.adapters.web.street import Street, opened_to_the_street
from tests.application.office import opened

NAMED = {"triggers": {"hooks": {"shop": {"signed": "bearer"}, "other": {"only": {"type": ["x"]}}}}}


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with opened(tmp_path, brief=NAMED) as office, opened_to_the_street(office) as street:
        yield street


async def described(street: Street) -> dict[str, Any]:
    answer = await street.send("/openapi.json", method="GET")
    assert answer.status == 200
    return answer.json


async def test_every_way_in_is_described_and_no_secret_is(street: Street) -> None:
    whole = await described(street)
    assert [*whole["paths"]] == ["/hooks/shop", "/hooks/other"]
    shop, other = (whole["paths"][path]["post"] for path in whole["paths"])
    assert (shop["security"], other["security"]) == ([{"bearer": []}], [{"standard": []}])
    schema = shop["requestBody"]["content"]["application/json"]["schema"]
    assert {*schema["required"]} == {"id", "customer_id", "email", "subject", "body"}
    Draft202012Validator.check_schema(schema)
    assert street.keys.shown("shop", Signed.BEARER) not in str(whole)


async def test_somebody_may_ask_whether_it_lives(street: Street) -> None:
    assert (await street.send("/healthz", method="GET")).text == "alive\n"


MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


async def fuzz(street: Street, examples: int, modes: Sequence[schemathesis.GenerationMode] = MODES) -> set[int]:
    """Whatever can be made of the description, right and wrong, is sent by a sender that is known; the statuses."""
    schema: Any = schemathesis.openapi.from_dict(await described(street))
    schema.config.update(base_url=street.address)
    token = {"Authorization": f"Bearer {street.keys.shown('shop', Signed.BEARER)}"}
    seen = set[int]()

    def send(case: Any) -> None:
        response = case.call(headers=token)
        assert response.status_code < 500, case.as_curl_command()
        seen.add(response.status_code)

    def play() -> None:
        for result in schema.get_all_operations():
            for mode in modes:
                made: SearchStrategy[Any] = result.ok().as_strategy(generation_mode=mode)
                some(max_examples=examples)(given(made)(send))()

    await asyncio.to_thread(play)
    return seen


def some(max_examples: int) -> settings:
    checks: Any = [*HealthCheck]
    return settings(max_examples=max_examples, database=None, phases=[Phase.generate], suppress_health_check=checks)


@pytest.mark.certify
@pytest.mark.timeout(600)
async def test_however_much_is_made_of_the_description_nothing_is_an_error_of_ours(street: Street) -> None:
    assert await fuzz(street, 100) >= {202, 400, 401}
