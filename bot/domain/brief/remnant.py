"""What is left of a brief that does not fit: who is responsible, what was overridden, what its data is.

It lets its owner put it right, and its runs be ended. Nobody can start or decide anything by it.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from pydantic import ValidationError

from bot.domain.brief import Brief, Data, Failure, Metric, Override, Recovery, Triggers
from bot.domain.brief.done_when import ReadAgain
from bot.domain.declared.fault import is_list
from bot.domain.declared.toml import read_toml
from bot.domain.errors import Misdeclared
from bot.domain.plain import is_object
from bot.domain.quantity import LONGEST, Unclear, parse_duration
from bot.domain.redaction import FieldClass
from bot.domain.run import Stage

NOBODY = "(nobody)"
"""Who is responsible where that cannot be read."""

UNKNOWN = "Its brief does not fit."

IN_DOUBT = Data(keep_content=LONGEST, keep_entries=LONGEST)
"""What is to be kept is kept."""


def remnant(
    *,
    owner: str = NOBODY,
    maintainer: str = NOBODY,
    pager: str = NOBODY,
    overrides: tuple[Override, ...] = (),
    data: Data | None = None,
) -> Brief:
    """A brief that says who is responsible, and nothing else."""
    park = Recovery(do="park")
    return Brief(
        process=UNKNOWN,
        owner=owner,
        maintainer=maintainer,
        pager=pager,
        triggers=Triggers(who=(NOBODY,), doors=()),
        inputs=UNKNOWN,
        output=UNKNOWN,
        done_when=(ReadAgain.model_validate({"read": UNKNOWN, "of": UNKNOWN, "field": UNKNOWN, "is": UNKNOWN}),),
        reads={},
        changes={},
        reviewers={},
        failure=Failure(when_wrong=park, when_unavailable=park),
        metric=Metric(name=UNKNOWN, target=UNKNOWN, baseline_minutes=1),
        invariants=(),
        compliance=UNKNOWN,
        stage=Stage.SHADOW,
        overrides=overrides,
        data=data or IN_DOUBT,
    )


def what_is_left(text: str, *, house: str = "") -> Brief:
    """As much of a brief as can be read, whatever stands in it."""
    own, shared = _loosely(text), _loosely(house)
    readable = own is not None and shared is not None
    whole = own or {}
    both = (_section(shared or {}, "data"), _section(whole, "data"))
    data = _data({**both[0], **both[1]}) if readable else IN_DOUBT
    classes = {name: one for section in both for name, one in _classes(_section(section, "classes"))}
    data = data.model_copy(update={"classes": classes})
    owner, maintainer, pager = (_name(whole.get(role)) for role in ("owner", "maintainer", "pager"))
    return remnant(owner=owner, maintainer=maintainer, pager=pager, overrides=(*_overrides(whole),), data=data)


def _loosely(text: str) -> Mapping[str, object] | None:
    try:
        return read_toml(text, file="").data
    except Misdeclared:
        return None


def _section(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    section = data.get(name)
    return section if is_object(section) else {}


def _name(given: object) -> str:
    return given if isinstance(given, str) and given.strip() and "\n" not in given and len(given) < 300 else NOBODY


def _overrides(data: Mapping[str, object]) -> Iterator[Override]:
    given = data.get("overrides")
    for one in given if is_list(given) else ():
        try:
            yield Override.model_validate(one)
        except ValidationError:
            continue


def _classes(given: Mapping[str, object]) -> Iterator[tuple[str, FieldClass]]:
    known = {one.value: one for one in FieldClass}
    yield from ((name, known[one]) for name, one in given.items() if isinstance(one, str) and one in known)


def _data(given: Mapping[str, object]) -> Data:
    usual = Data()
    return Data(
        keep_content=_time(given.get("keep_content"), usual.keep_content),
        keep_entries=_time(given.get("keep_entries"), usual.keep_entries),
    )


def _time(given: object, usual: timedelta) -> timedelta:
    if given is None:
        return usual
    try:
        return parse_duration(str(given))
    except Unclear:
        return LONGEST
