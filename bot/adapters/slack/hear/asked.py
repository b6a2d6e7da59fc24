"""Which form a verb opens on a card, and what was entered in it."""

from collections.abc import Mapping

from bot.adapters.slack.draw.modal.filling import Read, State
from bot.adapters.slack.draw.modal.form import VERBS, form_of, form_view, read_form, read_step_up, step_up
from bot.adapters.slack.draw.modal.frame import Meta, note
from bot.adapters.slack.draw.modal.preview import PREVIEW, with_preview
from bot.adapters.slack.draw.modal.typed import WHICH, edit_view, fact_view, read_edit, read_fact, typed_edit
from bot.adapters.slack.draw.safe import Block
from bot.domain.around import written
from bot.domain.card import card_of
from bot.domain.content import Card, Changed
from bot.domain.errors import Unknown
from bot.domain.field import titled
from bot.domain.intent import Fact, Proposal
from bot.domain.plain import Plain
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.value import guessed_upstream
from bot.domain.workflow import fact_type

STEP_UP = "step-up"


def needs_step_up(run: Run, terms: Terms, step: str) -> bool:
    """Whether somebody has to type what they approve, because a slip of the finger would destroy something."""
    card = card_of(run, terms, step)
    return card is not None and bool(card.to_type)


def opened(run: Run, terms: Terms, step: str, verb: str, meta: Meta, known: Mapping[str, Plain] | None = None) -> Block:
    """The form of a verb, filled with what is known."""
    card = _card(run, terms, step)
    if verb == STEP_UP:
        return step_up(card.title, card.to_type, meta)
    if verb == "edit":
        proposal = _proposal(run, step, meta.n)
        titles = [deed.title for deed in card.deeds]
        view = edit_view(terms.intents[proposal.kind], proposal.data, meta, actions=titles, known=known)
        return _set_apart(view, _apart(meta.n))
    if verb in ("answer", "correct"):
        name, fact = _asked_for(run, terms, step, verb)
        values = {**_values(run, name), **(known or {})}
        title = "Correct a fact" if verb == "correct" else "Fill in"
        return fact_view(verb, title, card.title, fact, meta, known=values)
    if verb in VERBS:
        return form_view(form_of(verb, reasons=_reasons(run, terms, step)), meta, known=known, about=card.title)
    return note("Not possible", "This cannot be done here. Use the command line.", meta=meta)


def entered(run: Run, terms: Terms, step: str, verb: str, n: int, state: State) -> Read:
    """What was entered in the form of a verb, or what is wrong with it."""
    if verb == STEP_UP:
        return read_step_up(state, _card(run, terms, step).to_type)
    if verb == "edit":
        proposal, apart = _proposal(run, step, n), _apart(n)
        own = {name.removeprefix(apart): value for name, value in state.items()}
        read = read_edit(terms.intents[proposal.kind], proposal.data, own)
        return Read(read.values, {f"{apart}{name}": text for name, text in read.errors.items()})
    if verb in ("answer", "correct"):
        name, fact = _asked_for(run, terms, step, verb)
        return read_fact(fact, state, _values(run, name))
    if verb in VERBS:
        return read_form(form_of(verb, reasons=_reasons(run, terms, step)), state)
    raise Unknown(f"There is no form “{verb}”.")


def previewed(run: Run, terms: Terms, step: str, meta: Meta, state: State, *, broken: str = "") -> Block:
    """The form of an edit as it stands, with before and after in it; or with what is wrong, such as a `broken` rule."""
    proposal, apart = _proposal(run, step, meta.n), _apart(meta.n)
    own = {name.removeprefix(apart): value for name, value in state.items()}
    read = entered(run, terms, step, "edit", meta.n, state)
    changed = [Changed(name, written(proposal.data.get(name)), written(now)) for name, now in read.values.items()]
    form = opened(run, terms, step, "edit", meta, typed_edit(terms.intents[proposal.kind], own))
    return with_preview(form, changed, [*map(_named_wrong, read.errors.items())] or [broken] * bool(broken))


def _named_wrong(error: tuple[str, str]) -> str:
    block, text = error
    return f"{titled(block.partition('field:')[2])}: {text}"


def _apart(n: int) -> str:
    """What tells the fields of each action of a plan from those of the first.

    In a form that is changed, Slack keeps what was typed into a block of the same name.
    """
    return f"{n}:" if n else ""


def _set_apart(view: Block, apart: str) -> Block:
    blocks = view["blocks"]
    if not apart or not isinstance(blocks, list):
        return view
    inputs = [one for one in blocks if isinstance(one, dict)]
    return {**view, "blocks": [{**one, **_named_apart(one, apart)} for one in inputs]}


def _named_apart(block: Block, apart: str) -> Block:
    name = block.get("block_id")
    return {"block_id": f"{apart}{name}"} if isinstance(name, str) and name not in (WHICH, PREVIEW) else {}


def corrected(run: Run, terms: Terms, step: str) -> str:
    """The fact that is put right where somebody corrects what a card rests on: the last that a model gave."""
    found = guessed_upstream(run, terms, terms.definition.step(step))
    if not found:
        raise Unknown("No fact that a model gave stands behind this. Reject it, or edit it.")
    return found[-1]


def _card(run: Run, terms: Terms, step: str) -> Card:
    card = card_of(run, terms, step)
    if card is None:
        raise Unknown("Nothing is asked here any more.")
    return card


def _proposal(run: Run, step: str, n: int) -> Proposal:
    gate = run.gates.get(step)
    if gate is None or not 0 <= n < len(gate.proposals):
        raise Unknown("There is nothing to edit here.")
    return gate.proposals[n]


def _asked_for(run: Run, terms: Terms, step: str, verb: str) -> tuple[str, type[Fact]]:
    """The step whose fact a form asks for, and its type."""
    name = corrected(run, terms, step) if verb == "correct" else step
    fact = fact_type(terms.definition.step(name))
    if fact is None:
        raise Unknown(f"“{name}” gives nothing that could be filled in.")
    return name, fact


def _values(run: Run, name: str) -> dict[str, Plain]:
    question = run.questions.get(name)
    draft = question.draft if question is not None else run.value(name)
    return draft if isinstance(draft, dict) else {}


def _reasons(run: Run, terms: Terms, step: str) -> tuple[str, ...]:
    """Of the group that decides; whoever is asked to do it by hand rejects what that group approved."""
    gate, question = run.gates.get(step), run.questions.get(step)
    name = gate.group if gate is not None else question.group if question is not None else ""
    group = terms.brief.reviewers.get(name)
    return group.reasons if group is not None else ()
