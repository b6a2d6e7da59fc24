"""What people are shown of their plain words: valid whatever it says, and never more buttons than it should have."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from bot.adapters.slack.draw.room import Reply
from bot.adapters.slack.draw.understood import Ability, abilities, difference, filled
from bot.domain.card import REHEARSED
from bot.domain.content import Changed
from bot.domain.plain import Plain
from bot.domain.suggestion import Filling, Rewording, Sureness
from bot.workspace.payload import Json
from tests.adapters.slack.draw import seen
from tests.naughty import HUGE, every_short_text

ID = "0" * 32
SURE = Sureness(62, ("It may be another one.",), rehearsed=True)
SHORT = Changed("cents", "5000 (50.00 EUR)", "4000 (40.00 EUR)")


def labels(shown: Reply) -> list[str]:
    """The buttons, the main one marked."""
    found = [one for one in seen.objects([*shown.blocks]) if one.get("type") == "button"]
    return [f"{one['text']['text']}{'!' if one.get('style') == 'primary' else ''}" for one in found]


def fits(shown: Reply, *, buttons: int) -> None:
    seen.refuse_flaws(shown.blocks, shown.text)
    seen.refuse_power(shown.blocks, buttons=buttons)
    seen.refuse_power_in_fallback(shown.text)


def rewording(**other: Any) -> Rewording:
    return Rewording("c" * 32, "approved", 1, "make it 40", values={"cents": 4000}, **other)


def test_a_form_is_offered_with_what_stands_in_it() -> None:
    shown = filled(ID, Filling("tag_ticket", {"id": "T-1", "note": "x\ny"}, ("email",), SURE), "Put a tag on a ticket.")
    fits(shown, buttons=2)
    assert labels(shown) == ["Open the Form!", "Choose Another"]
    words = seen.words(shown.blocks)
    for part in ("start tag_ticket?", "T-1", "Left empty", "email", "62 %", "It may be another one.", REHEARSED):
        assert part in words
    assert cast("Json", shown.blocks[-1])["block_id"] == f"words:{ID}"


def test_whatever_fits_no_message_stands_in_the_form() -> None:
    values: dict[str, Plain] = {f"field_{n}": "So long. " * 2_000 for n in range(40)}
    shown = filled(ID, Filling("tag_ticket", values, tuple(values)), "It does. " * 900)
    fits(shown, buttons=2)
    assert "Field 29" in seen.words(shown.blocks)


@pytest.mark.parametrize("n", [1, 12, 13, 200])
def test_what_somebody_may_start_fits_one_screen(n: int) -> None:
    shown = abilities([Ability(f"workflow_{i}", "It does something. " * 40) for i in range(n)], why="Not now. " * 300)
    fits(shown, buttons=1)
    assert ("more stand in the choice" in seen.words(shown.blocks)) is (n > 12)
    assert labels(shown) == ["Choose What to Start!"]


def test_whoever_may_start_nothing_is_told_who_can_let_them() -> None:
    shown = abilities([])
    fits(shown, buttons=0)
    assert "owner of a workflow" in seen.words(shown.blocks)


def test_a_change_is_shown_before_and_after() -> None:
    changed = [SHORT, Changed("body", "Dear Ana,\nno.", "Dear Ana,\nyes.")]
    shown = difference(ID, rewording(sure=SURE, others=True), "Put a credit → helpdesk:C-1", changed)
    fits(shown, buttons=2)
    assert labels(shown) == ["Apply This Change!", "Keep as a Comment"]
    words = seen.words(shown.blocks)
    for part in ("5000 (50.00 EUR)", "4000 (40.00 EUR)", "makes version 2", "another action as well", "62 %"):
        assert part in words
    struck = [one["text"] for one in seen.objects([*shown.blocks]) if (one.get("style") or {}) == {"strike": True}]
    assert struck == ["5000 (50.00 EUR)", "no."]
    assert cast("Json", shown.blocks[-1])["block_id"] == f"rewording:{ID}"


def test_a_text_that_is_another_one_altogether_is_shown_apart() -> None:
    before, after = "Hello Ana,\nsomebody looks into it.", "Dear Ms Quill,\nwe return one payment today."
    shown = difference(ID, rewording(), "Send", [Changed("body", before, after)])
    fits(shown, buttons=2)
    styled = {str(one.get("style")): one["text"] for one in seen.objects([*shown.blocks]) if one.get("style")}
    assert (styled["{'strike': True}"], labels(shown)[0]) == (before, "Apply This Change!")
    assert after in seen.words(shown.blocks)


def test_what_is_too_long_to_compare_is_not_applied_unseen() -> None:
    shown = difference(ID, rewording(), "Send", [SHORT, Changed("body", "Old words. " * 500, "New words. " * 500)])
    fits(shown, buttons=2)
    assert labels(shown) == ["Open the Form!", "Keep as a Comment"]
    assert "Body is too long to be compared here" in seen.words(shown.blocks)


def test_what_cannot_be_applied_says_why() -> None:
    shown = difference(ID, rewording(problem="It would break a rule.", sure=SURE), "Send", [])
    fits(shown, buttons=1)
    assert labels(shown) == ["Keep as a Comment"]
    assert "Nothing is changed: It would break a rule." in seen.words(shown.blocks)


def everything(text: str) -> Sequence[tuple[Reply, int]]:
    sure = Sureness(1, (text,) * 9)
    changed = [Changed(text, text, f"{text}x"), Changed("body", f"{text}\n", text)]
    return (
        (filled(ID, Filling(text, {text: text, "list": [text]}, (text,), sure), text), 2),
        (abilities([Ability(text, text)], why=text), 1),
        (difference(ID, rewording(sure=sure), text, changed), 2),
        (difference(ID, rewording(sure=sure, problem=text or "x"), text, ()), 1),
    )


@every_short_text
def test_any_text_is_shown_as_text(text: str) -> None:
    for shown, buttons in everything(text):
        fits(shown, buttons=buttons)


@pytest.mark.parametrize("text", [one[:3_500] for one in HUGE.values()], ids=[*HUGE])
def test_any_length_fits(text: str) -> None:
    for shown, buttons in everything(text):
        seen.refuse_flaws(shown.blocks, shown.text)
        assert len(labels(shown)) == buttons
