"""A workflow's Python file, loaded by its path. Whatever is wrong with it is said with its line and a mend."""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, TracebackType

from bot.domain.errors import Misdeclared
from bot.domain.workflow import Definition, Workflow

_MAY_USE = "A workflow may use bot.authoring, bot.intents, pydantic and what is pure in the standard library."


def load(folder: Path, package: str) -> tuple[Definition, ModuleType]:
    """The workflow of a folder and the module with its functions. Raises Misdeclared where it does not load."""
    file = folder / "__init__.py"
    if not folder.name.isidentifier():
        mend = "Use small letters, digits and _, beginning with a letter."
        raise Misdeclared(f"“{folder.name}” cannot be the name of a workflow.", file=str(folder), mend=mend)
    tree = _parsed(file)
    problems = [*_steps_given_twice(tree, str(file))]
    if problems:
        raise Misdeclared.together(problems)
    module = _run(folder, file, f"{package}.{folder.name}")
    return _definition(module, tree, str(file)), module


def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes(), filename=str(file))
    except SyntaxError as error:
        line = error.lineno or 0
        raise Misdeclared(f"This is not Python: {error.msg}.", file=str(file), line=line, mend="Mend it.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise Misdeclared(f"This cannot be read as Python: {error}.", file=str(file)) from None


def _steps_given_twice(tree: ast.Module, file: str) -> Iterator[Misdeclared]:
    """Python would keep the second of two attributes and forget the first without a word."""
    for cls in tree.body:
        if not isinstance(cls, ast.ClassDef) or not any(
            isinstance(b, ast.Name) and b.id == "Workflow" for b in cls.bases
        ):
            continue
        seen: dict[str, int] = {}
        for name, line in _given(cls):
            if name in seen:
                said = f"The step “{name}” stands here a second time; the first is in line {seen[name]}."
                yield Misdeclared(said, file=file, line=line, mend="Give one of them another name.")
            seen.setdefault(name, line)


def _given(cls: ast.ClassDef) -> Iterator[tuple[str, int]]:
    for node in cls.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        yield from ((target.id, node.lineno) for target in targets if isinstance(target, ast.Name))


def _run(folder: Path, file: Path, name: str) -> ModuleType:
    """Run the file as a module of its own; files beside it can be imported from it."""
    for old in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[old]
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise Misdeclared("This cannot be loaded.", file=str(file))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _why_not(error, folder) from error
    return module


def _why_not(error: BaseException, folder: Path) -> Misdeclared:
    if isinstance(error, Misdeclared):
        return error
    file, line = _place(error, folder)
    match error:
        case SyntaxError():
            said, mend = f"This is not Python: {error.msg}.", "Mend it."
            file, line = error.filename or file, error.lineno or line
        case ImportError():
            said, mend = f"{str(error).rstrip('.')}.", _MAY_USE
        case NameError():
            said, mend = (
                f"“{error.name}” is not known here.",
                "A step can use the steps above it, and what is imported.",
            )
        case TypeError() if "version" in str(error):
            said, mend = "The workflow has no version.", "Write: class Name(Workflow, version=1)."
        case _:
            said, mend = f"This does not load: {type(error).__name__}: {error}.", ""
    return Misdeclared(said, file=file, line=line, mend=mend)


def _place(error: BaseException, folder: Path) -> tuple[str, int]:
    """The last line of the workflow's own files that was reached."""
    place = (str(folder / "__init__.py"), 0)
    at: TracebackType | None = error.__traceback__
    while at is not None:
        file = at.tb_frame.f_code.co_filename
        place = (file, at.tb_lineno) if Path(file).parent == folder else place
        at = at.tb_next
    return place


def _definition(module: ModuleType, tree: ast.Module, file: str) -> Definition:
    found = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Workflow) and one.__module__ == module.__name__
    ]
    if len(found) != 1:
        said = "No workflow stands in this file." if not found else "More than one workflow stands in this file."
        mend = "Write one class that is a Workflow: class Name(Workflow, version=1)."
        raise Misdeclared(said, file=file, mend=mend)
    definition = found[0].definition
    if not definition.steps:
        line = next((node.lineno for node in tree.body if isinstance(node, ast.ClassDef)), 0)
        raise Misdeclared("This workflow has no steps.", file=file, line=line, mend="Begin with a trigger.")
    return definition
