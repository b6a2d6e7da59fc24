"""Suggestions from plain words: asked once, written down, paid for, and gone when their time is over."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.model.scripted import Line, Script, unavailable
from bot.application.audit_erase import Erasure, erase, expire
from bot.application.decide import Wish, decide
from bot.application.interpret import LONGEST, Budget
from bot.application.recall import recall
from bot.application.suggest_change import NOT_CLEAR, Reply, suggest_change
from bot.application.suggest_start import NotUnderstood, Plea, suggest_start
from bot.domain.classified import MARK
from bot.domain.errors import NotAllowed, OutOfDate
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.run import RunId
from bot.domain.suggestion import KEPT_FOR, Filling, Rewording, Suggestion
from tests.application.office import TRIAGE, Office, opened
from tests.made import ADA, FARAH, LEO, MIA, OLGA, SAM

CARD = "c" * 32
FILLED: Script = {"id": "T-1001", "email": "ana@example.com"}
CHOSEN: Script = {"workflow": "one_act"}


def plea(text: str = "Please do it for T-1001.", *, delivery: str = "d-1", **other: Any) -> Plea:
    return replace(Plea(SAM, text, ("one_act",), delivery), **other)


async def reply(office: Office, run: RunId, text: str = "make it urgent", *, delivery: str = "d-1") -> Reply:
    stands = await office.run(run)
    terms = office.parts.library.pinned(stands)
    return Reply(stands, terms, stands.gates["approved"], CARD, MIA, text, delivery)


async def suggested(office: Office, run: RunId, **said: Any) -> Rewording:
    found = await suggest_change(office.parts, await reply(office, run, **said))
    assert found is not None
    assert isinstance(found.what, Rewording)
    return found.what


async def chat(office: Office) -> list[object]:
    return [one.notes["outcome"] for one in await office.store.queries.entries("chat")]


async def kept(office: Office, suggestion: Suggestion) -> bool:
    return await office.store.run(lambda tx: tx.suggestions.by_id(suggestion.id)) is not None


# --- starting --------------------------------------------------------------------------------------------------------


async def test_a_delivery_that_comes_again_is_not_asked_about_again(tmp_path: Path) -> None:
    async with opened(tmp_path, answers={"choose": CHOSEN, "fill": FILLED}) as office:
        first = await suggest_start(office.parts, plea())
        assert isinstance(first, Suggestion)
        assert isinstance(first.what, Filling)
        assert (first.what.values, first.what.left_out) == ({"id": "T-1001"}, ("email",))
        assert await suggest_start(office.parts, plea()) == first
        assert len(office.model.questions) == 2
        other = await suggest_start(office.parts, plea(delivery="d-2"))
        assert isinstance(other, Suggestion)
        assert other.id != first.id
        assert await chat(office) == ["answered"] * 4


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        ({"workflow": "none of these"}, NotUnderstood()),
        (unavailable("It is away."), NotUnderstood("It is away.")),
    ],
)
async def test_where_no_workflow_is_meant_nothing_is_kept(tmp_path: Path, choose: Line, expected: object) -> None:
    async with opened(tmp_path, answers={"choose": choose}) as office:
        assert await suggest_start(office.parts, plea()) == expected
        assert await suggest_start(office.parts, plea(offered=())) == NotUnderstood()
        assert len(office.model.questions) == 1


async def test_a_form_that_could_not_be_filled_in_is_offered_empty(tmp_path: Path) -> None:
    async with opened(tmp_path, answers={"choose": CHOSEN, "fill": unavailable("It is away.")}) as office:
        found = await suggest_start(office.parts, plea())
        assert isinstance(found, Suggestion)
        assert isinstance(found.what, Filling)
        assert (found.what.values, found.what.sure.doubts) == ({}, ("The form is empty: It is away.",))


async def test_a_model_sees_the_message_and_the_workflows_and_no_secret(tmp_path: Path) -> None:
    async with opened(tmp_path, answers={"choose": CHOSEN, "fill": FILLED}) as office:
        await suggest_start(office.parts, plea("T-1001, the key is correct horse battery staple"))
        choose, fill = office.model.questions
        assert {*choose.material} == {"message", "workflows"}
        assert {*fill.material} == {"message", "workflow"}
        assert "horse" not in f"{choose}{fill}"
        assert SAM.id not in f"{choose}{fill}"
        assert choose.prompt.startswith("choose@")
        assert choose.instructions.startswith("Somebody wrote a message")


async def test_the_budget_of_the_most_careful_workflow_ends_the_asking(tmp_path: Path) -> None:
    brief = {"limits": {"cost_per_day": "0.05 USD", "answer_within": "5s"}}
    answers = {"choose": CHOSEN, "fill": FILLED}
    async with opened(tmp_path, brief=brief, answers=answers, cost_micros=20_000) as office:
        assert isinstance(await suggest_start(office.parts, plea()), Suggestion)
        assert await office.counted("cost:chat") == 40_000
        found = await suggest_start(office.parts, plea(delivery="d-2"))
        assert isinstance(found, NotUnderstood)
        assert "budget" in found.why
        assert len(office.model.questions) == 2
        await office.pass_time(days=1)
        assert isinstance(await suggest_start(office.parts, plea(delivery="d-3")), Suggestion)
        own = office.parts.library.current("one_act").brief
        assert Budget.of_chat({"one_act": own}) == Budget("cost:chat", own.limits.cost_per_day, timedelta(seconds=5))
        assert Budget.of_chat({}) == Budget("cost:chat", None, LONGEST)


async def test_a_suggestion_is_for_one_person_and_for_a_day(tmp_path: Path) -> None:
    async with opened(tmp_path, answers={"choose": CHOSEN, "fill": FILLED}) as office:
        found = await suggest_start(office.parts, plea())
        assert isinstance(found, Suggestion)
        assert await recall(office.parts, found.id, SAM) == found
        with pytest.raises(NotAllowed):
            await recall(office.parts, found.id, LEO)
        with pytest.raises(OutOfDate):
            await recall(office.parts, "nothing", SAM)
        office.clock.at += KEPT_FOR
        with pytest.raises(OutOfDate):
            await recall(office.parts, found.id, SAM)
        assert await kept(office, found)
        await expire(office.parts)
        assert not await kept(office, found)


async def test_what_is_erased_about_somebody_is_suggested_no_more(tmp_path: Path) -> None:
    answers = {"choose": CHOSEN, "fill": {"subject": "Ana.Quill@example.org"}}
    async with opened(tmp_path, answers=answers, brief={"data": {"subject": "ticket.email"}}) as office:
        found = await suggest_start(office.parts, plea("Write to ANA.Quill@example.org"))
        assert isinstance(found, Suggestion)
        run = await office.start(value={"email": "ana.quill@example.org"})
        await office.decide(run)
        await erase(office.parts, Erasure("ana.quill@example.org", "She asked.", ADA, Door.TERMINAL))
        assert not await kept(office, found)


# --- changing --------------------------------------------------------------------------------------------------------


async def test_a_change_is_for_the_version_it_was_made_from(tmp_path: Path) -> None:
    async with opened(tmp_path, answers={"change": {"tag": "urgent"}}) as office:
        run = await office.start()
        found = await suggest_change(office.parts, await reply(office, run))
        assert found is not None
        assert isinstance(found.what, Rewording)
        assert (found.what.version, found.what.values, found.run) == (1, {"tag": "urgent"}, run)
        assert found.until == office.clock.now() + KEPT_FOR
        assert await suggest_change(office.parts, await reply(office, run)) == found
        assert len(office.model.questions) == 1

        wish = Wish(run, Verdict.EDIT, MIA, Door.SLACK, version=1, values=found.what.values, suggestion=found.id)
        with pytest.raises(NotAllowed):
            await decide(office.parts, replace(wish, by=FARAH))
        assert await kept(office, found), "what was refused leaves it"
        await decide(office.parts, wish)
        assert not await kept(office, found), "what was taken ends it"
        assert [line.step for line in await office.store.queries.attempts(run)] == ["approved"]
        assert await chat(office) == ["answered"]


@pytest.mark.parametrize("said", [{}, {"tag": "delayed"}])
async def test_words_that_change_nothing_are_no_wish(tmp_path: Path, said: dict[str, Plain]) -> None:
    async with opened(tmp_path, answers={"change": said}) as office:
        run = await office.start()
        assert await suggest_change(office.parts, await reply(office, run)) is None


async def test_what_has_no_field_to_change_asks_no_model(tmp_path: Path) -> None:
    async with opened(tmp_path, kind="helpdesk.AddTag") as office:
        run = await office.start()
        asked = await reply(office, run)
        fixed = asked.terms.intents["helpdesk.AddTag"]
        identifiers = fixed.identifiers
        fixed.identifiers = frozenset({*fixed.model_fields})
        try:
            assert await suggest_change(office.parts, asked) is None
        finally:
            fixed.identifiers = identifiers
        assert office.model.questions == []


async def test_a_value_that_does_not_fit_says_so_and_leaves_the_words(tmp_path: Path) -> None:
    async with opened(tmp_path, answers={"change": {"tag": "x" * 61}}) as office:
        found = await suggested(office, await office.start())
        assert (found.values, found.problem, found.text) == ({}, NOT_CLEAR, "make it urgent")
        assert found.sure.doubts == ("What you wish for “tag” does not fit there.",)


async def test_a_change_that_breaks_a_rule_says_which(tmp_path: Path) -> None:
    async with opened(
        tmp_path,
        copied=[TRIAGE],
        answers={
            "triage": {"category": "bug", "urgent": False, "summary": "It broke."},
            "draft": {"body": "We put it right."},
            "change": {"body": "Dear [name], we put it right."},
        },
    ) as office:
        run = await office.start("support_triage")
        found = await suggested(office, run)
        assert found.values == {}
        assert "An answer has no unfilled placeholder." in found.problem
        assert await office.counted("cost:support_triage") == 0


async def test_what_is_personal_is_neither_shown_to_the_model_nor_written_by_it(tmp_path: Path) -> None:
    async with opened(
        tmp_path,
        copied=[TRIAGE],
        brief={"data": {"classes": {"ticket.email": "personal"}}, "limits": {"cost_per_day": "1 USD"}},
        answers={
            "triage": {"category": "bug", "urgent": False, "summary": "It broke."},
            "draft": {"body": "Dear kingfisher@example.org, it is mended."},
            "change": {"body": f"Dear {MARK}, it is mended, and we are sorry."},
        },
        cost_micros=1_000,
    ) as office:
        run = await office.start("support_triage", value={"email": "kingfisher@example.org"})
        before = await office.counted("cost:support_triage")
        found = await suggested(office, run, text="be sorry, kingfisher@example.org is upset")
        assert "kingfisher" not in str(office.model.asked("change"))
        assert (found.values, found.problem) == ({}, NOT_CLEAR)
        assert await office.counted("cost:support_triage") == before + 1_000


async def test_a_suggestion_never_outlives_its_gate(tmp_path: Path) -> None:
    brief = {"reviewers": {"support": {"expires_after": "6h", "remind_after": "1h"}}}
    async with opened(tmp_path, brief=brief, answers={"change": {"tag": "urgent"}}) as office:
        run = await office.start()
        found = await suggest_change(office.parts, await reply(office, run))
        assert found is not None
        assert found.until == office.clock.now() + timedelta(hours=6)
        assert OLGA.id not in str(office.model.questions)
