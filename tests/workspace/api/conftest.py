"""Every test of the Web API begins with the same small workspace."""

import pytest

from tests.workspace.api.desk import Caller, new_caller


@pytest.fixture
def call() -> Caller:
    return new_caller()
