"""What the class of a field decides: what of it is stored, marked, said in a sentence and shown in a prompt."""

from dataclasses import replace

import pytest

from bot.domain.audit.entry import Field, FieldKind
from bot.domain.classified import MARK, SHORTEST_WORD, Classified
from bot.domain.pattern import Kind
from bot.domain.plain import Plain
from bot.domain.redaction import FieldClass, Redactor
from bot.domain.run import Run, RunState, StepState, StepStatus
from bot.intents import helpdesk
from tests.made import Idea, credit_run

ANA = "ana@example.com"
PERSONAL, SECRET = FieldClass.PERSONAL, FieldClass.SECRET


def classified(**classes: FieldClass) -> Classified:
    return Classified({name.replace("__", "."): one for name, one in classes.items()})


def holding(**values: Plain) -> Run:
    """A run whose steps gave these values."""
    run = credit_run().run
    steps = {name: StepState(StepStatus.DONE, value) for name, value in values.items()}
    return replace(run, steps=steps, gates={}, subject="p-1")


EMAILS = classified(ticket__email=PERSONAL)
ANAS = holding(ticket={"email": ANA, "body": f"I am {ANA}."})


# --- stored ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "kept"),
    [
        (PERSONAL, "ana@example.com, 4f"),
        (FieldClass.INTERNAL, "ana@example.com, 4f"),
        (FieldClass.PUBLIC, "ana@example.com, 4f"),
        (SECRET, Kind.SECRET.mark),
    ],
)
def test_only_a_secret_is_not_stored(of: FieldClass, kept: str) -> None:
    value: Plain = {"email": "ana@example.com, 4f", "id": "T-1"}
    stored = Redactor().redact(value, classified(ticket__email=of).kept(), at="ticket").value
    assert stored == {"email": kept, "id": "T-1"}


def test_a_secret_is_known_by_its_class_and_by_its_name() -> None:
    fields = classified(ticket__body=SECRET, token=FieldClass.PUBLIC)
    assert fields.is_secret("ticket.body")
    assert fields.is_secret("ticket.password")
    assert not fields.is_secret("draft.body")
    assert not fields.is_secret("page.token"), "The owner says what it is, whatever it is called."


# --- marked ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["ticket.email", "email"])
def test_a_field_is_personal_by_its_path_or_by_its_name(path: str) -> None:
    assert Classified({path: PERSONAL}).is_personal("ticket.email")
    assert not Classified({path: PERSONAL}).is_personal("ticket.id")


@pytest.mark.parametrize("value", [{"email": ANA}, {"all": [{"email": ANA}]}, {"email": True}, {"email": 0}])
def test_a_value_is_personal_with_anything_that_stands_in_it(value: Plain) -> None:
    assert classified(email=PERSONAL).is_personal("ticket", value)
    assert not classified(name=PERSONAL).is_personal("ticket", value)


@pytest.mark.parametrize("value", [{"email": ""}, {"email": None}, {}, None])
def test_what_is_not_there_is_not_personal(value: Plain) -> None:
    assert not classified(email=PERSONAL).is_personal("ticket", value)


def kinds(fields: tuple[Field, ...]) -> dict[str, FieldKind]:
    return {one.name: one.kind for one in fields}


def test_the_fields_of_an_entry_are_marked_by_their_class_and_by_what_they_repeat() -> None:
    said: dict[str, Plain] = {"email": ANA, "before.email": "x", "why": f"{ANA} asked.", "id": "T-1", "n": 7}
    entered = EMAILS.entered(ANAS, "ticket", said)
    personal, content = FieldKind.PII, FieldKind.CONTENT
    assert kinds(entered) == {
        "email": personal,
        "before.email": personal,
        "why": personal,
        "id": content,
        "n": content,
    }
    assert {one.subject for one in entered} == {"p-1"}
    assert [one.value for one in entered] == [*said.values()]


def test_a_field_of_a_gate_is_of_the_class_it_has_where_it_was_built() -> None:
    run = credit_run(Idea(cents=50_00, note="Dear Ana")).run
    fields = classified(credit__reason=PERSONAL)
    assert kinds(fields.entered(run, "approved", {"reason": "Dear Bo"})) == {"reason": FieldKind.PII}
    assert kinds(fields.entered(run, "idea", {"reason": "Dear Bo"})) == {"reason": FieldKind.CONTENT}
    assert fields.silent("It says: Dear Ana!", run) == f"It says: {MARK}!"


# --- said -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{ANA} asked.", f"{MARK} asked."),
        (f"({ANA})", f"({MARK})"),
        (f"Banana{ANA}", f"Banana{ANA}"),
        (f"{ANA}mon", f"{ANA}mon"),
        ("Nobody asked.", "Nobody asked."),
        ("", ""),
    ],
)
def test_a_sentence_is_said_without_what_is_personal(text: str, said: str) -> None:
    assert EMAILS.silent(text, ANAS) == said
    assert EMAILS.silenced(text, {"email": ANA}, "ticket") == said


