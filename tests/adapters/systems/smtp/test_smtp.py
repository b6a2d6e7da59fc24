"""Mail to a real server: what arrives, and what each fault at each point of the way comes to."""

import ssl
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from aiohttp.test_utils import unused_port

from bot.adapters.systems.smtp import Security, Server, Smtp, bindings
from bot.adapters.systems.smtp.server import cleaned, post
from bot.domain.binding import Retry
from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.intent import Receipt
from bot.intents.mail import Email, thread_of
from bot.ports.system import System
from tests.adapters.systems.rest.remote import OPEN
from tests.adapters.systems.smtp.postoffice import (
    DROPS,
    HEAD,
    KEY,
    MAIL,
    PASSWORD,
    SILENT,
    Noon,
    PostOffice,
    open_for_mail,
    smtp,
    text_of,
    with_,
)

SENT = Receipt(id=f"<{KEY}@example.com>")


async def error_of(call: Awaitable[object]) -> BotError:
    with pytest.raises(BotError) as caught:
        await call
    said = caught.value.message
    assert not [secret for secret in (PASSWORD, MAIL.to, "it is on its way") if secret in said]
    return caught.value


async def test_a_mail_arrives_once_and_whole(office: PostOffice, server: Server) -> None:
    assert await smtp(server).execute(MAIL, KEY) == SENT
    assert text_of(office.read()) == MAIL.body
    assert (office.taken[0].mail_from, office.taken[0].rcpt_tos) == ("desk@example.com", ["ada@example.org"])
    assert office.connections == 1


async def test_dots_and_long_lines_survive_the_way(office: PostOffice, server: Server) -> None:
    body = ".\n..\n.dot\n" + "ü" * 3000 + "\n" + "a" * 3000 + "\n"
    await smtp(server).execute(MAIL.model_copy(update={"body": body}), KEY)
    assert text_of(office.read()) == body


async def test_a_megabyte_arrives(office: PostOffice, server: Server) -> None:
    body = "The quick brown fox jumps over the lazy dog.\n" * 24_000
    await smtp(server).execute(with_(body=body), KEY)
    assert len(body) > 1_000_000
    assert text_of(office.read()) == body


# --- what goes wrong before the mail itself ---------------------------------------------------------------------------

BEFORE = ["greeting", "ehlo", "mail", "rcpt"]


@pytest.mark.parametrize("at", BEFORE)
@pytest.mark.parametrize("how", [DROPS, SILENT])
async def test_what_breaks_before_the_mail_was_sent_surely_sent_nothing(
    office: PostOffice, server: Server, at: str, how: str
) -> None:
    office.script[at] = how
    error = await error_of(smtp(server, command_seconds=0.2, connect_seconds=0.2).execute(MAIL, KEY))
    assert isinstance(error, Transient)
    assert office.taken == []


@pytest.mark.parametrize("at", [*BEFORE, "data", "body"])
async def test_not_now_is_tried_again_after_a_while(office: PostOffice, server: Server, at: str) -> None:
    office.script[at] = "451 4.7.1 Greylisted, come back in 300 seconds"
    error = await error_of(smtp(server).execute(MAIL, KEY))
    assert isinstance(error, Transient)
    assert error.retry_after == timedelta(minutes=5)
    assert "127.0.0.1 answered 451: 4.7.1 Greylisted" in error.message
    assert office.taken == []


@pytest.mark.parametrize("at", [*BEFORE, "data", "body"])
async def test_never_is_told_in_the_words_of_the_server_without_the_address(
    office: PostOffice, server: Server, at: str
) -> None:
    office.script[at] = "550 5.1.1 <ada@example.org>: no such mailbox"
    error = await error_of(smtp(server).execute(MAIL, KEY))
    assert isinstance(error, Broken)
    assert error.message == "127.0.0.1 answered 550: 5.1.1 (an address): no such mailbox"
    assert office.taken == []


