"""`python -m benchmarks`: finds the benchmarks by name, runs them, shows their tables."""

import argparse
import importlib
import pkgutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import benchmarks
from benchmarks.measure import machine
from benchmarks.prepare import ROOT, prepared
from benchmarks.report import Effort, Table, markdown, write

Compare = Callable[[Effort], Table]


def main() -> None:
    """Run what the command line names, or everything."""
    known = discover()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the engine beside others.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run (all of them): {', '.join(known)}")
    parser.add_argument("--quick", action="store_true", help="one short round: does it run, not how fast")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write JSON into FILE and Markdown beside it")
    parser.add_argument("--prepare", action="store_true", help="only install the anchors' environment")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are: {', '.join(known)}")
    if asked.prepare:
        prepared()
    else:
        run({name: known[name] for name in asked.names or known}, quick=asked.quick, out=asked.out)


def discover() -> dict[str, Compare]:
    """Every module of this package that can compare, by its name."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.ispkg]
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names if name != "__main__"}
    return {name: module.compare for name, module in modules.items() if hasattr(module, "compare")}


def run(chosen: Mapping[str, Compare], *, quick: bool, out: Path | None) -> None:
    """Run benchmarks in a folder of the repository, gone afterwards: /tmp may be memory, where nothing is durable."""
    (ROOT / "build").mkdir(exist_ok=True)
    tables: dict[str, Table] = {}
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="bench-") as scratch:
        effort = Effort(rounds=1 if quick else 5, runs=60 if quick else 400, scratch=Path(scratch))
        measured_on = machine(effort.scratch)
        print(f"Measured on {measured_on}.\n", flush=True)
        for name, compare in chosen.items():
            tables[name] = compare(effort)
            print(markdown(tables[name]), flush=True)
    if out:
        write(out, tables, measured_on=measured_on)


if __name__ == "__main__":
    main()
