"""The text of a checkpoint: the form of C2SP tlog-checkpoint, read to the byte."""

import base64
import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit.checkpoint import read_checkpoint, write_checkpoint
from bot.domain.plain import Unreadable
from tests.naughty import every_text

KEY = bytes(range(32))
ROOT = hashlib.sha256(b"root").digest()
ORIGIN = "countersign.example/audit"
OURS = write_checkpoint(origin=ORIGIN, size=42, root=ROOT, key=KEY, extensions=["at 2026-01-31T08:00:00.000000Z"])

# The example of the specification, signed by a key that is not ours.
THEIRS = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""


def test_the_example_of_the_specification_is_read() -> None:
    checkpoint = read_checkpoint(THEIRS)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert base64.b64encode(checkpoint.root).decode() == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    assert checkpoint.extensions == ()
    (signature,) = checkpoint.signatures
    assert (signature.name, signature.key_id.hex()) == ("example.com/behind-the-sofa", "033de0ae")
    assert len(signature.value) == 64


def test_what_is_written_is_the_form_that_is_written_down() -> None:
    body = f"{ORIGIN}\n42\n{base64.b64encode(ROOT).decode()}\nat 2026-01-31T08:00:00.000000Z\n"
    label = hmac.new(KEY, b"id", "sha256").digest()
    key_id = hashlib.sha256(ORIGIN.encode() + b"\n\xffhmac-sha256/" + label).digest()[:4]
    signature = hmac.new(KEY, b"checkpoint/v1\n" + body.encode(), "sha256").digest()
    assert f"{body}\n— {ORIGIN} {base64.b64encode(key_id + signature).decode()}\n" == OURS


def test_what_is_written_is_read_back() -> None:
    checkpoint = read_checkpoint(OURS)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 42, ROOT)
    assert checkpoint.extensions == ("at 2026-01-31T08:00:00.000000Z",)
    assert checkpoint.signed_with(KEY)


def test_another_key_did_not_sign_it() -> None:
    assert not read_checkpoint(OURS).signed_with(b"another key")
    assert not read_checkpoint(THEIRS).signed_with(KEY)


def test_nothing_in_the_body_can_change_under_its_signature() -> None:
    head, blank, signed = OURS.rpartition("\n\n")
    for wrong in (
        head.replace("42", "43"),
        head.replace(ORIGIN, "other.example"),
        head.replace("08:00", "09:00"),
        f"{head}\nmore",
        head.rpartition("\n")[0],
        head.replace(base64.b64encode(ROOT).decode(), base64.b64encode(bytes(32)).decode()),
    ):
        assert wrong != head
        assert not read_checkpoint(f"{wrong}{blank}{signed}").signed_with(KEY)


def test_a_signature_under_another_key_id_is_not_ours() -> None:
    head, _, signature = OURS.rstrip("\n").rpartition(" ")
    data = base64.b64decode(signature)
    other = base64.b64encode(bytes(4) + data[4:]).decode()
    assert not read_checkpoint(f"{head} {other}\n").signed_with(KEY)


def test_signatures_of_witnesses_are_carried_and_ours_is_still_found() -> None:
    head, blank, signed = OURS.rpartition("\n\n")
    witness = THEIRS.rpartition("\n\n")[2]
    for text in (f"{head}{blank}{witness}{signed}", f"{head}{blank}{signed}{witness}"):
        checkpoint = read_checkpoint(text)
        assert checkpoint.signed_with(KEY)
        assert len(checkpoint.signatures) == 2


@pytest.mark.parametrize("size", [0, 1, 2**63 - 1])
def test_every_size_of_a_tree_is_carried(size: int) -> None:
    assert read_checkpoint(write_checkpoint(origin=ORIGIN, size=size, root=ROOT, key=KEY)).size == size


@pytest.mark.parametrize(
    ("was", "becomes", "line"),
    [
        (ORIGIN + "\n42", "\n42", 1),
        (ORIGIN + "\n42", "two words\n42", 1),
        (ORIGIN + "\n42", "a+b\n42", 1),
        (ORIGIN + "\n42", "a\u00a0b\n42", 1),
        ("\n42\n", "\n042\n", 2),
        ("\n42\n", "\n-42\n", 2),
        ("\n42\n", "\n+42\n", 2),
        ("\n42\n", "\n4_2\n", 2),
        ("\n42\n", "\n 42\n", 2),
        ("\n42\n", "\n42.0\n", 2),
        ("\n42\n", "\n٤٢\n", 2),
        ("\n42\n", "\n" + "4" * 20 + "\n", 2),
        (base64.b64encode(ROOT).decode(), base64.b64encode(ROOT[:31]).decode(), 3),
        (base64.b64encode(ROOT).decode(), base64.b64encode(ROOT + b"x").decode(), 3),
        (base64.b64encode(ROOT).decode(), base64.urlsafe_b64encode(b"\xff" * 32).decode(), 3),
        (base64.b64encode(ROOT).decode(), base64.b64encode(ROOT).decode()[:-1], 3),
        (base64.b64encode(ROOT).decode(), base64.b64encode(ROOT).decode()[:-2] + "F=", 3),
        (base64.b64encode(ROOT).decode(), "(none)", 3),
        ("\n— ", "\n- ", 6),
        ("\n— ", "\n—", 6),
        ("— countersign.example/audit ", "— countersign.example/audit  ", 6),
        ("— countersign.example/audit ", "— ", 6),
        ("— countersign.example/audit ", "— x AAAA\n— countersign.example/audit ", 6),
        ("\n\n— ", "\n— ", 1),
        ("\n\n— ", "\n\n\n— ", 1),
        ("\nat ", "\n\nat ", 1),
        ("\nat ", "\r\nat ", 1),
        ("\nat ", "\t\nat ", 1),
        ("\nat ", "\n\ud800at ", 1),
        ("\nat ", "\n\x7fat ", 1),
        ("=\n", "=", 1),
    ],
    ids=ascii,
)
def test_anything_out_of_place_is_refused_with_its_line(was: str, becomes: str, line: int) -> None:
    text = OURS.replace(was, becomes, 1) if was != "=\n" else OURS.removesuffix("\n")
    assert text != OURS
    with pytest.raises(Unreadable) as caught:
        read_checkpoint(text)
    assert caught.value.line == line


@every_text
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(Unreadable, match=r"^Line 1, "):
        read_checkpoint(text)


@given(st.integers(0, len(OURS) - 1), st.sampled_from("\n 0aA=+/—\u2028"))
def test_no_letter_of_a_checkpoint_can_change_unseen(at: int, letter: str) -> None:
    changed = OURS[:at] + letter + OURS[at + 1 :]
    try:
        holds = read_checkpoint(changed).signed_with(KEY)
    except Unreadable:
        holds = False
    assert holds is (changed == OURS)


@pytest.mark.parametrize(
    "parts",
    [
        {"origin": ""},
        {"origin": "two words"},
        {"origin": "two\nlines"},
        {"size": -1},
        {"root": b"short"},
        {"extensions": [""]},
        {"extensions": ["two\n\nlines"]},
        {"extensions": ["a\rb"]},
        {"extensions": ["x" * 70_000]},
    ],
    ids=lambda parts: str(parts)[:40],
)
def test_no_checkpoint_is_written_that_could_not_be_read(parts: dict[str, Any]) -> None:
    good: dict[str, Any] = {"origin": ORIGIN, "size": 1, "root": ROOT, "key": KEY}
    with pytest.raises(Unreadable):
        write_checkpoint(**{**good, **parts})
