"""The offline default: deterministic rules, never an AI, labelled as a rehearsal wherever its answers appear.

Rules read what a person wrote in the material and fill in the fact's form from it. What helps them stands in the
`[rehearsal]` table of a prompt's front matter, by field name or dotted path:

    [rehearsal]
    body = "reply"                       a text: written as a letter ("reply"), cut out ("summary"), or else
                                         the value to take where the text says nothing
    [rehearsal.category]                 a closed set: the words that speak for each member
    billing = ["invoice", "refund"]
    otherwise = "how-to"                 what to take, with low confidence, where no word stands there
    [rehearsal.urgent]                   yes or no; a plain list counts as `true`
    true = ["down", "cannot work"]

A table with `rule = "literal"` takes only what stands in the text word for word, and leaves every other field empty.

Words are found whatever their case, accents and endings. A letter's table (`[rehearsal.body]`) has sentences by case:
`billing = "…"` is added where a record of the material says billing.
"""

from bot.adapters.model.rehearsal.model import NAME, Rehearsal
from bot.adapters.model.rehearsal.writing import MARK

__all__ = ["MARK", "NAME", "Rehearsal"]
