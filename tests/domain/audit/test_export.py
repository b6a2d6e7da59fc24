"""An export is checked by a program of its own, which shares no line with ours."""

import ast
import copy
import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit import export
from bot.domain.audit.checkpoint import write_checkpoint
from bot.domain.audit.entry import EntryKind, Field, FieldKind
from bot.domain.audit.export import export_lines, neutralise
from bot.domain.audit.keys import mark_of
from bot.domain.audit.tree import Frontier
from bot.domain.audit.verify import StoredField
from tests.domain.audit.record import (
    KEY,
    ORIGIN,
    Record,
    a_bare_entry,
    a_full_entry,
    a_record,
    a_young_record,
    recompute,
)
from tests.naughty import every_injection

VERIFIER = Path(export.__file__).parent / "standalone" / "verify_export.py"
WHOLE = a_record()
ANCHOR = WHOLE.anchors[0]


def exported(
    record: Record = WHOLE,
    *,
    pii: bool = False,
    earlier: Sequence[str] | None = None,
    starts: Mapping[str, tuple[int, bytes]] | None = None,
) -> list[str]:
    def is_shown(field: StoredField) -> bool:
        return pii or field.kind is not FieldKind.PII

    lines = export_lines(
        record.exported(),
        checkpoint=record.checkpoints[-1],
        subtree=record.subtree(),
        is_shown=is_shown,
        earlier=record.checkpoints[:-1] if earlier is None else earlier,
        starts=starts,
    )
    return list(lines)


