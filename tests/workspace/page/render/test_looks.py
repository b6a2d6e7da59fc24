"""The looks: what is read can be read, in the light and in the dark, and nothing has to move."""

import re
from importlib.resources import files
from itertools import product

import pytest

from bot.workspace.page import static
from tests.workspace.page.render.gallery import page
from tests.workspace.page.render.tree import read

TOKENS = (files(static) / "tokens.css").read_text("utf-8")
CONTENT = (files(static) / "content.css").read_text("utf-8")
COLOURS = {
    name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
}
THEMES = ("light", "dark")
PAPERS = ("paper", "paper-raised", "paper-sunken", "accent-soft")
READ = [
    *product(("ink", "ink-soft", "ink-faint", "accent", "bad"), PAPERS),
    *product(("ink",), ("bad-soft", "warn-soft", "good-soft", "mark")),
    *product(("ink-soft", "ink-faint", "accent", "warn"), ("mark",)),
    *product(("warn",), ("paper", "paper-sunken", "warn-soft")),
    *product(("side-ink", "side-ink-soft"), ("side", "side-raised")),
    ("good", "paper"), ("good", "good-soft"), ("bad", "bad-soft"),
    ("accent-ink", "accent"), ("good-ink", "good"), ("bad-ink", "bad"),
]  # fmt: skip
"""Which ink is written on which paper."""
SEEN = list(product(("edge", "focus"), PAPERS))
"""The borders of fields, and what shows the focus."""


def lightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "paper"), READ)
def test_every_ink_can_be_read_on_its_paper(ink: str, paper: str, theme: str) -> None:
    at = THEMES.index(theme)
    assert contrast(COLOURS[ink][at], COLOURS[paper][at]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("line", "paper"), SEEN)
def test_fields_and_focus_can_be_seen(line: str, paper: str, theme: str) -> None:
    at = THEMES.index(theme)
    assert contrast(COLOURS[line][at], COLOURS[paper][at]) >= 3


def test_the_colours_of_charts_can_be_told_from_their_ground() -> None:
    found = re.findall(r"\.c(\d) \{ fill: light-dark\((#\w{6}), (#\w{6})\); stroke: light-dark\(\2, \3\)", CONTENT)
    assert [int(n) for n, _, _ in found] == list(range(8))
    for _, light, dark in found:
        assert contrast(light, COLOURS["paper-raised"][0]) >= 3
        assert contrast(dark, COLOURS["paper-raised"][1]) >= 3


def test_every_colour_that_is_used_is_a_token() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", CONTENT + (files(static) / "shell.css").read_text("utf-8")))
    assert used <= set(re.findall(r"--([\w-]+):", TOKENS))


def test_whatever_moves_stands_still_for_whoever_wants_that() -> None:
    moving = set(re.findall(r"animation: (\w+)", CONTENT)) - {"none"}
    still = CONTENT.partition("@media (prefers-reduced-motion: reduce)")[2]
    assert moving == {"blink", "turn"}
    for selector in (".caret", ".state.in_progress", ".button[aria-busy"):
        assert selector in still


def test_what_can_be_used_shows_the_focus() -> None:
    for selector in (".button", ".field", ".select-button", ".rich-field", ".reaction", "summary", ".wide"):
        assert re.search(rf"{re.escape(selector)}[^{{}}]*:focus-visible", CONTENT), selector


def test_the_page_loads_nothing_and_styles_nothing_by_itself() -> None:
    assert "url(" not in CONTENT + TOKENS
    assert "@import" not in CONTENT + TOKENS
    tree = read(page().partition("<body>")[2].partition("</body>")[0])
    assert not [node for node in tree.nodes if "style" in node.given or node.name in ("style", "script", "iframe")]
    assert not [node for node in tree.nodes if any(name.startswith("on") for name in node.given)]
    assert all((one["src"] or "").startswith("/") for one in tree.all("img"))


def test_pictures_of_people_keep_their_place() -> None:
    tree = read(page().partition("<body>")[2].partition("</body>")[0])
    assert all(one.get("width") and one.get("height") for one in tree.all("img"))
