"""Examples of a prompt are typed like everything else: none teaches a model a form that it may not answer in."""

from pathlib import Path

import pytest

from bot.adapters.library.example import MOST
from bot.adapters.library.module import load
from bot.adapters.library.prompt import read_prompt
from bot.domain.errors import Misdeclared
from bot.domain.prompting import render
from bot.domain.terms import Prompt
from bot.domain.workflow import AnyStep, is_always_there
from tests.adapters.library.folder import PROMPT, STEPS, line_of, swapped, write_workflow

EXAMPLE = '''
[[examples]]
[examples.given.ticket]
id = "T-1"
customer_id = "C-1"
email = "somebody@example.com"
subject = "Twice"
body = """
You charged me twice.
"""

[examples.given.account]
customer_id = "C-1"
name = "Example"
plan = "Solo"
since = 2024-05-20
open_invoices = 2
standing = "good"

[examples.answer]
kind = "billing"
words = "charged twice"
'''


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> AnyStep:
    return load(write_workflow(tmp_path_factory.mktemp("example")), "exemplary")[0].step("topic")


def prompt(*examples: str) -> str:
    return swapped(PROMPT, "\n+++\n\nSay", "".join(examples) + "+++\n\nSay")


def read(asked: AnyStep, text: str) -> Prompt:
    return read_prompt(text, name="topic", file="topic.md", asked=asked)


def refusals(asked: AnyStep, text: str) -> list[str]:
    with pytest.raises(Misdeclared) as caught:
        read(asked, text)
    return [one.message for one in caught.value.problems]


def test_an_example_reaches_the_model_in_the_types_of_its_steps(asked: AnyStep) -> None:
    (example,) = read(asked, prompt(EXAMPLE)).examples
    assert example.answer == {"kind": "billing", "words": "charged twice"}
    assert [*example.material] == ["ticket", "account"]
    account = example.material["account"]
    assert isinstance(account, dict)
    assert (account["since"], account["recent_tickets"]) == ("2024-05-20", [])
    assert example.source == "the prompt"


def test_an_example_stands_behind_a_fence_apart_from_the_instructions(asked: AnyStep) -> None:
    told = read(asked, prompt(EXAMPLE))
    both = render(told.body, {}, untrusted=set(), fence="q7Zk2mXw9Rt4", examples=told.examples)
    assert "charged me twice" not in both.system
    fenced = both.user.partition("q7Zk2mXw9Rt4 begin example 1\n")[2].partition("\nq7Zk2mXw9Rt4 end")[0]
    assert "You charged me twice." in fenced
    assert "from the prompt" in both.user


def test_an_example_is_a_part_of_the_version(asked: AnyStep) -> None:
    without, one = read(asked, PROMPT), read(asked, prompt(EXAMPLE))
    other = read(asked, prompt(EXAMPLE.replace("me twice", "me thrice")))
    assert len({without.digest, one.digest, other.digest}) == 3
    assert read(asked, prompt("# why\n", EXAMPLE)).digest == one.digest


MISTAKES = [
    (
        'kind = "billing"\nwords',
        'kind = "weather"\nwords',
        'kind = "weather"',
        "“answer.kind” does not fit Topic: Input should",
    ),
    ('words = "charged twice"', "", "[examples.answer]", "“answer.words” does not fit Topic: Field required."),
    (
        "open_invoices = 2",
        'open_invoices = "many"',
        "open_invoices",
        "“account.open_invoices” does not fit Account: Input",
    ),
    ('plan = "Solo"', 'plan = "Solo"\nplann = "Solo"', "plann", "“account.plann” does not fit Account: Extra inputs"),
    (
        "given.account",
        "given.acount",
        "[examples.given.acount]",
        "“acount” is not one of the inputs. Did you mean account?",
    ),
    ('id = "T-1"\n', "", "[examples.given.ticket]", "“ticket.id” does not fit Ticket: Field required."),
    (
        "[examples.answer]",
        "[examples.anser]",
        "[examples.anser]",
        "`examples[1].anser` is not known here. Did you mean `answer`?",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "said"), MISTAKES)
def test_a_mistake_in_an_example_is_said_with_its_line(
    asked: AnyStep, old: str, new: str, place: str, said: str
) -> None:
    text = prompt(swapped(EXAMPLE, old, new))
    found = refusals(asked, text)
    assert any(one.startswith(f"topic.md:{line_of(text, place)}: {said}") for one in found), found


def test_an_example_has_every_input_that_a_run_has(asked: AnyStep) -> None:
    start, end = EXAMPLE.index("[examples.given.account]"), EXAMPLE.index("[examples.answer]")
    text = prompt(EXAMPLE[:start] + EXAMPLE[end:])
    line = line_of(text, "[[examples]]")
    assert refusals(asked, text) == [
        f"topic.md:{line}: This example has no “account”. "
        "Give it whole, or take account out of inputs. A run always has it."
    ]


def test_an_example_may_leave_out_what_a_branch_skips(tmp_path: Path) -> None:
    steps = swapped(STEPS, "    topic = ask(Topic, about=(ticket, account))\n    kind", "    kind")
    steps = swapped(steps, "decide(topic, by=lambda it: it.kind)", "decide(ticket, by=size)")
    steps = swapped(
        steps,
        "    label =",
        "    bill = look_up(helpdesk.account_of, ticket, when=kind.is_(Kind.BILLING))\n"
        "    topic = ask(Topic, about=(ticket, account, bill))\n    label =",
    )
    steps = swapped(
        steps, "class TagTicket", "def size(it: helpdesk.Ticket) -> Kind:\n    return Kind.BILLING\n\n\nclass TagTicket"
    )
    asked = load(write_workflow(tmp_path, steps=steps), "skipping")[0].step("topic")
    assert not is_always_there(asked)
    text = prompt(EXAMPLE).replace('["ticket", "account"]', '["ticket", "account", "bill"]')
    assert "bill" not in read(asked, text).examples[0].material


def test_there_is_room_for_few_and_short_examples(asked: AnyStep) -> None:
    many = prompt(*[EXAMPLE] * (MOST + 1))
    assert refusals(asked, many)[0].endswith(
        "There are 9 examples; at most 8 are shown to a model. Keep those that are least alike."
    )
    long = prompt(EXAMPLE.replace("me twice", "me twice " * 1000))
    (said,) = refusals(asked, long)
    assert "at most 8,192 are shown to a model. Shorten their texts, or take one out." in said


@pytest.mark.parametrize("examples", ['"none"', "[1]", "[{}]", '[{ given = 1, answer = "x" }]', "{ given = {} }"])
def test_what_is_no_example_is_refused_in_words(asked: AnyStep, examples: str) -> None:
    text = swapped(PROMPT, 'role = "fast"', f"examples = {examples}")
    assert all(one.startswith("topic.md:3: `examples") for one in refusals(asked, text))
