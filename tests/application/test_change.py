"""Owners change briefs and prompts without a deploy; every change is checked, recorded, and can be taken back."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.directory.listed import Listed
from bot.adapters.model.scripted import Scripted
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.connected import Connected
from bot.adapters.terminal.messenger import Terminal
from bot.application.change import Change, change
from bot.application.parts import Parts
from bot.application.roll_back import roll_back
from bot.domain.brief.writing import change_brief
from bot.domain.errors import Misdeclared, NotAllowed, OutOfDate, Refused, Unfit, Unknown
from bot.domain.person import Door, Person, PersonId
from bot.domain.redaction import Redactor
from bot.domain.run import RunId, Stage
from bot.ports.queries import Recorded
from bot.ports.version import Version, VersionKind
from tests.adapters.library.folder import BRIEF, PROMPT, swapped, write_workflow
from tests.naughty import SHORT_TEXTS
from tests.shelves import shelf_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OLGA = Person(PersonId("acme/olga"), "Olga", "@olga")
MIA = Person(PersonId("acme/mia"), "Mia", "@mia")
NAME = "tag_ticket"


class Clock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    store = SqliteStore(tmp_path / "data.sqlite3", keys=KeyFile(tmp_path / "audit.key"), writer="w", clock=Clock())
    write_workflow(tmp_path / "flows")
    async with store.open():
        shelf = shelf_of(tmp_path / "flows", model="m", package="changed")
        await store.run(lambda tx: shelf.seed(tx, NOW))
        yield Parts(
            store=store,
            library=shelf,
            directory=Listed([OLGA, MIA]),
            systems=Connected([]),
            model=Scripted({}),
            messenger=Terminal(print),
            clock=Clock(),
            redactor=Redactor(["correct horse battery"]),
            new_run_id=lambda: RunId("r"),
            pseudonym=str,
        )


def wish(
    text: str,
    *,
    by: Person = OLGA,
    why: str = "Mondays are busy.",
    base: int | None = None,
    on_behalf_of: str = "",
) -> Change:
    return Change(VersionKind.BRIEF, NAME, text, by, Door.TERMINAL, why, base, on_behalf_of)


def with_setting(where: str, value: object, text: str = BRIEF) -> str:
    return change_brief(text, where, value)


async def versions(parts: Parts, kind: VersionKind = VersionKind.BRIEF, name: str = NAME) -> tuple[Version, ...]:
    return await parts.store.queries.history(kind, name)


async def refused(parts: Parts, wanted: Change, kind: type[Refused] | type[Misdeclared]) -> str:
    before = await versions(parts)
    with pytest.raises(kind) as caught:
        await change(parts, wanted)
    assert await versions(parts) == before
    assert parts.library.current(NAME).brief.stage is Stage.APPROVED
    return caught.value.message


def told(entry: Recorded) -> Mapping[str, object]:
    return {field.name: field.value for field in entry.fields} | dict(entry.notes)


async def test_a_changed_stage_counts_from_here_on_and_is_recorded(parts: Parts) -> None:
    added = await change(parts, wish(with_setting("stage", "assisted")))
    assert (added.n, added.by, added.why, added.diff) == (
        2,
        "acme/olga",
        "Mondays are busy.",
        "stage: “approved” → “assisted”",
    )
    assert parts.library.current(NAME).brief.stage is Stage.ASSISTED
    (entry,) = await parts.store.queries.entries("config")
    assert (entry.kind, entry.actor) == ("config.changed", "acme/olga")
    assert (
        told(entry).items()
        >= {
            "what": "brief tag_ticket",
            "why": "Mondays are busy.",
            "diff": "stage: “approved” → “assisted”",
            "version": 2,
            "door": "terminal",
            "workflow": "tag_ticket",
            "digest": added.digest,
        }.items()
    )


async def test_a_prompt_is_changed_with_a_difference_line_by_line(parts: Parts) -> None:
    text = swapped(PROMPT, "Say what", "Tell us what")
    added = await change(parts, Change(VersionKind.PROMPT, f"{NAME}/topic", text, OLGA, Door.SLACK, "Clearer."))
    assert "-Say what the ticket is about." in added.diff
    assert "+Tell us what the ticket is about." in added.diff
    assert parts.library.current(NAME).prompts["topic"].body.startswith("Tell us what")


async def test_a_change_of_comments_alone_shows_the_comment(parts: Parts) -> None:
    added = await change(parts, wish("# hers\n" + BRIEF))
    assert "+# hers" in added.diff


async def test_only_the_owner_changes_a_brief(parts: Parts) -> None:
    said = await refused(parts, wish(with_setting("stage", "limited"), by=MIA), NotAllowed)
    assert said == "You may not change the brief here. Ask the owner @olga."
    (entry,) = await parts.store.queries.entries("auth")
    assert (entry.kind, entry.actor) == ("auth.refused", "acme/mia")
    assert told(entry)["why"] == said


async def test_nobody_makes_themselves_the_owner(parts: Parts) -> None:
    text = with_setting("owner", "@mia", with_setting("stage", "limited"))
    await refused(parts, wish(text, by=MIA), NotAllowed)


async def test_the_house_rules_are_changed_by_whoever_owns_every_workflow(parts: Parts) -> None:
    rules = Change(VersionKind.HOUSE, "house", "[limits]\nactions_per_run = 3\n", MIA, Door.TERMINAL, "Careful.")
    with pytest.raises(NotAllowed):
        await change(parts, rules)
    added = await change(parts, replace(rules, by=OLGA))
    assert (added.n, added.diff) == (1, "limits.actions_per_run: 5 → 3")
    assert parts.library.current(NAME).brief.limits.actions_per_run == 3


OVERRIDE = """
[[overrides]]
intent = "helpdesk.AddTag"
evidence = "300 tags and none changed"
undo = "Take the tag off again"
author = "{}"
approved_by = "{}"
on = 2026-03-02
"""


async def test_an_override_is_entered_by_whoever_approves_it(parts: Parts) -> None:
    said = await refused(parts, wish(BRIEF + OVERRIDE.format("@olga", "@mia")), NotAllowed)
    assert said == "An override is entered by whoever approves it. Ask @mia to enter this one."
    await change(parts, wish(BRIEF + OVERRIDE.format("@mia", "@olga")))
    assert parts.library.current(NAME).brief.overrides[0].approved_by == "@olga"


async def test_an_override_that_stands_already_hinders_no_other_change(parts: Parts) -> None:
    standing = BRIEF + OVERRIDE.format("@mia", "@olga")
    await change(parts, wish(standing))
    await change(parts, wish(with_setting("stage", "limited", standing)))


async def test_a_brief_that_would_not_load_is_refused_with_its_line(parts: Parts) -> None:
    said = await refused(parts, wish(swapped(BRIEF, 'stage = "approved"', 'stage = "full"')), Misdeclared)
    assert "brief.toml (changed):8: `stage` must be one of" in said


@pytest.mark.parametrize("why", ["", "  \n", "x" * 501])
async def test_a_change_says_why(parts: Parts, why: str) -> None:
    assert (await refused(parts, wish(with_setting("stage", "limited"), why=why), Unfit)).startswith("Say why")


async def test_no_change_is_no_version(parts: Parts) -> None:
    assert await refused(parts, wish(BRIEF), Unfit) == "Nothing would change: tag_ticket says that already."
    crlf = BRIEF.replace("\n", "\r\n")
    assert await refused(parts, wish(crlf), Unfit) == "Nothing would change: tag_ticket says that already."


@pytest.mark.parametrize("secret", ["correct horse battery", "ghp_" + "a1B2" * 9])
async def test_a_secret_is_not_stored_with_a_brief(parts: Parts, secret: str) -> None:
    said = await refused(parts, wish(with_setting("process", f"Use {secret} to log in.")), Unfit)
    assert said.startswith("There is a secret in this text")
    assert secret not in said


async def test_a_secret_in_the_reason_is_taken_out(parts: Parts) -> None:
    added = await change(parts, wish(with_setting("stage", "limited"), why="correct horse battery said so"))
    assert added.why == "[secret removed] said so"


async def test_two_owners_do_not_overwrite_each_other(parts: Parts) -> None:
    await change(parts, wish(with_setting("stage", "limited")))
    late = wish(with_setting("stage", "assisted"), base=1)
    with pytest.raises(OutOfDate, match="tag_ticket was changed in the meantime"):
        await change(parts, late)
    assert len(await versions(parts)) == 2


async def test_what_another_process_stored_is_what_a_change_is_measured_by(parts: Parts) -> None:
    text = with_setting("owner", "@mia")
    stored = (await versions(parts))[0]
    await parts.store.run(lambda tx: tx.versions.add(replace(stored, text=text, digest="0" * 64)))
    with pytest.raises(NotAllowed):
        await change(parts, wish(with_setting("stage", "limited", text)))


async def test_whoever_sat_at_the_keyboard_is_recorded(parts: Parts) -> None:
    await change(parts, wish(with_setting("stage", "limited"), on_behalf_of="acme/sam"))
    (entry,) = await parts.store.queries.entries("config")
    assert told(entry)["at_the_keyboard"] == "acme/sam"


async def test_an_earlier_version_comes_back_as_a_new_one(parts: Parts) -> None:
    await change(parts, wish(with_setting("stage", "assisted")))
    back = await roll_back(
        parts, kind=VersionKind.BRIEF, name=NAME, to=1, by=OLGA, door=Door.TERMINAL, why="Too careful."
    )
    assert (back.n, back.text, back.why) == (3, BRIEF, "Back to version 1. Too careful.")
    assert back.diff == "stage: “assisted” → “approved”"
    assert parts.library.current(NAME).brief.stage is Stage.APPROVED
    assert [v.n for v in await versions(parts)] == [3, 2, 1]


async def test_going_back_takes_the_same_right_as_going_forward(parts: Parts) -> None:
    await change(parts, wish(with_setting("stage", "assisted")))
    with pytest.raises(NotAllowed):
        await roll_back(parts, kind=VersionKind.BRIEF, name=NAME, to=1, by=MIA, door=Door.TERMINAL, why="x")


@pytest.mark.parametrize("to", [0, -1, 2, 99])
async def test_there_is_no_way_back_to_a_version_that_never_was(parts: Parts, to: int) -> None:
    with pytest.raises(Unknown, match=f"There is no version {to} of tag_ticket. There are versions 1 to 1."):
        await roll_back(parts, kind=VersionKind.BRIEF, name=NAME, to=to, by=OLGA, door=Door.TERMINAL, why="x")
    with pytest.raises(Unknown, match="There are no versions yet"):
        await roll_back(parts, kind=VersionKind.HOUSE, name="house", to=to, by=OLGA, door=Door.TERMINAL, why="x")


async def test_no_text_but_a_brief_is_stored_as_one(parts: Parts) -> None:
    for text in SHORT_TEXTS.values():
        await refused(parts, wish(text), Misdeclared)


async def test_a_workflow_nobody_knows_is_not_changed(parts: Parts) -> None:
    with pytest.raises(Unknown):
        await change(parts, replace(wish(BRIEF), name="nothing"))


# --- a brief that does not fit ----------------------------------------------------------------------------------------


UNFIT = swapped(BRIEF, 'helpdesk = ["AddTag"]', 'helpdesk = ["SendReply"]')
UNREADABLE = swapped(BRIEF, 'stage = "approved"', 'stage = "full"')


async def unfit(parts: Parts, text: str) -> None:
    """What is stored does not fit any more: the bot, or the steps, have changed since."""
    stored = (await versions(parts))[0]
    added = await parts.store.run(lambda tx: tx.versions.add(replace(stored, text=text, digest="0" * 64, by=OLGA.id)))
    parts.library.learn([added])
    assert parts.library.names() == ()


async def rolled_back(parts: Parts, by: Person = OLGA, to: int = 1) -> Version:
    return await roll_back(
        parts, kind=VersionKind.BRIEF, name=NAME, to=to, by=by, door=Door.TERMINAL, why="It does not fit."
    )


async def test_what_check_refuses_is_not_stored(parts: Parts) -> None:
    said = await refused(parts, wish(UNFIT), Misdeclared)
    assert "proposes helpdesk.AddTag, which the brief does not allow" in said


@pytest.mark.parametrize("text", [UNFIT, UNREADABLE])
async def test_its_owner_goes_back_from_a_brief_that_does_not_fit(parts: Parts, text: str) -> None:
    await unfit(parts, text)
    back = await rolled_back(parts)
    assert (back.n, back.text, parts.library.names()) == (3, BRIEF, (NAME,))
    (entry,) = await parts.store.queries.entries("config")
    assert (entry.kind, entry.actor, told(entry)["why"]) == ("config.changed", OLGA.id, back.why)
    assert back.diff


@pytest.mark.parametrize("text", [UNFIT, UNREADABLE])
async def test_nobody_else_does(parts: Parts, text: str) -> None:
    await unfit(parts, text)
    with pytest.raises(NotAllowed):
        await rolled_back(parts, by=MIA)
    assert len(await versions(parts)) == 2


async def test_whoever_took_it_over_does_and_the_owner_before_does_not(parts: Parts) -> None:
    await unfit(parts, swapped(UNREADABLE, 'owner = "@olga"', 'owner = "@mia"'))
    with pytest.raises(NotAllowed):
        await rolled_back(parts, by=OLGA)
    await rolled_back(parts, by=MIA)


async def test_where_the_text_names_nobody_the_last_owner_does(parts: Parts) -> None:
    await unfit(parts, swapped(BRIEF, 'owner = "@olga"', "owner = 7"))
    await rolled_back(parts)


async def test_an_override_is_not_smuggled_in_while_a_brief_does_not_fit(parts: Parts) -> None:
    never = swapped(BRIEF, 'is = "open"', 'is = "replied"')
    await unfit(parts, never)
    for text in (BRIEF, never):
        with pytest.raises(NotAllowed, match="An override is entered by whoever approves it"):
            await change(parts, wish(text + OVERRIDE.format("@olga", "@mia")))


async def test_an_override_that_stood_in_it_hinders_nobody(parts: Parts) -> None:
    standing = OVERRIDE.format("@olga", "@mia")
    await unfit(parts, swapped(BRIEF, 'is = "open"', 'is = "replied"') + standing)
    assert (await change(parts, wish(BRIEF + standing))).n == 3


async def test_a_brief_that_does_not_fit_is_not_made_worse(parts: Parts) -> None:
    await unfit(parts, UNFIT)
    with pytest.raises(Misdeclared, match="`stage` must be one of"):
        await change(parts, wish(swapped(UNFIT, 'stage = "approved"', 'stage = "full"')))
    assert len(await versions(parts)) == 2


async def test_what_is_still_wrong_afterwards_is_known(parts: Parts) -> None:
    await unfit(parts, UNFIT)
    added = await change(parts, wish("# hers\n" + UNFIT))
    assert added.n == 3
    assert parts.library.names() == ()
    assert "which the brief does not allow" in parts.library.trouble(NAME)
