"""A bot whose settings name servers: who is asked for what, what is paid, and what parks; swapping is one line."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.adapters.model.wire import Dialect
from bot.application.start import Request, start
from bot.domain.errors import Misdeclared
from bot.domain.person import ActorKind, Door
from bot.domain.run import Run, RunState, Source
from bot.ports.queries import AttemptLine
from bot.settings import Settings, read_settings
from bot.wiring import opened, peeking
from bot.wiring.model import name_of, roles_of
from tests.adapters.model.openai.server import Line, Server, answered, failed, serving
from tests.audit.house import TEAM, ticket
from tests.commands.line import WORKFLOWS

KEY = "sk-a-key-that-nobody-may-read"
TRIAGE: Mapping[str, object] = {
    "evidence": ["I was charged twice"],
    "answer": {"category": "billing", "urgent": False, "summary": "Charged twice."},
    "doubts": [],
    "confidence": "sure",
}
DRAFT: Mapping[str, object] = {
    "evidence": [],
    "answer": {"body": "We are sorry. One payment is on its way back."},
    "doubts": [],
    "confidence": "sure",
}
SAM = '[people.sam]\nname = "Sam"\nhandle = "@sam"\ngroups = ["staff"]\naccount = "sam"\n'
PRICES = """\
[model.prices."main/small"]
input = "1 USD"
output = "10 USD"
cached_input = "0.1 USD"
[model.prices."main/large"]
input = "2 USD"
output = "20 USD"
[model.prices."spare/own"]
input = "0 USD"
output = "0 USD"
"""


@dataclass
class Company:
    """Settings, written anew whenever somebody changes them."""

    folder: Path

    def __post_init__(self) -> None:
        sample = (Path(__file__).parents[1] / "bot" / "sample.toml").read_text("utf-8")
        self.people = sample.replace('handle = "@sam"', 'handle = "@sam"\naccount = "sam"')
        shutil.copytree(WORKFLOWS, self.folder / "flows", ignore=shutil.ignore_patterns("__pycache__"))

    def limit(self, line: str) -> None:
        """Write a limit into the brief."""
        file = self.folder / "flows" / "support_triage" / "brief.toml"
        file.write_text(file.read_text("utf-8").replace("[limits]\n", f"[limits]\n{line}\n"), "utf-8")

    def settings(self, main: Server, spare: Server | None = None, **change: str) -> Settings:
        fast = '["main/small", "spare/own"]' if spare else '["main/small"]'
        text = f"""\
