"""For the tests of workflow authors: a run in memory with the world scripted, every path in milliseconds.

    play = Play(terms, ticket, answers={"triage": triage, "draft": draft}, reads={helpdesk.account_of: account})
    play.approve(by="@mia")
    assert play.sent == (helpdesk.SendReply(ticket_id="T-1", body="Hello"),)

The machine is the real one; only the world is played. Nothing is read, sent or stored, and no time passes but by
`pass_time`. Where a script has a list, its lines are played one after the other; the last one is repeated.
"""

from bot.testing.play import Play, person
from bot.testing.world import Unsure

__all__ = ["Play", "Unsure", "person"]
