"""E-mail routing, played: what becomes of each kind of mail, who looks after it, and who may never be answered."""

import tomllib

import pytest

from bot.adapters.model.rehearsal import MARK
from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.plain import Plain
from bot.domain.run import Ask, RunState, Stage
from bot.domain.workflow import AnyLookup
from bot.intents import chat, helpdesk, mail, routes
from bot.testing import Play, Unsure
from bot.testing.world import Found, Outcome, Said
from tests.workflows.shipped import FOLDER, cases_of, findings, rehearse, samples_of, terms_of
from tests.workflows.ways import not_played
from workflows.email_routing import Draft, Kind, Language, Sender, Sorting, Topic, Way, reply_to, way_of, whoever

NAME = "email_routing"
MESSAGE = mail.Email(
    id="m-2@shop.example",
    sender="desk@shop.example",
    sender_name="Brambleside Bikes",
    subject="Scanner",
    body="The scanner shows error 12. It cost us 79 EUR.",
    thread_id="m-1@shop.example",
    attachments=(mail.Attachment(name="photo.png", kind="image/png", size=2048),),
)
THREAD = mail.Thread(
    thread_id="m-1@shop.example",
    messages=("2026-03-01 Brambleside Bikes: It blinks.",),
    customer_id="C-105",
    customer="Brambleside Bikes",
    open_tickets=("T-1001 Charged twice in February",),
)
STRANGE = THREAD.model_copy(update={"customer_id": "", "customer": "", "open_tickets": ()})
BUG = Sorting(kind=Kind.BUG, topic=Topic.STOCK, language=Language.ENGLISH, summary="The scanner shows an error.")
DRAFT = Draft(body="Hello,\n\nwe look into it.")
ROUTE = routes.Route(to="@mia", rule="Everybody else, in turn", why="It is the turn of @mia.")
ROUTED = routes.route("mails", Sorting)
ANSWER = mail.SendMail(
    to="desk@shop.example",
    subject="Re: Scanner",
    body="Hello,\n\nwe look into it.\n\nMia\nCustomer care, Hubwheel",
    thread_id="m-1@shop.example",
)
TICKET = helpdesk.OpenTicket(
    customer_id="C-105",
    subject="Scanner",
    body="""Bug, stock: The scanner shows an error.

Looked after by @mia. It is the turn of @mia.

The mail:
The scanner shows error 12. It cost us 79 EUR.

Came with it:
- photo.png (image/png, 2048 bytes)

Open already:
- T-1001 Charged twice in February

Before that:
- 2026-03-01 Brambleside Bikes: It blinks.""",
)
ALARM = chat.PostMessage(
    channel="#care-leads",
    title="Complaint: Brambleside Bikes",
    text="The scanner shows an error.\n\n@mia looks after it, by a ticket. The answer was approved by the leads.",
)


def of_kind(kind: Kind) -> Sorting:
    return BUG.model_copy(update={"kind": kind})


def play(
    sorting: Said | list[Said] = BUG,
    *,
    message: mail.Email = MESSAGE,
    thread: Found | list[Found] | None = None,
    route: Found | list[Found] = ROUTE,
    draft: Said | list[Said] = DRAFT,
    outcomes: dict[str, Outcome | list[Outcome]] | None = None,
    stage: Stage | None = None,
) -> Play:
    """By default the thread shows the answer once it is sent."""
    reads: dict[AnyLookup, Found | list[Found]] = {mail.thread_of: thread or shown(THREAD), ROUTED: route}
    return Play(
        terms_of(NAME, stage),
        message,
        answers={"sorting": sorting, "draft": draft},
        reads=reads,
        outcomes=outcomes or {},
    )


def shown(thread: mail.Thread) -> list[Found]:
    """How the mailbox shows a thread: when it is read, just before the answer, and after it."""
    return [thread, thread, thread.model_copy(update={"messages": (*thread.messages, "Hubwheel: …"), "answered": True})]


def test_nothing_that_check_would_refuse_or_warn_of() -> None:
    assert findings(NAME) == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    question = of_kind(Kind.QUESTION)
    complaint = of_kind(Kind.COMPLAINT)
    lived = [
        play(message=MESSAGE.model_copy(update={"sender": "no-reply@shop.example"})),
        play(of_kind(Kind.SPAM)).approve(by="@mia"),
        play(question).approve(by="@mia"),
        play(question).reject(by="@mia", reason="other"),
        play().approve(by="@mia"),
        play().reject(by="@mia", reason="other"),
        play(complaint).approve(by="@olga"),
        play(complaint).reject(by="@olga", reason="other"),
        play(complaint, thread=shown(STRANGE)).approve(by="@olga"),
    ]
    assert not_played(NAME, *lived) == set()


