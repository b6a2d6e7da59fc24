"""An app gets so many events an hour and no more, and is told so once a minute."""

from bot.workspace.delivery.allowance import EVENTS_AN_HOUR, Allowance, Verdict
from tests.workspace.made import NOON


def test_nothing_is_counted_where_limits_are_off() -> None:
    allowance = Allowance()
    assert {allowance.take(NOON, 0) for _ in range(EVENTS_AN_HOUR + 10)} == {Verdict.SEND}


def test_what_is_too_much_is_said_once_a_minute_and_dropped() -> None:
    allowance, few = Allowance(), 3 / EVENTS_AN_HOUR
    verdicts = [allowance.take(NOON + second, few) for second in range(6)]
    assert verdicts == [Verdict.SEND] * 3 + [Verdict.SAY, Verdict.DROP, Verdict.DROP]
    assert allowance.take(NOON + 60, few) is Verdict.SAY
    assert allowance.take(NOON + 61, few) is Verdict.DROP


def test_after_an_hour_events_come_again() -> None:
    allowance, few = Allowance(), 2 / EVENTS_AN_HOUR
    assert allowance.take(NOON, few) is Verdict.SEND
    assert allowance.take(NOON + 1_800, few) is Verdict.SEND
    assert allowance.take(NOON + 1_900, few) is Verdict.SAY
    assert allowance.take(NOON + 3_600, few) is Verdict.SEND
    assert allowance.take(NOON + 3_601, few) is Verdict.SAY


def test_the_thirty_thousandth_event_is_the_last_of_its_hour() -> None:
    allowance = Allowance()
    verdicts = [allowance.take(NOON, 1) for _ in range(EVENTS_AN_HOUR + 1)]
    assert verdicts[:-1] == [Verdict.SEND] * EVENTS_AN_HOUR
    assert verdicts[-1] is Verdict.SAY
