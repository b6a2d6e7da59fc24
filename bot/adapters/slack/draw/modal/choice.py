"""What somebody may start, as a form to choose from: what each does, how far the bot goes, whose it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from bot.adapters.slack.draw.modal.filling import State, inputs, read
from bot.adapters.slack.draw.modal.frame import Meta, note, told, view
from bot.adapters.slack.draw.safe import Block, Blocks, inline, pieces, rich, section
from bot.domain.errors import Unknown
from bot.domain.field import MOST_CHOICES, Field, Kind
from bot.domain.plain import Plain
from bot.domain.run import Stage

CHOOSE = "choose"
MOST = 40
TITLE = "Start a workflow"
LONGEST_WORDS = 9_000
"""Of a message in a form: as much as its boxes surely hold."""
Samples: TypeAlias = Mapping[str, Mapping[str, Plain]]
"""By `workflow/name`: what a form can be filled in with by whoever tries things."""

STAGES: Mapping[Stage, str] = {
    Stage.INSTRUMENT: "Times the work that people do; the bot does nothing",
    Stage.SHADOW: "Runs beside people to compare; nothing leaves",
    Stage.ASSISTED: "Prepares the work; a person does it",
    Stage.APPROVED: "Does what a person has approved",
    Stage.LIMITED: "Does clear cases by itself; a person approves the rest",
    Stage.AUTOMATIC: "Does the work by itself; people get the exceptions",
}


_MESSAGE = Field("message", Kind.LONG, "The message it starts from", needed=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """One workflow that somebody may start."""

    name: str
    does: str
    stage: Stage
    owner: str
    """By name, as people know them."""
    also: tuple[str, ...] = ()
    """What else starts it: a form, a webhook."""


@dataclass(frozen=True, slots=True)
class Given:
    """The message that something is to start from: its place, and its words as long as they fit in a form."""

    about: str
    words: str

    @property
    def fits(self) -> bool:
        return len(self.words) <= LONGEST_WORDS


def choice_view(
    offered: Sequence[Offer], samples: Samples, given: Given | None = None, *, others: Sequence[Offer] = ()
) -> Block:
    """The form to choose from, grouped by owner. `others` may not be started: where nothing else is, whom to ask."""
    if not offered:
        return _nothing(others, given)
    shown = _first(offered)
    first = shown[0].name if len(shown) == 1 else None
    known: dict[str, Plain] = {"workflow": first, "message": given.words if given and given.fits else None}
    fields = inputs(_asked(shown, samples, given), known)
    left = len(offered) - len(shown)
    more = [told(f"{left} more are not listed. Start one of them with /ops start NAME.")] if left else []
    meta = Meta("", "", about=given.about if given else "")
    return view(CHOOSE, TITLE, [*_grouped(shown), *more, *_too_long(given), *fields], meta=meta, submit="Next")


def read_choice(offered: Sequence[Offer], samples: Samples, state: State) -> tuple[str, Mapping[str, Plain]]:
    """The workflow that was chosen, and the sample to fill it in with. Unknown where it is none of them."""
    found = read(_asked(_first(offered), samples, None), state).values
    name, sample = found.get("workflow"), found.get("sample")
    if not isinstance(name, str):
        raise Unknown("Choose what to start.")
    fits = isinstance(sample, str) and sample.startswith(f"{name}/")
    return name, samples[sample] if fits and isinstance(sample, str) else {}


def read_given(about: str, state: State) -> Given | None:
    """The message as it stands in the form now; None where there is none."""
    words = read((_MESSAGE,), state).values.get("message")
    return Given(about, words if isinstance(words, str) else "") if about else None


def _first(offered: Sequence[Offer]) -> list[Offer]:
    """As many as there is room for, those of one owner together."""
    return sorted(offered, key=lambda one: (one.owner, one.name))[:MOST]


def _grouped(offered: Sequence[Offer]) -> Blocks:
    groups = groupby(_first(offered), lambda one: one.owner)
    return [block for owner, group in groups for block in _owned(owner, [*group])]


def _owned(owner: str, offered: Sequence[Offer]) -> Iterator[Block]:
    yield rich([section(pieces("Owned by "), inline(owner, "bold"))])
    for one in offered:
        head = section(inline(one.name, "bold"), pieces(f"  {STAGES[one.stage]}", "italic"))
        also = [section(pieces(f"Also by {', '.join(one.also)}.", "italic"))] if one.also else []
        yield rich([head, section(inline(one.does)), *also])


def _asked(offered: Sequence[Offer], samples: Samples, given: Given | None) -> tuple[Field, ...]:
    names = tuple(one.name for one in offered)
    which = Field("workflow", Kind.CHOICE, "What do you want to start?", choices=names)
    if given is not None:
        return which, _MESSAGE
    of_these = tuple(name for name in samples if name.partition("/")[0] in names)[:MOST_CHOICES]
    if not of_these:
        return (which,)
    return which, Field("sample", Kind.CHOICE, "Fill it in from a sample", needed=False, choices=of_these)


def _too_long(given: Given | None) -> Blocks:
    """A message that no form holds is not cut: whoever starts something chooses what matters."""
    return [told(too_long(given))] if given is not None and not given.fits else []


def too_long(given: Given) -> str:
    """What is said of a message that no form holds."""
    return (
        f"The message has {len(given.words):,} characters, and a form takes {LONGEST_WORDS:,}. Copy what matters into "
        "it; the whole stays where it is, and the run links to it."
    )


def _nothing(others: Sequence[Offer], given: Given | None) -> Block:
    what = "from a message " if given else ""
    said = f"There is nothing here that you may start {what}yet."
    meta = Meta("", "", about=given.about if given else "")
    if not others:
        return note(TITLE, f"{said} Whoever runs Countersign can set something up.", meta=meta)
    ask = told(f"{said} The owner of a workflow can let you: ask them.")
    return view("note", TITLE, [ask, *_grouped(others)], meta=meta, close="Close")