# --- what becomes of a mail ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.BUG, Kind.REQUEST])
def test_what_has_to_be_done_becomes_a_ticket_and_is_answered_under_one_approval(kind: Kind) -> None:
    played = play(of_kind(kind))
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "support", ())
    played.approve(by="@leo")
    ticket = TICKET.model_copy(update={"body": TICKET.body.replace("Bug", kind.capitalize(), 1)})
    assert (played.run.state, played.sent) == (RunState.DONE, (ticket, ANSWER))
    assert fold(played.entries) == standing_of(played.run)


def test_a_question_is_answered_without_a_ticket() -> None:
    played = play(of_kind(Kind.QUESTION)).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.DONE, (ANSWER,))


def test_a_complaint_becomes_a_ticket_an_alarm_and_an_answer_that_the_leads_approve() -> None:
    played = play(of_kind(Kind.COMPLAINT))
    assert played.gate.group == "leads"
    with pytest.raises(NotAllowed):
        played.approve(by="@leo")
    played.approve(by="@olga")
    ticket, alarm, answer = played.sent
    assert isinstance(ticket, helpdesk.OpenTicket)
    assert ticket.subject == "COMPLAINT: Scanner"
    assert (alarm, answer, played.run.state) == (ALARM, ANSWER, RunState.DONE)


@pytest.mark.parametrize(
    ("kind", "group"),
    [(Kind.BUG, "support"), (Kind.REQUEST, "support"), (Kind.QUESTION, "support"), (Kind.COMPLAINT, "leads")],
)
def test_who_is_no_customer_is_answered_and_gets_no_ticket_under_another_name(kind: Kind, group: str) -> None:
    played = play(of_kind(kind), thread=shown(STRANGE))
    assert played.gate.group == group
    played.approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.DONE, (ANSWER,))


@pytest.mark.parametrize("thread", [THREAD, STRANGE])
def test_what_becomes_of_each_kind_is_decided_by_rules(thread: mail.Thread) -> None:
    known = thread is THREAD
    assert {kind: way_of(thread, of_kind(kind)) for kind in Kind} == {
        Kind.SPAM: Way.NOTHING,
        Kind.QUESTION: Way.ANSWER,
        Kind.BUG: Way.TICKET if known else Way.ANSWER,
        Kind.REQUEST: Way.TICKET if known else Way.ANSWER,
        Kind.COMPLAINT: Way.ALARM if known else Way.CAREFUL_ANSWER,
    }


def test_spam_is_not_answered_but_a_person_confirms_it() -> None:
    played = play(of_kind(Kind.SPAM))
    assert (played.question.kind, played.question.group) == (Ask.CONFIRM, "support")
    assert played.approve(by="@mia").run.state is RunState.STOPPED
    assert played.sent == ()


def test_what_is_no_spam_is_corrected_and_goes_on() -> None:
    played = play(of_kind(Kind.SPAM)).correct(by="@mia", step="sorting", kind="complaint")
    assert played.gate.group == "leads"
    assert len(played.approve(by="@olga").sent) == 3


def test_a_complaint_that_was_taken_for_a_question_moves_to_the_leads() -> None:
    played = play(of_kind(Kind.QUESTION)).correct(by="@mia", step="sorting", kind="complaint")
    assert (played.gate.group, len(played.gate.proposals)) == ("leads", 3)


def test_at_a_later_stage_spam_ends_without_a_person() -> None:
    assert play(of_kind(Kind.SPAM), stage=Stage.LIMITED).run.state is RunState.STOPPED


