"""What `check` refuses does not load, and says so; what stands beside it goes on; each has its way back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.library.shelf import Shelf
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.sandbox import BINDINGS
from bot.domain.brief.done_when import ReadAgain
from bot.domain.brief.remnant import NOBODY
from bot.domain.checks import Weight
from bot.domain.errors import Misdeclared
from bot.domain.quantity import LONGEST
from bot.domain.redaction import FieldClass
from bot.domain.version import digest_of_text
from bot.ports.version import Version, VersionKind
from tests.adapters.library.folder import BRIEF, PROMPT, STEPS, line_of, swapped, write_workflow
from tests.domain.checks.wrong_briefs import known
from tests.shelves import shelf_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BRIEF_OF = (VersionKind.BRIEF, "tag_ticket")
PROMPT_OF = (VersionKind.PROMPT, "tag_ticket/topic")
HOUSE_OF = (VersionKind.HOUSE, "house")
UNCHANGING = swapped(BRIEF, 'helpdesk = ["AddTag"]', 'helpdesk = ["SendReply"]')
"""It can be read, and `check` refuses it."""
ANSWERED = swapped(BRIEF, 'is = "open"', 'is = "answered"')
OTHER_GROUP = swapped(STEPS, 'by="support"', 'by="leads"')
"""Steps that ask a group which no brief here has."""


def deployed(home: Path, **texts: str) -> Shelf:
    write_workflow(home, **texts)
    return shelf_of(home, package="refused")


async def started(store: SqliteStore, home: Path, **texts: str) -> Shelf:
    shelf = deployed(home, **texts)
    await store.run(lambda tx: shelf.seed(tx, NOW))
    return shelf


async def stored(store: SqliteStore, what: tuple[VersionKind, str], text: str, by: str = "acme/olga") -> Version:
    version = Version(*what, 0, digest_of_text(text), text, NOW, by, "because", "")
    return await store.run(lambda tx: tx.versions.add(version))


async def numbers(store: SqliteStore, what: tuple[VersionKind, str] = BRIEF_OF) -> list[int]:
    return [version.n for version in await store.queries.history(*what)]


def said(shelf: Shelf, name: str = "tag_ticket") -> list[str]:
    return [f"{Path(one.file).name}:{one.line}: {one.sentence} {one.mend}" for one in shelf.problems[name].problems]


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "place", "sentence"),
    [
        (
            {"brief": UNCHANGING},
            f"__init__.py:{line_of(STEPS, 'label = propose')}",
            "“label” proposes helpdesk.AddTag, which the brief does not allow.",
        ),
        (
            {"steps": OTHER_GROUP},
            f"__init__.py:{line_of(STEPS, 'approved = review')}",
            "“approved” asks “leads”, and the brief has no such reviewers.",
        ),
        (
            {"brief": ANSWERED.replace('"answered"', '"replied"')},
            f"brief.toml:{line_of(BRIEF, '[done_when]')}",
            "[done_when] waits for status to be 'replied', and that cannot be.",
        ),
        (
            {"brief": BRIEF.replace('"@leo"', '"@leonie"')},
            f"brief.toml:{line_of(BRIEF, 'members')}",
            "`reviewers.support.members[2]` names @leonie, whom nobody here knows.",
        ),
    ],
)
def test_what_check_refuses_does_not_load(home: Path, texts: dict[str, str], place: str, sentence: str) -> None:
    write_workflow(home, name="other", brief=BRIEF)
    write_workflow(home, **texts)
    shelf = shelf_of(home, package="refused", people=known("@olga", "@jonas", "@priya", "@mia", "@leo"))
    assert shelf.names() == ("other",)
    assert shelf.every() == ("other", "tag_ticket")
    (line,) = [one for one in said(shelf) if one.startswith(place)]
    assert line.startswith(f"{place}: {sentence} ")
    assert not line.endswith(f"{sentence} ")
    with pytest.raises(Misdeclared) as refused:
        shelf.current("tag_ticket")
    assert sentence in refused.value.message
    assert sentence in shelf.trouble("tag_ticket")
    assert shelf.trouble("other") == ""


def test_a_change_that_no_system_carries_out_is_refused(home: Path) -> None:
    write_workflow(home)
    without = {kind: binding for kind, binding in BINDINGS.items() if kind != "helpdesk.AddTag"}
    assert shelf_of(home, package="refused", bindings=without).names() == ()


def test_a_warning_stops_nobody(home: Path) -> None:
    shelf = deployed(home)
    assert {one.level for one in shelf.findings("tag_ticket")} == {Weight.WARN}
    assert shelf.names() == ("tag_ticket",)


def test_a_workflow_that_starts_another_loads_while_that_one_does_not(home: Path) -> None:
    """One mistake is not told as two."""
    onboarding = Path(__file__).parents[2] / "workflows" / "fixtures" / "partner_onboarding"
    write_workflow(home, name="partner_ticket", brief=UNCHANGING)
    (home / "partner_onboarding").symlink_to(onboarding)
    shelf = shelf_of(home, package="refused")
    assert [*shelf.problems] == ["partner_ticket"]


def test_house_rules_that_are_no_text_stop_every_workflow_with_one_sentence(home: Path) -> None:
    write_workflow(home)
    (home / "house.toml").write_bytes(b"\xff")
    shelf = shelf_of(home, package="refused")
    assert said(shelf) == ["house.toml:1: This is not UTF-8. Save the file as UTF-8. "]


# --- files and the store ----------------------------------------------------------------------------------------------


async def test_a_file_that_does_not_load_is_not_stored_and_what_went_before_does_not_count(
    store: SqliteStore, home: Path
) -> None:
    """Whoever tightens a limit and mistypes it must not run on with the old one unawares."""
    await started(store, home)
    shelf = await started(store, home, brief=UNCHANGING)
    assert shelf.names() == ()
    assert await numbers(store) == [1]
    mended = await started(store, home, brief=ANSWERED)
    assert mended.names() == ("tag_ticket",)
    assert await numbers(store) == [2, 1]


async def test_nothing_of_a_workflow_that_does_not_load_is_stored(store: SqliteStore, home: Path) -> None:
    write_workflow(home, name="other")
    await started(store, home, brief=UNCHANGING)
    assert await numbers(store) == await numbers(store, PROMPT_OF) == []
    assert await numbers(store, (VersionKind.BRIEF, "other")) == [1]


async def test_a_file_that_does_not_load_disturbs_nobody_once_an_owner_has_changed_it(
    store: SqliteStore, home: Path
) -> None:
    await started(store, home)
    await stored(store, BRIEF_OF, ANSWERED)
    shelf = await started(store, home, brief=UNCHANGING)
    assert shelf.names() == ("tag_ticket",)
    (proof,) = shelf.current("tag_ticket").brief.done_when
    assert isinstance(proof, ReadAgain)
    assert proof.is_ == "answered"


async def test_what_an_owner_changes_while_the_file_does_not_load_counts(store: SqliteStore, home: Path) -> None:
    await started(store, home)
    shelf = await started(store, home, brief=UNCHANGING)
    await stored(store, BRIEF_OF, ANSWERED)
    await store.run(shelf.refresh)
    assert shelf.names() == ("tag_ticket",)


async def test_who_only_looks_sees_what_the_bot_would_go_by(store: SqliteStore, home: Path) -> None:
    await started(store, home)
    looked = deployed(home, brief=UNCHANGING)
    for what in looked.whats():
        looked.meet(what, await store.queries.history(*what))
    assert looked.names() == ()
    assert await numbers(store) == [1]


async def test_house_rules_are_stored_where_a_workflow_loads_with_them(store: SqliteStore, home: Path) -> None:
    write_workflow(home, name="other")
    house = home / "house.toml"
    house.write_text("[limits]\nactions_per_run = 9\n")
    await started(store, home, brief=UNCHANGING)
    assert await numbers(store, HOUSE_OF) == [1]
    house.write_text("[limits]\nactions_per_run = 999\n")
    broken = await started(store, home)
    assert broken.names() == ()
    assert await numbers(store, HOUSE_OF) == [1]


async def test_house_rules_whose_file_is_gone_stay_as_the_store_has_them(store: SqliteStore, home: Path) -> None:
    write_workflow(home)
    house = home / "house.toml"
    house.write_text("[limits]\nactions_per_run = 9\n")
    await started(store, home)
    house.unlink()
    shelf = await started(store, home)
    assert shelf.current("tag_ticket").brief.limits.actions_per_run == 9
    assert await numbers(store, HOUSE_OF) == [1]


# --- the way back -----------------------------------------------------------------------------------------------------


async def test_a_stored_brief_that_a_deploy_made_unfit_is_shown_with_the_one_command_that_mends_it(
    store: SqliteStore, home: Path
) -> None:
    write_workflow(home, name="other")
    await started(store, home)
    await stored(store, BRIEF_OF, BRIEF + '\n[confidence]\ntopic = "80 %"\n')
    renamed = STEPS.replace("topic", "subject").replace("Topic", "Subject")
    write_workflow(home).joinpath("subject.md").write_text(PROMPT)
    brief = BRIEF.replace('"topic"', '"subject"')
    shelf = await started(store, home, steps=renamed, brief=brief)
    assert shelf.names() == ("other",)
    assert said(shelf)[-1].startswith("brief.toml:0: With the brief of its file it loads. Take that over: ")
    file = home / "tag_ticket" / "brief.toml"
    assert f'countersign brief replace tag_ticket {file} --why "…"' in shelf.trouble("tag_ticket")


async def test_an_earlier_version_that_would_load_is_named(store: SqliteStore, home: Path) -> None:
    await started(store, home)
    await stored(store, BRIEF_OF, ANSWERED)
    await stored(store, BRIEF_OF, UNCHANGING)
    shelf = await started(store, home)
    assert said(shelf)[-1] == (
        "brief.toml:0: With version 2 of the brief it loads. "
        'Go back to it: countersign brief rollback tag_ticket 2 --why "…"'
    )


async def test_a_prompt_and_the_house_rules_have_a_way_back_too(store: SqliteStore, home: Path) -> None:
    (home / "tag_ticket").mkdir(parents=True)
    (home / "house.toml").write_text("[limits]\nactions_per_run = 9\n")
    await started(store, home)
    await stored(store, PROMPT_OF, swapped(PROMPT, '"account"]', '"acount"]'))
    shelf = await started(store, home)
    assert "countersign brief rollback tag_ticket --prompt topic 1 --why" in shelf.trouble("tag_ticket")
    await stored(store, PROMPT_OF, PROMPT)
    await stored(store, HOUSE_OF, "[limits]\nactions_per_day = 2\n")
    await store.run(shelf.refresh)
    assert "countersign brief rollback house 1 --why" in shelf.trouble("tag_ticket")


async def test_where_no_earlier_version_would_load_no_way_back_is_promised(store: SqliteStore, home: Path) -> None:
    await started(store, home)
    shelf = await started(store, home, steps=OTHER_GROUP)
    assert "countersign brief" not in shelf.problems["tag_ticket"].message
    assert shelf.standing().ways_back == {}


# --- what is proposed -------------------------------------------------------------------------------------------------


def test_a_text_that_check_refuses_is_refused_before_it_is_stored(home: Path) -> None:
    with pytest.raises(Misdeclared, match="which the brief does not allow"):
        deployed(home).proposed(*BRIEF_OF, UNCHANGING)


def test_a_workflow_that_does_not_load_is_put_right_step_by_step_and_never_made_worse(home: Path) -> None:
    twice = swapped(UNCHANGING, 'evidence = ["ticket"', 'evidence = ["tikcet"')
    shelf = deployed(home, brief=twice)
    once = swapped(twice, '"tikcet"', '"ticket"')
    assert shelf.proposed(*BRIEF_OF, once) == {"tag_ticket": None}
    assert shelf.proposed(*BRIEF_OF, BRIEF)["tag_ticket"] is not None
    with pytest.raises(Misdeclared, match="no such reviewers"):
        shelf.proposed(*BRIEF_OF, once.replace("[reviewers.support]", "[reviewers.others]"))


def test_one_text_is_put_right_while_another_is_still_wrong(home: Path) -> None:
    shelf = deployed(home, brief=swapped(BRIEF, 'stage = "approved"', 'stage = "aproved"'), prompt="Do it.")
    assert shelf.proposed(*BRIEF_OF, BRIEF) == {"tag_ticket": None}
    assert shelf.proposed(*PROMPT_OF, PROMPT) == {"tag_ticket": None}
    with pytest.raises(Misdeclared, match="`ownr` is not known here"):
        shelf.proposed(*BRIEF_OF, swapped(BRIEF, "owner =", "ownr ="))


def test_house_rules_are_changed_while_a_workflow_does_not_load_for_reasons_of_its_own(home: Path) -> None:
    write_workflow(home, name="other")
    shelf = deployed(home, brief=UNCHANGING)
    proposed = shelf.proposed(*HOUSE_OF, "[limits]\nactions_per_run = 3\n")
    assert proposed["tag_ticket"] is None
    assert (terms := proposed["other"]) is not None
    assert terms.brief.limits.actions_per_run == 3


# --- who is responsible -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("brief", [UNCHANGING, BRIEF + "x = 1\n", swapped(BRIEF, "stage =", "stag =")])
def test_whoever_owns_a_brief_that_does_not_fit_is_still_responsible(home: Path, brief: str) -> None:
    left = deployed(home, brief=brief).responsible("tag_ticket")
    assert (left.owner, left.maintainer, left.reviewers, left.changes) == ("@olga", "@jonas", {}, {})


def test_where_nobody_can_be_read_nobody_is_responsible_and_everything_is_kept(home: Path) -> None:
    left = deployed(home, brief="owner = @olga").responsible("tag_ticket")
    assert (left.owner, left.maintainer) == (NOBODY, NOBODY)
    assert (left.data.keep_content, left.data.keep_entries) == (LONGEST, LONGEST)


async def test_the_last_version_that_named_an_owner_counts(store: SqliteStore, home: Path) -> None:
    await started(store, home)
    shelf = await started(store, home, brief="owner = @olga")
    assert shelf.responsible("tag_ticket").owner == "@olga"


def test_whoever_owns_a_workflow_whose_steps_do_not_load_is_responsible(home: Path) -> None:
    assert deployed(home, steps="def (").responsible("tag_ticket").owner == "@olga"


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ("", timedelta(days=90)),
        ('[data]\nkeep_content = "30d"\n', timedelta(days=30)),
        ('[data]\nkeep_content = "a while"\n', LONGEST),
    ],
)
def test_content_is_kept_as_the_brief_says_even_where_it_does_not_fit(home: Path, data: str, kept: timedelta) -> None:
    brief = swapped(UNCHANGING, "[metric]", f"{data}\n[metric]")
    assert deployed(home, brief=brief).responsible("tag_ticket").data.keep_content == kept


def test_fields_keep_the_classes_that_can_be_read_the_nearest_first(home: Path) -> None:
    home.mkdir()
    (home / "house.toml").write_text('[data.classes]\nemail = "personal"\n"ticket.body" = "personal"\n', "utf-8")
    data = '[data.classes]\n"ticket.body" = "secret"\n"ticket.id" = 3\n"ticket.subject" = "secrete"\n'
    brief = swapped(UNCHANGING, "[metric]", f"{data}\n[metric]")
    left = deployed(home, brief=brief).responsible("tag_ticket").data.classes
    assert left == {"email": FieldClass.PERSONAL, "ticket.body": FieldClass.SECRET}


def test_an_override_that_can_be_read_stands(home: Path) -> None:
    override = """
[[overrides]]
intent = "helpdesk.AddTag"
evidence = "300 tags and none changed"
undo = "Take the tag off again"
author = "@mia"
approved_by = "@olga"
on = 2026-03-02

[[overrides]]
intent = "helpdesk.AddTag"
"""
    (standing,) = deployed(home, brief=UNCHANGING + override).responsible("tag_ticket").overrides
    assert standing.approved_by == "@olga"
