"""What a brief says about itself must fit together. What it says about the workflow, `check` looks at."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from bot.domain.brief import Brief, Reviewers, Threshold, Triggers
from bot.domain.brief.form import contradictions_of as of_form
from bot.domain.brief.hook import contradictions_of
from bot.domain.brief.outsider import contradictions_of as of_outsiders
from bot.domain.cron import last_due, read_schedule
from bot.domain.declared.place import Where, shown
from bot.domain.quantity import Money, write_duration
from bot.domain.text import nearest

Problem = tuple[Where, str, str]
"""Where, what is wrong, how to mend it."""

RESERVED = frozenset({"owner", "requester", "maintainer", "pager", "everyone"})
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_FIELD = re.compile(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*")
_FIELDS = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}")
_FOR_A_SCHEDULE = ("moment", "time_zone", "missed", "overlap", "values")
_SOME_DAY = datetime(2028, 12, 31, tzinfo=UTC)
"""After a whole round of leap years."""


def contradictions(brief: Brief) -> Iterator[Problem]:
    """Everything in a brief that cannot be meant like that."""
    yield from _of_proof(brief)
    yield from _of_messages(brief)
    yield from _of_clock(brief)
    yield from contradictions_of(brief.triggers.hooks, open_="webhook" in brief.triggers.doors)
    yield from of_form(brief.triggers.form, open_="form" in brief.triggers.doors)
    yield from _of_reviewers(brief)
    yield from _of_outsiders(brief)
    yield from _of_chains(brief)
    yield from _of_failure(brief)
    yield from _of_changes(brief)
    yield from _of_limits(brief)
    yield from _of_data(brief)


def _of_proof(brief: Brief) -> Iterator[Problem]:
    if brief.done_when.changed == (brief.done_when.is_ is not None):
        said = "both `is` and `changed`" if brief.done_when.changed else "neither `is` nor `changed`"
        yield ("done_when",), f"[done_when] says {said}.", 'Write one of them: is = "answered", or changed = true.'
    if not brief.may_read(brief.done_when.read):
        system, _, name = brief.done_when.read.partition(".")
        mend = f'Add "{name}" to {system} in [reads].' if name else 'Write it as "helpdesk.state_of".'
        yield ("done_when", "read"), f"`done_when.read` is {brief.done_when.read}, which [reads] does not allow.", mend


def _of_messages(brief: Brief) -> Iterator[Problem]:
    triggers = brief.triggers
    for emoji, channels in triggers.reactions.items():
        path = ("triggers", "reactions", emoji)
        if not _EMOJI.fullmatch(emoji):
            yield path, f"“{emoji}” is not the name of an emoji.", "Write it without colons: ticket, or +1 in quotes."
        if not channels:
            said = f"`{shown(path)}` names no channel, so nobody could use it."
            yield path, said, f'Name the channels: {emoji} = ["#support"].'
    for name, given in (("channels", triggers.channels), ("reactions", triggers.reactions)):
        if given and "slack" not in triggers.doors:
            said = f"`triggers.{name}` is about Slack, which is not one of the doors."
            yield ("triggers", name), said, 'Add "slack" to triggers.doors, or take this out.'


def _of_clock(brief: Brief) -> Iterator[Problem]:
    triggers, path = brief.triggers, ("triggers", "schedule")
    if not triggers.schedule:
        yield from _without_clock(triggers)
        return
    schedule = read_schedule(triggers.schedule, triggers.time_zone)
    if schedule is None:
        said = f"`triggers.schedule` is “{triggers.schedule}”, which is no schedule."
        yield path, said, 'Write minute, hour, day, month and weekday: "0 9 * * 1-5".'
    elif last_due(schedule, _SOME_DAY) is None:
        said = f"`triggers.schedule` is “{triggers.schedule}”, which is never due: there is no such day."
        yield path, said, "Write a day that the month has."
    elif "schedule" not in triggers.doors:
        said = "`triggers.schedule` would start nothing: that is not one of the doors."
        yield path, said, 'Add "schedule" to triggers.doors, or take this out.'
    if triggers.moment and triggers.moment in triggers.values:
        said = (
            f"`triggers.values` fills in “{triggers.moment}”, which `triggers.moment` says takes the time it was due."
        )
        yield ("triggers", "values", triggers.moment), said, "Take one of them out."


def _without_clock(triggers: Triggers) -> Iterator[Problem]:
    for name in _FOR_A_SCHEDULE:
        if getattr(triggers, name) != Triggers.model_fields[name].default:
            yield ("triggers", name), f"`triggers.{name}` is for a schedule, and there is none.", "Take it out."


def _of_reviewers(brief: Brief) -> Iterator[Problem]:
    if not brief.reviewers:
        yield ("reviewers",), "No reviewers are named, so nobody could decide.", "Add a section [reviewers.support]."
    for name, group in brief.reviewers.items():
        path = ("reviewers", name)
        if name in RESERVED or not _NAME.fullmatch(name):
            why = "stands for somebody else already" if name in RESERVED else "is not a name of a group"
            yield path, f"“{name}” {why}.", "Use small letters, digits, - and _, such as support or finance-emea."
        yield from _of_group(path, group)


def _of_outsiders(brief: Brief) -> Iterator[Problem]:
    for name in brief.outsiders:
        if name in RESERVED or name in brief.reviewers or not _NAME.fullmatch(name):
            path: Where = ("outsiders", name)
            why = "is not a name of a group" if not _NAME.fullmatch(name) else "stands for somebody else already"
            yield path, f"“{name}” {why}.", "Give them a name of their own, such as customers or new-hires."
    yield from of_outsiders(brief.outsiders)


def _of_group(path: Where, group: Reviewers) -> Iterator[Problem]:
    where = shown(path)
    if not group.members and not group.usergroup:
        mend = 'Name them: members = ["@mia"], or usergroup = "support".'
        yield path, f"`{where}` has neither `members` nor a `usergroup`, so nobody could decide.", mend
    for name, times in (("remind_after", group.remind_after), ("escalate_after", group.escalate_after)):
        if times is not None and times >= group.expires_after:
            after, end = write_duration(times), write_duration(group.expires_after)
            said = f"`{where}.{name}` is {after}, but everything expires after {end}, so it never happens."
            yield (*path, name), said, f"Make {name} shorter, or expires_after longer."
    people = countable(group)
    for name, number in (("needed", group.needed), ("deny", group.deny)):
        if people is not None and number > people:
            yield (*path, name), f"`{where}.{name}` is {number}, but the group has {_people(people)}.", "Add members."


def countable(group: Reviewers) -> int | None:
    """How many people a group has; None where it takes in groups whose members are not known here."""
    one_by_one = all(who.startswith("@") or "/" in who for who in group.members)
    return len(set(group.members)) if one_by_one and not group.usergroup and group.members else None


def _people(number: int) -> str:
    return "one member" if number == 1 else f"{number} members"


def _of_chains(brief: Brief) -> Iterator[Problem]:
    for name, group in brief.reviewers.items():
        path = ("reviewers", name, "escalate_to")
        if group.escalate_to not in ("", "owner", *brief.reviewers):
            yield path, *_no_group(brief, path, group.escalate_to)
        elif circle := _circle(brief, name):
            said = f"`{shown(path)}` goes round in a circle: {' → '.join(circle)}."
            yield path, said, 'Let the last of them go to "owner".'


def _circle(brief: Brief, start: str) -> tuple[str, ...]:
    chain = [start]
    while (group := brief.reviewers.get(chain[-1])) and group.escalate_to in brief.reviewers:
        chain.append(group.escalate_to)
        if group.escalate_to == start:
            return tuple(chain)
        if len(chain) > len(brief.reviewers):
            break
    return ()


def _no_group(brief: Brief, path: Where, name: str) -> tuple[str, str]:
    meant = nearest(name, brief.reviewers)
    mend = f"Did you mean “{meant}”?" if meant else f"Add a section [reviewers.{name}], or name another group."
    return f"`{shown(path)}` is “{name}”, and there are no such reviewers here.", mend


def _of_failure(brief: Brief) -> Iterator[Problem]:
    for name, recovery in (
        ("when_wrong", brief.failure.when_wrong),
        ("when_unavailable", brief.failure.when_unavailable),
    ):
        path = ("failure", name, "group")
        if recovery.group not in ("owner", *brief.reviewers):
            yield path, *_no_group(brief, path, recovery.group)


def _of_changes(brief: Brief) -> Iterator[Problem]:
    kinds = [f"{system}.{name}" for system, names in brief.changes.items() for name in names]
    for name in brief.levels:
        if "." in name and name not in kinds:
            yield ("levels", name), *_no_change(("levels", name), name, kinds)
    for n, threshold in enumerate(brief.thresholds):
        yield from _of_threshold(brief, threshold, ("thresholds", n), kinds)
    for n, override in enumerate(brief.overrides):
        path = ("overrides", n)
        if override.intent not in kinds:
            yield (*path, "intent"), *_no_change((*path, "intent"), override.intent, kinds)
        if override.author == override.approved_by:
            said = f"`{shown(path)}` was approved by its own author, {override.author}."
            yield (*path, "approved_by"), said, "Somebody else has to approve it."


def _no_change(path: Where, name: str, kinds: list[str]) -> tuple[str, str]:
    meant = nearest(name, kinds)
    mend = f"Did you mean “{meant}”?" if meant else "Add it there, or take this out."
    return f"`{shown(path)}` is about {name}, which [changes] does not allow.", mend


def _of_threshold(brief: Brief, threshold: Threshold, path: Where, kinds: list[str]) -> Iterator[Problem]:
    if threshold.intent not in kinds:
        yield (*path, "intent"), *_no_change((*path, "intent"), threshold.intent, kinds)
    above, below = threshold.above, threshold.below
    if above is None and below is None:
        yield path, f"`{shown(path)}` says neither `above` nor `below` what.", 'For example: above = "100 EUR".'
    if above is not None and below is not None and _never_between(above, below):
        yield (*path, "below"), f"`{shown(path)}` is about every amount: below {below} or above {above}.", "Drop one."
    group = brief.reviewers.get(threshold.reviewers)
    if group is None:
        yield (*path, "reviewers"), *_no_group(brief, (*path, "reviewers"), threshold.reviewers)
        return
    people = countable(group)
    if people is not None and threshold.needed is not None and threshold.needed > people:
        said = f"`{shown(path)}.needed` is {threshold.needed}, but {threshold.reviewers} has {_people(people)}."
        yield (*path, "needed"), said, "Add members."


def _never_between(above: Money | int, below: Money | int) -> bool:
    if isinstance(above, int) or isinstance(below, int):
        return isinstance(above, int) and isinstance(below, int) and above < below
    return above.currency == below.currency and above < below


def _of_limits(brief: Brief) -> Iterator[Problem]:
    limits = brief.limits
    if limits.actions_per_run > limits.actions_per_day:
        said = f"One run may take {limits.actions_per_run} actions, but a whole day only {limits.actions_per_day}."
        yield ("limits", "actions_per_day"), said, "Raise actions_per_day, or lower actions_per_run."
    run, day = limits.cost_per_run, limits.cost_per_day
    for name, cap in (("cost_per_run", run), ("cost_per_day", day)):
        if cap is not None and cap.currency != "USD":
            said = f"`limits.{name}` is in {cap.currency}, and what a model costs is counted in US dollars."
            yield ("limits", name), said, "Write it like 0.50 USD."
    if run is not None and day is not None and run.currency == day.currency and day < run:
        said = f"One run may cost {run}, but a whole day {day}."
        yield ("limits", "cost_per_day"), said, "Allow more for a day than for a run."


def _of_data(brief: Brief) -> Iterator[Problem]:
    for name in brief.data.classes:
        if not _FIELDS.fullmatch(name):
            said = f"“{name}” is not a field."
            yield ("data", "classes", name), said, 'Write its name, or the step, a point and the name: "ticket.email".'
    if brief.data.subject and not _FIELD.fullmatch(brief.data.subject):
        said = f"`data.subject` is “{brief.data.subject}”, which is not a field of a step."
        yield ("data", "subject"), said, 'Write the step, a point and the field: "ticket.email".'
    for n, scope in enumerate(brief.scope):
        if not _FIELD.fullmatch(scope.field):
            said = f"`scope[{n + 1}].field` is “{scope.field}”, which is not a field of a step."
            yield ("scope", n, "field"), said, 'Write the step, a point and the field: "ticket.language".'
    if brief.data.keep_content > brief.data.keep_entries:
        said = "Content would be kept longer than the entries it stands in."
        yield ("data", "keep_content"), said, "Make keep_content shorter, or keep_entries longer."


def doubts(brief: Brief, today: date) -> Iterator[Problem]:
    """What may be meant but should be looked at: `check` shows it as a warning."""
    for name, group in brief.reviewers.items():
        people = countable(group)
        if people is not None and group.not_ and group.needed >= people:
            said = f"All {people} of {name} must approve, but whoever asked for it or edited it may not."
            said = said if people > 1 else f"{name} has one member, who may not approve what they asked for or edited."
            yield ("reviewers", name, "needed"), said, "Add members, so that there is always somebody else."
    for n, override in enumerate(brief.overrides):
        if override.on > today:
            path: Where = ("overrides", n, "on")
            yield path, f"`{shown(path)}` is {override.on}, which has not come yet.", "Write the day it was approved."
    if brief.review_date is not None and brief.review_date < today:
        said = f"This brief was to be looked at again by {brief.review_date}."
        yield ("review_date",), said, "Look through it with its owner, then set the next date."


def mentions(brief: Brief) -> Iterator[tuple[Where, str]]:
    """Every person or group the brief names, with the place."""
    yield from ((("owner",), brief.owner), (("maintainer",), brief.maintainer), (("pager",), brief.pager))
    yield from ((("triggers", "who", n), who) for n, who in enumerate(brief.triggers.who) if who != "everyone")
    for name, group in brief.reviewers.items():
        yield from ((("reviewers", name, "members", n), who) for n, who in enumerate(group.members))
        if group.usergroup:
            yield ("reviewers", name, "usergroup"), f"group:{group.usergroup}"
    for n, override in enumerate(brief.overrides):
        yield ("overrides", n, "author"), override.author
        yield ("overrides", n, "approved_by"), override.approved_by
