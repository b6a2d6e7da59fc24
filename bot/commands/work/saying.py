"""Asking somebody at a terminal for a verdict, question by question, until it can be given."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.commands.shell.asked import Asked
from bot.commands.shell.form import options_of
from bot.commands.shell.screen import Screen
from bot.commands.shell.typed import read_fields
from bot.domain.event import Verdict
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.domain.run import Ask, Run, Source, StepStatus
from bot.domain.terms import Terms
from bot.domain.text import one_line
from bot.domain.workflow import fact_type

QUIT = "quit"
SOMEBODY = "as"
SHOW = "show"

VERBS: Mapping[str, tuple[Verdict, str]] = {
    "approve": (Verdict.APPROVE, "carry out exactly this"),
    "edit": (Verdict.EDIT, "change it; then somebody else has to approve it"),
    "reject": (Verdict.REJECT, "say no, with a reason"),
    "redraft": (Verdict.REDRAFT, "let the model try again with your remark"),
    "correct": (Verdict.CORRECT, "put right what the model understood"),
    "answer": (Verdict.ANSWER, "fill in what is asked"),
    "reassign": (Verdict.REASSIGN, "hand it to somebody else"),
    "escalate": (Verdict.ESCALATE, "ask the next group as well"),
    "take-over": (Verdict.TAKE_OVER, "do it without the bot"),
    "done-by-me": (Verdict.DONE_BY_ME, "you did it yourself"),
    "comment": (Verdict.COMMENT, "keep a remark with it"),
}
_AROUND = {
    SOMEBODY: "speak for somebody else",
    SHOW: "show the card again",
    QUIT: "end here; the run goes on waiting",
}


class Ended(Exception):
    """There is nothing more to read, or somebody wants to end."""


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict with everything it needs."""

    verb: str
    values: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    step: str = ""
    reason: str = ""
    text: str = ""
    to: str = ""
    link: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """Asks for a verdict on one thing that waits."""

    screen: Screen
    run: Run
    terms: Terms
    asked: Asked

    def verb(self, who: str) -> str:
        """What to do: a word of the card, or of those around it; a beginning is enough."""
        words = (*self.asked.card.verbs, *_AROUND)
        self.screen.say(f"{who} is asked ({self.asked.group}): {', '.join(words)}, or ? for what they mean.", "bold")
        while True:
            typed = self.line("> ").strip().casefold()
            exact = [word for word in words if word == typed]
            like = exact or [word for word in words if typed and word.startswith(typed)]
            if len(like) == 1:
                return like[0]
            if typed == "?":
                self._explain(words)
            else:
                said = f"That could be {' or '.join(like)}." if like else "Type one of the words above."
                self.screen.say(said)

    def _explain(self, words: tuple[str, ...]) -> None:
        for word in words:
            self.screen.say(f"  {word:<11} {_AROUND[word] if word in _AROUND else VERBS[word][1]}")

    def fill_in(self, verb: str) -> Said:
        """Everything a verdict needs besides the word."""
        ask: dict[str, Callable[[], Said]] = {
            "edit": self._edit,
            "reject": self._reject,
            "correct": self._correct,
            "answer": self._answer,
            "reassign": lambda: Said(verb, to=self.line("To whom? ")),
            "redraft": lambda: Said(verb, text=self.line("What should be different? ")),
            "comment": lambda: Said(verb, text=self.line("Your remark: ")),
            "escalate": lambda: Said(verb, text=self.line("Why? (Enter leaves it out) ")),
            "take-over": lambda: Said(verb, text=self.line("What will you do? (Enter leaves it out) ")),
            "done-by-me": self._done_by_me,
        }
        return ask.get(verb, lambda: Said(verb))()

    # --- one verdict each ----------------------------------------------------------------------------------------

    def _edit(self) -> Said:
        gate = self.asked.gate
        values: dict[str, Plain] = {}
        proposal = gate.proposals[0] if gate else None
        if proposal is not None:
            fixed = self.terms.intents[proposal.kind].identifiers
            for name, value in proposal.data.items():
                if name not in fixed:
                    self._change(values, name, value)
        return Said("edit", values)

    def _answer(self) -> Said:
        fact = fact_type(self.terms.definition.step(self.asked.step))
        draft = self.asked.question.draft if self.asked.question else None
        return Said("answer", self._fields(fact, draft))

    def _correct(self) -> Said:
        guesses = [
            name
            for name, state in self.run.steps.items()
            if state.source in (Source.MODEL, Source.REHEARSAL) and state.status is StepStatus.DONE
        ]
        step = guesses[0] if len(guesses) == 1 else self.line(f"Which step? ({', '.join(guesses)}) ").strip()
        if step not in guesses:
            return Said("correct", step=step)
        fact = fact_type(self.terms.definition.step(step))
        return Said("correct", self._fields(fact, self.run.value(step)), step=step)

    def _fields(self, fact: type[Fact] | None, draft: Plain) -> dict[str, Plain]:
        values: dict[str, Plain] = {}
        known = draft if isinstance(draft, dict) else {}
        for name in fact.model_fields if fact else ():
            options = options_of(fact, name) if fact else ()
            self._change(values, name, known.get(name), hint=f" ({', '.join(options)})" if options else "")
        return values

    def _change(self, values: dict[str, Plain], name: str, value: Plain, *, hint: str = "") -> None:
        """Ask for one field; Enter keeps it as it is, and what has several lines ends with a line of one point."""
        many = isinstance(value, str) and "\n" in value
        keeps = f"; Enter keeps “{one_line(str(value), 40)}”" if value is not None else ""
        ends = "; several lines, the last one a single point" if many else ""
        line = self.line(f"{name}{hint}{keeps}{ends}: ")
        if not line:
            return
        lines = [line]
        while many and (line := self.line("")) != ".":
            lines.append(line)
        values[name] = "\n".join(lines)

    def _reject(self) -> Said:
        reasons = self.terms.brief.reviewers[self.asked.group].reasons
        for n, reason in enumerate(reasons, 1):
            self.screen.say(f"  {n} {reason}")
        typed = self.line("Why? A number or the words: ").strip()
        known = {str(n): reason for n, reason in enumerate(reasons, 1)}
        return Said("reject", reason=known.get(typed, typed), text=self.line("In your words (Enter leaves it out): "))

    def _done_by_me(self) -> Said:
        link = self.line("A link to what you did (Enter leaves it out): ")
        minutes = self.line("How many minutes did it take? (Enter leaves it out) ").strip()
        return Said("done-by-me", link=link, minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 6 else None)

    def line(self, prompt: str) -> str:
        """A line that was typed. Raises Ended at the end of the input."""
        typed = self.screen.ask(prompt)
        if typed is None:
            raise Ended
        return typed


def said_beforehand(arguments: argparse.Namespace, one: Asked) -> Said | None:
    """What the command's options say to this; None where somebody has to be asked."""
    edits: list[str] = arguments.edit
    if not (arguments.approve or arguments.reject or edits):
        return None
    if one.question is not None and one.question.kind in (Ask.FILL_IN, Ask.INQUIRE):
        return Said("answer")
    if one.gate is None:
        return Said(one.card.verbs[0])
    if arguments.reject:
        return Said("reject", reason=arguments.reject)
    if edits and not one.gate.editors:
        return Said("edit", read_fields(edits))
    return Said(one.card.verbs[0])