def test_the_longer_of_two_goes_first() -> None:
    run = holding(ticket={"email": [ANA, "Ana", f"{ANA}.br"]})
    assert EMAILS.silent(f"Ana: {ANA}.br", run) == f"{MARK}: {MARK}"


@pytest.mark.parametrize("value", [True, False, "ab", 12, "", None])
def test_what_stands_in_every_sentence_is_not_taken_out_of_it(value: Plain) -> None:
    run = holding(ticket={"email": value})
    text = f"It is True or False, ab or 12 {'x' * SHORTEST_WORD}."
    assert EMAILS.silent(text, run) == text


def test_a_number_is_taken_out_as_well() -> None:
    assert EMAILS.silent("Customer 40123 asked.", holding(ticket={"email": 40123})) == f"Customer {MARK} asked."


def test_a_name_is_taken_as_it_is_and_never_as_a_pattern() -> None:
    run = holding(ticket={"email": "A.*(b)"})
    assert EMAILS.silent("A.*(b) and Axx(b)", run) == f"{MARK} and Axx(b)"


def test_where_nothing_is_personal_nothing_is_looked_for() -> None:
    assert Classified({}).words(ANAS) == ()
    assert Classified({}).silent(f"{ANA} asked.", ANAS) == f"{ANA} asked."


@pytest.mark.parametrize(("of", "record"), [(PERSONAL, f"helpdesk:{MARK}"), (FieldClass.INTERNAL, "helpdesk:C-1")])
def test_a_record_that_is_a_person_is_named_by_its_system_only(of: FieldClass, record: str) -> None:
    intent = helpdesk.GrantCredit(customer_id="C-1", cents=1)
    assert classified(credit__customer_id=of).record(intent, "credit") == record
    assert classified(credit__customer_id=of).record(intent, "other") == "helpdesk:C-1"


# --- shown ----------------------------------------------------------------------------------------------------------


def test_a_prompt_has_a_mark_in_place_of_a_field_and_of_whatever_repeats_it() -> None:
    value: Plain = {"email": ANA, "body": f"I am {ANA}.", "tags": [ANA, "new"], "n": 7, "none": None}
    shown = EMAILS.shown(value, "ticket", ANAS)
    assert shown == {"email": MARK, "body": f"I am {MARK}.", "tags": [MARK, "new"], "n": 7, "none": None}


@pytest.mark.parametrize("value", [7, True, "x", [1, 2], {"a": "x"}, {"a": [{"b": 1}]}])
def test_nothing_is_shown_of_what_stands_in_a_personal_field(value: Plain) -> None:
    shown = EMAILS.shown({"email": value}, "ticket", holding())
    assert MARK in str(shown)
    assert all(part not in str(shown).replace(MARK, "") for part in ("7", "True", "x", "1", "2"))


@pytest.mark.parametrize("value", ["", None])
def test_what_is_empty_is_shown_as_that(value: Plain) -> None:
    assert EMAILS.shown({"email": value}, "ticket", ANAS) == {"email": value}


def test_a_prompt_has_the_field_it_declares_and_what_repeats_it() -> None:
    fields = classified(email=PERSONAL, name=PERSONAL)
    value: Plain = {"email": ANA, "name": "Ana Bell", "body": f"Ana Bell, {ANA}"}
    shown = fields.shown(value, "ticket", holding(ticket=value), but={"ticket.email"})
    assert shown == {"email": ANA, "name": MARK, "body": f"{MARK}, {ANA}"}


def test_a_field_inside_one_that_is_personal_may_be_declared() -> None:
    fields = classified(ticket__author=PERSONAL)
    value: Plain = {"author": {"name": "Ana", "language": "en"}}
    shown = fields.shown(value, "ticket", holding(ticket=value), but={"ticket.author.language"})
    assert shown == {"author": {"name": MARK, "language": "en"}}


def test_a_field_inside_one_that_is_personal_may_be_public() -> None:
    fields = classified(ticket__author=PERSONAL, ticket__author__language=FieldClass.PUBLIC)
    shown = fields.shown({"author": {"name": "Ana", "language": "en"}}, "ticket", holding())
    assert shown == {"author": {"name": MARK, "language": "en"}}


# --- proposed -------------------------------------------------------------------------------------------------------


def test_a_proposal_that_would_hold_a_secret_parks_the_run() -> None:
    run = credit_run(brief={"data": {"classes": {"credit.reason": "secret"}}}).run
    assert run.state is RunState.PARKED
    assert "“credit” would keep a secret in its field reason" in run.reason
    assert run.gates == {}