[model]
use = "{change.get("use", "openai")}"
{change.get("model", "")}
[model.roles]
fast = {fast}
careful = ["main/large"]
[model.endpoints.main]
url = "{main.url}"
{change.get("endpoint", "")}
[model.endpoints.spare]
url = "{(spare or main).url}"
{change.get("prices", PRICES)}"""
        file = self.folder / "countersign.toml"
        file.write_text(f"{self.people}\n{text}", "utf-8")
        env = {"COUNTERSIGN_FILE": str(file), "COUNTERSIGN_MODEL_KEY_MAIN": KEY}
        return read_settings(
            env, data=str(self.folder / change.get("data", "data")), workflows=str(self.folder / "flows"), account="sam"
        )


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


async def triaged(settings: Settings) -> tuple[Run, tuple[AttemptLine, ...]]:
    """A ticket that came in, as far as it goes by itself; and what was asked for it."""
    async with opened(settings) as bot, bot.running() as runtime:
        sam = settings.me()
        asked = Request("support_triage", ticket(), Door.TERMINAL, TEAM, sam, sam.id)
        run = (await start(bot.parts, asked)).run
        await runtime.settle()
        return await bot.store.queries.run(run), await bot.store.queries.attempts(run)


def good() -> tuple[Line, Line]:
    return answered(TRIAGE), answered(DRAFT)


# --- who is asked ----------------------------------------------------------------------------------------------------


async def test_a_ticket_comes_to_its_card_by_two_models_of_one_server(company: Company) -> None:
    async with serving(*good()) as server:
        settings = company.settings(server)
        run, attempts = await triaged(settings)
    assert run.state is RunState.WAITING, run.reason
    assert run.steps["draft"].source is Source.MODEL
    assert [seen.model for seen in server.journal] == ["small", "large"]
    assert {seen.headers["authorization"] for seen in server.journal} == {f"Bearer {KEY}"}
    assert [line.attempt.model for line in attempts] == ["main/small", "main/large"]
    assert [line.attempt.key for line in attempts] == [seen.key for seen in server.journal]
    assert run.pins.model == name_of(settings) == "main/small"


async def test_the_record_names_the_model_that_answered(company: Company) -> None:
    async with serving(*good()) as server:
        settings = company.settings(server)
        run, _ = await triaged(settings)
    async with peeking(settings) as queries:
        assert queries is not None
        recorded = await queries.entries(f"run:{run.id}")
    assert [one.actor for one in recorded if one.actor_kind == ActorKind.MODEL] == ["main/small", "main/large"]


async def test_what_it_cost_stands_in_each_row_and_in_the_run(company: Company) -> None:
    async with serving(*good()) as server:
        run, attempts = await triaged(company.settings(server))
    costs = [line.attempt.cost_micros for line in attempts]
    # 20 tokens read afresh, 100 read before, 30 written; the large model has no price for what was read before.
    assert costs == [20 + 10 + 300, 240 + 600]
    assert {line.attempt.prices for line in attempts} == {"settings"}
    assert run.spent_micros == sum(cost or 0 for cost in costs)


async def test_no_key_lies_in_the_data(company: Company, tmp_path: Path) -> None:
    async with serving(failed(401, f"This key is wrong: {KEY}")) as server:
        run, _ = await triaged(company.settings(server))
    assert "does not take our key" in run.questions["triage"].text
    held = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    assert KEY.encode() not in held


async def test_where_the_first_does_not_answer_the_next_is_asked_and_people_are_told(company: Company) -> None:
    async with serving(failed(503), answered(DRAFT)) as main, serving(answered(TRIAGE)) as spare:
        run, attempts = await triaged(company.settings(main, spare))
    assert run.state is RunState.WAITING, run.reason
    assert [line.attempt.model for line in attempts] == ["main/small", "spare/own", "main/large"]
    assert "authorization" not in spare.journal[0].headers or KEY not in spare.journal[0].headers["authorization"]
    assert "spare/own answered, because main/small did not." in run.steps["triage"].doubts


async def test_a_server_is_spoken_to_as_its_section_says(company: Company) -> None:
    told = '[model.parameters."main/small"]\ntemperature = 0.2\nextra = { top_k = 20 }\n'
    async with serving(*good()) as server:
        await triaged(company.settings(server, endpoint='dialect = "json object"', prices=told + PRICES))
    small, large = server.journal
    assert {small.dialect, large.dialect} == {Dialect.OBJECT}
    assert (small.body["temperature"], small.body["top_k"]) == (0.2, 20)
    assert not {"temperature", "top_k"} & large.body.keys()


async def test_connections_are_closed_when_the_bot_ends(company: Company) -> None:
    async with serving(*good()) as server:
        await triaged(company.settings(server))
        await server.left.wait()
        assert server.connections == 0


async def test_a_workflow_whose_role_no_model_has_does_not_run(company: Company) -> None:
    prompt = company.folder / "flows" / "support_triage" / "draft.md"
    prompt.write_text(prompt.read_text("utf-8").replace('role = "careful"', 'role = "carful"'), "utf-8")
    async with serving(*good()) as server:
        with pytest.raises(Misdeclared, match=r"No model has the role “carful” in .* Did you mean careful\?"):
            await triaged(company.settings(server))


# --- swapping --------------------------------------------------------------------------------------------------------


async def test_swapping_back_to_the_rules_is_one_line(company: Company) -> None:
    async with serving(*good()) as server:
        settings = company.settings(server, use="rehearsal")
        run, attempts = await triaged(settings)
    assert (server.journal, roles_of(settings)) == ([], None)
    assert run.steps["draft"].source is Source.REHEARSAL
    assert {line.attempt.model for line in attempts} == {"rehearsal/1"} == {run.pins.model}


async def test_what_was_recorded_is_said_again_without_a_server_and_costs_nothing(company: Company) -> None:
    folder = f'folder = "{company.folder / "recorded"}"'
    async with serving(*good()) as server:
        recorded, _ = await triaged(company.settings(server, model=folder))
        run, attempts = await triaged(company.settings(server, use="replay", model=folder, data="other"))
        assert len(server.journal) == 2
    assert run.value("draft") == recorded.value("draft")
    assert [line.attempt.cost_micros for line in attempts] == [0, 0]


async def test_what_was_never_recorded_parks_with_a_word(company: Company) -> None:
    async with serving(*good()) as server:
        run, _ = await triaged(company.settings(server, use="replay", model='folder = "nowhere"'))
    assert "Nothing is recorded for this question" in run.questions["triage"].text


# --- budgets ---------------------------------------------------------------------------------------------------------

UNPRICED = "What the model costs is not known, so its budget of {} cannot be kept. Write its price under [model.prices]"


@pytest.mark.parametrize(
    ("brief", "model", "says"),
    [
        ('cost_per_run = "0.01 USD"', "", "This run has a budget of 0.01 USD for the model"),
        ('cost_per_day = "0.01 USD"', "", "The day's budget of 0.01 USD for the model is used up."),
        ("", 'cost_per_day = "0.01 USD"', "For all workflows together, the day's budget of 0.01 USD for the model is"),
    ],
)
async def test_over_budget_nothing_is_asked_and_the_owner_reads_why(
    company: Company, brief: str, model: str, says: str
) -> None:
    company.limit(brief)
    async with serving(*good()) as server:
        run, _ = await triaged(company.settings(server, model=model))
    assert (run.state, server.journal) == (RunState.PARKED, [])
    assert run.reason.startswith(says)


@pytest.mark.parametrize(
    ("brief", "model"),
    [('cost_per_run = "9 USD"', ""), ('cost_per_day = "9 USD"', ""), ("", 'cost_per_day = "9 USD"')],
)
async def test_where_nobody_knows_the_price_a_budget_parks_and_says_what_to_write(
    company: Company, brief: str, model: str
) -> None:
    company.limit(brief)
    async with serving(*good()) as server:
        run, _ = await triaged(company.settings(server, model=model, prices=""))
    assert (run.state, server.journal) == (RunState.PARKED, [])
    assert UNPRICED.format("9.00 USD") in run.reason


async def test_without_any_budget_an_unknown_price_stops_nobody_and_is_not_nothing(company: Company) -> None:
    async with serving(*good()) as server:
        run, attempts = await triaged(company.settings(server, prices=""))
    assert run.state is RunState.WAITING
    assert [line.attempt.cost_micros for line in attempts] == [None, None]
