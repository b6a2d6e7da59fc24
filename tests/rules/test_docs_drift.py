"""What the documents say in tables and lists is what the code has: a change of one without the other fails here."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, TypeVar, cast

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from bot import settings
from bot.adapters.library.prompt import Front
from bot.domain import brief as parts
from bot.domain import errors
from bot.domain.audit.entry import NOTE_NAMES, EntryKind
from bot.domain.brief import Brief, Level
from bot.domain.brief import done_when as of_proofs
from bot.domain.brief import hook as of_hooks
from bot.domain.brief import outsider as of_outsiders
from bot.domain.drawing import svg
from bot.domain.errors import BotError, Refused
from bot.domain.event import Verdict
from bot.domain.gate import Power, Reason, may, may_decide
from bot.domain.person import Door, Person, PersonId, TeamId
from bot.domain.policy import TABLE
from bot.domain.run import Gate, GateStatus, Mode, Origin, Pins, Run, RunId, Stage
from bot.domain.workflow import Verb
from bot.settings import events as of_events
from bot.settings import model as of_model
from bot.settings import slack as of_slack
from bot.settings import systems as of_systems
from bot.settings import variable
from bot.settings import web as of_web
from bot.settings.secret import PREFIX
from tests.rules.command_page import MARK, listing
from tests.rules.grid import docs, grid, marked, names, page, sections
from tests.rules.page import Block, blocks
from tests.rules.source import ROOT, name, python_files, tree
from tests.shelves import shelf_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEAM = TeamId("acme")
E = TypeVar("E", bound=BotError)


# --- places ---------------------------------------------------------------------------------------------------

PATH = re.compile(r"`((?:bot|tests|workflows|docs|benchmarks)/[^`\s]*)`")

INVENTED = re.compile(r"[<>*…]|NAME|/close_thanks|/late_order")
"""What stands for any name, or is made by whoever follows the page."""


@pytest.mark.parametrize("file", [pytest.param(file, id=name(file)) for file in [ROOT / "README.md", *docs()]])
def test_every_file_that_a_page_names_is_there(file: Path) -> None:
    named = {path for path in PATH.findall(file.read_text("utf-8")) if not INVENTED.search(path)}
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_page_is_in_the_index() -> None:
    index = page("README.md")
    listed = {(ROOT / "docs" / target).resolve() for target in re.findall(r"\]\(([^)#]+\.md)\)", index)}
    listed |= {*(ROOT / "docs" / "workflows").glob("*.md")}  # have an index of their own, compared where they are drawn
    assert {name(file) for file in {*docs()} - listed} == {"docs/README.md"}
    assert "(workflows/README.md)" in index


# --- support triage --------------------------------------------------------------------------------------------


def test_the_workflow_of_the_readme_is_the_one_that_runs() -> None:
    shown = next(python((ROOT / "README.md").read_text("utf-8"), fragment=True)).code
    source = (ROOT / "workflows" / "support_triage" / "__init__.py").read_text("utf-8")
    pieces = [ast.get_source_segment(shown, node) or "" for node in ast.parse(shown).body]
    assert [piece for piece in pieces if piece not in source] == []
    left_out = [node for node in ast.parse(source).body if (ast.get_source_segment(source, node) or "") not in shown]
    assert {type(node) for node in left_out} <= {ast.Expr, ast.Import, ast.ImportFrom, ast.FunctionDef}
    assert [node.name for node in left_out if isinstance(node, ast.FunctionDef)] == CHECKS_OF_SUPPORT_TRIAGE


CHECKS_OF_SUPPORT_TRIAGE = ["goes_to_its_ticket", "has_no_placeholder"]


def test_the_picture_is_what_is_drawn_now() -> None:
    terms = shelf_of(ROOT / "workflows", model="rehearsal/1").current("support_triage")
    drawn = svg(terms.definition, terms.brief)
    assert (ROOT / "docs" / "images" / "support_triage.svg").read_text("utf-8") == drawn


# --- words ----------------------------------------------------------------------------------------------------

AUTHORING = tree(ROOT / "bot" / "authoring.py")
JOINS = ("either", "id_of", "choose")


def _functions(module: ast.Module) -> dict[str, tuple[str, str]]:
    """What each word takes and gives; of an overloaded word the one that runs."""
    found = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"]
    return {node.name: (ast.unparse(node.args), ast.unparse(node.returns or ast.Constant(None))) for node in found}


def python(text: str, *, fragment: bool) -> Iterator[Block]:
    return (block for block in blocks(text) if block.language == "python" and block.fragment is fragment)


def test_each_word_of_a_workflow_file_stands_with_its_signature() -> None:
    fragments = [block.code.strip() for block in python(page("reference/authoring.md"), fragment=True)]
    assert _functions(ast.parse("\n".join(f"{code}: ..." for code in fragments))) == _functions(AUTHORING)


def test_each_word_of_a_workflow_file_has_an_example() -> None:
    below = dict(sections(page("reference/authoring.md")))
    assert [title for title in below if title in [*Verb]] == [verb.value for verb in Verb if verb in below]
    assert {*Verb} <= {*below}
    for verb in Verb:
        assert any(f"{verb}(" in block.code for block in python(below[verb], fragment=False)), verb
    joined = "".join(block.code for block in python(page("reference/authoring.md"), fragment=False))
    assert [join for join in JOINS if f"{join}(" not in joined] == []


# --- fields ---------------------------------------------------------------------------------------------------

BRIEF: Mapping[str, type[BaseModel]] = {
    "At the top": parts.Brief,
    "[triggers]": parts.Triggers,
    "[triggers.hooks.NAME]": of_hooks.Hook,
    "[done_when]": of_proofs.ReadAgain,
    "[done_when] with found": of_proofs.FoundAgain,
    "[reviewers.NAME]": parts.Reviewers,
    "[failure.when_wrong] and [failure.when_unavailable]": parts.Recovery,
    "[outsiders.NAME]": of_outsiders.Outsiders,
    "[metric]": parts.Metric,
    "[[invariants]]": parts.Invariant,
    "[[thresholds]]": parts.Threshold,
    "[[overrides]]": parts.Override,
    "[limits]": parts.Limits,
    "[[scope]]": parts.Scope,
    "[cadence]": parts.Cadence,
    "[data]": parts.Data,
    "[map]": parts.Map,
}
SETTINGS: Mapping[str, type[BaseModel]] = {
    "At the top": settings.File,
    "[people.KEY]": settings.Listed,
    "[model]": of_model.ModelUse,
    "[model.endpoints.NAME]": of_model.EndpointUse,
    '[model.parameters."NAME/MODEL"]': of_model.ParametersUse,
    '[model.prices."NAME/MODEL"]': of_model.PriceUse,
    "[systems.NAME]": of_systems.SandboxUse,
    '[systems.NAME] with use = "rest"': of_systems.RestUse,
    '[systems.NAME] with use = "smtp"': of_systems.SmtpUse,
    '[systems.NAME] with use = "mcp"': of_systems.McpUse,
    "[systems.NAME.tools.INTENT]": of_systems.ToolUse,
    '[systems.NAME] with use = "slack"': of_systems.SlackUse,
    "[slack]": of_slack.SlackUse,
    "[web]": of_web.WebUse,
    "[events.NAME]": of_events.EventsUse,
    "[audit]": settings.Audit,
    "[secrets]": settings.Secrets,
}
PROMPT: Mapping[str, type[BaseModel]] = {"The front matter of a prompt": Front}
PAGES = {"reference/brief.md": BRIEF, "reference/settings.md": SETTINGS, "reference/authoring.md": PROMPT}
SECTIONS = [(file, title) for file, models in PAGES.items() for title in models]


@pytest.mark.parametrize(("file", "title"), SECTIONS)
def test_the_fields_of_a_section_are_those_that_are_read(file: str, title: str) -> None:
    text = page(file)
    rows = grid(dict(sections(text))[title])
    fields = {field.alias or key: field for key, field in PAGES[file][title].model_fields.items()}
    elsewhere = {word for head, _ in sections(text) for word in re.findall(r"\[+([a-z_]+)", head)}
    missing = fields.keys() - {*names(rows)}
    assert missing <= (elsewhere if title == "At the top" else set())
    for key, example, left_out, _ in rows[1:]:
        form = cast("type[object]", Annotated[fields[key].annotation, *(fields[key].metadata or [key])])
        kept = TypeAdapter(form)
        kept.validate_python(_toml(example))
        assert left_out == _left_out(fields[key], kept), key


def _toml(cell: str) -> object:
    return tomllib.loads(f"value = {cell}")["value"]


def _left_out(field: FieldInfo, kept: TypeAdapter[object]) -> str:
    if field.is_required():
        return "required"
    default: object = kept.dump_python(field.get_default(call_default_factory=True), mode="json", by_alias=True)
    match default:
        case None | "" | [] | {}:
            return "–"
        case bool():
            return str(default).lower()
        case str():
            return f'"{default}"'
        case list():
            return json.dumps(default)
        case _:
            return f"{default}"


def test_every_part_of_a_brief_has_a_section() -> None:
    titles = " ".join(title for title, _ in sections(page("reference/brief.md")))
    whole = {*Brief.model_fields} - {*names(grid(page("reference/brief.md")))}
    assert {key for key in whole if f"[{key}" not in titles} == set()


@cache
def attributes() -> frozenset[str]:
    """Every name that is read of a value, wherever something goes by a brief: the local workspace knows of none."""
    files = [path for path in python_files("bot") if not name(path).startswith(("bot/domain/brief/", "bot/workspace/"))]
    nodes = (node for path in files for node in ast.walk(tree(path)))
    return frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute))


SECTION = {"cadence"}
"""A whole section, whose fields are listed one by one."""

FOR_PEOPLE = frozenset(
    "inputs output metric target baseline_minutes then evidence undo on map "
    "current_owner decision_points tools quality_checks cost_of_a_mistake review_date".split()
)
"""Read by people alone, or by `check` field by field."""


def test_what_a_page_calls_without_effect_is_all_that_has_none() -> None:
    said = {key.rpartition(".")[2] for key in names(marked(page("reference/brief.md"), "without effect"))}
    fields = {key for model in BRIEF.values() for key in model.model_fields} - SECTION
    assert said == fields - attributes() - FOR_PEOPLE


def test_the_variables_of_the_environment_are_those_that_are_read() -> None:
    said = names(marked(page("reference/settings.md"), "settings.VARIABLES"))
    assert said == [PREFIX + name for name in variable.VARIABLES]


# --- commands -------------------------------------------------------------------------------------------------


def test_the_list_of_commands_is_what_the_parsers_have() -> None:
    said = page("reference/commands.md").partition(MARK)[2]
    assert said.strip() == listing().strip(), "Run: python -m tests.rules.command_page"


# --- the record -----------------------------------------------------------------------------------------------


def test_every_kind_of_entry_is_explained() -> None:
    text = page("reference/entries.md")
    kinds = [kind for _, below in sections(text) for kind in names(marked(below, "kinds"))]
    assert kinds == [*EntryKind]


def test_every_note_is_explained() -> None:
    assert {*names(marked(page("reference/entries.md"), "notes"))} == NOTE_NAMES


READS_ENTRIES = ("bot/domain/audit/entry.py", "bot/commands/", "bot/application/story.py")


def test_the_kinds_that_nothing_writes_are_named() -> None:
    said = names(marked(page("reference/entries.md"), "never written"))
    files = [path for path in python_files("bot") if not name(path).startswith(READS_ENTRIES)]
    used = {node.attr for path in files for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert said == [kind.value for kind in EntryKind if kind.name not in used]


# --- what a parked run says --------------------------------------------------------------------------------------


def test_what_a_parked_run_says_is_said_somewhere() -> None:
    said = {line for _, below in sections(page("how-to/when-a-run-is-parked.md")) for line in names(grid(below))}
    assert len(said) > 15
    assert {line for line in said if not all(is_said(part.strip()) for part in line.split("…"))} == set()


def is_said(part: str) -> bool:
    return len(part) < 3 or any(part in text for text in _sentences())


@cache
def _sentences() -> tuple[str, ...]:
    nodes = (node for path in python_files("bot/domain", "bot/application") for node in ast.walk(tree(path)))
    return tuple({node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)})


# --- errors ---------------------------------------------------------------------------------------------------


def test_the_tree_of_errors_is_the_one_in_the_code() -> None:
    shown = next(block.code for block in blocks(page("reference/errors.md")) if block.language == "text")
    assert errors.__doc__ is not None
    assert shown.strip() == errors.__doc__.partition("\n\n")[2].strip()
    drawn = set(re.findall(r"^[│├└─ ]*([A-Z]\w+)", shown, re.MULTILINE))
    assert drawn == {"BotError", *(one.__name__ for one in _below(BotError) if one.__module__ == errors.__name__)}


def _below(kind: type[E]) -> Iterator[type[E]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_every_reason_of_a_refusal_is_explained() -> None:
    below: list[type[Refused]] = [Refused, *_below(Refused)]
    refusals = {one.reason for one in below}
    assert {*names(marked(page("reference/errors.md"), "reasons"))} == refusals | {*Reason} - {Reason.ALLOWED}


# --- stages and levels ----------------------------------------------------------------------------------------


def test_the_table_of_stages_and_levels_is_the_one_that_rules() -> None:
    shown = {
        (stage, level): (answerer, mode)
        for stage, levels, answerer, mode in marked(page("explanation/stages-and-levels.md"), "policy.TABLE")[1:]
        for level in ([*Level] if levels == "every level" else levels.split(", "))
    }
    assert shown == {(stage, level): TABLE[stage][level] for stage in Stage for level in Level}


# --- who may do what ------------------------------------------------------------------------------------------


def person(name: str, *groups: str) -> Person:
    return Person(PersonId(f"{TEAM}/{name}"), name.title(), f"@{name}", frozenset(groups))


@cache
def brief() -> Brief:
    return Brief.model_validate(tomllib.loads(SMALL))


SMALL = """
process = "x"
owner = "@owner"
maintainer = "@maintainer"
pager = "@pager"
inputs = "x"
output = "x"
compliance = "none"
stage = "approved"
reads = {}
changes = {}
invariants = []
triggers.who = ["staff"]
done_when = { read = "a.b", of = "ticket", field = "x", is = "y" }
failure = { when_wrong.do = "park", when_unavailable.do = "park" }
metric = { name = "x", target = "x", baseline_minutes = 1 }

