"""A prompt as it stands, and what changed in it, word by word. Nothing is asked, and nothing is changed."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.library.texts import What
from bot.commands.shell.screen import Screen, Style
from bot.commands.shell.shape import Shape
from bot.commands.shell.words import moment, stamp
from bot.commands.work.peek import Peek, peek
from bot.commands.work.wording import FILE, NOW, step_meant, text_of, what_of
from bot.domain.terms import Prompt
from bot.domain.text import Change, Side, wrap_diff
from bot.ports.version import Version
from bot.settings import Settings, read_settings

_MARKS: dict[Side, tuple[str, str, Style]] = {
    Side.BOTH: ("", "", ""),
    Side.BEFORE: ("[-", "-]", "bad"),
    Side.AFTER: ("{+", "+}", "good"),
}
"""As `git diff --word-diff` marks them, where there are no colours."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One prompt, looked at."""

    settings: Settings
    peek: Peek
    what: What
    history: tuple[Version, ...]
    screen: Screen

    @property
    def version(self) -> Version | None:
        return self.peek.shelf.texts.version(self.what)

    def called(self, ref: str) -> str:
        return next((person.name for person in self.settings.people() if person.id == ref), ref)


def read_prompts(arguments: argparse.Namespace) -> int:
    """Show a prompt, or what changed in it."""
    return asyncio.run(_read(arguments))


async def _read(arguments: argparse.Namespace) -> int:
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    async with peek(settings) as one:
        book = one.shelf.book(arguments.workflow)
        what = what_of(book.name, step_meant(book, arguments.step))
        history = await one.queries.history(*what) if one.queries else ()
        reading = _Reading(settings, one, what, history, Screen())
        if arguments.action == "show":
            _show(reading, one.shelf.current(book.name).prompts[arguments.step], json=arguments.json)
        else:
            _diff(reading, arguments.old, arguments.new, json=arguments.json)
    return 0


def _show(reading: _Reading, prompt: Prompt, *, json: bool) -> None:
    text, version = reading.peek.shelf.text(reading.what), reading.version
    if json:
        reading.screen.json(_prompt_shape(reading, prompt, text))
        return
    reading.screen.say(f"{prompt.version}: {_whence(reading, version)}", "bold")
    seen = (f"{name} (behind a fence)" if name in prompt.untrusted else name for name in prompt.inputs)
    reading.screen.say(f"The model “{prompt.role}” sees: {', '.join(seen)}. Examples: {len(prompt.examples)}.", "faint")
    reading.screen.say()
    reading.screen.say(text.removesuffix("\n"))


def _whence(reading: _Reading, version: Version | None) -> str:
    if version is None:
        return "as its file says."
    return f"version {version.n} of {moment(version.at)}, by {reading.called(version.by)}. {version.why}"


def _prompt_shape(reading: _Reading, prompt: Prompt, text: str) -> Shape:
    version = reading.version
    return {
        "name": reading.what[1],
        "version": prompt.version,
        "digest": prompt.digest,
        "n": version.n if version else None,
        "at": stamp(version.at) if version else None,
        "by": version.by if version else None,
        "why": version.why if version else None,
        "role": prompt.role,
        "inputs": [*prompt.inputs],
        "untrusted": sorted(prompt.untrusted),
        "examples": len(prompt.examples),
        "text": text,
    }


# --- what changed --------------------------------------------------------------------------------------------------


def _diff(reading: _Reading, old: str, new: str, *, json: bool) -> None:
    old = old or _before(reading)
    texts = [text_of(reading.peek.shelf, reading.what, reading.history, one) for one in (old, new)]
    pieces = wrap_diff(*texts)
    if json:
        said = [{"side": piece.side.value, "text": piece.text} for piece in pieces]
        reading.screen.json({"name": reading.what[1], "old": old, "new": new, "pieces": said})
        return
    if texts[0] == texts[1]:
        reading.screen.aside(f"{reading.what[1]} says the same in both: {_called(old)}, {_called(new)}.")
        return
    reading.screen.say(f"{reading.what[1]}: {_called(old)} → {_called(new)}", "bold")
    for line in changed_lines(pieces):
        _tell_line(reading.screen, line)


def _before(reading: _Reading) -> str:
    """The version before the one that counts now; the file where there is none."""
    now = reading.version
    earlier = [one.n for one in reading.history if now is not None and one.n < now.n]
    return str(earlier[0]) if earlier else FILE


def _called(typed: str) -> str:
    return {FILE: "its file", NOW: "now"}.get(typed, f"version {typed}")


Line = tuple[Change, ...]


def changed_lines(pieces: Sequence[Change]) -> Iterator[Line]:
    """The lines in which something changed, as pieces; an empty one stands for the lines in between."""
    skipped = False
    for line in _lines(pieces):
        if any(piece.side is not Side.BOTH for piece in line):
            if skipped:
                yield ()
            yield line
            skipped = False
        else:
            skipped = True


def _lines(pieces: Sequence[Change]) -> Iterator[Line]:
    line: list[Change] = []
    for piece in pieces:
        for part in piece.text.splitlines(keepends=True):
            line.append(Change(piece.side, part))
            if part.endswith("\n"):
                yield tuple(line)
                line = []
    if line:
        yield tuple(line)


def _tell_line(screen: Screen, line: Line) -> None:
    marked: list[tuple[str, Style]] = [
        (f"{before}{text}{after}", style)
        for piece in line
        for before, after, style in (_MARKS[piece.side],)
        if (text := piece.text.removesuffix("\n"))
    ]
    screen.spans(marked or [("…", "faint")])
