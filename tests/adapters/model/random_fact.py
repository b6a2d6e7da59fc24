"""Random types of fact, of every kind of field that a workflow may ask a model for, and a few more."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from types import GenericAlias
from typing import Annotated, Any, Literal
from uuid import UUID

from hypothesis import strategies as st
from pydantic import Field, create_model

from bot.domain.intent import Fact

NAMES = st.sampled_from(
    "category urgent summary body note invoice_id customer_id email due_date amount cents count company name phone "
    "link language currency tags questions points priority paid reason title reply kind score x openInvoices".split()
)
WORDS = st.sampled_from("billing bug how-to spam other high low none red Blue x_1 9".split())


class Colour(Enum):
    RED = "red"
    DEEP_BLUE = "deep blue"


class Priority(IntEnum):
    LOW = 1
    HIGH = 2


class Mood(StrEnum):
    CALM = "calm"
    ANGRY = "angry"
    OTHER = "other"


class Leaf(Fact):
    """A fact within a fact."""

    label: str = Field(min_length=1, max_length=30)
    count: int = Field(ge=0)
    mood: Mood


class Tree(Fact):
    """A fact that may hold itself."""

    name: str
    below: "Tree | None" = None
    beside: tuple["Tree", ...] = ()


@st.composite
def texts(draw: st.DrawFn) -> Any:
    shortest = draw(st.integers(0, 40))
    longest = draw(st.none() | st.integers(max(shortest, 1), 4_000))
    return Annotated[str, Field(min_length=shortest, max_length=longest)]


@st.composite
def patterned(draw: st.DrawFn) -> Any:
    pattern = draw(st.sampled_from([r"^[A-Z]{3}$", r"^[a-z0-9-]+$", r"^[^@\s]+@[^@\s]+$", r"^\d{1,5}$", r"^T-\d+$"]))
    return Annotated[str, Field(pattern=pattern)]


@st.composite
def whole_numbers(draw: st.DrawFn) -> Any:
    least = draw(st.none() | st.integers(-1_000, 1_000))
    most = draw(st.none() | st.integers((least if least is not None else -1_000) + 2, 3_000))
    if draw(st.booleans()):
        return Annotated[int, Field(ge=least, le=most)]
    return Annotated[int, Field(gt=least, lt=most)]


@st.composite
def decimals(draw: st.DrawFn) -> Any:
    least = draw(st.none() | st.decimals(-1_000, 1_000, places=2))
    places = draw(st.integers(2, 4))
    if draw(st.booleans()):
        return Annotated[Decimal, Field(ge=least, decimal_places=places)]
    return Annotated[Decimal, Field(gt=least, max_digits=12, decimal_places=places)]


@st.composite
def choices(draw: st.DrawFn) -> Any:
    members = draw(st.lists(WORDS, min_size=1, max_size=6, unique=True))
    return Literal[tuple(members)]


ENUMS = st.sampled_from([Colour, Priority, Mood])
PLAIN: st.SearchStrategy[Any] = st.sampled_from([bool, str, int, date, datetime, time, timedelta, Decimal, UUID])
SINGLE = st.one_of(
    PLAIN, ENUMS, texts(), patterned(), whole_numbers(), decimals(), choices(), st.just(Leaf), st.just(Tree)
)


@st.composite
def lists(draw: st.DrawFn) -> Any:
    item = draw(SINGLE)
    shortest = draw(st.integers(0, 3))
    longest = draw(st.none() | st.integers(max(1, shortest), 6))
    return Annotated[GenericAlias(tuple, (item, ...)), Field(min_length=shortest, max_length=longest)]


SETS = st.sampled_from([set[str], frozenset[int], set[Mood], dict[str, int], tuple[int, str, bool], int | str])
KINDS = st.one_of(SINGLE, lists(), SETS)


@st.composite
def facts(draw: st.DrawFn, depth: int = 2) -> type[Fact]:
    """A type of fact with one to six fields, optional and nested ones among them."""
    fields: dict[str, Any] = {}
    for name in draw(st.lists(NAMES, min_size=1, max_size=6, unique=True)):
        kind = draw(facts(depth=depth - 1)) if depth and draw(st.integers(0, 5)) == 0 else draw(KINDS)
        match draw(st.integers(0, 3)):
            case 0:
                fields[name] = (kind | None, None)
            case 1:
                fields[name] = (kind | None, ...)
            case _:
                fields[name] = (kind, ...)
    return create_model("Random", __base__=Fact, **fields)
