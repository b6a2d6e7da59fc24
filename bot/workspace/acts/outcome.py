"""What came of an act, as the person sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.workspace.delivery.courier import Answer, NoAnswer
from bot.workspace.payload import Json
from bot.workspace.state.app import App


class Refused(Exception):
    """What a person wants to do cannot be done; the message tells them why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether it was done, and what the person is told."""

    ok: bool = True
    text: str = ""
    """A sentence where something went wrong."""
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is wrong with a form, by the names of its blocks."""
    options: tuple[Json, ...] = ()
    """What an app offers to choose from: options, or groups of them."""
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of what came about: `channel`, `ts`, `view`, `file`."""

    def shown(self) -> Json:
        """As JSON; only what there is to say."""
        said: Json = {"ok": self.ok, **self.facts}
        more = {"text": self.text, "errors": dict(self.errors), "options": [*self.options]}
        return said | {name: value for name, value in more.items() if value}


def unanswered(app: App, what: str, answer: Answer) -> str:
    """What a person is told whose act came to nothing."""
    match answer.trouble:
        case NoAnswer.TIMEOUT:
            return f"{what} failed because {app.name} did not answer in time. Try again."
        case NoAnswer.UNREACHABLE:
            return f"{what} failed because {app.name} cannot be reached: {answer.detail}. Start it, then try again."
        case NoAnswer.REFUSED | None:
            return f"{what} failed because {app.name} gave no answer that can be used ({answer.detail}). Try again."
