"""What sends traces has a thread of its own, which may go on for a moment after its bot."""

import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nobody_goes_on_sending() -> Iterator[None]:
    """It draws random numbers between two tries, which tests that follow would take for their own."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith(("Otel", "last traces")):
            thread.join(20)
            assert not thread.is_alive(), f"{thread.name} goes on"
