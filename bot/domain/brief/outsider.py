"""A group of a brief outside the chat: whoever reads the mail of one address, asked for the facts of one form."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.brief.field import Line
from bot.domain.declared.place import Where, shown
from bot.domain.quantity import Duration, write_duration

_PLACE = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+")


class Outsiders(BaseModel):
    """Whoever reads the mail of one address: `[outsiders.NAME]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mail: Line = Field(description="the field that holds their address", examples=['"order.admin_email"'])
    """Of what started the run, or of a record that was read; never of what a model wrote."""
    expires_after: Duration = Field(default=timedelta(days=7), examples=['"7d"'])
    remind_after: Duration | None = Field(default=None, examples=['"3d"'])
    """They are reminded once."""

    @property
    def step(self) -> str:
        """The step that holds the address."""
        return self.mail.partition(".")[0]


def contradictions_of(outsiders: Mapping[str, Outsiders]) -> Iterator[tuple[Where, str, str]]:
    """What of some groups cannot be meant like that."""
    for name, group in outsiders.items():
        path: Where = ("outsiders", name)
        if not _PLACE.fullmatch(group.mail):
            said = f"`{shown((*path, 'mail'))}` is “{group.mail}”, which is no field of a step."
            yield (*path, "mail"), said, 'Write the step, a point and the field: "order.admin_email".'
        if group.remind_after is not None and group.remind_after >= group.expires_after:
            after, end = write_duration(group.remind_after), write_duration(group.expires_after)
            said = f"`{shown(path)}.remind_after` is {after}, but the link ends after {end}, so it never happens."
            yield (*path, "remind_after"), said, "Make remind_after shorter, or expires_after longer."
