"""What a brief says about itself has to fit together."""

from datetime import date

import pytest

from bot.domain.brief.difference import diff_brief
from bot.domain.brief.reading import read_brief
from bot.domain.brief.rule import doubts, mentions
from bot.domain.brief.writing import write_brief
from bot.domain.declared.place import shown
from bot.domain.errors import Misdeclared
from tests.domain.brief.whole import WHOLE, with_line


def said(text: str) -> list[str]:
    with pytest.raises(Misdeclared) as caught:
        read_brief(text, file="brief.toml")
    return [one.message.removeprefix("brief.toml:") for one in caught.value.problems]


GROUP = '[reviewers.{}]\nchannel = "#x"\nmembers = ["@x"]\nevidence = ["ticket"]\n\n[failure.when_wrong]'
LONG = "so it never happens. Make {} shorter, or expires_after longer."


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'remind_after = "4h"',
            'remind_after = "60h"',
            "37: `reviewers.support.remind_after` is 2d 12h, but everything expires after 2d 12h, "
            + LONG.format("remind_after"),
        ),
        (
            'escalate_after = "1d"',
            'escalate_after = "3d"',
            "38: `reviewers.support.escalate_after` is 3d, but everything expires after 2d 12h, "
            + LONG.format("escalate_after"),
        ),
        (
            'members = ["@mia", "@leo", "@ines"]\n',
            "",
            "30: `reviewers.support` has neither `members` nor a `usergroup`, so nobody could decide. "
            'Name them: members = ["@mia"], or usergroup = "support".',
        ),
        (
            "needed = 2\n",
            "needed = 4\n",
            "34: `reviewers.support.needed` is 4, but the group has 3 members. Add members.",
        ),
        (
            'members = ["@mia", "@leo", "@ines"]\n',
            'members = ["@mia", "@mia"]\n',
            "34: `reviewers.support.needed` is 2, but the group has one member. Add members.",
        ),
        (
            "deny = 1",
            "deny = 4",
            "35: `reviewers.support.deny` is 4, but the group has 3 members. Add members.",
        ),
        (
            'escalate_to = "leads"',
            'escalate_to = "lead"',
            "39: `reviewers.support.escalate_to` is “lead”, and there are no such reviewers here. "
            "Did you mean “leads”?",
        ),
        (
            'escalate_to = "leads"',
            'escalate_to = "board"',
            "39: `reviewers.support.escalate_to` is “board”, and there are no such reviewers here. "
            "Add a section [reviewers.board], or name another group.",
        ),
        (
            'escalate_to = "leads"',
            'escalate_to = "support"',
            "39: `reviewers.support.escalate_to` goes round in a circle: support → support. "
            'Let the last of them go to "owner".',
        ),
        (
            "[failure.when_wrong]",
            GROUP.format("owner"),
            "54: “owner” stands for somebody else already. "
            "Use small letters, digits, - and _, such as support or finance-emea.",
        ),
        (
            "[failure.when_wrong]",
            GROUP.format('"Team Leads"'),
            "54: “Team Leads” is not a name of a group. "
            "Use small letters, digits, - and _, such as support or finance-emea.",
        ),
        (
            'group = "support"',
            'group = "suport"',
            "56: `failure.when_wrong.group` is “suport”, and there are no such reviewers here. Did you mean “support”?",
        ),
        (
            'reviewers = "leads"',
            'reviewers = "finance"',
            "88: `thresholds[1].reviewers` is “finance”, and there are no such reviewers here. "
            "Add a section [reviewers.finance], or name another group.",
        ),
        (
            'reviewers = "leads"\nneeded = 2',
            'reviewers = "support"\nneeded = 4',
            "89: `thresholds[1].needed` is 4, but support has 3 members. Add members.",
        ),
        (
            'above = "100 EUR"\n',
            "",
            '84: `thresholds[1]` says neither `above` nor `below` what. For example: above = "100 EUR".',
        ),
        (
            'above = "100 EUR"',
            'above = "100 EUR"\nbelow = "200 EUR"',
            "88: `thresholds[1]` is about every amount: below 200.00 EUR or above 100.00 EUR. Drop one.",
        ),
        (
            'above = "100 EUR"',
            "above = 100\nbelow = 200",
            "88: `thresholds[1]` is about every amount: below 200 or above 100. Drop one.",
        ),
        (
            'intent = "helpdesk.GrantCredit"',
            'intent = "helpdesk.GrantCredits"',
            "85: `thresholds[1].intent` is about helpdesk.GrantCredits, which [changes] does not allow. "
            "Did you mean “helpdesk.GrantCredit”?",
        ),
        (
            '"helpdesk.SendReply" = "execute automatically"',
            '"crm.Merge" = "draft"',
            '81: `levels."crm.Merge"` is about crm.Merge, which [changes] does not allow. '
            "Add it there, or take this out.",
        ),
        (
            'approved_by = "@farah"',
            'approved_by = "@olga"',
            "96: `overrides[1]` was approved by its own author, @olga. Somebody else has to approve it.",
        ),
        (
            'read = "helpdesk.state_of"',
            'read = "helpdesk.ticket_of"',
            "19: `done_when.read` is helpdesk.ticket_of, which [reads] does not allow. "
            'Add "ticket_of" to helpdesk in [reads].',
        ),
        (
            'read = "helpdesk.state_of"',
            'read = "state"',
            '19: `done_when.read` is state, which [reads] does not allow. Write it as "helpdesk.state_of".',
        ),
        (
            'schedule = "0 9 * * 1-5"',
            'schedule = "every morning"',
            "16: `triggers.schedule` is “every morning”, which is no schedule. "
            'Write minute, hour, day, month and weekday: "0 9 * * 1-5".',
        ),
        (
            "actions_per_day = 100",
            "actions_per_day = 1",
            "104: One run may take 2 actions, but a whole day only 1. Raise actions_per_day, or lower actions_per_run.",
        ),
        (
            'cost_per_day = "20 USD"',
            'cost_per_day = "0.10 USD"',
            "107: One run may cost 0.50 USD, but a whole day 0.10 USD. Allow more for a day than for a run.",
        ),
        (
            'cost_per_day = "20 USD"',
            'cost_per_day = "20 EUR"',
            "107: `limits.cost_per_day` is in EUR, and what a model costs is counted in US dollars. "
            "Write it like 0.50 USD.",
        ),
        (
            'subject = "ticket.email"',
            'subject = "email"',
            "122: `data.subject` is “email”, which is not a field of a step. "
            'Write the step, a point and the field: "ticket.email".',
        ),
        (
            '"ticket.email" = "personal"',
            '"the e-mail" = "personal"',
            '127: “the e-mail” is not a field. Write its name, or the step, a point and the name: "ticket.email".',
        ),
        (
            'field = "ticket.language"',
            'field = "language"',
            "114: `scope[1].field` is “language”, which is not a field of a step. "
            'Write the step, a point and the field: "ticket.language".',
        ),
        (
            'keep_content = "30d"',
            'keep_content = "500d"',
            "123: Content would be kept longer than the entries it stands in. "
            "Make keep_content shorter, or keep_entries longer.",
        ),
    ],
)
def test_a_contradiction_is_said_with_its_mend(old: str, new: str, sentence: str) -> None:
    assert said(with_line(old, new)) == [sentence]


