"""Does a function of a workflow look pure? Read from its byte code, so that nothing is opened and nothing is run.

Python cannot prove it; what is found here is what people do by mistake: the clock, chance, files, a list that changes.
"""

import dis
import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType

_PUTS_OFF = {
    inspect.CO_COROUTINE: "waits (`async`)",
    inspect.CO_GENERATOR: "gives its values one by one (`yield`)",
    inspect.CO_ASYNC_GENERATOR: "waits (`async`) and gives its values one by one (`yield`)",
}
_WORLDLY_CALLS = frozenset("breakpoint compile eval exec globals input open print setattr __import__".split())
_WORLDLY_MODULES = frozenset(
    "asyncio http io logging os pathlib random requests secrets shutil socket sqlite3 subprocess sys tempfile"
    " threading time urllib".split()
)
_CLOCKS = frozenset("now utcnow today uuid1 uuid4".split())
_TELL_TIME = frozenset({"datetime", "uuid"})
_CHANGES = (list, dict, set, bytearray)


def impurities(function: Callable[..., object]) -> tuple[str, ...]:
    """What a function does that a pure one does not, in words: `calls open`. None where nothing was found."""
    if not isinstance(function, FunctionType):
        return ("is not a plain function",)
    puts_off = [words for flag, words in _PUTS_OFF.items() if function.__code__.co_flags & flag]
    return tuple(dict.fromkeys([*puts_off, *_impurities(function, set())]))


def _impurities(function: FunctionType, seen: set[FunctionType]) -> Iterator[str]:
    if function in seen:
        return
    seen.add(function)
    known = _known(function)
    for code in _codes(function.__code__):
        yield from _in_code(code, known)
        for name in code.co_names:
            used = known.get(name)
            if isinstance(used, FunctionType) and used.__module__ == function.__module__:
                yield from _impurities(used, seen)


def _known(function: FunctionType) -> dict[str, object]:
    """What the names outside the function stand for."""
    known: dict[str, object] = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            known[name] = cell.cell_contents
        except ValueError:  # not filled in yet: a name that is set further down
            known[name] = None
    return known


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _in_code(code: CodeType, known: dict[str, object]) -> Iterator[str]:
    tells_time = False
    for step in dis.get_instructions(code):
        name = str(step.argval)
        match step.opname:
            case "IMPORT_NAME":
                yield f"imports {name}"
            case "STORE_GLOBAL" | "DELETE_GLOBAL" | "STORE_DEREF" if name not in code.co_cellvars:
                yield f"changes {name}, which is not its own"
            case "LOAD_GLOBAL" | "LOAD_NAME" | "LOAD_DEREF" | "LOAD_CLASSDEREF":
                tells_time = tells_time or _module(known.get(name)) in _TELL_TIME
                yield from _outside(name, known) if name not in code.co_cellvars else ()
            case "LOAD_ATTR" | "LOAD_METHOD" if tells_time and name in _CLOCKS:
                yield f"asks for the time or for chance (`{name}`)"
            case _:
                pass


def _outside(name: str, known: dict[str, object]) -> Iterator[str]:
    value = known.get(name)
    if name in _WORLDLY_CALLS and name not in known:
        yield f"calls {name}"
    elif isinstance(value, ModuleType) and value.__name__.partition(".")[0] in _WORLDLY_MODULES:
        yield f"uses {value.__name__}"
    elif isinstance(value, _CHANGES) and not name.isupper():
        yield f"rests on {name}, which can change"


def _module(value: object) -> str:
    """The module a name stands for, or comes from."""
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
    return str(name)
