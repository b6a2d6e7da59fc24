"""What an owner makes of a text in a form: what it asks for, what becomes of the text, what is wrong with that."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.slack.draw.home.inside import PROMPT, ROUTES
from bot.adapters.slack.draw.home.owning import TEXT, Asked, asked_of
from bot.adapters.slack.draw.modal.filling import block_of, fits
from bot.application.begin_change import AsItStands
from bot.domain.brief.setting import Area, area_of, at_fault, edited, values_of
from bot.domain.errors import Misdeclared, Unfit
from bot.domain.plain import Plain
from bot.ports.version import VersionKind


def text_of(workflow: str, key: str) -> tuple[VersionKind, str]:
    """The text that a part of a workflow stands in."""
    if key.startswith(PROMPT):
        return VersionKind.PROMPT, f"{workflow}/{key.removeprefix(PROMPT)}"
    return (VersionKind.ROUTES if key == ROUTES else VersionKind.BRIEF), workflow


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, or some settings in it, on the way to the next version."""

    stands: AsItStands
    asked: Asked
    area: Area | None
    """The settings that are changed; None where the text is changed as a whole."""
    kind: VersionKind
    name: str

    def text(self, after: Mapping[str, Plain]) -> str:
        """The text with what was entered. Unfit where that cannot be done safely."""
        if self.area is not None:
            return edited(self.stands.text, self.area, self.asked.known, after)
        typed = str(after.get("text") or "")
        ends = self.stands.text.endswith("\n") and not typed.endswith("\n")
        return f"{typed}\n" if ends else typed

    def has_room(self) -> bool:
        """Whether a form has room for the whole of it."""
        return self.area is not None or fits(self.stands.text)

    def too_long(self) -> str:
        """What to do where it has none."""
        workflow, _, step = self.name.partition("/")
        option = f"--prompt {step}" if self.kind is VersionKind.PROMPT else "--routes"
        return (
            f"This text has {len(self.stands.text):,} characters, more than a form can hold. Change it from the command"
            f" line: countersign brief replace {workflow} FILE {option} --why …"
        )

    def wrong(self, problem: Unfit | Misdeclared, text: str) -> dict[str, str]:
        """What is wrong, each under the field it is about; what is about none of them, under the first."""
        first = self.asked.fields[0].name
        found: dict[str, str] = {}
        for one in problem.problems if isinstance(problem, Misdeclared) else ():
            setting = at_fault(text, self.area, one.line) if self.area is not None and one.line else None
            block = block_of(setting.name if setting is not None else first)
            said = f"{one.sentence} {one.mend}".strip()
            found[block] = f"{found[block]} {said}" if block in found else said
        return found or {block_of(first): problem.message}


def draft_of(stands: AsItStands, workflow: str, key: str, asks: tuple[str, ...]) -> Draft:
    """The draft of a part of a workflow, as it stands. Unknown where there is no such part."""
    kind, name = text_of(workflow, key)
    if kind is not VersionKind.BRIEF:
        title = f"Prompt: {key.removeprefix(PROMPT)}" if kind is VersionKind.PROMPT else "Routes"
        return Draft(stands, Asked(title, (TEXT,), {"text": stands.text}), None, kind, name)
    area = area_of(stands.brief, key, asks)
    return Draft(stands, asked_of(area, values_of(stands.brief, area)), area, kind, name)
