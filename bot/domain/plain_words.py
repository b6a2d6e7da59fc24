"""What can be told from plain words without a model: whether they only decide, and which words speak for a workflow."""

import re
from collections.abc import Iterable

from pydantic import BaseModel

SHORTEST_HINT = 4

_DECIDING = frozenset(
    "approve approved approving accept accepted confirm confirmed lgtm ok okay k yes yep yeah yup sure fine go ahead "
    "do send ship sent reject rejected decline declined deny denied no nope refuse cancel stop dismiss agreed agree "
    "good great perfect looks thumbsup thumbsdown ja nein genehmigt freigeben freigegeben ablehnen abgelehnt passt "
    "oui non si sim bitte danke senden".split()
)
"""Words of which a reply may consist that says yes or no."""
_AROUND = frozenset("it this that them please thanks thank you now then i we and to me for all the out off by".split())
"""Words that stand between those, and say nothing by themselves."""
_CLEAR = _DECIDING - frozenset("go ahead do good great perfect looks fine sure k bitte danke".split())
"""Those that decide by themselves, at the beginning of something longer."""
_SIGN = re.compile(r":\+1:|:-1:|[\U0001F44D\U0001F44E✅❌✔]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

_NOTHING_SAID = frozenset(
    "about again also answer approve approves because been before being check could countersign decide does done each "
    "every everything from give have hello help here into like made make many more must need needs once only other "
    "over person people please record says send sends should some start starts that their them then there these they "
    "thing this those thanks until want what when where which will with word would workflow would your".split()
)
"""Words of any brief and any request: they speak for no workflow."""


def only_decides(text: str) -> bool:
    """Whether a text is nothing but a yes or a no: that is for the buttons."""
    words = _words(_SIGN.sub(" ok ", text))
    return bool(words) and len(words) <= 12 and all(w in _DECIDING or w in _AROUND for w in words) and _says_so(words)


def begins_with_a_decision(text: str) -> bool:
    """Whether a longer text begins with a yes or a no."""
    words = _words(_SIGN.sub(" ok ", text))
    return bool(words) and words[0] in _CLEAR


def _says_so(words: list[str]) -> bool:
    return any(word in _DECIDING for word in words)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def hint_words(name: str, process: str, trigger: type[BaseModel]) -> tuple[str, ...]:
    """The words that speak for a workflow: of its name, of what its brief says, of what it starts from."""
    said = " ".join((name.replace("_", " "), process, _apart(trigger.__name__), *trigger.model_fields)).replace(
        "_", " "
    )
    found = dict.fromkeys(_words(said))
    return tuple(word for word in found if len(word) >= SHORTEST_HINT and word not in _NOTHING_SAID)


def _apart(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)


def stands_in(value: str, text: str) -> str:
    """A value as it stands in a text, whatever its case; empty where it does not, as a word of its own."""
    sought = re.escape(value.strip())
    found = re.search(rf"(?<![\w-]){sought}(?![\w-])", text, re.IGNORECASE) if sought else None
    return found[0] if found else ""


def words_with_digits(value: str) -> Iterable[str]:
    """The words of a text that may be an identifier, an amount or a time."""
    return (word for word in re.findall(r"[\w@#./:+-]*\d[\w@#./:+-]*", value) if word)
