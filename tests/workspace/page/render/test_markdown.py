"""Markdown, as far as Slack shows it: blocks, lists in lists, tables, tasks, marks; raw HTML is text."""

import time

import pytest

from bot.workspace.page.render.markdown import inline, markdown
from tests.workspace.page.render.tree import outline, read


def body(text: str) -> str:
    return outline(markdown(text)).removeprefix("div(").removesuffix(")")


INLINE = {
    "**a**": "strong(a)",
    "__a__": "strong(a)",
    "*a*": "em(a)",
    "_a_": "em(a)",
    "***a***": "strong(em(a))",
    "~~a~~": "s(a)",
    "**a *b* c**": "strong(a em(b) c)",
    "*a **b** c*": "em(a strong(b) c)",
    "`a*b*`": "code(a*b*)",
    "`` a`b ``": "code(a`b)",
    "`a": "`a",
    "snake_case_name": "snake_case_name",
    "2 * 3 * 4": "2 * 3 * 4",
    "** a**": "** a**",
    "\\*a\\*": "*a*",
    "\\\\": "\\",
    "a &amp; b": "a &amp; b",
    "<b>a</b>": "<b>a</b>",
    "**a": "**a",
    "[a](b": "[a](b",
}


@pytest.mark.parametrize("text", INLINE)
def test_marks_are_set_as_markdown_sets_them(text: str) -> None:
    assert outline(inline(text)) == INLINE[text]


BLOCKS = {
    "a": "p(a)",
    "a\nb": "p(abrb)",
    "a\n\nb": "p(a)p(b)",
    "# a": "h3(a)",
    "## a ##": "h4(a)",
    "###### a": "h6(a)",
    "####### a": "p(####### a)",
    "#a": "p(#a)",
    "# a #b": "h3(a #b)",
    "#": "h3",
    "a\n# b": "p(a)h3(b)",
    "---": "hr",
    "* * *": "hr",
    "> a\n> b": "blockquote(p(abrb))",
    "> a\n> > b": "blockquote(p(a)blockquote(p(b)))",
    "```py\na *b*\n```": "pre(code(a *b*))",
    "~~~\na\n~~~": "pre(code(a))",
    "```\nnever closed": "pre(code(never closed))",
    "````\n```\n````": "pre(code(```))",
    "```a``` b": "p(code(a) b)",
    "<script>x</script>": "p(<script>x</script>)",
    "": "",
    "\n\n": "",
}


@pytest.mark.parametrize("text", BLOCKS)
def test_lines_become_blocks(text: str) -> None:
    assert body(text) == (BLOCKS[text] if text.strip() else "div")


LISTS = {
    "- a\n- b": "ul(li(a)li(b))",
    "* a\n+ b": "ul(li(a))ul(li(b))",
    "1. a\n2. b": "ol(li(a)li(b))",
    "1) a\n2. b": "ol(li(a))ol(li(b))",
    "- a\n  - b\n- c": "ul(li(aul(li(b)))li(c))",
    "- a\n    - b": "ul(li(aul(li(b))))",
    "1. a\n   - b\n2. c": "ol(li(aul(li(b)))li(c))",
    "- a\n  b": "ul(li(abrb))",
    "- a\n\n- b": "ul(li(a)li(b))",
    "- a\n\n  b": "ul(li(p(a)p(b)))",
    "- **a**": "ul(li(strong(a)))",
    "- > a": "ul(li(blockquote(p(a))))",
    "- ```\n  x\n  ```": "ul(li(pre(code(x))))",
    "a\n- b": "p(a)ul(li(b))",
    "- a\nb": "ul(li(abrb))",
    "-": "ul(li)",
    "-a": "p(-a)",
}


@pytest.mark.parametrize("text", LISTS)
def test_lists_stand_in_each_other_as_they_are_indented(text: str) -> None:
    assert body(text) == LISTS[text]


def test_a_list_begins_where_its_first_number_says() -> None:
    assert read(markdown("3. a\n4. b")).one("ol")["start"] == "3"
    assert read(markdown("1. a")).one("ol").get("start") is None


def test_a_task_has_a_box_that_nobody_can_tick() -> None:
    done, todo = read(markdown("- [x] a\n- [ ] b")).all("input")
    assert "checked" in done.given
    assert "checked" not in todo.given
    assert "disabled" in done.given
    assert body("- [x] a") == "ul(li(input a))"