class Verifier:
    """Runs the program as an auditor would: isolated, without our packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = self.file("audit.key", KEY.hex() + "\n")

    def file(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8", newline="")
        return str(self.folder / name)

    def __call__(self, lines: list[str], *options: str, anchor: str | None = None) -> tuple[int, str]:
        arguments = [self.file("export.ndjson", "".join(lines)), *options]
        if anchor is not None:
            arguments += ["--anchor", self.file("anchor.txt", anchor)]
        command = [sys.executable, "-I", "-S", str(VERIFIER), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, encoding="utf-8", check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def verifier(tmp_path: Path) -> Verifier:
    return Verifier(tmp_path)


def check(lines: list[str], *, anchor: str | None = None, key: bytes | None = KEY) -> list[str]:
    """The same, without starting a process: what the matrix below goes through."""
    program = program_of(VERIFIER)
    reader = program["Export"]({} if key is None else {mark_of(key): key})
    problems = list(reader.read(lines))
    return problems + (list(reader.check_anchor(anchor)) if anchor else [])


def program_of(path: Path, known: dict[Path, dict[str, Any]] = {}) -> dict[str, Any]:  # noqa: B006  read once
    if path not in known:
        known[path] = {"__name__": "verify_export"}
        exec(compile(path.read_text("utf-8"), str(path), "exec"), known[path])
    return known[path]


# --- the program ------------------------------------------------------------------------------------------------


def test_a_whole_export_holds_with_key_and_anchor(verifier: Verifier) -> None:
    code, said = verifier(exported(), "--key", verifier.key, anchor=ANCHOR)
    assert (code, said) == (
        0,
        "15 entries in 4 chains; 4 not in the tree yet; 12 fields shown, 12 withheld or erased; "
        "checkpoint of 11 entries. 0 problems.\n",
    )


def test_an_export_holds_for_an_older_anchor_that_it_has_a_proof_for(verifier: Verifier) -> None:
    assert verifier(exported(), anchor=WHOLE.checkpoints[0])[0] == 0


def test_an_anchor_that_the_export_says_nothing_about_is_not_proven(verifier: Verifier) -> None:
    young = a_young_record()
    young.write("run:a", a_full_entry(3))
    young.grow_tree()
    code, said = verifier(exported(), anchor=young.checkpoints[-1])
    assert code == 1
    assert "Nothing here proves your checkpoint of 7 entries. Ask for an export that does." in said


def test_a_history_made_anew_with_the_key_does_not_hold_against_an_anchor(verifier: Verifier) -> None:
    record = copy.deepcopy(WHOLE)
    record.of("run:b")[1].columns["outcome"] = "other"
    recompute(record.of("run:b"), KEY)
    record.checkpoints = [record.checkpoint()]
    assert verifier(exported(record), "--key", verifier.key)[0] == 0
    code, said = verifier(exported(record), "--key", verifier.key, anchor=ANCHOR)
    assert code == 1
    assert "Your checkpoint of 11 entries knows another history than this export." in said


def test_what_is_wrong_is_told_line_by_line(verifier: Verifier) -> None:
    lines = exported()
    lines[3] = lines[3].replace("stop", "fine")
    code, said = verifier(lines)
    assert code == 1
    assert said.startswith("Line 4: entry 3 of run:a was changed after it was sealed.\n")


@pytest.mark.parametrize("options", [["--key", "nowhere.key"], ["--anchor", "nowhere.txt"]])
def test_a_file_that_is_not_there_is_told_apart_from_a_problem(verifier: Verifier, options: list[str]) -> None:
    code, said = verifier(exported(), *options)
    assert code == 3
    assert said.startswith("This cannot be read: ")


def test_the_program_is_small_and_needs_only_the_standard_library_of_python_3_8() -> None:
    source = VERIFIER.read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert modules <= sys.stdlib_module_names
    assert len(source.splitlines()) <= 230


# --- what it finds ----------------------------------------------------------------------------------------------


def test_a_whole_export_has_no_problem() -> None:
    assert check(exported(), anchor=ANCHOR) == []
    assert check(exported(pii=True)) == []
    assert check(exported(), key=None) == []


def changed(line: str, name: str, value: Any) -> str:
    return json.dumps({**json.loads(line), name: value}) + "\n"


def other_base64(text: str) -> str:
    return ("A" if text[0] != "A" else "B") + text[1:]


ENTRY = 2
"""The line of an entry in the middle of a chain, in the tree."""


@pytest.mark.parametrize("name", ["header", "prev", "hash", "mac", "leaf", "proof", "fields"])
def test_every_part_of_an_entry_is_checked(name: str) -> None:
    lines = exported()
    entry, other = json.loads(lines[ENTRY]), json.loads(lines[ENTRY + 1])
    assert entry[name] != other[name]
    damaged: list[Any] = [other[name], None, 1, "x", [], {}]
    if name == "leaf":
        damaged = [other[name], -1, 99, 2**70, "x", [], {}]
    if name == "fields":
        damaged = [other[name], None, 1, "x", {"a": 1}]
    for value in damaged:
        wrong = [*lines[:ENTRY], changed(lines[ENTRY], name, value), *lines[ENTRY + 1 :]]
        assert check(wrong), value


@pytest.mark.parametrize("name", ["name", "kind", "subject", "salt", "value"])
def test_every_part_of_a_shown_field_is_checked(name: str) -> None:
    lines = exported(pii=True)
    fields = json.loads(lines[ENTRY + 1])["fields"]
    for value in ("x", None, 7, other_base64(fields[0]["salt"])):
        if fields[0][name] == value:
            continue
        wrong = changed(lines[ENTRY + 1], "fields", [{**fields[0], name: value}, *fields[1:]])
        assert check([*lines[: ENTRY + 1], wrong, *lines[ENTRY + 2 :]]), value


DAMAGES: dict[str, Callable[[list[str]], list[str]]] = {
    "without its last line": lambda lines: lines[:-1],
    "without its last entries": lambda lines: lines[:-3] + lines[-1:],
    "without an entry": lambda lines: lines[:2] + lines[3:],
    "with an entry twice": lambda lines: [*lines[:3], lines[2], *lines[3:]],
    "out of order": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "with something after the end": lambda lines: [*lines, lines[3]],
    "without its first line": lambda lines: lines[1:],
    "empty": lambda lines: [],
    "with a blank line before": lambda lines: ["\n", *lines],
    "with a line that is no json": lambda lines: [*lines[:3], "{not json\n", *lines[3:]],
    "with a line without end": lambda lines: [*lines[:3], "[" * 100_000, *lines[3:]],
    "with a line of nothing": lambda lines: [*lines[:3], "null\n", *lines[3:]],
    "of another format": lambda lines: [changed(lines[0], "format", "countersign-audit/9"), *lines[1:]],
    "with another beginning": lambda lines: [changed(lines[0], "starts", {"run:a": [1, "AAAA"]}), *lines[1:]],
    "with another size": lambda lines: [lines[0].replace("\\n11\\n", "\\n12\\n", 1), *lines[1:]],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_export_is_found(damage: Callable[[list[str]], list[str]]) -> None:
    assert check(damage(exported())) != []


def test_an_export_says_how_many_entries_it_holds() -> None:
    lines = exported()
    lines[-1] = changed(lines[-1], "entries", 14)
    assert check(lines) == ["Here are 15 entries, not 14: the export was cut or changed."]


def test_a_checkpoint_that_the_tree_does_not_go_on_from_is_found() -> None:
    lines = exported()
    first = json.loads(lines[0])
    whole: list[str] = first["earlier"][0]["proof"]
    for wrong in (whole[:0], whole[:-1], whole * 2):
        first["earlier"][0]["proof"] = wrong
        assert "The record does not go on from its own checkpoint of 6 entries." in check(
            [json.dumps(first) + "\n", *lines[1:]]
        )


def test_entries_behind_the_checkpoint_are_not_in_its_tree() -> None:
    record = copy.deepcopy(WHOLE)
    record.checkpoints.append(record.checkpoints[0])
    lines = exported(record, earlier=[])
    assert check(lines, anchor=record.checkpoints[0]) == []
    assert sum(json.loads(line)["leaf"] is None for line in lines[1:-1]) == 9


@pytest.mark.parametrize(
    ("seq", "prev", "problem"),
    [
        (3, None, "Line 3: entry 3 of run:a comes after entry 1."),
        (2, b"x" * 32, "Line 3: entry 2 of run:a is not linked to the entry before it."),
    ],
)
def test_an_entry_out_of_its_place_is_found_even_if_the_key_wrote_it(seq: int, prev: bytes, problem: str) -> None:
    record = Record()
    first = record.write("run:a", a_bare_entry(EntryKind.BOOT))
    record.grow_tree()
    second = record.write("run:a", a_bare_entry(EntryKind.BOOT))
    second.columns["seq"], second.prev = seq, prev or first.hash
    recompute([second], KEY)
    assert check(exported(record)) == [problem]


def test_a_leaf_does_not_pass_for_a_whole_tree() -> None:
    record = Record()
    entry = record.write("run:a", a_bare_entry(EntryKind.BOOT))
    record.grow_tree()
    alone = Frontier().extend([entry.hash]).root
    lines = exported(record)
    lines[0] = changed(lines[0], "checkpoint", write_checkpoint(origin=ORIGIN, size=2, root=alone, key=KEY))
    assert check(lines) == ["Line 2: entry 1 of run:a does not stand in the tree."]


def test_nothing_may_stand_after_the_last_line() -> None:
    lines = exported()
    assert "Line 18: something stands after the last line." in check([*lines, lines[3]])


def test_a_checkpoint_without_a_root_holds_nothing() -> None:
    """Where a proof does not fit, there is no root: that must not count as the same nothing."""
    lines = exported(earlier=[])
    root = json.loads(lines[0])["checkpoint"].split("\n")[2]
    entry = changed(changed(lines[1], "leaf", 99), "proof", [])
    assert check([lines[0].replace(root, ""), entry, '{"entries":1}\n'], key=None) != []


def test_without_the_key_an_entry_that_a_stranger_added_is_not_found() -> None:
    record = copy.deepcopy(WHOLE)
    record.write("run:z", a_full_entry(1))
    recompute(record.of("run:z"), b"a key that somebody made up")
    assert check(exported(record), key=None) == []
    assert check(exported(record)) == ["Line 14: entry 1 of run:z was not written by a holder of the key."]


def test_a_checkpoint_of_a_stranger_is_found_with_the_key() -> None:
    record = copy.deepcopy(WHOLE)
    record.checkpoints[-1] = record.checkpoint(b"a key that somebody made up")
    assert check(exported(record), key=None) == []
    assert check(exported(record))[0] == "Line 1: this cannot be read (its signature is not that of the key)."


def test_a_chain_that_was_pruned_says_where_it_begins() -> None:
    record = copy.deepcopy(WHOLE)
    gone = record.of("run:a")[0]
    record.entries.remove(gone)
    lines = exported(record, starts={"run:a": (gone.seq, gone.hash)})
    assert check(lines, anchor=ANCHOR) == []
    assert check(exported(record)) != []
    reader = program_of(VERIFIER)["Export"]({})
    assert list(reader.read(lines)) == []
    assert reader.summary().endswith("run:a begins after entry 1.")


# --- what it shows ----------------------------------------------------------------------------------------------


def test_a_field_that_may_not_be_shown_is_not_in_the_export() -> None:
    withheld, shown = "".join(exported()), "".join(exported(pii=True))
    assert "Where is order 10?" in shown
    assert "Where is order" not in withheld
    assert "customer:10" not in withheld


def test_an_erased_field_is_not_in_the_export() -> None:
    fields = [field for line in exported(pii=True)[1:-1] for field in json.loads(line)["fields"]]
    assert len(fields) == 23
    assert all(field["subject"] != "customer:1" for field in fields)


def test_an_export_is_one_json_object_a_line() -> None:
    for line in exported(pii=True):
        assert line.endswith("\n")
        assert line.count("\n") == 1
        assert isinstance(json.loads(line), dict)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_any_content_goes_out_as_it_is_and_is_checked(text: str) -> None:
    record = Record()
    content = Field(text, [text, {text: None}], FieldKind.CONTENT, subject=text)
    record.write("run:a", replace(a_bare_entry(EntryKind.BOOT, reason=text), fields=(content,)))
    record.grow_tree()
    lines = exported(record)
    assert check(lines) == []
    (field,) = json.loads(lines[1])["fields"]
    assert (field["name"], json.loads(field["value"])) == (text, [text, {text: None}])


# --- tables for spreadsheets ------------------------------------------------------------------------------------


@every_injection
def test_no_cell_begins_a_formula(text: str) -> None:
    cell = neutralise(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("text", ["", "plain", "a=b", "'quoted", " =1", "10:00"])
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert neutralise(text) == text


def test_a_neutral_cell_survives_the_way_through_csv() -> None:
    out = io.StringIO()
    csv.writer(out).writerow([neutralise("=1+1"), neutralise('","=1+1')])
    assert next(csv.reader([out.getvalue()])) == ["'=1+1", '","=1+1']
