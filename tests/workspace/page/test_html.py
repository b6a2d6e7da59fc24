"""Markup is markup, everything else is text, and no address runs a script."""

import pytest

from bot.workspace.page.html import Html, classes, joined, safe_address, tag


def test_text_is_escaped_and_markup_is_not() -> None:
    inner = tag("b", None, 'a < b & "c"')
    assert inner == "<b>a &lt; b &amp; &quot;c&quot;</b>"
    assert tag("p", None, inner, " <i>") == f"<p>{inner} &lt;i&gt;</p>"


def test_children_may_be_missing_or_many() -> None:
    assert tag("ul", None, None, (tag("li", None, name) for name in "ab"), ["x", [Html("<hr>")]]) == (
        "<ul><li>a</li><li>b</li>x<hr></ul>"
    )


def test_an_attribute_that_is_not_so_is_left_out() -> None:
    shown = tag("input", {"disabled": True, "checked": False, "value": None, "max": 0, "data-x": "\"'<"})
    assert shown == '<input disabled max="0" data-x="&quot;&#x27;&lt;">'


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", " java\nscript:alert(1)", "\x01javascript:x", "data:text/html,x",
        "vbscript:x", "//evil.example/x", "/\\evil.example", "\\\\evil.example", "file:///etc/passwd", "evil", "",
    ],
)  # fmt: skip
def test_an_address_that_leads_astray_leads_nowhere(address: str) -> None:
    assert safe_address(address) == "#"
    assert tag("a", {"href": address}, "x") == '<a href="#">x</a>'


@pytest.mark.parametrize(
    "address", ["https://a.example/?q=1&r=2", "http://127.0.0.1:3000/", "mailto:a@b.example", "/as/mia", "#m-1"]
)
def test_an_honest_address_stays(address: str) -> None:
    assert safe_address(address) == address


def test_only_given_classes_are_named() -> None:
    assert classes("a", None, False, "", "b") == "a b"
    assert classes(None, False) is None


def test_nothing_joined_is_nothing() -> None:
    assert joined([]) == ""
    assert isinstance(joined(["<"]), Html)
