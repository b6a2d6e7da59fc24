"""Offices for the tests of the use cases."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.adapters.model.scripted import Script
from tests.application.office import ONBOARDING, PARTNER_TICKET, TRIAGE, Office, opened

TRIAGED: Mapping[str, Script] = {
    "triage": {"category": "bug", "urgent": False, "summary": "It does not work."},
    "draft": {"body": "We found the mistake and put it right."},
}
APPLIED: Mapping[str, Script] = {
    "application": {"kind": "referral", "company": "Bells", "summary": "They send customers."},
    "note": {"note": "Friendly people."},
}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """One act: put a tag on a ticket."""
    async with opened(tmp_path) as office:
        yield office


@pytest.fixture
async def triage(tmp_path: Path) -> AsyncIterator[Office]:
    """Support triage, with a model that costs a cent a question."""
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED, cost_micros=10_000) as office:
        yield office


@pytest.fixture
async def partners(tmp_path: Path) -> AsyncIterator[Office]:
    """Partner onboarding, and the workflow it starts."""
    async with opened(tmp_path, copied=[ONBOARDING, PARTNER_TICKET], answers=APPLIED) as office:
        yield office
