"""What a dry run came to, for people and for scripts."""

from collections.abc import Iterator

from bot.adapters.terminal.cells import cells, padded
from bot.application.dry_run import Tried
from bot.commands.shell.asked import members_of
from bot.commands.shell.screen import Screen, Style
from bot.commands.shell.shape import Shape, plain_fields, step_shape
from bot.commands.shell.words import per_cent
from bot.domain.plain import Plain
from bot.domain.run import Gate, RunState, Source, StepState, StepStatus
from bot.domain.text import one_line
from bot.domain.workflow import Act, Review, verb_of
from bot.ports.directory import Directory

_LONGEST = 160
NOTHING_HAPPENED = "This was a dry run: nothing was changed, nothing was stored."


def tried_shape(tried: Tried) -> Shape:
    """The JSON of a dry run: what each step gave, what would have changed, whom it would have asked."""
    verbs = {step.name: verb_of(step.node) or "" for step in tried.terms.definition.steps}
    prompts = {name: prompt.version for name, prompt in tried.terms.prompts.items()}
    return {
        "workflow": tried.run.workflow,
        "dry_run": True,
        "steps": [
            step_shape(name, verbs[name], state, prompts.get(name, ""))
            for name, state in tried.run.steps.items()
            if name in verbs
        ],
        "would": [*tried.would],
        "would_ask": [gate.group for gate in tried.run.gates.values()],
        "unsure": [*_unsure(tried)],
        "stops_at": _stop(tried),
    }


def tell_tried(screen: Screen, tried: Tried, directory: Directory) -> None:
    """What each step gave, what would have changed, and whom it would have asked."""
    width = max(map(cells, tried.terms.definition.names()))
    for step in tried.terms.definition.steps:
        state = tried.run.steps.get(step.name)
        if state is not None and not isinstance(step.node, Review | Act):
            faint: Style = "faint" if state.status is StepStatus.SKIPPED else ""
            screen.say(f"{padded(step.name, width)}  {gave(state)}", faint)
            for doubt in state.doubts:
                screen.say(f"{'':<{width}}  doubt: {doubt}", "warn")
    for name in _unsure(tried):
        least = round(100 * tried.terms.brief.confidence[name])
        group = tried.terms.brief.failure.when_wrong.group
        screen.say(f"The brief wants “{name}” at least {least} % sure: {group} would be asked about it first.", "warn")
    for gate in tried.run.gates.values():
        screen.say()
        screen.say(_would_ask(tried, gate, directory))
    for change in tried.would:
        screen.say()
        _tell_change(screen, change)
    stop = _stop(tried)
    screen.say()
    if stop:
        screen.say(stop, "warn")
    screen.say(NOTHING_HAPPENED, "bold")


def gave(state: StepState, *, longest: int = _LONGEST) -> str:
    """What a step gave, in one line."""
    if state.status is StepStatus.SKIPPED:
        return "skipped"
    words = "; ".join(f"{name}: {value}" for name, value in plain_fields(state.value).items())
    guess = f" ({state.source}, {per_cent(state.confidence)} sure)" if state.confidence is not None else ""
    given = one_line(words or str(state.value if state.value is not None else state.status), longest)
    return given + (guess or (" (rehearsal)" if state.source is Source.REHEARSAL else ""))


def _unsure(tried: Tried) -> Iterator[str]:
    """Steps of which the model is less sure than the brief wants it to be."""
    for name, least in tried.terms.brief.confidence.items():
        state = tried.run.steps.get(name)
        if state is not None and state.source is not Source.PERSON and (state.confidence or 0) < 100 * least:
            yield name


def _would_ask(tried: Tried, gate: Gate, directory: Directory) -> str:
    people = members_of(gate.group, tried.run, tried.terms.brief, directory, tried.run.started_at)
    names = ", ".join(person.name for person in people) or "nobody is in it"
    return f"At stage {tried.terms.brief.stage}, “{gate.step}” is for {gate.group} ({names})."


def _tell_change(screen: Screen, change: dict[str, Plain]) -> None:
    screen.say(str(change.get("would")), "bold")
    before, after = plain_fields(change.get("before")), plain_fields(change.get("after"))
    for name in dict.fromkeys((*before, *after)):
        screen.say(f"  {name}: {before.get(name, '–')} → {after.get(name, '–')}")


def _stop(tried: Tried) -> str:
    """Why it would not have come to its end, where it would not."""
    names = tried.terms.definition.names()
    question = next((one for one in tried.run.questions.values() if one.step in names), None)
    if question is not None:
        return f"It would have stopped at “{question.step}” and asked {question.group}: {question.text}"
    if tried.run.state in (RunState.PARKED, RunState.FAILED, RunState.STOPPED):
        return f"It would have been {tried.run.state}: {tried.run.reason}"
    return ""
