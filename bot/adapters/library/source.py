"""What a function does, as text that only a change of meaning changes: no comments, no layout, no docstrings.

A function is taken together with everything of its own file that it uses, so that a changed helper shows as well.
"""

import ast
import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary


class Sources:
    """Reads and parses each file once, and again where it has changed."""

    def __init__(self) -> None:
        self._trees: dict[str, ast.Module] = {}
        self._tops: dict[str, Mapping[str, ast.stmt]] = {}
        self._stamps: dict[str, tuple[int, int, int]] = {}
        self._forms: WeakKeyDictionary[ast.AST, str] = WeakKeyDictionary()

    def of(self, thing: Callable[..., Any] | type) -> str:
        """The normal form of a function or class; its name where there is no source to read."""
        file = _file_of(thing)
        tree = self._tree(file) if file else None
        node = _node_of(thing, tree) if tree else None
        if node is None:
            return f"{thing.__module__}.{getattr(thing, '__qualname__', type(thing).__qualname__)}"
        used = _used(node, self._tops[file])
        return "\n".join([self._form(node), *(self._form(one) for one in used if one is not node)])

    def _form(self, node: ast.AST) -> str:
        """The normal form of a piece of a file; many steps use the same pieces."""
        if node not in self._forms:
            self._forms[node] = _normal(node)
        return self._forms[node]

    def _tree(self, file: str) -> ast.Module | None:
        try:
            seen = os.stat(file)
            stamp = seen.st_mtime_ns, seen.st_size, seen.st_ino
            if self._stamps.get(file) != stamp:
                with open(file, "rb") as text:
                    tree = ast.parse(text.read(), filename=file)
                self._trees[file], self._tops[file], self._stamps[file] = tree, dict(_tops(tree)), stamp
        except (OSError, SyntaxError, ValueError):
            return None
        return self._trees[file]


def _file_of(thing: object) -> str:
    if isinstance(thing, FunctionType):
        return thing.__code__.co_filename
    try:
        return (inspect.getsourcefile(thing) or "") if isinstance(thing, type) else ""
    except TypeError:
        return ""


def _node_of(thing: object, tree: ast.Module) -> ast.AST | None:
    if isinstance(thing, type):
        classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
        return next((node for node in classes if node.name == thing.__name__), None)
    if not isinstance(thing, FunctionType):
        return None
    return next((node for node in ast.walk(tree) if _is_code_of(node, thing)), None)


def _is_code_of(node: ast.AST, function: FunctionType) -> bool:
    code = function.__code__
    if isinstance(node, ast.Lambda):
        # Two lambdas may share a line; each has an instruction where its body begins.
        body = (node.body.lineno, node.body.col_offset)
        return any((line, column) == body for line, _, column, _ in code.co_positions())
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return node.name == code.co_name and first == code.co_firstlineno


def _tops(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """What a file defines, by name."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node
            case ast.Assign(targets=targets):
                yield from ((target.id, node) for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node
            case _:
                pass


def _used(node: ast.AST, tops: Mapping[str, ast.stmt]) -> list[ast.stmt]:
    """Everything of the file that a piece of it uses, directly or not, in the order of the file."""
    found: set[str] = set()
    todo = [node]
    while todo:
        names = {one.id for one in ast.walk(todo.pop()) if isinstance(one, ast.Name)}
        fresh = (names & tops.keys()) - found
        found |= fresh
        todo += [tops[name] for name in fresh]
    return list(dict.fromkeys(one for name, one in tops.items() if name in found))


def _normal(node: ast.AST) -> str:
    return ast.unparse(_WithoutDocstrings().visit(ast.parse(ast.unparse(node))))


class _WithoutDocstrings(ast.NodeTransformer):
    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
        return node
