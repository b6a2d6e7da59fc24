"""What leaves the record as a file leads to nobody, and still reads like what it stands for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.disguise import Disguise
from bot.domain.pattern import Kind
from bot.domain.plain import Plain
from bot.domain.redaction import FieldClass, FieldPolicy, Redactor
from bot.intents import helpdesk
from tests.naughty import every_text

PERSONAL, SECRET = FieldClass.PERSONAL, FieldClass.SECRET


def disguise(**classes: FieldClass) -> Disguise:
    policy = FieldPolicy({name.replace("__", "."): one for name, one in classes.items()})
    return Disguise(policy, lambda text: Redactor().clean(text, treat_as=PERSONAL))


def hidden(value: Plain, **classes: FieldClass) -> Plain:
    return disguise(**classes).of({"ticket": {"field": value}})["ticket"]["field"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("ana@brava.example", "person1@example.com"),
        ("+49 170 1234567", "+55 501 0010000"),
        ("C-10523", "X-00001"),
        ("Ana Brava", "Alex Sample"),
        ("Ana lives in the house behind the church, and has done so since she was a small child.", None),
        (1234, 1000),
        (7, 1),
        (True, True),
        (None, None),
        ("", ""),
    ],
)
def test_what_is_personal_becomes_something_of_the_same_shape(value: Plain, shown: Plain) -> None:
    expected = "Something about a person stood here." if isinstance(value, str) and shown is None else shown
    assert hidden(value, ticket__field=PERSONAL) == expected


def test_a_secret_that_was_never_stored_is_replaced_as_well() -> None:
    assert hidden(Kind.SECRET.mark, ticket__field=SECRET) == "secret-1"


def test_the_same_value_is_the_same_wherever_it_stands() -> None:
    one = disguise(ticket__email=PERSONAL, ticket__name=PERSONAL, person__name=PERSONAL)
    found = one.of(
        {
            "ticket": {"email": "ana@brava.example", "name": "Ana Brava", "body": "Ana Brava here. I am Ana Bravado."},
            "person": {"name": "Ana Brava"},
            "draft": {"body": "Dear Ana Brava, …"},
        }
    )
    assert found["person"]["name"] == found["ticket"]["name"] == "Kim Example"
    assert found["ticket"]["body"] == "Kim Example here. I am Ana Bravado."
    assert found["draft"]["body"] == "Dear Kim Example, …"
    assert [*one.replaced] == ["ticket.email", "ticket.name", "ticket.body", "person.name", "draft.body"]


def test_two_people_stay_two() -> None:
    one = disguise(ticket__people=PERSONAL)
    found = one.of({"ticket": {"people": ["Ana Brava", "Leo Longo", "Ana Brava"]}})["ticket"]["people"]
    assert found == ["Alex Sample", "Kim Example", "Alex Sample"]


def test_what_patterns_recognise_goes_from_texts_that_nobody_classed() -> None:
    assert hidden("Write to ana@brava.example, please.") == "Write to somebody@example.com, please."
    assert hidden("My phone: +49 170 1234567") == "My phone: 555 010 00 00"
    assert hidden("ana@brava.example") == "person1@example.com", (
        "All of it leads to her, and its type wants an address."
    )
    assert hidden("Card 4111 1111 1111 1111") == f"Card {Kind.CARD.mark}"


def test_what_leads_to_nobody_stays_as_it_is() -> None:
    one = disguise(ticket__email=PERSONAL)
    value: dict[str, Plain] = {"id": "T-1", "open": 2, "tags": ["a"], "part": {"text": "Hello"}}
    assert one.of({"ticket": value}) == {"ticket": value}
    assert not one.replaced


def test_a_whole_step_may_be_personal() -> None:
    assert disguise(ticket=PERSONAL).of({"ticket": {"name": "Ana Brava"}})["ticket"]["name"] == "Alex Sample"


def test_a_class_reaches_what_stands_below_it_and_a_word_below_may_lift_it() -> None:
    one = disguise(ticket__person=PERSONAL, ticket__person__plan=FieldClass.PUBLIC)
    found = one.of({"ticket": {"person": {"name": "Ana Brava", "plan": "Solo", "ids": ["C-1"]}}})
    assert found["ticket"]["person"] == {"name": "Alex Sample", "plan": "Solo", "ids": ["X-2"]}


def test_a_ticket_in_disguise_is_a_ticket() -> None:
    ticket = helpdesk.Ticket(id="T-1", customer_id="C-105", email="ana@brava.example", subject="Hi", body="I am C-105.")
    one = disguise(ticket__email=PERSONAL, ticket__customer_id=PERSONAL)
    found = helpdesk.Ticket.model_validate(one.of({"ticket": ticket.model_dump(mode="json")})["ticket"])
    assert (found.email, found.customer_id, found.body) == ("person2@example.com", "X-001", "I am X-001.")


@every_text
def test_no_personal_text_survives(text: str) -> None:
    value = f"Zq {text}"[:200]
    one = disguise(ticket__name=PERSONAL)
    found = one.of({"ticket": {"name": value, "body": f"So: {value} !"}})
    assert found["ticket"]["name"] != value
    assert value not in json.dumps(found, ensure_ascii=False)


@given(st.recursive(st.text(max_size=20) | st.integers() | st.booleans() | st.none(), lambda inner: st.lists(inner)))
def test_any_plain_value_keeps_its_form(value: Plain) -> None:
    found = hidden(value, ticket__field=PERSONAL)
    assert type(found) is type(value)
