"""A channel holds its messages in order, threads among them, whatever is put in and taken out."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.workspace.changes import gathering, posting
from bot.workspace.clock import Clock
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import GENERAL, MIA, OLGA, PIA, SAM, SUPPORT, made_workspace
from tests.workspace.whole import faults_in


@pytest.fixture
async def workspace() -> Workspace:
    return made_workspace()


@pytest.fixture
def channel(workspace: Workspace) -> Channel:
    return workspace.channels[SUPPORT]


def say(
    workspace: Workspace, text: str = "x", *, thread: str = "", broadcast: bool = False, user: str = MIA
) -> Message:
    message = Message(channel=SUPPORT, user=user, text=text, thread_ts=thread, broadcast=broadcast)
    return posting.post(workspace, message)


async def test_a_reply_stands_in_its_thread_and_not_in_the_channel(workspace: Workspace, channel: Channel) -> None:
    root = say(workspace)
    reply = say(workspace, thread=root.ts)
    assert channel.times == [root.ts]
    assert [one.ts for one in channel.thread(root.ts)] == [root.ts, reply.ts]
    assert root.thread_ts == root.ts, "a message that was answered is the first of its thread"


async def test_a_reply_that_is_broadcast_stands_in_both(workspace: Workspace, channel: Channel) -> None:
    root = say(workspace)
    reply = say(workspace, thread=root.ts, broadcast=True)
    assert channel.times == [root.ts, reply.ts]
    assert root.replies == [reply.ts]


async def test_a_reply_can_be_broadcast_later(workspace: Workspace, channel: Channel) -> None:
    root = say(workspace)
    reply = say(workspace, thread=root.ts)
    last = say(workspace)
    posting.broadcast(workspace, reply)
    assert channel.times == [root.ts, reply.ts, last.ts]
    assert faults_in(workspace) == []


async def test_a_reply_that_is_deleted_is_counted_no_more(workspace: Workspace, channel: Channel) -> None:
    root = say(workspace)
    first, second = say(workspace, thread=root.ts), say(workspace, thread=root.ts, broadcast=True)
    posting.delete(workspace, first)
    assert root.replies == [second.ts]
    posting.delete(workspace, second)
    assert (root.replies, channel.times) == ([], [root.ts])


async def test_a_thread_whose_first_message_is_gone_is_none(workspace: Workspace, channel: Channel) -> None:
    root = say(workspace)
    say(workspace, thread=root.ts)
    posting.delete(workspace, root)
    assert channel.thread(root.ts) == []
    assert faults_in(workspace) == []


async def test_a_message_that_is_deleted_is_pinned_no_more(workspace: Workspace, channel: Channel) -> None:
    root = say(workspace)
    assert posting.pin(workspace, root, MIA)
    assert not posting.pin(workspace, root, SAM)
    posting.delete(workspace, root)
    assert channel.pins == {}
    assert not posting.unpin(workspace, root, MIA)


async def test_a_reaction_counts_each_person_once_and_goes_with_the_last(workspace: Workspace) -> None:
    root = say(workspace)
    assert [posting.react(workspace, root, who, "tada") for who in (MIA, MIA, SAM)] == [True, False, True]
    assert [posting.unreact(workspace, root, who, "tada") for who in (MIA, MIA, SAM)] == [True, False, True]
    assert root.reactions == {}


async def test_reading_goes_forward_only(workspace: Workspace, channel: Channel) -> None:
    first, second = say(workspace), say(workspace)
    posting.mark_read(workspace, channel, SAM)
    assert channel.read[SAM] == second.ts
    posting.mark_read(workspace, channel, SAM, first.ts)
    assert channel.read[SAM] == second.ts
    assert channel.read[MIA] == second.ts, "who wrote last has read it"


async def test_who_joins_and_leaves_is_told_to_all_once(workspace: Workspace, channel: Channel) -> None:
    assert gathering.join(workspace, channel, PIA, inviter=MIA)
    assert not gathering.join(workspace, channel, PIA)
    assert gathering.leave(workspace, channel, PIA)
    assert not gathering.leave(workspace, channel, PIA)
    assert [one.subtype for one in channel.messages.values()] == ["channel_join", "channel_leave"]


async def test_a_direct_message_is_opened_once(workspace: Workspace) -> None:
    one = gathering.open_direct(workspace, MIA, SAM)
    assert gathering.open_direct(workspace, SAM, MIA) is one
    assert gathering.open_direct(workspace, MIA, SAM, OLGA) is not one
    assert gathering.open_direct(workspace, MIA).people == {MIA: None}


async def test_a_guest_finds_only_where_they_are(workspace: Workspace) -> None:
    general, support = workspace.channels[GENERAL], workspace.channels[SUPPORT]
    assert workspace.may_see(PIA, support) is False
    assert workspace.may_see(OLGA, general) is True
    assert workspace.may_see("U0NOBODY00", general) is False


class Talk(RuleBasedStateMachine):
    """Any messages, replies, deletions, reactions and pins in any order."""

    @initialize()
    def begin(self) -> None:
        self.workspace = made_workspace(clock=Clock(stands_at=1_800_000_000.0))
        self.channel = self.workspace.channels[SUPPORT]
        self.heard = 0
        self.workspace.listen(lambda change: setattr(self, "heard", self.heard + 1))

    def _some(self, data: st.DataObject) -> Message:
        return self.channel.messages[data.draw(st.sampled_from([*self.channel.messages]))]

    @rule(broadcast=st.booleans(), data=st.data(), reply=st.booleans())
    def say(self, broadcast: bool, data: st.DataObject, reply: bool) -> None:
        thread = ""
        if reply and self.channel.messages:
            some = self._some(data)
            thread = some.thread_ts or some.ts
        before = self.heard
        say(self.workspace, thread=thread, broadcast=broadcast and bool(thread))
        assert self.heard > before

    @precondition(lambda self: bool(self.channel.messages))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        posting.delete(self.workspace, self._some(data))

    @precondition(lambda self: bool(self.channel.messages))
    @rule(data=st.data(), who=st.sampled_from([MIA, SAM]), add=st.booleans())
    def react(self, data: st.DataObject, who: str, add: bool) -> None:
        (posting.react if add else posting.unreact)(self.workspace, self._some(data), who, "tada")

    @precondition(lambda self: bool(self.channel.messages))
    @rule(data=st.data(), add=st.booleans())
    def pin(self, data: st.DataObject, add: bool) -> None:
        (posting.pin if add else posting.unpin)(self.workspace, self._some(data), MIA)

    @rule(seconds=st.integers(min_value=0, max_value=100))
    def wait(self, seconds: int) -> None:
        clock = self.workspace.clock
        clock.set(clock.now() + seconds)

    @invariant()
    def whole(self) -> None:
        assert faults_in(self.workspace) == []


TestTalk = Talk.TestCase
TestTalk.settings = settings(max_examples=30, stateful_step_count=30)
