"""What a new workflow's brief has to know: the questions, what is answered where nobody says anything, and by what."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.brief import Brief
from bot.domain.checks import People
from bot.domain.declared.fault import is_list
from bot.domain.declared.toml import Toml
from bot.domain.errors import Unfit
from bot.domain.plain import is_object
from bot.domain.template import STAGES, Answers, Crew
from bot.domain.text import hint, one_line

LOOKED_AT_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be answered, by a name that files and options use."""

    name: str
    words: str
    default: str
    check: Callable[[str], str]
    """The answer as it is taken. Raises Unfit where it is none."""


def questions_of(brief: Brief, colleagues: tuple[str, ...], people: People, today: date) -> tuple[Question, ...]:
    """Everything to be asked about a workflow like this one, in the order of a brief."""
    known = _Known(people)
    first = (
        Question("owner", "Who owns it, and gets its exceptions?", brief.owner, known.person),
        Question("maintainer", "Who looks after its code?", brief.maintainer, known.person),
        Question("pager", "Who alone is called when it fails technically?", brief.pager, known.pager),
    )
    last = (
        Question("stage", "At which stage does it start, shadow or assisted?", STAGES[0], _stage),
        Question(
            "baseline", "How many minutes does it take by hand today?", f"{brief.metric.baseline_minutes:g}", _minutes
        ),
        Question("review-date", "When is it looked at again?", (today + LOOKED_AT_AFTER).isoformat(), _day),
    )
    return (*first, *_about_groups(brief, known), *_about_routes(colleagues, known), *last)


def _about_groups(brief: Brief, known: "_Known") -> Iterator[Question]:
    for name, group in brief.reviewers.items():
        who = ", ".join(group.members) or group.usergroup
        yield Question(f"reviewers.{name}.members", f"Who decides as “{name}”?", who, known.crew)
        yield Question(f"reviewers.{name}.channel", f"In which channel is “{name}” asked?", group.channel, _channel)


def _about_routes(colleagues: tuple[str, ...], known: "_Known") -> Iterator[Question]:
    if colleagues:
        yield Question("colleagues", "Who gets work by routes.toml?", ", ".join(colleagues), known.colleagues)


def answers_of(brief: Brief, colleagues: tuple[str, ...], said: Mapping[str, str]) -> Answers:
    """The answers to all questions, put together."""
    crews = {name: _crew(said, name) for name in brief.reviewers}
    old = {name: Crew(one.members, one.usergroup, one.channel) for name, one in brief.reviewers.items()}
    names = _names(said.get("colleagues", ""))
    return Answers(
        owner=said["owner"],
        maintainer=said["maintainer"],
        pager=said["pager"],
        stage=said["stage"],
        baseline_minutes=_number(said["baseline"]),
        review_date=date.fromisoformat(said["review-date"]),
        crews={name: crew for name, crew in crews.items() if crew != old[name]},
        colleagues=names if names != colleagues else (),
    )


def _crew(said: Mapping[str, str], name: str) -> Crew:
    who, channel = said[f"reviewers.{name}.members"], said[f"reviewers.{name}.channel"]
    return Crew(channel=channel, usergroup=who) if _is_group(who) else Crew(_names(who), channel=channel)


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _names(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.replace(",", " ").split() if one)


def _is_group(text: str) -> bool:
    """Whether somebody wrote the name of a group, and no handle or id."""
    return "@" not in text and "/" not in text and "," not in text


# --- what is no answer ------------------------------------------------------------------------------------------


class _Known:
    """Who there is; anybody else cannot be an answer."""

    def __init__(self, people: People) -> None:
        self._people = people

    def person(self, text: str) -> str:
        found = self._people.named(text)
        if found is None or not found.active:
            mend = hint(text, self._people.names(), f"There is: {', '.join(self._people.names())}.")
            raise Unfit(f"Nobody here is called “{one_line(text, 60)}”. {mend}")
        return found.handle or found.id

    def pager(self, text: str) -> str:
        return text if text.startswith("#") else self.person(text)

    def crew(self, text: str) -> str:
        if _is_group(text) and self._people.members(text):
            return text
        return self.colleagues(text)

    def colleagues(self, text: str) -> str:
        if not (names := _names(text)):
            raise Unfit("Name at least one person, such as @mia.")
        return ", ".join(dict.fromkeys(map(self.person, names)))


def _channel(text: str) -> str:
    if not text.strip() or " " in text.strip() or not text.startswith("#"):
        raise Unfit(f"“{one_line(text, 60)}” is no channel. Write it like #support.")
    return text.strip()


def _stage(text: str) -> str:
    if text not in STAGES:
        raise Unfit(f"A new workflow starts at {' or '.join(STAGES)}, not at “{one_line(text, 60)}”.")
    return text


def _minutes(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise Unfit(f"“{one_line(text, 60)}” is no number of minutes. Write it like 25.")
    return text


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unfit(f"“{one_line(text, 60)}” is no day. Write it like 2027-03-31.") from None


# --- answers from a file ----------------------------------------------------------------------------------------


def answers_in(toml: Toml) -> dict[str, str]:
    """The answers that a file gives, by the names of their questions."""
    return dict(_flat(toml.data, ""))


def _flat(data: Mapping[str, object], before: str) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if is_object(value):
            yield from _flat(value, f"{before}{name}.")
        elif is_list(value):
            yield f"{before}{name}", ", ".join(map(str, value))
        else:
            yield f"{before}{name}", str(value)
