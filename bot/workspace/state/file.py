"""Files: asked for, filled, shared."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class File:
    """One file. It has no content before it was uploaded, and stands in no channel before it was shared."""

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    created: int
    size: int = 0
    data: bytes | None = None
    app: str = ""
    key: str = ""
    """The unguessable part of its address."""
    channels: list[str] = field(default_factory=list[str])
    complete: bool = False
