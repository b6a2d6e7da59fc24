"""A run that changes several things is done once each of them is shown; what is not shown, it says."""

from dataclasses import replace

import pytest

from bot.authoring import Fact, Workflow, act, plan, propose, review, trigger
from bot.domain.about import about
from bot.domain.brief import Brief
from bot.domain.brief.writing import write_brief
from bot.domain.drawing import mermaid
from bot.domain.effect import Effect, Read, Seek
from bot.domain.errors import Transient
from bot.domain.event import Failed, LookedUp, Problem, Resumed
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.machine import advance
from bot.domain.person import ENGINE
from bot.domain.progress import progress_of
from bot.domain.proof import argument_of, lines_of, reads_of
from bot.domain.rebrief import Rebrief
from bot.domain.run import RunState, StepStatus
from bot.domain.terms import Terms
from bot.domain.trouble import Past, Remedy, trouble_of
from bot.domain.wanted import is_held_up, is_wanted
from bot.domain.workflow import Lookup
from bot.intents import helpdesk
from bot.testing import Play
from bot.testing.play import MORNING
from bot.testing.world import Found, Outcome
from tests.domain import sample
from tests.made import NORA, OPEN, TICKET, actor_of

READ = {"read": "helpdesk.state_of", "of": "ticket", "field": "status", "is": "answered", "for": ["helpdesk.SendReply"]}
FOUND = {"found": "helpdesk.AddTag"}
ANSWERED = OPEN.model_copy(update={"status": helpdesk.TicketStatus.ANSWERED})
LOOK = "look up done"


class Ref(Fact):
    """A ticket by its number."""

    id: str


def answer(ticket: helpdesk.Ticket) -> helpdesk.SendReply:
    return helpdesk.SendReply(ticket_id=ticket.id, body="It is on its way.")


class Both(Workflow, version=1):
    """Marks a ticket and answers it."""

    ticket = trigger(helpdesk.Ticket)
    tag = propose(sample.mark, ticket)
    reply = propose(answer, ticket)
    both = plan(tag, reply)
    approved = review(both, by="support")
    done = act(approved)


def both(*proofs: object) -> Terms:
    terms = sample.terms(
        Both.definition,
        changes={"helpdesk": ["AddTag", "SendReply"]},
        reads={"helpdesk": ["state_of"]},
        done_when=[*proofs] or [READ, FOUND],
    )
    return replace(terms, intents={one.kind(): one for one in (helpdesk.AddTag, helpdesk.SendReply)})


def played(*proofs: object, state: Found | list[Found] = ANSWERED, look: Outcome | list[Outcome] | None = None) -> Play:
    outcomes = {LOOK: look} if look is not None else {}
    return Play(both(*proofs), TICKET, reads={helpdesk.state_of: state}, outcomes=outcomes).approve(by="@mia")


def proven(play: Play) -> dict[str, StepStatus]:
    return {name: state.status for name, state in play.run.steps.items() if name.startswith("done_when")}


def whole(play: Play) -> bool:
    return fold(play.entries) == standing_of(play.run)


def test_a_run_is_done_once_everything_it_changed_is_shown() -> None:
    play = played()
    assert play.run.state is RunState.DONE
    assert proven(play) == {"done_when": StepStatus.DONE, "done_when[2]": StepStatus.DONE}
    assert whole(play)


def test_a_change_that_its_system_does_not_show_parks_the_run_and_is_named() -> None:
    play = played(look=[Transient("Its system does not show it."), Receipt(id="G-1")])
    assert play.run.state is RunState.PARKED
    assert "helpdesk.AddTag on helpdesk:T-" in play.told_to("owner")
    assert "is not shown (key " in play.run.reason
    assert "Look there, then resume to check again." in play.run.reason
    assert whole(play)


def test_resuming_asks_again_for_what_was_not_shown_and_for_nothing_else() -> None:
    play = played(state=[ANSWERED], look=[Transient("No."), Transient("No."), Receipt(id="G-1")])
    assert proven(play.resume(by="@nora")) == {"done_when": StepStatus.DONE, "done_when[2]": StepStatus.FAILED}
    assert play.resume(by="@nora").run.state is RunState.DONE
    assert len(play.sent) == 2
    assert whole(play)


def test_what_is_read_and_not_shown_is_told_before_anything_else_is_asked() -> None:
    play = played(state=[OPEN, ANSWERED])
    assert play.run.reason.startswith("It was carried out, but helpdesk.state_of does not show it: status is 'open'")
    assert proven(play) == {"done_when": StepStatus.FAILED}
    assert play.resume(by="@nora").run.state is RunState.DONE


def test_only_what_was_done_has_to_be_shown() -> None:
    elsewhere = {**READ, "for": ["helpdesk.OpenTicket"]}
    play = played(elsewhere, {"found": "helpdesk.OpenTicket"}, FOUND)
    assert proven(play) == {"done_when": StepStatus.DONE}
    assert proven(played(elsewhere)) == {}


