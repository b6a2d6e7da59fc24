"""A mail as it leaves: what stands in it, and what can never get into its head."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.systems.smtp import Letterhead
from bot.adapters.systems.smtp.letter import compose, recipient, shown
from bot.domain.errors import Broken, Misdeclared
from bot.intents.mail import SendMail
from tests.adapters.systems.smtp.postoffice import HEAD, KEY, MAIL, NOON, text_of, with_

HEADERS = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
]


def written(intent: SendMail, key: str = KEY) -> bytes:
    return compose(HEAD, intent, key=key, at=NOON).as_bytes()


def read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def test_a_mail_has_a_head_that_says_who_and_that_a_machine_wrote_it() -> None:
    mail = read(written(MAIL))
    assert {name: str(value) for name, value in mail.items()} == {
        "From": "Bürgerservice <desk@example.com>",
        "Reply-To": "answers@example.com",
        "To": "ada@example.org",
        "Subject": "Your order",
        "Date": "Tue, 03 Mar 2026 12:00:00 +0000",
        "Message-ID": f"<{KEY}@example.com>",
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }
    assert text_of(mail) == MAIL.body


def test_the_same_key_gives_the_same_id_and_another_one_another() -> None:
    assert read(written(MAIL))["Message-ID"] == read(written(with_(body="Other.")))["Message-ID"]
    assert read(written(MAIL, "a" * 40))["Message-ID"] != read(written(MAIL, "b" * 40))["Message-ID"]


@pytest.mark.parametrize("brackets", ["<{}>", "{}"])
def test_an_answer_names_the_mail_it_answers_however_long_its_id_is(brackets: str) -> None:
    id = f"{'D' * 150}@DB9PR01MB1234.eurprd01.prod.example.com"
    raw = written(with_(thread_id=brackets.format(id)))
    assert f"\r\nIn-Reply-To: <{id}>\r\n".encode() in raw
    assert f"\r\nReferences: <{id}>\r\n".encode() in raw


@pytest.mark.parametrize("id", ["", "no id", "a@b\r\nBcc: eve@example.com", "ü@example.com", "<a@b> <c@d>", "a@b@c d"])
def test_what_is_no_id_of_a_mail_begins_a_new_thread(id: str) -> None:
    assert [name for name, _ in read(written(with_(thread_id=id))).items()] == HEADERS


EVIL_LINES = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\0", "\ud800"]


@pytest.mark.parametrize("end", EVIL_LINES)
def test_a_subject_never_becomes_another_line_of_the_head(end: str) -> None:
    with pytest.raises(Broken, match="Edit it"):
        written(with_(subject=f"Hello{end}Bcc: eve@example.com"))


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.org\r\nBcc: eve@example.com",
        "ada@example.org\n",
        "ada@example.org>,<eve@example.com",
        "ada@example.org,eve@example.com",
        "Ada <ada@example.org>",
        '"ada eve"@example.org',
        "ädä@example.org",
        "ada@straße.example",
        "ada@[127.0.0.1]",
        "ada@@example.org",
        "ada@example..org",
        "-f@example.org@",
        "ada@-example.org",
        "a" * 65 + "@example.org",
        "ada@" + "a." * 130 + "org",
    ],
)
def test_an_address_that_could_be_read_in_two_ways_is_not_written_to(to: str) -> None:
    with pytest.raises(Broken, match="it needs plain letters, one @ and a host"):
        written(with_(to=to))


@pytest.mark.parametrize("to", ["ada@example.org", "o'neil+tag@mail.example.org", "ada@xn--strae-oqa.example"])
def test_ordinary_addresses_are(to: str) -> None:
    assert recipient(with_(to=to)) == read(written(with_(to=to)))["To"] == to


def test_letters_of_every_language_arrive() -> None:
    subject, body = "Ünfair — " + "Straße 日本語  😀 " * 12, "Grüße aus Köln\n\t— 日本語 😀\n"
    raw = written(with_(subject=subject, body=body))
    assert raw.isascii()
    assert read(raw)["Subject"] == subject
    assert text_of(read(raw)) == body
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize("subject", ["a" * 200, "Two  spaces", " Edge ", "Is a=?b", "word " * 40])
def test_a_subject_is_read_as_it_was_approved(subject: str) -> None:
    raw = written(with_(subject=subject))
    assert str(make_header(decode_header(message_from_bytes(raw)["Subject"]))) == subject


def test_a_subject_that_would_be_shown_as_other_words_is_refused() -> None:
    with pytest.raises(Broken, match="that mail programs show as other words"):
        written(with_(subject="Hello =?utf-8?Q?Refund_granted?="))


def test_long_lines_and_lines_of_dots_arrive_whole() -> None:
    body = "a" * 5000 + "\n.\n..\n.hidden\nFrom here\n"
    raw = written(with_(body=body))
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert text_of(read(raw)) == body


def test_no_bare_line_end_and_no_control_character_leaves() -> None:
    raw = written(with_(body="one\rtwo\nthree\r\n\x00\x1b[31mfour\x7f"))
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert not set(raw) & ({0, 27, 127} | set(range(9)))


def test_a_text_that_no_encoding_can_write_is_refused_in_words() -> None:
    with pytest.raises(Broken, match="The text has a character that cannot be sent"):
        written(with_(body="\udfff"))


@given(subject=st.text(min_size=1, max_size=200), body=st.text(min_size=1, max_size=300), thread=st.text(max_size=40))
def test_whatever_is_written_the_head_keeps_its_lines(subject: str, body: str, thread: str) -> None:
    try:
        raw = written(with_(subject=subject, body=body, thread_id=thread))
    except Broken:
        return
    head = [name for name in read(raw) if name not in ("In-Reply-To", "References")]
    assert head == HEADERS


def test_what_is_shown_before_is_what_leaves() -> None:
    intent = with_(thread_id="<first@example.org>")
    mail = read(written(intent))
    before = shown(HEAD, intent)
    assert list(before) == ["From", "Reply-To", "To", "Subject", "In-Reply-To", "References", "Text"]
    assert {name: str(mail[name]) for name in list(before)[:-1]} | {"Text": text_of(mail)} == before


@pytest.mark.parametrize(
    "sender", ["", "desk", "Desk <desk>", "a@b, c@d", "De\r\nsk <desk@example.com>", "ü@example.com"]
)
def test_a_sender_that_is_no_address_is_refused_at_the_start(sender: str) -> None:
    with pytest.raises(Misdeclared, match="is no address that mail can be sent from"):
        Letterhead.of(sender)


def test_a_sender_may_have_a_name_in_quotes_or_none() -> None:
    assert str(Letterhead.of('"Desk, Inc." <desk@example.com>').sender) == '"Desk, Inc." <desk@example.com>'
    assert str(Letterhead.of("desk@example.com").sender) == "desk@example.com"
