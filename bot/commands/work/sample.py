"""The samples that lie beside a workflow: what `countersign try` offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.commands.shell.typed import parse_object, read_bytes
from bot.domain.errors import Unknown
from bot.domain.plain import Plain
from bot.domain.text import nearest, one_line

FOLDER = "samples"
_TITLES = ("subject", "title", "name", "summary")


@dataclass(frozen=True, slots=True)
class Sample:
    """One of them."""

    name: str
    value: Mapping[str, Plain]

    @property
    def title(self) -> str:
        """What tells it from the others."""
        texts = [value for value in self.value.values() if isinstance(value, str)]
        named = (self.value.get(name) for name in _TITLES)
        title = next((value for value in named if isinstance(value, str)), texts[0] if texts else "")
        return one_line(title, 60)


def samples_of(folder: Path) -> tuple[Sample, ...]:
    """The samples of a workflow's folder, by name. Raises Unknown where it has none, Unfit where one cannot be read."""
    files = sorted((folder / FOLDER).glob("*.json"))
    if not files:
        raise Unknown(f"{folder.name} has no samples to try. Put some into {folder / FOLDER}, as JSON.")
    return tuple(Sample(file.stem, parse_object(read_bytes(str(file)), source=str(file))) for file in files)


def pick(samples: tuple[Sample, ...], typed: str) -> Sample:
    """The sample somebody means, by number or by name. Raises Unknown where there is none like it."""
    word = typed.strip().casefold()
    if word.isascii() and word.isdigit() and 1 <= int(word[:6]) <= len(samples):
        return samples[int(word[:6]) - 1]
    same = [one for one in samples if one.name == word]
    like = same or [one for one in samples if word and one.name.startswith(word)]
    if len(like) == 1:
        return like[0]
    meant = nearest(word, [one.name for one in samples])
    hint = f"Did you mean {meant}?" if meant else f"Type a number from 1 to {len(samples)}, or a name."
    raise Unknown(f"There is no sample “{one_line(typed, 40)}”. {hint}")
