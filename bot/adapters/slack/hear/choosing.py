"""What somebody may start, as a form to choose from: what each does, its stage and its owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.adapters.slack.draw.modal.field import MOST_CHOICES, Field, Kind
from bot.adapters.slack.draw.modal.filling import State, inputs, read
from bot.adapters.slack.draw.modal.frame import Meta, note, view
from bot.adapters.slack.draw.modal.typed import start_view
from bot.adapters.slack.draw.safe import Block, Blocks, inline, pieces, rich, section
from bot.adapters.slack.hear.press import text
from bot.application.parts import Parts
from bot.domain.errors import Misdeclared, Unknown
from bot.domain.gate import Power, may
from bot.domain.intent import Fact
from bot.domain.person import Door, Person
from bot.domain.plain import Plain
from bot.domain.workflow import fact_type
from bot.ports.store import Delivery

CHOOSE = "choose"
MOST = 40
Samples: TypeAlias = Mapping[str, Mapping[str, Plain]]
"""By `workflow/name`: what a form can be filled in with by whoever tries things."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One workflow that somebody may start."""

    name: str
    does: str
    stage: str
    owner: str


def offers(parts: Parts, person: Person) -> tuple[Offer, ...]:
    """What this person may start from Slack, by name."""
    found: list[Offer] = []
    for name in parts.library.names():
        try:
            brief = parts.library.current(name).brief
        except Misdeclared:
            continue
        if Door.SLACK.value in brief.triggers.doors and may(person, Power.START, brief).allowed:
            found.append(Offer(name, brief.process, brief.stage.value, brief.owner))
    return tuple(found)


def choosing(offered: tuple[Offer, ...], samples: Samples) -> Block:
    """The form to choose from; where there are samples, also what to fill the next one in with."""
    meta = Meta("", "")
    if not offered:
        said = "There is nothing here that you may start. The owner of a workflow can let you, in its brief."
        return note("Start a workflow", said, meta=meta)
    shown = offered[:MOST]
    about: Blocks = [
        rich(
            [
                section(inline(one.name, "bold"), pieces(f"  {one.stage}, owned by {one.owner}", "italic")),
                section(inline(one.does)),
            ]
        )
        for one in shown
    ]
    known: dict[str, Plain] = {"workflow": shown[0].name} if len(shown) == 1 else {}
    return view(CHOOSE, "Start a workflow", [*about, *inputs(_asked(shown, samples), known)], meta=meta, submit="Next")


def chosen(offered: tuple[Offer, ...], samples: Samples, state: State) -> tuple[str, Mapping[str, Plain]]:
    """The workflow that was chosen, and the sample to fill it in with. Unknown where it is none of them."""
    found = read(_asked(offered[:MOST], samples), state).values
    name, sample = found.get("workflow"), found.get("sample")
    if not isinstance(name, str):
        raise Unknown("Choose what to start.")
    fits = isinstance(sample, str) and sample.startswith(f"{name}/")
    return name, samples[sample] if fits and isinstance(sample, str) else {}


def start_form(parts: Parts, workflow: str, known: Mapping[str, Plain] | None = None) -> Block:
    """The form that a workflow starts from."""
    trigger = parts.library.current(workflow).definition.trigger
    title = workflow.replace("_", " ").capitalize()
    return start_view(workflow, title, fact_type(trigger) or Fact, known=known)


def typed(parts: Parts, delivery: Delivery) -> str:
    """What comes after `/ops`. A command that a brief names stands for starting its workflow."""
    said, command = text(delivery.body, "text").strip(), text(delivery.body, "command")
    briefs = ((name, parts.library.current(name).brief) for name in parts.library.names())
    return next((f"start {name} {said}" for name, brief in briefs if command in brief.triggers.commands), said)


def _asked(offered: tuple[Offer, ...], samples: Samples) -> tuple[Field, ...]:
    names = tuple(one.name for one in offered)
    which = Field("workflow", Kind.CHOICE, "What do you want to start?", choices=names)
    of_these = tuple(name for name in samples if name.partition("/")[0] in names)[:MOST_CHOICES]
    if not of_these:
        return (which,)
    return which, Field("sample", Kind.CHOICE, "Fill it in from a sample", needed=False, choices=of_these)
