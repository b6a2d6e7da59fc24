"""Versions of what owners change without a deploy; none is ever changed or forgotten."""

from dataclasses import replace
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select

from bot.adapters.store.codec import moment, written
from bot.adapters.store.statement import Row, Statement, insert_of
from bot.adapters.store.tables import VERSION
from bot.adapters.store.unit import Unit
from bot.ports.version import Version, VersionKind


def newest_first(kind: "str | BindParameter[str]", name: "str | BindParameter[str]") -> Select[Any]:
    """The versions of one thing."""
    return select(VERSION).where(VERSION.c.kind == kind, VERSION.c.name == name).order_by(VERSION.c.n.desc())


_HISTORY = Statement(newest_first(bindparam("kind"), bindparam("name")))
_CURRENT = Statement(newest_first(bindparam("kind"), bindparam("name")).limit(1))
_BY_DIGEST = Statement(
    select(VERSION)
    .where(VERSION.c.kind == bindparam("kind"), VERSION.c.digest == bindparam("digest"))
    .order_by(VERSION.c.at.desc(), VERSION.c.n.desc())
    .limit(1)
)
_ADD = Statement(insert_of(VERSION))


def version_of(row: Row) -> Version:
    """A version as it was stored."""
    kind, name, n, digest, text, at, by, why, diff = row
    return Version(
        kind=VersionKind(kind), name=name, n=n, digest=digest, text=text, at=moment(at), by=by, why=why, diff=diff
    )


class SqlVersions:
    """`Versions`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def current(self, kind: VersionKind, name: str) -> Version | None:
        row = self._unit.link.row(_CURRENT, kind=kind.value, name=name)
        return version_of(row) if row else None

    def add(self, version: Version) -> Version:
        before = self.current(version.kind, version.name)
        added = replace(version, n=before.n + 1 if before else 1)
        self._unit.link.change(
            _ADD,
            kind=added.kind.value,
            name=added.name,
            n=added.n,
            digest=added.digest,
            text=added.text,
            at=written(added.at),
            by=added.by,
            why=added.why,
            diff=added.diff,
        )
        return added

    def history(self, kind: VersionKind, name: str) -> tuple[Version, ...]:
        return tuple(version_of(row) for row in self._unit.link.rows(_HISTORY, kind=kind.value, name=name))

    def by_digest(self, kind: VersionKind, digest: str) -> Version | None:
        row = self._unit.link.row(_BY_DIGEST, kind=kind.value, digest=digest)
        return version_of(row) if row else None
