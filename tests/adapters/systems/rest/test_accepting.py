"""What a system changed in its answers is accepted word by word, and what is sent stays as it was."""

import tomllib
from pathlib import Path

import pytest

from bot.adapters.systems.rest.accepting import NewWord, Renamed, accepted, places_of
from bot.adapters.systems.rest.bound import bind, fit
from bot.adapters.systems.rest.description import SHIPPED, Filed, calls_of, load, parse, read_filed
from bot.domain.declared.place import shown
from bot.domain.errors import Misdeclared, Unfit
from bot.domain.version import difference
from tests.adapters.systems.rest.remote import DESK

FILED = read_filed(str(DESK))
ARCHIVED = NewWord("archived", "closed")


def changed(before: str, after: str) -> list[str]:
    return [line for line in difference(before, after).splitlines() if line[:1] in "+-"]


def test_a_new_word_is_known_from_then_on_and_nothing_else_moves() -> None:
    text = accepted(FILED, ARCHIVED, fields=("status",))
    _, after = changed(FILED.text, text)
    assert after.endswith('closed = "closed", archived = "closed" } }')
    assert len(changed(FILED.text, text)) == 2
    status = fit("helpdesk", Filed(text, FILED.file), {}).description.reads["state_of"].fields["status"]
    assert status.values["archived"] == "closed"


def test_a_word_may_be_any_text_that_can_stand_in_an_answer() -> None:
    text = accepted(FILED, NewWord('on "hold" {1}', "open"), fields=("status",))
    assert tomllib.loads(text)["reads"]["state_of"]["fields"]["status"]["values"]['on "hold" {1}'] == "open"


def test_a_word_in_a_section_of_its_own_is_added_there() -> None:
    lines = [line for line in FILED.text.splitlines() if not line.startswith("status = {")]
    section = ["[reads.state_of.fields.status]", 'at = "status"', "[reads.state_of.fields.status.values]"]
    spread = "\n".join([*lines, *section, 'open = "open" # as ever', ""])
    text = accepted(Filed(spread, "desk.toml"), ARCHIVED, fields=("status",))
    assert changed(spread, text) == ['+archived = "closed"']


@pytest.mark.parametrize("field", ["status", "reads.state_of.fields.status"])
def test_a_place_is_named_as_in_the_answer_or_as_in_the_description(field: str) -> None:
    assert "archived" in accepted(FILED, ARCHIVED, fields=(field,))


def test_a_renamed_field_is_read_at_its_new_place() -> None:
    text = accepted(FILED, Renamed("standing", "account.standing"))
    assert changed(FILED.text, text) == ['-standing = "standing"', '+standing = "account.standing"']


def test_a_renamed_field_with_more_to_say_keeps_the_rest() -> None:
    text = accepted(FILED, Renamed("count", "messages.count"))
    assert changed(FILED.text, text)[1] == '+messages = { at = "messages.count", as = "whole" }'


def test_a_list_that_has_another_name_is_found_again() -> None:
    text = accepted(FILED, Renamed("accounts", "data.accounts"))
    assert '+among = "data.accounts"' in changed(FILED.text, text)


def test_where_several_places_are_alike_somebody_says_which_they_looked_at() -> None:
    with pytest.raises(Unfit, match=r"several places") as refused:
        accepted(FILED, Renamed("id", "key"))
    assert "--field changes.AddTag.receipt.id" in refused.value.message
    both = ("changes.AddTag.receipt.id", "changes.SendReply.receipt.id")
    text = accepted(FILED, Renamed("id", "key"), fields=both)
    assert changed(FILED.text, text).count('+receipt = { id = { at = "key", as = "id" } }') == 2


@pytest.mark.parametrize(
    ("news", "fields", "said"),
    [
        (ARCHIVED, (), "Say where the word stands"),
        (ARCHIVED, ("state",), "Nothing of this kind is relied upon at “state”. Did you mean status?"),
        (ARCHIVED, ("standing",), "Nothing of this kind"),
        (NewWord("new", "open"), ("status",), "“new” is known at “status” already"),
        (NewWord(" ", "open"), ("status",), "nothing that stands in an answer"),
        (NewWord("a\nb", "open"), ("status",), "nothing that stands in an answer"),
        (Renamed("nowhere", "there"), (), "Nothing of this kind"),
        (Renamed("status", "x" * 101), (), "nothing that stands in an answer"),
        (Renamed("status", "state"), ("reads.state_of.fields.messages",), "Nothing of this kind"),
    ],
)
def test_what_cannot_be_meant_is_refused(news: NewWord | Renamed, fields: tuple[str, ...], said: str) -> None:
    with pytest.raises(Unfit) as refused:
        accepted(FILED, news, fields=fields)
    assert said in refused.value.message


def test_a_word_that_our_field_does_not_know_is_refused_with_its_line_and_the_words_there_are() -> None:
    text = accepted(FILED, NewWord("archived", "gone"), fields=("status",))
    with pytest.raises(Misdeclared) as refused:
        fit("helpdesk", Filed(text, FILED.file), {})
    assert "“archived” is called “gone” here, which status does not know." in refused.value.message
    assert "There is: open, answered, closed" in refused.value.message
    assert refused.value.problems[0].line == text[: text.index("archived")].count("\n") + 1


def test_what_is_accepted_never_changes_what_is_sent() -> None:
    before = calls_of(load(str(DESK))[0])
    pairs: list[tuple[NewWord | Renamed, str]] = [(ARCHIVED, "status")]
    for news, field in [*pairs, (Renamed("tags", "labels"), "changes.AddTag.find.among")]:
        text = accepted(FILED, news, fields=(field,))
        assert calls_of(parse(text, file="desk.toml")[0]) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('path = "/credits"', 'path = "/gifts"'),
        ('remembers = "24h"', 'remembers = "1h"'),
        ('equals = "[{key}]"', 'equals = "{key}"'),
        ('means = "duplicate"', 'means = "transient"'),
        ('query = { customer = "{customer_id}" }', 'query = { who = "{customer_id}" }'),
    ],
)
def test_everything_besides_the_form_of_answers_is_part_of_the_calls(old: str, new: str) -> None:
    other, _ = parse(FILED.text.replace(old, new), file="desk.toml")
    assert calls_of(other) != calls_of(bind("helpdesk", str(DESK), {}).description)


@pytest.mark.parametrize("name", sorted(path.stem for path in Path(SHIPPED).glob("*.toml")))
def test_every_place_of_what_ships_can_be_renamed(name: str) -> None:
    filed = read_filed(name)
    for place in places_of(parse(filed.text, file=filed.file)[0]):
        if place.at and place.at != "*":
            text = accepted(filed, Renamed(place.at, "elsewhere.now"), fields=(shown(place.where),))
            moved = {one.where: one.at for one in places_of(parse(text, file=filed.file)[0])}
            assert moved[place.where] == "elsewhere.now"
