"""Workflows come from a folder, versions from the store; a run keeps what it pinned."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.library.shelf import Shelf
from bot.adapters.store.store import SqliteStore
from bot.domain.errors import Broken, Misdeclared, Unknown
from bot.domain.person import Door, PersonId, TeamId
from bot.domain.run import Origin, Pins, Run, RunId, RunState, Stage, StepState, StepStatus
from bot.domain.version import digest_of_text
from bot.intents import helpdesk
from bot.ports.library import Library
from bot.ports.version import FROM_FILE, Version, VersionKind
from tests.adapters.library.folder import BRIEF, PROMPT, STEPS, line_of, swapped, write_workflow
from tests.shelves import shelf_of as shelved

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BRIEF_OF = (VersionKind.BRIEF, "tag_ticket")
PROMPT_OF = (VersionKind.PROMPT, "tag_ticket/topic")


def shelf_of(home: Path, **changes: str) -> Shelf:
    write_workflow(home, **changes)
    return shelved(home, model="rehearsal/1", package="shelved")


def run_on(pins: Pins, **steps: StepStatus) -> Run:
    return Run(
        id=RunId("r1"),
        team=TeamId("acme"),
        workflow="tag_ticket",
        pins=pins,
        origin=Origin(Door.TERMINAL, "k", "acme/sam"),
        stage=Stage.APPROVED,
        owner=PersonId("acme/olga"),
        started_at=NOW,
        steps={name: StepState(status) for name, status in steps.items()},
    )


def version(what: tuple[VersionKind, str], text: str, *, n: int = 0, by: str = "acme/olga") -> Version:
    return Version(*what, n, digest_of_text(text), text, NOW, by, "because", "")


# --- what the folder has ------------------------------------------------------------------------------------


def test_a_workflow_is_found_with_all_that_belongs_to_it(home: Path) -> None:
    library: Library = shelf_of(home)
    terms = library.current("tag_ticket")
    assert library.names() == ("tag_ticket",)
    assert terms.definition.names()[0] == "ticket"
    assert terms.brief.owner == "@olga"
    assert terms.prompts["topic"].name == "topic"
    assert terms.intents == {"helpdesk.AddTag": helpdesk.AddTag, "helpdesk.DeleteTag": helpdesk.DeleteTag}
    assert terms.lookups["helpdesk.account_of"] is helpdesk.account_of
    assert terms.lookups["helpdesk.state_of"] is helpdesk.state_of
    assert terms.invariants["stays_on_its_ticket"].__name__ == "stays_on_its_ticket"
    assert terms.pins.model == "rehearsal/1"
    assert terms.pins.policy.startswith("policy:")
    assert terms.pins.steps.keys() == {*terms.definition.names()}
    assert terms.pins.prompts == {"topic": digest_of_text(PROMPT)}


def test_the_same_terms_are_given_again(home: Path) -> None:
    shelf = shelf_of(home)
    assert shelf.current("tag_ticket") is shelf.current("tag_ticket")
    assert shelf.pinned(run_on(shelf.current("tag_ticket").pins)) is shelf.current("tag_ticket")


def test_a_workflow_that_does_not_load_leaves_the_others_alone(home: Path) -> None:
    write_workflow(home, name="broken", steps="def (")
    write_workflow(home, name="empty_brief", brief="")
    shelf = shelf_of(home)
    assert shelf.names() == ("tag_ticket",)
    assert [*shelf.problems] == ["broken", "empty_brief"]
    assert shelf.problems["broken"].line == 1
    with pytest.raises(Misdeclared, match="This is not Python"):
        shelf.current("broken")


def test_a_workflow_nobody_knows_is_unknown(home: Path) -> None:
    shelf = shelf_of(home)
    with pytest.raises(Unknown, match=r"There is no workflow “tag_tickt”. Did you mean tag_ticket?"):
        shelf.current("tag_tickt")
    with pytest.raises(Unknown, match=r"There is no workflow “zzz”. There is: tag_ticket."):
        shelf.current("zzz")


def test_what_is_no_workflow_is_passed_over(home: Path) -> None:
    (home / "notes").mkdir(parents=True)
    (home / "readme.md").write_text("x")
    assert shelf_of(home).names() == ("tag_ticket",)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("brief.toml", "brief.toml: This file is missing. Every workflow has one."),
        ("topic.md", "__init__.py:43: The ask “topic” has no prompt. Write HOME/topic.md, which says what"),
    ],
)
def test_a_missing_file_is_asked_for(home: Path, file: str, sentence: str) -> None:
    place = write_workflow(home)
    (place / file).unlink()
    said = shelved(home, model="m", package="shelved").problems["tag_ticket"].message
    assert said.replace(str(place), "HOME").replace("HOME/topic", "HOME/topic").startswith(f"HOME/{sentence}")


def test_a_prompt_under_a_slightly_other_name_is_found(home: Path) -> None:
    place = write_workflow(home)
    (place / "topic.md").rename(place / "topics.md")
    assert "Did you mean topics?" in shelved(home, model="m", package="shelved").problems["tag_ticket"].message


def test_every_missing_file_is_asked_for_at_once(home: Path) -> None:
    place = write_workflow(home)
    (place / "topic.md").unlink()
    (place / "brief.toml").unlink()
    (place / "routes.toml").write_bytes(b"\xff")
    assert len(shelved(home, model="m", package="shelved").problems["tag_ticket"].problems) == 3


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            "stays_on_ticket",
            "There is no function “stays_on_ticket” beside the steps. Did you mean stays_on_its_ticket?",
        ),
        ("zzz", "There is no function “zzz” beside the steps. Write it in HOME/__init__.py."),
        ("prefixed", "“prefixed” asks for “kind_of”, which is no step."),
    ],
)
def test_a_brief_that_names_what_is_not_there_is_told(home: Path, rule: str, sentence: str) -> None:
    steps = STEPS.replace("prefixed(kind: Kind)", "prefixed(kind_of: Kind)").replace("{kind}", "{kind_of}")
    problem = shelf_of(home, steps=steps, brief=BRIEF.replace("stays_on_its_ticket", rule)).problems["tag_ticket"]
    said = problem.message.replace(str(home / "tag_ticket"), "HOME")
    assert said.startswith(f"HOME/brief.toml:{line_of(BRIEF, 'holds =')}: {sentence}")


def test_a_rule_asks_for_steps_only(home: Path) -> None:
    steps = swapped(STEPS, "def stays_on_its_ticket(label:", "def stays_on_its_ticket(labl:").replace(
        "label.ticket_id == ticket.id", "labl.ticket_id == ticket.id"
    )
    said = shelf_of(home, steps=steps).problems["tag_ticket"].sentence
    assert said == "“stays_on_its_ticket” asks for “labl”, which is no step."


def test_a_proof_nobody_can_read_is_refused(home: Path) -> None:
    brief = BRIEF.replace("state_of", "status_of")
    said = shelf_of(home, brief=brief).problems["tag_ticket"]
    assert (said.sentence, said.mend) == (
        "There is nothing called helpdesk.status_of to read.",
        "Did you mean helpdesk.state_of?",
    )


def test_an_intent_that_hides_how_it_is_taken_back_is_refused(home: Path) -> None:
    own = (
        'class Label(helpdesk.AddTag, system="helpdesk", target="ticket_id"):\n'
        "    def undone_by(self, receipt):  # type: ignore\n        return None\n\n\n"
    )
    steps = swapped(STEPS, "def tag(", own + "def tag(").replace("-> helpdesk.AddTag", "-> Label")
    said = shelf_of(home, steps=steps, brief=BRIEF.replace("AddTag", "Label")).problems["tag_ticket"].message
    assert "Label.undone_by does not say which intent it gives." in said


def test_all_problems_of_a_workflow_are_said_at_once(home: Path) -> None:
    brief = swapped(BRIEF, 'holds = "stays_on_its_ticket"', 'holds = "zzz"')
    shelf = shelf_of(home, brief=brief, prompt=swapped(PROMPT, '"account"]', '"acount"]'))
    (home / "tag_ticket" / "routes.toml").write_text("a = ")
    files = [Path(one.file).name for one in shelf.problems["tag_ticket"].problems]
    assert files == ["brief.toml", "topic.md"]
    again = shelved(home, model="m", package="shelved").problems["tag_ticket"].problems
    assert [Path(one.file).name for one in again] == ["brief.toml", "topic.md", "routes.toml"]


def test_the_house_fills_up_every_brief(home: Path) -> None:
    brief = BRIEF.replace('channel = "#support"\nmembers = ["@mia", "@leo"]\n', "")
    write_workflow(home, brief=brief)
    (home / "house.toml").write_text('[reviewers.support]\nchannel = "#s"\nmembers = ["@mia"]\n')
    shelf = shelved(home, model="m", package="shelved")
    assert shelf.current("tag_ticket").brief.reviewers["support"].channel == "#s"


def test_broken_house_rules_are_said_once_and_not_blamed_on_the_brief(home: Path) -> None:
    brief = BRIEF.replace('channel = "#support"\n', "")
    write_workflow(home, brief=brief)
    (home / "house.toml").write_text("[reviewers.support]\nchannel = 1\n")
    problems = shelved(home, model="m", package="shelved").problems["tag_ticket"].problems
    assert [Path(one.file).name for one in problems] == ["house.toml"]


# --- what the store has -------------------------------------------------------------------------------------


async def seed(store: SqliteStore, shelf: Shelf) -> None:
    await store.run(lambda tx: shelf.seed(tx, NOW))


async def add(store: SqliteStore, new: Version) -> Version:
    return await store.run(lambda tx: tx.versions.add(new))


async def history(store: SqliteStore, what: tuple[VersionKind, str]) -> list[tuple[int, str, str]]:
    return [(v.n, v.by, v.why) for v in await store.queries.history(*what)]


async def test_files_are_the_seed_and_are_stored_once(store: SqliteStore, home: Path) -> None:
    shelf = shelf_of(home)
    await seed(store, shelf)
    await seed(store, shelved(home, model="m", package="shelved"))
    assert await history(store, BRIEF_OF) == [(1, FROM_FILE, "The file is the seed.")]
    assert await history(store, PROMPT_OF) == [(1, FROM_FILE, "The file is the seed.")]


async def test_a_changed_file_is_the_next_version_while_nobody_changed_the_stored_one(
    store: SqliteStore, home: Path
) -> None:
    await seed(store, shelf_of(home))
    shelf = shelf_of(home, brief=swapped(BRIEF, '"5"', '"3"'))
    await seed(store, shelf)
    assert await history(store, BRIEF_OF) == [
        (2, FROM_FILE, "The file was changed."),
        (1, FROM_FILE, "The file is the seed."),
    ]
    stored = await store.queries.version(*BRIEF_OF)
    assert stored is not None
    assert '-target = "5"' in stored.diff
    assert shelf.current("tag_ticket").brief.metric.target == "3"


async def test_what_an_owner_stored_wins_over_the_file(store: SqliteStore, home: Path) -> None:
    shelf = shelf_of(home)
    await seed(store, shelf)
    await add(store, version(BRIEF_OF, swapped(BRIEF, '"5"', '"9"')))
    deployed = shelf_of(home, brief=swapped(BRIEF, '"5"', '"3"'))
    await seed(store, deployed)
    assert deployed.current("tag_ticket").brief.metric.target == "9"
    assert not deployed.texts.is_filed(BRIEF_OF)
    assert len(await history(store, BRIEF_OF)) == 2


async def test_what_another_process_changed_counts_after_a_refresh(store: SqliteStore, home: Path) -> None:
    shelf = shelf_of(home)
    await seed(store, shelf)
    before = shelf.current("tag_ticket")
    await add(store, version(BRIEF_OF, swapped(BRIEF, '"5"', '"9"')))
    await add(store, version(PROMPT_OF, swapped(PROMPT, "Say what", "Tell what")))
    assert shelf.current("tag_ticket") is before
    await store.run(shelf.refresh)
    after = shelf.current("tag_ticket")
    assert after.brief.metric.target == "9"
    assert after.prompts["topic"].body.startswith("Tell what")
    assert after.pins.brief != before.pins.brief


async def test_a_refresh_that_finds_nothing_new_keeps_everything(store: SqliteStore, home: Path) -> None:
    shelf = shelf_of(home)
    await seed(store, shelf)
    before = shelf.current("tag_ticket")
    await store.run(shelf.refresh)
    assert shelf.current("tag_ticket") is before


def test_an_older_version_does_not_replace_a_newer_one(home: Path) -> None:
    shelf = shelf_of(home)
    shelf.learn([version(BRIEF_OF, swapped(BRIEF, '"5"', '"9"'), n=3)])
    shelf.learn([version(BRIEF_OF, swapped(BRIEF, '"5"', '"7"'), n=2)])
    assert shelf.current("tag_ticket").brief.metric.target == "9"


def test_a_change_of_the_house_reaches_every_workflow(home: Path) -> None:
    home.mkdir()
    (home / "house.toml").write_text("[limits]\nactions_per_run = 3\n")
    shelf = shelf_of(home)
    assert shelf.current("tag_ticket").brief.limits.actions_per_run == 3
    shelf.learn([version((VersionKind.HOUSE, "house"), "[limits]\nactions_per_run = 4\n", n=2)])
    assert shelf.current("tag_ticket").brief.limits.actions_per_run == 4


# --- what a run pinned --------------------------------------------------------------------------------------


async def test_a_run_keeps_the_brief_and_the_prompts_it_started_with(store: SqliteStore, home: Path) -> None:
    shelf = shelf_of(home)
    await seed(store, shelf)
    run = run_on(shelf.current("tag_ticket").pins)
    shelf.learn([version(BRIEF_OF, swapped(BRIEF, '"5"', '"9"'), n=2)])
    shelf.learn([version(PROMPT_OF, swapped(PROMPT, "Say what", "Tell what"), n=2)])
    pinned = shelf.pinned(run)
    assert pinned.brief.metric.target == "5"
    assert pinned.prompts["topic"].body.startswith("Say what")
    assert pinned.pins.brief == run.pins.brief
    assert pinned.pins.prompts == run.pins.prompts


async def test_a_run_finds_its_brief_again_after_a_restart_and_a_deploy(store: SqliteStore, home: Path) -> None:
    first = shelf_of(home)
    await seed(store, first)
    run = run_on(first.current("tag_ticket").pins)
    second = shelf_of(home, brief=swapped(BRIEF, '"5"', '"3"'), prompt=swapped(PROMPT, "Say", "Tell"))
    await seed(store, second)
    assert second.current("tag_ticket").brief.metric.target == "3"
    assert second.pinned(run).brief.metric.target == "5"
    assert second.pinned(run).prompts["topic"].body.startswith("Say")


def test_a_version_nobody_knows_is_said_and_not_replaced_by_another(home: Path) -> None:
    shelf = shelf_of(home)
    pins = replace(shelf.current("tag_ticket").pins, brief="0" * 64 + "." + digest_of_text(""))
    with pytest.raises(Broken, match=r"The brief “tag_ticket” at version 00000000 is not known here. Restart the bot."):
        shelf.pinned(run_on(pins))


def test_an_ask_that_was_added_since_goes_by_its_current_prompt(home: Path) -> None:
    shelf = shelf_of(home)
    pins = replace(shelf.current("tag_ticket").pins, prompts={"an_ask_that_is_gone": "0" * 64})
    assert shelf.pinned(run_on(pins)).prompts["topic"].body.startswith("Say what")


def test_steps_that_changed_ahead_of_a_run_are_named(home: Path) -> None:
    run = run_on(shelf_of(home).current("tag_ticket").pins, ticket=StepStatus.DONE, topic=StepStatus.DONE)
    changed = swapped(STEPS, "tag=prefixed(topic.kind)", 'tag="x"').replace('by="support"', 'by="leads"')
    brief = BRIEF.replace("[reviewers.support]", "[reviewers.leads]")
    shelf = shelf_of(home, steps=changed, brief=brief)
    assert shelf.changed_ahead(run) == ("label", "approved")
    passed = replace(run, steps={**run.steps, "label": StepState(StepStatus.SKIPPED)})
    assert shelf.changed_ahead(passed) == ("approved",)
    assert shelf.changed_ahead(replace(run, state=RunState.STOPPED)) == ()


def test_a_step_that_came_or_went_is_a_change_ahead(home: Path) -> None:
    run = run_on(shelf_of(home).current("tag_ticket").pins)
    shelf = shelf_of(home, steps=swapped(STEPS, "    spam = stop", "    junk = stop"))
    assert shelf.changed_ahead(run) == ("spam", "junk")


def test_an_unchanged_workflow_changes_nothing_ahead(home: Path) -> None:
    run = run_on(shelf_of(home).current("tag_ticket").pins)
    assert shelf_of(home, steps="# moved down\n" + STEPS).changed_ahead(run) == ()


def test_a_run_of_a_workflow_that_is_gone_is_told(home: Path) -> None:
    run = replace(run_on(shelf_of(home).current("tag_ticket").pins), workflow="gone")
    with pytest.raises(Unknown, match=r"There is no workflow “gone”"):
        shelf_of(home).pinned(run)


# --- what an owner proposes ---------------------------------------------------------------------------------


def test_a_proposed_text_shows_what_the_workflow_would_go_by(home: Path) -> None:
    shelf = shelf_of(home)
    proposed = shelf.proposed(*BRIEF_OF, swapped(BRIEF, '"5"', '"9"'))
    terms = proposed["tag_ticket"]
    assert terms is not None
    assert terms.brief.metric.target == "9"
    assert shelf.current("tag_ticket").brief.metric.target == "5"
    assert shelf.text(BRIEF_OF) == BRIEF


def test_a_proposed_house_rule_is_tried_on_every_workflow(home: Path) -> None:
    write_workflow(home, name="second")
    shelf = shelf_of(home)
    assert [*shelf.proposed(VersionKind.HOUSE, "house", "")] == ["second", "tag_ticket"]
    with pytest.raises(Misdeclared, match=r"house\.toml \(changed\):1"):
        shelf.proposed(VersionKind.HOUSE, "house", "limits = 1")


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (*BRIEF_OF, ""),
        (*BRIEF_OF, BRIEF.replace("stays_on", "runs_from")),
        (*PROMPT_OF, "no front matter"),
        (*PROMPT_OF, PROMPT.replace('"account"]', '"acount"]')),
    ],
)
def test_a_text_that_would_not_load_is_refused(home: Path, kind: VersionKind, name: str, text: str) -> None:
    with pytest.raises(Misdeclared):
        shelf_of(home).proposed(kind, name, text)


ROUTED = (
    ("import helpdesk", "import helpdesk, routes"),
    ("    topic = ask(", '    route = look_up(routes.route("tickets", helpdesk.Ticket), ticket)\n    topic = ask('),
)
TABLE = '[[tickets]]\nrule = "Everybody"\nto = ["@mia", "@leo"]\n'


def test_proposed_routing_tables_have_to_fit_the_steps(home: Path) -> None:
    steps, brief = STEPS, BRIEF.replace("[reads]", '[reads]\nroutes = ["tickets"]')
    for before, after in ROUTED:
        steps = steps.replace(before, after)
    place = write_workflow(home, steps=steps, brief=brief)
    (place / "routes.toml").write_text(TABLE)
    shelf = shelved(home, model="m", package="shelved")
    assert shelf.current("tag_ticket").pins.brief.count(".") == 2, "a run keeps its tables, too"
    terms = shelf.proposed(VersionKind.ROUTES, "tag_ticket", TABLE.replace("@leo", "@ines"))["tag_ticket"]
    assert terms is not None
    assert str(terms.routes).count("@ines") == 1
    for wrong, line in (("a = x", 1), (TABLE + TABLE.replace("tickets", "deals"), 4)):
        with pytest.raises(Misdeclared, match=rf"routes\.toml \(changed\):{line}"):
            shelf.proposed(VersionKind.ROUTES, "tag_ticket", wrong)


@pytest.mark.parametrize(
    ("kind", "name", "sentence"),
    [
        (VersionKind.BRIEF, "tag_tickt", "There is no brief “tag_tickt”. Did you mean tag_ticket?"),
        (VersionKind.PROMPT, "topic", "There is no prompt “topic”."),
        (VersionKind.ROUTES, "tag_ticket", "There is no routes “tag_ticket”. There is: none."),
        (VersionKind.HOUSE, "home", "There is no house “home”. Did you mean house?"),
    ],
)
def test_a_text_nobody_has_cannot_be_changed(home: Path, kind: VersionKind, name: str, sentence: str) -> None:
    with pytest.raises(Unknown) as caught:
        shelf_of(home).proposed(kind, name, "")
    assert caught.value.message.startswith(sentence)