@pytest.mark.parametrize(
    ("sender", "who"),
    [
        ("no-reply@shop.example", Sender.MACHINE),
        ("NoReply@shop.example", Sender.MACHINE),
        ("MAILER-DAEMON@shop.example", Sender.MACHINE),
        ("bounces+17@shop.example", Sender.MACHINE),
        ("do-not-reply@shop.example", Sender.MACHINE),
        ("care@hubwheel.example", Sender.MACHINE),
        ("care@HUBWHEEL.example", Sender.MACHINE),
        ("noreen@shop.example", Sender.SOMEBODY),
        ("bouncer@shop.example", Sender.SOMEBODY),
        ("desk@hubwheel.example.org", Sender.SOMEBODY),
    ],
)
def test_machines_and_ourselves_are_never_answered(sender: str, who: Sender) -> None:
    message = MESSAGE.model_copy(update={"sender": sender})
    assert whoever(message) is who
    played = play(message=message)
    assert (played.run.state is RunState.STOPPED) is (who is Sender.MACHINE)
    assert ("sorting" in played.run.steps) is (who is Sender.SOMEBODY), "no model is asked about a machine"


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Scanner", "Re: Scanner"),
        ("Re: Scanner", "Re: Scanner"),
        ("AW: Re: RE : Scanner", "Re: Scanner"),
        ("Reparatur", "Re: Reparatur"),
        ("  ", "Your mail"),
        ("two\nlines", "Re: two lines"),
        ("x" * 500, f"Re: {'x' * 190}"),
    ],
)
def test_an_answer_has_the_subject_of_the_mail(subject: str, answer: str) -> None:
    assert reply_to(subject) == answer


def test_a_mail_without_a_subject_gives_its_ticket_the_summary() -> None:
    played = play(message=MESSAGE.model_copy(update={"subject": ""}))
    assert played.gate.proposals[0].data["subject"] == BUG.summary


def test_the_longest_mail_still_fits_into_its_ticket() -> None:
    files = tuple(mail.Attachment(name="n" * 200, kind="k" * 100, size=1) for _ in range(20))
    message = MESSAGE.model_copy(update={"body": "w" * 20_000, "subject": "s" * 500, "attachments": files})
    assert play(of_kind(Kind.COMPLAINT), message=message).run.state is RunState.WAITING


# --- who looks after it ----------------------------------------------------------------------------------------------


def test_whoever_looks_after_it_signs_the_answer_and_stands_in_the_ticket() -> None:
    leo = routes.Route(to="@leo", rule="Rental", why="Rental goes to @leo.")
    ticket, answer = play(route=leo).approve(by="@mia").sent
    assert isinstance(ticket, helpdesk.OpenTicket)
    assert isinstance(answer, mail.SendMail)
    assert "Looked after by @leo. Rental goes to @leo." in ticket.body
    assert answer.body.endswith("Leo\nCustomer care, Hubwheel")


def test_whose_turn_it_was_may_not_be_there_any_more() -> None:
    played = play(route=[ROUTE, ROUTE.model_copy(update={"to": "@leo"})]).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "to was '@mia' and is now '@leo'" in played.gate.why


def test_the_table_ends_with_a_rule_for_everybody_else_and_goes_by_what_was_sorted() -> None:
    tables = tomllib.loads((FOLDER / NAME / "routes.toml").read_text("utf-8"))
    assert {*tables} == {"mails"}
    *rules, last = tables["mails"]
    assert "when" not in last
    members = {"kind": {*map(str, Kind)}, "topic": {*map(str, Topic)}, "language": {*map(str, Language)}}
    for rule in rules:
        for field, values in rule["when"].items():
            assert {*([values] if isinstance(values, str) else values)} <= members[field]


# --- what a reviewer can do, and what may never happen ---------------------------------------------------------------


def test_what_is_sent_is_what_the_reviewer_wrote() -> None:
    body = "Hello,\n\nplease charge it over night.\n\nMia\nCustomer care, Hubwheel"
    played = play(of_kind(Kind.QUESTION)).edit("@mia", body=body).approve(by="@leo")
    assert played.sent == (ANSWER.model_copy(update={"body": body}),)


@pytest.mark.parametrize(
    ("of", "values", "because"),
    [
        (0, {"customer_id": "C-101"}, "which record"),
        (0, {"body": "Something else."}, "own words"),
        (1, {"to": "eve@elsewhere.example"}, "which record"),
        (1, {"thread_id": "m-9@shop.example"}, "which record"),
        (1, {"body": "Hello.\n\nLeo\nCustomer care, Hubwheel"}, "signed by the colleague"),
        (1, {"body": "You get 20 EUR back.\n\nMia\nCustomer care, Hubwheel"}, "no amount"),
        (1, {"body": "Hello [name],\n\nMia\nCustomer care, Hubwheel"}, "placeholder"),
    ],
)
def test_an_edit_that_breaks_a_rule_changes_nothing(of: int, values: dict[str, Plain], because: str) -> None:
    played = play()
    with pytest.raises(Unfit, match=because):
        played.decide(Verdict.EDIT, "@mia", values=values, proposal=of)
    assert played.gate.version == 1


