"""A declared file as a typed value, or every problem it has: each with its line and what to write instead."""

import json
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Literal, TypeGuard, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, Tag, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where, shown
from bot.domain.declared.toml import Toml
from bot.domain.declared.word import sentence, unknown
from bot.domain.errors import Misdeclared
from bot.domain.plain import is_object
from bot.domain.text import nearest

M = TypeVar("M", bound=BaseModel)

MOST_PROBLEMS = 40
"""More than these nobody reads at once."""


def fill_in(model: type[M], toml: Toml, data: Mapping[str, object] | None = None) -> M:
    """The file as a typed value; `data` stands for its content where something was merged in.

    Raises Misdeclared with every problem at once.
    """
    try:
        return model.model_validate_json(_json(toml.data if data is None else data), strict=True)
    except ValidationError as error:
        raise _refusal(toml, _problems(model, toml, error.errors(include_url=False))) from None


def misfits(model: type[BaseModel], toml: Toml) -> tuple[Misdeclared, ...]:
    """Every problem but what is missing: for a file whose gaps another file fills."""
    try:
        model.model_validate_json(_json(toml.data), strict=True)
    except ValidationError as error:
        errors = [one for one in error.errors(include_url=False) if one["type"] != "missing"]
        return tuple(_problems(model, toml, errors))
    return ()


def _json(data: Mapping[str, object]) -> bytes:
    # Validated as JSON, a list is a tuple and text an enum, but "2" is no number and 1 is not true.
    return json.dumps(data, default=str, ensure_ascii=False).encode()


def _refusal(toml: Toml, problems: list[Misdeclared]) -> Misdeclared:
    problems.sort(key=lambda one: one.line)
    more = len(problems) - MOST_PROBLEMS
    rest = [toml.wrong((), f"There are {more} more problems like these.", "Mend these first.")] if more > 0 else []
    return Misdeclared.together([*problems[:MOST_PROBLEMS], *rest])


def _problems(model: type[BaseModel], toml: Toml, errors: Iterable[ErrorDetails]) -> list[Misdeclared]:
    paths = [(error, _path_of(error)) for error in errors]
    misspelt = {_meant(model, path) for error, path in paths if error["type"] == "extra_forbidden"}
    said = (
        (error, path)
        for error, path in paths
        if not (error["type"] == "missing" and path in misspelt) and not _is_echo(error)
    )
    return [_problem(model, toml, error, path) for error, path in said]


def _is_echo(error: ErrorDetails) -> bool:
    """Whether a list only counts as too short because what stands in it does not fit, which is said already."""
    given: object = error["input"]
    return error["type"] == "too_short" and given not in ([], (), {})


def _path_of(error: ErrorDetails) -> Where:
    return tuple(error["loc"])


def _written(model: type[BaseModel], path: Where, file: object) -> Where:
    """A path as it stands in the file, which does not name the form that a section of several forms has.

    Nor does it count a section that stands alone where there may be several.
    """
    here: object = model
    written: Where = ()
    for part in path:
        alone = isinstance(part, int) and is_object(file)
        if not (_forms(here) or alone):
            written = (*written, part)
            file = file.get(part) if is_object(file) and isinstance(part, str) else _nth(file, part)
        here = _inside(here, part)
    return written


def _nth(value: object, n: str | int) -> object:
    return value[n] if is_list(value) and isinstance(n, int) and n < len(value) else None


def _meant(model: type[BaseModel], path: Where) -> Where | None:
    """What a name that is not known was probably meant to be; then that one is not also called missing."""
    meant = nearest(str(path[-1]), _fields(model, path[:-1]))
    return (*path[:-1], meant) if meant else None


def _problem(model: type[BaseModel], toml: Toml, error: ErrorDetails, full: Where) -> Misdeclared:
    path, known = _written(model, full, toml.data), _fields(model, full[:-1])
    if error["type"] == "extra_forbidden":
        return toml.wrong(path, unknown(path, [*known]))
    field = known.get(str(path[-1])) if path else None
    if error["type"] == "missing":
        what = f": {field.description}" if field and field.description else ""
        return toml.wrong(path, f"`{shown(path)}` is missing{what}.", _example(field, path))
    said = sentence(error["type"], path, error.get("ctx", {}), error["input"])
    return toml.wrong(path, said, "" if error["type"] in ("unclear", "odd") else _example(field, path))


def _example(field: FieldInfo | None, path: Where) -> str:
    if field is None:
        return ""
    inner = _bare(field.annotation)
    if get_origin(inner) is tuple and (forms := _forms(_bare(get_args(inner)[0]))):
        inner = next(iter(forms.values()))
    if _is_model(inner):
        return _sections(inner, path)
    return f"For example: {path[-1]} = {field.examples[0]}" if field.examples else ""


def _sections(model: type[BaseModel], path: Where) -> str:
    """Which section to add, and what it needs."""
    needs = {name: _bare(field.annotation) for name, field in _by_alias(model).items() if field.is_required()}
    inner = [f"[{shown((*path, name))}]" for name, one in needs.items() if _is_model(one)]
    plain = ", ".join(name for name, one in needs.items() if not _is_model(one))
    if inner:
        return f"Add {' and '.join(inner)}."
    return f"Add a section [{shown(path)}]{f' with {plain}' if plain else ''}."


# --- looking into models ------------------------------------------------------------------------------------


def _fields(model: type[BaseModel], path: Where) -> Mapping[str, FieldInfo]:
    """The settings that a section has, by the names that files use."""
    here: object = model
    for part in path:
        here = _inside(here, part)
    return _by_alias(here) if _is_model(here) else {}


def _inside(annotation: object, part: str | int) -> object:
    """What stands one name, or one place of a list, deeper."""
    if _is_model(annotation) and issubclass(annotation, RootModel):
        annotation = _bare(annotation.model_fields["root"].annotation)
    if _is_model(annotation):
        field = _by_alias(annotation).get(str(part))
        return _bare(field.annotation) if field else None
    if forms := _forms(annotation):
        return forms.get(str(part))
    of = get_args(annotation)
    return _bare(of[0] if get_origin(annotation) is tuple else of[-1]) if of else None


def _by_alias(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _forms(annotation: object) -> Mapping[str, type[BaseModel]]:
    """The forms that a section may have, each by the word in the file that says so."""
    if get_origin(annotation) not in (Union, UnionType):
        return {}
    models = [(arg, one) for arg in get_args(annotation) if _is_model(one := _bare(arg))]
    return {word: one for arg, one in models for word in _words_of(arg, one)} if len(models) > 1 else {}


def _words_of(annotation: object, model: type[BaseModel]) -> tuple[str, ...]:
    tags = tuple(one.tag for one in get_args(annotation) if isinstance(one, Tag))
    if tags:
        return tags
    fields = (_bare(field.annotation) for field in model.model_fields.values())
    return next((get_args(one) for one in fields if get_origin(one) is Literal), ())


def _bare(annotation: object) -> object:
    """An annotation without what stands around it: `Map` of `Map | None`."""
    while get_origin(annotation) in (Annotated, Union, UnionType) and not _forms(annotation):
        annotation = next((arg for arg in get_args(annotation) if arg is not type(None)), None)
    return annotation
