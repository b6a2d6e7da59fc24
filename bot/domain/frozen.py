"""Frozen dataclasses, changed at the price of copying a dictionary.

`dataclasses.replace` reads every field and makes the whole anew, six times as slowly; a move of a run does it dozens of
times. What is changed here is what the type says already, so nothing is validated again.
"""

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace as replace  # so that names and types of the fields are checked where it is used
else:

    def replace(whole: Any, /, **changes: Any) -> Any:
        """The same with some fields changed."""
        if not hasattr(whole, "__dict__"):
            return dataclasses.replace(whole, **changes)
        fresh = object.__new__(type(whole))
        fresh.__dict__.update(whole.__dict__)
        fresh.__dict__.update(changes)
        return fresh
