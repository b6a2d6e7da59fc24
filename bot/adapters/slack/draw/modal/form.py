"""The form of each verb that needs words: what it asks for, and how it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.adapters.slack.draw.modal.filling import Read, State, block_of, inputs, read
from bot.adapters.slack.draw.modal.frame import Meta, told, view
from bot.adapters.slack.draw.safe import Block, inline, pieces, rich, section
from bot.domain.field import Field, Kind
from bot.domain.inviting import CATEGORIES
from bot.domain.plain import Plain

LONGEST_WORDS = 2_000
MOST_MINUTES = 60 * 24 * 30


@dataclass(frozen=True, slots=True)
class Form:
    """What a verb asks for."""

    verb: str
    title: str
    submit: str
    says: str
    fields: tuple[Field, ...]


def _words(label: str, *, hint: str = "", needed: bool = True) -> Field:
    return Field("text", Kind.LONG, label, hint, needed=needed, longest=LONGEST_WORDS)


_DID = (
    Field("minutes", Kind.NUMBER, "Minutes it took you", needed=False, least=0, most=MOST_MINUTES),
    Field("link", Kind.TEXT, "Link to what you did", needed=False, longest=500),
    _words("What you did", needed=False),
)
_FORMS: Mapping[str, Form] = {
    form.verb: form
    for form in (
        Form(
            "reject",
            "Reject",
            "Reject",
            "Nothing is carried out. Whoever asked for it reads your reason.",
            (Field("reason", Kind.CHOICE, "Reason"), _words("What is wrong", needed=False)),
        ),
        Form(
            "reassign",
            "Hand to someone else",
            "Hand Over",
            "They still need the right to decide this.",
            (Field("person", Kind.PERSON, "Who should decide"), _words("What they should know", needed=False)),
        ),
        Form(
            "escalate",
            "Escalate",
            "Escalate",
            "More people are asked. You can still decide it yourself.",
            (Field("category", Kind.CHOICE, "Why", choices=CATEGORIES), _words("In a few words")),
        ),
        Form(
            "more",
            "Ask for more",
            "Ask",
            "Your question goes to whoever asked for this. The answer comes back onto the card.",
            (_words("What do you need to know?"),),
        ),
        Form(
            "comment",
            "Comment",
            "Comment",
            "It stands on the card and in the record, and decides nothing.",
            (_words("Comment"),),
        ),
        Form(
            "reply",
            "Answer",
            "Answer",
            "It comes onto the card, and whoever asked hears it.",
            (_words("Your answer"),),
        ),
        Form(
            "redraft",
            "Ask for another draft",
            "Ask for a Draft",
            "The model drafts it anew with your remark. Approvals so far are void.",
            (_words("What should be different?"),),
        ),
        Form(
            "take-over",
            "Take over",
            "Take Over",
            "The run ends here, and the rest is yours to do by hand.",
            (_words("What you are going to do", needed=False),),
        ),
        Form("done-by-me", "Done by me", "Record It", "The bot carries nothing out; what you did is kept.", _DID),
    )
}
VERBS = frozenset(_FORMS)


def form_of(verb: str, *, reasons: Sequence[str] = ()) -> Form:
    """The form of a verb. The reasons for a rejection are those of the brief."""
    form = _FORMS[verb]
    if verb != "reject":
        return form
    reason, *rest = form.fields
    fits = reasons and all(0 < len(one) <= 75 for one in reasons) and len(reasons) <= 100
    reason = replace(reason, choices=tuple(reasons)) if fits else replace(reason, kind=Kind.TEXT)
    return replace(form, fields=(reason, *rest))


def form_view(form: Form, meta: Meta, *, known: Mapping[str, Plain] | None = None, about: str = "") -> Block:
    """The form as a view. What is `known`, such as what somebody typed before, stands in it."""
    head = [rich([section(inline(about, "bold"))])] if about else []
    return view(
        form.verb,
        form.title,
        [*head, told(form.says), *inputs(form.fields, known or {})],
        meta=meta,
        submit=form.submit,
    )


def read_form(form: Form, state: State) -> Read:
    """What was entered in a form; errors by the block they belong to."""
    found = read(form.fields, state)
    for one in form.fields:
        value = found.values.get(one.name)
        if one.needed and (value is None or not str(value).strip()):
            found.errors.setdefault(block_of(one.name), "Fill this in.")
        if isinstance(value, str) and one.longest is not None and len(value) > one.longest:
            found.errors[block_of(one.name)] = f"At most {one.longest:,} characters; this has {len(value):,}."
        if isinstance(value, int) and not (one.least or 0) <= value <= (one.most or value):
            found.errors[block_of(one.name)] = f"Between {one.least or 0:,} and {one.most or 0:,}."
    return found


# --- once more, for what is grave ------------------------------------------------------------------------------------

_SURE = Field("sure", Kind.TEXT, "Type it to go on", needed=True, longest=200)


def step_up(what: str, to_type: str, meta: Meta) -> Block:
    """Asks for the amount, or the name of the target, before something grave is approved."""
    words = section(pieces("To approve, type "), inline(to_type, "bold"), pieces(" below."))
    blocks = [rich([section(inline(what)), words]), *inputs([_SURE], {})]
    return view("step-up", "Are you sure?", blocks, meta=meta, submit="Approve")


def read_step_up(state: State, to_type: str) -> Read:
    """Whether the right thing was typed. Case and spaces do not matter."""
    found = read([_SURE], state)
    if not found.errors and _plainly(str(found.values.get("sure", ""))) != _plainly(to_type):
        found.errors[block_of("sure")] = "This is not what has to be typed. Look at the card once more."
    return found


def _plainly(text: str) -> str:
    return "".join(text.split()).casefold()
