"""What lies in the inbox of something that came by a door: all its handling needs, and nothing else."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.application.parts import Parts
from bot.application.start import File
from bot.application.take_in import take_in
from bot.domain.brief import Brief
from bot.domain.person import Door, TeamId
from bot.domain.plain import Plain, is_object
from bot.domain.run import RunId
from bot.domain.slip import Slip
from bot.ports.store import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Something that is for a workflow, before it is kept."""

    workflow: str
    door: Door
    name: str
    """Of the hook, the form or the mailbox."""
    which: str
    """The same whenever its sender sends it again."""
    value: Mapping[str, Plain]
    record: str = ""
    ends: str = ""
    """The wait that it ends; it starts a run where this is empty."""
    files: tuple[File, ...] = ()
    answers: Slip | None = None
    """The one question that it answers; it starts nothing then."""

    @property
    def source(self) -> str:
        return f"{self.door}:{self.name}"

    @property
    def id(self) -> str:
        """Of its delivery."""
        told = "\0".join((self.source, self.which)).encode(errors="backslashreplace")
        return f"{self.door}:{hashlib.sha256(told).hexdigest()[:32]}"


KINDS = {Door.WEBHOOK: "hook", Door.FORM: "form", Door.MAIL: "mail"}


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps what comes in, and tells the worker what is new after its commit."""

    parts: Parts
    woken: Callable[[Delivery], None]

    async def keep(self, incoming: Incoming) -> str:
        """The id under which it is kept, now or since before. Raises OverLimit where it cannot be."""
        await self.keep_new(incoming)
        return incoming.id

    async def keep_new(self, incoming: Incoming) -> bool:
        """The same; False where it was kept since before, so that this one does not count."""
        brief = self.parts.library.current(incoming.workflow).brief
        delivery = _delivery(self.parts, incoming, brief)
        is_new = await take_in(self.parts, delivery, incoming.workflow)
        if is_new:
            self.woken(delivery)
        return is_new


def _delivery(parts: Parts, incoming: Incoming, brief: Brief) -> Delivery:
    body: dict[str, Plain] = {
        "workflow": incoming.workflow,
        "door": incoming.door.value,
        "key": f"{incoming.source}/{incoming.which}",
        "value": {**incoming.value},
        "record": incoming.record,
        "ends": incoming.ends,
        "files": [{"kind": one.kind, "data": base64.b64encode(one.data).decode()} for one in incoming.files],
    }
    if (slip := incoming.answers) is not None:
        body["answers"] = {"run": slip.run, "step": slip.step, "who": slip.who, "until": slip.until.isoformat()}
        body["kept_at"] = parts.clock.now().isoformat()
    kind, team = KINDS[incoming.door], team_of(parts, brief)
    return Delivery(incoming.id, incoming.source, kind, "", team, parts.clock.now(), body)


def team_of(parts: Parts, brief: Brief) -> TeamId:
    """What no person asks for belongs to the owner's workspace; to none where nobody knows them now."""
    owner = parts.directory.named(brief.owner)
    return owner.team if owner is not None else TeamId("")


def text(delivery: Delivery, name: str) -> str:
    value = delivery.body.get(name)
    return value if isinstance(value, str) else ""


def value_in(delivery: Delivery) -> Mapping[str, Plain]:
    value = delivery.body.get("value")
    return value if isinstance(value, dict) else {}


def slip_in(delivery: Delivery) -> Slip | None:
    """The question that it answers; None where it is no answer."""
    told = delivery.body.get("answers")
    if not is_object(told):
        return None
    run, step, who, until = (str(told[name]) for name in ("run", "step", "who", "until"))
    return Slip(RunId(run), step, who, datetime.fromisoformat(until))


def files_in(delivery: Delivery) -> tuple[File, ...]:
    files = delivery.body.get("files")
    listed = files if isinstance(files, list) else []
    return tuple(File(base64.b64decode(str(one["data"])), str(one["kind"])) for one in listed if is_object(one))
