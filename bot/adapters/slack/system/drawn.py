"""What a workflow posts in a channel: a title, the words, and a chart where there are figures."""

from bot.adapters.slack.draw.safe import Blocks, fallback, label, pieces, rich, section
from bot.adapters.slack.post.drawn import escaped
from bot.domain.plain import Plain
from bot.domain.text import one_line
from bot.intents.chat import PostMessage

LONGEST_LABEL = 20


def drawn_post(post: PostMessage) -> dict[str, object]:
    """The arguments of a call. The text beside the blocks says all that the chart shows."""
    blocks: Blocks = [{"type": "header", "text": label(post.title, 150)}, rich([section(pieces(post.text))])]
    if post.chart:
        blocks.append(_chart(post))
    figures = "; ".join(f"{name}: {value}" for name, value in _points(post).items())
    text = f"{post.title}. {post.text}" + (f" {post.chart}: {figures}." if post.chart else "")
    return {"text": fallback(text) if len(text) < 300 else escaped(text), "blocks": blocks}


def _chart(post: PostMessage) -> dict[str, Plain]:
    points = _points(post)
    data: list[Plain] = [{"label": name, "value": value} for name, value in points.items()]
    axes: dict[str, Plain] = {"categories": [*points]}
    series: list[Plain] = [{"name": one_line(post.chart, LONGEST_LABEL), "data": data}]
    chart: dict[str, Plain] = {"type": "bar", "series": series, "axis_config": axes}
    return {"type": "data_visualization", "title": one_line(post.chart, 50), "chart": chart}


def _points(post: PostMessage) -> dict[str, int]:
    """Each label once: where two would read the same, a number tells them apart."""
    found: dict[str, int] = {}
    for name, value in zip(post.labels, post.values, strict=False):
        shown, n = one_line(name, LONGEST_LABEL) or "–", 2
        while shown in found:
            shown, n = f"{one_line(name, LONGEST_LABEL - 3)} {n}", n + 1
        found[shown] = value
    return found
