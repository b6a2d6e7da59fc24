"""What the settings declare against what a server says: only what both allow is called."""

from datetime import timedelta

import pytest

from bot.adapters.systems.mcp import Declared, bind, bindings
from bot.adapters.systems.mcp.declaration import Changed, Offered, data_of, fact_of, misfit, receipt_of
from bot.domain.binding import Retry
from bot.domain.errors import Misdeclared
from bot.domain.intent import Intent, Receipt
from bot.intents.mail import SendMail
from bot.intents.tasks import CloseIssue, Issue
from tests.adapters.systems.mcp.conftest import DECLARED

CLOSE = CloseIssue(issue_id="I-7")
MAIL = SendMail(to="ada@example.org", subject="Hello", body="Hello")
ONCE = Declared(tool="t", key="once", remembers=timedelta(hours=1))
PLAIN = Declared(tool="t")
STRING = {"type": "string"}


def offered(**hints: bool) -> Offered:
    return Offered(properties={"issue_id": STRING, "once": STRING}, required=frozenset({"issue_id"}), **hints)


# --- hints ------------------------------------------------------------------------------------------------------------

HINTS: list[tuple[Declared, Intent | None, Offered | None, str]] = [
    (PLAIN, CLOSE, offered(), ""),
    (PLAIN, CLOSE, offered(idempotent=True, destroys=False), ""),
    (PLAIN, CLOSE, None, "It offers no tool t any more."),
    (
        PLAIN,
        CLOSE,
        offered(reads_only=True),
        "It says that t changes nothing, so it cannot carry out",
    ),
    (PLAIN, None, offered(reads_only=True), ""),
    (PLAIN, None, offered(), "It does not say that t only reads"),
    (PLAIN, None, offered(idempotent=True, destroys=False), "It does not say that t only reads"),
    (ONCE, CLOSE, offered(), "It does not say that t may be called twice."),
    (ONCE, CLOSE, offered(idempotent=True), ""),
    (ONCE, MAIL, offered(idempotent=True), "It says that t destroys something, which nobody can undo."),
    (ONCE, MAIL, offered(idempotent=True, destroys=False), ""),
]


@pytest.mark.parametrize(("tool", "intent", "says", "against"), HINTS)
def test_a_hint_can_only_forbid_what_the_settings_allow(
    tool: Declared, intent: Intent | None, says: Offered | None, against: str
) -> None:
    found = misfit(tool, says, {"issue_id": "I-7"}, intent=intent)
    assert found.startswith(against)
    assert bool(found) is bool(against)


def test_no_hint_makes_a_tool_more_than_the_settings_say() -> None:
    """How an intent is bound does not depend on the server at all."""
    bound = bindings(bind("tasks", DECLARED), {"OpenIssue": 5})
    once, plain = bound["tasks.OpenIssue"], bound["tasks.CloseIssue"]
    assert (once.retry, once.remembers, once.per_day) == (Retry.IDEMPOTENT, timedelta(hours=24), 5)
    assert not once.supervised
    assert (plain.retry, plain.remembers, plain.per_day) == (Retry.BLIND, None, None)
    assert plain.supervised


# --- the form of a call -----------------------------------------------------------------------------------------------

SCHEMAS: list[tuple[dict[str, object], frozenset[str], str]] = [
    ({"issue_id": STRING}, frozenset(), ""),
    ({"issue_id": True}, frozenset(), ""),
    ({"issue_id": {}}, frozenset({"issue_id"}), ""),
    ({"issue_id": {"type": ["string", "null"]}}, frozenset(), ""),
    ({"issue_id": {"enum": ["I-7", "I-8"]}}, frozenset(), ""),
    ({"id": STRING}, frozenset(), "t takes no “issue_id” any more."),
    ({"issue_id": STRING, "why": STRING}, frozenset({"why"}), "t now needs “why” as well."),
    ({"issue_id": {"type": "integer"}}, frozenset(), "t takes something else as “issue_id” now."),
    ({"issue_id": {"enum": ["open"]}}, frozenset(), "t takes something else as “issue_id” now."),
    ({"issue_id": False}, frozenset(), "t takes something else as “issue_id” now."),
]


@pytest.mark.parametrize(("properties", "required", "against"), SCHEMAS)
def test_a_tool_that_changed_its_form_is_not_called(
    properties: dict[str, object], required: frozenset[str], against: str
) -> None:
    says = Offered(properties=properties, required=required)
    assert misfit(PLAIN, says, {"issue_id": "I-7"}, intent=CLOSE) == against


