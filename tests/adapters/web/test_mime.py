"""A mail is taken apart safely: cut, capped and decoded, or it is one that cannot be read."""

from contextlib import suppress
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.web.answer import NotTaken
from bot.adapters.web.mime import LONGEST_TEXT, read_mail
from bot.intents import mail

HEAD = b"From: Ana <ana@example.com>\r\nMessage-ID: <m-1@example.com>\r\n"


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {"From": "Ana Bélo <ana@example.com>", "To": "Care <care@hubwheel.example>", "Subject": "Twice – zweimal"}
    for name, value in {**given, "Message-ID": "<m-1@example.com>", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content("I was charged twice.\n")
    return message


def fact(raw: bytes) -> mail.Email:
    return mail.Email.model_validate(read_mail(raw).value)


def refusal(raw: bytes) -> NotTaken:
    with pytest.raises(NotTaken) as caught:
        read_mail(raw)
    return caught.value


def test_what_a_mail_says_is_read() -> None:
    whole = letter(Date="Mon, 02 Mar 2026 10:00:00 +0100", References="<m-0@x.example> <m-00@x.example>")
    read = fact(whole.as_bytes())
    assert (read.id, read.thread_id) == ("m-1@example.com", "m-0@x.example")
    assert (read.sender, read.sender_name, read.to) == ("ana@example.com", "Ana Bélo", "care@hubwheel.example")
    assert (read.subject, read.body) == ("Twice – zweimal", "I was charged twice.")
    assert read.sent_at is not None
    assert read.sent_at.isoformat() == "2026-03-02T09:00:00+00:00"


def test_plain_words_go_before_a_page_and_a_page_is_read_without_its_machinery() -> None:
    page = "<head><title>x</title></head><p>Hello &amp; <b>you</b></p><script>alert(1)</script><style>p{}</style><p>Bye"
    both = letter()
    both.add_alternative(page, subtype="html")
    assert fact(both.as_bytes()).body == "I was charged twice."
    alone = letter()
    alone.set_content(page, subtype="html")
    assert fact(alone.as_bytes()).body == "Hello & you\nBye"


def test_what_came_with_it_is_kept_by_its_content() -> None:
    whole = letter()
    whole.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Rechnung März.pdf")
    whole.add_attachment("a,b\n1,2\n", subtype="csv", filename="figures.csv")
    inner = letter()
    whole.add_attachment(inner)
    read = read_mail(whole.as_bytes())
    pdf, csv, forwarded = mail.Email.model_validate(read.value).attachments
    assert (pdf.name, pdf.kind, pdf.size, pdf.text) == ("Rechnung März.pdf", "application/pdf", 8, "")
    assert (csv.name, csv.text.split()) == ("figures.csv", ["a,b", "1,2"])
    assert forwarded.kind == "message/rfc822"
    assert [file.data for file in read.files][:2] == [b"%PDF-1.7", b"a,b\n1,2\n"]


@pytest.mark.parametrize(
    ("headers", "is_automatic"),
    [
        ({}, False),
        ({"Auto_Submitted": "no"}, False),
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Auto_Submitted": "auto-generated; x=y"}, True),
        ({"Return_Path": "<>"}, True),
        ({"Return_Path": "<ana@example.com>"}, False),
        ({"From": "MAILER-DAEMON@example.com"}, True),
    ],
)
def test_what_a_machine_has_sent_is_known(headers: dict[str, str], is_automatic: bool) -> None:
    assert read_mail(letter(**headers).as_bytes()).is_automatic is is_automatic


def test_a_report_of_a_mail_server_is_automatic() -> None:
    raw = HEAD + b'Content-Type: multipart/report; boundary="x"\r\n\r\n--x\r\n\r\nIt came back.\r\n--x--\r\n'
    assert read_mail(raw).is_automatic


def test_a_mail_without_an_id_is_told_apart_by_every_byte() -> None:
    raw = b"From: ana@example.com\r\n\r\nHello."
    assert fact(raw).id == fact(raw).id != fact(raw + b"!").id


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\nOnly words.",
        b"From: \r\n\r\nx",
        b"From: nobody\r\n\r\nx",
        b"From: undisclosed:;\r\n\r\nx",
        b"\xff\xfe\x00\x00",
    ],
)
def test_a_mail_of_nobody_is_refused(raw: bytes) -> None:
    assert refusal(raw).status == 400


def test_too_much_of_anything_is_refused() -> None:
    many = letter()
    for n in range(11):
        many.add_attachment(b"x", maintype="image", subtype="png", filename=f"{n}.png")
    assert "More than 10 attachments" in refusal(many.as_bytes()).why
    for n in range(10):
        many.add_attachment(b"x", maintype="image", subtype="png", filename=f"{n}.png")
    assert "More than 20 parts" in refusal(many.as_bytes()).why
    assert "The head of this mail" in refusal(HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\nx").why
    assert [refusal(nested(depth)).status for depth in (8, 21, 30_000)] == [413] * 3
    assert refusal(HEAD + b"\r\n" + b"\n" * 60_001).status == 413


def nested(depth: int) -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return HEAD + opened + b"\r\nThe innermost words.\r\n"


def test_long_texts_are_cut_and_odd_ones_decoded_as_well_as_can_be() -> None:
    assert len(fact(HEAD + b"\r\n" + b"x" * 100_000).body) == LONGEST_TEXT
    odd = b'Content-Type: text/plain; charset="no-such-thing"\r\n\r\ncaf\xc3\xa9 \xff\x00\x07'
    assert fact(HEAD + odd).body == "café �"
    assert fact(HEAD + b"Subject: =?utf-8?b?w6k=?= =?x?q?=FF?=\r\n\r\nx").subject.startswith("é")
    assert fact(HEAD + b"Date: never\r\n\r\nx").sent_at is None
    assert fact(HEAD + b"Date: Fri, 31 Dec 9999 23:59:59 -2359\r\n\r\nx").sent_at is None


def test_the_first_of_two_headers_counts() -> None:
    assert fact(HEAD + b"From: Eve <eve@example.com>\r\n\r\nx").sender == "ana@example.com"


LINES = st.sampled_from(
    [
        b"From: a@b.example",
        b"From: =?utf-8?q?=00?= <a@b.example>",
        b"Subject: \xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/html; charset=utf-7",
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; filename*=utf-8''%FF",
        b"--x",
        b"--x--",
        b"",
        b"<p>&#xD800;<![CDATA[",
    ]
)


@settings(max_examples=60)
@given(st.lists(LINES | st.binary(max_size=20), max_size=14))
def test_whatever_comes_it_is_a_mail_or_a_sentence(lines: list[Any]) -> None:
    with suppress(NotTaken):
        mail.Email.model_validate(read_mail(b"\r\n".join(lines)).value)
