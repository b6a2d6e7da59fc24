"""Connected systems are found by name; what is not connected is said in words."""

import pytest

from bot.adapters.systems.connected import Connected
from bot.adapters.systems.sandbox import BINDINGS, Sandbox
from bot.domain.errors import Broken
from bot.ports.system import Systems


async def test_a_connected_system_is_found_by_its_name(sandbox: Sandbox) -> None:
    systems: Systems = Connected([sandbox])
    assert systems.of("helpdesk") is sandbox


async def test_a_system_that_is_not_connected_is_named_with_what_to_do(sandbox: Sandbox) -> None:
    with pytest.raises(Broken, match=r"The system crm is not connected: connect it.*Connected: helpdesk\."):
        Connected([sandbox]).of("crm")


def test_with_nothing_connected_the_sentence_still_reads() -> None:
    with pytest.raises(Broken, match=r"Connected: none\."):
        Connected([]).of("helpdesk")


async def test_a_binding_is_found_by_the_kind_of_the_intent(sandbox: Sandbox) -> None:
    systems = Connected([sandbox])
    assert systems.binding("helpdesk.SendReply") == BINDINGS["helpdesk.SendReply"]


@pytest.mark.parametrize("kind", ["helpdesk.Unheard", "crm.SendReply", "helpdesk", "", "."])
async def test_an_intent_that_no_system_binds_has_no_binding(sandbox: Sandbox, kind: str) -> None:
    assert Connected([sandbox]).binding(kind) is None


async def test_closing_lets_go_of_every_system(sandbox: Sandbox) -> None:
    class Watched:
        closed = 0

    class Counting(Sandbox):
        async def close(self) -> None:
            Watched.closed += 1

    other = Counting.__new__(Counting)
    other.name = "other"
    third = Counting.__new__(Counting)
    third.name = "third"
    await Connected([other, third]).close()
    assert Watched.closed == 2