SCHEDULES = ("*/15 * * * *", "0,30 8-18 * * 1-5", "0 0 1 1 *", "59 23 31 12 7", "5-50/5 * * * 0,6", "* * * * *")


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_is_five_fields_in_their_ranges(schedule: str) -> None:
    assert read_brief(with_line('"0 9 * * 1-5"', f'"{schedule}"'), file="x").triggers.schedule == schedule


@pytest.mark.parametrize(
    "schedule",
    [
        *("60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * 0 *", "* * * * 8"),
        *("5-1 * * * *", "*/0 * * * *", "1,,2 * * * *", "-1 * * * *", "1- * * * *", "*/ * * * *", "** * * * *"),
        *("\u0663 * * * *", "* * * *", "* * * * * *", "*  * * * *", " * * * * *", "* * * * monday"),
        *("@daily", "999 * * * *"),
    ],
)
def test_what_no_clock_ever_shows_is_no_schedule(schedule: str) -> None:
    (sentence,) = said(with_line('"0 9 * * 1-5"', f'"{schedule}"'))
    assert sentence.startswith(f"16: `triggers.schedule` is “{schedule}”, which is no schedule.")


def test_a_day_that_never_comes_is_no_schedule() -> None:
    (sentence,) = said(with_line('"0 9 * * 1-5"', '"0 9 30 2 *"'))
    assert sentence.startswith("16: `triggers.schedule` is “0 9 30 2 *”, which is never due: there is no such day.")


