"""Measurements of this bot beside other engines on one machine, as ratios: `python -m benchmarks --help`.

Every module here that has a function `compare(effort: Effort) -> Table` is a benchmark, known by its name.
"""
