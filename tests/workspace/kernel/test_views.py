"""Forms lie on top of each other, three at most; a home is there until another takes its place; rights are used up."""

import pytest

from bot.workspace.changes import granting, viewing
from bot.workspace.changes.granting import KEPT, Unusable
from bot.workspace.changes.installing import revoke
from bot.workspace.changes.peopling import settle_group, settle_person
from bot.workspace.payload import Json
from bot.workspace.state.change import Change, GroupChanged, PersonChanged, Revoked, ViewsClosed, ViewShown
from bot.workspace.state.grant import ResponseUrl, Trigger
from bot.workspace.state.team import Group
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import APP, GENERAL, MIA, SAM, made_workspace
from tests.workspace.whole import faults_in

MODAL: Json = {"type": "modal", "blocks": []}


@pytest.fixture
async def workspace() -> Workspace:
    return made_workspace()


def heard(workspace: Workspace) -> list[Change]:
    changes: list[Change] = []
    workspace.listen(changes.append)
    return changes


async def test_a_form_on_top_of_another_knows_the_first_and_the_one_below(workspace: Workspace) -> None:
    first = viewing.open_modal(workspace, APP, MIA, MODAL)
    second = viewing.push_modal(workspace, APP, MIA, MODAL)
    third = viewing.push_modal(workspace, APP, MIA, MODAL)
    assert [(one.root, one.previous) for one in (first, second, third)] == [
        (first.id, ""), (first.id, first.id), (first.id, second.id),
    ]  # fmt: skip
    assert faults_in(workspace) == []


async def test_another_form_takes_the_place_of_all_that_lie_there(workspace: Workspace) -> None:
    viewing.open_modal(workspace, APP, MIA, MODAL)
    viewing.push_modal(workspace, APP, MIA, MODAL)
    changes = heard(workspace)
    last = viewing.open_modal(workspace, APP, MIA, MODAL)
    assert viewing.stack(workspace, APP, MIA) == [last]
    assert [type(one) for one in changes] == [ViewsClosed, ViewShown]


async def test_closing_takes_the_topmost_or_all(workspace: Workspace) -> None:
    first = viewing.open_modal(workspace, APP, MIA, MODAL)
    second = viewing.push_modal(workspace, APP, MIA, MODAL)
    assert viewing.close(workspace, APP, MIA) == (second,)
    third = viewing.push_modal(workspace, APP, MIA, MODAL)
    assert viewing.close(workspace, APP, MIA, everything=True) == (third, first)
    assert viewing.close(workspace, APP, MIA) == ()


async def test_one_person_s_forms_are_not_another_s(workspace: Workspace) -> None:
    mine, theirs = (viewing.open_modal(workspace, APP, who, MODAL) for who in (MIA, SAM))
    viewing.close(workspace, APP, MIA)
    assert [*workspace.views()] == [theirs]
    assert workspace.view(mine.id) is None


async def test_a_view_that_changes_has_another_hash_and_the_same_name(workspace: Workspace) -> None:
    view = viewing.open_modal(workspace, APP, MIA, MODAL)
    id, before = view.id, view.hash
    viewing.change(workspace, view, MODAL | {"callback_id": "x"})
    assert (view.id, view.callback_id) == (id, "x")
    assert view.hash != before


async def test_a_home_keeps_its_name_when_it_is_published_again(workspace: Workspace) -> None:
    first = viewing.publish_home(workspace, APP, MIA, {"type": "home", "blocks": []})
    again = viewing.publish_home(workspace, APP, MIA, {"type": "home", "blocks": [{"type": "divider"}]})
    assert again is first
    assert len(again.blocks) == 1
    assert viewing.publish_home(workspace, APP, SAM, {"type": "home", "blocks": []}) is not first


# --- rights ------------------------------------------------------------------------------------------------------


async def test_a_trigger_works_once_and_for_three_seconds(workspace: Workspace) -> None:
    trigger = granting.grant_trigger(workspace, APP, MIA)
    assert isinstance(granting.use_trigger(workspace, trigger.id, APP), Trigger)
    late = granting.grant_trigger(workspace, APP, MIA)
    workspace.clock.advance(3.1)
    refused = [granting.use_trigger(workspace, id, APP) for id in (late.id, "1.2.x")]
    assert refused == [Unusable.EXPIRED_TRIGGER, Unusable.INVALID_TRIGGER]
    fresh = granting.grant_trigger(workspace, APP, MIA)
    assert granting.use_trigger(workspace, fresh.id, "A0OTHER000") is Unusable.INVALID_TRIGGER


async def test_an_answer_address_works_five_times_in_half_an_hour(workspace: Workspace) -> None:
    grant = granting.grant_response_url(workspace, APP, MIA, GENERAL)
    for _ in range(5):
        found = granting.look_at_response_url(workspace, grant.key)
        assert isinstance(found, ResponseUrl)
        granting.use_response_url(found)
    assert granting.look_at_response_url(workspace, grant.key) is Unusable.USED_URL
    other = granting.grant_response_url(workspace, APP, MIA, GENERAL)
    workspace.clock.advance(1801)
    assert granting.look_at_response_url(workspace, other.key) is Unusable.EXPIRED_URL
    assert granting.look_at_response_url(workspace, "never given") is Unusable.INVALID_URL


async def test_only_the_last_rights_are_remembered(workspace: Workspace) -> None:
    for _ in range(KEPT + 5):
        granting.grant_trigger(workspace, APP, MIA)
    assert len(workspace.triggers) == KEPT


# --- people, groups, the app -------------------------------------------------------------------------------------


async def test_whoever_changes_is_told_with_the_time(workspace: Workspace) -> None:
    changes = heard(workspace)
    workspace.clock.advance(5)
    settle_person(workspace, workspace.people[MIA])
    settle_group(workspace, Group(id="S0NEW00000", handle="new", name="New"))
    assert [type(one) for one in changes] == [PersonChanged, GroupChanged]
    assert workspace.people[MIA].updated == int(workspace.clock.now())


async def test_an_app_is_revoked_once(workspace: Workspace) -> None:
    changes, app = heard(workspace), workspace.apps[APP]
    assert revoke(workspace, app)
    assert not revoke(workspace, app)
    assert [type(one) for one in changes] == [Revoked]


async def test_whoever_stops_listening_hears_no_more(workspace: Workspace) -> None:
    changes: list[Change] = []
    stop = workspace.listen(changes.append)
    stop()
    settle_person(workspace, workspace.people[MIA])
    assert changes == []


async def test_a_token_leads_to_its_app(workspace: Workspace) -> None:
    app = workspace.apps[APP]
    assert workspace.app_of(app.bot_token) is app
    assert workspace.app_of(app.app_token) is app
    assert workspace.app_of("xoxb-of-nobody") is None
