"""A read of an external system, as plain data."""

from typing import Generic, Never, TypeVar

from bot.domain.intent import Fact

A_contra = TypeVar("A_contra", bound=Fact, contravariant=True)
R_co = TypeVar("R_co", bound=Fact, covariant=True)


class Lookup(Generic[A_contra, R_co]):
    """A read of one external system, as plain data. `witnessed` are the fields a decision may rest on.

    One that `chooses` is answered by the bot itself: where it chooses anew, what was built on it is built anew.
    """

    __slots__ = ("chooses", "gives", "name", "system", "takes", "witnessed")

    def __init__(
        self,
        system: str,
        name: str,
        *,
        takes: type[A_contra],
        gives: type[R_co],
        witnessed: tuple[str, ...] = (),
        chooses: bool = False,
    ) -> None:
        self.system = system
        self.name = name
        self.takes: type[Fact] = takes
        self.gives: type[Fact] = gives
        self.witnessed = witnessed or tuple(gives.model_fields)
        self.chooses = chooses

    @property
    def kind(self) -> str:
        """The name briefs use: `helpdesk.account_of`."""
        return f"{self.system}.{self.name}"


AnyLookup = Lookup[Never, Fact]
"""Some lookup: what it takes is not known here, so nothing can be handed to it by mistake."""