def test_a_schedule_needs_its_door_and_a_moment_its_schedule() -> None:
    (sentence,) = said(with_line(', "schedule"]', "]"))
    assert sentence.startswith("16: `triggers.schedule` would start nothing: that is not one of the doors.")
    (sentence,) = said(with_line('schedule = "0 9 * * 1-5"', 'moment = "day"'))
    assert sentence == "16: `triggers.moment` is for a schedule, and there is none. Take it out."


def clocked(more: str) -> str:
    return with_line('schedule = "0 9 * * 1-5"', f'schedule = "0 9 * * 1-5"\n{more}')


def test_a_clock_is_that_of_a_place() -> None:
    assert (
        read_brief(clocked('time_zone = "Australia/Lord_Howe"'), file="x").triggers.time_zone == "Australia/Lord_Howe"
    )
    (sentence,) = said(clocked('time_zone = "Berlin"'))
    assert sentence.startswith(
        "17: `triggers.time_zone` is “Berlin”, which is no time zone. Write it like Europe/Berlin."
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('missed = "none"', "17: `triggers.missed` must be one of “latest”, “all”, “skip”, not text (“none”)."),
        ('overlap = "waits"', "must be one of “start”, “skip”, “wait”, not text (“waits”). Did you mean “wait”?"),
        (
            "values = { share = 0.5 }",
            "`triggers.values.share` must be text, a whole number, true or false, or a list of",
        ),
        ("values = { all = [[1]] }", "`triggers.values.all` must be text, a whole number, true or false, or a list of"),
        ("values = 14", "`triggers.values` must be a section with settings of its own, not a number (14)."),
        (
            'moment = "day"\nvalues = { day = "2026-01-01" }',
            "fills in “day”, which `triggers.moment` says takes the time",
        ),
    ],
)
def test_what_nobody_can_mean_by_a_schedule_is_said(line: str, says: str) -> None:
    (sentence,) = said(clocked(line))
    assert says in sentence


def test_what_the_clock_fills_in_is_text_numbers_yes_or_no_and_lists_of_these() -> None:
    line = 'values = { days = 14, strict = true, since = 2026-01-01, only = ["a", 2] }'
    triggers = read_brief(clocked(line), file="x").triggers
    assert triggers.values == {"days": 14, "strict": True, "since": "2026-01-01", "only": ("a", 2)}
    assert triggers.values["strict"] is True


@pytest.mark.parametrize(
    "line", ['time_zone = "Europe/Berlin"', 'missed = "all"', 'overlap = "skip"', "values = { days = 14 }"]
)
def test_what_is_said_of_a_schedule_needs_one(line: str) -> None:
    (sentence,) = said(with_line('schedule = "0 9 * * 1-5"', line))
    assert sentence.startswith(
        f"16: `triggers.{line.split(' ')[0]}` is for a schedule, and there is none. Take it out."
    )