async def test_a_server_that_is_not_there_took_nothing() -> None:
    server = Server(host="127.0.0.1", port=unused_port(), security=Security.NONE)
    assert isinstance(await error_of(smtp(server).execute(MAIL, KEY)), Transient)


async def test_a_way_that_takes_too_long_as_a_whole_is_left(office: PostOffice, server: Server) -> None:
    office.script["rcpt"] = SILENT
    error = await error_of(smtp(server, before_data_seconds=0.2).execute(MAIL, KEY))
    assert isinstance(error, Transient)


@pytest.mark.parametrize("at", ["greeting", "ehlo", "rcpt"])
async def test_what_is_no_answer_of_a_mail_server_took_nothing(office: PostOffice, server: Server, at: str) -> None:
    office.script[at] = "HTTP/1.1 400 Bad Request"
    assert isinstance(await error_of(smtp(server).execute(MAIL, KEY)), Transient)


# --- what goes wrong once it has the mail -----------------------------------------------------------------------------


@pytest.mark.parametrize("how", [DROPS, SILENT, "HTTP/1.1 200 OK", "221 Goodbye"])
async def test_an_answer_that_is_lost_after_the_mail_was_sent_leaves_it_unknown(
    office: PostOffice, server: Server, how: str
) -> None:
    office.script["body"] = how
    error = await error_of(smtp(server, data_seconds=0.3).execute(MAIL, KEY))
    assert isinstance(error, Uncertain)
    assert "did not say what it did with it" in error.message
    assert len(office.taken) == 1


async def test_a_connection_lost_while_it_is_asked_to_take_the_mail_leaves_it_unknown(
    office: PostOffice, server: Server
) -> None:
    """The library does not say whether the mail itself had left, and guessing could send it twice."""
    office.script["data"] = DROPS
    assert isinstance(await error_of(smtp(server).execute(MAIL, KEY)), Uncertain)


@pytest.mark.parametrize("how", [DROPS, "421 Too late", "nonsense"])
async def test_how_the_goodbye_goes_changes_nothing(office: PostOffice, server: Server, how: str) -> None:
    office.script["quit"] = how
    assert await smtp(server).execute(MAIL, KEY) == SENT


# --- encryption and passwords -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_mail_goes_over_a_way_that_is_encrypted_and_logs_in_there(
    office: PostOffice, encrypted: ssl.SSLContext, trusting: ssl.SSLContext, security: Security
) -> None:
    async with open_for_mail(office, tls=encrypted, at_once=security is Security.TLS) as server:
        more = {} if security is Security.TLS else {"user": "desk", "password": PASSWORD}
        assert await smtp(server, security=security, tls=trusting, **more).execute(MAIL, KEY) == SENT
    assert office.logins == ([] if security is Security.TLS else [(b"desk", PASSWORD.encode())])


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_certificate_that_nobody_vouches_for_ends_it_before_anything_is_said(
    office: PostOffice, encrypted: ssl.SSLContext, security: Security
) -> None:
    async with open_for_mail(office, tls=encrypted, at_once=security is Security.TLS) as server:
        system = smtp(server, security=security, user="desk", password=PASSWORD)
        error = await error_of(system.execute(MAIL, KEY))
    assert isinstance(error, Broken)
    assert "its certificate is not one to trust here. Nothing was sent." in error.message
    assert not office.logins
    assert not office.taken


async def test_a_server_that_cannot_encrypt_is_not_talked_to_in_the_open(office: PostOffice, server: Server) -> None:
    error = await error_of(smtp(server, security=Security.STARTTLS, user="desk", password=PASSWORD).execute(MAIL, KEY))
    assert isinstance(error, Broken)
    assert "offers no encryption" in error.message
    assert not office.logins
    assert not office.taken


async def test_no_password_is_sent_in_the_open(office: PostOffice, server: Server) -> None:
    error = await error_of(smtp(server, user="desk", password=PASSWORD).execute(MAIL, KEY))
    assert isinstance(error, Broken)
    assert "is not encrypted, so no password is sent" in error.message
    assert office.logins == []


