"""The form of an answer, from the JSON Schema of its type: what each field may hold, down to its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeGuard

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.domain.intent import Fact
from bot.domain.plain import Plain, is_object


class Kind(StrEnum):
    """What sort of value a place holds."""

    OBJECT = "object"
    LIST = "list"
    TABLE = "table"
    CHOICE = "choice"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"
    """A number with a fraction, as JSON has it."""
    DECIMAL = "decimal"
    """The same, carried as text."""
    TEXT = "text"
    NOTHING = "nothing"
    EITHER = "either"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a value has to keep to."""

    least: Decimal | None = None
    most: Decimal | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    step: Decimal | None = None
    places: int | None = None
    digits: int | None = None
    shortest: int = 0
    """Letters of a text, items of a list."""
    longest: int | None = None
    pattern: str = ""
    format: str = ""
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What one place of an answer may hold."""

    kind: Kind
    limits: Limits = Limits()
    choices: tuple[Plain, ...] = ()
    names: tuple[str, ...] = ()
    """What code calls the choices, where it has names for them."""
    default: Plain = None
    optional: bool = False
    """It may be left out."""
    fields: Mapping[str, "Shape"] = field(default_factory=dict[str, "Shape"])
    parts: tuple["Shape", ...] = ()
    """The alternatives of an EITHER, the places of a tuple."""
    items: "Shape | None" = None
    name: str = ""
    """Which definition a REFERENCE means."""


@dataclass(frozen=True, slots=True)
class Form:
    """The shape of a whole answer, and the definitions it refers to."""

    shape: Shape
    definitions: Mapping[str, Shape]

    def look_up(self, shape: Shape) -> Shape:
        """The shape itself, where this one only refers to it."""
        return self.definitions[shape.name] if shape.kind is Kind.REFERENCE else shape


@lru_cache(maxsize=256)
def form_of(fact: type[Fact]) -> Form:
    """The form of a type of fact."""
    schema: dict[str, object] = fact.model_json_schema(schema_generator=_Generator)
    definitions = _table(schema.get("$defs"))
    return Form(_shape(schema), {name: _shape(_table(one)) for name, one in definitions.items()})


class _Generator(GenerateJsonSchema):
    """Keeps what JSON Schema would lose: the limits of a Decimal, the names of an enum's members."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        limits = {
            "minimum": schema.get("ge"),
            "maximum": schema.get("le"),
            "exclusiveMinimum": schema.get("gt"),
            "exclusiveMaximum": schema.get("lt"),
            "multipleOf": schema.get("multiple_of"),
            "places": schema.get("decimal_places"),
            "digits": schema.get("max_digits"),
        }
        return {"type": "decimal", **{name: limit for name, limit in limits.items() if limit is not None}}

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        members = {"names": [member.name for member in schema["members"]]}
        return super().enum_schema(schema) | members


_SCALARS: Mapping[str, Kind] = {
    "string": Kind.TEXT,
    "integer": Kind.WHOLE,
    "number": Kind.NUMBER,
    "decimal": Kind.DECIMAL,
    "boolean": Kind.FLAG,
    "null": Kind.NOTHING,
}


def _shape(schema: Mapping[str, object], *, optional: bool = False) -> Shape:
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        return Shape(Kind.REFERENCE, name=name, default=_plain(schema.get("default")), optional=optional)
    kind = _kind(schema)
    return Shape(
        kind=kind,
        limits=_limits(schema),
        choices=_choices(schema),
        names=tuple(str(name) for name in _list(schema.get("names"))),
        default=_plain(schema.get("default")),
        optional=optional,
        fields=_fields(schema) if kind is Kind.OBJECT else {},
        parts=tuple(_shape(_table(one)) for key in ("anyOf", "oneOf", "prefixItems") for one in _list(schema.get(key))),
        items=_items(schema, "additionalProperties" if kind is Kind.TABLE else "items"),
    )


def _kind(schema: Mapping[str, object]) -> Kind:
    if "enum" in schema or "const" in schema:
        return Kind.CHOICE
    if "anyOf" in schema or "oneOf" in schema:
        return Kind.EITHER
    match schema.get("type"):
        case "object":
            return Kind.OBJECT if "properties" in schema or not schema.get("additionalProperties") else Kind.TABLE
        case "array":
            return Kind.LIST
        case kind:
            return _SCALARS.get(str(kind), Kind.TEXT)


def _fields(schema: Mapping[str, object]) -> dict[str, Shape]:
    required = _list(schema.get("required"))
    properties = _table(schema.get("properties"))
    return {name: _shape(_table(one), optional=name not in required) for name, one in properties.items()}


def _items(schema: Mapping[str, object], key: str) -> Shape | None:
    inner = schema.get(key)
    return _shape(inner) if is_object(inner) else None


def _choices(schema: Mapping[str, object]) -> tuple[Plain, ...]:
    values = [schema["const"]] if "const" in schema else _list(schema.get("enum"))
    return tuple(_plain(value) for value in values)


def _limits(schema: Mapping[str, object]) -> Limits:
    number = {name: Decimal(str(value)) for name, value in schema.items() if _is_number(value) or name == "multipleOf"}
    sizes = {name: int(value) for name, value in number.items() if value == value.to_integral_value()}
    return Limits(
        least=number.get("minimum"),
        most=number.get("maximum"),
        above=number.get("exclusiveMinimum"),
        below=number.get("exclusiveMaximum"),
        step=number.get("multipleOf"),
        places=sizes.get("places"),
        digits=sizes.get("digits"),
        shortest=max(sizes.get(name, 0) for name in ("minLength", "minItems", "minProperties")),
        longest=next((sizes[name] for name in ("maxLength", "maxItems", "maxProperties") if name in sizes), None),
        pattern=str(schema.get("pattern", "")),
        format=str(schema.get("format", "")),
        unique=schema.get("uniqueItems") is True,
    )


def _is_number(value: object) -> TypeGuard[int | float | Decimal]:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _list(value: object) -> list[object]:
    return value if _is_list(value) else []


def _table(value: object) -> dict[str, object]:
    return value if is_object(value) else {}


def _plain(value: object) -> Plain:
    """A value of a schema; one with a fraction is not plain and counts as none."""
    if is_object(value):
        return {key: _plain(one) for key, one in value.items()}
    if _is_list(value):
        return [_plain(one) for one in value]
    return value if isinstance(value, (str, int)) else None
