"""A workflow's Python file, loaded by its path. Whatever is wrong with it is said with its line and a mend."""

import ast
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType, TracebackType

from bot.adapters.library.file import read_bytes
from bot.domain.errors import Misdeclared
from bot.domain.text import one_line, visible
from bot.domain.workflow import Definition, Workflow

_MAY_USE = "A workflow may use bot.authoring, bot.intents, pydantic and what is pure in the standard library."
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WRITE = "Write: class Name(Workflow, version=1)."
MOST_BYTES = 1_000_000
LARGEST_VERSION = 1_000_000
LONGEST_REASON = 300


def load(folder: Path, package: str) -> tuple[Definition, ModuleType]:
    """The workflow of a folder and the module with its functions. Raises Misdeclared where it does not load."""
    file = folder / "__init__.py"
    if not _NAME.fullmatch(folder.name):
        said = f"“{one_line(folder.name, 60)}” cannot be the name of a workflow."
        mend = "Use small letters, digits and _, beginning with a letter; at most 40."
        raise Misdeclared(said, file=visible(str(folder)), mend=mend)
    tree = _parsed(file)
    problems = [*_given_twice(tree, str(file))]
    if problems:
        raise Misdeclared.together(problems)
    module = _run(folder, file, f"{package}.{folder.name}")
    return _definition(module, tree, str(file)), module


def _parsed(file: Path) -> ast.Module:
    raw = read_bytes(file, most=MOST_BYTES)
    try:
        return ast.parse(raw, filename=str(file))
    except SyntaxError as error:
        line = error.lineno or 0
        raise Misdeclared(f"This is not Python: {error.msg}.", file=str(file), line=line, mend="Mend it.") from None
    except ValueError as error:
        raise Misdeclared(f"This cannot be read as Python: {_text_of(error)}.", file=str(file)) from None
    except (RecursionError, MemoryError):  # so Python says that brackets, signs or calls have no end
        said, mend = "This cannot be read as Python: it is nested too deep.", "Take some of it apart."
        raise Misdeclared(said, file=str(file), mend=mend) from None


def _given_twice(tree: ast.Module, file: str) -> Iterator[Misdeclared]:
    """Python would keep the second of two and forget the first without a word: a step, or a rule of the brief."""
    plain = [one for one in tree.body if isinstance(one, ast.FunctionDef) and not one.decorator_list]
    yield from _twice("function", [(one.name, one.lineno) for one in plain], file)
    for cls in tree.body:
        if isinstance(cls, ast.ClassDef) and "Workflow" in map(last_name, cls.bases):
            yield from _twice("step", _given(cls), file)


def last_name(base: ast.expr) -> str:
    """A base of a class without the module it stands in: `Workflow` of `authoring.Workflow`."""
    return base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""


def _twice(what: str, given: Iterable[tuple[str, int]], file: str) -> Iterator[Misdeclared]:
    seen: dict[str, int] = {}
    for name, line in given:
        if name in seen:
            said = f"The {what} “{name}” stands here a second time; the first is in line {seen[name]}."
            yield Misdeclared(said, file=file, line=line, mend="Give one of them another name.")
        seen.setdefault(name, line)


def _given(cls: ast.ClassDef) -> Iterator[tuple[str, int]]:
    for node in cls.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        yield from ((target.id, node.lineno) for target in targets if isinstance(target, ast.Name))


class _AsWritten(SourceFileLoader):
    """Runs what stands in a file now. What Python keeps compiled is told by second and size alone, and may be older."""

    def get_code(self, fullname: str) -> CodeType:
        file = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(file), file)
        return code


def _run(folder: Path, file: Path, name: str) -> ModuleType:
    """Run the file as a module of its own; files beside it can be imported from it."""
    for old in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[old]
    own = str(folder)
    sys.path_importer_cache[own] = FileFinder(own, (_AsWritten, SOURCE_SUFFIXES))
    loader = _AsWritten(name, str(file))
    spec = importlib.util.spec_from_file_location(name, file, loader=loader, submodule_search_locations=[own])
    if spec is None:
        raise Misdeclared("This cannot be loaded.", file=str(file))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException as error:
        sys.modules.pop(name, None)
        if isinstance(error, KeyboardInterrupt):
            raise
        raise _why_not(error, folder) from error
    return module


def _why_not(error: BaseException, folder: Path) -> Misdeclared:
    if isinstance(error, Misdeclared):
        return error
    file, line = _place(error, folder)
    match error:
        case SyntaxError():
            said, mend = f"This is not Python: {error.msg}.", "Mend it."
            if error.filename and _is_own(Path(error.filename), folder):
                file, line = error.filename, error.lineno or line
        case ImportError() if said := _text_of(error).rstrip("."):
            said, mend = f"{said}.", _MAY_USE
        case NameError(name=str(name)):
            said, mend = f"“{name}” is not known here.", "A step can use the steps above it, and what is imported."
        case TypeError() if "version" in _text_of(error):
            said, mend = "The workflow has no version.", _WRITE
        case _:
            why = ": ".join(filter(None, (type(error).__name__, _text_of(error))))
            said, mend = f"This does not load: {why}.", ""
    return Misdeclared(said, file=file, line=line, mend=mend)


def _text_of(error: BaseException) -> str:
    """What an error says, whatever its author made of that, on one line."""
    try:
        return one_line(str(error), LONGEST_REASON)
    except Exception:
        return "it does not say why"


def _place(error: BaseException, folder: Path) -> tuple[str, int]:
    """The last line of the workflow's own files that was reached."""
    place = (str(folder / "__init__.py"), 0)
    at: TracebackType | None = error.__traceback__
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        place = (str(folder / file.name), at.tb_lineno) if _is_own(file, folder) else place
        at = at.tb_next
    return place


def _is_own(file: Path, folder: Path) -> bool:
    """Text that was run without a file is called “<string>”, which would stand in whatever folder we are in."""
    return file.suffix == ".py" and file.resolve().parent == folder.resolve()


def _definition(module: ModuleType, tree: ast.Module, file: str) -> Definition:
    own = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
    found = list(dict.fromkeys(one for one in own if issubclass(one, Workflow)))
    lines = {node.name: node.lineno for node in tree.body if isinstance(node, ast.ClassDef)}
    line = lines.get(found[-1].__name__, 0) if found else 0
    if len(found) != 1:
        said = "No workflow stands in this file." if not found else "More than one workflow stands in this file."
        mend = "Write one class that is a Workflow: class Name(Workflow, version=1)."
        raise Misdeclared(said, file=file, line=line, mend=mend)
    definition = found[0].definition
    if type(definition.version) is not int or not 1 <= definition.version <= LARGEST_VERSION:
        said = f"The version of a workflow is a whole number from 1 on, not {one_line(repr(definition.version), 40)}."
        raise Misdeclared(said, file=file, line=line, mend=_WRITE)
    if not definition.steps:
        raise Misdeclared("This workflow has no steps.", file=file, line=line, mend="Begin with a trigger.")
    return definition