@pytest.mark.parametrize(("said", "kind"), [("454 4.7.0 Not now", Transient), ("535 5.7.8 No", Broken)])
async def test_a_password_that_is_not_taken_is_told_without_it(
    office: PostOffice, encrypted: ssl.SSLContext, trusting: ssl.SSLContext, said: str, kind: type[BotError]
) -> None:
    office.script["auth"] = said
    async with open_for_mail(office, tls=encrypted) as server:
        system = smtp(server, security=Security.STARTTLS, tls=trusting, user="desk", password=PASSWORD)
        assert isinstance(await error_of(system.execute(MAIL, KEY)), kind)
    assert office.taken == []
    assert PASSWORD not in repr(system) + repr(server)


async def test_an_encryption_that_is_dropped_half_way_sent_nothing(
    office: PostOffice, encrypted: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    office.script["starttls"] = DROPS
    async with open_for_mail(office, tls=encrypted) as server:
        error = await error_of(smtp(server, security=Security.STARTTLS, tls=trusting).execute(MAIL, KEY))
    assert isinstance(error, Transient)


def test_each_kind_of_security_has_the_port_that_goes_with_it() -> None:
    assert [Server(host="x", security=one).door for one in Security] == [587, 465, 25]
    assert Server(host="x", port=2525).door == 2525


# --- what it is to the rest -------------------------------------------------------------------------------------------


async def test_what_only_looks_has_no_server_to_send_to(office: PostOffice, server: Server) -> None:
    system: System = smtp(server)
    eyes = system.read_only()
    assert not hasattr(eyes, "execute")
    assert not [held for held in vars(eyes).values() if isinstance(held, Server)]
    preview = await eyes.preview(MAIL)
    assert preview.sentence == "Send a mail to ada@example.org"
    assert preview.after["Subject"] == MAIL.subject
    assert preview.after["Text"] == MAIL.body
    assert office.connections == 0
    await system.close()


async def test_a_mail_that_cannot_be_written_is_refused_before_anybody_approves_it(server: Server) -> None:
    two_lines = MAIL.model_copy(update={"subject": "One\nTwo"})
    for call in (smtp(server).read_only().preview(two_lines), smtp(server).execute(two_lines, KEY)):
        assert isinstance(await error_of(call), Broken)


async def test_a_mail_server_can_be_asked_nothing(server: Server) -> None:
    system = smtp(server)
    error = await error_of(system.find(MAIL, KEY))
    assert isinstance(error, Uncertain)
    assert f"<{KEY}@example.com>" in error.message
    asked = Email(id="<1@example.org>", sender="ada@example.org")
    assert isinstance(await error_of(system.read(thread_of.kind, asked)), Broken)
    assert system.lookups == frozenset()
    assert isinstance(await error_of(system.execute(OPEN, KEY)), Broken)


def test_a_mail_is_bound_as_what_is_never_sent_again_by_itself() -> None:
    (binding,) = bindings({"SendMail": 7}).values()
    assert (binding.kind, binding.retry, binding.per_day, binding.sandbox) == ("mail.SendMail", Retry.BLIND, 7, False)
    assert Smtp(HEAD, Server(host="x"), clock=Noon()).bindings == bindings()


def test_what_a_server_says_is_shown_without_people_and_keys() -> None:
    said = "5.1.1 <ada@example.org> user ada@example.org\r\nunknown aGVsbG8gd29ybGQgdGhpcyBpcyBhIGtleQ== here\x00"
    assert cleaned(said) == "5.1.1 (an address) user (an address) unknown … here⟨U+0000⟩"
    assert len(cleaned("no " * 500)) == 200


async def test_one_connection_carries_one_mail(office: PostOffice, server: Server) -> None:
    for n in range(2):
        await post(server, sender="desk@example.com", to=f"{n}@example.org", mail=b"Subject: x\r\n\r\nx\r\n")
    assert office.connections == 2