def test_a_chain_of_escalations_has_an_end() -> None:
    text = with_line('usergroup = "leads"', 'usergroup = "leads"\nescalate_to = "support"')
    assert said(text) == [
        "39: `reviewers.support.escalate_to` goes round in a circle: support → leads → support. "
        'Let the last of them go to "owner".',
        "49: `reviewers.leads.escalate_to` goes round in a circle: leads → support → leads. "
        'Let the last of them go to "owner".',
    ]


def test_only_those_in_a_circle_are_told_of_it() -> None:
    text = with_line('usergroup = "leads"', 'usergroup = "leads"\nescalate_to = "leads"')
    assert [line.partition(":")[0] for line in said(text)] == ["49"]


def test_a_chain_may_end_with_the_owner() -> None:
    text = with_line('usergroup = "leads"', 'usergroup = "leads"\nescalate_to = "owner"')
    assert read_brief(text, file="x").reviewers["leads"].escalate_to == "owner"


def test_nobody_can_decide_where_no_reviewers_are_named() -> None:
    before, _, after = WHOLE.partition("[reviewers.support]")
    without = before + "[failure" + after.partition("[failure")[2]
    text = without.replace("[triggers]", "[reviewers]\n\n[triggers]", 1).replace('group = "support"\n', "")
    assert said(text)[0] == ("11: No reviewers are named, so nobody could decide. Add a section [reviewers.support].")


@pytest.mark.parametrize("member", ["support", "group:support"])
def test_a_group_whose_members_are_elsewhere_is_not_counted(member: str) -> None:
    text = with_line('members = ["@mia", "@leo", "@ines"]', f'members = ["{member}"]')
    assert read_brief(text, file="x").reviewers["support"].needed == 2


def test_several_contradictions_come_in_the_order_of_the_file() -> None:
    text = with_line("needed = 2", "needed = 9", text=with_line('field = "ticket.language"', 'field = "x"'))
    assert [line.partition(":")[0] for line in said(text)] == ["34", "114"]


# --- doubts -------------------------------------------------------------------------------------------------

TODAY = date(2027, 1, 1)


def doubted(text: str, today: date = TODAY) -> list[tuple[str, str]]:
    return [(shown(where), sentence) for where, sentence, _ in doubts(read_brief(text, file="x"), today)]


def test_a_whole_brief_raises_no_doubt() -> None:
    assert doubted(WHOLE) == []


def test_a_group_that_all_have_to_approve_may_lack_one() -> None:
    assert doubted(with_line("needed = 2", "needed = 3")) == [
        (
            "reviewers.support.needed",
            "All 3 of support must approve, but whoever asked for it or edited it may not.",
        )
    ]


def test_one_member_alone_cannot_approve_their_own_wish() -> None:
    text = with_line('members = ["@mia", "@leo", "@ines"]', 'members = ["@mia"]', text=with_line("needed = 2\n", ""))
    assert doubted(text) == [
        (
            "reviewers.support.needed",
            "support has one member, who may not approve what they asked for or edited.",
        )
    ]


def test_whoever_may_approve_their_own_wish_is_no_doubt() -> None:
    text = with_line('not = ["requester"]', "not = []", text=with_line("needed = 2", "needed = 3"))
    assert doubted(text) == []


def test_a_brief_is_looked_at_again_after_its_day() -> None:
    assert doubted(WHOLE, date(2027, 3, 31)) == []
    assert doubted(WHOLE, date(2027, 4, 1)) == [("review_date", "This brief was to be looked at again by 2027-03-31.")]


def test_nothing_is_approved_on_a_day_to_come() -> None:
    text = with_line("on = 2026-11-01", "on = 2026-12-31")
    where, said = "overrides[1].on", "`overrides[1].on` is 2026-12-31, which has not come yet."
    assert doubted(text, date(2026, 12, 30)) == [(where, said)]
    assert doubted(text, date(2026, 12, 31)) == []


