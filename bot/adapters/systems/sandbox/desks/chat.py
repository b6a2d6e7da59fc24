"""The chat: channels, and what was posted there as something that was decided."""

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, searchable
from bot.adapters.systems.sandbox.sample import pour
from bot.domain.errors import Broken
from bot.intents.chat import SYSTEM, DeleteMessage, Posted, Posting, PostMessage, posted_in

TABLES = (
    """CREATE TABLE chat_channel (
        name TEXT PRIMARY KEY, purpose TEXT NOT NULL, archived INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE chat_post (
        id TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES chat_channel, title TEXT NOT NULL, text TEXT NOT NULL,
        chart TEXT NOT NULL DEFAULT '', labels TEXT NOT NULL DEFAULT '[]', figures TEXT NOT NULL DEFAULT '[]',
        at TEXT NOT NULL, deleted_at TEXT)""",
)

SHELVES = (
    Shelf(
        "Channels",
        "SELECT name AS record, name || ': ' || purpose AS title, archived FROM chat_channel",
        {"Messages": "SELECT id, at, title, text, chart, deleted_at FROM chat_post WHERE channel = ? ORDER BY rowid"},
    ),
)


def _channel(books: Books, name: str) -> str:
    """The channel's name. Broken where there is no such channel."""
    if books.row("SELECT 1 FROM chat_channel WHERE name = ?", name) is None:
        raise Broken(f"There is no channel {name} in the chat. Check its name, or make it first.")
    return name


def _posted(books: Books, it: Posting) -> Posted:
    rows = books.rows(
        "SELECT id FROM chat_post WHERE channel = ?1 AND ?2 IN ('', title) AND deleted_at IS NULL ORDER BY rowid",
        _channel(books, it.channel),
        it.title,
    )
    return Posted(channel=it.channel, messages=len(rows), last_id=rows[-1]["id"] if rows else "")


def _count(books: Books, channel: str) -> int:
    return books.number("SELECT count(*) FROM chat_post WHERE channel = ? AND deleted_at IS NULL", channel)


def _post(books: Books, it: PostMessage) -> Change:
    _channel(books, it.channel)
    if books.row("SELECT 1 FROM chat_channel WHERE name = ? AND archived", it.channel):
        raise Broken(f"The channel {it.channel} is archived, so nothing can be posted in it. Choose another.")
    if len(it.labels) != len(it.values):
        raise Broken(f"A chart needs as many labels as values: it has {len(it.labels)} and {len(it.values)}.")
    count = _count(books, it.channel)
    chart = {"chart": it.chart or it.title} if it.values else {}
    return Change(
        f"Post “{it.title}” in {it.channel}.",
        {"messages": str(count)},
        {"messages": str(count + 1), "text": it.text, **chart},
        id="M-new",
        writes=("INSERT INTO chat_post VALUES (:id, :channel, :title, :text, :chart, :labels, :values, :now, NULL)",),
    )


def _delete(books: Books, it: DeleteMessage) -> Change:
    _channel(books, it.channel)
    post = books.row(
        "SELECT title FROM chat_post WHERE (id, channel) = (?, ?) AND deleted_at IS NULL", it.message_id, it.channel
    )
    if post is None:
        raise Broken(
            f"There is no message {it.message_id} of ours in {it.channel}. It may have been taken out already."
        )
    count = _count(books, it.channel)
    return Change(
        f"Take “{post['title']}” out of {it.channel}.",
        {"messages": str(count)},
        {"messages": str(count - 1)},
        id=it.message_id,
        writes=("UPDATE chat_post SET deleted_at = :now WHERE id = :id",),
    )


DESK = Desk(
    name=SYSTEM,
    title="chat",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict((answer(posted_in, Posting, _posted),)),
    ways=dict((searchable(PostMessage, _post), searchable(DeleteMessage, _delete))),
    shelves=SHELVES,
)
