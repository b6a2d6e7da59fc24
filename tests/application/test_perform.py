"""Performing whatever a run orders, to exactly one outcome: pauses, deploys, budgets, our own mistakes."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.model.scripted import Said, unavailable, wrong
from bot.adapters.systems.sandbox import Fault
from bot.application.perform import perform
from bot.application.steer import Move
from bot.application.stumble import PATIENCE
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import ActionStatus, RunState, Source, StepStatus
from bot.ports.model import Answer, NoAnswer, Question
from tests.application.conftest import APPLIED, TRIAGED
from tests.application.office import ONBOARDING, PARTNER_TICKET, TRIAGE, Killed, Office, opened, ticket
from tests.made import FARAH, LEO, MIA, NORA, OLGA, stranger

ACCOUNT, STATE = "helpdesk.account_of", "helpdesk.state_of"


# --- every kind of effect ---------------------------------------------------------------------------------------------


async def test_support_triage_goes_from_its_ticket_to_its_proof(triage: Office) -> None:
    run = await triage.start("support_triage")
    waiting = await triage.run(run)
    assert waiting.steps["account"].source is Source.SYSTEM
    assert waiting.steps["triage"].source is Source.MODEL
    assert (waiting.gates["approved"].shown_at, waiting.spent_micros) == (triage.clock.now(), 20_000)
    done = await triage.decide(run)
    assert (done.state, [call.kind for call in triage.effects()]) == (RunState.DONE, ["helpdesk.SendReply"])
    assert await triage.pending(run) == []
    assert ("play/sam", "Done.") in triage.chat.told


async def test_partner_onboarding_uses_all_twelve_verbs(tmp_path: Path) -> None:
    answers = {**APPLIED, "application": {"kind": "reseller", "company": "Bells", "summary": "They sell."}}
    async with opened(tmp_path, copied=[ONBOARDING, PARTNER_TICKET], answers=answers) as office:
        run = await office.start("partner_onboarding")
        records = [ticket(id="T-1002"), ticket(id="T-1003"), ticket(id="T-1002")]
        await office.decide(run, Verdict.ANSWER, NORA, values={"note": "Friendly.", "records": records})
        await office.decide(run, by=FARAH) if False else await office.decide(run, by=office.people.people["play/lena"])
        waiting = await office.run(run)
        assert (waiting.state, waiting.steps["settled"].status) == (RunState.WAITING, StepStatus.WAITING)
        await office.pass_time(days=2)
        done = await office.run(run)
        assert done.state is RunState.DONE
        value = done.value("marked")
        assert isinstance(value, dict)
        runs = value["runs"]
        assert isinstance(runs, list)
        assert [(await office.run(str(one))).state for one in runs] == [RunState.DONE] * 3  # type: ignore[arg-type]
        assert len(set(map(str, runs))) == 2, "The same record twice starts one run."
        assert sum(call.record == "helpdesk:T-1002" for call in office.effects()) == 1


async def test_records_that_may_start_no_run_are_counted_and_hold_nothing_up(tmp_path: Path) -> None:
    answers = {**APPLIED, "application": {"kind": "reseller", "company": "Bells", "summary": "They sell."}}
    async with opened(tmp_path, copied=[ONBOARDING, PARTNER_TICKET], answers=answers) as office:
        run = await office.start("partner_onboarding")
        records = [ticket(id="T-1002"), ticket(id="T-1003")]
        await office.decide(run, Verdict.ANSWER, NORA, values={"note": "Friendly.", "records": records})
        await office.decide(run, by=office.people.people["play/lena"])
        by = stranger(NORA, groups=frozenset({"staff"}))
        await switch(office.parts, Flip("partner_ticket", pause=True, by=by, door=Door.TERMINAL, why="Not now."))
        await office.pass_time(days=2)
        done = await office.run(run)
        assert (done.state, done.value("marked")) == (RunState.DONE, {"runs": [], "skipped": 2})


async def test_a_dry_run_changes_nothing_and_says_what_it_would_have_changed(tmp_path: Path) -> None:
    async with opened(tmp_path, brief={"stage": "shadow"}) as office:
        run = await office.start()
        (tried,) = await office.entries(run, "action.dry_run")
        assert "would" in {field.name for field in tried.fields}
        assert office.effects() == ()
        assert office.chat.told == []
        assert list((await office.run(run)).questions) == ["observe"]


async def test_a_dry_run_that_the_system_would_refuse_says_so_and_goes_on(tmp_path: Path) -> None:
    async with opened(tmp_path, brief={"stage": "shadow"}) as office:
        run = await office.start(value={"id": "T-none"})
        (tried,) = await office.entries(run, "action.dry_run")
        assert "It would have failed" in str(tried.fields)
        assert list((await office.run(run)).questions) == ["observe"]


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.ERROR_BEFORE, Fault.LOST_ANSWER])
async def test_a_read_is_tried_again_until_it_works(triage: Office, fault: Fault) -> None:
    number = triage.desk.backstage.fault(ACCOUNT, fault, times=None)
    run = await triage.start("support_triage")
    assert (await triage.run(run)).state is RunState.RUNNING
    assert [entry.attempt for entry in await triage.entries(run, "step.retried")] == [1]
    triage.desk.backstage.clear()
    await triage.pass_time(minutes=1)
    assert ((await triage.run(run)).state, number) == (RunState.WAITING, number)


async def test_a_read_that_never_works_is_filled_in_by_a_person_and_pages_somebody(triage: Office) -> None:
    triage.desk.backstage.fault(ACCOUNT, Fault.DOWN, times=None)
    run = await triage.start("support_triage")
    await triage.pass_time(hours=1)
    waiting = await triage.run(run)
    assert (waiting.questions["account"].group, waiting.state) == ("support", RunState.WAITING)
    assert "is asked to fill in “account”" in triage.chat.told_to("play/priya")


async def test_a_record_there_is_not_is_no_reason_to_try_again(triage: Office) -> None:
    run = await triage.start("support_triage", value={"customer_id": "C-none"})
    assert list((await triage.run(run)).questions) == ["account"]
    assert await triage.entries(run, "step.retried") == []


async def test_an_answer_in_a_form_we_do_not_know_is_refused_in_words(triage: Office) -> None:
    class Odd:
        async def read(self, lookup: str, about: object) -> object:
            from bot.intents.helpdesk import TicketState

            return TicketState.model_construct(ticket_id=7)

    triage.wire.read_only = Odd  # type: ignore[method-assign,assignment]
    run = await triage.start("support_triage")
    assert "answered in a form we do not know" in (await triage.run(run)).questions["account"].text


# --- the model, its budget and what it costs --------------------------------------------------------------------------


@pytest.fixture
async def thrifty(tmp_path: Path) -> AsyncIterator[Office]:
    """A workflow with three cents a day for a model that costs one a question."""
    limits = {"limits": {"cost_per_day": "0.03 EUR", "cost_per_run": "0.02 EUR"}}
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED, brief=limits, cost_micros=10_000) as office:
        yield office


async def test_what_a_model_costs_is_reserved_before_and_settled_after(thrifty: Office) -> None:
    run = await thrifty.start("support_triage")
    assert await thrifty.counted("cost:support_triage") == 20_000
    attempts = await thrifty.store.queries.attempts(run)
    assert [(line.step, line.attempt.cost_micros) for line in attempts] == [("triage", 10_000), ("draft", 10_000)]
    assert [entry.notes["cost_micros"] for entry in await thrifty.entries(run, "model.asked")] == [10_000, 10_000]


async def test_a_model_that_was_cheaper_than_feared_gives_the_rest_back(thrifty: Office) -> None:
    thrifty.model.cost_micros = 0
    costs: Callable[[Question], int] = lambda question: 15_000  # noqa: E731  it stands in for a method
    thrifty.model.estimate_micros = costs  # type: ignore[method-assign]
    await thrifty.start("support_triage")
    assert await thrifty.counted("cost:support_triage") == 0


async def test_a_cost_that_nobody_knows_counts_as_much_as_was_feared(thrifty: Office) -> None:
    real = thrifty.model.answer

    async def silent(question: Question) -> Answer | NoAnswer:
        from dataclasses import replace

        said = await real(question)
        return replace(said, attempts=tuple(replace(one, cost_micros=None) for one in said.attempts))

    thrifty.model.answer = silent  # type: ignore[method-assign]
    await thrifty.start("support_triage")
    assert await thrifty.counted("cost:support_triage") == 20_000


async def test_where_the_days_budget_does_not_reach_the_run_is_parked_and_nobody_is_asked(thrifty: Office) -> None:
    await thrifty.start("support_triage")
    run = await thrifty.start("support_triage", key="k-2")
    parked = await thrifty.run(run)
    assert (parked.state, parked.steps["draft"].status) == (RunState.PARKED, StepStatus.FAILED)
    assert "The day's budget of 0.03 EUR for the model is used up." in thrifty.chat.told_to(OLGA.id)
    assert await thrifty.counted("cost:support_triage") == 30_000
    assert len(thrifty.model.asked("draft")) == 1
    await thrifty.pass_time(days=1)
    assert (await thrifty.steer(run, Move.RESUME, OLGA)).state is RunState.WAITING


async def test_where_the_runs_budget_does_not_reach_no_draft_is_written_again(thrifty: Office) -> None:
    run = await thrifty.start("support_triage")
    from bot.domain.errors import OverLimit

    with pytest.raises(OverLimit, match="used its budget"):
        await thrifty.decide(run, Verdict.REDRAFT, text="Shorter.")
    assert (await thrifty.decide(run)).state is RunState.DONE


async def test_a_remark_reaches_the_model_with_what_it_wrote_before(triage: Office) -> None:
    run = await triage.start("support_triage")
    await triage.decide(run, Verdict.REDRAFT, text="Shorter.")
    first, second = triage.model.asked("draft")
    assert (first.remark, first.previous) == ("", None)
    assert (second.remark, second.previous) == ("Shorter.", {"body": "We found the mistake and put it right."})
    assert first.key != second.key
    assert (await triage.run(run)).gates["approved"].version == 2


async def test_a_model_that_answers_badly_is_not_asked_again_but_one_that_is_away_is(tmp_path: Path) -> None:
    answers = {
        **TRIAGED,
        "triage": [unavailable(transient=True), Said({"category": "bug", "urgent": False, "summary": "x"})],
    }
    async with opened(tmp_path, copied=[TRIAGE], answers=answers) as office:
        run = await office.start("support_triage")
        await office.pass_time(minutes=1)
        assert (await office.run(run)).gates["approved"].version == 1
        attempts = await office.store.queries.attempts(run)
        assert [line.attempt.outcome for line in attempts] == ["unavailable", "answered", "answered"]
        office.model.script = {**TRIAGED, "triage": wrong("It gave no category.")}
        other = await office.start("support_triage", key="k-2")
        assert "It gave no category." in (await office.run(other)).questions["triage"].text
        assert len(await office.store.queries.attempts(other)) == 1


async def test_secrets_in_what_a_model_says_are_stored_nowhere(tmp_path: Path) -> None:
    answers = {**TRIAGED, "draft": {"body": "It is correct horse battery staple."}}
    async with opened(tmp_path, copied=[TRIAGE], answers=answers) as office:
        run = await office.start("support_triage")
        assert "correct horse" not in str(await office.run(run)) + str(await office.entries(run))


# --- pauses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["one_act", EVERYTHING])
async def test_what_is_approved_while_everything_is_held_goes_out_when_it_goes_on(office: Office, scope: str) -> None:
    run = await office.start()
    by = stranger(OLGA, groups=frozenset({"staff"}))
    await switch(office.parts, Flip(scope, pause=True, by=by, door=Door.TERMINAL, why="The desk is moving."))
    held = await office.decide(run)
    assert (held.state, held.actions[0].status, office.effects()) == (RunState.RUNNING, ActionStatus.PLANNED, ())
    await office.pass_time(days=2)
    assert office.effects() == ()
    await switch(office.parts, Flip(scope, pause=False, by=by, door=Door.TERMINAL))
    await office.settle()
    assert ((await office.run(run)).state, len(office.effects())) == (RunState.DONE, 1)


async def test_a_paused_run_goes_on_where_it_stood_and_may_be_tried_as_often_as_any(triage: Office) -> None:
    """The time it was held up counts neither as a try nor against the time for tries."""
    run = (await triage.open("support_triage")).run
    for _ in range(6):
        await triage.steer(run, Move.PAUSE, OLGA)
        await triage.pass_time(hours=3)
        triage.desk.backstage.clear()
        triage.desk.backstage.fault(ACCOUNT, Fault.DOWN, times=None)
        await triage.steer(run, Move.RESUME, OLGA) if _ == 5 else await triage.steer(run, Move.RESUME, OLGA)
    assert (await triage.run(run)).state is RunState.RUNNING
    triage.desk.backstage.clear()
    await triage.pass_time(hours=1)
    assert (await triage.run(run)).state is RunState.WAITING


async def test_cards_messages_and_clocks_go_on_in_a_pause(office: Office) -> None:
    run = await office.start()
    await office.steer(run, Move.PAUSE, OLGA)
    await office.decide(run, Verdict.COMMENT, text="Hm.")
    shown = len(office.chat.shown)
    await office.pass_time(hours=4)
    assert shown == 2
    assert "still waits for you" in office.chat.told_to(MIA.id)


# --- a deploy in between ----------------------------------------------------------------------------------------------


def another_tag(text: str) -> str:
    return text.replace('tag="delayed"', 'tag="late"')


async def test_a_deploy_that_changed_what_lies_ahead_parks_the_run_once_and_says_so_once(office: Office) -> None:
    run = await office.start()
    office.deploy("one_act", lambda text: text.replace("act(approved)", "act(approved, when=None)"))
    await office.decide(run)
    parked = await office.run(run)
    assert parked.state is RunState.PARKED
    assert office.chat.told_to(OLGA.id).count("A new version changed steps this run still has ahead") == 1
    assert len(await office.entries(run, "run.parked")) == 1
    await office.pass_time(days=1)
    assert len(await office.entries(run, "run.parked")) == 1


async def test_what_a_deploy_held_up_goes_on_once_its_owner_accepts_the_new_version(office: Office) -> None:
    run = await office.start()
    office.deploy("one_act", lambda text: text.replace("act(approved)", "act(approved, when=None)"))
    await office.decide(run)
    done = await office.steer(run, Move.RESUME, OLGA)
    assert (done.state, len(office.effects())) == (RunState.DONE, 1)


async def test_a_deploy_in_the_middle_of_reading_loses_no_read(triage: Office) -> None:
    run = (await triage.open("support_triage")).run
    triage.deploy("support_triage", lambda text: text.replace("Spam: nothing to answer.", "Spam."))
    await triage.settle()
    parked = await triage.run(run)
    assert (parked.state, await triage.pending(run)) == (RunState.PARKED, ["read"])
    assert (await triage.steer(run, Move.RESUME, OLGA)).gates["approved"].version == 1


async def test_a_deploy_that_changed_what_lies_behind_disturbs_nobody(triage: Office) -> None:
    run = await triage.start("support_triage")
    triage.deploy("support_triage", lambda text: text.replace("Spam: nothing to answer.", "Spam."))
    assert (await triage.decide(run)).state is RunState.DONE


async def test_a_gate_that_a_deploy_parked_keeps_its_clock(office: Office) -> None:
    run = await office.start()
    office.deploy("one_act", lambda text: text.replace("act(approved)", "act(approved, when=None)"))
    await office.pass_time(hours=4)
    assert (await office.run(run)).state is RunState.PARKED
    await office.steer(run, Move.RESUME, OLGA)
    await office.settle()
    assert "still waits for you" in office.chat.told_to(MIA.id)
    await office.pass_time(days=4)
    assert "Nobody decided “approved” in time" in office.chat.told_to(OLGA.id)


# --- our own mistakes -------------------------------------------------------------------------------------------------


async def test_a_bug_in_the_call_is_tried_a_few_times_and_ends_in_doubt_not_in_a_guess(office: Office) -> None:
    run = await office.start()
    office.wire.after = [KeyError("a bug of ours") for _ in range(9)]
    office.wire._desk.find = broken  # type: ignore[method-assign]
    await office.decide(run)
    await office.pass_time(hours=1)
    parked = await office.run(run)
    assert (parked.state, parked.actions[0].status) == (RunState.PARKED, ActionStatus.IN_DOUBT)
    assert "Something in the bot itself failed" in parked.reason
    assert len(office.effects()) == 1
    assert len(await office.entries(run, "step.retried")) == PATIENCE.retries


async def broken(*args: object) -> None:
    raise KeyError("a bug of ours")


async def test_a_bug_before_the_call_parks_the_run_for_its_pager(office: Office) -> None:
    run = await office.start()
    office.wire.bindings = Bomb()  # type: ignore[assignment]
    await office.decide(run)
    await office.pass_time(hours=1)
    parked = await office.run(run)
    assert (parked.state, parked.actions[0].status) == (RunState.PARKED, ActionStatus.PLANNED)
    assert "Something in the bot itself failed (ZeroDivisionError)" in office.chat.told_to("play/priya")


class Bomb(dict[str, object]):
    def get(self, key: object, default: object = None) -> object:
        raise ZeroDivisionError


async def test_a_bug_in_a_read_is_tried_a_few_times_and_then_follows_the_brief(triage: Office) -> None:
    triage.wire.read_only = broken_reader  # type: ignore[method-assign]
    run = await triage.start("support_triage")
    await triage.pass_time(hours=1)
    waiting = await triage.run(run)
    assert "Something in the bot itself failed (TypeError)" in waiting.questions["account"].text


def broken_reader() -> object:
    raise TypeError("a bug of ours")


@pytest.mark.parametrize("trouble", ["away", "broken"])
async def test_a_chat_that_cannot_be_reached_holds_no_run_up(office: Office, trouble: str) -> None:
    setattr(office.chat, trouble, True)
    run = await office.start()
    assert (await office.decide(run)).state is RunState.DONE
    await office.pass_time(days=3)
    lost = await office.entries(run, "message.lost")
    assert {entry.step for entry in lost} == {"approved", None}
    assert await office.pending(run) == []


async def test_what_the_chat_missed_is_said_when_it_is_back(office: Office) -> None:
    office.chat.away = True
    run = await office.start()
    await office.decide(run)
    office.chat.away = False
    await office.pass_time(hours=1)
    assert office.chat.told_to("play/sam") == "Done."
    assert office.chat.shown[-1] == ("approved", 1)


async def test_an_open_card_that_could_not_be_shown_pages_somebody_and_can_still_be_decided(office: Office) -> None:
    office.chat.away = True
    run = await office.start()
    await office.pass_time(days=1)
    office.chat.away = False
    await office.pass_time(hours=12)
    assert "could not be shown" in office.chat.told_to("play/priya")
    assert (await office.run(run)).state is RunState.WAITING
    assert (await office.decide(run, by=LEO)).state is RunState.DONE


async def test_what_cannot_even_be_parked_is_put_aside_and_kept(office: Office) -> None:
    run = await office.start()
    real = office.parts.library.pinned
    office.parts.library.pinned = broken_pins  # type: ignore[method-assign]
    (lease,) = await soon(office)
    await office.perform(lease)
    office.parts.library.pinned = real  # type: ignore[method-assign]
    assert await office.pending(run) == ["wake"]


async def soon(office: Office) -> tuple[object, ...]:
    office.clock.forward(hours=4)
    return await office.lease()


def broken_pins(run: object) -> object:
    raise KeyError("a bug of ours")


async def test_a_lease_that_somebody_else_has_by_now_does_nothing(triage: Office) -> None:
    run = (await triage.open("support_triage")).run
    (late,) = await triage.lease()
    triage.clock.forward(seconds=91)
    (now,) = await triage.lease()
    await perform(triage.parts, late)
    assert [call for call in triage.desk.backstage.calls() if call.kind == ACCOUNT] == []
    await perform(triage.parts, now)
    assert (await triage.run(run)).steps["account"].status is StepStatus.DONE
    assert Killed is not None
    assert timedelta is not None
    assert STATE
    assert another_tag
