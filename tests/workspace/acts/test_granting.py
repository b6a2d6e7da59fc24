"""Rights that live shortly: trigger ids and answer addresses, given and used up."""

import pytest

from bot.workspace.changes.granting import (
    KEPT,
    Unusable,
    grant_response_url,
    grant_trigger,
    look_at_response_url,
    use_response_url,
    use_trigger,
)
from bot.workspace.state.grant import RESPONSE_SECONDS, RESPONSE_USES, TRIGGER_SECONDS
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import APP, MIA, SUPPORT, made_workspace


@pytest.fixture
def workspace() -> Workspace:
    return made_workspace()


def test_a_trigger_works_once(workspace: Workspace) -> None:
    trigger = grant_trigger(workspace, APP, MIA, view="V1")
    assert use_trigger(workspace, trigger.id, APP) is trigger
    assert (trigger.person, trigger.view) == (MIA, "V1")
    assert use_trigger(workspace, trigger.id, APP) is Unusable.USED_TRIGGER


def test_a_trigger_lives_three_seconds(workspace: Workspace) -> None:
    in_time, late = grant_trigger(workspace, APP, MIA), grant_trigger(workspace, APP, MIA)
    workspace.clock.advance(TRIGGER_SECONDS)
    assert use_trigger(workspace, in_time.id, APP) is in_time
    workspace.clock.advance(0.001)
    assert use_trigger(workspace, late.id, APP) is Unusable.EXPIRED_TRIGGER
    assert use_trigger(workspace, in_time.id, APP) is Unusable.USED_TRIGGER


@pytest.mark.parametrize("id", ["", "1.2.abc", "x" * 10_000])
def test_a_trigger_nobody_gave_is_invalid(workspace: Workspace, id: str) -> None:
    assert use_trigger(workspace, id, APP) is Unusable.INVALID_TRIGGER


def test_a_trigger_is_one_apps(workspace: Workspace) -> None:
    trigger = grant_trigger(workspace, APP, MIA)
    assert use_trigger(workspace, trigger.id, "A0OTHER000") is Unusable.INVALID_TRIGGER
    assert use_trigger(workspace, trigger.id, APP) is trigger


def test_an_address_works_five_times_in_half_an_hour(workspace: Workspace) -> None:
    grant = grant_response_url(workspace, APP, MIA, SUPPORT, message_ts="1.2", ephemeral=True)
    assert (grant.message_ts, grant.ephemeral) == ("1.2", True)
    for _ in range(RESPONSE_USES):
        assert look_at_response_url(workspace, grant.key) is grant
        use_response_url(grant)
    assert look_at_response_url(workspace, grant.key) is Unusable.USED_URL
    late = grant_response_url(workspace, APP, MIA, SUPPORT)
    workspace.clock.advance(RESPONSE_SECONDS)
    assert look_at_response_url(workspace, late.key) is late
    workspace.clock.advance(0.001)
    assert look_at_response_url(workspace, late.key) is Unusable.EXPIRED_URL
    assert look_at_response_url(workspace, "none") is Unusable.INVALID_URL


def test_only_the_last_of_them_are_remembered(workspace: Workspace) -> None:
    first_trigger, first_address = grant_trigger(workspace, APP, MIA), grant_response_url(workspace, APP, MIA, SUPPORT)
    for _ in range(KEPT):
        grant_trigger(workspace, APP, MIA)
        grant_response_url(workspace, APP, MIA, SUPPORT)
    assert (len(workspace.triggers), len(workspace.response_urls)) == (KEPT, KEPT)
    assert use_trigger(workspace, first_trigger.id, APP) is Unusable.INVALID_TRIGGER
    assert look_at_response_url(workspace, first_address.key) is Unusable.INVALID_URL
