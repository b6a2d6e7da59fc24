"""What `/ops` tells and changes beyond starting and steering: figures, the dial, the reasons, incidents, by name."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.adapters.slack.draw.answer import Line, messages
from bot.adapters.slack.hear.ops.commands import DO
from bot.adapters.slack.hear.ops.verb import VERBS, help_lines, usage_hint
from bot.adapters.slack.hear.surface import Surface
from bot.adapters.systems.sandbox import Backstage, Fault
from bot.domain.brief.writing import change_brief
from bot.domain.person import ChannelId
from bot.domain.run import Stage
from bot.domain.version import digest_of_text
from bot.ports.version import VersionKind
from bot.wiring import BACK_OFFICE
from tests.adapters.slack.hear.house import House, opened
from tests.adapters.slack.hear.test_commands import QUICK, ops
from tests.rules.grid import marked, page


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with opened(tmp_path) as house:
        yield house
    house.verify()


def helped() -> list[str]:
    """Help, line by line, without its marks."""
    return [line for message in messages(help_lines()) for line in message.text.split("\n")]


def test_what_is_listed_is_what_there_is() -> None:
    assert {verb.name for verb in VERBS} == {*DO}
    assert all(any(line.startswith(f"/ops {name}") for line in helped()) for name in DO)
    assert all(name in usage_hint() for name in DO)


def test_the_page_has_what_help_has() -> None:
    said = [f"{typed}  {does}" for typed, does in marked(page("how-to/use-ops.md"), "ops")[1:]]
    assert said == helped()


async def blocks(house: House) -> str:
    """The blocks of the last answer."""
    return str((await house.driver.log("chat.post*", way="call"))[-1]["request"]["blocks"])


async def test_what_was_handed_to_somebody_is_among_what_waits_for_them(house: House) -> None:
    run = await house.start("tag_ticket")
    card = await house.card()
    assert "Nothing waits for you." in await ops(house, "mine", by="nadia", channel="#general")
    form = await house.open("mia", card, "escalate")
    await house.submit("mia", form, category="not sure", text="May we?")
    said = await ops(house, "mine", by="nadia", channel="#general")
    assert f"{run.id[-7:]}  tag_ticket  waits for support, handed to you, for " in said
    shown = await blocks(house)
    assert f"archives/{card.channel}/p{card.ts.replace('.', '')}" in shown
    assert "'type': 'date'" in shown
    await house.press("mia", card, "reassign", house.user("leo"))
    assert "waits for support, handed to you" in await ops(house, "mine", by="leo")
    assert "waits for support, for" in await ops(house, "mine", by="mia")


async def test_why_a_run_stands_where_it_stands_is_told_shortly_and_its_story_at_length(house: House) -> None:
    run = await house.start("tag_ticket")
    short = run.id[-7:]
    said = await ops(house, f"why {short}")
    assert said.startswith(f"tag_ticket, run {short}: waiting\n“approved” waits for 1 approval by support (@mia, @leo)")
    assert "Why a person" not in said, "Whoever only asked for it could keep just below a threshold."
    assert "Why a person: At stage “approved” a person decides." in await ops(house, f"why {short}", by="mia")
    assert "that never approves it." in said
    assert "Once approved, exactly this is carried out, once." in said
    await ops(house, f"pause {short}", by="mia")
    await ops(house, "pause tag_ticket The help desk moves.", by="olga")
    said = await ops(house, f"why {short}")
    assert "It is held: nothing of it leaves until somebody resumes it." in said
    assert "tag_ticket is held: The help desk moves." in said
    assert "tag_ticket is held: The help desk moves." in await ops(house, "status")
    await ops(house, f"cancel {short} not needed")
    said = await ops(house, f"why {short}")
    assert "It has ended: stopped at " in said
    assert "Cancelled by Sam Okafor. not needed" in said
    story = await ops(house, f"show {short}")
    assert "  paused it" in story
    assert "cancelled it" in story


async def test_what_a_run_holds_is_read_by_those_it_concerns_alone(house: House) -> None:
    run = await house.start("tag_ticket", subject="Charged twice in May")
    form = await house.open("mia", await house.card(), "reject")
    await house.submit("mia", form, reason="wrong facts", text="Ana Silva is no customer.")
    for verb in ("show", "why"):
        said = await ops(house, f"{verb} {run.id[-7:]}", by="kenji", channel="#general")
        assert said == "Only those who decide or look after this may see inside. Ask the owner @olga."
        for name in ("sam", "mia", "olga"):
            assert "Ana Silva" in await ops(house, f"{verb} {run.id[-7:]}", by=name), (verb, name)


async def test_what_somebody_else_has_changed_meanwhile_stays_when_the_dial_is_turned(house: House) -> None:
    """Another process has stored a version that this one has not heard of."""
    parts, store = house.bot.bot.parts, house.bot.bot.store
    text = parts.library.text((VersionKind.BRIEF, "tag_ticket"))
    other = change_brief(text, "review_date", "2031-05-06")
    (known, *_) = await store.queries.history(VersionKind.BRIEF, "tag_ticket")
    await store.run(lambda tx: tx.versions.add(replace(known, text=other, digest=digest_of_text(other))))
    await ops(house, "dial tag_ticket assisted too early", by="olga")
    brief = parts.library.current("tag_ticket").brief
    assert (brief.stage, str(brief.review_date)) == (Stage.ASSISTED, "2031-05-06")


async def test_the_dial_is_turned_by_its_owner_alone_with_a_reason_on_the_record(house: House) -> None:
    before = await ops(house, "dial tag_ticket")
    assert "helpdesk.AddTag at “approved”: execute with approval – act with approval" in before
    assert "nothing speaks for a step further" in before
    assert "set its level to “execute automatically”" in before
    refused = await ops(house, "dial tag_ticket assisted it went wrong twice", by="mia")
    assert refused == "You may not change the brief here. Ask the owner @olga."
    said = await ops(house, "dial tag_ticket assisted it went wrong twice", by="olga")
    assert said.startswith("tag_ticket is at stage assisted now, as version 2 of its brief: the bot drafts")
    assert "helpdesk.AddTag at “approved”: observe and recommend" in said
    assert house.bot.bot.parts.library.current("tag_ticket").brief.stage is Stage.ASSISTED
    queries = house.bot.bot.store.queries
    newest, *_ = await queries.history(VersionKind.BRIEF, "tag_ticket")
    assert (newest.why, newest.by) == ("it went wrong twice", house.id("olga"))
    assert [one.actor for one in await queries.entries("auth")] == [house.id("mia")]
    assert "says that already" in await ops(house, "dial tag_ticket assisted once more", by="olga")


async def test_an_incident_is_told_to_those_who_are_responsible_and_counted(house: House) -> None:
    run = await house.start("tag_ticket")
    short = run.id[-7:]
    assert (await ops(house, f"incident {short}")).startswith("Say what went wrong: /ops incident")
    said = await ops(house, f"incident {short} The tag is on the wrong ticket.", by="kenji", channel="#general")
    assert f"The incident on run {short} of tag_ticket stands in the record." in said
    assert f"/ops pause {short}" in said
    (entry,) = await house.entries(run.id, "run.incident")
    assert (entry.actor, entry.fields[0].value) == (house.id("kenji"), "The tag is on the wrong ticket.")
    for name in ("olga", "jonas"):
        assert any("The tag is on the wrong ticket." in text for text in await house.told(name)), name
    assert (await house.run(run.id)).state == run.state
    await house.press("mia", await house.card(), "approve")
    assert "approved" not in (await ops(house, "report tag_ticket 7d", by="sam")).casefold()
    assert await ops(house, "report", by="sam") == "There is no workflow yet whose figures are for you to see."
    figures = await ops(house, "report tag_ticket 7d", by="mia")
    assert "Incidents declared: 1, on 1 run" in figures
    assert "Approved unchanged: 1 of 1 decided by people (100 %)" in figures
    evidence = "In the last 30 days: 1 of 1 proposals (100 %) approved unchanged. That is thin"
    assert evidence in await ops(house, "dial tag_ticket")


async def test_a_beginning_that_several_runs_have_lists_them(house: House) -> None:
    one = await house.start("tag_ticket")
    other = await house.start("tag_ticket", id="T-1002")
    said = await ops(house, f"why {one.id[:3]}")
    assert said.startswith(f"More than one run begins or ends with “{one.id[:3]}”. Type more of it:")
    assert all(f"{run.id[-7:]}  tag_ticket  waits for support" in said for run in (one, other))


async def test_what_is_parked_waits_for_whoever_looks_after_it(house: House) -> None:
    run = await house.start("tag_ticket")
    Backstage(house.settings.data / BACK_OFFICE).fault("helpdesk.AddTag", Fault.REFUSE)
    await house.press("mia", await house.card(), "approve")
    said = await ops(house, "mine", by="olga")
    assert said.startswith(f"Parked, and yours to look after:\n{run.id[-7:]}  tag_ticket  ")
    assert "Parked" not in await ops(house, "mine", by="mia")
    said = await ops(house, f"why {run.id[-7:]}")
    assert "It is parked and needs a person: " in said
    assert "The owner @olga or the maintainer @jonas resumes or cancels it." in said


async def test_what_a_command_changed_is_through_with_its_commit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a bot that dies before it answers does not do it a second time."""
    left: list[int] = []
    answer = Surface.answer

    async def counted(self: Surface, channel: ChannelId, person: str, lines: Iterable[Line], **more: Any) -> None:
        left.append(len(await house.bot.bot.store.run(lambda tx: tx.inbox.waiting(10))))
        await answer(self, channel, person, lines, **more)

    run = await house.start("tag_ticket")
    monkeypatch.setattr(Surface, "answer", counted)
    await ops(house, f"start tag_ticket {QUICK} language=fr")
    for typed in ("dial tag_ticket assisted too early", "pause tag_ticket a bug", f"incident {run.id[-7:]} a bug"):
        await ops(house, typed, by="olga")
    assert {*left} == {0}