def test_a_table_has_heads_sides_and_as_many_cells_as_heads() -> None:
    tree = read(markdown("| a | b | c |\n|:-:|--:|---|\n| 1 | 2 |\n| 4 | 5 | 6 | 7 |\nend"))
    assert [cell.text for cell in tree.all("th")] == ["a", "b", "c"]
    assert [cell.kinds for cell in tree.all("th")] == [["middle"], ["right"], []]
    assert [[cell.text for cell in row.all("td")] for row in tree.all("tr")[1:]] == [["1", "2", ""], ["4", "5", "6"]]
    assert tree.one("p").text == "end"


def test_a_cell_holds_marks_and_escaped_bars() -> None:
    tree = read(markdown("a | b\n-- | --\n**x** | y \\| z"))
    assert [cell.outline for cell in tree.all("td")] == ["td(strong(x))", "td(y | z)"]


def test_a_line_of_dashes_alone_makes_no_table() -> None:
    assert body("a\n---") == "p(a)hr"


LINKS = {
    "[a](https://b.example)": ("https://b.example", "a"),
    '[a](<https://b.example> "title")': ("https://b.example", "a"),
    "[a [b]](https://c.example)": ("https://c.example", "a (b)"),
    "[**a**](https://b.example)": ("https://b.example", "a"),
    "[a](https://b.example/x_(y))": ("https://b.example/x_(y)", "a"),
    "<https://b.example>": ("https://b.example", "https://b.example"),
    "https://b.example/a_b_c": ("https://b.example/a_b_c", "https://b.example/a_b_c"),
    "![a picture](https://b.example/x.png)": ("https://b.example/x.png", "a picture"),
    "<mailto:a@b.example>": ("mailto:a@b.example", "a@b.example"),
}


@pytest.mark.parametrize("text", LINKS)
def test_links_lead_where_they_say_and_pictures_are_links(text: str) -> None:
    tree = read(markdown(text))
    link = tree.one("a")
    assert (link["href"], link.text) == LINKS[text]
    assert not tree.has("img")


@pytest.mark.parametrize("text", ["[a](javascript:alert(1))", "[a](/api/x)", "[a](x)", "![a](data:image/png,x)"])
def test_a_link_that_leads_astray_is_words(text: str) -> None:
    tree = read(markdown(text))
    assert not tree.has("a")
    assert tree.text.startswith("a")


def test_emoji_have_their_names_here_too() -> None:
    assert read(markdown("# :tada: done")).text == "🎉 done"


def test_what_is_nested_beyond_reason_is_text() -> None:
    assert read(markdown("> " * 100 + "a")).text.endswith("a")
    assert len(read(markdown("> " * 100 + "a")).all("blockquote")) == 10
    deep = "\n".join("  " * level + "- x" for level in range(60))
    assert read(markdown(deep)).text.count("x") == 60


HOSTILE = (
    "*a **b* c**", "[*a](https://b.example)*", "**[a](https://b.example**)", "`*a` b*", "- [x](\n- y)", "> - 1. a\n> b",
    "| *a | b* |\n|-|-|\n| `|` | [x](y|z) |", "***a** b*", "_a *b_ c*", "~~a **b~~ c**", "<https://a.example",
    "[[a](b)](c)",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_ever_misnested(text: str) -> None:
    assert read(markdown(text)).text


LONGEST = 12_000
WORST = ("**a", "`", "[](", "[]", "- a\n", "|a|b|\n|-|-|\n")
ODD = (
    "* ", " *a", "*", "***a", "_a __b ", "`a", "[", "[a", "![a](b) ", "<http://", ":a", "# a", ">", "> ", "- ",
    "1. x\n",
    "```\n", "| a |\n", "\\", "- a\n\n", "> a\nb\n", "a|", "|-", "\t- a\n",
)  # fmt: skip
GAPS = ("# a{}b", "a|b\n-{}x", "- {}x", "a{}**")


def soon(text: str) -> None:
    """It takes a tenth of that; looking at each sign from every other would take far longer."""
    began = time.process_time()
    markdown(text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("part", WORST)
def test_a_long_document_is_soon_written(part: str) -> None:
    soon((part * LONGEST)[:LONGEST])


@pytest.mark.parametrize("form", GAPS)
def test_a_long_gap_is_soon_crossed(form: str) -> None:
    soon(form.format(" " * LONGEST))


@pytest.mark.certify
@pytest.mark.parametrize("part", ODD)
def test_a_long_document_of_any_shape_is_soon_written(part: str) -> None:
    soon((part * LONGEST)[:LONGEST])