def test_everybody_a_brief_names_is_found() -> None:
    found = {shown(where): who for where, who in mentions(read_brief(WHOLE, file="x"))}
    assert found == {
        "owner": "@olga",
        "maintainer": "@jonas",
        "pager": "@priya",
        "triggers.who[2]": "staff",
        "reviewers.support.members[1]": "@mia",
        "reviewers.support.members[2]": "@leo",
        "reviewers.support.members[3]": "@ines",
        "reviewers.leads.usergroup": "group:leads",
        "overrides[1].author": "@olga",
        "overrides[1].approved_by": "@farah",
    }


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('ticket = ["#help"]', '":ticket:" = ["#help"]', "is not the name of an emoji. Write it without colons"),
        ('ticket = ["#help"]', "ticket = []", "names no channel, so nobody could use it. Name the channels:"),
        ('"slack", "webhook"', '"webhook"', "`triggers.reactions` is about Slack, which is not one of the doors."),
    ],
)
def test_a_reaction_has_a_name_and_channels_and_comes_by_slack(old: str, new: str, sentence: str) -> None:
    assert sentence in "".join(said(with_line(old, new)))


@pytest.mark.parametrize("emoji", ["ticket", '"+1"', '"e-mail"', "white_check_mark", "o2"])
def test_a_reaction_is_called_as_slack_calls_it(emoji: str) -> None:
    brief = read_brief(with_line('ticket = ["#help"]', f'{emoji} = ["#help"]'), file="x")
    assert dict(brief.triggers.reactions) == {emoji.strip('"'): ("#help",)}


SEVERAL = """\
[[done_when]]
read = "helpdesk.state_of"
of = "ticket"
field = "status"
is = "answered"
for = ["helpdesk.SendReply"]

[[done_when]]
found = "helpdesk.GrantCredit"
"""
ONE = SEVERAL.partition("\n\n")[0].replace("[[done_when]]", "[done_when]").partition("\nfor")[0]


def test_one_proof_and_several_are_read_from_a_file() -> None:
    one, several = (read_brief(text, file="b") for text in (WHOLE, WHOLE.replace(ONE, SEVERAL)))
    assert (len(one.done_when), len(several.done_when)) == (1, 2)
    assert read_brief(WHOLE.replace(ONE, ONE.replace("[done_when]", "[[done_when]]")), file="b") == one
    assert "done_when[2].found: set to “helpdesk.GrantCredit”" in diff_brief(one, several)
    assert read_brief(write_brief(several), file="b") == several


@pytest.mark.parametrize(
    ("was", "now", "line", "said"),
    [
        ('found = "', 'foond = "', 9, "`done_when[2].foond` is not known here. Did you mean `found`?"),
        ("helpdesk.GrantCredit", "helpdesk.Grant", 9, "`done_when[2].found` is about helpdesk.Grant, which [changes]"),
        ("helpdesk.SendReply", "helpdesk.Send", 6, "`done_when[1].for` is about helpdesk.Send, which [changes]"),
        ('is = "answered"', "is = [7]", 5, "`done_when[1].is` must be text, a whole number, true or false."),
        ("helpdesk.state_of", "helpdesk.ticket_of", 2, "`done_when[1].read` is helpdesk.ticket_of, which [reads] does"),
        ('of = "ticket"\n', "", 1, "`done_when[1].of` is missing: the step it is read for."),
    ],
)
def test_a_mistake_in_one_of_several_proofs_is_said_with_its_place(was: str, now: str, line: int, said: str) -> None:
    begins = WHOLE.partition("[done_when]")[0].count("\n")
    with pytest.raises(Misdeclared) as caught:
        read_brief(WHOLE.replace(ONE, SEVERAL.replace(was, now)), file="b")
    assert f"b:{begins + line}: {said}" in str(caught.value)
