"""The files of the sales workflows: whom they name, what they promise, what they start from."""

from datetime import date

import pytest

from bot.adapters.directory.listed import Listed
from bot.domain.brief.rule import doubts
from bot.domain.intent import AVOID_EARLY
from bot.domain.run import Stage
from bot.domain.workflow import Trigger
from bot.settings import read_settings
from tests.workflows.shipped import FOLDER, connected, terms_of

SALES = ("lead_intake", "follow_up", "stalled_deals", "quiet_deal", "call_notes", "stage_sync")


def test_everybody_the_briefs_name_is_in_the_sample_company() -> None:
    shelf = connected(people=Listed(read_settings({}, account="x").people()))
    assert not {*SALES} & shelf.problems.keys()
    assert [str(finding) for name in SALES for finding in shelf.findings(name)] == []


@pytest.mark.parametrize("name", SALES)
def test_a_brief_raises_no_doubts(name: str) -> None:
    assert [*doubts(terms_of(name).brief, date(2026, 12, 1))] == []


@pytest.mark.parametrize("name", SALES)
def test_each_starts_where_people_approve_and_nothing_goes_to_a_customer_by_itself(name: str) -> None:
    terms = terms_of(name)
    assert terms.brief.stage is Stage.APPROVED
    assert terms.brief.overrides == ()
    early = {kind for kind, intent in terms.intents.items() if intent.risk in AVOID_EARLY}
    assert not early & terms.brief.levels.keys()


@pytest.mark.parametrize("name", SALES)
def test_each_sample_is_what_the_workflow_starts_from(name: str) -> None:
    node = terms_of(name).definition.trigger.node
    assert isinstance(node, Trigger)
    samples = [node.fact.model_validate_json(file.read_bytes()) for file in (FOLDER / name).glob("samples/*.json")]
    assert 2 <= len(samples) <= 7
    assert len({sample.model_dump_json() for sample in samples}) == len(samples)


@pytest.mark.parametrize("name", SALES)
def test_the_changelog_says_why(name: str) -> None:
    text = (FOLDER / name / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.startswith("# Why the instructions changed\n\n## 20")


def test_everybody_in_sales_can_be_asked() -> None:
    for name in SALES:
        group = terms_of(name).brief.reviewers["sales"]
        assert (group.channel, group.escalate_to) == ("#sales", "leads"), name
        assert len(group.members) >= 2
