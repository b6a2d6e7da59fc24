"""An intent is a change to one external system as plain data. Code builds it, a person approves it, once it runs."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Generic, Self, TypeVar, Unpack

from pydantic import BaseModel, ConfigDict

from bot.domain.plain import Plain, canonical


class Fact(BaseModel):
    """A typed, frozen value that a step gives."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=False, ser_json_bytes="base64", hide_input_in_errors=True
    )


class Risk(StrEnum):
    """What kind of damage a wrong intent of this type can do."""

    ROUTINE = "routine"
    CUSTOMER_MESSAGE = "customer message"
    BILLING = "billing or account status"
    DELETE_OR_MERGE = "delete or merge"
    COMPLIANCE = "compliance"
    PAYMENT = "refund or payment"
    LEGAL_DOCUMENT = "legal document"
    INCIDENT = "incident coordination"
    AMBIGUOUS_POLICY = "ambiguous policy"
    ONE_OFF_FINANCIAL = "one-off financial adjustment"


AVOID_EARLY = frozenset(
    {
        Risk.CUSTOMER_MESSAGE,
        Risk.BILLING,
        Risk.DELETE_OR_MERGE,
        Risk.COMPLIANCE,
        Risk.PAYMENT,
        Risk.LEGAL_DOCUMENT,
    }
)
"""Never automatic without a recorded override."""

HUMAN_ONLY = frozenset({Risk.INCIDENT, Risk.AMBIGUOUS_POLICY, Risk.ONE_OFF_FINANCIAL})
"""Never executed by the engine at all."""

SPECIALIST = frozenset({Risk.LEGAL_DOCUMENT, Risk.ONE_OFF_FINANCIAL})
"""Only a specialist reviewer may approve these."""


class Receipt(Fact):
    """What an executed intent brought back."""

    id: str
    """The external id."""
    link: str | None = None
    undo: dict[str, str] = {}
    """What the system needs to know to take it back."""


class Promised(Fact):
    """An id that an earlier intent of the same plan will bring back."""

    step: str


class Intent(BaseModel):
    """A typed change to one external system.

    A subclass says which system and record it touches, what a mistake costs and how it is taken back:

        class SendReply(Intent, system="helpdesk", target="ticket_id", risk=Risk.CUSTOMER_MESSAGE,
                        cannot_be_undone="The customer has read it."):
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    system: ClassVar[str] = ""
    target: ClassVar[str] = ""
    risk: ClassVar[Risk | None] = None
    identifiers: ClassVar[frozenset[str]] = frozenset()
    cannot_be_undone: ClassVar[str] = ""

    def __init_subclass__(
        cls,
        *,
        system: str = "",
        target: str = "",
        risk: Risk | None = None,
        identifiers: tuple[str, ...] = (),
        cannot_be_undone: str = "",
        **config: Unpack[ConfigDict],
    ) -> None:
        super().__init_subclass__(**config)
        cls.system = system
        cls.target = target
        cls.risk = risk
        cls.identifiers = frozenset({*identifiers, target} - {""})
        cls.cannot_be_undone = cannot_be_undone

    def undone_by(self, receipt: Receipt) -> "Intent | None":
        """The intent that takes this one back; None where the type says it cannot be undone."""
        del receipt
        return None

    @classmethod
    def kind(cls) -> str:
        """The name briefs and records use: `helpdesk.SendReply`."""
        return f"{cls.system}.{cls.__name__}"

    @classmethod
    def reversible(cls) -> bool:
        return cls.undone_by is not Intent.undone_by

    def record(self) -> str:
        """The external record this changes: `helpdesk:T-1001`."""
        value: object = getattr(self, self.target, "")
        return f"{self.system}:{value.step + '?' if isinstance(value, Promised) else value}"

    def resolve(self, ids: Mapping[str, str]) -> Self:
        """The same intent with every promised id filled in."""
        promised = {name: ids[value.step] for name, value in self if isinstance(value, Promised)}
        return type(self).model_validate({**self.model_dump(), **promised}) if promised else self


I_co = TypeVar("I_co", bound=Intent, covariant=True)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One intent of a gate, as stored: the step that built it, its kind, its exact data."""

    step: str
    kind: str
    data: dict[str, Plain]


class Plan(Generic[I_co]):
    """Two to ten intents under one gate. Exists for the type checkers; at run time it is a tuple of proposals."""


def digest_of(proposals: tuple[Proposal, ...]) -> str:
    """What is approved and what is executed, in 64 hex digits."""
    return hashlib.sha256(canonical([[p.step, p.kind, p.data] for p in proposals])).hexdigest()


def key_of(*, run: str, step: str, digest: str, n: int) -> str:
    """The idempotency key. Derived, so that a restored backup repeats nothing."""
    return hashlib.sha256(canonical([run, step, digest, n])).hexdigest()[:40]
