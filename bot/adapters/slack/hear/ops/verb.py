"""Every subcommand of `/ops`: how it is typed, what it does. Help, hints and the manifest come from this list."""

from dataclasses import dataclass

from bot.adapters.slack.draw.answer import Line, Typed


@dataclass(frozen=True, slots=True)
class Verb:
    """One subcommand."""

    name: str
    takes: str
    does: str
    example: str = ""
    """What stands after its name, as somebody might type it."""

    @property
    def usage(self) -> str:
        return f"/ops {self.name} {self.takes}".rstrip()

    @property
    def for_example(self) -> str:
        return f"/ops {self.name} {self.example}".rstrip()


VERBS = (
    Verb("start", 'NAME field=value field="more words" …', "start it with what you type; without fields, its form"),
    Verb("mine", "", "what waits for you, oldest first, and what you have running"),
    Verb("status", "", "how the bot is: what waits, what is held, what is under way"),
    Verb("runs", "[NAME]", "what is under way", "support_triage"),
    Verb("show", "RUN", "the whole story of one run", "8FK2Q7M"),
    Verb("why", "RUN", "why a run stands where it stands, and what comes next", "8FK2Q7M"),
    Verb("comment", "RUN words …", "say something on its card, for all who decide", "8FK2Q7M Ana called again"),
    Verb("pause", "NAME | RUN | all words …", "hold it; nothing leaves until it goes on", "support_triage a bug"),
    Verb("resume", "NAME | RUN | all", "let it go on", "support_triage"),
    Verb("cancel", "RUN words …", "end it", "8FK2Q7M not needed any more"),
    Verb("undo", "RUN words …", "take back what it did", "8FK2Q7M wrong customer"),
    Verb("incident", "RUN words …", "say that it went wrong; its owner hears at once", "8FK2Q7M sent to somebody else"),
    Verb("report", "[NAME] [30d]", "what a workflow has come to, in figures", "support_triage 30d"),
    Verb(
        "dial",
        "NAME [STAGE words …]",
        "how far the bot may go, and what more would need; its owner changes it",
        "support_triage approved 40 of 42 drafts were right",
    ),
    Verb("about", "NAME", "what it does, who decides, who is responsible, how it is stopped", "support_triage"),
    Verb("help", "", "this"),
)

BY_NAME = {verb.name: verb for verb in VERBS}


def help_lines() -> list[Line]:
    """One line for each, and for `/ops` alone."""
    first: Line = (Typed("/ops"), "  choose what to start, and fill it in")
    return [first, *((Typed(verb.usage), f"  {verb.does}") for verb in VERBS)]


def usage_hint() -> str:
    """What Slack shows while somebody types the command."""
    return f"[{' | '.join(verb.name for verb in VERBS)}]"