@pytest.mark.parametrize(
    ("body", "because"),
    [("You get 10 % off.", "no amount"), ("We pay 300 EUR.", "no amount"), ("Hello {{ name }},", "placeholder")],
)
def test_a_draft_that_breaks_a_rule_never_reaches_a_reviewer(body: str, because: str) -> None:
    played = play(draft=Draft(body=body))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert because in played.told_to("owner")


def test_an_amount_that_the_customer_named_may_be_repeated() -> None:
    assert play(draft=Draft(body="The scanner was 79 EUR.")).run.state is RunState.WAITING


def test_an_address_in_the_summary_is_not_posted_in_a_channel() -> None:
    leaky = of_kind(Kind.COMPLAINT).model_copy(update={"summary": "Write to eve@elsewhere.example at once."})
    played = play(leaky)
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert "shows no address" in played.told_to("owner")


@pytest.mark.parametrize(
    ("rule", "right", "wrong", "by"),
    [
        ("goes_to_who_wrote", ANSWER, ANSWER.model_copy(update={"to": "e@x.example"}), (MESSAGE, THREAD)),
        ("goes_to_who_wrote", ANSWER, ANSWER.model_copy(update={"thread_id": "m"}), (MESSAGE, THREAD)),
        ("is_signed_by_who_looks_after_it", ANSWER, ANSWER.model_copy(update={"body": "Leo"}), (ROUTE,)),
        ("stands_under_its_customer", TICKET, TICKET.model_copy(update={"customer_id": "C-101"}), (THREAD,)),
        ("holds_their_words", TICKET, TICKET.model_copy(update={"body": "It blinks."}), (MESSAGE,)),
        ("shows_no_address", ALARM, ALARM.model_copy(update={"title": "a@b.example"}), ()),
    ],
)
def test_each_rule_says_no_to_what_breaks_it(rule: str, right: object, wrong: object, by: tuple[object, ...]) -> None:
    holds = terms_of(NAME).invariants[rule]
    assert holds(right, *by)
    assert not holds(wrong, *by)


def test_a_ticket_never_stands_under_nobody() -> None:
    holds = terms_of(NAME).invariants["stands_under_its_customer"]
    assert not holds(TICKET.model_copy(update={"customer_id": ""}), STRANGE)


def test_what_a_colleague_answered_meanwhile_is_shown_before_two_answer() -> None:
    played = play(thread=[THREAD, THREAD.model_copy(update={"answered": True})]).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "answered was False and is now True" in played.gate.why


def test_a_rejection_sends_nothing_and_opens_nothing() -> None:
    played = play().reject(by="@mia", reason="not needed")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


def test_a_remark_makes_a_new_draft() -> None:
    second = Draft(body="Hello,\n\nsorry for that. We look into it.")
    played = play(draft=[DRAFT, second]).redraft(by="@mia", remark="say sorry").approve(by="@mia")
    assert played.sent[1].model_dump()["body"].startswith(second.body)


def test_a_complaint_that_waits_is_remembered_after_an_hour_and_never_answers_itself() -> None:
    played = play(of_kind(Kind.COMPLAINT)).pass_time("1h")
    assert "still waits for you" in played.told_to("group:leads")
    assert played.pass_time("3d").run.state is RunState.PARKED
    assert played.sent == ()


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It makes no sense."), Transient("It does not answer.")])
def test_without_a_model_support_sort_and_write_themselves(error: Broken | Transient) -> None:
    played = play(error, draft=error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "support")
    played.answer(by="@mia", **BUG.model_dump(mode="json")).answer(by="@mia", body=DRAFT.body)
    assert played.approve(by="@leo").sent == (TICKET, ANSWER)


@pytest.mark.parametrize(("confidence", "asked"), [(59, True), (60, False)])
def test_an_unsure_sorting_is_checked(confidence: int, asked: bool) -> None:
    assert bool(play(Unsure(BUG, confidence)).run.questions) is asked


def test_a_mailbox_that_cannot_be_read_is_told_to_the_pager() -> None:
    played = play(thread=Transient("The mailbox is down."))
    assert (played.run.state, played.run.questions, played.sent) == (RunState.PARKED, {}, ())
    assert "The mailbox is down." in played.told_to("pager")


def test_an_answer_that_is_refused_leaves_no_ticket_and_no_alarm_behind() -> None:
    refused: list[Outcome] = [Receipt(id="T-1"), Receipt(id="P-1"), Broken("Its mailbox does not exist.")]
    played = play(of_kind(Kind.COMPLAINT), outcomes={"escalated": refused}).approve(by="@olga")
    assert played.taken_back == (
        chat.DeleteMessage(channel="#care-leads", message_id="P-1"),
        helpdesk.CloseTicket(ticket_id="T-1"),
    )
    assert "Its mailbox does not exist." in played.told_to("owner")


