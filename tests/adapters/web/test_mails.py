"""`POST /mail/NAME`: a mail starts a run, once; what machines answer starts nothing."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest

from bot.adapters.web.signature import secret_of, sign
from bot.authoring import Fact, Field
from bot.domain.brief.hook import Signed
from bot.domain.errors import Unfit
from bot.domain.from_mail import needed_besides_mail, takes_mail, value_of_mail
from bot.intents import helpdesk, mail
from tests.adapters.web.street import Answer, Street, opened_to_the_street
from tests.adapters.web.test_mime import letter
from tests.application.office import opened

STEPS = '''"""A mail is answered with a tag."""

from bot.authoring import Workflow, act, look_up, propose, review, trigger
from bot.intents import helpdesk, mail


def build(ticket: mail.Email) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id="T-1001", tag="mail")


class OneAct(Workflow, version=1):
    ticket = trigger(mail.Email)
    deed = propose(build, ticket)
    approved = review(deed, by="support")
    sent = act(approved)
'''
PROOF = {"read": "mail.thread_of", "of": "ticket", "field": "answered", "is": True}
KIND = {"Content-Type": "message/rfc822"}


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with opened(tmp_path) as office:
        office.deploy("one_act", lambda _: STEPS)
        reads, doors = {"mail": ["thread_of"], "helpdesk": []}, ["terminal", "mail"]
        office.rewrite(done_when=PROOF, reads=reads, triggers={"doors": doors})
        assert office.parts.library.trouble("one_act") == ""
        async with opened_to_the_street(office) as street:
            yield street


async def post(street: Street, raw: bytes, *, token: str = "", **headers: str) -> Answer:
    told = token or street.keys.shown("one_act", Signed.BEARER)
    return await street.send(
        "/mail/one_act", BytesIO(raw), headers={**KIND, "Authorization": f"Bearer {told}", **headers}
    )


async def test_a_mail_starts_a_run_once(street: Street) -> None:
    whole = letter()
    whole.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="invoice.pdf")
    answers = [await post(street, whole.as_bytes()) for _ in range(2)]
    assert [one.status for one in answers] == [202, 202]
    (run,) = await street.handle()
    found = await street.office.run(run)
    value = mail.Email.model_validate(found.value("ticket"))
    assert (value.sender, value.subject) == ("ana@example.com", "Twice – zweimal")
    assert (found.origin.door, found.origin.requester) == ("mail", "mail:one_act")
    (attachment,) = value.attachments
    assert attachment.digest
    assert await street.kept() == ()


async def test_what_came_with_a_mail_lies_beside_the_record_and_not_in_it(street: Street, tmp_path: Path) -> None:
    whole = letter()
    whole.add_attachment(b"a canary that came along", maintype="application", subtype="octet-stream", filename="x.bin")
    await post(street, whole.as_bytes())
    (run,) = await street.handle()
    writer = street.office.store._writer
    assert writer is not None
    rows = writer._connection.execute("SELECT data FROM blob").fetchall()
    assert rows == [(b"a canary that came along",)]
    assert "canary" not in str(await street.office.entries(run))


async def test_a_page_break_in_a_mail_turns_nobody_away(street: Street) -> None:
    whole = letter()
    whole.set_content("The first page.\n\x0cThe second page.\n")
    assert (await post(street, whole.as_bytes())).status == 202
    (run,) = await street.handle()
    assert "\x0c" not in str((await street.office.run(run)).value("ticket"))


async def test_a_mail_is_known_by_a_token_or_by_a_signature(street: Street) -> None:
    raw = letter().as_bytes()
    for token in ("wrong", "x" * 64):
        assert (await post(street, raw, token=token)).status == 401
    secret = secret_of(street.keys.shown("one_act", Signed.STANDARD), Signed.STANDARD)
    signed = sign(Signed.STANDARD, raw, secret=secret, id="m", now=street.office.clock.now())
    assert (await street.send("/mail/one_act", raw, headers={**KIND, **signed})).status == 202
    assert (await street.send("/mail/one_act", raw + b" ", headers={**KIND, **signed})).status == 401


async def test_what_a_machine_has_sent_starts_nothing(street: Street) -> None:
    answer = await post(street, letter(Auto_Submitted="auto-replied").as_bytes())
    assert (answer.status, await street.kept()) == (204, ())


async def test_what_is_no_mail_or_for_nobody_is_refused(street: Street) -> None:
    assert (await post(street, b"{}", **{"Content-Type": "application/json"})).status == 415
    assert (await post(street, b"no mail at all")).status == 400
    assert (await post(street, b"x" * (2 * 1024 * 1024 + 1))).status == 413
    assert (await street.send("/mail/two_acts", b"")).status == 404
    street.office.deploy("one_act", lambda text: text.replace("class OneAct", "class OneAct(("))
    async with opened_to_the_street(street.office) as later:
        assert (await post(later, letter().as_bytes())).status == 503


# --- by its words -----------------------------------------------------------------------------------------------------


class Said(Fact):
    """What somebody says."""

    said: str
    tone: str = Field(default="", max_length=20)


class Needy(Said):
    code: int


def test_a_workflow_that_does_not_start_from_mails_gets_the_words() -> None:
    assert value_of_mail({"id": "m", "subject": "Twice", "body": "I was charged."}, Said) == {
        "said": "Twice\n\nI was charged."
    }
    assert value_of_mail({"id": "m", "subject": "Twice", "body": ""}, Said) == {"said": "Twice"}
    with pytest.raises(Unfit, match="no words"):
        value_of_mail({"id": "m", "subject": "", "body": ""}, Said)


def test_what_a_mail_leaves_open_is_known_beforehand() -> None:
    assert (takes_mail(mail.Email), takes_mail(Said)) == (True, False)
    assert needed_besides_mail(mail.Email) == ()
    assert needed_besides_mail(Said) == ()
    assert needed_besides_mail(Needy) == ("code",)
    assert needed_besides_mail(helpdesk.Ticket) == ("id", "customer_id", "email", "subject")
