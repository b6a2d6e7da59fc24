"""A step's digest changes where its meaning does, and only there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.library.book import open_book
from bot.adapters.library.digest import digest_of_data, workflow_digest
from bot.adapters.library.source import Sources
from bot.domain.errors import Misdeclared
from tests.adapters.library.folder import BRIEF, STEPS, swapped, write_workflow

ALL = "ticket account topic kind spam label approved tagged".split()


def digests(folder: Path, steps: str = STEPS) -> dict[str, str]:
    return dict(open_book(write_workflow(folder, steps=steps), "somewhere").steps)


def changed(folder: Path, steps: str) -> list[str]:
    before, after = digests(folder), digests(folder, steps)
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    # never by the model\n", ""),
        ("    # never by the model\n", "    # another comment\n\n\n"),
        ('    """Built here."""\n', ""),
        (
            "return helpdesk.AddTag(ticket_id=ticket.id, tag=prefixed(topic.kind))",
            "return helpdesk.AddTag(\n        ticket_id = ticket.id,\n        tag = (prefixed(topic.kind)),\n    )",
        ),
        ("by=lambda it: it.kind", "by=lambda it: (it.kind)"),
        ('"""Tag a ticket.', '"""Label a ticket.'),
        ("from enum import StrEnum", "\n\n\nfrom enum import StrEnum"),
        ('PREFIX = "about-"', "PREFIX = 'about-'  # quotes"),
        ("class Topic(Fact):", "def unused() -> int:\n    return 1\n\n\nclass Topic(Fact):"),
    ],
)
def test_layout_comments_and_words_for_people_change_nothing(tmp_path: Path, old: str, new: str) -> None:
    assert changed(tmp_path, swapped(STEPS, old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "steps"),
    [
        ("tag=prefixed(topic.kind)", "tag=prefixed(topic.kind).upper()", ["label"]),
        ('return f"{PREFIX}{kind}"', 'return f"{PREFIX}-{kind}"', ["label"]),
        ('PREFIX = "about-"', 'PREFIX = "on-"', ["label"]),
        ("by=lambda it: it.kind", "by=lambda it: it.words and it.kind", ["kind"]),
        ('SPAM = "spam"', 'SPAM = "junk"', ["topic", "kind", "spam", "label"]),
        ("    words: str\n", "    words: str\n    sure: bool\n", ["topic", "kind", "label"]),
        ('stop("Spam."', 'stop("Rubbish."', ["spam"]),
        ("when=kind.is_(Kind.SPAM)", "when=kind.is_(Kind.BILLING)", ["spam"]),
        ("trigger(helpdesk.Ticket)", "trigger(helpdesk.Ticket, again=helpdesk.ticket_of)", ["ticket"]),
        ("about=(ticket, account)", "about=ticket", ["topic"]),
        ('by="support"', 'by="leads"', ["approved"]),
        ("return label.ticket_id == ticket.id", "return label.ticket_id is not None", ["tagged"]),
        ("    spam = stop", "    junk = stop", ["spam", "junk"]),
        ("topic.kind))", "topic.kind))\n\n\ndef new(label: helpdesk.AddTag) -> bool:\n    return True", ["tagged"]),
    ],
)
def test_a_change_of_meaning_shows_in_the_steps_it_touches(
    tmp_path: Path, old: str, new: str, steps: list[str]
) -> None:
    assert sorted(changed(tmp_path, swapped(STEPS, old, new))) == sorted(steps)


def test_a_new_intent_shows_wherever_it_is_decided_or_carried_out(tmp_path: Path) -> None:
    text = STEPS.replace("helpdesk.AddTag", "helpdesk.OpenTicket").replace(
        "ticket_id=ticket.id, tag=prefixed(topic.kind)", "customer_id=ticket.customer_id, subject=topic.words"
    )
    assert set(changed(tmp_path, text)) >= {"label", "approved", "tagged"}


def test_the_order_of_actions_shows(tmp_path: Path) -> None:
    closing = "def closing(ticket: helpdesk.Ticket) -> helpdesk.CloseTicket:\n"
    closing += "    return helpdesk.CloseTicket(ticket_id=ticket.id)"
    text = swapped(STEPS, "class TagTicket", f"{closing}\n\n\nclass TagTicket").replace(
        "    tagged = act(approved)\n", ""
    )
    text += '    close = propose(closing, ticket)\n    agreed = review(close, by="support")\n'
    one_way = text + "    tagged = act(approved)\n    closed = act(agreed)\n"
    other_way = text + "    closed = act(agreed)\n    tagged = act(approved)\n"
    before, after = digests(tmp_path, one_way), digests(tmp_path, other_way)
    assert {name for name in before if before[name] != after[name]} == {"tagged", "closed"}


def test_two_lambdas_on_one_line_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "two.py"
    file.write_text("first, second = (lambda x: x + 1), (lambda x: x + 2)\nthird = lambda: (0)\n")
    found: dict[str, Callable[..., int]] = {}
    exec(compile(file.read_text(), str(file), "exec"), {}, found)
    sources = Sources()
    texts = [sources.of(found[name]) for name in ("first", "second", "third")]
    assert texts == ["lambda x: x + 1", "lambda x: x + 2", "lambda: 0"]


def test_what_has_no_source_goes_by_its_name() -> None:
    assert Sources().of(len) == "builtins.len"
    made: dict[str, Callable[..., int]] = {}
    exec("def made_up(): return 1", {"__name__": "nowhere"}, made)
    assert Sources().of(made["made_up"]) == "nowhere.made_up"


def test_a_workflow_digest_is_that_of_its_steps_in_order() -> None:
    assert workflow_digest({"a": "1", "b": "2"}) != workflow_digest({"b": "2", "a": "1"})
    assert digest_of_data({"a": 1, "b": [2]}) == digest_of_data({"b": [2], "a": 1})


def test_every_step_has_a_digest_of_its_own(tmp_path: Path) -> None:
    found = digests(tmp_path)
    assert [*found] == ALL
    assert len(set(found.values())) == len(ALL)


def test_a_fact_that_no_schema_can_express_does_not_load(tmp_path: Path) -> None:
    steps = swapped(STEPS, "    words: str\n", "    words: 'Callable[[], int]'\n")
    steps = swapped(steps, "from enum import StrEnum", "from collections.abc import Callable\nfrom enum import StrEnum")
    with pytest.raises(Misdeclared, match="Topic has a field that no JSON Schema can express"):
        open_book(write_workflow(tmp_path, steps=steps, brief=BRIEF), "somewhere")
