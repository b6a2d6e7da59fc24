"""The Home tab, as each kind of person opens it, and what can be done there, by whom."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from bot.application.change import Change, change
from bot.application.switch import Flip, switch
from bot.domain.brief import Brief
from bot.domain.brief.writing import change_brief
from bot.domain.person import Door
from bot.domain.run import RunState, Stage
from bot.ports.version import VersionKind
from bot.workspace.changes.granting import grant_trigger
from bot.workspace.control.driver import NotDone, Seen
from bot.workspace.payload import Json, as_object, as_objects
from tests.adapters.slack.hear.house import House, opened, typed


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house


async def home(house: House, name: str, *having: str) -> Seen:
    """The first page, as somebody sees it who opens it now."""
    await house.as_(name).open_home()
    await house.settle()
    return await house.as_(name).until_home(having=having)


async def use(house: House, name: str, seen: Seen, verb: str, *carries: str) -> Seen:
    """Use a button of a Home tab, or an entry of a menu, known by what it carries."""
    for block, element in elements_of(seen):
        options = as_objects(element.get("options"))
        for option in options or [element]:
            if element.get("action_id") == verb and all(word in str(option.get("value")) for word in carries):
                chosen = option["value"] if options else None
                names = {"block_id": block["block_id"], "action_id": verb, "value": chosen}
                await house.driver.act("click", person=name, view=seen.id, **names)
                await house.settle()
                return await house.as_(name).until_home()
    raise AssertionError(f"There is no {verb} with {carries} in:\n{seen.words}")


def elements_of(seen: Seen) -> Iterator[tuple[Json, Json]]:
    for block in seen.blocks:
        accessory = as_object(block.get("accessory"))
        yield from ((block, one) for one in ([accessory] if accessory else as_objects(block.get("elements"))))


async def inside(house: House, workflow: str = "tag_ticket", name: str = "olga") -> Seen:
    return await use(house, name, await home(house, name), "look", workflow)


async def form(house: House, name: str = "olga", *having: str) -> Seen:
    return await house.as_(name).until_form(having=having)


async def save(house: House, seen: Seen, why: str = "We looked at it.", name: str = "olga") -> Seen:
    """Submit what was shown as what changes, with a reason; their Home tab afterwards."""
    block = next(one.block_id for one in seen.elements if one.block_id.endswith("field:why"))
    await house.as_(name).submit(seen, {block: {"value": why}})
    await house.settle()
    return await house.as_(name).until_home()


def brief(house: House, workflow: str = "tag_ticket") -> Brief:
    return house.bot.bot.library.current(workflow).brief


def pressed(house: House, name: str, verb: str, value: str = "[]", place: str = "") -> Json:
    """What Slack would send of a button of a Home tab, whether or not it stands in that of this person."""
    desk, team = house.both.running.desk, house.both.connection.team
    app = next(iter(desk.workspace.apps.values()))
    trigger = grant_trigger(desk.workspace, app.id, house.user("olga")).id
    button = {"type": "button", "action_id": verb, "block_id": "home:x", "value": value, "action_ts": "1.0"}
    return {
        "type": "block_actions",
        "team": {"id": team, "domain": "hubwheel"},
        "user": {"id": house.user(name), "username": "x", "team_id": team},
        "api_app_id": app.id,
        "trigger_id": trigger,
        "container": {"type": "view", "view_id": "V1"},
        "view": {"id": "V1", "type": "home", "private_metadata": place, "hash": ""},
        "actions": [button],
    }


async def refusals(house: House) -> list[tuple[object, ...]]:
    """Who was refused what, as the record has it."""
    found = await house.bot.bot.store.queries.entries("auth")
    return [(one.actor, one.notes["outcome"], one.notes["reason"]) for one in found if one.kind == "auth.refused"]


# --- looking ---------------------------------------------------------------------------------------------------------


async def test_an_empty_home_says_what_to_do_next(house: House) -> None:
    seen = await home(house, "sam")
    assert "Nothing waits for you. /ops starts something." in seen.words
    assert "What you start stands here until it is through." in seen.words
    assert "Tag ticket" in seen.words
    assert "Updated" in seen.words


async def test_what_waits_is_seen_by_those_it_is_up_to_and_leads_to_its_card(house: House) -> None:
    run = await house.start("tag_ticket")
    card = await house.card()
    seen = await home(house, "mia")
    links = [one for one in str(seen.blocks).split("'") if "/archives/" in one]
    assert [one.rpartition("/")[2] for one in links] == [f"p{card.ts.replace('.', '')}"]
    assert "Waits for you (1)" in seen.words
    assert "Put a tag on a ticket → helpdesk:T-1001" in seen.words
    assert "Nothing waits for you." in (await home(house, "farah")).words
    sams = await home(house, "sam")
    assert f"Tag ticket {run.id[-7:]}\n  waits for support" in sams.words
    await house.press("mia", card, "approve")
    assert "Approved: Put a tag on a ticket → helpdesk:T-1001" in (await home(house, "mia")).words
    assert "is done" in (await home(house, "sam")).words


async def test_a_guest_reads_politely_whom_to_ask(house: House) -> None:
    seen = await home(house, "gus")
    assert "Guests cannot do this here." in seen.words
    assert f"'user_id': '{house.user('olga')}'" in str(seen.raw)
    assert "Tag ticket" not in seen.words


async def test_strangers_are_told_no_names_and_whoever_left_has_no_home(house: House) -> None:
    for name in ("vera", "pat"):
        await house.deliver(pressed(house, name, "refresh"))
    (shown,) = [one["request"] for one in await house.driver.log("views.publish", way="call")]
    assert shown["user_id"] == house.user("pat")
    assert "People from other organisations cannot do this here." in str(shown["view"])
    assert "ask whoever invited you here" in str(shown["view"])
    assert "'user_id'" not in str(shown["view"])


async def test_what_is_pressed_leads_there_and_back(house: House) -> None:
    seen = await inside(house)
    assert "Only the owner changes these." not in seen.words
    assert "Put a tag on a ticket." in seen.words
    assert "Change log (1)" in seen.words
    assert "Nothing was started in the last 30 days" in seen.words
    seen = await use(house, "olga", seen, "back")
    assert "Waits for you" in seen.words
    assert "Refresh" in seen.words


async def test_a_reviewer_sees_inside_and_changes_nothing(house: House) -> None:
    seen = await inside(house, name="mia")
    assert "Only the owner changes these." in seen.words
    assert not [one for one in seen.elements if one.action_id in ("change", "rollback", "pause")]


async def test_whoever_only_starts_it_sees_no_inside(house: House) -> None:
    seen = await home(house, "sam")
    assert not [one for one in seen.elements if one.action_id == "look"]


async def test_a_workflow_is_started_from_there(house: House) -> None:
    await house.as_("sam").click(await home(house, "sam"), "start")
    assert "Put a tag on a ticket." in (await form(house, "sam", "Start a workflow")).words


# --- changing --------------------------------------------------------------------------------------------------------


async def test_an_owner_changes_the_stage_sees_what_changes_and_says_why(house: House) -> None:
    seen = await use(house, "olga", await inside(house), "change", "stage")
    first = await form(house, "olga", "people do it by hand")
    with pytest.raises(NotDone, match="Nothing would change"):
        await house.as_("olga").submit(first, typed({"stage": "approved"}))
    await house.as_("olga").submit(first, typed({"stage": "shadow"}))
    seen = await save(house, await form(house, "olga", "stage: “approved” → “shadow”"), "Look first.")
    assert "Saved: version 2 of the brief of Tag ticket." in seen.words
    assert "Olga Petrova" in seen.words
    assert "Look first.\nstage: “approved” → “shadow”" in seen.words
    assert brief(house).stage is Stage.SHADOW


CHANGES = {
    "levels": ("levels", {'levels."helpdesk.AddTag"': "recommend"}, 'levels."helpdesk.AddTag": set to “recommend”'),
    "reviewers": ("reviewers.support", {"reviewers.support.members": "@mia\n@nadia"}, "removed “@leo”"),
    "times": ("times.support", {"reviewers.support.remind_after": "3h"}, "remind_after: set to"),
    "answers": ("answers.support", {"reviewers.support.reasons": "too late\nother"}, "added “too late”"),
    "limits": ("limits", {"limits.actions_per_day": "120"}, "limits.actions_per_day: 200 → 120"),
}


async def test_each_part_of_a_brief_is_changed_by_its_form(house: House) -> None:
    for n, (key, entered, line) in enumerate(CHANGES.values(), 2):
        await use(house, "olga", await inside(house), "change", f'"{key}"')
        await house.as_("olga").submit(await form(house), typed(entered))
        seen = await save(house, await form(house, "olga", line))
        assert f"Saved: version {n}" in seen.words


async def test_a_threshold_that_compares_nothing_is_refused_under_its_field(house: House) -> None:
    await use(house, "olga", await inside(house), "change", "thresholds.new")
    entered = {"intent": "helpdesk.AddTag", "field": "tag", "above": "3", "reviewers": "leads"}
    with pytest.raises(NotDone, match="which is not a number"):
        await house.as_("olga").submit(
            await form(house), typed({f"thresholds.new.{name}": value for name, value in entered.items()})
        )


async def test_a_prompt_is_changed_in_several_lines(house: House) -> None:
    await use(house, "olga", await inside(house, "support_triage"), "change", "prompt.draft")
    shown = await form(house, "olga", "Prompt: draft")
    text = next(one["element"]["initial_value"] for one in shown.blocks if one["type"] == "input")
    await house.as_("olga").submit(shown, typed({"text": f"{text.rstrip()}\nBe brief."}))
    seen = await save(house, await form(house, "olga", "+Be brief."))
    assert "Saved: version 2 of the prompt draft of Support triage." in seen.words
    assert "Be brief." in house.bot.bot.library.current("support_triage").prompts["draft"].body


async def test_what_does_not_fit_is_said_under_its_field_and_nothing_typed_is_lost(house: House) -> None:
    await use(house, "olga", await inside(house), "change", "times.support")
    shown = await form(house)
    names = {"reviewers.support.remind_after": "9d", "reviewers.support.expires_after": "soon"}
    with pytest.raises(NotDone) as wrong:
        await house.as_("olga").submit(shown, typed(names))
    errors = str(wrong.value)
    assert "soon" in errors
    assert (await form(house)).id == shown.id
    with pytest.raises(NotDone) as wrong:
        await house.as_("olga").submit(shown, typed({**names, "reviewers.support.expires_after": "7d"}))
    assert "so it never happens" in str(wrong.value)
    assert brief(house).reviewers["support"].remind_after is None


async def test_what_is_changed_once_more_is_shown_once_more(house: House) -> None:
    await use(house, "olga", await inside(house), "change", "stage")
    await house.as_("olga").submit(await form(house), typed({"stage": "shadow"}))
    shown = await form(house, "olga", "→ “shadow”")
    await house.as_("olga").submit(
        shown, {"1:field:why": {"value": "Look first."}, "1:field:stage": {"value": "assisted"}}
    )
    shown = await form(house, "olga", "→ “assisted”")
    assert brief(house).stage is Stage.APPROVED
    await house.as_("olga").submit(shown, {})
    await house.settle()
    assert brief(house).stage is Stage.ASSISTED
    assert "Look first." in (await house.as_("olga").until_home()).words


async def test_a_form_on_an_older_version_says_who_changed_it_and_gives_back_what_was_typed(house: House) -> None:
    await use(house, "olga", await inside(house), "change", "limits")
    mine = await form(house, "olga", "Actions in one day")
    await change(house.bot.bot.parts, await another_change(house))
    await house.as_("olga").submit(mine, typed({"limits.actions_per_day": "123"}))
    late = await form(house, "olga", "Somebody was faster")
    assert "Olga Petrova" in late.words
    assert "There is a version 2 now: From the terminal." in late.words
    assert "123" in late.words
    assert brief(house).limits.actions_per_day == 200


async def another_change(house: House) -> Change:
    text = house.bot.bot.library.text((VersionKind.BRIEF, "tag_ticket"))
    text = change_brief(text, "stage", "assisted")
    return Change(VersionKind.BRIEF, "tag_ticket", text, house.person("olga"), Door.TERMINAL, "From the terminal.")


async def test_an_earlier_version_comes_back_in_two_clicks(house: House) -> None:
    await change(house.bot.bot.parts, await another_change(house))
    await use(house, "olga", await inside(house), "rollback", "1]")
    shown = await form(house, "olga", "stage: “assisted” → “approved”")
    seen = await save(house, shown, "It was right before.")
    assert "Saved: version 3 of the brief of Tag ticket." in seen.words
    assert "Back to version 1. It was right before." in seen.words
    assert brief(house).stage is Stage.APPROVED


# --- those who may not -----------------------------------------------------------------------------------------------


FORGED = [
    ("change", '["stage"]'),
    ("rollback", '["brief","tag_ticket",1]'),
    ("pause", '["tag_ticket"]'),
    ("pause", '["*"]'),
    ("resume", '["tag_ticket"]'),
]


async def test_a_button_pressed_by_somebody_else_is_refused_and_recorded(house: House) -> None:
    for verb, value in FORGED:
        await house.deliver(pressed(house, "mia", verb, value, '["tag_ticket",0,0,0]'))
        assert "Ask the owner @olga" in (await house.as_("mia").until_home(having="You may not")).words
    refused = await refusals(house)
    assert [outcome for _, outcome, _ in refused] == ["brief", "brief", "pause", "pause", "resume"]
    assert {(actor, reason) for actor, _, reason in refused} == {(house.id("mia"), "not-responsible")}


async def test_a_form_sent_by_somebody_else_is_refused_and_recorded(house: House) -> None:
    await use(house, "olga", await inside(house), "change", "stage")
    await house.as_("olga").submit(await form(house), typed({"stage": "automatic"}))
    shown = await form(house, "olga", "What changes")
    sent = house.sent_in(house.user("mia"), shown, "home-change")
    option = {"selected_option": {"text": {"type": "plain_text", "text": "automatic"}, "value": "automatic"}}
    sent["view"]["state"]["values"] = {
        "1:field:why": {"value": {"type": "plain_text_input", "value": "Faster."}},
        "1:field:stage": {"value": {"type": "static_select", **option}},
    }
    assert await house.deliver(sent)
    assert brief(house).stage is Stage.APPROVED
    assert "Faster." in (await house.answers())[-1]
    assert [reason for *_, reason in await refusals(house)] == ["not-responsible"]


async def test_what_nobody_could_have_pressed_does_no_harm(house: House) -> None:
    for verb in ("look", "change", "rollback", "pause", "more-log", "nonsense"):
        for value in ("", "[1]", '["nowhere"]', '{"a":1}', '["brief","elsewhere",1]'):
            await house.deliver(pressed(house, "olga", verb, value, '["elsewhere",1,2,3]'))
    assert "Waits for you" in (await house.as_("olga").until_home()).words


# --- holding everything ----------------------------------------------------------------------------------------------


async def test_everything_is_paused_and_goes_on_and_a_restart_changes_nothing(house: House) -> None:
    run = await house.start("tag_ticket")
    card = await house.card()
    await use(house, "olga", await home(house, "olga"), "pause", "*")
    shown = await form(house, "olga", "1 run under way, 1 of them waits for a person. Nothing new starts.")
    await house.restart()
    seen = await save(house, shown, "The help desk is moved.")
    assert "Everything is paused: \nThe help desk is moved." in seen.words
    await house.press("mia", card, "approve")
    assert house.sent() == []
    await house.restart()
    await use(house, "olga", await home(house, "olga"), "resume", "*")
    shown = await form(house, "olga", "It was paused: The help desk is moved.", "1 approved action among it")
    seen = await save(house, shown, "It has moved.")
    assert "Everything goes on." in seen.words
    await house.settle()
    assert house.sent() == ["helpdesk.AddTag"]
    assert (await house.run(run.id)).state is RunState.DONE
    house.verify()


async def test_one_workflow_is_paused_by_its_maintainer(house: House) -> None:
    await use(house, "jonas", await inside(house, name="jonas"), "pause", "tag_ticket")
    seen = await save(house, await form(house, "jonas", "Nothing is under way."), "A deploy.", "jonas")
    assert "Tag ticket is paused: nothing new leaves." in seen.words
    assert "A deploy" in seen.words
    await house.deliver(pressed(house, "olga", "pause", '["tag_ticket"]'))
    assert "It is paused already." in (await house.as_("olga").until_home(having="paused already")).words


async def test_two_who_pause_at_once_pause_it_once(house: House) -> None:
    await use(house, "olga", await inside(house), "pause", "tag_ticket")
    shown = await form(house)
    await switch(house.bot.bot.parts, Flip("tag_ticket", True, house.person("jonas"), Door.TERMINAL, "A deploy."))
    await house.as_("olga").submit(shown, typed({"why": "Me too."}))
    await house.settle()
    assert "is paused already" in (await house.told("olga"))[-1]
    assert "Me too." in (await house.told("olga"))[-1]
