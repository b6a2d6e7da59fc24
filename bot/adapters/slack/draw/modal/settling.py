"""The forms in which somebody says how a run in trouble goes on, and what is to be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.adapters.slack.draw.modal.form import Form, form_view
from bot.adapters.slack.draw.modal.frame import Meta
from bot.adapters.slack.draw.safe import Block, Blocks, bullets, inline, pieces, rich, section
from bot.domain.content import Line
from bot.domain.field import Field, Kind
from bot.domain.text import one_line

UNDO = "undo"
MOST_TAKEN_BACK = 20
_WHY = Field("text", Kind.LONG, "Why", needed=False, longest=2_000)
_SAID = Field("text", Kind.LONG, "How you know", longest=2_000)
_FORMS: Mapping[str, Form] = {
    form.verb: form
    for form in (
        Form(
            "mark-done",
            "Mark as done",
            "Mark as Done",
            "The run goes on after it. Nothing is carried out again.",
            (
                Field("id", Kind.TEXT, "Its id in the other system", needed=False, longest=200),
                Field("link", Kind.TEXT, "A link to it", needed=False, longest=500),
                _SAID,
            ),
        ),
        Form(
            "mark-not-done",
            "Mark as not done",
            "Mark as Not Done",
            "It is carried out now. Be sure that it has not happened: else it happens twice.",
            (_SAID,),
        ),
        Form("cancel", "Cancel the run", "Cancel the Run", "The run ends here. What was done already stands.", (_WHY,)),
        Form(UNDO, "Take it back", "Take It Back", "Each is taken back in its own system, and recorded.", (_WHY,)),
    )
}
SETTLING = frozenset(_FORMS)
"""The verbs of these forms."""


def settling_form(verb: str, *, needs_id: bool = False) -> Form:
    """The form of a verb. What comes next may need the id of what was made."""
    form = _FORMS[verb]
    id, *rest = form.fields
    return replace(form, fields=(replace(id, needed=True), *rest)) if needs_id and id.name == "id" else form


def settling_view(form: Form, meta: Meta, *, about: str) -> Block:
    """The form as a view."""
    return form_view(form, meta, about=about)


def undo_view(meta: Meta, taken_back: Sequence[Line], *, about: str) -> Block:
    """Asks whether everything that a run did is to be taken back, and says what that is."""
    shown = taken_back[:MOST_TAKEN_BACK]
    items = [[*inline(f"{one_line(one.name, 150)}: ", "bold"), *inline(one_line(one.value, 300))] for one in shown]
    more = len(taken_back) - len(shown)
    parts: Blocks = [section(pieces("This is taken back, the last first:")), bullets(items)]
    parts += [section(pieces(f"And {more} more."))] if more else []
    view = form_view(settling_form(UNDO), meta, about=about)
    blocks = view["blocks"]
    return {**view, "blocks": [rich(parts), *blocks]} if items and isinstance(blocks, list) else view
