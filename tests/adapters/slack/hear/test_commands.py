"""`/ops` and what comes after it: what fits, what is missing, what is misspelled, and who may not."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.adapters.slack.hear.typed import fields_in
from bot.domain.errors import Unfit
from bot.domain.run import RunState
from tests.adapters.slack.hear.house import TICKET, House, opened

QUICK = " ".join(f'{name}="{value}"' for name, value in TICKET.items())


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house
    house.verify()


async def ops(house: House, text: str, *, by: str = "sam", channel: str = "#support") -> str:
    """Type a command; what comes back to whoever typed it."""
    before = len(await house.driver.log("chat.post*", way="call"))
    await house.as_(by).command(channel, f"/ops {text}".rstrip())
    await house.settle()
    lines = (await house.driver.log("chat.post*", way="call"))[before:]
    said = [line["request"]["text"] for line in lines if "metadata" not in line["request"]]
    return str(said[-1]) if said else ""


# --- starting --------------------------------------------------------------------------------------------------------


async def test_a_run_is_started_with_what_is_typed(house: House) -> None:
    said = await ops(house, f"start tag_ticket {QUICK} language=billing")
    run = await house.newest()
    assert said.startswith(f"Started tag_ticket, run {run.id[-7:]}.")
    assert run.steps["ticket"].value == {**TICKET, "language": "billing"}
    again = await ops(house, f"start tag_ticket {QUICK} language=billing")
    assert again.startswith(f"The same was asked for before, and stands as run {run.id[-7:]}")


async def test_what_is_missing_is_asked_for_in_a_form_with_what_was_typed(house: House) -> None:
    said = await ops(house, 'start tag_ticket id=T-1001 subject="Charged twice"')
    assert "customer_id: This is missing" in said
    assert "What you typed stands in the form" in said
    form = await house.as_("sam").until_form(where=lambda seen: "Charged twice" in str(seen.raw))
    await house.submit("sam", form, **{name: TICKET[name] for name in ("customer_id", "email", "body")})
    value = (await house.newest()).steps["ticket"].value
    assert value == {**TICKET, "subject": "Charged twice", "language": "en"}


SAID = (
    ("start tag_tickt", "Did you mean tag_ticket?"),
    ("start nonsense", "“nonsense” is nothing that you may start. Type /ops to see what you may start."),
    ("start tag_ticket whatever", "“whatever” is no field. Write field=value"),
    ("strat", "/ops strat is nothing I know. Did you mean start?"),
    ("xyzzy", "/ops xyzzy is nothing I know. Type /ops help for everything there is."),
    ("help", "/ops start NAME field=value"),
    ("HELP", "/ops start NAME field=value"),
    ("mine", "Nothing waits for you.\n\nYou have nothing running."),
    ("runs", "Nothing is under way."),
    ("status", "Under way: 0 running, 0 waiting, 0 parked."),
    ("status", "Nothing is held."),
    ("runs tag_ticket", "Nothing is under way."),
    ("runs tag_tiket", "There is no workflow “tag_tiket”. Did you mean tag_ticket?"),
    ("show", "Say which: a run. For example: /ops show 8FK2Q7M\n/ops runs lists what is under way."),
    ("why", "Say which: a run. For example: /ops why 8FK2Q7M"),
    ("show zzzzzzz", "No run begins or ends with “zzzzzzz”. /ops runs lists what is under way."),
    ("cancel", "Say which: a run."),
    ("cancel zzzzzzz", "No run begins or ends with “zzzzzzz”."),
    ("undo", "Say which: a run."),
    ("undo zzzzzzz", "No run begins or ends with “zzzzzzz”."),
    ("pause", "Say which: all, a workflow or a run."),
    ("pause zzzzzzz", "No run begins or ends with “zzzzzzz”."),
    ("resume", "Say which: all, a workflow or a run."),
    ("resume zzzzzzz", "No run begins or ends with “zzzzzzz”."),
    ("pause tag_ticket it is late", "You may not pause here. Ask the owner @olga."),
    ("pause all", "You may not pause here. Ask the owner @olga."),
    ("resume all", "You may not resume here. Ask the owner @olga."),
    ("comment", "Say which: a run."),
    ("comment zzzzzzz hello", "No run begins or ends with “zzzzzzz”."),
    ("about", "Say which: a workflow. For example: /ops about support_triage\nThere is: plan_visit,"),
    ("about tag_tiket", "Did you mean tag_ticket?"),
    ("about tag_ticket", "tag_ticket: Put a tag on a ticket.\nFrom: "),
    ("about tag_ticket", "•  decide at “approved”: support"),
    ("about tag_ticket", "support in #support"),
    ("about tag_ticket", "helpdesk.AddTag at “approved”: execute with approval – act with approval"),
    ("about tag_ticket", "Owner: @olga."),
    ("about tag_ticket", "/ops pause tag_ticket holds all of it"),
    ("incident", "Say which: a run. For example: /ops incident 8FK2Q7M sent to somebody else"),
    ("incident zzzzzzz what", "No run begins or ends with “zzzzzzz”."),
    ("report", "There is no workflow yet whose figures are for you to see."),
    ("report tag_ticket", "Only those who decide or look after this may see inside. Ask the owner @olga."),
    ("report tag_ticket 7d", "Ask the owner @olga."),
    ("report 7d", "There is no workflow yet whose figures are for you to see."),
    ("report tag_tiket", "Did you mean tag_ticket?"),
    ("report tag_ticket soon", "“soon” is no time. For example: /ops report support_triage 30d"),
    ("report tag_ticket 30d please", "Say a workflow and a time, or one of them:"),
    ("dial", "Say which: a workflow. For example: /ops dial support_triage"),
    ("dial tag_tiket", "Did you mean tag_ticket?"),
    ("dial tag_ticket", "Stage approved: people approve, then the bot carries it out."),
    ("dial tag_ticket", "A step further is limited:"),
    ("dial tag_ticket", "Its owner @olga changes it: /ops dial tag_ticket STAGE and why"),
    ("dial tag_ticket limted it is good", "“limted” is no stage. Did you mean limited?"),
    ("dial tag_ticket limited", "Say why, for the record: /ops dial support_triage approved"),
    ("dial tag_ticket limited it is good", "You may not change the brief here. Ask the owner @olga."),
)


async def test_every_command_says_what_it_did_or_what_to_do_instead(house: House) -> None:
    for text, says in SAID:
        said = await ops(house, text)
        assert says in said, f"/ops {text} says: {said}"


async def test_whoever_may_start_nothing_is_told_who_can_change_that(house: House) -> None:
    await house.as_("olga").invite("#support", "gus")
    assert await ops(house, "", by="gus") == "Guests cannot do this here."
    assert await ops(house, "runs", by="gus") == "Guests cannot do this here."


async def test_an_answer_where_the_bot_is_not_comes_directly(house: House) -> None:
    assert "Nothing is under way." in await ops(house, "runs", channel="#random")
    assert "Nothing is under way." in "".join(await house.told("sam"))


# --- looking and steering --------------------------------------------------------------------------------------------


async def test_what_waits_is_listed_for_whoever_can_do_something_about_it(house: House) -> None:
    run = await house.start("tag_ticket")
    line = f"{run.id[-7:]}  tag_ticket  waits for support"
    waits = await ops(house, "mine", by="mia")
    assert waits.startswith(f"Waits for you:\n{line}, for ")
    assert waits.endswith(" UTC\n\nYou have nothing running.")
    assert await ops(house, "mine", by="sam") == f"Nothing waits for you.\n\nYou have running:\n{line}"
    assert await ops(house, "mine", by="kenji", channel="#general") == (
        "Nothing waits for you.\n\nYou have nothing running."
    )
    assert await ops(house, "runs") == f"Under way:\n{line}"
    shown = await ops(house, f"show {run.id[-7:]}")
    assert "Waits for 1 approval by support." in shown
    assert "Sam Okafor  ticket: started it, at stage approved" in shown
    assert "/" not in shown.replace("rehearsal/1", "")


async def test_a_question_waits_for_whoever_is_asked(house: House) -> None:
    run = await house.start("plan_visit")
    line = f"{run.id[-7:]}  plan_visit  waits for requester"
    assert f"Waits for you:\n{line}, for " in await ops(house, "mine")
    assert "Nothing waits for you." in await ops(house, "mine", by="mia")


async def test_a_workflow_is_held_and_goes_on(house: House) -> None:
    assert "tag_ticket is held." in await ops(house, "pause tag_ticket The help desk moves.", by="olga")
    said = await ops(house, f"start tag_ticket {QUICK}")
    assert "tag_ticket is paused: The help desk moves." in said
    assert await house.runs() == []
    assert "already" in await ops(house, "pause tag_ticket again", by="olga")
    assert await ops(house, "resume tag_ticket", by="olga") == "tag_ticket goes on."
    assert "Started" in await ops(house, f"start tag_ticket {QUICK}")


async def test_everything_is_held_by_whoever_is_responsible_for_all(house: House) -> None:
    assert "Everything is held." in await ops(house, "pause all why not", by="olga")
    assert "is paused" in await ops(house, f"start tag_ticket {QUICK}")
    assert await ops(house, "resume all", by="olga") == "Everything goes on."


async def test_a_run_is_held_cancelled_and_undone_by_those_who_may(house: House) -> None:
    run = await house.start("tag_ticket")
    short = run.id[-7:]
    assert "You may not undo here." in await ops(house, f"undo {short}", by="kenji", channel="#general")
    assert await ops(house, f"pause {short} wait", by="mia") == f"Run {short} of tag_ticket: waiting, held."
    assert "It is held" in await ops(house, f"show {short}")
    assert await ops(house, f"resume {short}", by="olga") == f"Run {short} of tag_ticket: waiting."
    assert "You may not cancel here." in await ops(house, f"cancel {short}", by="kenji", channel="#general")
    assert await ops(house, f"cancel {short} not needed") == f"Run {short} of tag_ticket: stopped."
    assert "This run has ended" in await ops(house, f"cancel {short}")


async def test_what_a_run_did_is_undone_by_a_command(house: House) -> None:
    run = await house.start("tag_ticket")
    await house.press("mia", await house.card(), "approve")
    await ops(house, f"undo {run.id[-7:]} wrong one", by="mia")
    assert (await house.newest()).state is RunState.UNDONE
    assert house.sent() == ["helpdesk.AddTag", "helpdesk.DeleteTag"]


# --- what is typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("a=1", {"a": "1"}),
        ("a=1 b=2", {"a": "1", "b": "2"}),
        ('a="one two" b=2', {"a": "one two", "b": "2"}),
        ("a=“one two” b=„drei vier“", {"a": "one two", "b": "drei vier"}),
        ("a=one two three b=2", {"a": "one two three", "b": "2"}),
        ("a= b=2", {"a": "", "b": "2"}),
        ('a="" b=2', {"a": "", "b": "2"}),
        ('a="x=1 y=2"', {"a": "x=1 y=2"}),
        ("a=https://x.example/?q=1&r=2", {"a": "https://x.example/?q=1&r=2"}),
        ('a=6" wide', {"a": '6" wide'}),
        ('a="not closed', {"a": '"not closed'}),
        ("a=1 a=2", {"a": "2"}),
        ("größe=3", {"größe": "3"}),
        ("a=one\ntwo  b=2", {"a": "one\ntwo", "b": "2"}),
    ],
)
def test_a_value_is_what_stands_in_quotes_or_up_to_the_next_name(typed: str, fields: dict[str, str]) -> None:
    assert fields_in(typed) == fields


@pytest.mark.parametrize("typed", ["one", "one a=1", '"a"=1', "=1", "1a=2", 'a="one" two'])
def test_what_is_no_field_is_named(typed: str) -> None:
    with pytest.raises(Unfit, match="is no field"):
        fields_in(typed)