def test_a_ticket_that_cannot_be_opened_sends_nothing() -> None:
    played = play(outcomes={"ticketed": Broken("The customer is closed.")}).approve(by="@mia")
    assert (played.run.state, played.sent, played.taken_back) == (RunState.PARKED, (), ())
    assert "The customer is closed." in played.told_to("owner")


def test_a_help_desk_that_cannot_be_reached_is_told_to_the_pager() -> None:
    played = play(outcomes={"ticketed": Transient("The help desk is down.")}).approve(by="@mia")
    assert played.sent == ()
    assert "The help desk is down." in played.told_to("pager")


def test_an_answer_that_may_have_gone_out_is_not_sent_again_and_its_ticket_stays() -> None:
    script: list[Outcome] = [Receipt(id="T-1"), Uncertain("The line went dead.")]
    played = play(outcomes={"ticketed": script}).approve(by="@mia")
    assert (played.run.state, played.sent, played.taken_back) == (RunState.PARKED, (TICKET,), ())
    with pytest.raises(Unfit, match="done, or not done"):
        played.resume(by="@olga")


def test_it_is_done_only_when_the_thread_shows_the_answer() -> None:
    played = play(thread=THREAD).approve(by="@mia")
    assert (played.run.state, len(played.sent)) == (RunState.PARKED, 2)
    assert "messages is as it was before" in played.told_to("owner")


# --- stages ----------------------------------------------------------------------------------------------------------


def test_in_shadow_nothing_is_sent_and_nobody_is_asked() -> None:
    played = play(stage=Stage.SHADOW)
    assert (played.sent, played.tried) == ((), (TICKET, ANSWER))


def test_assisted_a_person_answers_themselves() -> None:
    played = play(stage=Stage.ASSISTED).decide(Verdict.DONE_BY_ME, "@mia")
    assert (played.run.state, played.sent) == (RunState.DONE, ())


@pytest.mark.parametrize("stage", [Stage.LIMITED, Stage.AUTOMATIC])
def test_an_answer_asks_a_person_at_every_stage(stage: Stage) -> None:
    assert play(stage=stage).run.state is RunState.WAITING


# --- its files -------------------------------------------------------------------------------------------------------


async def test_every_case_goes_its_way_with_the_rehearsal_model_and_is_the_sample_of_its_name() -> None:
    samples = samples_of(NAME)
    cases = {case.name: case for case in cases_of(NAME)}
    assert {*samples} == {*cases}
    for name, case in cases.items():
        message, thread = mail.Email.model_validate(samples[name]), case.given["thread"]
        assert case.given["message"] == message
        assert isinstance(thread, mail.Thread)
        sorting = await rehearse(NAME, "sorting", case.given)
        expected = case.expected["sorting"].model_dump()
        assert {**sorting.fact.model_dump(), "summary": ""} == {**expected, "summary": ""}, name
        draft = await rehearse(NAME, "draft", {**case.given, "sorting": sorting.fact})
        assert str(draft.fact.model_dump()["body"]).startswith(MARK)
        played = play(sorting, message=message, thread=shown(thread), draft=draft)
        if name == "advertising":
            assert played.question.kind is Ask.CONFIRM
            assert "The text tries to give instructions." in sorting.doubts
            continue
        assert played.approve(by="@mia").run.state is RunState.DONE, name
        answer = played.sent[-1]
        assert isinstance(answer, mail.SendMail)
        assert (answer.to, answer.thread_id) == (message.sender, thread.thread_id)


def test_the_expected_answers_keep_the_rules() -> None:
    for case in cases_of(NAME):
        message, thread = case.given["message"], case.given["thread"]
        assert isinstance(message, mail.Email)
        assert isinstance(thread, mail.Thread)
        draft = case.expected.get("draft", DRAFT)
        assert play(case.expected["sorting"], message=message, thread=thread, draft=draft).run.state is RunState.WAITING


def test_what_customers_write_is_never_a_part_of_the_instructions() -> None:
    terms = terms_of(NAME)
    for prompt in terms.prompts.values():
        assert {"message", "thread"} <= prompt.untrusted
        assert prompt.confidence.endswith("?")
        assert "{{" not in prompt.body
    assert terms.prompts["sorting"].personal == frozenset(), "who wrote it decides nothing"
