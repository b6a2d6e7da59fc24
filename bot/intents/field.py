"""Fields that several systems share."""

from typing import Annotated

from pydantic import Field

from bot.domain.misfit import Written

Id = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"),
    Written("Write letters, digits, dots, dashes and underscores alone, without spaces."),
]
"""What a system calls one of its records."""
Address = Annotated[
    str,
    Field(min_length=3, max_length=254, pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$"),
    Written("Write an address such as name@shop.example."),
]
"""One e-mail address, without a name."""
Line = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=20_000)]
"""Free text, as somebody wrote it."""
Cents = Annotated[int, Field(ge=0, le=100_000_000_00)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Handle = Annotated[str, Field(min_length=2, max_length=60, pattern=r"^@[^\s@]+$")]
"""A colleague, as briefs name people: `@mia`."""
