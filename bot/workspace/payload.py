"""JSON as it goes over the wire: opaque here, so its values are anything."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
