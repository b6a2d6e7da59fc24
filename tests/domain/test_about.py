"""What a workflow is about is told from its steps and its brief, so it cannot be out of date."""

from bot.domain.about import about
from bot.testing.play import MORNING
from tests.made import Three, onboarding, terms_of, triage


def test_what_the_bot_handles_what_people_handle_and_how_it_is_overseen_is_told() -> None:
    lines = [*about(triage(), MORNING, inside=True)]
    parts = [line for line in lines if line.endswith(":") and not line.startswith("- ")]
    assert parts == ["The bot:", "People:", "Oversight:", "The dial:", "Limits:"]
    for said in (
        "- reads helpdesk.account_of (account)",
        "- asks the model for triage, taken from 60 % confidence on",
        "- carries out what was approved (sent)",
        "- decide at “approved”: finance or support, by category",
        "- helpdesk.SendReply at “approved”: execute with approval – act with approval",
        "- at most 1 action a run, 300 a day",
        "- at most 3 actions a day on one record",
        "Owner: @olga. Maintainer: @jonas. Technical failures go to @priya.",
    ):
        assert said in lines
    assert lines[-2].startswith("Stopped by its owner or maintainer: /ops pause support_triage ")


def test_every_kind_of_step_that_does_something_is_told() -> None:
    lines = "\n".join(about(onboarding(), MORNING, inside=True))
    assert "- starts " in lines
    assert "- answer “" in lines
    plan = [*about(terms_of(Three), MORNING, inside=True)]
    assert [line for line in plan if line.startswith("- helpdesk.")] == [
        f"- {kind} at “approved”: execute with approval – act with approval"
        for kind in ("helpdesk.OpenTicket", "helpdesk.AddTag", "helpdesk.NotifyPartner")
    ]


def test_thresholds_and_budgets_are_told_with_their_amounts() -> None:
    threshold = {
        "intent": "helpdesk.GrantCredit",
        "field": "cents",
        "above": "40 EUR",
        "reviewers": "finance",
        "needed": 2,
    }
    limits = {"cost_per_run": "0.50 EUR", "cost_per_day": "20 EUR"}
    lines = [*about(terms_of(thresholds=[threshold], limits=limits), MORNING, inside=True)]
    assert "- helpdesk.GrantCredit with a cents above 40.00 EUR: finance decides, 2 of them" in lines
    assert "- the model costs at most 0.50 EUR a run" in lines
    assert "- the model costs at most 20.00 EUR a day" in lines
    outside = [*about(terms_of(thresholds=[threshold], limits=limits), MORNING, inside=False)]
    assert "- helpdesk.GrantCredit by its cents: finance may decide" in outside
    assert not [line for line in outside if "40.00" in line]


def test_how_sure_the_model_has_to_be_is_told_inside_alone() -> None:
    assert "- asks the model for triage" in [*about(triage(), MORNING, inside=False)]


def test_when_the_clock_starts_it_is_told_in_words() -> None:
    triggers = {
        "who": ["staff"],
        "doors": ["schedule"],
        "schedule": "0 9 * * mon-fri",
        "time_zone": "Europe/Berlin",
    }
    lines = [*about(terms_of(triggers=triggers), MORNING, inside=False)]
    assert "Started by staff, through schedule." in lines
    assert "Started by the clock every weekday at 09:00, Europe/Berlin; next at 2026-03-03 09:00." in lines
    assert "by the clock" not in "".join(about(triage(), MORNING, inside=False))