@pytest.mark.parametrize(
    ("value", "type"),
    [(True, "boolean"), (3, "integer"), (3, "number"), (1.5, "number"), ([], "array"), ({}, "object"), ("", "string")],
)
def test_each_kind_of_value_has_its_type(value: object, type: str) -> None:
    takes = Offered(properties={"a": {"type": type}}, required=frozenset())
    other = Offered(properties={"a": {"type": "null"}}, required=frozenset())
    assert not misfit(PLAIN, takes, {"a": value}, intent=CLOSE)
    assert misfit(PLAIN, other, {"a": value}, intent=CLOSE)


def test_nothing_is_sent_but_what_is_declared() -> None:
    values = {"to": "ada@example.org", "subject": "Hello", "thread_id": None}
    assert PLAIN.sent(values) == {"to": "ada@example.org", "subject": "Hello"}
    assert Declared(tool="t", arguments={"head": "subject"}).sent(values, "k") == {"head": "Hello"}
    assert Declared(tool="t", arguments={"head": "subject"}, key="once").sent(values, "k") == {
        "head": "Hello",
        "once": "k",
    }


# --- what comes back --------------------------------------------------------------------------------------------------


def test_a_receipt_is_taken_from_where_the_settings_say() -> None:
    tool = Declared(tool="t", id="issue.number", link="issue.url", undo={"v": "issue.version"})
    data = {"issue": {"number": 7, "url": "https://x.example/7", "version": "3"}}
    assert receipt_of(tool, data, "k") == Receipt(id="7", link="https://x.example/7", undo={"v": "3"})
    assert receipt_of(Declared(tool="t", id=""), None, "k") == Receipt(id="k")


@pytest.mark.parametrize("data", [None, {}, [], "I-7", {"id": ""}, {"id": None}, {"id": True}, {"id": {"x": 1}}])
def test_an_answer_without_an_id_is_no_receipt(data: object) -> None:
    with pytest.raises(Changed, match="has no “id”"):
        receipt_of(PLAIN, data, "k")


FOUND = {"issue_id": "I-7", "project": "desk", "title": "Late", "body": "", "status": "open"}


def test_a_fact_takes_its_own_fields_and_leaves_the_rest() -> None:
    issue = fact_of(PLAIN, Issue, {**FOUND, "more": "of no concern"})
    assert isinstance(issue, Issue)
    assert (issue.issue_id, issue.comments) == ("I-7", ())
    nested = fact_of(Declared(tool="t", fields={"title": "head.line"}), Issue, {**FOUND, "head": {"line": "L"}})
    assert isinstance(nested, Issue)
    assert nested.title == "L"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "no “issue_id”"),
        ([FOUND], "no “issue_id”"),
        ({**FOUND, "status": "archived"}, "does not fit any more"),
        ({**FOUND, "title": 7}, "does not fit any more"),
        ({name: value for name, value in FOUND.items() if name != "project"}, "no “project”"),
    ],
)
def test_an_answer_in_another_form_is_no_fact(data: object, said: str) -> None:
    with pytest.raises(Changed, match=said) as changed:
        fact_of(PLAIN, Issue, data)
    assert "archived" not in str(changed.value)


def test_older_servers_write_their_answer_as_the_only_text() -> None:
    assert data_of({"a": 1}, ["no JSON"]) == {"a": 1}
    assert data_of(None, ['{"a": 1}']) == {"a": 1}
    assert data_of(None, ["Done.", "{}"]) is None
    assert data_of(None, ["Done."]) is None
    assert data_of(None, ["[" * 100_000]) is None
    assert data_of(None, []) is None


# --- what does not fit is told at the start ---------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Declared], str]] = [
    ({"OpenIsue": PLAIN}, "`systems.tasks.tools.OpenIsue` is neither an intent nor a look-up of tasks. Did you mean"),
    ({"OpenIssue": Declared(tool="t", arguments={"a": "titel"})}, "takes titel, which is no field. Did you mean"),
    ({"OpenIssue": Declared(tool="t", key="k")}, "names a key alone. Write both"),
    ({"OpenIssue": Declared(tool="t", remembers=timedelta(1))}, "names how long a key is remembered alone."),
    ({"issue_of": Declared(tool="t", fields={"titel": "t"})}, "Issue has no such field. Did you mean"),
    ({"issue_of": Declared(tool="t", key="k", remembers=timedelta(1))}, "a look-up changes nothing"),
]


@pytest.mark.parametrize(("tools", "said"), WRONG)
def test_a_declaration_that_fits_nothing_is_refused_with_the_mend(tools: dict[str, Declared], said: str) -> None:
    with pytest.raises(Misdeclared) as refused:
        bind("tasks", tools)
    assert said in refused.value.message


def test_what_nobody_declared_does_not_exist() -> None:
    tools = bind("tasks", {})
    assert not tools.changes
    assert not tools.reads
    assert bindings(tools) == {}