[reviewers.support]
channel = "#x"
members = ["@reviewer", "@editor"]
evidence = ["ticket"]
escalate_to = "finance"

[reviewers.finance]
channel = "#x"
members = ["@other"]
evidence = ["ticket"]
"""


def gate(*, editors: tuple[str, ...] = (), invited: tuple[str, ...] = ()) -> Gate:
    ids = [tuple(person(name).id for name in names) for names in (editors, invited)]
    opened = Gate("g", "approved", 1, GateStatus.OPEN, Mode.EXECUTE, (), "d", "support", 1, 1, NOON, "")
    return replace(opened, editors=ids[0], invited=ids[1])


def run(*, requester: str) -> Run:
    origin = Origin(Door.TERMINAL, "k", person(requester).id)
    pins, owner = Pins("w"), person("owner").id
    return Run(RunId("r"), TEAM, "w", pins, origin, Stage.APPROVED, owner, NOON, gates={"approved": gate()})


AT_THE_GATE: Mapping[str, tuple[Person, Gate, Run]] = {
    "reviewer": (person("reviewer"), gate(), run(requester="asker")),
    "reviewer who requested it": (person("reviewer"), gate(), run(requester="reviewer")),
    "editor": (person("editor"), gate(editors=("editor",)), run(requester="asker")),
    "invited": (person("other"), gate(invited=("other",)), run(requester="asker")),
    "other reviewer": (person("other"), gate(), run(requester="asker")),
    "owner": (person("owner"), gate(), run(requester="asker")),
    "owner, invited": (person("owner"), gate(invited=("owner",)), run(requester="asker")),
    "colleague": (person("colleague", "staff"), gate(), run(requester="asker")),
}
AT_A_GATE = [*(set(Verdict) - {Verdict.ANSWER, Verdict.OBSERVE})]
"""The others answer a question, or say what somebody did themselves."""


def test_the_verdicts_a_page_allows_are_those_the_gate_allows() -> None:
    head, *rows = marked(page("explanation/who-may-do-what.md"), "gate.may_decide")
    assert [*head[1:]] == [*AT_THE_GATE]
    said = {(row[0], who): answer for row in rows for who, answer in zip(head[1:], row[1:], strict=True)}
    assert said == {
        (verdict, who): yes_or_no(may_decide(somebody, verdict, opened, moved, brief()).allowed)
        for verdict in AT_A_GATE
        for who, (somebody, opened, moved) in AT_THE_GATE.items()
    }


ANYWHERE: Mapping[str, Person] = {
    "requester": person("asker", "staff"),
    "reviewer of this run": person("reviewer", "staff"),
    "owner": person("owner", "staff"),
    "maintainer": person("maintainer", "staff"),
    "pager": person("pager", "staff"),
    "auditor": person("auditor", "staff", "auditors"),
    "colleague": person("colleague", "staff"),
}
WORDS: Mapping[Power, str] = {
    Power.START: "start",
    Power.CANCEL: "cancel a run",
    Power.PAUSE: "pause a run",
    Power.RESUME: "resume a run",
    Power.UNDO: "undo a run",
    Power.RECONCILE: "say what became of an action in doubt",
    Power.LOOK: "have the system of an action in doubt asked",
    Power.CHANGE: "change the brief",
    Power.ACCEPT: "accept what a system changed",
    Power.EXPORT: "export the record",
    Power.ERASE: "erase content",
    Power.ROTATE: "rotate the audit key",
    Power.FINDING: "add a finding",
    Power.INCIDENT: "declare an incident",
}


def test_the_powers_a_page_gives_are_those_the_gate_gives() -> None:
    head, *rows = marked(page("explanation/who-may-do-what.md"), "gate.may")
    assert [*head[1:]] == [*ANYWHERE]
    said = {(row[0], who): answer for row in rows for who, answer in zip(head[1:], row[1:], strict=True)}
    assert said == {
        (WORDS[power], who): yes_or_no(may(somebody, power, brief(), run(requester="asker")).allowed)
        for power in Power
        for who, somebody in ANYWHERE.items()
    }


def yes_or_no(allowed: bool) -> str:
    return "yes" if allowed else "no"
