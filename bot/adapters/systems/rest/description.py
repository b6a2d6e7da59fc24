"""What a description may say of an interface over HTTP: a TOML file, read strictly, without any code in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain.binding import Retry
from bot.domain.declared.form import fill_in
from bot.domain.declared.toml import Toml, read_toml
from bot.domain.declared.word import odd
from bot.domain.errors import Misdeclared
from bot.domain.quantity import Duration
from bot.domain.text import hint, one_line

SHIPPED = Path(__file__).with_name("descriptions")


class Part(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _path(path: str) -> str:
    if not path.startswith("/") or "?" in path or "#" in path or "//" in path or not path.isprintable():
        raise odd(f"is “{one_line(path, 60)}”, which is no path. Write it like /tickets/{{ticket_id}}")
    return path


def _spelled_out(given: object) -> object:
    return {"at": given} if isinstance(given, str) else given


ResourcePath = Annotated[str, AfterValidator(_path)]
As = Literal["text", "id", "whole", "yes-no", "time", "epoch", "list"]


class Value(Part):
    """One value of an answer: where it stands, and the form and the words that are relied upon."""

    at: str = ""
    take: str | None = None
    """Instead of the answer: a text with places, filled from what was asked."""
    form: As = Field(default="text", alias="as")
    values: Mapping[str, str] = {}
    """Each word that may stand there, and what it is called here. Any other word is refused."""
    empty: bool = False
    """Whether it may be null; then the field is left out. That it is there at all is relied upon all the same."""
    null: str | int | bool | None = None
    """What null counts as."""


Mapped = Annotated[Value, BeforeValidator(_spelled_out)]


class Auth(Part):
    """How the credential is handed over."""

    by: Literal["bearer", "basic", "header", "token"] = "bearer"
    header: str = "Authorization"
    prefix: str = ""
    token_url: str = ""
    """Where a token is given for it (OAuth 2.0, client credentials): with `by = "token"` alone."""
    scope: str = ""
    ask_by: Literal["body", "basic"] = "body"
    """Where a request for a token carries the credential, which is `CLIENT_ID:SECRET`."""


class Look(Part):
    """A call that changes nothing."""

    path: ResourcePath
    method: Literal["GET", "POST"] = "GET"
    safe: bool = False
    """Whether a POST only searches."""
    query: Mapping[str, str] = {}
    send: Mapping[str, object] = {}


class Find(Look):
    """How to see whether a change has happened: the records to look through, and the mark of ours."""

    among: str = ""
    """Where in the answer the list of records stands, `*` where it is the list; left out, it is the one record."""
    mark: str = ""
    """Where in a record our mark stands; left out, the record is the mark."""
    equals: str = ""
    contains: str = ""
    gone: bool = False
    """Whether it has happened where no record has the mark: for what takes something away."""
    most: int = 0
    """How many records an answer has at most: where it is full and ours is not among them, nobody can tell."""
    receipt: "ReceiptMap | None" = None


class Shown(Look):
    """What a person is shown before a change."""

    sentence: str = ""
    before: Mapping[str, Mapped] = {}
    after: Mapping[str, str] = {}


class ReceiptMap(Part):
    """What a change brings back."""

    id: Mapped
    link: Mapped | None = None
    undo: Mapping[str, Mapped] = {}


class Change(Part):
    """How one intent is carried out."""

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: ResourcePath
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: Literal["json", "form", "none"] = "json"
    send: Mapping[str, object] = {}
    key_header: str = ""
    """The header that carries our key."""
    retry: Annotated[Retry, Field(strict=False)]
    remembers: Duration | None = None
    done: tuple[int, ...] = (200, 201, 204)
    """The answers that mean it happened."""
    expects: Mapping[str, Mapped] = {}
    """What an answer has to say besides, for it to have happened."""
    receipt: ReceiptMap
    find: Find | None = None
    preview: Shown | None = None


class Read(Look):
    """How one look-up is answered."""

    among: str = ""
    """Where the list stands whose first record counts; left out, the answer is the record."""
    fields: Mapping[str, Mapped]


class ErrorRule(Part):
    """What one answer means."""

    status: int = Field(ge=300, le=599)
    code: str = ""
    """The word the answer has at `code_at`; left out, any."""
    means: Literal["transient", "broken", "uncertain", "duplicate"]
    words: str = ""


class Description(Part):
    """The whole file."""

    name: str = Field(description="what people call the system", min_length=1, max_length=60)
    untried: bool = False
    """Written from the documentation, and never tried against the live service."""
    url: str = ""
    """Where it is; left out where that is another place for each customer, and the settings have to say so."""
    rate: str = ""
    headers: Mapping[str, str] = {}
    code_at: str = ""
    """Where in an answer the word for an error stands."""
    open: tuple[str, ...] = ()
    """What the settings have to say under `values`."""
    auth: Auth = Auth()
    changes: Mapping[str, Change] = {}
    reads: Mapping[str, Read] = {}
    errors: tuple[ErrorRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """A description as its file has it."""

    text: str
    file: str


def load(which: str) -> tuple[Description, Toml]:
    """A description that ships, or the file of this name. Raises Misdeclared with file, line and mend."""
    filed = read_filed(which)
    return parse(filed.text, file=filed.file)


def read_filed(which: str) -> Filed:
    """The text of a description that ships, or of the file of this name. Misdeclared where it cannot be read."""
    shipped = sorted(path.stem for path in SHIPPED.glob("*.toml"))
    file = SHIPPED / f"{which}.toml" if which in shipped else Path(which)
    try:
        return Filed(read_toml(file.read_bytes(), file=str(file)).text, str(file))
    except OSError as error:
        mend = hint(which, shipped, f"These ship: {', '.join(shipped)}; or name a file.")
        raise Misdeclared(f"The description cannot be read: {error.strerror}.", file=str(file), mend=mend) from None


def parse(text: str, *, file: str) -> tuple[Description, Toml]:
    """A text as a description. Raises Misdeclared with file, line and mend."""
    toml = read_toml(text, file=file)
    return fill_in(Description, toml), toml


def calls_of(description: Description) -> Description:
    """What it says of calls and of what errors mean, without anything it says of the form of answers."""
    return description.model_copy(
        update={
            "changes": {name: _call_of(change) for name, change in description.changes.items()},
            "reads": {n: read.model_copy(update={"fields": {}, "among": ""}) for n, read in description.reads.items()},
        }
    )


def _call_of(change: Change) -> Change:
    find, shown = change.find, change.preview
    return change.model_copy(
        update={
            "receipt": None,
            "expects": {},
            "find": find and find.model_copy(update={"among": "", "mark": "", "receipt": None}),
            "preview": shown and shown.model_copy(update={"before": {}}),
        }
    )
