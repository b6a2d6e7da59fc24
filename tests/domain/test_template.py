"""A workflow made from another: names where they are names, the brief with its own people, nobody's allowances."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.declared.toml import read_toml
from bot.domain.errors import Unfit
from bot.domain.template import (
    Answers,
    Crew,
    brief_from,
    class_of,
    colleagues_in,
    first_change,
    refuse_name,
    routes_from,
    steps_from,
)

ANSWERS = Answers("@nora", "@tom", "#ops", "assisted", 30, date(2027, 3, 31))
BRIEF = """\
# This file is Olga's.
# She wrote it.

process = "It."  # short
owner = "@olga"
maintainer = "@jonas"
pager = "@priya"
stage = "automatic"

[reviewers.support]
channel = "#support"
usergroup = "support"
evidence = ["ticket"]

[reviewers.leads] # who they are stands in house.toml
evidence = ["ticket"]

[metric]
name = "Minutes"
baseline_minutes = 95

[levels]
"helpdesk.SendReply" = "execute automatically"
"helpdesk.AddTag" = "draft"

[[overrides]]
intent = "helpdesk.SendReply"
author = "@olga"

[[overrides]]
intent = "helpdesk.CloseTicket"
author = "@olga"

[data]
subject = "ticket.email"
"""
ROUTES = """\
[[leads]]
rule = "Theirs" # @mia once wanted this
to = "owner"

[[leads]]
rule = "German"
to = "@mia"

[[leads]]
rule = "Rest"
to = ["@mia", "@leo"]
"""


def made(**changed: Any) -> dict[str, Any]:
    return dict(read_toml(brief_from(BRIEF, "mail_triage", replace(ANSWERS, **changed)), file="brief.toml").data)


def test_the_brief_says_who_its_people_are_and_starts_where_nothing_is_executed() -> None:
    data = made()
    assert (data["owner"], data["maintainer"], data["pager"]) == ("@nora", "@tom", "#ops")
    assert (data["stage"], data["review_date"]) == ("assisted", date(2027, 3, 31))
    assert data["metric"] == {"name": "Minutes", "baseline_minutes": 30}
    assert data["process"] == "It."


def test_what_somebody_allowed_the_template_is_not_allowed_to_the_new_one() -> None:
    data = made()
    assert "overrides" not in data
    assert data["levels"] == {"helpdesk.AddTag": "draft"}
    assert data["data"] == {"subject": "ticket.email"}, "and what comes after it stays"


def test_the_remark_of_the_former_owner_gives_way_and_the_others_stay() -> None:
    text = brief_from(BRIEF, "mail_triage", ANSWERS)
    assert text.startswith("# What the owner says about mail_triage.")
    assert "Olga's" not in text
    assert '"It."  # short' in text
    assert "[reviewers.leads] # who they are" in text


def test_groups_are_written_only_where_they_are_other_people() -> None:
    crews = {"support": Crew(("@nora",), channel="#care"), "leads": Crew(usergroup="heads", channel="#heads")}
    assert made(crews=crews)["reviewers"] == {
        "support": {"channel": "#care", "evidence": ["ticket"], "members": ["@nora"]},
        "leads": {"evidence": ["ticket"], "channel": "#heads", "usergroup": "heads"},
    }
    assert made()["reviewers"] == read_toml(BRIEF, file="b").data["reviewers"]


def test_names_change_where_they_are_names_and_nowhere_inside_of_texts() -> None:
    source = '''"""Support triage.

class SupportTriage is named in support_triage.
"""
from workflows.support_triage.words import GREETING  # SupportTriage

class SupportTriage(Workflow, version=1):
    again = each(found, "support_triage")
    said = stop("It is no support_triage.")
    other = each(found, 'support_triage', cap=5)
    SupportTriages = rf"support_triage"
'''
    changed = steps_from(source, {"support_triage": "mail_triage", "SupportTriage": "MailTriage"})
    assert changed.count("MailTriage") == 1
    assert "class MailTriage(Workflow, version=1):" in changed
    assert changed.count("mail_triage") == 3
    assert 'each(found, "mail_triage")' in changed
    assert "each(found, 'mail_triage', cap=5)" in changed
    assert "from workflows.mail_triage.words" in changed
    assert "  # SupportTriage" in changed


def test_routing_tables_give_to_the_new_people_what_they_gave_to_others() -> None:
    assert colleagues_in(ROUTES) == ("@mia", "@leo")
    changed = routes_from(ROUTES, ("@nora", "@tom", "@sam"))
    assert [line for line in changed.splitlines() if line.startswith("to ")] == [
        'to = "owner"',
        'to = "@nora"',
        'to = ["@nora", "@tom", "@sam"]',
    ]
    assert "# @mia once wanted this" in changed


@pytest.mark.parametrize("name", ["", "Mail", "1st", "mail-triage", "a" * 41, "class", "house", "../x", "mail triage"])
def test_a_name_that_is_no_module_or_means_something_else_is_refused(name: str) -> None:
    with pytest.raises(Unfit):
        refuse_name(name)


def test_a_name_and_its_class_go_together() -> None:
    refuse_name("mail_triage")
    assert [class_of(name) for name in ("mail_triage", "crm", "crm_2_mail")] == ["MailTriage", "Crm", "Crm2Mail"]


def test_the_change_log_begins_anew() -> None:
    assert (
        first_change("support_triage", date(2026, 3, 2)).splitlines()[-1]
        == "- First version, made from support_triage."
    )