def test_each_change_of_a_kind_has_to_be_shown() -> None:
    play = played({"found": "helpdesk.SendReply"}, FOUND, look=[Receipt(id="R-1"), Transient("No.")])
    assert proven(play) == {"done_when": StepStatus.DONE, "done_when[2]": StepStatus.FAILED}
    assert "helpdesk.AddTag" in play.run.reason


def test_what_cannot_be_asked_is_for_whoever_looks_after_the_machine() -> None:
    asked = _at_the_look()
    failed = Failed(asked.now, ENGINE, "done_when", Problem.UNAVAILABLE, "It is down.")
    moved = advance(asked.run, failed, asked.terms)
    assert moved.run.state is RunState.PARKED
    assert moved.run.reason == "It is down."
    assert "pager" in [getattr(one, "to", "") for one in moved.effects]


class _Unheard(Play):
    """A play in which nobody answers what a system is asked at the end."""

    def _perform(self, effect: Effect) -> None:
        if not isinstance(effect, Seek):
            super()._perform(effect)


def _at_the_look() -> Play:
    return _Unheard(both(FOUND), TICKET).approve(by="@mia")


def test_the_look_waits_with_its_run_and_a_late_answer_changes_nothing() -> None:
    play, look = _at_the_look(), Seek("done", 0)
    assert is_wanted(play.run, look)
    assert is_held_up(play.run, look, paused=True)
    assert not is_held_up(play.run, look, paused=False)
    other = LookedUp(play.now, ENGINE, "done", 1, {"id": "R-1"})
    assert advance(play.run, other, play.terms).run.state is RunState.RUNNING
    shown = LookedUp(play.now, ENGINE, "done", 0, {"id": "G-1"})
    ended = advance(play.run, shown, play.terms).run
    assert ended.state is RunState.DONE
    assert not is_wanted(ended, look)
    assert advance(ended, shown, play.terms).run is ended


def test_by_another_brief_everything_is_asked_for_again() -> None:
    play = played(state=[ANSWERED, ANSWERED], look=Transient("No."))
    now = both({"found": "helpdesk.SendReply"}, READ)
    anew = Rebrief("2", "2", play.run.owner, changes=("brief.toml 2",))
    moved = advance(play.run, Resumed(play.now, actor_of(NORA), NORA, rebrief=anew), now)
    assert {name for name in moved.run.steps if name.startswith("done_when")} == {"done_when"}
    assert [one for one in moved.effects if isinstance(one, Seek | Read)] == [Seek("done", 1)]
    assert fold((*play.entries, *moved.entries)).steps == standing_of(moved.run).steps


def test_people_read_of_each_proof_everywhere() -> None:
    play = played(look=Transient("No."))
    tasks = {task.step: task.title for task in progress_of(play.run, play.terms).tasks}
    assert tasks["done_when"] == "Checked it: status is answered"
    assert tasks["done_when[2]"].startswith("Check that it is done: ")
    trouble = trouble_of(play.run, play.terms, 1, Past(), allowed=[Remedy.GO_ON])
    assert trouble.remedies == ((Remedy.GO_ON, "Check Again"),)
    assert (
        "Done only when helpdesk.state_of shows that status is answered (after helpdesk.SendReply) "
        "and helpdesk shows each helpdesk.AddTag."
    ) in [*about(play.terms, MORNING, inside=True)]
    drawn = mermaid(play.terms.definition, play.terms.brief)
    assert "helpdesk.state_of: status is answered" in drawn
    assert "helpdesk.AddTag is found" in drawn


def test_a_record_can_be_read_by_one_field_of_a_step() -> None:
    terms, play = both({**READ, "of": "ticket.id"}), played()
    (proof,) = reads_of(terms.brief.done_when)
    named = Lookup("helpdesk", "state_of", takes=Ref, gives=helpdesk.TicketState)
    asked = replace(terms, lookups={"helpdesk.state_of": named})
    assert argument_of(play.run, asked, proof) == {"id": TICKET.id}


@pytest.mark.parametrize("proofs", [[FOUND], [READ], [READ, FOUND]])
def test_a_brief_is_written_as_it_was_read_and_one_section_is_the_case_of_one(proofs: list[object]) -> None:
    brief = sample.brief(done_when=proofs)
    assert len(brief.done_when) == len(proofs)
    if len(proofs) == 1:
        assert brief == sample.brief(done_when=proofs[0])
    assert ("[[done_when]]" in write_brief(brief)) is (len(proofs) > 1)
    assert Brief.model_validate(brief.model_dump(by_alias=True)) == brief


def test_a_proof_is_read_or_found_and_nothing_in_between() -> None:
    for wrong in ({**READ, **FOUND}, {}, [], "helpdesk.AddTag", [FOUND, {"of": "ticket"}]):
        with pytest.raises(ValueError, match="done_when"):
            sample.brief(done_when=wrong)
    assert [*lines_of(sample.brief(done_when=FOUND).done_when)] == ["helpdesk shows each helpdesk.AddTag"]
