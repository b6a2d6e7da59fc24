"""What goes wrong is what was said: for which calls, after how many, how often."""

from bot.workspace.fault import Fault, Faults, Trouble


def met(faults: Faults, *names: str, delivery: bool = False, channel: str = "") -> list[bool]:
    return [faults.take(name, delivery=delivery, channel=channel) is not None for name in names]


def test_a_fault_is_met_as_often_as_was_said() -> None:
    faults = Faults([Fault(name="chat.update", times=2)])
    assert met(faults, "chat.update", "chat.update", "chat.update") == [True, True, False]
    assert faults.pending == []


def test_a_fault_below_nought_is_met_always() -> None:
    faults = Faults([Fault(name="chat.update", times=-1)])
    assert all(met(faults, *["chat.update"] * 50))


def test_a_fault_without_times_is_never_met_and_harms_nothing() -> None:
    faults = Faults([Fault(name="x", times=0, trouble=Trouble.GARBAGE)])
    assert met(faults, "x", "x") == [False, False]


def test_some_calls_go_well_before() -> None:
    faults = Faults([Fault(name="chat.*", after=2)])
    assert met(faults, *["chat.update"] * 4) == [False, False, True, False]


def test_many_names_fit_a_pattern() -> None:
    faults = Faults([Fault(name="chat.*", times=-1)])
    assert met(faults, "chat.update", "chat.postMessage", "views.open", "chat") == [True, True, False, False]


def test_calls_and_deliveries_are_told_apart() -> None:
    faults = Faults([Fault(name="*", delivery=True, times=-1)])
    assert met(faults, "block_actions") == [False]
    assert met(faults, "block_actions", delivery=True) == [True]


def test_a_fault_of_a_channel_is_met_there_only() -> None:
    faults = Faults([Fault(name="*", channel="C1", times=-1)])
    assert met(faults, "x", channel="C2") == [False]
    assert met(faults, "x") == [False]
    assert met(faults, "x", channel="C1") == [True]


def test_the_oldest_that_fits_is_taken_first() -> None:
    faults = Faults([Fault(name="a", error="other"), Fault(name="*", error="first"), Fault(name="b", error="second")])
    taken = [faults.take("b"), faults.take("b"), faults.take("b")]
    assert [one and one.error for one in taken] == ["first", "second", None]
